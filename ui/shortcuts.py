"""What the keyboard and the mouse can do, on one sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from tryon.text import _
from ui.look import GAP, PAD, IconPushButton
from ui.parts import label

__all__ = ["ShortcutSheet", "shortcut_groups"]


def shortcut_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of (keys, what they do)."""
    return [
        (
            _("Everywhere"),
            [
                ("Ctrl+1, Ctrl+2", _("Try on, furnish")),
                ("Ctrl+Z, Ctrl+Shift+Z", _("Undo, redo")),
                ("Ctrl+V", _("Paste a picture or files")),
                ("Ctrl+C", _("Copy the picture")),
                ("Ctrl+E, Ctrl+P", _("Export, print")),
                ("Ctrl+O", _("Open pictures, furniture, a project")),
                ("Ctrl+N, Ctrl+S", _("New project, save it")),
                ("Ctrl+Shift+S", _("Save a project under another name")),
                ("Ctrl+,", _("Settings")),
                ("F11", _("Full screen")),
                ("Esc", _("Stop the work, put a message away")),
                ("?", _("This sheet")),
            ],
        ),
        (
            _("Try on"),
            [
                (_("Click, Enter"), _("Wear a garment, take it off")),
                (_("Space, held"), _("See the original")),
                ("←  →", _("Move the dividing line")),
                ("+  -  0  1", _("Zoom in, out, fit, pixel for pixel")),
                ("S", _("Star a result")),
                ("X", _("What the program saw: body, cut-out, cloth")),
                ("B", _("Brush: what may change, what stays")),
                ("[  ]", _("A smaller, a larger brush")),
                (_("Delete"), _("Remove a garment or a result")),
                (_("Shift, Ctrl + click"), _("Choose results to stand side by side")),
                (_("Drag a result"), _("Take it into another program")),
            ],
        ),
        (
            _("Furnish"),
            [
                (_("Drag, double-click"), _("Place furniture")),
                ("←  →  ↑  ↓", _("Move by 5 cm, with Shift by 1 cm")),
                (_("Alt + drag"), _("Move past walls and neighbors")),
                (_("Q, E, wheel"), _("Turn by 15°, with Shift by 1°")),
                (_("Page Up, Page Down"), _("Lift, lower by 5 cm, with Shift by 1 cm")),
                (_("Tab"), _("To the next piece")),
                ("Ctrl+D", _("Duplicate")),
                ("H, L", _("Hide, lock the piece")),
                (_("Delete"), _("Remove it")),
                (_("Space, held"), _("See the empty room")),
                ("+  -  0", _("Zoom in, out, fit")),
                ("[  ]", _("Size of the brush")),
            ],
        ),
    ]


class ShortcutSheet(QDialog):
    """The sheet; any click on Close or Esc puts it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Shortcuts"))
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(PAD)
        sheet = QWidget()
        row = QHBoxLayout(sheet)
        row.setContentsMargins(0, 0, PAD, 0)
        row.setSpacing(PAD * 2)
        for title, keys in shortcut_groups():
            row.addLayout(self._group(title, keys), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(_("Shortcuts"))
        area.setWidget(sheet)
        column.addWidget(area, 1)
        close = IconPushButton("", _("Close"), kind="primary")
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        room = parent.size()
        lines = sheet.findChildren(QLabel)
        for line in lines:
            line.ensurePolished()
        width = min(max(sheet.sizeHint().width() + 3 * PAD, 1040), room.width() - 40)
        sheet.resize(width - 3 * PAD, 4000)  # how high the lines are in that width is known when they are laid out
        row.activate()
        height = max(line.geometry().bottom() for line in lines)
        self.resize(width, min(height + 4 * PAD + close.sizeHint().height(), room.height() - 40))
        self.open()

    def _group(self, title: str, keys: list[tuple[str, str]]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(GAP)
        column.addWidget(label(title, "title"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(PAD)
        grid.setVerticalSpacing(GAP - 2)
        for at, (key, words) in enumerate(keys):
            cap: QLabel = label(key, "key")
            cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(cap, at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(words, wrap=True), at, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addStretch(1)
        return column
