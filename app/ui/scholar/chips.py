"""Citations in an editor's text: one letter each, drawn as a small label.

The one law: a citation is one letter of the document, so it is passed over, marked, moved, deleted
and undone as one, and nothing can be typed into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Slot
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.theme import Theme

LETTER = "\ufffc"  # what stands for an object in a document
KIND = QTextFormat.ObjectTypes.UserObject.value + 1
_KEY = QTextFormat.Property.UserProperty.value + 1
_LONGEST = 48  # letters of a label


class Chips(QPyTextObject):
    """Draws citations."""

    def __init__(self, theme: Theme, name: Callable[[str], str], document: QTextDocument) -> None:
        """Draw them in a document.

        Args:
            theme: colours and fonts.
            name: what a key is shown as.
            document: where.
        """
        super().__init__(document)
        self._theme, self._name = theme, name
        # by key; sizes of all labels are asked for at each change of a line
        self._sizes: dict[str, QSizeF] = {}
        self._labels: dict[str, str] = {}
        theme.changed.connect(self.forget)
        document.documentLayout().registerHandler(KIND, self)

    def intrinsicSize(self, _document: QTextDocument, _at: int, form: QTextFormat) -> QSizeF:
        """How large a label is."""
        key = str(form.property(_KEY))
        size = self._sizes.get(key)
        if size is None:
            label = self.label(form)
            metrics = QFontMetricsF(self._theme.font("small"))
            wide = metrics.horizontalAdvance(label) + 2 * self._theme.px(6)
            # no higher than the letters beside it: lines stay evenly apart
            size = QSizeF(wide, QFontMetricsF(self._theme.font("body")).ascent() - 1)
            self._sizes[key] = size
        return size

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF,
        _document: QTextDocument,
        _at: int,
        form: QTextFormat,
    ) -> None:
        """A label on its ground."""
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft"))
        below = QFontMetricsF(theme.font("small")).descent() + 1
        painter.drawRoundedRect(rect.adjusted(1, 0, -1, below), theme.px(4), theme.px(4))
        painter.setPen(theme.colour("accent"))
        painter.setFont(theme.font("small"))
        # on the line that the letters stand on
        painter.drawText(rect.bottomLeft() + QPointF(theme.px(6), 0), self.label(form))
        painter.restore()

    @Slot()
    def forget(self) -> None:
        """Works may be called something else, or fonts are others."""
        self._sizes.clear()
        self._labels.clear()

    def label(self, form: QTextFormat) -> str:
        """What is written on it."""
        key = key_of(form)
        label = self._labels.get(key)
        if label is None:
            name = self._name(key)
            label = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
            self._labels[key] = label
        return label


def form_of(key: str) -> QTextCharFormat:
    """The format of the letter that cites a work."""
    form = QTextCharFormat()
    form.setObjectType(KIND)
    form.setProperty(_KEY, key)
    return form


def key_of(form: QTextFormat) -> str:
    """What a letter cites; empty for any other letter."""
    return str(form.property(_KEY) or "") if form.objectType() == KIND else ""


def insert(cursor: QTextCursor, key: str) -> None:
    """Put a citation where the cursor is; what is typed behind it is plain."""
    plain = QTextCharFormat(cursor.blockCharFormat())
    cursor.insertText(LETTER, form_of(key))
    cursor.setCharFormat(plain)


def key_at(document: QTextDocument, position: int) -> str:
    """What the letter behind a position cites; empty if it is another letter."""
    if document.characterAt(position) != LETTER:
        return ""
    cursor = QTextCursor(document)
    cursor.setPosition(position + 1)
    return key_of(cursor.charFormat())


def keys_in(block: QTextBlock) -> list[tuple[int, str]]:
    """The citations of a block: where in it each stands, and its key."""
    if LETTER not in block.text():
        return []
    found: list[tuple[int, str]] = []
    inside = block.begin()
    while not inside.atEnd():
        piece = inside.fragment()
        key = key_of(piece.charFormat())
        if key:
            start = piece.position() - block.position()
            found += [(start + at, key) for at in range(piece.length())]
        inside += 1
    return found
