"""What the brush says is done: what is kept keeps its bytes, what may change is cleaned away or covered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.fit.mannequin import SHIRT, tee, wearer
from tryon.body.parsing import PARTS
from tryon.config import assets_dir
from tryon.errors import OptionError
from tryon.fit.agnostic import hide
from tryon.fit.correction import Said, said_about
from tryon.fit.drape import drape
from tryon.fit.pipeline import try_on
from tryon.fit.transfer import TryOnRequest
from tryon.image import load_photo, photo_from_array
from tryon.jobs import Progress
from tryon.mask import Stroke, painted, read_mask

SAMPLES = assets_dir() / "samples"


def test_the_last_stroke_over_a_place_counts() -> None:
    line = ((10.0, 20.0), (90.0, 20.0))
    strokes = (Stroke(line, 20, mark="keep"), Stroke(((50.0, 20.0),), 20, mark="change"), Stroke(((90.0, 20.0),), 12, adds=False))
    keep, change = painted(strokes, 100, 40, "keep"), painted(strokes, 100, 40, "change")
    assert keep is not None and change is not None
    assert keep[20, 20] == 255 and keep[20, 50] == 0 and keep[20, 90] == 0 and keep[35, 20] == 0
    assert change[20, 50] == 255 and not (keep & change).any()
    assert painted((Stroke(line, 20, adds=False), Stroke((), 9, mark="keep")), 100, 40, "keep") is None
    assert painted((Stroke(((float("nan"), 1.0),), 9, mark="keep"),), 100, 40, "keep") is None


def test_old_clothes_that_were_overlooked_are_hidden_and_what_is_kept_is_not() -> None:
    photo, body = wearer()
    laid = drape(body, tee())
    parts = body.parts.copy()
    flap = np.zeros(parts.shape, bool)
    flap[250:290, 20:60] = True  # beside the wearer, taken for background
    hand = parts == PARTS.index("left_hand")
    plain = hide(photo.rgb, body, laid, "upper")
    free = hide(photo.rgb, body, laid, "upper", said=Said(None, flap | hand))
    assert not plain.hidden[flap].any() and free.hidden[flap].all() and free.worn[flap].all()
    assert plain.hidden[hand].mean() < 0.12 and free.hidden[hand].all()
    chest = np.zeros(parts.shape, bool)
    chest[150:190, 170:210] = True
    kept = hide(photo.rgb, body, laid, "upper", said=Said(chest, chest))
    assert plain.hidden[chest].all() and not kept.hidden[chest].any() and kept.cover[chest].max() < 0.12
    assert (kept.rgb[chest] == photo.rgb[chest]).all() and np.abs(kept.rgb[chest].mean(axis=0) - SHIRT).max() < 4


def test_only_the_last_garment_cleans_what_none_covers() -> None:
    laid = np.zeros((40, 30), np.float32)
    laid[10:20] = 1.0
    free = np.full((80, 60), 255, np.uint8)
    first, last = said_about(None, free, laid, last=False), said_about(None, free, laid, last=True)
    assert first.change is not None and last.change is not None and first.keep is None
    assert first.change[10:20].all() and not first.change[:10].any() and last.change.all()


def test_a_fitting_obeys_and_a_mask_of_another_size_is_refused() -> None:
    person, garment = (
        photo_from_array(np.ascontiguousarray(load_photo(SAMPLES / name).rgb[::2, ::2])) for name in ("person-1.jpg", "garment-tshirt.jpg")
    )
    request = TryOnRequest(person, garment, steps=1)
    plain = try_on(request)
    rows, columns = np.nonzero(plain.changed)
    row, column = int(rows.mean()), int(columns.mean())
    keep, change = np.zeros_like(plain.changed), np.zeros_like(plain.changed)
    keep[row - 30 : row + 30, column - 30 : column + 30] = 255
    change[5:45, 5:45] = 255
    assert plain.changed[keep > 0].all() and not plain.changed[change > 0].any()
    looks: list[np.ndarray] = []
    said = try_on(replace(request, keep=keep, change=change), Progress(look=looks.append))
    assert len(looks) >= 3 and all(look.shape == person.rgb.shape and look.dtype == np.uint8 for look in looks)
    gaps = [np.abs(look.astype(int) - said.picture)[plain.changed > 0].mean() for look in looks]
    assert max(gaps) < 40 and not np.array_equal(looks[0], looks[-1]), "on the way it looks like what it will be"
    assert (said.picture[keep > 0] == person.rgb[keep > 0]).all() and not said.changed[keep > 0].any()
    assert said.changed[change > 0].mean() > 0.95, "it was free to change, and what was there is painted over"
    assert (said.picture[said.changed == 0] == person.rgb[said.changed == 0]).all()
    far = np.ones_like(keep, bool)
    far[row - 45 : row + 45, column - 45 : column + 45] = False
    far[:60, :60] = False
    both = far & (said.changed > 0) & (plain.changed > 0)
    assert both.sum() > 2000
    assert np.abs(said.picture[both].astype(int) - plain.picture[both]).mean() < 8, "the rest is as before"
    with pytest.raises(OptionError, match="a mask must be as large as the photo"):
        try_on(replace(request, keep=keep[:-1]))


def test_a_mask_is_read_from_a_file_of_the_photos_shape(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from PIL import Image

    person = load_photo(SAMPLES / "person-1.jpg")
    small = Image.new("L", (person.width // 2, person.height // 2))
    small.paste(255, (0, 0, person.width // 4, person.height // 2))
    small.save(tmp_path / "mask.png")
    mask, middle = read_mask(str(tmp_path / "mask.png"), person), person.width // 2
    assert mask.shape == person.rgb.shape[:2] and mask[:, : middle - 4].min() == 255 and mask[:, middle + 4 :].max() == 0
