"""The window: its pages under one header, one line for messages, and a place to drop anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QSize, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from tryon.errors import PhotoError
from tryon.text import _
from ui.desk import Desk
from ui.dropping import TakesDrops
from ui.export_dialog import ExportDialog
from ui.header import Header
from ui.intake import MESH_ENDINGS, PICTURE_ENDINGS, PROJECT_ENDING, Arrival, take
from ui.parts import NoticeBar
from ui.projects import Projects
from ui.room_page import RoomPage
from ui.shortcuts import ShortcutSheet
from ui.tryon_page import TryOnPage

if TYPE_CHECKING:
    from tryon.image import Photo
    from ui.models_page import ModelsPage
    from ui.settings_page import SettingsPage

__all__ = ["MainWindow"]


class MainWindow(TakesDrops, QMainWindow):
    """TryOn Studio."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setAcceptDrops(True)
        self.setMinimumSize(880, 520)
        self.projects = Projects(desk, self)
        self.header = Header(desk)
        self.tabs, self.undo_button, self.redo_button = self.header.tabs, self.header.undo_button, self.header.redo_button
        self.tryon = TryOnPage(desk)
        self.room = RoomPage(desk)
        self._settings: SettingsPage | None = None
        self._models: ModelsPage | None = None
        self.notice = NoticeBar()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.tryon)
        self.pages.addWidget(self.room)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(whole)
        self._connect()
        self._build_keys()
        self._show_title()
        whole.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        whole.setFocus()
        self.room.fill_palette()
        geometry = desk.settings.value("window/geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            screen = QGuiApplication.primaryScreen().availableGeometry().size()
            self.resize(QSize(1280, 820).boundedTo(screen))

    def _connect(self) -> None:
        desk, header = self.desk, self.header
        desk.told.connect(self._tell)  # bound methods of the window: they end with it when the language is changed
        desk.asked.connect(self.notice.ask)
        desk.quieted.connect(self.notice.put_away)
        desk.session.page_wanted.connect(self.show_page)
        desk.session.named.connect(self._show_title)
        self.tryon.room_found.connect(self._furnish)
        self.tryon.room_sample.connect(self._furnish_sample)
        self.tryon.recent.chosen.connect(self.projects.open)
        self.projects.recent_ready.connect(self.tryon.recent.show_files)
        self.projects.recent_ready.connect(header.show_recent)
        header.page_chosen.connect(self.show_page)
        header.open_recent.connect(self.projects.open)
        for name, slot in {
            "new": self.projects.new, "open": self.open_file, "save": self.projects.save, "save as": self.projects.ask_save,
            "export": self._export, "print": self._print, "shortcuts": self.show_shortcuts, "quit": self.close,
            "settings": lambda: self.show_page("settings"), "models": lambda: self.show_page("models"),
        }.items():  # fmt: skip
            header.items[name].triggered.connect(slot)

    def _build_keys(self) -> None:
        def key(sequence: QKeySequence.StandardKey | str, slot: object) -> None:
            shortcut = QShortcut(QKeySequence(sequence), self)
            shortcut.activated.connect(slot)

        key(QKeySequence.StandardKey.Undo, self.desk.session.undo)
        key(QKeySequence.StandardKey.Redo, self.desk.session.redo)
        key(QKeySequence.StandardKey.Paste, self.paste)
        key(QKeySequence.StandardKey.Copy, self._copy)
        key("Ctrl+1", lambda: self.show_page("tryon"))
        key("Ctrl+2", lambda: self.show_page("room"))
        key("?", self.show_shortcuts)
        key("B", self._brush)
        key("X", self._steps)
        key("F11", self._full_screen)
        key("Esc", self._escape)
        for action in self.header.items.values():
            if not action.shortcut().isEmpty():
                self.addAction(action)

    @property
    def page(self) -> TryOnPage | RoomPage:
        """The mirror on show, or the one that was last."""
        return self.room if self.tabs.chosen_value == "room" else self.tryon

    def show_page(self, name: str) -> None:
        """Show 'tryon', 'room', 'settings' or 'models'."""
        if name == "settings":
            self.pages.setCurrentWidget(self.settings_page)
            self.settings_page.refresh()
        elif name == "models":
            self.pages.setCurrentWidget(self.models_page)
            self.models_page.refresh()
        else:
            self.tabs.choose(name)
            self.pages.setCurrentWidget(self.page)
            self.warm()
        self._show_title()

    @property
    def settings_page(self) -> SettingsPage:
        """The settings, made when they are first looked at."""
        if self._settings is None:
            from ui.settings_page import SettingsPage

            self._settings = SettingsPage(self.desk)
            self._settings.left.connect(self._leave)
            self._settings.models_wanted.connect(lambda: self.show_page("models"))
            self.pages.addWidget(self._settings)
        return self._settings

    @property
    def models_page(self) -> ModelsPage:
        """The models, made when they are first looked at."""
        if self._models is None:
            from ui.models_page import ModelsPage

            self._models = ModelsPage(self.desk)
            self._models.left.connect(self._leave)
            self.pages.addWidget(self._models)
        return self._models

    def _leave(self) -> None:
        self.show_page(self.tabs.chosen_value)

    def warm(self) -> None:
        """Load in the worker what the page on show will need."""
        engine = self.desk.engine
        if self.page is self.room:
            self.desk.warm(self.desk.room, engine.warm_room)
        else:
            self.desk.warm(self.desk.fit, engine.warm_fit)

    def begin(self, paths: list[Path]) -> None:
        """The window is up: open what the command line named, else take up what was left behind."""
        if not any(path.suffix.lower() == PROJECT_ENDING for path in paths):
            self.projects.restore()
        self.open_paths(paths)
        self.projects.list_recent()

    def open_paths(self, paths: list[Path]) -> None:
        """Open files of any kind."""
        if paths:
            self.receive([Arrival(path.name, path=path) for path in paths])

    def open_file(self) -> None:
        """Ask for files of any kind that the program takes."""
        endings = " ".join(f"*{ending}" for ending in (*PICTURE_ENDINGS, *MESH_ENDINGS, PROJECT_ENDING))
        kinds = _("Pictures, furniture, projects ({endings})").format(endings=endings) + ";;" + _("All files (*)")
        dialog = QFileDialog(self, _("Open"), str(self.desk.settings.value("open/any", "")), kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)

        def chosen(names: list[str]) -> None:
            self.desk.settings.setValue("open/any", str(Path(names[0]).parent))
            self.open_paths([Path(name) for name in names])

        dialog.filesSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def receive(self, arrivals: list[Arrival]) -> None:
        """Take files or pictures: a project is opened, a mesh goes to the room page, a picture to the page on show."""
        projects = [arrival for arrival in arrivals if arrival.is_project]
        if projects and projects[0].path is not None:
            self.projects.open(projects[0].path)
            return
        if any(arrival.is_mesh for arrival in arrivals) or self.pages.currentWidget() is self.room:
            self.show_page("room")
            self.room.receive(arrivals)
        else:
            self.show_page("tryon")
            self.tryon.receive(arrivals)

    def _furnish(self, photos: list[Photo]) -> None:
        self.show_page("room")
        self.room.furnish(photos[0])

    def _furnish_sample(self, path: Path) -> None:
        self.show_page("room")
        self.room.receive([Arrival(path.name, path=path)])

    def take_drop(self, mime: QMimeData) -> None:
        """Something was dropped on the window."""
        self.receive_mime(mime)

    def receive_mime(self, mime: QMimeData) -> None:
        """Take what was dropped or pasted."""
        try:
            self.desk.with_fetched(take(mime), self.receive)
        except PhotoError as error:
            self.desk.tell_error(error)

    def paste(self) -> None:
        """Take the clipboard's picture or files."""
        focused = QApplication.focusWidget()
        if isinstance(focused, QLineEdit):
            focused.paste()
            return
        mime = QGuiApplication.clipboard().mimeData()
        zones = self.tryon.zones.items() if self.pages.currentWidget() is self.tryon else ()
        meant = [slot for slot, zone in zones if zone.hasFocus()] or [slot for slot, zone in zones if zone.underMouse()]
        if meant:
            self.tryon.receive_mime(mime, meant[0])
        elif zones and (self.tryon.wardrobe.hasFocus() or self.tryon.wardrobe.underMouse()):
            self.tryon.receive_mime(mime, "garment")
        else:
            self.receive_mime(mime)

    def retire(self) -> None:
        """Make way for a window in another language: what its pages are doing stops, the project stays with the session."""
        self.tryon.cancel()
        self.room.cancel()
        self.hide()
        self.deleteLater()

    def show_shortcuts(self) -> None:
        """Show what the keyboard can do."""
        if self.findChild(ShortcutSheet) is None:
            ShortcutSheet(self)

    def _export(self) -> None:
        self.page.export()

    def _print(self) -> None:
        """The export dialog, its printer in focus: the label is seen and chosen there."""
        self.page.export()
        for dialog in self.findChildren(ExportDialog):
            dialog.print_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _brush(self) -> None:
        if self.pages.currentWidget() is self.tryon and self.tryon.tools.isVisible():
            self.tryon.take_brush()

    def _steps(self) -> None:
        if self.pages.currentWidget() is self.tryon:
            self.tryon.toggle_steps()

    def _copy(self) -> None:
        self.page.copy()

    def _full_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def _tell(self, sentence: str, tone: str, seconds: float) -> None:
        self.notice.tell(sentence, tone, seconds=seconds)

    def _escape(self) -> None:
        if self.pages.currentWidget() not in (self.tryon, self.room):
            self._leave()
        else:
            self.page.cancel()
        self.notice.put_away()

    def _show_title(self) -> None:
        session = self.desk.session
        self.header.show_session(self.page is self.room)
        name = session.path.name if session.path is not None else _("Furnish") if self.page is self.room else _("Try on")
        self.setWindowTitle(f"{name}[*] - TryOn Studio")
        self.setWindowModified(session.path is not None and session.unsaved)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        self.desk.settings.setValue("window/geometry", self.saveGeometry())
        super().closeEvent(event)
