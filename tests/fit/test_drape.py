"""The drape: cloth lands where it belongs, in order, in proportion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.fit.mannequin import dress, skirt, tee, trousers, wearer
from tryon.body.parsing import PARTS
from tryon.fit.cling import without_burrs
from tryon.fit.drape import DRAPE_PARTS, Hem, drape, warp
from tryon.fit.figure import measure
from tryon.fit.neckline import Neckline
from tryon.fit.pattern import read_pattern
from tryon.fit.ribbon import Ribbon, lay, resample
from tryon.fit.tuck import hem_of


def straight(x0: float, x1: float, y0: float, y1: float, count: int = 9) -> tuple[np.ndarray, np.ndarray]:
    ys = np.linspace(y0, y1, count)
    return np.stack([np.full(count, x0), ys], 1), np.stack([np.full(count, x1), ys], 1)


def test_a_straight_ribbon_is_a_scaling() -> None:
    source, target = straight(10, 110, 20, 220), straight(5, 55, 5, 105)
    dense = lay(Ribbon("trunk", *source, *target), 64, 128)
    known = ~np.isnan(dense[..., 0])
    assert known[6:104, 6:54].all() and not known[:, 58:].any() and not known[108:].any()
    y, x = np.nonzero(known)
    inner = (x > 5) & (x < 54) & (y > 5) & (y < 104)
    assert np.abs(dense[y, x, 0] - (10 + (x + 0.5 - 5) * 2))[inner].max() < 1.1
    assert np.abs(dense[y, x, 1] - (20 + (y + 0.5 - 5) * 2))[inner].max() < 1.1


def test_resampling_keeps_ends_and_spacing() -> None:
    line = resample(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 14.0]]), 16)
    assert np.allclose(line[0], (0, 0)) and np.allclose(line[-1], (3, 14))
    assert np.allclose(np.linalg.norm(np.diff(line, axis=0), axis=1), 1.0)


def test_sleeves_lie_on_the_arms_and_the_trunk_on_the_trunk() -> None:
    _, body = wearer()
    laid = drape(body, tee(sleeve="long"))
    figure = measure(body)
    for side in ("left", "right"):
        middle = figure.arms[side].joints[:2].mean(axis=0).astype(int)
        assert DRAPE_PARTS[laid.parts[middle[1], middle[0]]] == f"{side}_sleeve"
        wrist = figure.arms[side].joints[2].astype(int)
        assert laid.alpha[wrist[1] - 12, wrist[0] - 12 : wrist[0] + 12].max() > 0.5
    chest = figure.axis(0.4).astype(int)
    assert DRAPE_PARTS[laid.parts[chest[1], chest[0]]] == "trunk"


def test_left_stays_left() -> None:
    _, body = wearer()
    for garment in (tee(), trousers(), skirt(), dress()):
        laid = drape(body, garment)
        x = np.nonzero(laid.alpha > 0.5)[1]
        found = laid.dense[laid.alpha > 0.5, 0]
        middle = measure(body).hip_middle[0]
        assert found[x > middle + 8].mean() > 200 > found[x < middle - 8].mean()


@pytest.mark.parametrize("make", [tee, trousers, skirt, dress])
def test_twice_the_photo_is_twice_the_drape(make) -> None:  # type: ignore[no-untyped-def]
    small, large = (drape(wearer(height)[1], make()).alpha > 0.5 for height in (384, 768))
    again = large[::2, ::2]
    assert (small & again).sum() / (small | again).sum() > 0.95


@pytest.mark.parametrize("make", [tee, trousers, skirt, dress])
def test_mirrored_wearer_gives_the_mirrored_outline(make) -> None:  # type: ignore[no-untyped-def]
    one, other = (drape(wearer(mirrored=flag)[1], make()).alpha > 0.5 for flag in (False, True))
    other = other[:, ::-1]
    assert (one & other).sum() / (one | other).sum() > 0.96


def test_longer_sleeves_reach_farther() -> None:
    _, body = wearer()
    cover = [(drape(body, tee(sleeve=sleeve)).alpha > 0.5).sum() for sleeve in ("none", "short", "long")]
    assert cover[0] < cover[1] < cover[2]


def test_stripes_stay_in_order_down_the_trunk() -> None:
    _, body = wearer()
    laid = drape(body, tee())
    column = int(measure(body).shoulder_middle[0])
    rows = laid.dense[:, column, 1][laid.alpha[:, column] > 0.9]
    assert len(rows) > 100 and (np.diff(rows) > -0.2).all()


def test_trousers_cover_the_legs_to_the_ankles_and_leave_the_gap() -> None:
    _, body = wearer()
    laid = drape(body, trousers())
    for side in ("left", "right"):
        knee, ankle = measure(body).legs[side].joints[1:].astype(int)
        assert laid.alpha[knee[1], knee[0]] > 0.9
        assert laid.alpha[ankle[1] - 15, ankle[0]] > 0.9
    assert laid.alpha[int(0.84 * 512), int(0.375 * 512)] < 0.1


def test_tucked_in_ends_at_the_waistband() -> None:
    _, body = wearer()
    garment = tee()
    assert hem_of(body, garment, "out").tucked_at is None
    hem = hem_of(body, garment, "in")
    assert hem.tucked_at is not None
    longer, shorter = drape(body, garment).alpha, drape(body, garment, hem=hem).alpha
    assert np.nonzero(shorter.max(axis=1) > 0.5)[0].max() < np.nonzero(longer.max(axis=1) > 0.5)[0].max() - 10
    assert hem_of(body, trousers(), "in") == Hem()


def test_warp_gives_the_garments_own_colors() -> None:
    _, body = wearer()
    garment = tee()
    laid = drape(body, garment)
    rgba = laid.rgba(garment)
    solid = laid.alpha > 0.99
    seen = {tuple(color) for color in np.unique(rgba[solid][:, :3] // 64, axis=0)}
    own = {tuple(color) for color in np.unique(garment.rgba[garment.rgba[..., 3] > 250][:, :3] // 64, axis=0)}
    assert own <= seen
    assert rgba.shape == (body.height, body.width, 4) and (rgba[laid.alpha == 0, 3] == 0).all()
    large = warp(garment, laid.dense, body.width * 2, body.height * 2, alpha=laid.alpha)
    assert large.shape == (body.height * 2, body.width * 2, 4)


def test_bare_arms_are_known_from_sleeves() -> None:
    _, body = wearer(sleeves=False)
    assert (body.parts == PARTS.index("left_arm")).any()
    assert measure(body).arms["left"].length > 0.15 * body.height


def test_what_is_added_to_the_cloth_has_no_spikes_and_straps_stay() -> None:
    own = np.zeros((120, 120), dtype=bool)
    own[40:100, 30:90] = True
    own[10:40, 50:54] = True  # a strap
    alpha = own.astype(np.float32)
    alpha[60:64, 90:110] = 1.0  # a spike
    alpha[45:95, 20:30] = 1.0  # a whole side
    out = without_burrs(alpha, own, 3.0)
    assert out[20:38, 51:53].min() > 0.9 and out[50:90, 24:30].min() > 0.9
    assert out[62, 100] < 0.1 and out[own].min() > 0.9


def test_an_armpit_beside_the_gap_is_moved_into_it() -> None:
    garment = tee(sleeve="short")
    cloth = garment.rgba[..., 3] > 127
    true = read_pattern(garment)["armpit_left"]
    wrong = dict(garment.landmarks)
    wrong["armpit_left"] = (wrong["armpit_left"][0] - 6.0, wrong["armpit_left"][1] - 18.0)
    moved = read_pattern(replace(garment, landmarks=wrong))["armpit_left"]
    assert cloth[int(moved[1]), int(moved[0])]
    assert np.linalg.norm(moved - true) < 8.0


def test_a_wide_skirt_says_nothing_of_the_hips() -> None:
    _, body = wearer()
    parts = body.parts.copy()
    parts[240:330, 120:270] = PARTS.index("dress")
    wide = measure(replace(body, parts=parts))
    plain = measure(body)
    assert wide.half_width(1.2, "left") < 1.15 * plain.half_width(1.2, "left")


def test_what_has_sleeves_and_hangs_on_straps_leaves_the_shoulders_bare() -> None:
    _, body = wearer(sleeves=False)
    shirt = tee()
    at = shirt.landmarks
    ends = np.array([at["neck_right"], at["neck_left"]])
    straps = tuple(np.array([[x, y - 90.0, 8.0], [x, y, 8.0]]) for x, y in ends)
    hung = replace(shirt, neckline=Neckline("straps", ends, ends, 0.5, 0.0, straps))
    figure = measure(body)
    for side in ("left", "right"):
        x, y = (figure.acromion(side) + figure.down * 0.03 * figure.breadth).astype(int)
        worn, bare = (drape(body, garment).alpha[y - 1 : y + 2, x - 2 : x + 3] for garment in (shirt, hung))
        assert worn.mean() > 0.7 > 0.1 > bare.mean()
    cuff = np.nonzero(drape(body, hung).alpha[:, : round(figure.arms["right"].joints[0][0])] > 0.5)[0]
    assert len(cuff) > 100  # the sleeves are there, lower


def test_long_trousers_meet_the_shoes_as_the_worn_ones_do() -> None:
    """New ones that are a little too short for this leg: they end where the old ones end, not above."""
    _photo, body = wearer()
    ankle = body.landmarks[27, 1]

    def hem(parts: np.ndarray) -> float:
        laid = drape(replace(body, parts=parts), trousers())
        return float(np.nonzero((laid.alpha > 0.5).any(axis=1))[0][-1]) / laid.scale

    longer = body.parts.copy()
    column = int(body.landmarks[27, 0]), int(body.landmarks[28, 0])
    for x in column:
        longer[int(0.85 * body.height) : int(0.905 * body.height), x - 14 : x + 14] = PARTS.index("bottom")
    assert hem(longer) > hem(body.parts) + 3
    assert ankle < hem(longer) < 0.92 * body.height
