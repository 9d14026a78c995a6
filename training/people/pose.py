"""How people stand before a shop's camera: arms hanging, on hips, in pockets, bent, spread."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from training.people.makehuman import Pose, Rig, rotation

ARM_MANNERS = ("relaxed", "hip", "pocket", "bent", "spread", "face", "front")
_ARM_SHARES = (0.54, 0.13, 0.1, 0.1, 0.05, 0.03, 0.05)
# Lift sideways and forward in degrees, lowest and highest.
_ABDUCTION = {
    "relaxed": (6, 24), "hip": (35, 55), "pocket": (14, 28), "bent": (8, 25), "spread": (25, 75), "face": (15, 50), "front": (8, 16),
}  # fmt: skip
_FLEXION = {
    "relaxed": (-12, 12), "hip": (-25, 0), "pocket": (-25, -5), "bent": (-10, 20), "spread": (-15, 15), "face": (20, 60), "front": (5, 25),
}  # fmt: skip


def _aligning(start: npt.NDArray[np.float64], end: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    a, b = start / np.linalg.norm(start), end / np.linalg.norm(end)
    axis = np.cross(a, b)
    length = np.linalg.norm(axis)
    if length < 1e-6:
        return np.eye(3)
    return rotation(axis, float(np.rad2deg(np.arctan2(length, a @ b))))


def _forearm(rng: np.random.Generator, manner: str, sign: int, upper: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    if manner == "relaxed":
        return upper + np.array([-sign * rng.uniform(-0.05, 0.2), 0, rng.uniform(0, 0.35)])
    if manner == "hip":
        return np.array([-sign * rng.uniform(0.75, 1.0), -rng.uniform(0.35, 0.7), rng.uniform(0.1, 0.5)])
    if manner == "pocket":
        return np.array([-sign * rng.uniform(0.1, 0.35), -1, rng.uniform(0.2, 0.5)])
    if manner == "bent":
        return np.array([-sign * rng.uniform(-0.1, 0.6), -rng.uniform(-0.2, 0.8), rng.uniform(0.4, 1)])
    if manner == "spread":
        return np.asarray(upper + rng.normal(0, 0.3, 3))
    if manner == "face":
        return np.array([-sign * rng.uniform(0.1, 0.5), rng.uniform(0.6, 1), rng.uniform(0.3, 0.7)])
    return np.array([-sign * rng.uniform(0.5, 0.9), -rng.uniform(0.2, 0.8), rng.uniform(0.4, 0.7)])


def random_pose(rng: np.random.Generator, rig: Rig, joints: npt.NDArray[np.float64], recorded: list[Pose]) -> Pose:
    """A standing pose: one turn per bone, in the axes of the rest pose."""
    if recorded and rng.random() < 0.08:
        pose = dict(recorded[rng.integers(len(recorded))])
        pose.pop("root", None)
        return pose
    pose = {}
    twist, lean = rng.normal(0, 5), rng.normal(0, 2)
    for k in range(1, 6):
        pose[f"spine0{k}"] = rotation([0, 1, 0], twist / 3) @ rotation([0, 0, 1], lean)
    trunk = np.linalg.matrix_power(pose["spine01"], 5)
    for bone in ("neck01", "neck02", "head"):
        nod, turn, tilt = rng.normal(0, 5), rng.normal(0, 7), rng.normal(0, 3)
        pose[bone] = rotation([0, 1, 0], turn) @ rotation([1, 0, 0], nod) @ rotation([0, 0, 1], tilt)
    both = str(rng.choice(ARM_MANNERS, p=_ARM_SHARES))
    for side, sign in (("L", 1), ("R", -1)):
        other = str(rng.choice(["relaxed", "relaxed", "hip", "pocket", "bent"]))
        manner = both if rng.random() < 0.6 else other
        _pose_arm(rng, rig, joints, pose, trunk, side, sign, manner)
        spread, forward = rng.normal(1.5, 3), rng.normal(0, 5)
        pose[f"upperleg01.{side}"] = rotation([0, 0, 1], sign * spread) @ rotation([1, 0, 0], forward)
        pose[f"lowerleg01.{side}"] = rotation([1, 0, 0], abs(rng.normal(0, 7)))
    return pose


def _pose_arm(
    rng: np.random.Generator,
    rig: Rig,
    joints: npt.NDArray[np.float64],
    pose: Pose,
    trunk: npt.NDArray[np.float64],
    side: str,
    sign: int,
    manner: str,
) -> None:
    out, ahead = np.deg2rad(rng.uniform(*_ABDUCTION[manner])), np.deg2rad(rng.uniform(*_FLEXION[manner]))
    upper = np.array([sign * np.sin(out), -np.cos(out) * np.cos(ahead), np.cos(out) * np.sin(ahead)])
    aim_arm(rig, joints, pose, trunk, side, upper, _forearm(rng, manner, sign, upper))
    pose[f"wrist.{side}"] = rotation(rng.normal(0, 1, 3), rng.normal(0, 12))
    curl = rng.uniform(0, 15) if manner == "hip" else abs(rng.normal(18, 16))
    across = joints[rig.number[f"finger5-1.{side}"]] - joints[rig.number[f"finger2-1.{side}"]]
    for finger in range(2, 6):
        for phalanx in (1, 2, 3):
            pose[f"finger{finger}-{phalanx}.{side}"] = rotation(across, sign * curl * rng.uniform(0.7, 1.3))


def aim_arm(
    rig: Rig,
    joints: npt.NDArray[np.float64],
    pose: Pose,
    trunk: npt.NDArray[np.float64],
    side: str,
    upper: npt.NDArray[np.float64],
    forearm: npt.NDArray[np.float64],
) -> None:
    """Point an arm's two bones in these directions, whatever the trunk's turn; side is L or R."""
    shoulder, elbow, wrist = (joints[rig.number[f"{bone}.{side}"]] for bone in ("upperarm01", "lowerarm01", "wrist"))
    upper_turn = trunk @ _aligning(elbow - shoulder, upper)
    pose[f"upperarm01.{side}"] = trunk.T @ upper_turn
    lower_turn = trunk @ _aligning(wrist - elbow, forearm)
    pose[f"lowerarm01.{side}"] = upper_turn.T @ lower_turn
