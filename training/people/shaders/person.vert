#version 330
in vec3 position; in vec3 normal; in vec2 uv; in vec4 flat_; in vec3 laid_; in float part_;  // flat_: x, y, front, arm
uniform mat4 view_projection; uniform mat4 light_projection; uniform float push; uniform vec3 eye; uniform int orthographic;
out vec3 N; out vec3 P; out vec2 UV; out vec4 FL; out vec3 laid; flat out float part; out vec4 in_light;
void main() {
  vec3 away = orthographic == 1 ? vec3(0., 0., -1.) : normalize(position - eye);
  gl_Position = view_projection * vec4(position + push * away, 1);
  N = normal; P = position; UV = uv; FL = flat_; laid = laid_; part = part_;
  in_light = light_projection * vec4(position, 1);
}
