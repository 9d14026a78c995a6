"""The old garment's folds: taken from plain cloth, never from a pattern."""

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
    shading, weight = worn_shading(rgb, worn, 3.0)
    light, dark = np.sin(np.arange(160) / 6.0) > 0.8, np.sin(np.arange(160) / 6.0) < -0.8
    inner = slice(40, 120)
    assert weight[inner, inner].mean() > 0.8
    assert shading[inner, 30:130][:, light[30:130]].mean() > shading[inner, 30:130][:, dark[30:130]].mean() + 0.4
    assert weight[:10].max() == 0


def test_a_pattern_is_no_shadow() -> None:
    rgb, worn = cloth((150, 150, 160))
    rgb[20:140, 20:140][(np.indices((120, 120)).sum(0) // 12) % 2 == 0] = (200, 40, 40)
    assert worn_shading(rgb, worn, 3.0)[1].max() == 0


def test_dark_cloth_counts_little() -> None:
    (bright, worn), (dark, _) = cloth((170, 170, 170)), cloth((24, 24, 24))
    assert worn_shading(dark, worn, 3.0)[1].max() < 0.4 * worn_shading(bright, worn, 3.0)[1].max()


def test_no_old_garment_no_folds() -> None:
    rgb, worn = cloth((150, 150, 150))
    assert worn_shading(rgb, np.zeros_like(worn), 3.0)[1].max() == 0


def test_a_stone_wash_is_no_fold() -> None:
    chance = np.random.default_rng(3)
    worn = np.zeros((200, 160), bool)
    worn[20:180, 20:140] = True
    spots = cv2.GaussianBlur(chance.normal(0, 1, (200, 160)).astype(np.float32), (0, 0), 2.5)
    washed = np.clip(120 * (1 + 0.25 * spots / spots.std()), 0, 255)
    trust = [
        worn_shading(np.repeat(one[..., None], 3, 2).astype(np.uint8), worn, 5.0)[1].max() for one in (washed, np.full_like(washed, 120))
    ]
    assert trust[0] < 0.05 < 0.9 < trust[1]
