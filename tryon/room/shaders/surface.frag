#version 330 core
// A furniture's surface in the room's light, linear: glTF metal-rough; diffuse from the small lights with their shadows,
// gloss from the photo folded around the room, a bounce from the floor.
#include "gather.glsl"
in vec3 place;
in vec3 facing;
in vec2 at;
in vec4 tint;
uniform vec3 eye;
uniform vec4 base_color;
uniform float metallic;
uniform float roughness;
uniform vec3 glow;
uniform vec4 finish;    // a varnish over it: how much, how rough; how wide its fuzz shines
uniform vec3 sheen;     // the fuzz of velvet and wool
uniform mat4 bulb_places; // lamps of the furniture, a column each: where, and 1 or 0 for none
uniform mat4 bulb_lights; // what they give a surface that faces them a metre away
uniform int maps;       // 1: color, 2: surface, 4: normal, 8: occlusion, 16: glow
uniform float bumps;    // how steep the normal map's are
uniform float crevices; // how much the occlusion map counts
uniform int alpha_mode; // 0 opaque, 1 cut out, 2 see-through
uniform float cutoff;
uniform float sharper; // textures: how many steps finer than one pixel of this picture
uniform sampler2D color_map;
uniform sampler2D surface_map;
uniform sampler2D normal_map;
uniform sampler2D occlusion_map;
uniform sampler2D glow_map;
uniform sampler2DArray environment; // layers: ever blurrier
uniform sampler2D floor_map;
uniform vec4 region;
uniform vec3 floor_color;
uniform float gain;
uniform vec3 white;
out vec4 shown;

const float PI = 3.14159265;

vec3 bumped(vec3 normal) {
    // Tangents from the picture's own gradients (Schueler, Normal Mapping without Precomputed Tangents).
    vec3 dp1 = dFdx(place), dp2 = dFdy(place);
    vec2 du1 = dFdx(at), du2 = dFdy(at);
    vec3 dp2p = cross(dp2, normal), dp1p = cross(normal, dp1);
    vec3 t = dp2p * du1.x + dp1p * du2.x;
    vec3 b = dp2p * du1.y + dp1p * du2.y;
    float size = max(dot(t, t), dot(b, b));
    if (!(size > 1e-20)) return normal;
    float k = inversesqrt(size);
    vec3 m = texture(normal_map, at, -sharper).xyz * 2.0 - 1.0;
    m.xy *= bumps;
    return normalize(t * (m.x * k) + b * (m.y * k) + normal * max(m.z, 0.05));
}

vec3 around(vec3 direction, float rough) {
    vec2 uv = vec2(fract(atan(direction.x, -direction.z) / (2.0 * PI)), acos(clamp(direction.y, -1.0, 1.0)) / PI);
    float layer = clamp(rough, 0.0, 1.0) * 4.0;
    float low = floor(layer);
    return mix(textureLod(environment, vec3(uv, low), 0.0).rgb, textureLod(environment, vec3(uv, min(low + 1.0, 4.0)), 0.0).rgb, layer - low);
}

vec3 floor_kept(vec2 p) {
    vec2 share = (p - region.xy) / (region.zw - region.xy);
    return textureLod(floor_map, clamp(share, 0.0, 1.0), 0.0).rgb;
}

void main() {
    vec4 color = base_color * tint;
    if ((maps & 1) != 0) color *= texture(color_map, at, -sharper);
    if (alpha_mode == 1) {
        if (color.a < cutoff) discard;
        color.a = 1.0;
    } else if (alpha_mode == 0) color.a = 1.0;
    vec2 surface = vec2(roughness, metallic);
    if ((maps & 2) != 0) surface *= texture(surface_map, at, -sharper).gb;
    float rough = clamp(surface.x, 0.08, 1.0), metal = clamp(surface.y, 0.0, 1.0);

    vec3 view = normalize(eye - place);
    vec3 flat_normal = normalize(facing);
    if (dot(flat_normal, view) < 0.0) flat_normal = -flat_normal;
    vec3 normal = (maps & 4) != 0 ? bumped(flat_normal) : flat_normal;

    vec3 visible, total;
    gather(place, normal, flat_normal, 1.0, visible, total);
    const vec3 luma = vec3(0.2126, 0.7152, 0.0722);
    float open = dot(visible, luma) / max(dot(total, luma), 1e-5);

    vec3 kept = mix(floor_kept(place.xz + flat_normal.xz * 0.2), vec3(1.0), 0.6 * smoothstep(0.0, 1.2, place.y));
    vec3 bounce = PI * floor_color * gain * kept * (0.5 - 0.5 * normal.y);
    float reached = (maps & 8) != 0 ? mix(1.0, texture(occlusion_map, at, -sharper).r, crevices) : 1.0;
    vec3 light = (visible * gain + bounce) * reached;
    open *= reached;
    for (int i = 0; i < 4; i++) {
        vec3 towards = bulb_places[i].xyz - place;
        float far = max(length(towards), 1e-3);
        float facing_it = max(dot(normal, towards / far), 0.0) * bulb_places[i].w * smoothstep(0.25, 0.45, far); // its own shade glows already
        float steep = towards.y / far; // a shade lets less through sideways
        light += bulb_lights[i].rgb * (facing_it / (far * far + 0.02) * (0.35 + 0.65 * steep * steep)) * reached;
    }
    vec3 shine = glow;
    if ((maps & 16) != 0) shine *= texture(glow_map, at, -sharper).rgb;

    vec3 albedo = color.rgb * (1.0 - metal);
    vec3 f0 = mix(vec3(0.04), color.rgb, metal);
    float facing_eye = clamp(dot(normal, view), 0.001, 1.0);
    // Split sum, fitted (Karis, Physically Based Shading on Mobile).
    vec4 r = rough * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
    float a004 = min(r.x * r.x, exp2(-9.28 * facing_eye)) * r.x + r.y;
    vec2 ab = vec2(-1.04, 1.04) * a004 + r.zw;
    vec3 gloss = f0 * ab.x + ab.y;
    vec3 mirrored = reflect(-view, normal);
    float blocked = clamp(pow(facing_eye + open, exp2(-16.0 * rough - 1.0)) - 1.0 + open, 0.0, 1.0); // Lagarde
    vec3 seen = around(mirrored, rough) * gain;
    if (mirrored.y < 0.0) seen *= mix(vec3(1.0), kept, clamp(-mirrored.y * 2.0, 0.0, 1.0));
    vec3 result = albedo * light / PI * (1.0 - 0.04) + gloss * seen * blocked;
    result += sheen * light / PI * pow(1.0 - facing_eye, mix(5.0, 1.5, finish.z)) * (1.0 - 0.5 * metal);
    if (finish.x > 0.0) {
        float varnish = finish.x * (0.04 + 0.96 * pow(1.0 - facing_eye, 5.0));
        vec3 over = reflect(-view, flat_normal);
        result = result * (1.0 - varnish) + varnish * around(over, finish.y) * gain * open;
    }
    result += shine * white;
    if (alpha_mode == 2) color.a = clamp(color.a + dot(gloss, luma) * (1.0 - color.a), 0.0, 1.0);
    shown = vec4(result * color.a, color.a);
}
