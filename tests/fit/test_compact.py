"""The denoiser's window, its conditions and its repeatability, on a tiny real net."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fit.mannequin import tee, wearer
from tryon.errors import Canceled, ModelError
from tryon.fit.agnostic import hide
from tryon.fit.compact import Frame, base_of, build_net, conditions, frame_around, load_net, paint
from tryon.fit.drape import drape
from tryon.jobs import Progress, silent


def test_cut_and_back_are_inverse() -> None:
    y, x = np.mgrid[0:400, 0:300].astype(np.float32)
    smooth = np.sin(x / 40) + np.cos(y / 55)
    frame = Frame(30, 20, 216, 288)
    again = frame.back(np.asarray(frame.cut(smooth), dtype=np.float32), 300, 400)
    assert np.abs(again - smooth)[30:300, 40:240].max() < 0.02


def test_the_window_holds_all_that_is_hidden() -> None:
    photo, body = wearer()
    agnostic = hide(photo.rgb, body, drape(body, tee()), "upper")
    frame = frame_around(agnostic)
    ys, xs = np.nonzero(agnostic.hidden)
    assert frame.x < xs.min() and frame.x + frame.width > xs.max() and frame.y < ys.min() and frame.y + frame.height > ys.max()
    assert frame.width * 4 == pytest.approx(frame.height * 3)


def test_the_base_is_the_cloth_over_the_photo() -> None:
    agnostic = np.full((8, 8, 3), 200, np.uint8)
    cloth = np.full((8, 8, 3), 30, np.uint8)
    cover = np.zeros((8, 8), np.float32)
    cover[:, 4:] = 1
    base = base_of(conditions(agnostic, cover > 0, cloth, cover))
    assert np.allclose((base[:3, :, :4] + 1) * 127.5, 200) and np.allclose((base[:3, :, 4:] + 1) * 127.5, 30)
    assert np.allclose(base[3, :, :4], -1) and np.allclose(base[3, :, 4:], 1)


def test_same_seed_same_pixels() -> None:
    import torch

    torch.manual_seed(0)
    net = build_net((16, 16, 16, 16)).eval()
    photo, body = wearer(256)
    garment = tee()
    laid = drape(body, garment)
    agnostic = hide(photo.rgb, body, laid, "upper")
    cloth = laid.rgba(garment)[..., :3]
    one, again, other = (paint(net, agnostic, cloth, seed=seed, steps=2, progress=silent()) for seed in (3, 3, 4))
    assert (one.rgb == again.rgb).all() and (one.cover == again.cover).all()
    assert (one.rgb != other.rgb).any()
    assert one.rgb.shape == photo.rgb.shape and one.rgb.min() >= 0 and one.rgb.max() <= 1

    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Canceled):
        paint(net, agnostic, cloth, seed=0, steps=2, progress=stopped)


def test_weights_that_do_not_fit_are_refused_in_words(tmp_path) -> None:  # type: ignore[no-untyped-def]
    import torch
    from safetensors.torch import save_file

    save_file({"conv_in.weight": torch.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match="do not fit"):
        load_net(tmp_path / "other.safetensors")
