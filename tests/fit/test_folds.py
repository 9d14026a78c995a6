"""The old garment's folds: taken from the light on it, never from its print."""

from __future__ import annotations

import cv2
import numpy as np

from tryon.fit.folds import worn_shading


def cloth(color: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A plain garment with soft vertical folds, 120 x 120 inside 160 x 160, and where it is."""
    rgb = np.full((160, 160, 3), 230, np.uint8)
    worn = np.zeros((160, 160), bool)
    worn[20:140, 20:140] = True
    fold = 1 + 0.25 * np.sin(np.arange(160) / 6.0)
    rgb[worn] = np.clip(np.array(color) * fold[None, :, None], 0, 255).astype(np.uint8).repeat(160, 0)[worn]
    return rgb, worn


def test_a_plain_garments_folds_are_found() -> None:
    rgb, worn = cloth((150, 150, 160))
    seen = worn_shading(rgb, worn, 3.0)
    shading, weight = seen.folds + seen.wide, seen.trust
    light, dark = np.sin(np.arange(160) / 6.0) > 0.8, np.sin(np.arange(160) / 6.0) < -0.8
    inner = slice(40, 120)
    assert weight[inner, inner].mean() > 0.8
    assert shading[inner, 30:130][:, light[30:130]].mean() > shading[inner, 30:130][:, dark[30:130]].mean() + 0.4
    assert weight[:10].max() == 0


def test_a_print_is_taken_out_and_the_folds_in_it_stay() -> None:
    rgb, worn = cloth((150, 150, 160))
    printed = rgb.copy()
    printed[50:100, 50:110] = (rgb[50:100, 50:110] * (1.0, 0.35, 0.3)).astype(np.uint8)
    printed[110:120, 30:130] = (rgb[110:120, 30:130] * 0.4).astype(np.uint8)  # a stripe of the cloth's own hue
    plain, seen = worn_shading(rgb, worn, 3.0), worn_shading(printed, worn, 3.0)
    inside = np.zeros_like(worn)
    inside[56:94, 56:104] = True
    whole, without = seen.folds + seen.wide, plain.folds + plain.wide
    assert abs(whole[inside].mean() - without[inside].mean()) < 0.15, "the print is no shadow"
    assert abs(whole[112:118, 40:120].mean() - without[112:118, 40:120].mean()) < 0.15, "nor is the stripe"
    assert np.corrcoef(whole[inside], without[inside])[0, 1] > 0.8


def test_dark_cloth_counts_less() -> None:
    (bright, worn), (dark, _) = cloth((170, 170, 170)), cloth((24, 24, 24))
    shown, hidden = worn_shading(bright, worn, 3.0), worn_shading(dark, worn, 3.0)
    assert hidden.trust.max() < 0.9 * shown.trust.max() and hidden.wide_trust < 0.4 < shown.wide_trust


def test_no_old_garment_no_folds() -> None:
    rgb, worn = cloth((150, 150, 150))
    assert worn_shading(rgb, np.zeros_like(worn), 3.0).trust.max() == 0


def test_a_stone_wash_is_no_fold() -> None:
    chance = np.random.default_rng(3)
    worn = np.zeros((200, 160), bool)
    worn[20:180, 20:140] = True
    spots = cv2.GaussianBlur(chance.normal(0, 1, (200, 160)).astype(np.float32), (0, 0), 2.5)
    washed = np.clip(120 * (1 + 0.25 * spots / spots.std()), 0, 255)
    folded = np.clip(120 * (1 + 0.25 * np.sin(np.arange(160) / 9.0)), 0, 255)[None].repeat(200, 0)
    pictures = [np.repeat(one[..., None], 3, 2).astype(np.uint8) for one in (washed, folded)]
    found = [worn_shading(one, worn, 5.0).folds[60:140, 50:110].std() for one in pictures]
    assert found[0] < 0.3 * found[1]


def test_sheer_cloth_shows_skin_and_no_folds() -> None:
    rgb, worn = cloth((90, 90, 90))
    veiled = rgb.copy()
    share = np.clip(1.5 - np.abs(np.arange(160) - 80) / 30.0, 0, 1)[None, :, None]
    veiled[worn] = (np.array((40, 40, 42)) * (1 - share) + np.array((120, 84, 66)) * share).repeat(160, 0)[worn].astype(np.uint8)
    assert worn_shading(veiled, worn, 3.0).trust.max() < 0.3 < worn_shading(rgb, worn, 3.0).trust.max()
