#version 330 core
// Furniture as the small lights see it: one copy for each light, each in its own tile of one sheet of depth.
#include "lights.glsl"
layout(location = 0) in vec3 position;
layout(location = 2) in vec2 uv;
layout(location = 3) in vec4 color;
uniform mat4 to_world;
uniform int first;
out vec2 at;
out vec4 tint;

void main() {
    int light = first + gl_InstanceID;
    vec4 seen = samples[light].to_map * (to_world * vec4(position, 1.0));
    at = uv;
    tint = color;
    gl_Position = vec4(samples[light].tile.xy * seen.w + seen.xy * samples[light].tile.zw, seen.z, seen.w);
}
