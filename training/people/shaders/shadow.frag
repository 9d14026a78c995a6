#version 330
in vec2 UV; in vec4 FL;
uniform sampler2D color_map; uniform sampler2D front_map; uniform sampler2D back_map;
uniform int has_front; uniform int hashed_alpha; uniform float sleeve_end;
void main() {
  if (FL.w > sleeve_end) discard;
  if (hashed_alpha == 1 && texture(color_map, UV).a < .5) discard;
  if (has_front == 1 && (FL.z > 0. ? texture(front_map, FL.xy).a : texture(back_map, FL.xy).a) < .5) discard;
}
