#version 330
in vec3 position; in vec2 uv; in vec4 flat_;
uniform mat4 light_projection; out vec2 UV; out vec4 FL;
void main() { gl_Position = light_projection * vec4(position, 1); UV = uv; FL = flat_; }
