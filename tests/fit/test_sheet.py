"""The elastic sheet: it follows its ribbons, holds together at the seams, parts where pieces only touch, and makes no kinks."""

from __future__ import annotations

import numpy as np

from tests.fit.mannequin import tee, wearer
from tryon.fit.cling import widened
from tryon.fit.drape import DRAPE_PARTS, drape
from tryon.fit.ribbon import Ribbon
from tryon.fit.sheet import lay_sheet


def strip(x0: float, x1: float, y0: float, y1: float) -> tuple[np.ndarray, np.ndarray]:
    """Left and right edge of an upright strip, 9 cross-sections."""
    ys = np.linspace(y0, y1, 9)
    return np.stack([np.full(9, x0), ys], 1), np.stack([np.full(9, x1), ys], 1)


def test_one_straight_ribbon_is_a_scaling_also_beyond_its_edges() -> None:
    cloth = np.ones((240, 160), dtype=np.float32)
    ribbon = Ribbon("trunk", *strip(30, 130, 40, 200), *strip(15, 65, 20, 100))
    dense = lay_sheet([ribbon], cloth, 80, 120)[0]
    y, x = np.mgrid[0:120, 0:80]
    expected = np.stack([(x + 0.5) * 2, (y + 0.5) * 2], axis=-1)
    inside = (x > 1) & (x < 78) & (y > 1) & (y < 118)  # all of the cloth, not the ribbon's part of it only
    assert np.abs(dense - expected)[inside].max() < 1.5


def test_a_kink_in_the_ribbon_is_no_kink_in_the_cloth() -> None:
    cloth = np.ones((240, 160), dtype=np.float32)
    left, right = strip(15, 65, 20, 100)
    left[4, 0] -= 8
    dense = lay_sheet([Ribbon("trunk", *strip(30, 130, 40, 200), left, right)], cloth, 80, 120)[0]
    course = dense[25:95, 20, 0]
    assert np.abs(np.diff(course, 2)).max() < 1.0, "a straight thread bends gently"


def test_pieces_hold_together_at_their_seam_and_part_elsewhere() -> None:
    """A sleeve that touches the trunk in the picture, hanging away from it on the body."""
    cloth = np.ones((200, 200), dtype=np.float32)
    trunk = Ribbon("trunk", *strip(0, 120, 0, 200), *strip(0, 120, 0, 200))
    ys = np.linspace(60, 200, 9)  # the seam lies from (120, 60) to (120, 0); the sleeve goes down beside the trunk
    inner, outer = np.stack([np.full(9, 120.0), ys], 1), np.stack([np.linspace(120, 190, 9).clip(max=190), ys - 60], 1)
    outer[1:, 0], outer[1:, 1] = 190.0, ys[1:]
    away = np.linspace(0, 90, 9)[:, None] * np.array([1.0, 0.0])
    sleeve = Ribbon("left_sleeve", inner, outer, inner + away, outer + away, ramp=0.2)
    on_trunk, on_sleeve = lay_sheet([trunk, sleeve], cloth, 300, 220)
    row = on_sleeve[190]
    assert np.nanmin(np.flatnonzero(~np.isnan(row[:, 0]))) > 180, "below, the sleeve hangs away"
    both = ~np.isnan(on_trunk[10:50, :, 0]) & ~np.isnan(on_sleeve[10:50, :, 0])
    assert both.any()
    assert np.abs(on_trunk[10:50] - on_sleeve[10:50])[both].max() < 6.0, "along the seam both say the same"


def test_a_sleeve_is_widened_to_the_limb_and_no_further() -> None:
    body = np.zeros((200, 200), dtype=np.uint8)
    body[20:180, 60:140] = 1
    ribbon = Ribbon("left_sleeve", *strip(0, 40, 0, 100), *strip(75, 125, 30, 170))
    wide = widened(ribbon, body)
    middle = slice(len(wide.target_a) * 3 // 4, -6)
    assert np.allclose(wide.target_a[middle, 0], 60, atol=2) and np.allclose(wide.target_b[middle, 0], 140, atol=2)
    assert np.allclose(widened(ribbon, np.zeros_like(body)).target_a[:, 0], 75)


def test_the_cloth_runs_on_over_the_armhole() -> None:
    _, body = wearer(768)
    laid = drape(body, tee(sleeve="short"))
    jumps = []
    for side in ("left", "right"):
        sleeve = laid.parts == DRAPE_PARTS.index(f"{side}_sleeve")
        trunk = laid.parts == DRAPE_PARTS.index("trunk")
        beside = (sleeve[:, :-1] & trunk[:, 1:]) | (trunk[:, :-1] & sleeve[:, 1:])
        rows = np.flatnonzero(beside.any(axis=1))
        beside[rows[len(rows) // 3] :] = False  # the upper third: further down the sleeve lies over the trunk
        jumps.append(np.linalg.norm(np.diff(laid.dense, axis=1), axis=-1)[beside])
    assert np.median(np.concatenate(jumps)) < 3 * np.nanmedian(np.linalg.norm(np.diff(laid.dense, axis=1), axis=-1))


def test_a_loose_bit_of_cloth_goes_where_the_whole_would_take_it() -> None:
    cloth = np.zeros((240, 160), dtype=np.float32)
    cloth[40:200, 30:130] = 1
    cloth[215:235, 70:90] = 1  # a label below the hem, joined to nothing
    ribbon = Ribbon("trunk", *strip(30, 130, 40, 200), *strip(15, 65, 20, 100))
    dense = lay_sheet([ribbon], cloth, 80, 130)[0]
    seen = dense[110:115, 37:43]
    assert np.abs(seen - np.array([80, 225])).max() < 14
    assert np.isnan(lay_sheet([ribbon], np.zeros_like(cloth), 80, 130)[0][5, 5]).all()
