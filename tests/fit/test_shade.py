"""Light on the new cloth: folds and shadows, and the garment's own color."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.fit.mannequin import tee, trousers, wearer
from tryon.body.parsing import PARTS
from tryon.fit.agnostic import Agnostic, hide, working_rgb
from tryon.fit.crease import creases
from tryon.fit.drape import DRAPE_PARTS, Drape, drape
from tryon.fit.garment import Garment
from tryon.fit.shade import cast_shadow, color_of_light, light_on_cloth, with_light
from tryon.image import UInt8Array

UNIT = 4.0
EVEN = np.full((768, 576), 0.3, np.float32)


def dressed(garment: Garment) -> tuple[UInt8Array, Drape, Agnostic]:
    photo, body = wearer(768)
    laid = drape(body, garment)
    small = working_rgb(photo, laid)
    return small, laid, hide(small, body, laid, garment.region)


def test_light_moves_around_on_the_cloth_and_leaves_its_color() -> None:
    small, laid, agnostic = dressed(tee(800))
    light = light_on_cloth(small, EVEN, tee(800), agnostic, laid, agnostic.cover, UNIT)
    solid = agnostic.cover > 0.5
    assert light[solid].mean() == pytest.approx(1.0, abs=1e-3)
    assert 0.02 < light[solid].std() < 0.4 and (light[~solid] == 1).all()


def test_a_trunk_is_darker_beside_a_sleeve() -> None:
    small, laid, agnostic = dressed(tee(800))
    x, y = (laid.figure.axis(0.7) * laid.scale).astype(int)
    parts = laid.parts.copy()
    parts[y - 60 : y + 60, x : x + 200][parts[y - 60 : y + 60, x : x + 200] > 0] = DRAPE_PARTS.index("left_sleeve")
    laid = replace(laid, parts=parts)
    light = light_on_cloth(small, EVEN, tee(800), agnostic, laid, agnostic.cover, UNIT)
    sleeve, trunk = (laid.parts == DRAPE_PARTS.index(name) for name in ("left_sleeve", "trunk"))
    low = laid.figure.below(0.5, laid.scale, light.shape) > 0
    away = cv2.distanceTransform((~sleeve).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    near, far = (trunk & low & (agnostic.cover > 0.9) & within for within in (away < UNIT, (away > 4 * UNIT) & (away < 9 * UNIT)))
    assert near.any() and light[near].mean() < 0.93 * light[far].mean()


@pytest.mark.parametrize("garment", [tee(800), trousers(800)], ids=lambda one: one.kind)
def test_usual_folds_are_seen_and_moderate(garment: Garment) -> None:
    _, laid, agnostic = dressed(garment)
    solid = agnostic.cover > 0.5
    made = creases(laid.figure, laid.parts, solid, laid.scale, agnostic.light, tucked=True)
    assert (made[~solid] == 0).all() and abs(float(made[solid].mean())) < 0.03
    assert 0.02 < made[solid].std() < 0.12 and np.abs(made).max() < 0.5
    assert (made == creases(laid.figure, laid.parts, solid, laid.scale, agnostic.light, tucked=True)).all()


def test_white_cloth_keeps_room_for_its_folds() -> None:
    white, gray = np.full((1, 3, 3), 0.96, np.float32), np.full((1, 3, 3), 0.3, np.float32)
    light = np.array([[0.8, 1.0, 1.2]], np.float32)
    lit = with_light(white, light)[0, :, 0]
    assert lit.max() < 0.99 and np.diff(lit).min() > 0.05
    assert with_light(gray, light) == pytest.approx(gray * light[..., None])


def test_black_cloth_has_folds_by_its_gleam() -> None:
    light = np.array([[0.8, 1.0, 1.2]], np.float32)
    lit = with_light(np.full((1, 3, 3), 0.005, np.float32), light)[0, :, 0]
    assert lit[2] / lit[0] > 1.8 and 0.006 < lit[1] < 0.0095


def test_the_mean_color_stays_also_where_a_bright_print_is_in_the_light() -> None:
    small, laid, agnostic = dressed(tee(800))
    own = EVEN * 0.1
    x, y = (laid.figure.axis(0.5) * laid.scale).astype(int)
    own[y - 40 : y + 40, x - 40 : x + 40] = 0.8
    solid = agnostic.cover > 0.5
    light = light_on_cloth(small, own, tee(800), agnostic, laid, agnostic.cover, UNIT)
    assert (light * own)[solid].sum() == pytest.approx(own[solid].sum(), rel=1e-3)


def test_the_rooms_light_is_read_where_the_photo_is_nearly_white() -> None:
    gray, nothing = np.full((120, 90, 3), 225, np.uint8), np.zeros((120, 90), bool)
    assert color_of_light(gray, nothing) == pytest.approx([1, 1, 1], abs=0.01)
    lamp = gray.copy()
    lamp[:] = (170, 158, 130)
    warm = color_of_light(lamp, nothing)
    assert warm[0] > warm[1] > warm[2] and warm.max() < 0.95, "warm and dim"
    painted = gray.copy()
    painted[:, 30:] = (60, 120, 190)
    assert color_of_light(painted, nothing) == pytest.approx([1, 1, 1], abs=0.02), "a blue backdrop is paint"
    assert (color_of_light(lamp, ~nothing) == 1).all()


def test_the_product_pictures_own_folds_make_room_for_the_photos() -> None:
    small, laid, agnostic = dressed(tee(800))
    alpha = tee(800).rgba[..., 3]
    wave = 1 + 0.2 * np.sin(np.arange(alpha.shape[1]) / 14.0)[None, :, None].repeat(alpha.shape[0], 0)
    gray = np.full((*alpha.shape, 3), 150, np.uint8)
    plain, evened = (
        light_on_cloth(small, EVEN, replace(tee(800), rgba=np.dstack([rgb, alpha])), agnostic, laid, agnostic.cover, UNIT)
        for rgb in (gray, (gray * wave).astype(np.uint8))
    )
    at = np.nan_to_num(laid.dense[..., 0])
    there = (laid.parts == DRAPE_PARTS.index("trunk")) & agnostic.worn & (agnostic.cover > 0.9)
    there = cv2.erode(there.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
    assert np.corrcoef(np.log(evened / plain)[there], np.sin(at[there] / 14.0))[0, 1] < -0.7


def test_a_hems_shadow_falls_on_the_wearer_only() -> None:
    small, _, agnostic = dressed(tee(800))
    shadow = cast_shadow(agnostic, agnostic.cover, UNIT)
    _, body = wearer(768)
    assert shadow.max() > 0.1 and (shadow[~agnostic.silhouette] < 0.08).all()
    assert (shadow[np.isin(body.parts, [PARTS.index("face"), PARTS.index("left_hand")])] == 0).all()
    assert shadow[body.parts == PARTS.index("bottom")].max() > 0.1
    before = replace(agnostic, kept=np.where(body.parts == PARTS.index("bottom"), 1.0, 0.0).astype(np.float32))
    assert (cast_shadow(before, before.cover, UNIT)[body.parts == PARTS.index("bottom")] == 0).all()
