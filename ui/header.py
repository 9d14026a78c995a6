"""The header: the two mirrors, undo and redo, the menu."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from tryon.config import assets_dir
from tryon.text import _
from ui.desk import Desk
from ui.look import GAP, PAD, IconButton
from ui.parts import Segments, label

__all__ = ["Header"]


class Header(QWidget):
    """The strip at the top of the window."""

    page_chosen = Signal(str)
    open_recent = Signal(object)  # Path

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = desk.session
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, GAP, PAD, GAP)
        row.setSpacing(GAP)
        sign = QLabel()
        sign.setPixmap(QIcon(str(assets_dir() / "icons" / "tryon.svg")).pixmap(QSize(26, 26), self.devicePixelRatioF()))
        brand = label("TryOn Studio")
        brand.setObjectName("brand")
        self.name = label("", "muted")
        left, right = QWidget(), QWidget()
        for side in (left, right):
            side.setMinimumWidth(200)
        left_row, right_row = QHBoxLayout(left), QHBoxLayout(right)
        for inner in (left_row, right_row):
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(GAP)
        left_row.addWidget(sign)
        left_row.addWidget(brand)
        left_row.addWidget(self.name, 1)
        left_row.addStretch(1)
        self.tabs = Segments([("tryon", _("Try on")), ("room", _("Furnish"))], _("Page"))
        self.tabs.setMinimumWidth(240)
        self.tabs.button("tryon").setToolTip(_("See clothes on you (Ctrl+1)"))
        self.tabs.button("room").setToolTip(_("See furniture in your room (Ctrl+2)"))
        self.tabs.chosen.connect(self.page_chosen)
        self.undo_button, self.redo_button = IconButton("undo", _("Undo")), IconButton("redo", _("Redo"))
        self.undo_button.clicked.connect(self._session.undo)
        self.redo_button.clicked.connect(self._session.redo)
        self.menu_button = IconButton("menu", _("Menu: projects, settings, help"))
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.items: dict[str, QAction] = {}
        self._recent = QMenu(_("Recent projects"), self)
        self.menu_button.setMenu(self._build_menu())
        right_row.addStretch(1)
        for button in (self.undo_button, self.redo_button, self.menu_button):
            right_row.addWidget(button)
        row.addWidget(left, 1)
        row.addWidget(self.tabs)
        row.addWidget(right, 1)

    def _build_menu(self) -> QMenu:
        menu = QMenu(self)

        def add(name: str, words: str, keys: str = "") -> None:
            action = menu.addAction(words)
            if keys:
                action.setShortcut(QKeySequence(keys))
            self.items[name] = action

        add("new", _("New project"), "Ctrl+N")
        add("open", _("Open…"), "Ctrl+O")
        menu.addMenu(self._recent)
        add("save", _("Save project"), "Ctrl+S")
        add("save as", _("Save project as…"), "Ctrl+Shift+S")
        menu.addSeparator()
        add("export", _("Export picture…"), "Ctrl+E")
        add("print", _("Print picture…"), "Ctrl+P")
        menu.addSeparator()
        add("models", _("Models"))
        add("settings", _("Settings"), "Ctrl+,")
        add("shortcuts", _("Shortcuts (?)"))
        menu.addSeparator()
        add("quit", _("Quit"), "Ctrl+Q")
        return menu

    def show_recent(self, files: list[tuple[Path, bytes | None]]) -> None:
        """Fill the menu of recent projects."""
        self._recent.clear()
        for path, _preview in files:
            self._recent.addAction(path.stem).triggered.connect(lambda _checked=False, path=path: self.open_recent.emit(path))
        self._recent.setEnabled(bool(files))

    def show_session(self, room: bool) -> None:
        """Show what can be undone and what the project is called."""
        session = self._session
        for button, what, words, keys in (
            (self.undo_button, session.undo_words, _("Undo: {what}"), "Ctrl+Z"),
            (self.redo_button, session.redo_words, _("Redo: {what}"), "Ctrl+Shift+Z"),
        ):
            button.setEnabled(bool(what))
            button.setToolTip(f"{words.format(what=what)} ({keys})" if what else words.format(what="-"))
        name = "" if session.path is None else session.path.stem
        self.name.setText(f"·  {name}{' •' if session.unsaved else ''}" if name else "")
        self.name.setToolTip("" if session.path is None else str(session.path))
        look = session.project.look is not None
        for name in ("export", "print"):
            self.items[name].setEnabled(bool(session.project.pieces) if room else look)
