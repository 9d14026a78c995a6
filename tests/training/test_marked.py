"""The parser's marks: parts that exist, painted in order, nothing counted beside a border."""

from __future__ import annotations

import numpy as np

from training.parser.marked.__main__ import NAMES, UNKNOWN, load_marks, painted, score


def test_every_mark_names_a_part_and_lies_in_its_photo() -> None:
    marks = load_marks()
    assert len(marks) == 20
    for name, polygons in marks.items():
        assert len(polygons) >= 5, name
        for part, points in polygons:
            assert part in (*NAMES, "torso", "unknown"), (name, part)
            assert len(points) >= 3 and points.min() >= 0 and points[:, 0].max() <= 0.76 and points[:, 1].max() <= 1, (name, part)
        parts = painted(polygons, 768, 1024)
        assert 0.1 < ((parts > 0) & (parts != UNKNOWN)).mean() < 0.8, name
    assert sum(any(part == "bag" for part, _ in polygons) for polygons in marks.values()) == 2


def test_later_polygons_lie_over_earlier_ones_and_borders_are_left_out() -> None:
    top, bag = np.array([[0.1, 0.1], [0.6, 0.1], [0.6, 0.9], [0.1, 0.9]]), np.array([[0.3, 0.3], [0.5, 0.3], [0.5, 0.5], [0.3, 0.5]])
    parts = painted([("top", top), ("bag", bag)], 300, 400, band=0.01)
    assert parts[200, 60] == NAMES.index("top") and parts[160, 160] == NAMES.index("bag") and parts[10, 10] == 0
    assert (parts[160, 118:123] == UNKNOWN).all() and (parts[160, 128:132] == NAMES.index("bag")).all()


def test_without_the_photos_nothing_is_scored(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert score(lambda photo: photo.rgb[..., 0], tmp_path)["marked_photos"] == 0
