"""Where a segment is cut in two: a place in its source, and one in its translation.

The one law: the dialog shows both parts as they will be before anything is done.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QCheckBox, QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.store.segment_rows import StoredSegment
    from app.ui.theme import Theme

_PAUSES = (
    re.compile(r"(?<=[;:—])\s+"),
    re.compile(r"(?<=[,，、])\s*"),
    re.compile(r"(?<=[다요죠])\s+"),
    re.compile(r"\s+"),
)


class SplitDialog(QDialog):
    """Two texts with a cursor each."""

    def __init__(
        self, parent: QWidget, theme: Theme, segment: StoredSegment, cut: Callable[..., object]
    ) -> None:
        """Put the cursors where a cut is likely.

        Args:
            parent: above whom it opens.
            theme: how it looks.
            segment: what is cut.
            cut: is told the place in the source and the one in the translation, None if all of
                the translation goes to the first part.
        """
        super().__init__(parent)
        self._cut = cut
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Split the segment"))
        self.setMinimumWidth(theme.px(520))
        self._source = _field(_("Source"), segment.source)
        self._target = _field(_("Translation"), segment.target)
        told = segment.state != "untranslated" or segment.edited
        self._whole = QCheckBox(_("All of the translation goes to the first part"))
        self._whole.setVisible(told)
        self._target.setVisible(told)
        self._parts = text("", "mark", wrap=True)
        self._parts.setAccessibleName(_("The two parts"))
        self._go = button(_("Split"), self._split, "primary")
        self._go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.space("s"))
        hint = _("Put the cursor where the second part begins, with the mouse or the arrow keys.")
        layout.addWidget(text(hint, "small", wrap=True))
        for field in (self._source, self._target):
            field.setFixedHeight(theme.px(84))
            label = text(field.accessibleName(), "strong")
            label.setVisible(field is self._source or told)
            layout.addWidget(label)
            layout.addWidget(field)
            field.cursorPositionChanged.connect(self._show)
            field.installEventFilter(self)
        layout.addWidget(self._whole)
        layout.addWidget(self._parts)
        layout.addWidget(row(None, button(_("Cancel"), self.reject), self._go))
        _put(self._source, likely(segment.source, len(segment.source) // 2))
        share = self._place / max(1, len(segment.source))
        _put(self._target, likely(segment.target, round(len(segment.target) * share)))
        self._whole.toggled.connect(self._target.setDisabled)
        self._whole.toggled.connect(self._show)
        self._show()
        self._source.setFocus()

    @property
    def _place(self) -> int:
        return self._source.textCursor().position()

    @property
    def _target_place(self) -> int | None:
        return None if self._whole.isChecked() else self._target.textCursor().position()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter splits: there is nothing to write in the fields."""
        enter = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.type() == QEvent.Type.KeyPress and event.key() in enter:
            if self._go.isEnabled() and not event.isAutoRepeat():
                self._split()
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _show(self, *_what: object) -> None:
        source, target = self._source.toPlainText(), self._target.toPlainText()
        at, there = self._place, self._target_place
        there = len(target) if there is None else there
        told = not self._target.isHidden()
        sides = ((source[:at], target[:there]), (source[at:], target[there:]))
        self._parts.setText(
            "\n".join(
                f"{number}.  {said.strip()}" + (f"\n     {words.strip() or '—'}" if told else "")
                for number, (said, words) in enumerate(sides, start=1)
            )
        )
        self._go.setEnabled(bool(sides[0][0].strip() and sides[1][0].strip()))

    def _split(self) -> None:
        place, there = self._place, self._target_place
        self.accept()
        self._cut(place, there)


def likely(words: str, middle: int) -> int:
    """The pause that is nearest to a place: a semicolon before a comma before a space."""
    low, high = len(words) // 5, len(words) - len(words) // 5
    for pause in _PAUSES:
        found = [match.end() for match in pause.finditer(words) if low <= match.end() <= high]
        if found:
            return min(found, key=lambda at: abs(at - middle))
    return middle


def _field(name: str, words: str) -> QPlainTextEdit:
    made = QPlainTextEdit(words)
    made.setAccessibleName(name)
    made.setReadOnly(True)
    made.setTabChangesFocus(True)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return made


def _put(field: QPlainTextEdit, place: int) -> None:
    cursor = QTextCursor(field.document())
    cursor.setPosition(place)
    field.setTextCursor(cursor)
