"""What a garment's bare silhouette tells: where collar, cuffs and hem are to be expected.

Expectations are priors for `outline.place_landmarks`: where the net sees well they hardly count, where it does not they decide.
All points are (x, y) pixels of the mask that is given; left is the wearer's left, the picture's right.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray

__all__ = ["expected_landmarks", "filled", "kind_odds", "sleeve_of", "widens_downwards", "without_hood"]

Points = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_SIDES = (("left", 1.0), ("right", -1.0))
_HOOD_HIGH, _HOOD_BROAD = 0.12, 1.0  # a hood is so high, of the garment, and so broad, of the neck below it, at least
_HOOD_NARROW = 0.66  # ... and so broad, of the trunk and its sleeves, at most
_WIDE = 1.85  # what is so much wider than high is worn above the waist


def filled(alpha: FloatArray) -> FloatArray:
    """The alpha without holes in the middle of the garment, as pale cloth around a print leaves them; gaps beside the trunk stay."""
    solid = (alpha > 0.5).astype(np.uint8)
    count, pieces, stats, centers = cv2.connectedComponentsWithStats(1 - solid)
    columns = np.flatnonzero(solid.any(axis=0))
    if not len(columns) or count < 3:
        return alpha
    middle, half = (columns[0] + columns[-1]) / 2, (columns[-1] - columns[0]) / 2
    area = stats[:, cv2.CC_STAT_AREA]
    rim = np.unique(np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]]))
    holes = (area < 0.12 * solid.sum()) & (np.abs(centers[:, 0] - middle) < 0.45 * half)
    holes[rim] = False
    closed = cv2.dilate(holes[pieces].astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return np.where(closed, 1.0, alpha).astype(np.float32)


def expected_landmarks(mask: BoolArray, kind: str, sleeve: str) -> dict[str, Points]:
    """Where the landmarks of a garment of this kind are to be expected from its silhouette alone; names that cannot be told are missing."""
    outline = _outline(mask)
    if outline is None:
        return {}
    contour, solid = outline
    edge = contour.reshape(-1, 2).astype(np.float64) + 0.5
    if kind in ("trousers", "shorts"):
        return _trousers(edge, _notches(contour), kind)
    if kind == "skirt":
        return _skirt(edge)
    return _upper(edge, solid, _notches(contour), kind, sleeve)


def without_hood(alpha: FloatArray) -> FloatArray:
    """The same alpha without a hood that lies above the collar: cloth broader than the neck that parts it from the shoulders."""
    scale = min(1.0, 512 / max(alpha.shape))
    size = (max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale)))
    outline = _outline(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) > 0.5)
    if outline is None:
        return alpha
    contour, solid = outline
    edge = contour.reshape(-1, 2).astype(np.float64)
    low, extent = edge.min(0), np.maximum(np.ptp(edge, axis=0), 1.0)
    notches = _notches(contour)
    high = notches[(notches[:, 2] > 0.015 * extent[1]) & (notches[:, 1] - low[1] > _HOOD_HIGH * extent[1])]
    high = high[high[:, 1] - low[1] < 0.45 * extent[1]]
    for right in high:
        for left in high:
            span = left[0] - right[0]
            if not 0.12 * extent[0] < span < 0.6 * extent[0] or abs(left[1] - right[1]) > 0.35 * span:
                continue
            above = solid[: int(min(left[1], right[1]))]
            broad, trunk = (int(part.sum(axis=1).max(initial=0)) for part in (above, solid[len(above) :]))
            if not _HOOD_BROAD * span < broad < _HOOD_NARROW * trunk or not _reaches_between(above, right[0], left[0]):
                continue
            rows = np.arange(alpha.shape[0])[:, None] * scale
            line = right[1] + (np.arange(alpha.shape[1])[None] * scale - right[0]) * (left[1] - right[1]) / span
            return np.where(rows < line, 0.0, alpha).astype(np.float32)
    return alpha


def _reaches_between(above: BoolArray, first: float, last: float) -> bool:
    """Whether what lies above comes down between two columns all the way, and hardly beside them: no shoulder, no sleeve."""
    row = above[-1]
    inside = row[int(first) : int(last) + 1]
    return bool(inside.mean() > 0.7 and row.sum() < 1.4 * max(int(inside.sum()), 1))


def kind_odds(mask: BoolArray) -> dict[str, float]:
    """How much more or less likely a silhouette makes each kind, as factors for the net's own shares.

    A dress against a top by its length in chests: a logistic regression on the silhouettes of 253 tops and dresses of the open photos,
    used only against it (short means no dress; long may be a tunic), at most 1 : 4. And what is nearly twice as wide as high is worn above
    the waist: no skirt and no shorts of the open photos was.
    """
    factors = dict.fromkeys(("top", "outer", "trousers", "shorts", "skirt", "dress"), 1.0)
    outline = _outline(mask)
    if outline is None:
        return factors
    contour, solid = outline
    edge = contour.reshape(-1, 2).astype(np.float64)
    size = np.maximum(np.ptp(edge, axis=0), 1.0)
    if size[0] > _WIDE * size[1]:
        factors |= dict.fromkeys(("trousers", "shorts", "skirt", "dress"), 0.02)
        return factors
    sides = _armpits(edge, _notches(contour), _trunk_middle(solid, "top"), "top")
    if len(sides) == 2:
        chest = max(abs(float(sides["left"][0] - sides["right"][0])), 1.0)
        factors["dress"] = float(np.exp(np.clip(3.3 * np.log(size[1] / chest) - 2.13, -1.4, 0.0)))
    return factors


def sleeve_of(mask: BoolArray, kind: str) -> str | None:
    """'short' or 'long' where the silhouette shows two sleeves that stand off the trunk; None where it does not tell.

    Long: about as long as the way from armpit to hem, and as the chest is wide (a cropped top has little of the former).
    """
    outline = _outline(mask)
    if outline is None or kind not in ("top", "outer", "dress"):
        return None
    contour, solid = outline
    edge = contour.reshape(-1, 2).astype(np.float64) + 0.5
    notches = _notches(contour)
    sides = _armpits(edge, notches[notches[:, 2] > 0.05 * float(np.ptp(edge[:, 1]))], _trunk_middle(solid, kind), kind)
    if len(sides) < 2:
        return None
    marks = _upper(edge, solid, notches, kind, "short")
    lengths, trunks = [], []
    for side in ("left", "right"):
        if f"cuff_inner_{side}" not in marks or f"hem_{side}" not in marks:
            return None
        end = (marks[f"cuff_inner_{side}"] + marks[f"cuff_outer_{side}"]) / 2
        lengths.append(float(np.linalg.norm(end - (marks[f"armpit_{side}"] + marks[f"shoulder_{side}"]) / 2)))
        trunks.append(float(np.linalg.norm(marks[f"hem_{side}"] - marks[f"armpit_{side}"])) * (0.6 if kind == "dress" else 1.0))
    chest = float(np.linalg.norm(sides["left"] - sides["right"]))
    return "long" if sum(lengths) >= 0.62 * sum(trunks) and sum(lengths) >= 1.9 * chest else "short"


def widens_downwards(mask: BoolArray) -> bool:
    """Whether the garment is widest near its lower end on either side, and wider than at its shoulders: sleeves hang beside the trunk."""
    rows = np.flatnonzero(mask.any(axis=1))
    if len(rows) < 40:
        return False
    ends = np.array([np.flatnonzero(mask[row])[[0, -1]] for row in rows])
    right, left = float(ends[:, 0].argmin()) / len(rows), float(ends[:, 1].argmax()) / len(rows)
    upper = np.ptp(ends[: max(len(rows) // 12, 1)], axis=1).max()
    return min(right, left) > 0.7 and float(np.ptp(ends, axis=1).max()) > 1.4 * float(upper)


def _outline(mask: BoolArray) -> tuple[npt.NDArray[np.int32], BoolArray] | None:
    """The largest piece's outline (n, 1, 2) and that piece without holes; None where there is hardly any."""
    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not found:
        return None
    contour = np.asarray(max(found, key=cv2.contourArea), dtype=np.int32)
    if len(contour) < 40:
        return None
    solid = np.zeros(mask.shape, dtype=np.uint8)
    cv2.drawContours(solid, [contour], -1, 1, -1)
    return contour, solid > 0


def _notches(contour: npt.NDArray[np.int32]) -> Points:
    """Deepest points of the outline's concavities and their depth, (n, 3): x, y, depth in pixels."""
    smooth = cv2.approxPolyDP(contour, 1.0, True)
    hull = cv2.convexHull(smooth, returnPoints=False)
    if hull is None or len(hull) < 4:
        return np.zeros((0, 3))
    hull = np.sort(hull.reshape(-1, 1), axis=0)[::-1].copy()
    try:
        defects = cv2.convexityDefects(smooth, hull)
    except cv2.error:  # an outline that crosses itself
        return np.zeros((0, 3))
    if defects is None:
        return np.zeros((0, 3))
    rows = np.asarray(defects).reshape(-1, 4)
    points = smooth.reshape(-1, 2)[rows[:, 2]].astype(np.float64) + 0.5
    return np.column_stack([points, rows[:, 3] / 256.0])


def _best(edge: Points, score: npt.NDArray[np.float64]) -> Points:
    return np.asarray(edge[int(score.argmax())])


def _crotch(edge: Points, notches: Points) -> Points | None:
    """Where the legs part: the deepest notch from below, near the middle."""
    low, high = edge.min(0), edge.max(0)
    size = high - low
    near = np.abs(notches[:, 0] - (low[0] + high[0]) / 2) < 0.25 * size[0]
    own = notches[(notches[:, 2] > 0.04 * size[0]) & near & (notches[:, 1] > low[1] + 0.12 * size[1])]
    return np.asarray(own[int(own[:, 2].argmax()), :2]) if len(own) else None


def _trousers(edge: Points, notches: Points, kind: str) -> dict[str, Points]:
    low, high = edge.min(0), edge.max(0)
    size = high - low
    middle = (low[0] + high[0]) / 2
    x, y = (edge[:, 0] - middle) / size[0], (edge[:, 1] - low[1]) / size[1]
    result = {f"waist_{side}": _best(edge, -3.0 * y + sign * x) for side, sign in _SIDES}
    parted = _crotch(edge, notches)
    if parted is None:
        return result
    crotch = parted.copy()
    if kind == "trousers" and crotch[1] > low[1] + 0.47 * size[1]:
        crotch[1] = low[1] + 0.36 * size[1]  # legs lie against one another below it
    result["crotch"] = crotch
    for side, sign in _SIDES:
        own = np.where((edge[:, 0] - parted[0]) * sign > 0, 0.0, -9.0) + 3.0 * y
        result[f"hem_outer_{side}"] = _best(edge, own + sign * x)
        result[f"hem_inner_{side}"] = _best(edge, own - sign * x)
    return result


def _skirt(edge: Points) -> dict[str, Points]:
    low, high = edge.min(0), edge.max(0)
    x, y = (edge[:, 0] - (low[0] + high[0]) / 2) / (high[0] - low[0]), (edge[:, 1] - low[1]) / (high[1] - low[1])
    result = {f"waist_{side}": _best(edge, -3.0 * y + sign * x) for side, sign in _SIDES}
    result.update({f"hem_{side}": _best(edge, 1.6 * y + sign * x) for side, sign in _SIDES})
    return result


def _upper(edge: Points, solid: BoolArray, notches: Points, kind: str, sleeve: str) -> dict[str, Points]:
    low, high = edge.min(0), edge.max(0)
    size = high - low
    middle = _trunk_middle(solid, kind)
    armpits = _armpits(edge, notches, middle, kind) if sleeve != "none" else {}
    if sleeve != "none":
        if len(armpits) == 1:  # the other sleeve lies on the trunk: mirror
            side, point = next(iter(armpits.items()))
            armpits["right" if side == "left" else "left"] = np.array([2 * middle - point[0], point[1]])
        if not armpits:
            return {}
    below, above = _parted(edge, armpits, middle)
    result: dict[str, Points] = {}
    for side, sign in _SIDES:
        outside = (edge[:, 0] - middle) * sign
        if side in armpits:
            armpit = armpits[side]
            result[f"armpit_{side}"] = armpit
            top = edge[(outside > 0.3 * abs(armpit[0] - middle)) & (edge[:, 1] < armpit[1])]
            over = top[np.abs(top[:, 0] - (armpit[0] - sign * 0.02 * size[0])) < 0.03 * size[0]]
            if not len(over):
                return {}
            shoulder = over[int(over[:, 1].argmin())]
            result[f"shoulder_{side}"] = shoulder
            _cuff(result, above, side, sign, shoulder, armpit, middle)
        else:
            upper = edge[(outside > 0) & (edge[:, 1] < low[1] + (0.45 if kind == "dress" else 0.6) * size[1])]
            if not len(upper):
                return {}
            high_and_far = -2.5 * (upper[:, 1] - low[1]) / size[1] + 0.8 * (upper[:, 0] - middle) * sign / size[0]
            result[f"shoulder_{side}"] = _best(upper, high_and_far)
        limit = abs(result[f"shoulder_{side}"][0] - middle)
        near = edge[(outside > 0.02 * size[0]) & (outside < 0.95 * limit) & (edge[:, 1] < low[1] + 0.35 * size[1])]
        if len(near):
            result[f"neck_{side}"] = _best(near, -(near[:, 1] - low[1]) / size[1] - 0.12 * np.abs(near[:, 0] - middle) / size[0])
        lower = below[(below[:, 0] - middle) * sign > 0]
        if len(lower):
            result[f"hem_{side}"] = _best(lower, 1.8 * (lower[:, 1] - low[1]) / size[1] + (lower[:, 0] - middle) * sign / size[0])
    return result


def _armpits(edge: Points, notches: Points, middle: float, kind: str) -> dict[str, Points]:
    """The deepest notch of each side where a sleeve can begin."""
    low, size = edge.min(0), np.ptp(edge, axis=0)
    found: dict[str, Points] = {}
    for side, sign in _SIDES:
        own = notches[((notches[:, 0] - middle) * sign > 0.08 * size[0]) & (notches[:, 2] > 0.02 * size[1])]
        deepest = 0.45 if kind == "dress" else 0.85 if size[0] > _WIDE * size[1] else 0.7  # sleeves of a band about the chest
        own = own[(own[:, 1] > low[1] + 0.1 * size[1]) & (own[:, 1] < low[1] + deepest * size[1])]
        if len(own):
            found[side] = own[int(own[:, 2].argmax()), :2]
    return found


def _parted(edge: Points, armpits: dict[str, Points], middle: float) -> tuple[Points, Points]:
    """The outline below the armpits, over the hem, and above them, over sleeves and collar; all of it twice where there are no armpits."""
    if len(armpits) < 2:
        return edge, edge
    first, second = sorted(int(np.linalg.norm(edge - point, axis=1).argmin()) for point in armpits.values())
    inner, outer = edge[first : second + 1], np.concatenate([edge[second:], edge[: first + 1]])
    lowest = [arc[np.abs(arc[:, 0] - middle) < 0.1 * np.ptp(edge[:, 0]), 1].max(initial=0.0) for arc in (inner, outer)]
    return (inner, outer) if lowest[0] >= lowest[1] else (outer, inner)


def _trunk_middle(solid: BoolArray, kind: str) -> float:
    """The middle of the trunk, from rows below the sleeves' roots."""
    rows = np.flatnonzero(solid.any(axis=1))
    top, bottom = (0.3, 0.95) if kind == "dress" else (0.45, 0.95)
    chosen = rows[int(top * len(rows)) : max(int(bottom * len(rows)), int(top * len(rows)) + 1)]
    return float(np.median([np.flatnonzero(solid[row]).mean() for row in chosen])) + 0.5


def _cuff(result: dict[str, Points], edge: Points, side: str, sign: float, shoulder: Points, armpit: Points, middle: float) -> None:
    """The two corners of a sleeve's end: its farthest point from the shoulder, and the corner across the sleeve."""
    root = (shoulder + armpit) / 2
    beyond = (edge[:, 0] - armpit[0]) * sign > -0.02 * abs(armpit[0] - middle)
    sleeve = edge[beyond & ((edge[:, 0] - middle) * sign > 0)]
    if len(sleeve) < 8:
        return
    distance = np.linalg.norm(sleeve - root, axis=1)
    tip = sleeve[distance > np.percentile(distance, 80)].mean(axis=0)
    along = (tip - root) / max(float(np.linalg.norm(tip - root)), 1e-6)
    across = np.array([-along[1], along[0]])
    across = across if across @ (shoulder - armpit) > 0 else -across
    ahead = (sleeve - root) @ along
    sideways = (sleeve - root) @ across
    span = max(float(ahead.max()), 1e-6)
    width = float(np.linalg.norm(shoulder - armpit))
    result[f"cuff_outer_{side}"] = _best(sleeve, ahead / span + 0.55 * sideways / max(width, 1.0))
    result[f"cuff_inner_{side}"] = _best(sleeve, ahead / span - 0.55 * sideways / max(width, 1.0))
