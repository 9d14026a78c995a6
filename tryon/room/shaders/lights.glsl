// The room's light as many small lights, each with the depth that it sees.
struct Sample {
    mat4 to_map;     // world to the light's own clip space
    vec4 tile;       // where its depth lies in the sheet: middle and half size, in the sheet's clip space
    vec4 place;      // xyz: where it is (w = 1) or where it comes from (w = 0)
    vec4 irradiance; // rgb: light on a surface that faces it; w: how far to step off the surface before asking, metres
};
layout(std140) uniform Samples { Sample samples[MAX_SAMPLES]; };
