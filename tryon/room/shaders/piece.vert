#version 330 core
// Furniture in the world. `mirror` is -1 in y for the picture that a glossy floor shows.
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 uv;
layout(location = 3) in vec4 color;
uniform mat4 to_world;
uniform mat4 to_clip;
uniform vec3 mirror;
out vec3 place;
out vec3 facing;
out vec2 at;
out vec4 tint;
invariant gl_Position;

void main() {
    vec4 world = to_world * vec4(position, 1.0);
    place = world.xyz;
    facing = mat3(to_world) * normal;
    at = uv;
    tint = color;
    gl_Position = to_clip * vec4(world.xyz * mirror, 1.0);
}
