"""glTF materials as the file says them: metal-rough, textures, emission, occlusion, alpha, and what extensions add."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from tryon.config import MAX_PIXELS
from tryon.image import UInt8Array
from tryon.room.mesh import Material
from tryon.text import _

__all__ = ["MAX_TEXTURE_PX", "MaterialReader", "picture"]

Array = npt.NDArray[np.float64]

MAX_TEXTURE_PX = 2048


def picture(data: bytes, channels: int) -> UInt8Array | None:
    """A packed picture as (h, w, channels) uint8, at most 2048 a side; None where it is damaged or too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image: Image.Image = Image.open(io.BytesIO(data))
            if image.size[0] * image.size[1] > MAX_PIXELS:
                return None
            if image.mode.startswith("I") or image.mode == "F":
                values = np.asarray(image, np.float64)
                image = Image.fromarray((values / max(float(values.max()), 1.0) * 255).astype(np.uint8))
            image = image.convert("RGBA" if channels == 4 else "RGB")
            image.thumbnail((MAX_TEXTURE_PX, MAX_TEXTURE_PX))
    except (OSError, ValueError, SyntaxError, AttributeError, Image.DecompressionBombError):
        return None
    return np.ascontiguousarray(np.asarray(image, np.uint8))


class MaterialReader:
    """Gives the materials of one document by number; each is read once."""

    understood = frozenset({
        "KHR_materials_unlit", "KHR_materials_emissive_strength", "KHR_materials_pbrSpecularGlossiness", "KHR_materials_transmission",
        "KHR_materials_ior", "KHR_materials_clearcoat", "KHR_materials_sheen",
    })

    def __init__(self, document: dict[str, Any], fetch: Callable[[int], bytes], notes: list[str]) -> None:
        self._document, self._fetch, self._notes = document, fetch, notes
        self._pictures: dict[tuple[int, int], UInt8Array | None] = {}
        self._made: dict[int, tuple[Material, int, Array | None]] = {}

    def material(self, number: int | None) -> tuple[Material, int, Array | None]:
        """The material, which set of texture coordinates it uses, and how they are moved ((2, 3), v downwards), or None."""
        if number is None:
            return Material(color=(1.0, 1.0, 1.0, 1.0), roughness=0.8, double_sided=True), 0, None
        if number not in self._made:
            self._made[number] = self._read(self._document["materials"][number])
        return self._made[number]

    def _read(self, entry: dict[str, Any]) -> tuple[Material, int, Array | None]:
        more = entry.get("extensions", {}) or {}
        metal_rough = entry.get("pbrMetallicRoughness", {}) or {}
        old = more.get("KHR_materials_pbrSpecularGlossiness")
        color_at = (old.get("diffuseTexture") if old else None) or metal_rough.get("baseColorTexture")
        surface_at = None if old else metal_rough.get("metallicRoughnessTexture")
        named = [color_at, entry.get("normalTexture"), surface_at, entry.get("emissiveTexture"), entry.get("occlusionTexture")]
        lead: dict[str, Any] = next((info for info in named if info is not None), {})
        uv_set, move = _place(lead)
        for info in named:
            if info is not None and not _same(_place(info), (uv_set, move)):
                self._notes.append(_("one of its textures lies elsewhere than the color does: drawn with the color's place"))
        if old:
            factor = _floats(old.get("diffuseFactor"), (1.0, 1.0, 1.0, 1.0))
            metallic, roughness = 0.0, 1.0 - _number(old.get("glossinessFactor"), 1.0)
        else:
            factor = _floats(metal_rough.get("baseColorFactor"), (1.0, 1.0, 1.0, 1.0))
            bare = not ({"metallicFactor", "roughnessFactor"} & set(metal_rough)) and surface_at is None
            # a file that says nothing at all about metal means none, whatever the specification's default
            metallic = 0.0 if bare else _number(metal_rough.get("metallicFactor"), 1.0)
            roughness = 0.8 if bare else _number(metal_rough.get("roughnessFactor"), 1.0)
        image = self._texture(color_at, 4)
        mode = str(entry.get("alphaMode", "OPAQUE")).upper()
        alpha = factor[3]
        clear = _number((more.get("KHR_materials_transmission") or {}).get("transmissionFactor"), 0.0)
        if clear > 0.05:
            mode, alpha = "BLEND", alpha * (1.0 - 0.8 * min(clear, 1.0))
            self._notes.append(_("its glass is drawn as thin and clear"))
        if mode != "OPAQUE" and alpha >= 0.999 and (image is None or bool((image[..., 3] >= 254).all())):
            mode = "OPAQUE"  # exporters say BLEND of things that nothing shines through
        strength = _number((more.get("KHR_materials_emissive_strength") or {}).get("emissiveStrength"), 1.0)
        red, green, blue = (min(value * strength, 100.0) for value in _floats(entry.get("emissiveFactor"), (0.0, 0.0, 0.0)))
        occlusion = self._texture(entry.get("occlusionTexture"), 3)
        glow_map = self._texture(entry.get("emissiveTexture"), 3) if max(red, green, blue) > 0 else None
        if "KHR_materials_unlit" in more:
            metallic, roughness = 0.0, 1.0
        coat, fuzz = more.get("KHR_materials_clearcoat") or {}, more.get("KHR_materials_sheen") or {}
        sheen = _floats(fuzz.get("sheenColorFactor"), (0.0, 0.0, 0.0))
        return Material(
            coat=_share(coat.get("clearcoatFactor"), 0.0), coat_roughness=_share(coat.get("clearcoatRoughnessFactor"), 0.0),
            sheen=tuple(min(max(value, 0.0), 1.0) for value in sheen), sheen_roughness=_share(fuzz.get("sheenRoughnessFactor"), 0.0),
            color=(factor[0], factor[1], factor[2], alpha), metallic=min(max(metallic, 0.0), 1.0), roughness=min(max(roughness, 0.0), 1.0),
            color_map=image, surface_map=self._texture(surface_at, 3), normal_map=self._texture(entry.get("normalTexture"), 3),
            normal_scale=_number((entry.get("normalTexture") or {}).get("scale"), 1.0),
            occlusion_map=None if occlusion is None else np.ascontiguousarray(occlusion[..., 0]),
            occlusion_strength=_number((entry.get("occlusionTexture") or {}).get("strength"), 1.0),
            alpha_mode=mode if mode in ("MASK", "BLEND") else "OPAQUE", alpha_cutoff=_number(entry.get("alphaCutoff"), 0.5),
            double_sided=bool(entry.get("doubleSided", False)), glow=(red, green, blue), glow_map=glow_map, name=str(entry.get("name", "")),
        ), uv_set, move

    def _texture(self, info: dict[str, Any] | None, channels: int) -> UInt8Array | None:
        if info is None:
            return None
        texture = self._document["textures"][int(info["index"])]
        more = texture.get("extensions", {}) or {}
        source = texture.get("source", (more.get("EXT_texture_webp") or {}).get("source"))
        if source is None:
            self._notes.append(_("one of its textures is packed as KTX2: drawn without it"))
            return None
        key = (int(source), channels)
        if key not in self._pictures:
            try:
                found = picture(self._fetch(int(source)), channels)
            except FileNotFoundError:
                self._pictures[key] = None  # the parcel remembers its name
                return None
            if found is None:
                self._notes.append(_("one of its textures is damaged or too large: drawn without it"))
            self._pictures[key] = found
        return self._pictures[key]


def _place(info: dict[str, Any]) -> tuple[int, Array | None]:
    """Which coordinates a texture uses, and how KHR_texture_transform moves them: (2, 3), v downwards."""
    moved = (info.get("extensions") or {}).get("KHR_texture_transform")
    uv_set = int(info.get("texCoord", 0))
    if moved is None:
        return uv_set, None
    uv_set = int(moved.get("texCoord", uv_set))
    (x, y), (across, down) = _floats(moved.get("offset"), (0.0, 0.0)), _floats(moved.get("scale"), (1.0, 1.0))
    turn = _number(moved.get("rotation"), 0.0)
    cos, sin = math.cos(turn), math.sin(turn)
    return uv_set, np.array([[cos * across, sin * down, x], [-sin * across, cos * down, y]], np.float64)


def _same(one: tuple[int, Array | None], other: tuple[int, Array | None]) -> bool:
    still = np.array([[1.0, 0, 0], [0, 1, 0]])
    first, second = (still if move is None else move for _set, move in (one, other))
    return one[0] == other[0] and bool(np.allclose(first, second, atol=1e-4))


def _number(value: Any, default: float) -> float:
    """A number of a file that may be absent or nonsense."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return default
    return number if math.isfinite(number) else default


def _share(value: Any, default: float) -> float:
    return min(max(_number(value, default), 0.0), 1.0)


def _floats(value: Any, default: tuple[float, ...]) -> tuple[float, ...]:
    """Several numbers of a file, as many as the default has."""
    if not isinstance(value, list | tuple) or len(value) < len(default):
        return default
    return tuple(_number(item, standard) for item, standard in zip(value, default, strict=False))
