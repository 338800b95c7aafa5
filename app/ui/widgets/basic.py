"""Labels, buttons, rows: the vocabulary pages are arranged with.

The one law: a control cannot be made without a name for screen readers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QBoxLayout

    from app.ui.theme import Theme

Item = QWidget | int | None


def text(words: str, kind: str = "", *, wrap: bool = False) -> QLabel:
    """A label of plain text. `kind`: title, heading, strong, muted, small, ok, warn, bad, mark."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    label.setProperty("kind", kind)
    return label


def chip(words: str, kind: str = "chip") -> QLabel:
    """A small rounded label. `kind`: chip, chip-quiet, chip-warn."""
    label = text(words, kind)
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return label


def button(
    words: str, on_click: Callable[[], object] | None = None, kind: str = "", *, hint: str = ""
) -> QPushButton:
    """A push button. `kind`: primary, plain, danger, chip, or nothing for the quiet one."""
    made = QPushButton(words)
    made.setProperty("kind", kind)
    made.setAccessibleName(words)
    made.setAutoDefault(False)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if hint:
        made.setToolTip(hint)
        made.setAccessibleDescription(hint)
    if on_click is not None:
        made.clicked.connect(lambda _checked=False: on_click())
    return made


def line() -> QFrame:
    """A thin horizontal line."""
    made = QFrame()
    made.setProperty("kind", "line")
    return made


def row(*items: Item, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QWidget:
    """Widgets side by side; None stretches, a number is a gap."""
    return _box(QHBoxLayout, items, gap, margins)


def column(
    *items: Item, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QWidget:
    """Widgets below one another; None stretches, a number is a gap."""
    return _box(QVBoxLayout, items, gap, margins)


def _box(
    kind: type[QBoxLayout],
    items: tuple[Item, ...],
    gap: int,
    margins: tuple[int, int, int, int],
) -> QWidget:
    box = QWidget()
    layout = kind(box)
    layout.setContentsMargins(*margins)
    layout.setSpacing(gap)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        else:
            layout.addWidget(item)
    return box


class IconButton(QToolButton):
    """A button that is only a picture: its name is told to screen readers and as a tip."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        name: str,
        on_click: Callable[[], object] | None = None,
        *,
        colour: str = "muted",
        shortcut: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._colour = colour
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.rename(name, shortcut)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())
        theme.changed.connect(self._tint)
        self._tint()

    def rename(self, name: str, shortcut: str = "") -> None:
        """Call the button something else."""
        self.setAccessibleName(name)
        if shortcut:
            self.setShortcut(QKeySequence(shortcut))
        keys = self.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(f"{name} ({keys})" if keys else name)

    def show_icon(self, icon: str, colour: str = "muted") -> None:
        """Draw another picture."""
        self._icon, self._colour = icon, colour
        self._tint()

    @Slot()
    def _tint(self) -> None:
        side = self._theme.px(18)
        self.setIconSize(QSize(side, side))
        self.setIcon(self._theme.icon(self._icon, self._colour))


class Icon(QLabel):
    """A picture in a colour of the theme; decoration, silent for screen readers."""

    def __init__(self, theme: Theme, icon: str, size: int = 20, colour: str = "muted") -> None:
        super().__init__()
        self._theme, self._icon, self._size, self._colour = theme, icon, size, colour
        theme.changed.connect(self._tint)
        self._tint()

    @Slot()
    def _tint(self) -> None:
        side = self._theme.px(self._size)
        ratio = self.devicePixelRatioF()
        self.setPixmap(self._theme.pixmap(self._icon, side, self._colour, ratio))
        self.setFixedSize(side, side)


class ElidedLabel(QLabel):
    """One line that ends in an ellipsis where it does not fit; the whole text is its tip."""

    def __init__(
        self,
        words: str = "",
        kind: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        *,
        fills: bool = True,
    ) -> None:
        """Make a label.

        Args:
            words: its text.
            kind: see `text`.
            mode: where it is cut.
            fills: takes whatever room there is; otherwise never more than it needs.
        """
        super().__init__()
        self._whole = ""
        self._padding = -1  # not known yet
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", kind)
        wide = QSizePolicy.Policy.Ignored if fills else QSizePolicy.Policy.Maximum
        self.setSizePolicy(wide, QSizePolicy.Policy.Preferred)
        self.say(words)

    def say(self, words: str) -> None:
        """Show another text."""
        self._whole = " ".join(words.split())
        self.setAccessibleName(self._whole)
        self.updateGeometry()
        self._elide()

    @property
    def whole(self) -> str:
        """The text that is not cut."""
        return self._whole

    def sizeHint(self) -> QSize:
        """As wide as the whole text would be."""
        wide = self.fontMetrics().horizontalAdvance(self._whole) + self._around() + 2
        return QSize(wide, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Wide enough for a few letters."""
        few = self.fontMetrics().averageCharWidth() * 4 + self._around()
        return QSize(min(few, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        """Cut anew after a change of the font."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._padding = -1
            self._elide()

    def _around(self) -> int:
        """Pixels the style sheet puts left and right of the text.

        Found out once for a font: it must not follow the text, which follows the room, which
        follows this; a pixel of rounding would lay the window out again and again for ever.
        """
        if self._padding >= 0:
            return self._padding
        alone = self.fontMetrics().horizontalAdvance(self.text())
        found = max(0, super().sizeHint().width() - alone)
        if self.text():
            self._padding = found
        return found

    def _elide(self) -> None:
        room = max(0, self.width() - self._around())
        cut = self.fontMetrics().elidedText(self._whole, self._mode, room)
        if cut != self.text():
            self.setText(cut)
            self.setToolTip(self._whole if cut != self._whole else "")


class ElidedButton(QPushButton):
    """A button whose name gives way where there is little room."""

    def __init__(self, kind: str, on_click: Callable[[], object], hint: str) -> None:
        super().__init__()
        self._whole = ""
        self.setProperty("kind", kind)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(hint)
        self.setAccessibleDescription(hint)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _checked=False: on_click())

    def say(self, words: str) -> None:
        """Show another text."""
        self._whole = words
        self.setText(words)
        self.updateGeometry()
        if self.isVisible():  # its place may stay as it is
            self._cut()

    def sizeHint(self) -> QSize:
        """As wide as the whole text would be."""
        extra = self.fontMetrics().horizontalAdvance(self._whole)
        extra -= self.fontMetrics().horizontalAdvance(self.text())
        return super().sizeHint() + QSize(extra + 2, 0)

    def minimumSizeHint(self) -> QSize:
        """Wide enough for a few letters."""
        few = self.fontMetrics().averageCharWidth() * 10
        return QSize(min(few, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        around = super().sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())
        room = self.width() - around
        self.setText(
            self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(room, 0))
        )


class EmptyState(QWidget):
    """What stands where there is nothing yet: a picture, a sentence, and what to do."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, icon: str, title: str, words: str) -> None:
        super().__init__()
        heading = text(title, "heading")
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        heading.setWordWrap(True)
        self._words = text(words, "muted", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(theme.space("m"))
        self._layout.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._icon = Icon(theme, icon, 40, "accent")
        self._layout.addWidget(self._icon, 0, centre)
        self._layout.addWidget(heading)
        self._words.setMaximumWidth(theme.px(460))
        middle = QHBoxLayout()  # an alignment here would forget the height of wrapped lines
        middle.addStretch(1)
        middle.addWidget(self._words, 460)
        middle.addStretch(1)
        self._layout.addLayout(middle)
        self._layout.addStretch(3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Do without the picture where the words need its room."""
        super().resizeEvent(event)
        words = self._layout.heightForWidth(event.size().width())
        more = 0 if self._icon.isVisibleTo(self) else self._icon.height() + self._layout.spacing()
        self._icon.setVisible(words + more <= event.size().height())

    def offer(self, made: QPushButton) -> None:
        """Put a button below the words."""
        self._layout.insertWidget(self._layout.count() - 1, made, 0, Qt.AlignmentFlag.AlignHCenter)

    def say(self, words: str) -> None:
        """Change the sentence."""
        self._words.setText(words)
