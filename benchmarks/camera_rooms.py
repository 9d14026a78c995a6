"""How well the camera is found in furnished rooms that were path-traced with known cameras, beside a published peer.

    python -m benchmarks.camera_rooms [--rooms N] [--render-only] [--out FILE.json]

Rooms are drawn by lot (size, floor, light, door, pictures, one to three pieces of furniture), 640 x 480, 4 samples a pixel, denoised, saved
as JPEG in runs/camera. Errors in degrees; the area under the recall curve (AUC) at 1/5/10 degrees is GeoCalib's measure. The peer is the
two-line exhaustive search of Lu et al. ("2-Line Exhaustive Searching for Real-Time Vanishing Point Estimation in Manhattan World", WACV
2017) on OpenCV's LSD; it needs the focal length: it is given the true one, and once the usual one.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.camera import GEOCALIB, area_under_recall
from benchmarks.machine import describe_machine
from tryon.image import UInt8Array, linear_to_srgb, load_photo
from tryon.room.camera import Camera, find_camera, rotation_of
from tryon.room.scene import Placement, set_scene
from tryon.room.vanishing import FOCAL_PRIOR

Array = npt.NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[1]
SIZE = (640, 480)
VERSION = 1
PIECES = ("sofa-2-seat", "armchair", "coffee-table", "dining-table", "dining-chair", "bookshelf", "sideboard", "floor-lamp", "double-bed",
          "wardrobe", "potted-plant", "desk", "tub-chair", "rug")  # fmt: skip


@dataclass(frozen=True)
class Room:
    """One room. box: left, right, back, front, ceiling. light: "window", "lamp" or "both". pieces: name, x, z, turn in degrees."""

    seed: int
    box: tuple[float, float, float, float, float]
    floor: str
    gloss: float
    light: str
    pieces: tuple[tuple[str, float, float, float], ...]
    pitch: float
    roll: float
    yaw: float
    vfov: float
    height_m: float

    def camera(self) -> Camera:
        """The known camera."""
        focal = SIZE[1] / 2 / math.tan(math.radians(self.vfov) / 2)
        intrinsics = np.array([[focal, 0, SIZE[0] / 2], [0, focal, SIZE[1] / 2], [0, 0, 1]])
        return Camera(SIZE[0], SIZE[1], intrinsics, rotation_of(self.pitch, self.roll, self.yaw), self.height_m, 1.0)


def drawn_room(seed: int) -> Room:
    """A room and a camera as people hold it, by lot."""
    random = np.random.default_rng(seed)
    wide, deep = random.uniform(3.2, 5.5), random.uniform(4.2, 6.5)
    left = -random.uniform(0.35, 0.65) * wide
    front = random.uniform(0.4, 1.2)
    box = (left, left + wide, front - deep, front, random.uniform(2.4, 2.9))
    pieces = []
    for _number in range(int(random.integers(1, 4))):
        x, z = random.uniform(left + 0.7, left + wide - 0.7), random.uniform(front - deep + 0.6, -1.6)
        turn = float(random.choice([0, 90, -90])) if random.random() < 0.65 else float(random.uniform(-180, 180))
        pieces.append((str(random.choice(PIECES)), float(x), float(z), turn))
    return Room(
        seed, tuple(float(v) for v in box), str(random.choice(["planks", "tiles", "carpet"])), float(random.uniform(0, 0.8)),  # type: ignore[arg-type]
        str(random.choice(["window", "lamp", "both"])), tuple(pieces), float(random.uniform(-28, 6)),
        float(np.clip(random.normal(0, 2.5), -8, 8)), float(random.uniform(-42, 42)), float(random.uniform(42, 72)),
        float(random.uniform(1.2, 1.7)),
    )  # fmt: skip


def picture_of(room: Room, folder: Path) -> Path:
    """The room's photo, rendered where it is not there yet."""
    path = folder / f"room-{room.seed}-v{VERSION}.jpg"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        rgb = _rendered(room)
        quality = int(np.random.default_rng(room.seed + 1).integers(80, 96))
        cv2.imwrite(str(path), rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return path


def _rendered(room: Room) -> UInt8Array:
    import mitsuba as mi

    from tryon.room import trace

    if mi.variant() is None:
        trace.start(True)
    camera = room.camera()
    left, right, back, _front, _ceiling = room.box
    placements = []
    for name, x, z, turn in room.pieces:
        (u, v), away = camera.project([[x, 0.0, z]])[0], camera.position - (x, 0.0, z)
        if 0 <= u <= SIZE[0] and 0 <= v <= SIZE[1] and math.hypot(away[0], away[2]) > 1.4:
            placements.append(Placement(name, float(u), float(v), turn - math.degrees(math.atan2(away[0], away[2]))))
    scene = set_scene(camera, tuple(placements))
    corners = {piece: piece.corners for piece in scene.pieces}
    inside = [piece for piece, at in corners.items() if at[:, 0].min() > left and at[:, 0].max() < right and at[:, 2].min() > back]
    view = trace.View(camera.K, camera.rotation, camera.position, SIZE, (0, 0, *SIZE))
    parts = tuple(trace.TracedPart(part, piece.transform) for piece in inside for part in piece.furniture.parts)
    shapes = {**_walls(room), **trace._shapes(trace.TraceRequest(view, (), parts, 4))}
    integrator = {"type": "aov", "aovs": "al:albedo,nn:sh_normal", "img": {"type": "path", "max_depth": 6}}
    loaded = mi.load_dict({"type": "scene", "integrator": integrator, "sensor": trace._sensor(view, 4), **shapes})
    made = trace._denoised(np.array(mi.render(loaded, spp=4, seed=room.seed), np.float32))
    exposure = 0.42 / max(float(np.percentile(made.mean(axis=2), 60)), 1e-6)
    random = np.random.default_rng(room.seed + 2)
    noisy = linear_to_srgb(np.clip(made * exposure, 0, 1)) * 255 + random.normal(0, random.uniform(0.5, 3.0), made.shape)
    return np.clip(noisy + 0.5, 0, 255).astype(np.uint8)


def _walls(room: Room) -> dict[str, Any]:
    """The room with door, skirting, pictures and its lights, in the path tracer's words."""
    import mitsuba as mi

    from benchmarks.room.truth import _texture
    from tryon.room import trace
    from tryon.room.box import RoomBox
    from tryon.room.stage import Panel

    left, right, back, front, ceiling = room.box
    random = np.random.default_rng(room.seed + 3)
    wall = np.clip(random.uniform(0.55, 0.8) + random.uniform(-0.08, 0.08, 3), 0, 0.85)
    shapes: dict[str, Any] = {}
    for name, (middle, across, up) in RoomBox(left, right, back, front, ceiling).sides().items():
        tint = np.full(3, 0.84) if name == "ceiling" else wall * random.uniform(0.92, 1.05)
        shapes[name] = trace._panel(Panel(name, middle, across, up, tint))
    boards = mi.TensorXf(_texture(room.floor, room.seed))
    data = {"type": "bitmap", "data": boards, "raw": True, "to_uv": mi.ScalarTransform3f().scale([2.2, 2.6])}
    surface = {"type": "principled", "base_color": data, "roughness": 0.6 - 0.45 * room.gloss, "specular": 0.5 if room.gloss > 0 else 0.0}
    shapes["floor"]["bsdf"] = {"type": "twosided", "bsdf": surface}

    def block(name: str, middle: tuple[float, float, float], half: tuple[float, float, float], color: Array) -> None:
        place = mi.ScalarTransform4f().translate(list(middle)).scale(list(half))
        paint = {"type": "diffuse", "reflectance": {"type": "rgb", "value": [float(v) for v in np.clip(color, 0.02, 0.9)]}}
        shapes[name] = {"type": "cube", "to_world": place, "bsdf": paint}

    skirting = wall * random.uniform(0.75, 1.15)
    block("skirting0", ((left + right) / 2, 0.05, back + 0.008), ((right - left) / 2, 0.05, 0.008), skirting)
    block("skirting1", (left + 0.008, 0.05, (back + front) / 2), (0.008, 0.05, (front - back) / 2), skirting)
    block("skirting2", (right - 0.008, 0.05, (back + front) / 2), (0.008, 0.05, (front - back) / 2), skirting)
    door = random.uniform(left + 0.6, right - 0.6)
    if random.random() < 0.6:
        block("door", (door, 1.015, back + 0.02), (0.42, 1.015, 0.02), wall * random.uniform(0.6, 1.2))
    for number in range(int(random.integers(0, 3))):
        x, y = random.uniform(left + 0.6, right - 0.6), random.uniform(1.3, 1.8)
        if abs(x - door) > 0.9:
            half = (random.uniform(0.2, 0.5), random.uniform(0.2, 0.4), 0.01)
            block(f"picture{number}", (x, y, back + 0.012), half, random.uniform(0.05, 0.7, 3))

    def lamp(name: str, middle: Any, across: Any, up: Any, glow: tuple[float, float, float]) -> None:
        place, side, over = (np.array(v, np.float64) for v in (middle, across, up))
        shapes[name] = trace._panel(Panel(name, place, side, over, np.full(3, 0.5), glow=glow))

    if room.light in ("window", "both"):
        side = -1.0 if random.random() < 0.5 else 1.0
        x, z = (left if side < 0 else right) - side * 0.02, random.uniform(back + 1.0, -0.6)
        lamp("window", (x, 1.5, z), (0, 0, side * random.uniform(0.5, 0.9)), (0, 0.65, 0), (9.0, 10.0, 11.5))
    if room.light in ("lamp", "both"):
        over = (random.uniform(left + 1, right - 1), ceiling - 0.03, random.uniform(back + 1.2, -0.5))
        lamp("lamp", over, (0.22, 0, 0), (0, 0, 0.22), (30, 25, 18))
    return shapes


def two_line_search(rgb: UInt8Array, focal_px: float) -> Array | None:
    """The peer: rotation (3, 3) world to camera of a Manhattan frame, after Lu et al. 2017; None with too few lines.

    First direction from pairs of lines (105 of them: 99 % sure of one good pair at half outliers), the second swept over its great circle
    in steps of one degree, the third at right angles; scored on a polar grid of all lines' crossings, weighted by lengths and angle.
    """
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))[0]
    if found is None:
        return None
    ends = np.asarray(found, np.float64).reshape(-1, 4) + 0.5 - np.array([rgb.shape[1], rgb.shape[0]] * 2) / 2
    length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    ends, length = ends[length > 30], length[length > 30]
    if len(ends) < 3:
        return None
    deep = np.full(len(ends), focal_px)
    lines = np.cross(np.column_stack([ends[:, :2], deep]), np.column_stack([ends[:, 2:], deep]))
    lines /= np.linalg.norm(lines, axis=1, keepdims=True)
    angle = np.arctan2(ends[:, 3] - ends[:, 1], ends[:, 2] - ends[:, 0])
    one, two = np.triu_indices(len(lines), 1)
    crossing = np.cross(lines[one], lines[two])
    norm = np.linalg.norm(crossing, axis=1)
    good = norm > 1e-6
    crossing, one, two = crossing[good] / norm[good, None], one[good], two[good]
    crossing *= np.where(crossing[:, 2:] < 0, -1.0, 1.0)
    weight = length[one] * length[two] * np.abs(np.sin(2 * (angle[one] - angle[two]))) + 1e-9
    grid = np.zeros((91, 361))
    rows, columns = _cell(crossing)
    np.add.at(grid, (rows, columns), weight)
    grid = cv2.blur(grid, (3, 3))
    random = np.random.default_rng(0)
    best, answer = -1.0, None
    for _pair in range(105):
        a, b = random.choice(len(lines), 2, replace=False)
        first = np.cross(lines[a], lines[b])
        if np.linalg.norm(first) < 1e-6:
            continue
        first /= np.linalg.norm(first)
        side = np.cross(first, [0.0, 1.0, 0.0] if abs(first[1]) < 0.9 else [1.0, 0.0, 0.0])
        side /= np.linalg.norm(side)
        turn = np.radians(np.arange(360))
        second = np.cos(turn)[:, None] * side + np.sin(turn)[:, None] * np.cross(first, side)
        third = np.cross(np.broadcast_to(first, second.shape), second)
        score = sum(grid[_cell(v * np.where(v[:, 2:] < 0, -1.0, 1.0))] for v in (np.broadcast_to(first, second.shape), second, third))
        at = int(np.argmax(score))
        if score[at] > best:
            best, answer = float(score[at]), np.stack([first, second[at], third[at]])
    if answer is None:
        return None
    number = int(np.abs(answer[:, 1]).argmax())
    up = answer[number] * (-1.0 if answer[number, 1] > 0 else 1.0)
    others = [answer[n] for n in range(3) if n != number]
    back = max(others, key=lambda v: abs(v[2]))
    back = back * (-1.0 if back[2] > 0 else 1.0)
    return np.column_stack([np.cross(up, back), up, back])


def _cell(directions: Array) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    latitude = np.degrees(np.arccos(np.clip(directions[:, 2], 0.0, 1.0))).astype(np.intp)
    longitude = (np.degrees(np.arctan2(directions[:, 0], directions[:, 1])) + 180.0).astype(np.intp)
    return np.clip(latitude, 0, 90), np.clip(longitude, 0, 360)


def score(truth: Room, camera: Camera) -> dict[str, float]:
    """Errors in degrees."""
    roll, pitch, vfov = camera.roll_deg - truth.roll, camera.pitch_deg - truth.pitch, camera.vfov_deg - truth.vfov
    return {"roll": abs(roll), "pitch": abs(pitch), "vfov": abs(vfov)}


def table(rows: list[dict[str, float]]) -> dict[str, Any]:
    """Median and AUC, as GeoCalib's paper writes them."""
    result: dict[str, Any] = {}
    for key in ("roll", "pitch", "vfov"):
        errors = np.array([row[key] for row in rows])
        result[key] = {"median": round(float(np.median(errors)), 2), "auc": [round(area_under_recall(errors, t), 1) for t in (1, 5, 10)]}
    result["seconds_median"] = round(float(np.median([row["seconds"] for row in rows])), 3)
    return result


def main() -> None:
    """Render, measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.camera_rooms", description=__doc__)
    parser.add_argument("--rooms", type=int, default=300)
    parser.add_argument("--render-only", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "camera_rooms.json")
    options = parser.parse_args()
    rooms = [drawn_room(seed) for seed in range(5000, 5000 + options.rooms)]
    names = ("ours", "ours, EXIF focal length", "Lu 2017, true focal length", "Lu 2017, usual one")
    rows: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    sure: list[tuple[float, float]] = []
    for number, room in enumerate(rooms):
        path = picture_of(room, ROOT / "runs" / "camera")
        if options.render_only:
            print(number, end=" ", flush=True)
            continue
        photo, truth = load_photo(path), room.camera()
        for name, focal in (("ours", None), ("ours, EXIF focal length", truth.focal_px)):
            start = time.process_time()
            camera = find_camera(type(photo)(photo.rgb, focal_px=focal))
            rows[name].append({**score(room, camera), "seconds": time.process_time() - start})
            if focal is None:
                sure.append((camera.confidence, rows[name][-1]["pitch"]))
        usual = FOCAL_PRIOR * math.hypot(*SIZE)
        for name, focal in (("Lu 2017, true focal length", truth.focal_px), ("Lu 2017, usual one", usual)):
            start = time.process_time()
            rotation = two_line_search(photo.rgb, focal)
            seconds = time.process_time() - start
            found = rotation if rotation is not None else rotation_of(0.0, 0.0)
            intrinsics = np.array([[focal, 0, SIZE[0] / 2], [0, focal, SIZE[1] / 2], [0, 0, 1]])
            rows[name].append({**score(room, Camera(SIZE[0], SIZE[1], intrinsics, found)), "seconds": seconds})
    if options.render_only:
        return
    tables = {name: table(measured) for name, measured in rows.items()}
    print(f"{len(rooms)} rooms; median (AUC at 1/5/10 degrees)")
    for name, one in tables.items():
        words = [f"{key} {one[key]['median']:6.2f} ({'/'.join(f'{v:4.1f}' for v in one[key]['auc'])})" for key in ("roll", "pitch", "vfov")]
        print(f"  {name:28} {'   '.join(words)}   {one['seconds_median']:.2f} s")
    trusted = [error for confidence, error in sure if confidence >= 0.5]
    wrong = sum(error > 5 for error in trusted)
    print(f"  sure in {len(trusted)} of {len(sure)}, of these pitch wrong by over 5 degrees: {wrong}\n\n{GEOCALIB}")
    result = {"machine": describe_machine(), "rooms": len(rooms), "tables": tables, "sure": len(trusted), "sure_but_wrong": wrong}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
