"""A fitting from end to end, with what ships: weights, samples, pictures."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tryon.body.parsing import PARTS
from tryon.config import assets_dir
from tryon.errors import Canceled, OptionError
from tryon.fit.pipeline import try_on, write_stages
from tryon.fit.transfer import TryOnRequest, TryOnResult
from tryon.image import Photo, load_photo
from tryon.jobs import Progress

SAMPLES = assets_dir() / "samples"


@pytest.fixture(scope="module")
def person() -> Photo:
    return load_photo(SAMPLES / "person-1.jpg")


@pytest.fixture(scope="module")
def fitted(person: Photo) -> TryOnResult:
    return try_on(TryOnRequest(person, load_photo(SAMPLES / "garment-tshirt.jpg"), seed=7, steps=2))


def test_outside_the_mask_nothing_changed(fitted: TryOnResult, person: Photo) -> None:
    same = fitted.changed == 0
    assert (fitted.picture[same] == person.rgb[same]).all()
    assert fitted.picture.shape == person.rgb.shape
    assert fitted.fraction_changed == pytest.approx((~same).mean())
    assert 0.02 < fitted.fraction_changed < 0.5


def test_the_face_is_the_photos_own(fitted: TryOnResult) -> None:
    face = (fitted.stages.body.parts == PARTS.index("face")).astype(np.uint8)
    inner = cv2.erode(face, np.ones((5, 5), np.uint8)) > 0
    assert inner.sum() > 500
    assert (fitted.changed[inner] == 0).all()


def test_the_garment_is_worn_in_its_color(fitted: TryOnResult) -> None:
    assert fitted.stages.garment.region == "upper"
    assert fitted.color_difference < 12
    top = fitted.stages.body.parts == PARTS.index("top")
    assert (fitted.changed[top] > 0).mean() > 0.9


def test_the_report_is_complete(fitted: TryOnResult) -> None:
    assert fitted.engine == "compact" and fitted.seed == 7 and fitted.steps == 2
    assert {"body", "garment", "drape", "agnostic", "diffusion", "composite", "total"} <= fitted.seconds.keys()
    assert fitted.peak_memory_mb > 50


def test_same_request_same_pixels(fitted: TryOnResult) -> None:
    assert (try_on(fitted.request).picture == fitted.picture).all()


def test_every_stage_can_be_looked_at(fitted: TryOnResult, person: Photo, tmp_path: Path) -> None:
    written = {path.name for path in write_stages(fitted, tmp_path / "stages")}
    wanted = {"body.png", "parts.png", "parts.json", "cutout.png", "agnostic.png", "drape.png", "changed.png", "result.png"}
    assert wanted <= written
    modes = {"cutout.png": "RGBA", "drape.png": "RGBA", "parts.png": "P", "changed.png": "L", "result.png": "RGB", "agnostic.png": "RGB"}
    for name, mode in modes.items():
        with Image.open(tmp_path / "stages" / name) as picture:
            assert picture.mode == mode and picture.size == (person.width, person.height), name
    with Image.open(tmp_path / "stages" / "parts.png") as picture:
        assert (np.asarray(picture) == fitted.stages.body.parts).all()
    table = json.loads((tmp_path / "stages" / "parts.json").read_text())
    assert table["hair"]["index"] == PARTS.index("hair")


def test_cancel_ends_it(person: Photo) -> None:
    seen: list[float] = []

    def report(share: float, _text: str) -> None:
        seen.append(share)
        if share > 0.3:
            progress.cancel()

    progress = Progress(report)
    with pytest.raises(Canceled):
        try_on(TryOnRequest(person, load_photo(SAMPLES / "garment-tshirt.jpg"), steps=2), progress)
    assert seen == sorted(seen) and seen[-1] < 0.9


@pytest.mark.parametrize(("field", "value"), [("region", "middle"), ("engine", "magic"), ("tuck", "half"), ("steps", -1)])
def test_options_are_refused_in_words(person: Photo, field: str, value: object) -> None:
    with pytest.raises(OptionError):
        try_on(TryOnRequest(person, person, **{field: value}))  # type: ignore[arg-type]


def test_a_top_and_trousers_are_worn_together(fitted: TryOnResult, person: Photo) -> None:
    top, trousers = (load_photo(SAMPLES / name) for name in ("garment-tshirt.jpg", "garment-jeans.jpg"))
    both = try_on(TryOnRequest(person, top, more=(trousers,), seed=7, steps=1))
    assert both.worn == ("trousers", "top")  # innermost first, whatever the order asked for
    below = np.isin(fitted.stages.body.parts, [PARTS.index("bottom"), PARTS.index("skirt")])
    assert (both.changed[below] > 0).mean() > 0.8
    assert (both.changed[fitted.changed > 0] > 0).mean() > 0.9
    assert (both.picture[both.changed == 0] == person.rgb[both.changed == 0]).all()
