"""Outside the mask nothing changes; inside, the garment's color is the product picture's."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.fit.mannequin import dress, skirt, tee, trousers, wearer
from tryon.body.bodymap import BodyMap
from tryon.body.parsing import PARTS
from tryon.fit.agnostic import hide, working_rgb
from tryon.fit.compact import Painted, frame_around
from tryon.fit.composite import Composite, _closed_in, compose
from tryon.fit.drape import Hem, drape, warp
from tryon.fit.figure import measure
from tryon.fit.garment import Garment
from tryon.image import Photo


def composed(photo: Photo, body: BodyMap, garment: Garment, *, light: float = 1.0, hem: Hem | None = None) -> Composite:
    """Compose with a painter that lays the cloth flat, as bright as asked."""
    laid = drape(body, garment, hem=hem)
    small = working_rgb(photo, laid)
    agnostic = hide(small, body, laid, garment.region)
    rgba = warp(garment, laid.dense, small.shape[1], small.shape[0])
    cover = agnostic.cover
    rgb = agnostic.rgb / 255.0 * (1 - cover[..., None]) + rgba[..., :3] / 255.0 * light * cover[..., None]
    painted = Painted(rgb.astype(np.float32), cover, 1, frame_around(agnostic))
    return compose(photo, garment, laid, agnostic, painted)


@pytest.mark.parametrize("garment", [tee(800), trousers(800), skirt(800), dress(800)], ids=lambda g: g.kind)
def test_outside_the_mask_bit_for_bit_on_a_real_sized_picture(garment: Garment) -> None:
    photo, body = wearer(2048)
    made = composed(photo, body, garment)
    same = made.changed == 0
    assert (made.picture[same] == photo.rgb[same]).all()
    assert 0.02 < (~same).mean() < 0.6
    for name in ("face", "hair"):
        where = cv2.erode((body.parts == PARTS.index(name)).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
        assert same[where].all(), name


def test_the_color_is_the_product_pictures() -> None:
    photo, body = wearer(1024)
    assert composed(photo, body, tee(800)).color_difference < 3.0
    # The painter's light changes brightness within bounds, never the hue.
    assert composed(photo, body, tee(800), light=0.6).color_difference < 14.0


def test_the_old_garment_is_gone() -> None:
    photo, body = wearer(1024)
    made = composed(photo, body, tee(800, sleeve="none"))
    old = cv2.erode((body.parts == PARTS.index("top")).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    blue = (made.picture[..., 2].astype(int) - made.picture[..., 0] > 60) & (made.picture[..., 0] < 90)
    assert (blue & old).mean() < 0.002


def test_trousers_go_up_to_the_waist_where_a_longer_top_hid_it() -> None:
    """A short top instead of a long one: between its hem and what was seen of the trousers there are trousers, no bare hips."""
    photo, body = wearer(768)
    figure = measure(body)
    height, width = body.parts.shape
    parts = body.parts.copy()
    parts[(parts == PARTS.index("bottom")) & (figure.below(1.05, 1.0, (height, width)) < 0)] = PARTS.index("top")
    rgb = photo.rgb.copy()
    rgb[parts == PARTS.index("top")], rgb[parts == PARTS.index("bottom")] = (250, 250, 250), (30, 40, 120)
    made = composed(replace(photo, rgb=rgb), replace(body, parts=parts), tee(sleeve="short"), hem=Hem(tucked_at=0.7))
    at = figure.axis(0.92).astype(int)
    color = made.picture[at[1], at[0]].astype(int)
    assert color[2] > color[0] + 40, f"blue as the trousers, not {color}"


def test_no_wall_shows_between_neck_and_hair_but_beside_the_shoulder_it_does() -> None:
    skin, hair, wearer_there = (np.zeros((80, 80), bool) for _ in range(3))
    skin[20:70, 20:40], hair[10:60, 44:60] = True, True
    skin[60:70, 20:70] = True
    wearer_there[10:70, 20:60] = True
    wearer_there[60:70, 20:70] = True
    filled = _closed_in(skin, hair, wearer_there, 4.0)
    assert filled[35:55, 41:43].all(), "a gap of the wearer's own"
    assert not filled[50:60, 61:70].any(), "the corner between hair and shoulder is the room"
