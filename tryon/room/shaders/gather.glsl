#include "lights.glsl"
uniform int first; // this picture's share of the lights: first, first + stride, ...
uniform int stride;
uniform int sample_count;
uniform highp sampler2DShadow depth_sheet;

// Light on a surface: what arrives (visible) and what would arrive were nothing in the way (total).
// normal: what the light meets; away: the direction to step off the surface by.
void gather(vec3 place, vec3 normal, vec3 away, float lift, out vec3 visible, out vec3 total) {
    visible = vec3(0.0);
    total = vec3(0.0);
    for (int i = first; i < sample_count; i += stride) {
        vec3 towards = samples[i].place.xyz;
        if (samples[i].place.w > 0.5) towards = normalize(towards - place);
        vec3 light = samples[i].irradiance.rgb * max(dot(normal, towards), 0.0);
        total += light;
        vec4 seen = samples[i].to_map * vec4(place + away * (samples[i].irradiance.w * lift), 1.0);
        vec3 c = seen.xyz / seen.w;
        vec2 inside = step(abs(c.xy), vec2(1.0));
        vec2 at = (samples[i].tile.xy + c.xy * samples[i].tile.zw) * 0.5 + 0.5;
        float open = texture(depth_sheet, vec3(at, min(c.z * 0.5 + 0.5, 0.99999) - 0.0012 * lift));
        visible += light * mix(1.0, open, inside.x * inside.y);
    }
    visible *= float(stride);
    total *= float(stride);
}
