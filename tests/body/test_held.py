"""A bag of which half was seen is grown to its own edge, never over skin, never into another bag's worth of ground."""

from __future__ import annotations

import numpy as np

from tryon.body.held import whole_bags
from tryon.body.parsing import PARTS

BAG, BOTTOM, HAND = (PARTS.index(name) for name in ("bag", "bottom", "left_hand"))


def carrying() -> tuple[np.ndarray, np.ndarray]:
    """A tan bag from (60, 80) to (130, 150) before blue trousers; a hand holds its upper edge."""
    rng = np.random.default_rng(3)
    rgb = np.full((220, 200, 3), (40, 60, 120), np.uint8)
    rgb[80:150, 60:130] = (200, 150, 90)
    rgb[66:92, 84:106] = (225, 170, 140)
    parts = np.full((220, 200), BOTTOM, np.uint8)
    parts[:, :20] = parts[:, 180:] = 0
    parts[88:146, 64:118] = BAG
    parts[66:92, 84:106] = HAND
    return np.clip(rgb + rng.normal(0, 4, rgb.shape), 0, 255).astype(np.uint8), parts


def test_a_bag_reaches_its_edge_and_the_hand_stays() -> None:
    rgb, parts = carrying()
    settled = whole_bags(rgb, parts, np.zeros((33, 4), np.float32))
    assert (settled[94:148, 62:128] == BAG).mean() > 0.98
    assert (settled[parts == HAND] == HAND).all()
    assert not (settled[155:, :] == BAG).any() and not (settled[:, 135:] == BAG).any()
    changed = settled != parts
    assert (settled[changed] == BAG).all()


def test_a_bag_in_the_color_of_the_cloth_is_left_as_it_was_seen() -> None:
    _rgb, parts = carrying()
    plain = np.full((220, 200, 3), (40, 60, 120), np.uint8)
    settled = whole_bags(plain, parts, np.zeros((33, 4), np.float32))
    assert (settled == BAG).sum() < 2.2 * (parts == BAG).sum() and (settled[parts == BAG] == BAG).all()


def test_without_a_bag_nothing_changes() -> None:
    rgb, parts = carrying()
    parts[parts == BAG] = BOTTOM
    assert (whole_bags(rgb, parts, np.zeros((33, 4), np.float32)) == parts).all()
