"""Rooms with a known camera and simple furniture, for the tests of what stands in them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import trimesh

from tryon.image import UInt8Array
from tryon.room.camera import Camera, rotation_of
from tryon.room.light import Light, read_light
from tryon.room.scene import Placement, Scene, set_scene


def known_camera(width: int = 640, height: int = 480, pitch_deg: float = -20.0, roll_deg: float = 2.0, height_m: float = 1.5) -> Camera:
    focal = 0.5 * height / math.tan(math.radians(27.0))
    intrinsics = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    return Camera(width=width, height=height, K=intrinsics, rotation=rotation_of(pitch_deg, roll_deg, 15.0), height_m=height_m)


def room_picture(camera: Camera, seed: int = 3) -> UInt8Array:
    """A gray wall over a brown floor with a window at the left, with noise."""
    ys, xs = np.mgrid[0 : camera.height, 0 : camera.width]
    rays = camera.rays(np.column_stack([xs.ravel() + 0.5, ys.ravel() + 0.5])).reshape(camera.height, camera.width, 3)
    picture = np.where(rays[..., 1:2] > -0.18, np.array([168.0, 165.0, 160.0]), np.array([128.0, 100.0, 78.0]))
    window = (xs > 0.04 * camera.width) & (xs < 0.16 * camera.width) & (ys < 0.14 * camera.height)
    picture[window] = 255.0
    noise = np.random.default_rng(seed).normal(0.0, 2.0, picture.shape)
    return np.clip(picture + noise + 0.5, 0, 255).astype(np.uint8)


def known_light(camera: Camera) -> Light:
    return read_light(room_picture(camera), camera)


def block(folder: Path, width: float, height: float, depth: float, color: tuple[int, int, int] = (200, 180, 150)) -> str:
    """A box as a mesh file, standing on the floor; gives its path."""
    mesh = trimesh.creation.box((width, height, depth))
    mesh.visual.vertex_colors = np.array([*color, 255], np.uint8)
    path = folder / f"block-{width}-{height}-{depth}-{color[0]}-{color[1]}-{color[2]}.ply"
    mesh.export(path)
    return str(path)


def spot(camera: Camera, x: float, z: float) -> tuple[float, float]:
    """The pixel of a place on the floor."""
    ((u, v),) = camera.project([[x, 0.0, z]])
    return float(u), float(v)


def ahead(camera: Camera, forward_m: float, right_m: float = 0.0) -> tuple[float, float]:
    """The pixel of the floor so far before the camera and to its right."""
    look, right = camera.rotation[2, [0, 2]], camera.rotation[0, [0, 2]]
    place = forward_m * look / np.linalg.norm(look) + right_m * right / np.linalg.norm(right)
    return spot(camera, float(place[0]), float(place[1]))


def scene_of(camera: Camera, *placements: tuple[str, float, float] | tuple[str, float, float, float]) -> Scene:
    return set_scene(camera, tuple(Placement(*one) for one in placements))
