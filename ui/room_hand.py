"""What the hand does to the pieces in the room: choose, move, turn, double, hide, lock, remove."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from tryon.project.document import Piece, Project
from tryon.text import _
from ui.room_arranging import snapped, swapped_place
from ui.room_frames import RoomFrames
from ui.room_layout import RoomLayout

if TYPE_CHECKING:
    from ui.desk import Desk

__all__ = ["PAGE", "RoomHand"]

PAGE = "room"
_USUAL_REACH_M = 0.03


class RoomHand(RoomLayout):
    """The room page under the hand; every gesture is one edit that can be undone."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._session = desk, desk.session
        self._chosen = -1
        self._gesture = 0
        self._grabbed_yaw: dict[int, float] = {}
        self._touched: dict[int, str] = {}
        self.frames = RoomFrames(desk, self)

    def connect_hand(self) -> None:
        """Let the view, the list and the buttons do what they say."""
        view, pieces = self.view, self.piece_list
        view.selected.connect(self._select)
        view.moved.connect(self._move)
        view.turned.connect(self._turn)
        view.lifted.connect(self._lift)
        view.nudged.connect(self._nudge)
        view.grabbed.connect(self._grabbed)
        view.let_go.connect(self._let_go)
        for source in (view, pieces):
            source.remove_wanted.connect(self._remove)
            source.hide_wanted.connect(self._hide)
            source.lock_wanted.connect(self._lock)
        view.double_wanted.connect(self._double)
        pieces.chosen.connect(self._select)
        pieces.inspector.changed.connect(self._inspected)
        pieces.inspector.materials_wanted.connect(self._want_materials)
        self.swap_button.toggled.connect(self._swap_asked)
        self.turn_left_button.clicked.connect(lambda: self._turn_by(15))
        self.turn_right_button.clicked.connect(lambda: self._turn_by(-15))
        self.double_button.clicked.connect(lambda: self._double(self._chosen))
        self.remove_button.clicked.connect(lambda: self._remove(self._chosen))

    def _show(self, project: Project) -> None:
        raise NotImplementedError

    def _select(self, number: int) -> None:
        self._chosen = number
        self._show(self._session.project)

    def _grabbed(self) -> None:
        self._gesture += 1
        self._grabbed_yaw = {piece.number: piece.yaw_deg for piece in self._session.project.pieces}

    def _let_go(self) -> None:
        self._show(self._session.project)
        self._want(self._session.project, lively=False)

    def _want(self, project: Project, *, lively: bool) -> None:
        if project.room is not None:
            shown = max(project.room.width, project.room.height) * self.view.zoom
            self.frames.rest_side = round(min(max(shown, 960.0), 1600.0))
        self.frames.want(project, lively=lively)

    def _change(self, piece: Piece | None, what: str, key: str) -> None:
        floor = self.frames.floor
        if piece is not None and not piece.locked and floor is not None and floor.holds(piece.size_m, piece.x, piece.y, piece.yaw_deg):
            self._session.edit(self._session.project.with_piece(piece), what, page=PAGE, key=key)

    def _move(self, number: int, x: float, y: float, free: bool = False) -> None:
        """Under the hand; a wall or a neighbor that is near draws the piece, unless it goes freely."""
        piece, room, floor = self._session.project.piece(number), self._session.project.room, self.frames.floor
        if piece is None or room is None or floor is None or piece.locked:
            return
        x, y = min(max(x, 0.0), float(room.width)), min(max(y, 0.0), float(room.height))
        moved, drawn = replace(piece, x=x, y=y, yaw_deg=self._grabbed_yaw.get(number, piece.yaw_deg)), ""
        if not free:
            moved, drawn = snapped(moved, floor, self._session.project.pieces)
        self._change(moved, _("move {name}").format(name=piece.label), f"move {number} {self._gesture}")
        words = {"wall": _("at the wall (Alt: freely)"), "piece": _("beside its neighbor (Alt: freely)")}.get(drawn, "")
        self.note.setText(f"{piece.label}, {words}" if words else self.note.text())

    def _turn(self, number: int, yaw_deg: float) -> None:
        piece = self._session.project.piece(number)
        if piece is not None:
            yaw = (yaw_deg + 180.0) % 360.0 - 180.0
            self._change(replace(piece, yaw_deg=yaw), _("turn {name}").format(name=piece.label), f"turn {number} {self._gesture}")

    def _lift(self, number: int, lift_m: float) -> None:
        """Up or down; down to the floor is where it stands by itself, and so is its usual height on the wall."""
        from tryon.room.scene import MOST_LIFT_M

        piece = self._session.project.piece(number)
        if piece is None:
            return
        usual = piece.elevation_m if piece.stands in ("wall", "ceiling") else 0.0
        lift = min(max(round(lift_m, 2), 0.0), MOST_LIFT_M)
        wanted = None if abs(lift - usual) < _USUAL_REACH_M else lift
        self._change(replace(piece, lift_m=wanted), _("lift {name}").format(name=piece.label), f"lift {number} {self._gesture}")

    def _turn_by(self, degrees: float) -> None:
        piece = self._session.project.piece(self._chosen)
        if piece is not None:
            self._gesture += 1
            self._turn(piece.number, piece.yaw_deg + degrees)

    def _nudge(self, number: int, right_m: float, nearer_m: float) -> None:
        piece, floor = self._session.project.piece(number), self.frames.floor
        goal = floor.moved(piece.x, piece.y, right_m, nearer_m) if piece is not None and floor is not None else None
        if piece is not None and goal is not None:
            self._change(replace(piece, x=goal[0], y=goal[1]), _("move {name}").format(name=piece.label), f"nudge {number} {self._gesture}")

    def _remove(self, number: int) -> None:
        project = self._session.project
        piece = project.piece(number)
        if piece is not None and not piece.locked:
            self._chosen = -1
            self._session.edit(project.without_piece(number), _("remove {name}").format(name=piece.label), page=PAGE)

    def _double(self, number: int) -> None:
        project, floor = self._session.project, self.frames.floor
        piece = project.piece(number)
        if piece is None or floor is None:
            return
        beside = floor.moved(piece.x, piece.y, piece.size_m[0] + 0.15, 0.0)
        if beside is None or not floor.holds(piece.size_m, *beside, piece.yaw_deg):
            beside = floor.spot(piece.size_m, project.pieces)
        twin = replace(piece, number=project.next_number(), x=beside[0], y=beside[1], locked=False)
        self._chosen = twin.number
        self._session.edit(project.with_piece(twin), _("duplicate {name}").format(name=piece.label), page=PAGE)

    def _inspected(self, piece: Piece, what: str) -> None:
        if self._session.project.piece(piece.number) is not None:
            self._session.edit(self._session.project.with_piece(piece), what, page=PAGE)

    def _want_materials(self, furniture: str) -> None:
        job = self._desk.room.submit(self._desk.engine.materials_of, furniture, later=True)
        job.done.connect(lambda colors: self.piece_list.inspector.show_materials(furniture, colors))

    def _swap_asked(self, on: bool) -> None:
        if on:
            self.show_shelf("palette")
            self.note.setText(_("Choose at the left what stands there instead (double-click or Enter)"))

    def swap(self, fresh: Piece) -> bool:
        """Put another piece in the place of the chosen one, where that was asked for; whether it was."""
        piece, floor = self._session.project.piece(self._chosen), self.frames.floor
        if piece is None or floor is None or not self.swap_button.isChecked():
            return False
        self.swap_button.setChecked(False)
        x, y = swapped_place(piece, fresh.size_m, floor) or (piece.x, piece.y)
        other = replace(fresh, number=piece.number, x=x, y=y, yaw_deg=piece.yaw_deg, hidden=piece.hidden)
        if floor.holds(other.size_m, x, y, other.yaw_deg):
            what = _("{other} in place of {name}").format(other=fresh.label, name=piece.label)
            self._session.edit(self._session.project.with_piece(other), what, page=PAGE)
        else:
            self._desk.tell(_("It does not fit there"))
        return True

    def _hide(self, number: int) -> None:
        piece = self._session.project.piece(number)
        if piece is not None:
            words = (_("show {name}") if piece.hidden else _("hide {name}")).format(name=piece.label)
            self._session.edit(self._session.project.with_piece(replace(piece, hidden=not piece.hidden)), words, page=PAGE)

    def _lock(self, number: int) -> None:
        piece = self._session.project.piece(number)
        if piece is not None:
            words = (_("unlock {name}") if piece.locked else _("lock {name}")).format(name=piece.label)
            self._session.edit(self._session.project.with_piece(replace(piece, locked=not piece.locked)), words, page=PAGE)
