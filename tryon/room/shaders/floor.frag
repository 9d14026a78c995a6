#version 330 core
// How much of its light each point of the floor or of a wall keeps when the furniture stands there, per color.
#include "gather.glsl"
in vec3 place;
uniform vec3 facing;
out vec4 kept;

void main() {
    vec3 visible, total;
    gather(place, facing, facing, 0.0, visible, total);
    kept = vec4(visible / max(total, vec3(1e-6)), 1.0);
}
