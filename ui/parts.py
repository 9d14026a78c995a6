"""Small pieces of the window that both pages use: the calm notice, the progress panel, the row of choices."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tryon.errors import TryOnError
from tryon.text import _
from ui.look import GAP, PAD, IconButton, icon, refresh_style, theme

__all__ = [
    "Answer",
    "NoticeBar",
    "ProgressPanel",
    "Segments",
    "ToolBar",
    "empty",
    "label",
    "left_words",
    "scrolled",
    "sentence_of",
    "side_of",
]

_WORDS_WIDE = 250
_LONGEST = 300  # characters of a notice; a longer one would push the page together, its tooltip says it all

Answer = tuple[str, Callable[[], object]]
"""Words of a button, and what it does."""


def label(words: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A line of text in one of the look's roles: title, hero, muted, small, good, warn."""
    result = QLabel(words)
    result.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        result.setProperty("role", role)
    result.setWordWrap(wrap)
    return result


def side_of(width: int = 300) -> tuple[QWidget, QVBoxLayout]:
    """The panel at the left of a page, and the column that its parts go into; it scrolls where the window is too low for them."""
    side = QWidget()
    side.setObjectName("side")
    side.setProperty("edge", "left")
    side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    side.setFixedWidth(width)
    inside = QWidget()
    whole = QVBoxLayout(side)
    whole.setContentsMargins(0, 0, 1, 0)  # the edge is the panel's own
    whole.addWidget(scrolled(inside))
    column = QVBoxLayout(inside)
    column.setContentsMargins(PAD, PAD, PAD - 1, PAD)
    column.setSpacing(GAP)
    return side, column


def scrolled(inside: QWidget) -> QScrollArea:
    """A page that scrolls where the window is too small for it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    return area


class ToolBar(QWidget):
    """The strip below a stage: words at the left and tools at the right, or above each other where that is too narrow."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(PAD, GAP, PAD, GAP)
        self._box.setSpacing(GAP)
        self.note = label("", wrap=True)
        self.detail = label("", "small", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.note)
        words.addWidget(self.detail)
        self._box.addLayout(words, 1)
        self._tools = QWidget()
        self.row = QHBoxLayout(self._tools)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(0)
        self._box.addWidget(self._tools)

    def add(self, *tools: QWidget) -> None:
        """Put a group of tools at the right."""
        if self.row.count():
            self.row.addSpacing(GAP)
        for tool in tools:
            self.row.addWidget(tool)

    def fit(self) -> None:
        """Choose how words and tools stand, for the tools that are visible now."""
        narrow = self.width() - self._tools.sizeHint().width() - 2 * PAD < _WORDS_WIDE
        self._box.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._box.setAlignment(self._tools, Qt.AlignmentFlag.AlignRight if narrow else Qt.AlignmentFlag.AlignVCenter)
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.fit()


def empty(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def sentence_of(error: Exception) -> str:
    """An error as one sentence: the file's name, the reason, what to do."""
    if not isinstance(error, TryOnError):
        return str(error)
    reason = error.reason if error.subject else error.reason[:1].upper() + error.reason[1:]
    text = f"{Path(error.subject).name or error.subject}: {reason}" if error.subject else reason
    if error.advice:
        text = f"{text}; {error.advice}"
    return " ".join(text.split()).rstrip(".") + "."


def left_words(seconds: float) -> str:
    """How long it will still take, as one would say it; empty while nobody knows."""
    if seconds < 0:
        return ""
    if seconds < 1.5:
        return _("nearly done")
    if seconds < 55:
        step = 1 if seconds < 10 else 5
        return _("about {seconds} s left").format(seconds=math.ceil(seconds / step) * step)
    return _("about {minutes} min left").format(minutes=math.ceil(seconds / 60))


class NoticeBar(QWidget):
    """One sentence above the page: what went wrong or what to know. It never blocks and can be put away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, 6, GAP, 6)
        row.setSpacing(GAP)
        self._sign = QLabel()
        self._text = label(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = IconButton("close", _("Put away"))
        self._close.setFixedSize(30, 30)
        self._close.clicked.connect(self.put_away)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        self._answers = QHBoxLayout()
        self._answers.setSpacing(GAP)
        row.addLayout(self._answers)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.put_away)
        self.hide()

    @property
    def text(self) -> str:
        """What it says now; empty when it is put away."""
        return self._text.text() if not self.isHidden() else ""

    @property
    def buttons(self) -> list[QPushButton]:
        """The answers that can be given now."""
        return [button for button in self.findChildren(QPushButton) if not button.isHidden()] if not self.isHidden() else []

    def ask(self, sentence: str, answers: Sequence[Answer], seconds: float = 0.0) -> None:
        """Ask something; a click on an answer puts the question away and does it. Nothing waits for it."""
        self.tell(sentence, "info", seconds=seconds)
        for words, action in answers:
            button = QPushButton(words)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self.put_away)
            button.clicked.connect(lambda _checked=False, action=action: action())
            self._answers.addWidget(button)
            button.show()

    def _no_answers(self) -> None:
        empty(self._answers)

    def tell(self, sentence: str, tone: str = "error", *, seconds: float = 0.0) -> None:
        """Show a sentence; tone is error, warn or info. It stays, or goes after `seconds`."""
        self._no_answers()
        colors = theme()
        name, color = {"error": ("warning", colors.error), "warn": ("warning", colors.warn)}.get(tone, ("info", colors.accent))
        self._sign.setPixmap(icon(name, color).pixmap(20, 20))
        short = sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST].rsplit(' ', 1)[0]}…"
        self._text.setText(short)
        self._text.setToolTip(sentence if short != sentence else "")
        self.setProperty("tone", tone)
        self.setAccessibleName(sentence)
        refresh_style(self)
        self.show()
        self._timer.stop()
        if seconds:
            self._timer.start(int(seconds * 1000))

    def put_away(self) -> None:
        """Hide it."""
        self._timer.stop()
        self._no_answers()
        self.hide()


class ProgressPanel(QWidget):
    """What is being done, how far, how long still, and the button that stops it."""

    canceled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, 12, PAD, 12)
        column.setSpacing(GAP)
        line = QHBoxLayout()
        self._what = label()
        self._left = label("", "muted")
        self.cancel_button = QPushButton(_("Cancel"))
        self.cancel_button.setToolTip(_("Stop this (Esc)"))
        self.cancel_button.clicked.connect(self.canceled)
        line.addWidget(self._what, 1)
        line.addWidget(self._left)
        line.addWidget(self.cancel_button)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        column.addLayout(line)
        column.addWidget(self.bar)
        self.setMaximumWidth(520)
        self.hide()

    def place_over(self, stack: QWidget) -> None:
        """Stand at the bottom of the page's stage."""
        page = self.parentWidget()
        assert page is not None
        area = QRect(stack.mapTo(page, QPoint()), stack.size())
        width = min(460, area.width() - 2 * PAD)
        height = self.sizeHint().height()
        self.setGeometry(area.center().x() - width // 2, area.bottom() - height - PAD, width, height)
        self.raise_()

    def start(self, what: str) -> None:
        """Show it for new work."""
        self._what.setText(what)
        self._left.setText("")
        self.cancel_button.setEnabled(True)
        self.bar.setRange(0, 0)
        self.show()

    def tell(self, share: float, what: str, left: float) -> None:
        """How far the work is."""
        if self.bar.maximum() == 0:
            self.bar.setRange(0, 1000)
        self.bar.setValue(max(self.bar.value(), round(share * 1000)))
        if what:
            self._what.setText(what[:1].upper() + what[1:])
        self._left.setText(left_words(left))

    def stopping(self) -> None:
        """The user has asked to stop."""
        self._what.setText(_("Stopping"))
        self._left.setText("")
        self.cancel_button.setEnabled(False)

    def stop(self) -> None:
        """The work is over."""
        self.bar.setRange(0, 1000)
        self.bar.reset()
        self.hide()


class Segments(QWidget):
    """A row of choices, one of them taken."""

    chosen = Signal(str)

    def __init__(self, choices: list[tuple[str, str]], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segments")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        self.chosen_value = ""
        """The choice that is taken."""
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for value, words in choices:
            button = QPushButton(words)
            button.setProperty("kind", "segment")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{name}: {words}")
            button.clicked.connect(lambda _checked=False, value=value: self._clicked(value))
            self._group.addButton(button)
            self._buttons[value] = button
            self.set_words(value, words)
            row.addWidget(button, 1)
        self.choose(choices[0][0])

    def _clicked(self, value: str) -> None:
        self.chosen_value = value
        self.chosen.emit(value)

    def choose(self, value: str) -> None:
        """Show a choice as taken, without telling anyone."""
        self._buttons[value].setChecked(True)
        self.chosen_value = value
        for name, button in self._buttons.items():  # Tab comes to the one that is taken, arrows go on from there
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if name == value else Qt.FocusPolicy.NoFocus)

    def set_words(self, value: str, words: str) -> None:
        """Change the words of a choice; they have room in bold too."""
        button = self._buttons[value]
        button.setText(words)
        bold = QFont(button.font())
        bold.setWeight(QFont.Weight.DemiBold)
        button.setMinimumWidth(QFontMetrics(bold).horizontalAdvance(words) + 26)

    def button(self, value: str) -> QPushButton:
        """The button of a choice."""
        return self._buttons[value]
