"""The picture for the eye: furniture path-traced in the room's own light, and what it does to the room around it."""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray
from tryon.jobs import silent
from tryon.room.box import RoomBox, around
from tryon.room.lamplight import part_glows
from tryon.room.paint import read_paint
from tryon.room.ratio import RatioLayers, enlarge, placed_in, ratio_layers
from tryon.room.render import Window, boxes_window, floor_in_photo
from tryon.room.stage import Panel, Stage, set_stage
from tryon.room.trace import TracedPart, TraceRequest, View
from tryon.room.tracer import Tracer
from tryon.text import _

if TYPE_CHECKING:
    from tryon.image import UInt8Array
    from tryon.jobs import Progress
    from tryon.room.camera import Camera
    from tryon.room.light import Light
    from tryon.room.render import Layers
    from tryon.room.scene import Scene

__all__ = ["TRACES", "TraceQuality", "close_tracer", "prepare_room", "trace_first", "trace_scene", "traced_parts"]

Array = npt.NDArray[np.float64]

_KEPT_ROOMS = 6
_FADE = 0.04
_FAR_PIXELS = 30_000
_STAGE_PX = 640  # so large the photo is at most where the room's colors are read: one answer for pictures of every size
_BARE_SAMPLES = 16
_MIRRORED = 0.1  # of the light on a varnished floor comes back from its varnish, whatever the floor's color
_LAMP_RIM_M = 0.06  # so far around a lamp the denoiser smears it
_LIKE = 0.3, 3.0  # how much darker or brighter than the quick picture a piece can be at first


@dataclass(frozen=True)
class TraceQuality:
    """samples: paths a pixel. pixels: how many are rendered at most, for the fast variant and for the plain one."""

    samples: int
    pixels: int
    plain_pixels: int


TRACES = {
    "first": TraceQuality(4, 70_000, 20_000), "good": TraceQuality(8, 400_000, 120_000), "best": TraceQuality(32, 1_000_000, 300_000),
}  # fmt: skip

_tracer = Tracer()
_bare: OrderedDict[str, tuple[tuple[int, int, int, int], FloatArray]] = OrderedDict()


def close_tracer() -> None:
    """End the path tracer's process; the next picture starts another."""
    _tracer.close()


def trace_scene(
    rgb: UInt8Array, scene: Scene, light: Light, box: RoomBox, lamps: tuple[Panel, ...], gloss: float, gain: float,
    quality: TraceQuality, progress: Progress, drawn: Layers | None = None,
) -> tuple[Window, RatioLayers, str]:
    """Path-trace the pieces into the room: the part of the photo (H, W, 3) that may change, what happens there, and what drew it.

    gain: how bright the place of the pieces is. drawn: the quick picture at the photo's size; it tells how the shadow goes on up to a foot,
    and the finest details where the photo is larger than what is path-traced. Raises RenderError where the path tracer does not run,
    Canceled.
    """
    camera = scene.camera
    fast = _tracer.start(progress) != "scalar_rgb"
    drawing = _set_up(rgb, scene, light, box, lamps, gloss, drawn)
    white = light.floor / np.maximum(drawing.stage.floor, 1e-3) * gain
    window = changing_window(scene, drawing.stage.box)
    limit = quality.pixels if fast else quality.plain_pixels
    scale = min(1.0, float(np.sqrt(limit / max(window.width * window.height, 1))))
    small = camera if scale == 1.0 else camera.resized(max(16, round(camera.width * scale)), max(16, round(camera.height * scale)))
    crop = _scaled(window, small.width / camera.width, small.height / camera.height, small)
    layers, request = drawing.layers(_view(small, crop), small, quality.samples, white, progress.part(0.0, 0.75))
    rim = _rim(crop, small)
    window = Window(*(round(v * camera.width / small.width) for v in crop)) if scale < 1.0 else Window(*crop)
    if scale < 1.0:
        window = Window(window.x0, window.y0, min(window.x1, camera.width), min(window.y1, camera.height))
        fine = _fine_cover(scene, window, request, progress.part(0.75, 0.85))
        layers = enlarge(layers, window.width, window.height, fine, None if drawn is None else _cut_out(drawn, window))
        rim = cv2.resize(rim, (window.width, window.height))
    if rim.min() < 1.0:
        window, layers = _into_the_whole(drawing, window, layers, rim, white, fast, progress.part(0.85, 1.0))
    name = "Mitsuba 3, " + ("LLVM" if fast else _("plain variant")) + f", {quality.samples} " + _("samples, Open Image Denoise")
    return window, layers, name


def trace_first(
    rgb: UInt8Array, scene: Scene, light: Light, box: RoomBox, lamps: tuple[Panel, ...], gloss: float, gain: float, drawn: Layers,
    progress: Progress,
) -> tuple[Window, RatioLayers, str]:
    """A first look, in seconds: the photo is path-traced small; its light is laid over the details of the quick picture.

    drawn: the pieces as the quick renderer shows them, at the size of the scene's camera. All else as in `trace_scene`.
    """
    camera, quality = scene.camera, TRACES["first"]
    fast = _tracer.start(progress) != "scalar_rgb"
    drawing = _set_up(rgb, scene, light, box, lamps, gloss, drawn)
    white = light.floor / np.maximum(drawing.stage.floor, 1e-3) * gain
    small = _small(camera, quality.pixels if fast else quality.plain_pixels)
    window = Window(0, 0, camera.width, camera.height)
    quick = np.zeros((camera.height, camera.width, 4), np.float32)
    quick[drawn.window.cut] = drawn.furniture
    shape = (small.width, small.height)
    shrunk = cv2.resize(quick, shape, interpolation=cv2.INTER_AREA)
    whole = (0, 0, small.width, small.height)
    layers, _request = drawing.layers(_view(small, whole), small, quality.samples, white, progress, shrunk[..., 3])
    known, traced = (cv2.GaussianBlur(one, (0, 0), 2.0) + 1e-4 for one in (shrunk[..., :3], layers.color))
    like = cv2.resize(np.clip(traced / known, *_LIKE), (camera.width, camera.height), interpolation=cv2.INTER_LINEAR)
    ratio = cv2.resize(layers.ratio, (camera.width, camera.height), interpolation=cv2.INTER_LINEAR)
    name = "Mitsuba 3, " + ("LLVM" if fast else _("plain variant")) + f", {quality.samples} " + _("samples, Open Image Denoise")
    return window, RatioLayers(ratio, quick[..., :3] * like, quick[..., 3]), name


def prepare_room(rgb: UInt8Array, camera: Camera, light: Light, box: RoomBox, lamps: tuple[Panel, ...], gloss: float) -> None:
    """Start the path tracer and light the empty room ahead, so that the first look need not wait for it. Raises RenderError."""
    from tryon.room.scene import Scene

    quiet = silent()
    quality = TRACES["first"]
    fast = _tracer.start(quiet) != "scalar_rgb"
    small = _small(camera, quality.pixels if fast else quality.plain_pixels)
    drawing = _set_up(rgb, Scene(camera, ()), light, box, lamps, gloss)
    _bare_room(TraceRequest(_view(small, (0, 0, small.width, small.height)), drawing.stage.panels, (), _BARE_SAMPLES), quiet)


def _small(camera: Camera, pixels: int) -> Camera:
    """The camera of a picture of about so many pixels; of one shape for every size of one photo."""
    high = max(16, round(float(np.sqrt(pixels * camera.height / camera.width)) / 4) * 4)
    wide = max(16, round(high * camera.width / camera.height))
    return camera if wide >= camera.width else camera.resized(wide, high)


def _set_up(
    rgb: UInt8Array, scene: Scene, light: Light, box: RoomBox, lamps: tuple[Panel, ...], gloss: float, drawn: Layers | None = None
) -> _Drawing:
    """Photo and pieces as the path tracer sees them."""
    found, box = box, around(box, scene)
    found = replace(found, **{side: getattr(box, side) for side in found.seen - box.seen})  # what a piece stands in was no wall
    shrink = min(1.0, _STAGE_PX / max(rgb.shape[:2]))
    size = (max(8, round(rgb.shape[1] * shrink)), max(8, round(rgb.shape[0] * shrink)))
    seen = rgb if shrink == 1.0 else cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    camera = scene.camera.resized(seen.shape[1], seen.shape[0])
    paint = read_paint(seen, camera, light, found, lamps).round(2)
    return _Drawing(scene, set_stage(seen, camera, light, box, lamps, gloss, paint), found, traced_parts(scene), drawn)


@dataclass(frozen=True, eq=False)
class _Drawing:
    """What is rendered: the pieces as parts, on the stage.

    found: the walls before the pieces made them give way. drawn: the quick picture.
    """

    scene: Scene
    stage: Stage
    found: RoomBox
    parts: tuple[TracedPart, ...]
    drawn: Layers | None = None

    def layers(
        self, view: View, camera: Camera, samples: int, white: Array, progress: Progress, cover: FloatArray | None = None
    ) -> tuple[RatioLayers, TraceRequest]:
        """What the pieces do to one part of the photo; white: what a white sheet there looks like, (3,) linear; cover: where known."""
        stage, box = self.stage, self.stage.box
        bare = _bare_room(TraceRequest(view, stage.panels, (), max(samples, _BARE_SAMPLES)), progress.part(0.0, 0.35))
        rays = _rays(camera, view.crop)
        sides = box.sides_hit(camera.position, rays).reshape(bare.shape[:2])
        as_found = self.found.sides_hit(camera.position, rays).reshape(bare.shape[:2])  # a wall that made room is still not floor
        exposure = _exposure(bare, sides == 0, stage.floor, white)
        colored = _exposure(bare, sides == 0, stage.floor + _MIRRORED * stage.panels[0].gloss, white)
        exposure = colored * float(exposure.mean() / colored.mean())
        glow = float(np.mean(white / np.maximum(exposure, 1e-6)))
        request = TraceRequest(view, stage.panels, self.parts, samples, glow=glow)
        lit = _tracer.render(request, progress.part(0.35, 0.9), _("following the light"))
        if cover is None:
            cover = _tracer.render(replace(request, panels=(), cover=True, samples=16), progress.part(0.9, 1.0), _("finding the outline"))
        known = np.array([name == "floor" or name in box.seen for name in box.sides()])
        receives = known[sides] & (as_found == sides) & ~_on_lamps(stage, camera.position, rays).reshape(sides.shape)
        lamps = any(piece.furniture.lights for piece in self.scene.pieces)
        return ratio_layers(lit, bare, cover, receives, exposure.astype(np.float32), lamps, self._contact(camera, view)), request

    def _contact(self, camera: Camera, view: View) -> FloatArray | None:
        """The share of light that the quick picture leaves the floor, in what the view shows of it."""
        x0, y0, x1, y1 = view.crop
        if self.drawn is None or (seen := floor_in_photo(camera, self.drawn.floor, self.drawn.region)) is None:
            return None
        whole = np.ones((camera.height, camera.width, 3), np.float32)
        whole[seen[0].cut] = seen[1]
        return whole[y0:y1, x0:x1]


def _into_the_whole(
    drawing: _Drawing, window: Window, layers: RatioLayers, rim: FloatArray, white: Array, fast: bool, progress: Progress
) -> tuple[Window, RatioLayers]:
    """The layers of the photo's whole size: far from a piece the light changes too, but so smoothly that a small render tells it."""
    camera = drawing.scene.camera
    shrink = min(1.0, float(np.sqrt((_FAR_PIXELS if fast else _FAR_PIXELS / 4) / (camera.width * camera.height))))
    small = camera.resized(max(16, round(camera.width * shrink)), max(16, round(camera.height * shrink)))
    far, _request = drawing.layers(_view(small, (0, 0, small.width, small.height)), small, 16, white, progress)
    outer = cv2.GaussianBlur(cv2.resize(far.ratio, (camera.width, camera.height), interpolation=cv2.INTER_LINEAR), (0, 0), 1.0 / shrink)
    ratio = placed_in(outer, layers.ratio, window.cut, rim)
    color, alpha = np.zeros_like(ratio), np.zeros(ratio.shape[:2], np.float32)
    color[window.cut], alpha[window.cut] = layers.color, layers.alpha
    return Window(0, 0, camera.width, camera.height), RatioLayers(ratio, color, alpha)


def traced_parts(scene: Scene) -> tuple[TracedPart, ...]:
    """The pieces with all their triangles, shining as their lamps do."""
    made = []
    for piece in scene.pieces:
        parts = piece.furniture.fine_parts or piece.furniture.parts
        glows = part_glows(piece.furniture, parts)
        made += [TracedPart(part, piece.transform, glow) for part, glow in zip(parts, glows, strict=True)]
    return tuple(made)


def changing_window(scene: Scene, box: RoomBox) -> Window:
    """The part of the photo where the pieces can be seen, cast a shadow or be mirrored."""
    boxes = []
    for piece in scene.pieces:
        low, high = piece.corners.min(axis=0), piece.corners.max(axis=0)
        margin = 0.5 + 1.0 * min(float(high[1]), 2.0)
        low, high = low - margin, high + (margin, 0.4, margin)
        low = np.maximum(low, (box.left, 0.0, box.back))
        high = np.minimum(high, (box.right, box.ceiling, box.front))
        boxes.append(np.array([[x, y, z] for y in (low[1], high[1]) for x, z in
                               ((low[0], low[2]), (high[0], low[2]), (high[0], high[2]), (low[0], high[2]))]))
    return boxes_window(scene.camera, boxes) or Window(0, 0, scene.camera.width, scene.camera.height)


def _scaled(window: Window, sx: float, sy: float, camera: Camera) -> tuple[int, int, int, int]:
    x0, y0 = int(np.floor(window.x0 * sx)), int(np.floor(window.y0 * sy))
    x1, y1 = int(np.ceil(window.x1 * sx)), int(np.ceil(window.y1 * sy))
    x1, y1 = min(max(x1, x0 + 8), camera.width), min(max(y1, y0 + 8), camera.height)
    return min(x0, x1 - 8), min(y0, y1 - 8), x1, y1


def _view(camera: Camera, crop: tuple[int, int, int, int]) -> View:
    return View(K=camera.K, rotation=camera.rotation, position=camera.position, size=(camera.width, camera.height), crop=crop)


def _rays(camera: Camera, crop: tuple[int, int, int, int]) -> Array:
    x0, y0, x1, y1 = crop
    ys, xs = np.mgrid[y0:y1, x0:x1]
    return camera.rays(np.column_stack([xs.ravel() + 0.5, ys.ravel() + 0.5]))


def _on_lamps(stage: Stage, eye: Array, rays: Array) -> npt.NDArray[np.bool_]:
    """Which rays (N, 3) meet a bright panel or its rim: what the tracer shows there is the lamp, not the wall that the photo shows."""
    result = np.zeros(len(rays), bool)
    for panel in stage.panels:
        if max(panel.glow) > 0:
            normal = np.cross(panel.right, panel.up)
            along = rays @ normal
            far = float((panel.middle - eye) @ normal) / np.where(np.abs(along) > 1e-9, along, np.inf)
            off = eye + rays * far[:, None] - panel.middle
            inside = far > 0
            for half in (panel.right, panel.up):
                length = float(np.linalg.norm(half))
                inside &= np.abs(off @ half) < length * (length + _LAMP_RIM_M)
            result |= inside
    return result


def _rim(crop: tuple[int, int, int, int], camera: Camera) -> FloatArray:
    """1 inside, falling to 0 where the rendered part ends within the photo."""
    x0, y0, x1, y1 = crop

    def ramp(low: int, high: int, size: int) -> Array:
        place = np.arange(low, high) + 0.5
        reach = max(4.0, _FADE * size)
        rise = np.ones(high - low)
        if low > 0:
            rise = np.minimum(rise, (place - low) / reach)
        if high < size:
            rise = np.minimum(rise, (high - place) / reach)
        return np.clip(rise, 0.0, 1.0)

    return (ramp(y0, y1, camera.height)[:, None] * ramp(x0, x1, camera.width)[None]).astype(np.float32)


def _bare_room(request: TraceRequest, progress: Progress) -> FloatArray:
    """The empty room, kept for the next picture; a second part of the same room renders the whole of it."""
    whole = replace(request, view=replace(request.view, crop=(0, 0, 0, 0)))
    key = hashlib.sha256(pickle.dumps(whole)).hexdigest()
    x0, y0, x1, y1 = request.view.crop
    if key in _bare:
        (left, top, right, bottom), kept = _bare[key]
        _bare.move_to_end(key)
        if left <= x0 and top <= y0 and right >= x1 and bottom >= y1:
            return kept[y0 - top : y1 - top, x0 - left : x1 - left]
        full = (0, 0, *request.view.size)
        request = replace(request, view=replace(request.view, crop=full))
    made = _tracer.render(request, progress, _("lighting the empty room"))
    _bare[key] = (request.view.crop, made)
    while len(_bare) > _KEPT_ROOMS:
        _bare.popitem(last=False)
    left, top = request.view.crop[:2]
    return made[y0 - top : y1 - top, x0 - left : x1 - left]


def _exposure(bare: FloatArray, on_floor: npt.NDArray[np.bool_], floor: Array, white: Array) -> Array:
    """The photo's light per radiance, (3,): a white sheet on the floor must look white as `Light` says."""
    if on_floor.sum() > 50:
        level = np.median(bare[on_floor], axis=0).astype(np.float64) / floor
    else:
        level = np.median(bare.reshape(-1, 3), axis=0).astype(np.float64) / 0.6
    result: Array = white / np.maximum(level, 1e-6)
    return result


def _cut_out(drawn: Layers, window: Window) -> FloatArray:
    """One part of the photo of the quick picture: (h, w, 4), empty where it shows no furniture."""
    x0, y0 = max(window.x0, drawn.window.x0), max(window.y0, drawn.window.y0)
    x1, y1 = min(window.x1, drawn.window.x1), min(window.y1, drawn.window.y1)
    part = np.zeros((window.height, window.width, 4), np.float32)
    if x1 > x0 and y1 > y0:
        seen = drawn.furniture[y0 - drawn.window.y0 : y1 - drawn.window.y0, x0 - drawn.window.x0 : x1 - drawn.window.x0]
        part[y0 - window.y0 : y1 - window.y0, x0 - window.x0 : x1 - window.x0] = seen
    return part


def _fine_cover(scene: Scene, window: Window, request: TraceRequest, progress: Progress) -> FloatArray:
    """The outline at the photo's own size."""
    crop = (window.x0, window.y0, window.x1, window.y1)
    fine = replace(request, view=_view(scene.camera, crop), panels=(), cover=True, samples=9)
    return _tracer.render(fine, progress, _("finding the outline"))
