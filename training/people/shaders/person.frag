#version 330
in vec3 N; in vec3 P; in vec2 UV; in vec4 FL; in vec3 laid; flat in float part; in vec4 in_light;
uniform sampler2D color_map; uniform sampler2D normal_map; uniform sampler2D occlusion_map;
uniform sampler2D front_map; uniform sampler2D back_map; uniform sampler2D shadow_map; uniform sampler2D fold_map;
uniform int has_normal; uniform int has_occlusion; uniform int has_front; uniform int hashed_alpha; uniform int unlit;
uniform int has_fold; uniform float fold_strength; uniform vec4 fold_place; uniform int orthographic; uniform int inside;
uniform vec3 harmonics[9]; uniform vec3 light_direction; uniform vec3 light_color; uniform vec3 eye;
uniform float gloss; uniform float shadowed; uniform vec3 tint; uniform float piece; uniform float cut_above; uniform float cut_below; uniform float sleeve_end;
layout(location = 0) out vec4 out_color; layout(location = 1) out vec4 out_place; layout(location = 2) out vec4 out_laid;

float hash(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }

// A tangent-space normal turned into the world by the derivatives of its own coordinates.
vec3 bent(vec3 n, vec3 bump, vec2 at) {
  vec3 p1 = dFdx(P), p2 = dFdy(P); vec2 d1 = dFdx(at), d2 = dFdy(at);
  float area = d1.x * d2.y - d2.x * d1.y;
  if (abs(area) < 1e-12) return n;
  vec3 T = (p1 * d2.y - p2 * d1.y) * sign(area);
  T = T - n * dot(n, T);
  float size = length(T);
  if (size < 1e-9) return n;
  T /= size;
  vec3 result = T * bump.x + cross(n, T) * bump.y + n * max(bump.z, 0.05);
  return normalize(result);
}

void main() {
  if (FL.y > cut_above || FL.y < cut_below || FL.w > sleeve_end) discard;
  bool front = FL.z > 0.;
  if (inside == 1 && front) discard;
  if (inside == 0 && orthographic == 1 && !front) discard;
  vec4 texel = texture(color_map, UV);
  if (hashed_alpha == 1 && texel.a < 0.25 + 0.5 * hash(gl_FragCoord.xy)) discard;
  vec3 n = normalize(N + vec3(0, 0, 1e-5));
  vec3 V = orthographic == 1 ? vec3(0., 0., 1.) : normalize(eye - P);
  if (dot(n, V) < 0.) n = -n;
  vec3 albedo = texel.rgb * tint;
  if (has_front == 1) {
    vec4 cloth = front ? texture(front_map, FL.xy) : texture(back_map, FL.xy);
    if (cloth.a < .5) discard;
    albedo = cloth.rgb;
  }
  albedo = pow(max(albedo, 0.), vec3(2.2));
  if (has_normal == 1) { vec3 bump = texture(normal_map, UV).xyz * 2. - 1.; bump.xy *= 1.3; n = bent(n, bump, UV); }
  float open = 1.;
  if (has_fold == 1) {
    vec4 fold = texture(fold_map, FL.xy * fold_place.xy + fold_place.zw);
    vec3 bump = fold.xyz * 2. - 1.; bump.xy *= fold_strength * (front ? 1. : .8);
    n = bent(n, bump, FL.xy);
    open = 1. - min(fold_strength, 1.5) * .3 * (1. - fold.a);
  }
  if (has_occlusion == 1) open *= texture(occlusion_map, UV).r;
  vec3 E = harmonics[0] * .282095 + harmonics[1] * .488603 * n.y + harmonics[2] * .488603 * n.z + harmonics[3] * .488603 * n.x
    + harmonics[4] * 1.092548 * n.x * n.y + harmonics[5] * 1.092548 * n.y * n.z + harmonics[6] * .315392 * (3. * n.z * n.z - 1.)
    + harmonics[7] * 1.092548 * n.x * n.z + harmonics[8] * .546274 * (n.x * n.x - n.y * n.y);
  E = max(E, 0.);
  float lit = 1.;
  if (shadowed > 0.) {
    vec3 q = in_light.xyz / in_light.w * .5 + .5; float sum = 0.;
    for (int i = -1; i <= 1; i++) for (int j = -1; j <= 1; j++)
      sum += (q.z - 0.006 > texture(shadow_map, q.xy + vec2(i, j) * 1.5 / 512.).r) ? 0. : 1.;
    lit = sum / 9.;
  }
  float toward = max(dot(n, light_direction), 0.);
  vec3 H = normalize(light_direction + V);
  vec3 color = albedo * (E * open + light_color * toward * lit) + gloss * light_color * lit * toward * pow(max(dot(n, H), 0.), 24.);
  color += albedo * 0.12 * pow(1. - clamp(dot(n, V), 0., 1.), 3.) * E;
  if (inside == 1) color *= .6;
  if (unlit == 1) color = albedo;
  out_color = vec4(color, 1.);
  out_place = vec4(part, length(eye - P), piece, front ? 1. : -1.);
  out_laid = vec4(laid, FL.w);
}
