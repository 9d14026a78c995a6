#version 330 core
// What a small light sees: only depth; holes of cut-out materials let it through.
in vec2 at;
in vec4 tint;
uniform sampler2D color_map;
uniform float cutoff;

void main() {
    if (cutoff > 0.0 && texture(color_map, at).a * tint.a < cutoff) discard;
}
