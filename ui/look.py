"""How the window looks: colors, spacing, type and icons, light and dark, following the system."""

from __future__ import annotations

import math
import os
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

from tryon.config import assets_dir

__all__ = [
    "DARK",
    "GAP",
    "LIGHT",
    "PAD",
    "IconButton",
    "IconPushButton",
    "Theme",
    "apply_look",
    "choose_theme",
    "icon",
    "refresh_style",
    "theme",
]

GAP = 8
"""Space between things that belong together, in pixels at 100 %."""

PAD = 16
"""Space around a group, in pixels at 100 %."""


@dataclass(frozen=True)
class Theme:
    """The colors of one appearance, each named by its use."""

    name: str
    window: str
    surface: str
    raised: str
    stage: str
    line: str
    control: str
    text: str
    muted: str
    accent: str
    accent_text: str
    accent_soft: str
    track: str
    picked: str
    knob: str
    warn_soft: str
    warn: str
    error_soft: str
    error: str
    good: str


LIGHT = Theme(
    name="light",
    window="#f4f3f0", surface="#ffffff", raised="#eceae5", stage="#e6e4de", line="#dcd9d2", control="#86837b",
    text="#1d1d20", muted="#5b5a57", accent="#3a4fc4", accent_text="#ffffff", accent_soft="#e3e7fb",
    track="#eceae5", picked="#ffffff", knob="#ffffff",
    warn_soft="#fbf0d6", warn="#7a5200", error_soft="#fbe5e1", error="#a12a17", good="#1f6b45",
)  # fmt: skip
DARK = Theme(
    name="dark",
    window="#1a1b1e", surface="#242529", raised="#303238", stage="#121316", line="#3a3c43", control="#85878f",
    text="#ececee", muted="#aeb0b8", accent="#9fb0ff", accent_text="#14182e", accent_soft="#2f3657",
    track="#17181b", picked="#3f424b", knob="#ececee",
    warn_soft="#3a3018", warn="#f2cd7c", error_soft="#43231f", error="#ffb4a6", good="#86d9ae",
)  # fmt: skip


_CHOICE = {"theme": ""}


def choose_theme(app: QApplication, wanted: str) -> None:
    """Make it "light", "dark", or as the system is ("")."""
    _CHOICE["theme"] = wanted
    scheme = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}.get(_wanted(), Qt.ColorScheme.Unknown)
    app.styleHints().setColorScheme(scheme)
    _dress(app)


def _wanted() -> str:
    return os.environ.get("TRYON_THEME", "") or _CHOICE["theme"]


def theme() -> Theme:
    """The colors in use now: as was chosen (TRYON_THEME, the settings), else as the system says."""
    wanted = _wanted()
    if wanted in ("dark", "light"):
        return DARK if wanted == "dark" else LIGHT
    return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT


def apply_look(app: QApplication, wanted: str = "") -> None:
    """Dress the application, and again whenever the system changes between light and dark. wanted: as for `choose_theme`."""
    app.setStyle("Fusion")
    font = QFont(app.font())
    if font.pointSizeF() > 0:
        font.setPointSizeF(max(10.0, font.pointSizeF()))
    families = [*font.families(), "Noto Sans", "DejaVu Sans", *_own_families(), "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC"]
    font.setFamilies(list(dict.fromkeys(families)))
    app.setFont(font)
    app.setWindowIcon(QIcon(str(assets_dir() / "icons" / "tryon.svg")))
    choose_theme(app, wanted)
    if not app.property("look-follows"):
        app.setProperty("look-follows", True)
        app.styleHints().colorSchemeChanged.connect(lambda _scheme: _dress(app))


@cache
def _own_families() -> tuple[str, ...]:
    """The Han font that ships with the program: a clean machine has none."""
    numbers = [QFontDatabase.addApplicationFont(str(path)) for path in sorted((assets_dir() / "fonts").glob("*.otf"), reverse=True)]
    return tuple(dict.fromkeys(family for number in numbers if number >= 0 for family in QFontDatabase.applicationFontFamilies(number)))


def _dress(app: QApplication) -> None:
    colors = theme()
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: colors.window, QPalette.ColorRole.WindowText: colors.text,
        QPalette.ColorRole.Base: colors.surface, QPalette.ColorRole.AlternateBase: colors.raised,
        QPalette.ColorRole.Text: colors.text, QPalette.ColorRole.Button: colors.surface,
        QPalette.ColorRole.ButtonText: colors.text, QPalette.ColorRole.BrightText: colors.error,
        QPalette.ColorRole.Highlight: colors.accent, QPalette.ColorRole.HighlightedText: colors.accent_text,
        QPalette.ColorRole.ToolTipBase: colors.raised, QPalette.ColorRole.ToolTipText: colors.text,
        QPalette.ColorRole.PlaceholderText: colors.muted, QPalette.ColorRole.Link: colors.accent,
        QPalette.ColorRole.Light: colors.surface, QPalette.ColorRole.Mid: colors.line, QPalette.ColorRole.Dark: colors.control,
        QPalette.ColorRole.Accent: colors.accent,
    }  # fmt: skip
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    faded = QColor(colors.muted)
    faded.setAlphaF(0.55)
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, faded)
    for role in (QPalette.ColorRole.Highlight, QPalette.ColorRole.Accent):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors.control))
    app.setPalette(palette)
    icons = (assets_dir() / "icons").as_posix()
    app.setStyleSheet("")  # Qt exchanges one sheet for another in six times the time that it takes to drop it and set the other
    app.setStyleSheet(_STYLE.format(**asdict(colors), icons=icons, disabled=faded.name(QColor.NameFormat.HexArgb)))


_STYLE = """
* {{ outline: none; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 5px 8px; }}
QWidget#header {{ background: {surface}; border-bottom: 1px solid {line}; }}
QWidget#side {{ background: {surface}; }}
QWidget#side[edge="left"] {{ border-right: 1px solid {line}; }}
QWidget#strip {{ background: {surface}; border-top: 1px solid {line}; }}
QLabel#brand {{ font-weight: 600; font-size: 15px; }}
QLabel[role="title"] {{ font-weight: 600; font-size: 14px; }}
QLabel[role="hero"] {{ font-weight: 600; font-size: 22px; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="small"] {{ color: {muted}; font-size: 12px; }}
QLabel[role="key"] {{ background: {raised}; border: 1px solid {control}; border-radius: 5px; padding: 2px 7px; font-size: 12px; }}
QLabel[role="good"] {{ color: {good}; }}
QLabel[role="warn"] {{ color: {warn}; }}
QLabel[role="chip"] {{ background: {surface}; color: {muted}; border: 1px solid {line}; border-radius: 8px;
  padding: 4px 10px; font-size: 12px; }}

QPushButton, QToolButton {{ border: 1px solid {line}; border-radius: 7px; padding: 6px 12px;
  background: {surface}; color: {text}; }}
QToolButton {{ padding: 6px; }}
QPushButton:hover, QToolButton:hover {{ background: {raised}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {line}; }}
QPushButton:checked, QToolButton:checked {{ background: {accent_soft}; border-color: {accent}; }}
QPushButton:focus, QToolButton:focus, QLineEdit:focus, QComboBox:focus {{
  border: 2px solid {accent}; }}
QPushButton:focus {{ padding: 5px 11px; }}
QToolButton:focus {{ padding: 5px; }}
QPushButton:disabled, QToolButton:disabled {{ color: {disabled}; }}
QPushButton[kind="primary"] {{ background: {accent}; color: {accent_text}; border-color: {accent}; font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ border-color: {text}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {text}; }}
QPushButton[kind="primary"]:disabled {{ background: {raised}; color: {disabled}; border-color: {line}; }}
QPushButton[kind="link"] {{ border: 1px solid transparent; background: transparent; color: {accent};
  padding: 4px 6px; text-align: left; }}
QPushButton[kind="link"]:hover {{ text-decoration: underline; }}
QPushButton[kind="link"]:focus {{ border: 2px solid {accent}; padding: 3px 5px; }}
QToolButton[kind="flat"] {{ border-color: transparent; background: transparent; }}
QToolButton[kind="flat"]:hover {{ background: {raised}; }}
QToolButton[kind="flat"]:checked {{ background: {accent_soft}; border-color: {accent}; }}
QToolButton[kind="flat"]:focus {{ border: 2px solid {accent}; }}

QWidget#segments {{ background: {track}; border-radius: 8px; }}
QPushButton[kind="segment"] {{ border: 2px solid transparent; background: transparent; border-radius: 7px;
  padding: 5px 10px; color: {text}; }}
QPushButton[kind="segment"]:checked {{ background: {picked}; border-color: {picked}; font-weight: 600; }}
QPushButton[kind="segment"]:hover:!checked {{ background: {raised}; border-color: {line}; }}
QPushButton[kind="segment"]:focus {{ border: 2px solid {accent}; padding: 5px 10px; }}

QLineEdit, QComboBox {{ border: 1px solid {control}; border-radius: 7px; padding: 5px 8px;
  background: {surface}; color: {text}; min-height: 20px;
  selection-background-color: {accent}; selection-color: {accent_text}; }}
QLineEdit:focus, QComboBox:focus {{ padding: 4px 7px; }}
QLineEdit[tone="none"] {{ background: {warn_soft}; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: url("{icons}/down-{name}.svg"); width: 14px; height: 14px; }}
QComboBox:disabled, QLineEdit:disabled {{ color: {disabled}; border-color: {line}; }}
QComboBox QAbstractItemView {{ background: {surface}; border: 1px solid {line}; padding: 3px; }}
QToolButton::menu-indicator {{ image: none; }}

QWidget#notice[tone="error"] {{ background: {error_soft}; }}
QWidget#notice[tone="warn"] {{ background: {warn_soft}; }}
QWidget#notice[tone="info"] {{ background: {accent_soft}; }}
QWidget#notice QToolButton {{ border-color: transparent; background: transparent; }}
QWidget#notice QToolButton:focus {{ border: 2px solid {text}; }}

QDialog {{ background: {window}; }}
QWidget#card {{ background: {surface}; border: 1px solid {line}; border-radius: 10px; }}
QCheckBox, QRadioButton {{ spacing: 8px; padding: 3px; border: 2px solid transparent; border-radius: 5px; }}
QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {control}; border-radius: 4px; background: {surface}; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; image: url("{icons}/tick-{name}.svg"); }}
QCheckBox::indicator:disabled {{ border-color: {line}; }}
QCheckBox:focus, QSlider:focus {{ border: 2px solid {accent}; border-radius: 5px; }}
QSlider {{ border: 2px solid transparent; min-height: 24px; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {control}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {accent}; }}
QSlider::handle:horizontal {{ width: 16px; height: 16px; margin: -7px 0; border-radius: 9px; border: 1px solid {control};
  background: {knob}; }}
QSlider::handle:horizontal:hover {{ border-color: {accent}; }}
QSlider::sub-page:horizontal:disabled, QSlider::groove:horizontal:disabled {{ background: {line}; }}
QSlider::handle:horizontal:disabled {{ background: {raised}; border-color: {line}; }}
QWidget#panel {{ background: {surface}; border: 1px solid {line}; border-radius: 10px; }}
QProgressBar {{ border: none; background: {raised}; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}

QListView {{ background: transparent; border: 2px solid transparent; border-radius: 8px; }}
QListView:focus {{ border: 2px solid {accent}; }}
QListView::item {{ border-radius: 8px; color: {text}; }}
QListView::item:hover {{ background: {raised}; }}
QListView::item:selected {{ background: {accent_soft}; color: {text}; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {control}; border-radius: 3px; min-height: 28px; min-width: 28px; margin: 2px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: none; border: none; width: 0; height: 0; }}
QMenu {{ background: {surface}; border: 1px solid {line}; padding: 4px; }}
QMenu::item {{ padding: 6px 22px; border-radius: 5px; }}
QMenu::item:selected {{ background: {accent_soft}; }}
QMenu::item:disabled {{ color: {disabled}; }}
"""


_SVG: dict[str, str] = {}


def icon(name: str, color: str | None = None, size: int = 20) -> QIcon:
    """One of the program's own icons (assets/icons/NAME.svg), drawn in the theme's text color, sharp on every screen that is there."""
    if name not in _SVG:
        _SVG[name] = (Path(assets_dir()) / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    result = QIcon()
    faded = QColor(theme().muted)
    faded.setAlphaF(0.5)
    sharpest = max((math.ceil(screen.devicePixelRatio()) for screen in QGuiApplication.screens()), default=1)
    shades = {QIcon.Mode.Normal: QColor(color or theme().text), QIcon.Mode.Disabled: faded}
    for mode, shade in shades.items():
        markup = _SVG[name].replace("currentColor", shade.name()).replace("<svg ", f'<svg opacity="{shade.alphaF():.2f}" ', 1)
        renderer = QSvgRenderer(QByteArray(markup.encode()))
        for ratio in sorted({1, sharpest}):
            pixmap = QPixmap(QSize(size, size) * ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter)
            painter.end()
            pixmap.setDevicePixelRatio(ratio)
            result.addPixmap(pixmap, mode)
    return result


def _follows_palette(event: QEvent) -> bool:
    return event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange, QEvent.Type.StyleChange)


class IconButton(QToolButton):
    """A small button with an icon, a tooltip, and the same words for a screen reader."""

    def __init__(self, icon_name: str, words: str, parent: QWidget | None = None, *, flat: bool = True, checkable: bool = False) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._drawn = ""
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.setCheckable(checkable)
        self.setIconSize(QSize(20, 20))
        self.setFixedSize(36, 36)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves no ring behind; Tab shows one
        if flat:
            self.setProperty("kind", "flat")
        self._draw()

    def _draw(self) -> None:
        if self._drawn != theme().name:
            self._drawn = theme().name
            self.setIcon(icon(self._icon_name))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if _follows_palette(event):
            self._draw()


class IconPushButton(QPushButton):
    """A button with words and an icon; kind is '', 'primary' or 'link'."""

    def __init__(self, icon_name: str, words: str, parent: QWidget | None = None, *, kind: str = "") -> None:
        super().__init__(f" {words}" if icon_name else words, parent)
        self.setAccessibleName(words)
        self._icon_name, self._kind = icon_name, kind
        self._drawn = ""
        if kind:
            self.setProperty("kind", kind)
        self.setIconSize(QSize(18, 18))
        self.setMinimumHeight(34)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves no ring behind; Tab shows one
        self._draw()

    def set_kind(self, kind: str) -> None:
        """Make it '', 'primary' or 'link'."""
        if kind != self._kind:
            self._kind, self._drawn = kind, ""
            self.setProperty("kind", kind)
            refresh_style(self)
            self._draw()

    def set_words(self, words: str) -> None:
        """Change the words."""
        self.setText(f" {words}" if self._icon_name else words)
        self.setAccessibleName(words)

    def _draw(self) -> None:
        if self._icon_name and self._drawn != theme().name:
            self._drawn = theme().name
            colors = theme()
            self.setIcon(icon(self._icon_name, {"primary": colors.accent_text, "link": colors.accent}.get(self._kind), 18))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if _follows_palette(event):
            self._draw()


def refresh_style(widget: QObject) -> None:
    """Make a change of a style property visible."""
    if isinstance(widget, QWidget):
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()
