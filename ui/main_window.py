"""The window: two pages under one header, one line for messages, and a place to drop anything."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QSize, Qt
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from tryon.config import assets_dir
from tryon.errors import PhotoError
from tryon.text import _
from ui.desk import Desk
from ui.intake import Arrival, could_hold, take
from ui.look import GAP, PAD, IconButton
from ui.parts import NoticeBar, Segments, label
from ui.room_page import RoomPage
from ui.tryon_page import TryOnPage

__all__ = ["MainWindow"]


class MainWindow(QMainWindow):
    """TryOn Studio."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setWindowTitle("TryOn Studio")
        self.setAcceptDrops(True)
        self.setMinimumSize(880, 600)
        self.tryon = TryOnPage(desk)
        self.room = RoomPage(desk)
        self.notice = NoticeBar()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.tryon)
        self.pages.addWidget(self.room)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_header())
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(whole)
        desk.told.connect(lambda sentence, tone, seconds: self.notice.tell(sentence, tone, seconds=seconds))
        desk.quieted.connect(self.notice.put_away)
        desk.session.changed.connect(lambda _before, _after: self._show_undo())
        desk.session.page_wanted.connect(self.show_page)
        self._build_keys()
        self._show_undo()
        whole.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        whole.setFocus()
        self.room.fill_palette()
        geometry = desk.settings.value("window/geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            screen = QGuiApplication.primaryScreen().availableGeometry().size()
            self.resize(QSize(1280, 820).boundedTo(screen))

    def _build_header(self) -> QWidget:
        header = QWidget()
        header.setObjectName("header")
        header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(header)
        row.setContentsMargins(PAD, GAP, PAD, GAP)
        row.setSpacing(GAP)
        sign = QLabel()
        sign.setPixmap(QIcon(str(assets_dir() / "icons" / "tryon.svg")).pixmap(QSize(26, 26), self.devicePixelRatioF()))
        brand = label("TryOn Studio")
        brand.setObjectName("brand")
        left, right = QWidget(), QWidget()
        for side in (left, right):
            side.setMinimumWidth(200)
        left_row, right_row = QHBoxLayout(left), QHBoxLayout(right)
        for inner in (left_row, right_row):
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(GAP)
        left_row.addWidget(sign)
        left_row.addWidget(brand)
        left_row.addStretch(1)
        self.tabs = Segments([("tryon", _("Try on")), ("room", _("Furnish"))], _("Page"))
        self.tabs.setFixedWidth(240)
        self.tabs.button("tryon").setToolTip(_("See clothes on you (Ctrl+1)"))
        self.tabs.button("room").setToolTip(_("See furniture in your room (Ctrl+2)"))
        self.tabs.chosen.connect(self.show_page)
        self.undo_button, self.redo_button = IconButton("undo", _("Undo")), IconButton("redo", _("Redo"))
        self.undo_button.clicked.connect(self.desk.session.undo)
        self.redo_button.clicked.connect(self.desk.session.redo)
        right_row.addStretch(1)
        right_row.addWidget(self.undo_button)
        right_row.addWidget(self.redo_button)
        row.addWidget(left, 1)
        row.addWidget(self.tabs)
        row.addWidget(right, 1)
        return header

    def _build_keys(self) -> None:
        def key(sequence: QKeySequence.StandardKey | str, slot: object) -> None:
            shortcut = QShortcut(QKeySequence(sequence), self)
            shortcut.activated.connect(slot)

        key(QKeySequence.StandardKey.Undo, self.desk.session.undo)
        key(QKeySequence.StandardKey.Redo, self.desk.session.redo)
        key(QKeySequence.StandardKey.Paste, self.paste)
        key(QKeySequence.StandardKey.Save, lambda: self.page.export())
        key(QKeySequence.StandardKey.Copy, lambda: self.page.copy())
        key(QKeySequence.StandardKey.Open, self.open_file)
        key("Ctrl+1", lambda: self.show_page("tryon"))
        key("Ctrl+2", lambda: self.show_page("room"))
        key("Esc", self._escape)
        leave = QAction(self)
        leave.setShortcut(QKeySequence(QKeySequence.StandardKey.Quit))
        leave.triggered.connect(self.close)
        self.addAction(leave)

    @property
    def page(self) -> TryOnPage | RoomPage:
        """The page on show."""
        return self.room if self.pages.currentWidget() is self.room else self.tryon

    def show_page(self, name: str) -> None:
        """Show 'tryon' or 'room'."""
        self.pages.setCurrentWidget(self.room if name == "room" else self.tryon)
        self.tabs.choose(name)
        self.setWindowTitle(f"{_('Furnish') if name == 'room' else _('Try on')} - TryOn Studio")
        self.warm()

    def warm(self) -> None:
        """Load in the worker what the page on show will need."""
        engine = self.desk.engine
        if self.page is self.room:
            self.desk.warm(self.desk.room, engine.warm_room)
        else:
            self.desk.warm(self.desk.fit, engine.warm_fit)

    def open_paths(self, paths: list[Path]) -> None:
        """Open files named on the command line."""
        if paths:
            self.receive([Arrival(path.name, path=path) for path in paths])

    def open_file(self) -> None:
        """Ask for a file for the page on show."""
        if self.page is self.room:
            self.room.open_file()
        else:
            project = self.desk.session.project
            self.tryon.open_file("garment" if project.person is not None and project.garment is None else "person")

    def receive(self, arrivals: list[Arrival]) -> None:
        """Take files or pictures: a mesh goes to the room page, a picture to the page on show."""
        if any(arrival.is_mesh for arrival in arrivals) or self.page is self.room:
            self.show_page("room")
            self.room.receive(arrivals)
        else:
            self.tryon.receive(arrivals)

    def receive_mime(self, mime: QMimeData) -> None:
        """Take what was dropped on the window or pasted."""
        try:
            self.receive(take(mime))
        except PhotoError as error:
            self.desk.tell_error(error)

    def paste(self) -> None:
        """Take the clipboard's picture or files."""
        focused = QApplication.focusWidget()
        if isinstance(focused, QLineEdit):
            focused.paste()
            return
        mime = QGuiApplication.clipboard().mimeData()
        zones = self.tryon.zones.items() if self.page is self.tryon else ()
        meant = [slot for slot, zone in zones if zone.hasFocus()] or [slot for slot, zone in zones if zone.underMouse()]
        if meant:
            self.tryon.receive_mime(mime, meant[0])
        else:
            self.receive_mime(mime)

    def _escape(self) -> None:
        self.page.cancel()
        self.notice.put_away()

    def _show_undo(self) -> None:
        session = self.desk.session
        for button, what, words, keys in (
            (self.undo_button, session.undo_words, _("Undo: {what}"), "Ctrl+Z"),
            (self.redo_button, session.redo_words, _("Redo: {what}"), "Ctrl+Shift+Z"),
        ):
            button.setEnabled(bool(what))
            button.setToolTip(f"{words.format(what=what)} ({keys})" if what else words.format(what="-"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if could_hold(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()
        self.receive_mime(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        self.desk.settings.setValue("window/geometry", self.saveGeometry())
        super().closeEvent(event)
