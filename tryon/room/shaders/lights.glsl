// The room's light as many small lights, each with the depth that it sees.
struct Sample {
    mat4 to_map;     // world to the light's own clip space
    vec4 place;      // xyz: where it is (w = 1) or where it comes from (w = 0)
    vec4 irradiance; // rgb: light on a surface that faces it; w: how far to step off the surface before asking, metres
};
layout(std140) uniform Samples { Sample samples[MAX_SAMPLES]; };
uniform int sample_count;
uniform highp sampler2DArrayShadow depth_maps;

// Light on a surface: what arrives (visible) and what would arrive were nothing in the way (total).
// normal: what the light meets; away: the direction to step off the surface by.
void gather(vec3 place, vec3 normal, vec3 away, float lift, out vec3 visible, out vec3 total) {
    visible = vec3(0.0);
    total = vec3(0.0);
    for (int i = 0; i < sample_count; ++i) {
        vec3 towards = samples[i].place.w > 0.5 ? normalize(samples[i].place.xyz - place) : samples[i].place.xyz;
        float facing = dot(normal, towards);
        if (facing <= 0.0) continue;
        vec3 light = samples[i].irradiance.rgb * facing;
        total += light;
        vec4 seen = samples[i].to_map * vec4(place + away * (samples[i].irradiance.w * lift), 1.0);
        vec3 c = seen.xyz / seen.w * 0.5 + 0.5;
        float open = 1.0;
        if (all(greaterThan(c.xy, vec2(0.0))) && all(lessThan(c.xy, vec2(1.0))))
            open = texture(depth_maps, vec4(c.xy, float(i), min(c.z, 0.99999) - 0.0012 * lift));
        visible += light * open;
    }
}
