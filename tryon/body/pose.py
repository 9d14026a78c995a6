"""Who is in the photo and how they stand: MediaPipe's landmarks and soft mask. The only module that knows MediaPipe.

The wheel carries its nets (pose landmark full, Bazarevsky et al. 2020; selfie segmentation; BlazeFace).
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from tryon.errors import NoPersonError
from tryon.image import FloatArray, Photo, UInt8Array
from tryon.text import _

__all__ = ["LANDMARKS", "LANDMARK_FLIP", "Pose", "find_pose"]

LANDMARKS: tuple[str, ...] = (
    "nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer",
    "left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_pinky", "right_pinky", "left_index", "right_index",
    "left_thumb", "right_thumb", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
    "left_heel", "right_heel", "left_foot_index", "right_foot_index",
)  # fmt: skip
"""Names of the 33 landmarks in MediaPipe's order; left and right are the wearer's."""

LANDMARK_FLIP: tuple[int, ...] = (0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(n + 1 if n % 2 else n - 1 for n in range(11, 33)))
"""Which landmark each becomes when the picture is mirrored."""

_Box = tuple[float, float, float, float]  # x0, y0, x1, y1
_Blob = tuple[npt.NDArray[np.int32], int, _Box]  # labels of all pieces, the number of this one, its box
_WORK_SIDE_PX = 1280
_SECOND_PERSON_SHARE = 0.3  # people smaller than this share of the largest are passers-by
_NARROW = 0.4  # shoulders to trunk; below it the first look is doubted
_LOCK = threading.RLock()  # MediaPipe's graphs serve one caller at a time


@dataclass(frozen=True, eq=False)
class Pose:
    """The person to dress, as MediaPipe saw them.

    landmarks: (33, 4) float32: x, y in pixels of the photo, z in pixels (depth relative to the hips, negative is nearer
    to the camera), visibility 0..1.
    mask: (H, W) float32 0..1, everybody's soft mask at the photo's size; it misses hands and thin arms.
    others: landmarks of the other people of a size that matters. faces: how many faces were found.
    """

    landmarks: FloatArray
    mask: FloatArray
    others: tuple[FloatArray, ...] = ()
    faces: int = 0

    @property
    def people(self) -> int:
        """How many people are in the photo."""
        return 1 + len(self.others)


def find_pose(photo: Photo) -> Pose:
    """Find the person in a photo, the largest where there are several. Raises NoPersonError."""
    scale = min(1.0, _WORK_SIDE_PX / max(photo.width, photo.height))
    frame = photo.rgb
    if scale < 1.0:
        size = (round(photo.width * scale), round(photo.height * scale))
        frame = cv2.resize(photo.rgb, size, interpolation=cv2.INTER_AREA)
    frame = np.ascontiguousarray(frame)
    with _LOCK:
        mask = _selfie(frame)
        faces = _faces(frame)
        found = _everybody(frame, mask, faces)
        if not found:
            raise NoPersonError(
                _("no person was found in this photo"),
                subject=photo.path or photo.name,
                advice=_("use a photo that shows one person from the front, at least from head to hips"),
            )
        found.sort(key=_size, reverse=True)
        main = found[0]
        others = tuple(one for one in found[1:] if _size(one) > _SECOND_PERSON_SHARE * _size(main))
        mask = _closer_mask(frame, mask, found[: 1 + len(others)])
    if scale < 1.0:
        mask = cv2.resize(mask, (photo.width, photo.height), interpolation=cv2.INTER_LINEAR)
    zoom = np.array([photo.width / frame.shape[1], photo.height / frame.shape[0]], np.float32)
    stretch = np.array([zoom[0], zoom[1], zoom[0], 1.0], np.float32)
    return Pose(_sane(main * stretch, photo), mask, tuple(_sane(one * stretch, photo) for one in others), len(faces))


def _everybody(frame: UInt8Array, mask: FloatArray, faces: Sequence[_Box]) -> list[FloatArray]:
    """Landmarks of each person, in pixels of the frame."""
    found: list[FloatArray] = []
    whole = (0, 0, frame.shape[1], frame.shape[0])
    _add(found, _frontal(frame, _pose_in(frame, whole)), mask)
    blobs = _blobs(mask)
    for x0, y0, x1, y1 in faces:
        middle, side = np.array([(x0 + x1) / 2, (y0 + y1) / 2]), max(x1 - x0, y1 - y0)
        if any(np.hypot(*(one[0, :2] - middle)) < 0.9 * side for one in found):
            continue
        box = _clip((middle[0] - 3 * side, middle[1] - 1.5 * side, middle[0] + 3 * side, middle[1] + 8 * side), frame)
        for confidence in (0.5, 0.3):
            landmarks = _pose_in(frame, box, confidence)
            if landmarks is not None and np.hypot(*(landmarks[0, :2] - middle)) < 1.2 * side:
                _add(found, landmarks, mask)
                break
    for labels, number, box in blobs:
        if any(_inside(one, labels == number) for one in found):
            continue
        alone = frame
        if len(blobs) > 1:
            kept = (labels == number) | (labels == 0)
            alone = np.where(kept[..., None], frame, _ground(frame, labels))
        landmarks = _pose_in(alone, _clip(_padded(box, 0.15), frame))
        if landmarks is not None and _inside(landmarks, labels == number):
            _add(found, landmarks, mask)
    if not found:
        for variant in _second_looks(frame, blobs):
            _add(found, _pose_in(frame, variant, 0.3), mask, careful=True)
            if found:
                break
    return found


def _frontal(frame: UInt8Array, landmarks: FloatArray | None) -> FloatArray | None:
    """The same person as seen with room above the head, where the first look saw shoulders too narrow for a view from the front.

    A head cut off by the photo's edge can make MediaPipe see a person from the side. Real side views stay narrow in every look.
    """
    if landmarks is None or _breadth(landmarks) > _NARROW:
        return landmarks
    best = landmarks
    for room in (0.12, 0.25, 0.4):
        again = _pose_in(frame, (0, -room * frame.shape[0], frame.shape[1], frame.shape[0]))
        if again is not None and _breadth(again) > max(1.5 * _breadth(landmarks), _breadth(best)):
            best = again
    return best


def _breadth(landmarks: FloatArray) -> float:
    """Distance of the shoulders as a share of the trunk's length; 0.55 to 0.75 from the front."""
    trunk = np.hypot(*(landmarks[11:13, :2].mean(0) - landmarks[23:25, :2].mean(0)))
    return float(np.hypot(*(landmarks[11, :2] - landmarks[12, :2])) / max(float(trunk), 1.0))


def _second_looks(frame: UInt8Array, blobs: Sequence[_Blob]) -> Iterator[_Box]:
    """Where to look again when the frame showed nobody: beyond its edges, around what the mask shows, at thirds."""
    height, width = frame.shape[:2]
    yield 0, 0, width, height
    yield -0.35 * width, -0.35 * height, 1.35 * width, 1.35 * height
    for _labels, _number, box in blobs[:2]:
        yield _padded(box, 0.3)
    side = min(width, height)
    if max(width, height) > 1.25 * side:
        for share in (0.5, 0.0, 1.0):
            x, y = share * (width - side), share * (height - side)
            yield x, y, x + side, y + side
    yield 0.2 * width, 0.1 * height, 0.8 * width, 0.9 * height


def _add(found: list[FloatArray], landmarks: FloatArray | None, mask: FloatArray, careful: bool = False) -> None:
    """Keep a person that is new and that the mask confirms."""
    if landmarks is None:
        return
    torso = landmarks[[11, 12, 24, 23], :2]
    drawn = np.zeros(mask.shape, np.uint8)
    cv2.fillConvexPoly(drawn, cv2.convexHull(torso.astype(np.float32)).astype(np.int32), 1)
    drawn = cv2.dilate(drawn, np.ones((5, 5), np.uint8))
    backing = float(mask[drawn > 0].mean()) if drawn.any() else 0.0
    if backing < (0.5 if careful else 0.2) or (careful and float(landmarks[[11, 12, 13, 14, 15, 16], 3].mean()) < 0.7):
        return
    span = max(float(np.ptp(torso[:, 0])), float(np.ptp(torso[:, 1])))
    if span < 0.02 * max(mask.shape):
        return
    for one in found:
        if np.hypot(*(one[[11, 12, 23, 24], :2] - landmarks[[11, 12, 23, 24], :2]).T).mean() < 0.5 * span:
            return
    found.append(landmarks)


def _size(landmarks: FloatArray) -> float:
    """How large a person is in the picture: the torso's height and the shoulders' width in pixels."""
    shoulders, hips = landmarks[11:13, :2], landmarks[23:25, :2]
    torso = float(np.hypot(*(shoulders.mean(0) - hips.mean(0))))
    return torso + float(np.hypot(*(shoulders[0] - shoulders[1])))


def _inside(landmarks: FloatArray, blob: npt.NDArray[np.bool_]) -> bool:
    points = landmarks[[11, 12, 23, 24], :2]
    points = np.concatenate([points * 0.8 + points.mean(0) * 0.2, points.mean(0)[None]])
    x = np.clip(points[:, 0].astype(int), 0, blob.shape[1] - 1)
    y = np.clip(points[:, 1].astype(int), 0, blob.shape[0] - 1)
    return bool(blob[y, x].mean() >= 0.6)


def _blobs(mask: FloatArray) -> list[_Blob]:
    """Separate pieces of the mask that are large enough for a person, largest first: labels, number, box."""
    count, labels, stats, _centers = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8), connectivity=8)
    if count < 2:
        return []
    areas = stats[1:, cv2.CC_STAT_AREA]
    order = [int(n) + 1 for n in np.argsort(-areas) if areas[n] > max(0.01 * mask.size, 0.12 * areas.max())]
    blobs = []
    for number in order[:4]:
        x, y, w, h = (float(v) for v in stats[number, :4])
        blobs.append((np.asarray(labels, np.int32), number, (x, y, x + w, y + h)))
    return blobs


def _ground(frame: UInt8Array, labels: npt.NDArray[np.int32]) -> UInt8Array:
    """The usual color of what is nobody's."""
    free = frame[labels == 0]
    return np.median(free, axis=0).astype(np.uint8) if len(free) else np.full(3, 200, np.uint8)


def _padded(box: _Box, share: float) -> _Box:
    x0, y0, x1, y1 = box
    dx, dy = share * (x1 - x0), share * (y1 - y0)
    return x0 - dx, y0 - dy, x1 + dx, y1 + dy


def _clip(box: _Box, frame: UInt8Array) -> _Box:
    height, width = frame.shape[:2]
    return max(0.0, box[0]), max(0.0, box[1]), min(float(width), box[2]), min(float(height), box[3])


def _closer_mask(frame: UInt8Array, mask: FloatArray, people: list[FloatArray]) -> FloatArray:
    """Where the people fill little of the frame the mask's net (256 x 256) sees them small: look again, closer."""
    points = np.concatenate([one[:, :2] for one in people])
    x0, y0 = points.min(0)
    x1, y1 = points.max(0)
    x0, y0, x1, y1 = _clip(_padded((float(x0), float(y0), float(x1), float(y1)), 0.25), frame)
    left, top, right, bottom = int(x0), int(y0), round(x1), round(y1)
    if right - left < 64 or bottom - top < 64 or (right - left) * (bottom - top) > 0.6 * mask.size:
        return mask
    closer = np.zeros_like(mask)
    closer[top:bottom, left:right] = _selfie(np.ascontiguousarray(frame[top:bottom, left:right]))
    return closer


def _sane(landmarks: FloatArray, photo: Photo) -> FloatArray:
    """Landmarks that were guessed far outside the photo are pulled near to it and called less visible; never NaN."""
    size = np.array([photo.width, photo.height], np.float32)
    points = np.nan_to_num(landmarks.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    kept = np.clip(points[:, :2], -0.75 * size, 1.75 * size)
    outside = np.maximum(np.maximum(-points[:, :2], points[:, :2] - size), 0.0) / size
    points[:, 3] *= np.clip(1.0 - 4.0 * outside.max(1), 0.0, 1.0)
    points[:, :2] = kept
    points.setflags(write=False)
    return points


# MediaPipe itself


@contextlib.contextmanager
def _native_silence() -> Iterator[None]:
    """Set file descriptor 2 aside: MediaPipe's C++ prints to it, whatever the log level in the environment."""
    try:
        if sys.stderr is not None:
            sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, ValueError):
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            try:
                yield
            finally:
                os.dup2(kept, 2)
    finally:
        os.close(kept)


@cache
def _solutions() -> types.SimpleNamespace:
    """MediaPipe's three solutions, imported without matplotlib, which only its plot_landmarks() wants (0.9 s)."""
    absent = [name for name in ("matplotlib", "matplotlib.pyplot") if name not in sys.modules]
    for name in absent:
        sys.modules[name] = types.ModuleType(name)
    if absent:
        sys.modules["matplotlib"].pyplot = sys.modules["matplotlib.pyplot"]  # type: ignore[attr-defined]
    try:
        with _native_silence():
            from mediapipe.python.solutions import face_detection, pose, selfie_segmentation
    finally:
        for name in absent:
            del sys.modules[name]
    return types.SimpleNamespace(
        pose=pose.Pose, selfie=selfie_segmentation.SelfieSegmentation, face=face_detection.FaceDetection
    )


@cache
def _graph(kind: str, option: float) -> Any:
    """One of MediaPipe's graphs, made once a process and run once on an empty picture while its messages go nowhere."""
    solutions = _solutions()
    with _native_silence():
        if kind == "pose":
            graph = solutions.pose(static_image_mode=True, model_complexity=1, min_detection_confidence=option)
        elif kind == "selfie":
            graph = solutions.selfie(model_selection=int(option))
        else:
            graph = solutions.face(model_selection=int(option), min_detection_confidence=0.6)
        graph.process(np.zeros((64, 64, 3), np.uint8))
    return graph


_QUIET_NEXT: set[int] = set()


def _process(kind: str, option: float, picture: UInt8Array) -> Any:
    graph = _graph(kind, option)
    if id(graph) in _QUIET_NEXT:
        return graph.process(picture)
    with _native_silence():  # some messages come with the first picture that shows somebody
        answer = graph.process(picture)
    if kind != "pose" or answer.pose_landmarks:
        _QUIET_NEXT.add(id(graph))
    return answer


def _pose_in(frame: UInt8Array, box: Sequence[float], confidence: float = 0.5) -> FloatArray | None:
    """Landmarks (33, 4) in pixels of the frame, found inside a box that may reach beyond it."""
    height, width = frame.shape[:2]
    left, top, right, bottom = round(box[0]), round(box[1]), round(box[2]), round(box[3])
    inner = frame[max(0, top) : min(height, bottom), max(0, left) : min(width, right)]
    if min(inner.shape[:2]) < 32:
        return None
    margins = max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width)
    if any(margins):
        edge = np.concatenate([inner[0], inner[-1], inner[:, 0], inner[:, -1]])
        color = tuple(int(v) for v in np.median(edge, axis=0))
        inner = cv2.copyMakeBorder(inner, *margins, cv2.BORDER_CONSTANT, value=color)
    answer = _process("pose", confidence, np.ascontiguousarray(inner))
    if not answer.pose_landmarks:
        return None
    wide, high = inner.shape[1], inner.shape[0]
    rows = [(p.x * wide + left, p.y * high + top, p.z * wide, p.visibility) for p in answer.pose_landmarks.landmark]
    return np.array(rows, np.float32)


def _selfie(frame: UInt8Array) -> FloatArray:
    mask: FloatArray = np.asarray(_process("selfie", 0, frame).segmentation_mask, np.float32)
    return np.clip(mask, 0.0, 1.0)


def _faces(frame: UInt8Array) -> list[_Box]:
    """Boxes of faces, from MediaPipe's near and far detectors."""
    height, width = frame.shape[:2]
    boxes: list[_Box] = []
    for reach in (0, 1):
        for face in _process("face", reach, frame).detections or ():
            box = face.location_data.relative_bounding_box
            x0, y0, w, h = box.xmin * width, box.ymin * height, box.width * width, box.height * height
            middle = x0 + w / 2, y0 + h / 2
            if not any(b[0] < middle[0] < b[2] and b[1] < middle[1] < b[3] for b in boxes):
                boxes.append((x0, y0, x0 + w, y0 + h))
    return boxes
