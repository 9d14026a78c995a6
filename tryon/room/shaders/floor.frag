#version 330 core
// How much of its light each point of the floor keeps when the furniture stands there, per color.
#include "gather.glsl"
in vec3 place;
out vec4 kept;

void main() {
    vec3 visible, total;
    gather(place, vec3(0.0, 1.0, 0.0), vec3(0.0, 1.0, 0.0), 0.0, visible, total);
    kept = vec4(visible / max(total, vec3(1e-6)), 1.0);
}
