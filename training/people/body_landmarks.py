"""The 33 BlazePose landmarks of a rendered body, from its joints and a few of its vertices."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from training.people.makehuman import Floats, Human

Array = npt.NDArray[np.float64]


class BodyLandmarks:
    """Finds, once, which joint or vertex each landmark is."""

    def __init__(self, human: Human) -> None:
        self.human = human
        reference = human.reference
        skin = np.unique(human.mesh.faces[human.body_faces])
        joints = human.rig.joints(reference)

        def nearest(x: float, y: float, z: float) -> int:
            return int(skin[np.linalg.norm(reference[skin] - [x, y, z], axis=1).argmin()])

        def extreme(among: npt.NDArray[np.bool_], axis: int, sign: float) -> int:
            found = skin[among[skin]]
            return int(found[(sign * reference[found, axis]).argmax()])

        x, y, z = reference.T
        left_eye = joints[human.rig.number["eye.L"]]
        self.vertices: dict[int, int] = {}
        self.vertices[0] = extreme((np.abs(x) < 0.1) & (y > 6.9) & (y < 7.4), 2, 1.0)
        for first, sign in ((1, 1.0), (4, -1.0)):
            inner, outer = (nearest(sign * (left_eye[0] + dx), left_eye[1], left_eye[2] + 0.15) for dx in (-0.14, 0.15))
            self.vertices[first], self.vertices[first + 2] = inner, outer
        for number, sign in ((7, 1.0), (8, -1.0)):
            self.vertices[number] = extreme((y > 6.9) & (y < 7.9), 0, sign)
        for number, sign in ((9, 1.0), (10, -1.0)):
            self.vertices[number] = nearest(sign * 0.26, 6.78, 1.45)
        for heel, toe, sign in ((29, 31, 1.0), (30, 32, -1.0)):
            foot = (x * sign > 0) & (y < -7.4)
            self.vertices[heel] = extreme(foot, 2, -1.0)
            self.vertices[toe] = extreme(foot, 2, 1.0)
        bones = {
            2: "eye.L", 5: "eye.R", 11: "upperarm01", 13: "lowerarm01", 15: "wrist", 17: "finger5-1", 19: "finger2-1",
            21: "finger1-2", 23: "upperleg01", 25: "lowerleg01", 27: "foot",
        }  # fmt: skip
        self.bones: dict[int, str] = {}
        for number, bone in bones.items():
            if "." in bone:
                self.bones[number] = bone
            else:
                self.bones[number], self.bones[number + 1] = f"{bone}.L", f"{bone}.R"

    def place(self, posed: Floats, joints: Array, matrices: Array, turn: Floats) -> Array:
        """(33, 3) world decimetres of a posed body; joints (bones, 3) of the unposed one."""
        result = np.zeros((33, 3))
        for number, vertex in self.vertices.items():
            result[number] = posed[vertex]
        for number, bone in self.bones.items():
            k = self.human.rig.number[bone]
            result[number] = turn @ (matrices[k, :, :3] @ joints[k] + matrices[k, :, 3])
        return result


def project(points: Array, view_projection: npt.NDArray[np.floating], width: int, height: int) -> Floats:
    """(N, 3) pixels x, y and 1 where inside the picture, else 0."""
    clip = np.concatenate([points, np.ones((len(points), 1))], 1) @ view_projection.T
    x = (clip[:, 0] / clip[:, 3] * 0.5 + 0.5) * width
    y = (0.5 - clip[:, 1] / clip[:, 3] * 0.5) * height
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return np.stack([x, y, inside], 1).astype(np.float32)
