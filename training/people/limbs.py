"""How bare arms and legs are shaped and colored: measured on the bodies and skins of the CC0 MakeHuman set.

`python -m training.people.limbs` writes models/limbs.safetensors with its card, read by `tryon/fit/bare_limb.py`. Many adults stand as people do
before a shop's camera; each limb is seen from the front, parallel rays, alone. By the place along the two bones and across the limb the
means are kept: where the surface faces, how the skin's color differs from the limb's own middle, how far the limb reaches to both sides.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import torch

from training.people.makehuman import Floats, Human, Pose, load_human, open_data, rotation, vertex_normals
from training.people.pose import random_pose
from training.publish import publish
from tryon.image import srgb_to_linear

ALONG, ACROSS = 48, 25  # cells along each bone and across the limb
BEYOND = 0.25  # of the last bone, over wrist or ankle
SEED = 1124
_BODIES = 120
_PIXEL = 0.02  # decimetres
_JOINTS = {
    "arm": (("upperarm01", "lowerarm01", "wrist"), ("upperarm", "lowerarm", "shoulder01")),
    "leg": (("upperleg01", "lowerleg01", "foot"), ("upperleg", "lowerleg")),
}
_CORNERS = np.array([(a, b, 12 - a - b) for a in range(13) for b in range(13 - a)]) / 12.0  # places within a face


class _Means:
    """Sums over cells of one sort of limb."""

    def __init__(self) -> None:
        self.normal = np.zeros((2, ALONG, ACROSS, 3))
        self.color = np.zeros((2, ALONG, ACROSS, 3))
        self.count = np.zeros((2, ALONG, ACROSS))
        self.reach: list[npt.NDArray[np.float64]] = []
        """(2, ALONG, 2) of each limb: to the outside and to the inside of the bone, in lengths of the first bone."""

    def add(self, joints: Floats, x: Floats, y: Floats, normal: Floats, color: Floats, outside: float) -> None:
        """One limb. joints: (3, 2), x, y: (n,) of what is seen, y downwards; normal: (n, 3); color: (n, 3) log ratio to the limb's middle."""
        steps = np.diff(joints, axis=0)
        lengths = np.linalg.norm(steps, axis=1)
        reach = np.full((2, ALONG, 2), np.nan)
        for bone in range(2):
            along = steps[bone] / lengths[bone]
            out = np.array([along[1], -along[0]]) * outside
            place = np.stack([x, y], 1) - joints[bone]
            t, across = place @ along / lengths[bone], place @ out
            end = 1.0 + (BEYOND if bone == 1 else 0.0)
            near = (t >= 0) & (t < end) & (np.abs(across) < 0.45 * lengths[0])
            cell = np.minimum((t[near] / (1 + BEYOND) * ALONG).astype(int), ALONG - 1)
            own, values = np.stack([normal[near] @ [*out, 0], normal[near] @ [*along, 0], normal[near, 2]], 1), color[near]
            a = across[near]
            for k in range(ALONG):
                here = cell == k
                if here.sum() < 20:
                    continue
                reach[bone, k] = np.percentile(a[here], 99.5), -np.percentile(a[here], 0.5)
                middle, half = (reach[bone, k, 0] - reach[bone, k, 1]) / 2, reach[bone, k].sum() / 2
                column = np.clip(((a[here] - middle) / half * 0.5 + 0.5) * ACROSS, 0, ACROSS - 1).astype(int)
                np.add.at(self.normal[bone, k], column, own[here])
                np.add.at(self.color[bone, k], column, values[here])
                np.add.at(self.count[bone, k], column, 1.0)
        self.reach.append(reach / lengths[0])

    def tensors(self, name: str) -> dict[str, torch.Tensor]:
        """NAME.normal (2, ALONG, ACROSS, 3), .color alike, .reach (2, ALONG, 2)."""
        full = np.maximum(self.count, 1.0)[..., None]
        empty = self.count < 1
        normal, color = (_filled(sums / full, empty) for sums in (self.normal, self.color))
        normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-6)
        reach = np.nanmedian(np.stack(self.reach), axis=0)
        for bone in range(2):
            for side in range(2):
                known = np.isfinite(reach[bone, :, side])
                reach[bone, :, side] = np.interp(np.arange(ALONG), np.flatnonzero(known), reach[bone, known, side])
        found = {"normal": normal, "color": color, "reach": reach}
        return {f"{name}.{key}": torch.tensor(value, dtype=torch.float32) for key, value in found.items()}


def _filled(values: npt.NDArray[np.float64], empty: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Cells that nothing fell into take the nearest one's value along the bone."""
    out = values.copy()
    for bone in range(len(values)):
        for column in range(values.shape[2]):
            known = np.flatnonzero(~empty[bone, :, column])
            rows = known[np.abs(np.arange(values.shape[1])[:, None] - known[None]).argmin(1)]
            out[bone, :, column] = values[bone, rows, column]
    return out


def _standing(rng: np.random.Generator, human: Human, joints: npt.NDArray[np.float64]) -> Pose:
    """Both arms hanging or a little bent, as most people stand."""
    pose = random_pose(rng, human.rig, joints, [])
    for side, sign in (("L", 1.0), ("R", -1.0)):
        pose[f"lowerarm01.{side}"] = pose[f"lowerarm01.{side}"] @ rotation([0, 1, 0], sign * rng.uniform(-25, 25))
    return pose


def _seen(points: Floats, faces: npt.NDArray[np.integer], values: Floats) -> tuple[Floats, Floats]:
    """What is seen of some faces from the front: places (n, 3) and values (n, c) at the foremost point of each pixel."""
    place = np.einsum("ck,fkd->fcd", _CORNERS, points[faces]).reshape(-1, 3)
    value = np.einsum("ck,fkd->fcd", _CORNERS, values).reshape(-1, values.shape[2])
    cell = np.floor(place[:, :2] / _PIXEL).astype(np.int64)
    cell -= cell.min(0)
    order = np.lexsort((place[:, 2], cell[:, 1] * (cell[:, 0].max() + 1) + cell[:, 0]))
    key = (cell[:, 1] * (cell[:, 0].max() + 1) + cell[:, 0])[order]
    last = np.append(key[1:] != key[:-1], True)
    return place[order[last]], value[order[last]]


def main() -> None:
    rng = np.random.default_rng(SEED)
    human = load_human(open_data() / "makehuman")
    faces, uv_faces = human.mesh.faces[human.body_faces], human.mesh.uv_faces[human.body_faces]
    names = np.array(human.rig.bones)[human.weights.strongest]
    skins = [
        cv2.GaussianBlur(cv2.imread(str(path))[..., ::-1], (0, 0), 3)
        for path in sorted((human.root / "skins").glob("*.jpg"))
        if not path.stem.startswith("old")
    ]
    means = {name: _Means() for name in _JOINTS}
    for number in range(_BODIES):
        body = human.morph(
            gender=float(rng.random() < 0.45), age=rng.uniform(0, 0.4), muscle=rng.uniform(0.35, 0.7), weight=rng.uniform(0.3, 0.6)
        )
        joints = human.rig.joints(body)
        matrices = human.rig.matrices(joints, _standing(rng, human, joints))
        posed = human.weights.pose(body, matrices)
        normal = vertex_normals(posed, faces)
        skin = skins[number % len(skins)]
        uv = human.mesh.uv
        pixel = [np.clip((c * n).astype(int), 0, n - 1) for c, n in ((1 - uv[:, 1], skin.shape[0]), (uv[:, 0], skin.shape[1]))]
        color = np.log(srgb_to_linear(skin[pixel[0], pixel[1]]) + 0.01)
        for name, (ends, bones) in _JOINTS.items():
            for side, outside in (("L", 1.0), ("R", -1.0)):
                own = np.array([bone.endswith(side) and bone.startswith(bones) for bone in names])
                mine = own[faces].all(axis=1)
                values = np.concatenate([normal[faces[mine]], color[uv_faces[mine]]], axis=2)
                place, value = _seen(posed, faces[mine], values.astype(np.float32))
                at = [matrices[k, :, :3] @ joints[k] + matrices[k, :, 3] for k in (human.rig.number[f"{end}.{side}"] for end in ends)]
                flat = np.array([[p[0], -p[1]] for p in at])
                facing = np.stack([value[:, 0], -value[:, 1], value[:, 2]], 1)
                means[name].add(flat, place[:, 0], -place[:, 1], facing, value[:, 3:] - np.median(value[:, 3:], axis=0), outside)
    tensors = {key: value for name in _JOINTS for key, value in means[name].tensors(name).items()}
    publish(
        "limbs",
        tensors,
        license="CC0-1.0",
        task="how bare arms and legs are shaped and colored, by the place along their bones and across",
        data=f"{_BODIES} adults of the CC0 MakeHuman set, standing, with its skins; no photos",
        seed=SEED,
        notes="python -m training.people.limbs writes it; tryon/fit/bare_limb.py reads it. Means over bodies, no network.",
    )


if __name__ == "__main__":
    main()
