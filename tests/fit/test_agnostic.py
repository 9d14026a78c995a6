"""What is hidden, what is kept."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.fit.mannequin import SKIN, dress, skirt, tee, trousers, wearer
from tryon.body.parsing import PARTS
from tryon.fit.agnostic import hide, skin_tone
from tryon.fit.drape import drape
from tryon.image import linear_to_srgb


@pytest.mark.parametrize(
    "garment", [tee(), tee(sleeve="long"), tee(sleeve="none"), trousers(), skirt(), dress()], ids=lambda g: f"{g.kind}-{g.sleeve}"
)
def test_face_hair_and_hands_are_never_hidden(garment) -> None:  # type: ignore[no-untyped-def]
    photo, body = wearer()
    agnostic = hide(photo.rgb, body, drape(body, garment), garment.region)
    for name in ("face", "hair", "left_hand", "right_hand"):
        assert not agnostic.hidden[body.parts == PARTS.index(name)].mean() > 0.12, name  # the soft rim alone
    assert (agnostic.rgb[~agnostic.hidden] == photo.rgb[~agnostic.hidden]).all()


def test_the_old_garment_is_hidden_whole_and_the_other_is_kept() -> None:
    photo, body = wearer()
    upper = hide(photo.rgb, body, drape(body, tee()), "upper")
    assert upper.hidden[body.parts == PARTS.index("top")].mean() > 0.97
    assert not upper.hidden[int(0.7 * 512) :].any()
    lower = hide(photo.rgb, body, drape(body, skirt()), "lower")
    assert lower.hidden[body.parts == PARTS.index("bottom")].mean() > 0.97
    assert not lower.hidden[: int(0.35 * 512)].any()


def test_long_sleeves_that_go_uncover_skin_in_the_wearers_color() -> None:
    photo, body = wearer()
    agnostic = hide(photo.rgb, body, drape(body, tee(sleeve="none")), "upper")
    x, y = body.landmarks[13, :2].astype(int)
    assert agnostic.hidden[y, x] and agnostic.cover[y, x] < 0.05
    assert np.abs(agnostic.rgb[y, x].astype(int) - SKIN).max() < 12
    assert agnostic.skin_seen


def test_a_bare_arm_stays_before_the_new_trunk() -> None:
    photo, body = wearer(sleeves=False)
    agnostic = hide(photo.rgb, body, drape(body, tee(sleeve="none")), "upper")
    arm = body.parts == PARTS.index("left_arm")
    assert (agnostic.cover[arm] > 0.5).mean() < 0.1


def test_skin_tone_is_the_median_and_says_when_there_is_none() -> None:
    photo, body = wearer(sleeves=False)
    tone, seen = skin_tone(photo.rgb, body.parts)
    assert seen and np.abs(linear_to_srgb(tone) * 255 - SKIN).max() < 6
    assert not skin_tone(photo.rgb, np.zeros_like(body.parts))[1]


def test_a_bag_and_its_strap_stay_in_front_and_the_trunk_goes_on_behind_them() -> None:
    photo, body = wearer()
    parts = body.parts.copy()
    cv2.line(parts, (175, 105), (215, 250), PARTS.index("bag"), 9)  # across the chest
    parts[240:275, 195:235] = PARTS.index("bag")
    carrying = replace(body, parts=parts)
    laid = drape(carrying, tee())
    agnostic = hide(photo.rgb, carrying, laid, "upper")
    core = cv2.erode((parts == PARTS.index("bag")).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert not agnostic.hidden[core].any() and (agnostic.cover[core] < 0.05).all()
    without = drape(body, tee())
    assert ((laid.alpha > 0.5) == (without.alpha > 0.5)).mean() > 0.995
