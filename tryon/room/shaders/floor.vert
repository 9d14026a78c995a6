#version 330 core
// A rectangle of the floor, seen straight from above.
uniform vec4 region; // x0, z0, x1, z1 in metres
out vec3 place;

void main() {
    vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
    vec2 share = corner * 0.5 + 0.5;
    place = vec3(mix(region.x, region.z, share.x), 0.0, mix(region.y, region.w, share.y));
    gl_Position = vec4(corner, 0.0, 1.0);
}
