"""How well the camera is found: every room with known truth, and crops of panoramas with known angles.

    python -m benchmarks.camera [--rooms DIR] [--panoramas FILE ...] [--crops N] [--out FILE.json] [--sheet DIR]

Prints tables and writes JSON. Seconds are processor time. Errors are in degrees; the area under the recall curve (AUC) at 1/5/10
degrees is GeoCalib's measure.
"""

from __future__ import annotations

import argparse
import json
import math
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.machine import describe_machine
from tryon.image import Photo, UInt8Array, load_photo, photo_from_array, save_picture
from tryon.room.camera import Camera, find_camera, rotation_of
from tryon.room.grid import draw_grid

Array = npt.NDArray[np.float64]

SHARED = Path(__file__).resolve().parents[2] / "shared"
PANORAMAS = ("lythwood_lounge_4k_tonemapped.webp", "st_fagans_interior_1k.hdr", "empty_warehouse_01_1k.hdr")
GEOCALIB = """Published on Stanford2D3D crops (GeoCalib's README; other pictures and other angles: a yardstick, not the same race):
                     roll                 pitch                vertical field of view
  UVP (lines)        65.3/74.6/79.1       51.2/63.0/69.2       22.2/39.5/51.3
  GeoCalib (net)     83.1/91.8/94.8       52.3/74.8/84.6       17.4/40.0/59.4"""


@dataclass(frozen=True)
class Shot:
    """How a crop of a panorama was taken: degrees, signs as in Camera."""

    roll: float
    pitch: float
    heading: float
    vfov: float
    width: int
    height: int


def area_under_recall(errors: Array, threshold: float) -> float:
    """Area under "share of errors below t" for t from 0 to the threshold, in per cent (as in GeoCalib and SuperGlue)."""
    kept = np.sort(errors[errors < threshold])
    recall = np.arange(1, len(kept) + 1) / len(errors)
    x = np.concatenate([[0.0], kept, [threshold]])
    y = np.concatenate([[0.0], recall, recall[-1:] if len(kept) else [0.0]])
    return float(100.0 * np.trapezoid(y, x) / threshold) if hasattr(np, "trapezoid") else float(100.0 * np.trapz(y, x) / threshold)


def crop(panorama: UInt8Array, shot: Shot) -> UInt8Array:
    """The photo that a pinhole camera would take inside an equirectangular panorama (H, 2H, 3)."""
    focal = shot.height / (2.0 * math.tan(math.radians(shot.vfov) / 2.0))
    rotation = rotation_of(shot.pitch, shot.roll, shot.heading)
    x, y = np.meshgrid(np.arange(shot.width) + 0.5 - shot.width / 2, np.arange(shot.height) + 0.5 - shot.height / 2)
    world = np.stack([x / focal, y / focal, np.ones_like(x)], axis=-1) @ rotation
    longitude = np.arctan2(world[..., 0], -world[..., 2])
    latitude = np.arctan2(world[..., 1], np.hypot(world[..., 0], world[..., 2]))
    at_x = ((longitude / (2 * math.pi) + 0.5) * panorama.shape[1] - 0.5).astype(np.float32)
    at_y = ((0.5 - latitude / math.pi) * panorama.shape[0] - 0.5).astype(np.float32)
    taken = cv2.remap(panorama, at_x, at_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_WRAP)
    return np.asarray(taken, dtype=np.uint8)


def read_panorama(path: Path) -> UInt8Array:
    """An equirectangular picture as 8-bit sRGB; Radiance files are tone-mapped by their median."""
    if path.suffix == ".hdr":
        linear = cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGR2RGB)
        linear = linear * (0.25 / float(np.median(linear)))
        return np.asarray(255.0 * (linear / (1.0 + linear)) ** (1 / 2.2), dtype=np.uint8)
    return load_photo(path).rgb


def shots(count: int, kind: str, seed: int, panorama_height: int) -> Iterator[Shot]:
    """Crops as people take room photos ("usual"), or turned and tilted widely ("wild")."""
    random = np.random.default_rng(seed)
    for _index in range(count):
        usual = kind == "usual"
        roll = float(np.clip(random.normal(0, 2.5), -8, 8)) if usual else float(random.uniform(-25, 25))
        pitch = float(random.uniform(-35, 8)) if usual else float(random.uniform(-45, 30))
        vfov = float(random.uniform(42, 72)) if usual else float(random.uniform(35, 95))
        # no more pixels than the panorama has
        height = int(np.clip(1.2 * panorama_height * vfov / 180.0, 240, 900))
        width = round(height * float(random.choice([4 / 3, 3 / 2, 3 / 4])))
        yield Shot(roll, pitch, float(random.uniform(-180, 180)), vfov, width, height)


def score_crops(path: Path, count: int, kind: str, seed: int = 1) -> list[dict[str, Any]]:
    """Camera errors on crops of one panorama."""
    panorama = read_panorama(path)
    rows: list[dict[str, Any]] = []
    for shot in shots(count, kind, seed, panorama.shape[0]):
        photo = photo_from_array(crop(panorama, shot), path.stem)
        started = time.process_time()
        camera = find_camera(photo)
        seconds = time.process_time() - started
        true_up, up = rotation_of(shot.pitch, shot.roll)[:, 1], camera.rotation[:, 1]
        rows.append({
            "roll": abs(camera.roll_deg - shot.roll), "pitch": abs(camera.pitch_deg - shot.pitch), "vfov": abs(camera.vfov_deg - shot.vfov),
            "gravity": math.degrees(math.acos(float(np.clip(true_up @ up, -1, 1)))), "confidence": camera.confidence,
            "focal_share": camera.focal_px / (shot.height / (2 * math.tan(math.radians(shot.vfov) / 2))) - 1.0, "seconds": seconds,
            "source": camera.focal_source, "method": camera.method,
        })
    return rows


def rooms_with_truth(rooms: Path) -> dict[str, float]:
    """True focal lengths in pixels by file name."""
    focals = {f"planercnn_{n}.png": 587.0 for n in (1, 2)}
    for n in (1, 2, 3):
        focals[f"sunrgbd_{n}.jpg"] = float((rooms / f"sunrgbd_{n}_K.txt").read_text().split()[0])
    for one, two, one_focal, two_focal, _pose in scannet_pairs(rooms):
        focals[one], focals[two] = one_focal, two_focal
    return focals


def scannet_pairs(rooms: Path) -> Iterator[tuple[str, str, float, float, Array]]:
    """Pairs of frames of one room: names, focal lengths, relative rotation (second camera from first)."""
    for line in (rooms / "scannet_pairs_with_gt.txt").read_text().splitlines():
        part = line.split()
        if len(part) == 38:
            names = [f"scannet_{name.removeprefix('scene')}" for name in part[:2]]
            pose = np.array(part[22:], dtype=np.float64).reshape(4, 4)
            yield names[0], names[1], float(part[4]), float(part[13]), pose[:3, :3]


def relative_error(one: Camera, two: Camera, truth: Array) -> float:
    """Degrees between the found and the true relative rotation, up to the room's quarter turns about the vertical."""
    best = 180.0
    for quarter in range(4):
        c, s = round(math.cos(quarter * math.pi / 2)), round(math.sin(quarter * math.pi / 2))
        turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
        apart = two.rotation @ turn @ one.rotation.T @ truth.T
        best = min(best, math.degrees(math.acos(float(np.clip((np.trace(apart) - 1) / 2, -1, 1)))))
    return best


def score_rooms(rooms: Path, with_focal: bool, sheet: Path | None) -> dict[str, Any]:
    """Focal and relative rotation errors on the room photos; with_focal = as if EXIF had told the true focal length."""
    focals = rooms_with_truth(rooms)
    cameras: dict[str, Camera] = {}
    table: dict[str, Any] = {}
    for path in sorted([*rooms.glob("*.jpg"), *rooms.glob("*.png")]):
        photo = load_photo(path)
        truth = focals.get(path.name)
        if with_focal and truth is None:
            continue
        if with_focal:
            photo = Photo(rgb=photo.rgb, name=photo.name, focal_px=truth)
        started = time.process_time()
        camera = cameras[path.name] = find_camera(photo)
        row: dict[str, Any] = {key: value for key, value in camera.to_json().items() if key not in ("K", "rotation")}
        row["seconds"] = round(time.process_time() - started, 3)
        row["focal_ratio"] = None if truth is None else round(camera.focal_px / truth, 3)
        table[path.name] = row
        if sheet is not None:
            sheet.mkdir(parents=True, exist_ok=True)
            save_picture(sheet / f"{path.stem}{'_focal' if with_focal else ''}.png", draw_grid(photo, camera))
    pairs = [
        {"first": one, "second": two, "error_deg": round(relative_error(cameras[one], cameras[two], truth), 2),
         "confidence": [round(cameras[one].confidence, 2), round(cameras[two].confidence, 2)]}
        for one, two, _f1, _f2, truth in scannet_pairs(rooms)
    ]
    return {"photos": table, "pairs": pairs, "pairs_median_deg": round(float(np.median([pair["error_deg"] for pair in pairs])), 2)}


def person_lines(rooms: Path) -> dict[str, Any]:
    """How well the vanishing lines that a person drew in fSpy fit the directions found: degrees between each line and its nearest."""
    result: dict[str, Any] = {}
    for path in sorted((rooms / "fspy").glob("*.fspy")):
        data = path.read_bytes()
        _version, state_bytes, _image_bytes = struct.unpack("<III", data[4:16])
        state, picture = json.loads(data[16 : 16 + state_bytes]), np.frombuffer(data[16 + state_bytes :], dtype=np.uint8)
        photo = photo_from_array(cv2.cvtColor(cv2.imdecode(picture, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), path.stem)
        drawn = list(state["controlPointsStateBase"]["firstVanishingPoint"]["lineSegments"])
        if state["globalSettings"]["calibrationMode"] == "TwoVanishingPoints":
            drawn += state["controlPointsState2VP"]["secondVanishingPoint"]["lineSegments"]
        camera = find_camera(photo)
        points = (camera.K @ camera.rotation).T  # vanishing points of x, y, z, homogeneous
        errors = []
        for ends in drawn:
            one, two = (np.array([end["x"] * photo.width, end["y"] * photo.height]) for end in ends)
            ways = points[:, :2] - (one + two) / 2 * points[:, 2:]
            cosine = np.abs(ways @ (two - one)) / np.linalg.norm(ways, axis=1) / np.linalg.norm(two - one)
            errors.append(round(math.degrees(math.acos(min(1.0, float(cosine.max())))), 2))
        result[path.name] = {"degrees": errors, "confidence": round(camera.confidence, 2)}
    return result


def summarize(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians, AUC, and what the confidence is worth."""
    result: dict[str, Any] = {"crops": len(rows)}
    for key in ("roll", "pitch", "vfov"):
        errors = np.array([row[key] for row in rows])
        result[key] = {"median": round(float(np.median(errors)), 2), "auc": [round(area_under_recall(errors, t), 1) for t in (1, 5, 10)]}
    gravity, sure = np.array([row["gravity"] for row in rows]), np.array([row["confidence"] for row in rows]) >= 0.5
    result["sure"] = round(float(sure.mean()), 3)
    result["sure_wrong"] = int((sure & (gravity > 5)).sum())
    result["sure_gravity_median"] = round(float(np.median(gravity[sure])), 2) if sure.any() else None
    result["unsure_right"] = int((~sure & (gravity < 2)).sum())
    result["focal_within_10_percent_where_from_lines"] = round(float(np.mean(
        [float(abs(row["focal_share"]) < 0.1) for row in rows if row["source"] == "lines"] or [math.nan]
    )), 3)
    result["seconds_median"] = round(float(np.median([row["seconds"] for row in rows])), 3)
    return result


def main(arguments: list[str] | None = None) -> int:
    """Run all and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=Path, default=SHARED / "rooms")
    parser.add_argument("--panoramas", type=Path, nargs="*", default=[SHARED / "open" / "hdri" / name for name in PANORAMAS])
    parser.add_argument("--crops", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="of the crops")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/camera.json"))
    parser.add_argument("--sheet", type=Path, help="folder for the floor grids over the room photos")
    options = parser.parse_args(arguments)
    results: dict[str, Any] = {"machine": describe_machine()}
    if options.rooms.is_dir():
        for key, with_focal in (("rooms", False), ("rooms_with_true_focal", True)):
            scored = results[key] = score_rooms(options.rooms, with_focal, options.sheet)
            print(f"\n{key}")
            for name, row in scored["photos"].items():
                focal = f"focal x{row['focal_ratio'] or math.nan:5.3f} ({row['focal_source']:5s} +-{row['focal_error']:.0%})"
                angles = f"pitch {row['pitch_deg']:6.1f} roll {row['roll_deg']:6.1f} sure {row['confidence']:.2f}"
                print(f"  {name[:34]:34s} {focal} {angles} {row['seconds']:.2f} s {row['method']}")
            for pair in scored["pairs"]:
                print(f"  {pair['first'][:32]} - {pair['second'][8:32]}: {pair['error_deg']:5.1f} deg, sure {pair['confidence']}")
            print(f"  median relative rotation error {scored['pairs_median_deg']} deg")
        results["person_lines"] = person_lines(options.rooms)
        print("\nlines that a person drew in fSpy, degrees from the nearest direction found")
        for name, row in results["person_lines"].items():
            print(f"  {name:38s} {row['degrees']} sure {row['confidence']}")
    for path in options.panoramas:
        if not path.is_file():
            print(f"no panorama {path.name}: skipped")
            continue
        for kind in ("usual", "wild"):
            summary = summarize(score_crops(path, options.crops, kind, options.seed))
            results[f"{path.stem} {kind}"] = summary
            words = [f"{key} {summary[key]['median']:.2f} ({'/'.join(map(str, summary[key]['auc']))})" for key in ("roll", "pitch", "vfov")]
            print(f"\n{path.stem}, {kind}: median (AUC at 1/5/10 degrees): {'  '.join(words)}")
            print(f"  sure {summary['sure']:.0%}, of these wrong by over 5 degrees: {summary['sure_wrong']}; "
                  f"unsure though right: {summary['unsure_right']}; focal from lines within 10 %: "
                  f"{summary['focal_within_10_percent_where_from_lines']:.0%}; {summary['seconds_median']} s")
    print(f"\n{GEOCALIB}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
