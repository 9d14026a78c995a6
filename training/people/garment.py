"""A garment ready to be worn by anybody and to be laid flat: meshes, masks, cloth and what it hides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.people.flat import FLAT_BOX, WIDEN, drop_sleeves, to_unit
from training.people.makehuman import Floats, Ints, SkinWeights, vertex_normals
from training.people.parts import PART
from training.people.rasterizer import Drawn, Look, Surface, make_surface

if TYPE_CHECKING:
    import moderngl

KINDS = ("top", "outer", "trousers", "shorts", "skirt", "dress")
PART_OF_KIND = {
    "top": PART["top"],
    "outer": PART["outer"],
    "trousers": PART["bottom"],
    "shorts": PART["bottom"],
    "skirt": PART["skirt"],
    "dress": PART["dress"],
}


@dataclass(frozen=True, eq=False)
class Panel:
    """One mesh of a garment. ``fit`` gives unposed vertices on a body; ``rest`` are those on the reference body, ``flat``
    (V, 2) where they lie on the flat canvas, ``laid`` (V, 3) where in the product picture, all in decimetres."""

    fit: Callable[[Floats], Floats]
    weights: SkinWeights
    faces: Ints
    surface: Surface
    rest: Floats
    rest_normal: Floats
    flat: Floats
    laid: Floats
    arm: Floats
    look: Look


@dataclass(frozen=True, eq=False)
class Garment:
    """A garment of one of ``KINDS``.

    hides: body vertices under it. hem_y: where a top ends, in flat decimetres. sleeve: arm coordinate of the cuff,
    0 without sleeves. drop: degrees by which sleeves hang lower in the product picture than on the body. spread: how flat it lies there, 0 =
    as worn, 1 = partly unrolled. tucked: worn inside the bottom. waist_y: a dress's waist, or the upper edge of a bottom. open_front: a jacket worn open.
    textures: what to give back to the driver when done.
    """

    kind: str
    panels: tuple[Panel, ...]
    hides: npt.NDArray[np.bool_]
    hem_y: float
    sleeve: float = 0.0
    drop: float = 0.0
    spread: float = 1.0
    tucked: bool = False
    waist_y: float = 2.2
    crotch_y: float = -0.3
    open_front: bool = False
    textures: tuple[moderngl.Texture, ...] = ()


def make_panel(
    fit: Callable[[Floats], Floats],
    reference: Floats,
    weights: SkinWeights,
    faces: Ints,
    lay: Callable[[Floats], Floats],
    arm: Floats,
    kind: str,
    look: Look,
    keep: npt.NDArray[np.bool_],
    uv: Floats | None = None,
    uv_faces: Ints | None = None,
) -> Panel:
    """Fit a mesh on the reference body, lay it flat, and join both with its drawable faces (``keep``)."""
    rest = fit(reference)
    normal = vertex_normals(rest, faces)
    flat = lay(rest)
    coordinates = np.concatenate([to_unit(flat), normal[:, 2:], arm[:, None]], 1).astype(np.float32)
    laid = np.concatenate([flat, rest[:, 2:]], 1)
    surface = make_surface(
        faces[keep], PART_OF_KIND[kind], uv, None if uv_faces is None else uv_faces[keep], coordinates, laid
    )
    return Panel(fit, weights, faces, surface, rest, normal, flat, laid, arm, look)


def photographed(garment: Garment, spread: float, shoulder: npt.NDArray[np.floating], degrees: float = 0.0) -> Garment:
    """The same garment as a shop shows it: worn by a hidden dummy (spread 0) up to laid out on a table (1), sleeves lowered by degrees.

    shoulder (2,): the left joint in the rest pose, decimetres; on the table it lies farther out.
    """
    joint = np.array([shoulder[0] * (1 + spread * (WIDEN - 1)), shoulder[1]])
    panels = []
    for panel in garment.panels:
        flat = (1 - spread) * panel.rest[:, :2] + spread * panel.flat
        if garment.sleeve > 0:
            laid = drop_sleeves(flat, panel.rest[:, 2], panel.arm, joint, degrees)
        else:
            laid = np.concatenate([flat, panel.rest[:, 2:]], 1).astype(np.float32)
        surface = replace(panel.surface, laid=laid[panel.surface.vertex])
        panels.append(replace(panel, laid=laid, surface=surface))
    return replace(garment, panels=tuple(panels), drop=degrees, spread=spread)


def wear(
    garment: Garment, body: Floats, matrices: npt.NDArray[np.float64], turn: Floats, push: float, piece: int, between: tuple[float, float]
) -> list[Drawn]:
    """The garment on a posed body. ``turn`` (3, 3) turns the whole person; between: lowest and highest flat y drawn."""
    items = []
    y0, y1 = FLAT_BOX[2:]
    low, high = ((y - y0) / (y1 - y0) for y in between)
    for panel in garment.panels:
        place = panel.weights.pose(panel.fit(body), matrices) @ turn.T
        look = replace(panel.look, push=push, piece=piece, cut_above=high, cut_below=low)
        items.append(Drawn(panel.surface, place, vertex_normals(place, panel.faces), look))
    return items


def lay_flat(garment: Garment) -> list[Drawn]:
    """The garment lying flat, front up: its front panels over the inside of its back."""
    items = []
    for panel in garment.panels:
        place = panel.laid
        look = replace(panel.look, casts_shadow=False, piece=1)
        items.append(Drawn(panel.surface, place, panel.rest_normal, look))
        items.append(Drawn(panel.surface, place, panel.rest_normal, replace(look, inside=True)))
    return items
