"""The workbench: collects the parts of a piece, each cut from another place of its board or bolt."""

from __future__ import annotations

from assets.source.glb import stood
from assets.source.materials import Material
from assets.source.shapes import Part, rounded_box

Piece = list[tuple[Material, Part]]


class Bench:
    """Parts of one piece while it is being built."""

    def __init__(self, wood: Material) -> None:
        self.wood = wood
        self.piece: Piece = []

    def add(self, part: Part, material: Material | None = None) -> None:
        """Lay a part on; its texture is shifted so that no two parts look cut from one spot."""
        number = len(self.piece)
        self.piece.append((material or self.wood, part.shifted(0.2913 * number % 1.6, 0.0791 * number % 0.4)))

    def exact(self, part: Part, material: Material) -> None:
        """Lay a part on with its texture where it is (labels, leaves, rugs)."""
        self.piece.append((material, part))

    def board(
        self, x: tuple[float, float], y: tuple[float, float], z: tuple[float, float], radius: float = 0.002, grain: int | None = None,
        material: Material | None = None, bevel: int = 2,
    ) -> None:
        """A board between two corners, grain along its longest side unless told."""
        size = (x[1] - x[0], y[1] - y[0], z[1] - z[0])
        along = max(range(3), key=lambda i: size[i]) if grain is None else grain
        part = rounded_box(size, radius, bevel, grain=along)
        self.add(part.moved((x[0] + x[1]) / 2, (y[0] + y[1]) / 2, (z[0] + z[1]) / 2), material)

    def done(self) -> Piece:
        """The piece, standing on the floor."""
        return stood(self.piece)
