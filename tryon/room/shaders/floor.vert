#version 330 core
// A rectangle of the floor or of a wall, seen straight on: a corner and two edges, in metres.
uniform vec3 origin;
uniform vec3 across;
uniform vec3 upward;
out vec3 place;

void main() {
    vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
    vec2 share = corner * 0.5 + 0.5;
    place = origin + across * share.x + upward * share.y;
    gl_Position = vec4(corner, 0.0, 1.0);
}
