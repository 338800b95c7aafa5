"""What stands above the segments: which are shown, and find and replace.

The one law: the bars only say what is wanted; who owns the segments answers with counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from agents.translation.search import Search
from app.i18n import _
from app.ui import figures
from app.ui.combo import Combo
from app.ui.translation import words
from app.ui.translation.segment_model import Filter
from app.ui.widgets.basic import IconButton, button, row, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from app.ui.theme import Theme

_PAUSE = 200  # ms without a key before what is written counts


class FilterBar(QWidget):
    """Which segments are shown, and how many are confirmed."""

    changed = Signal(object)  # Filter

    def __init__(self, theme: Theme) -> None:
        """Show all."""
        super().__init__()
        self._kinds: tuple[str, ...] = ()
        self._kind = Combo(_("Show segments"))
        self._kind.setMaximumWidth(theme.px(190))
        self._text = QLineEdit(clearButtonEnabled=True)
        self._text.setPlaceholderText(_("Filter by text"))
        self._text.setAccessibleName(_("Filter by text"))
        self._text.setMaximumWidth(theme.px(220))
        self._count = text("", "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(row(self._kind, self._text, None, self._count))
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._tell)
        self._text.textChanged.connect(self._pause.start)
        self._kind.activated.connect(self._tell)
        self.offer(())

    @property
    def wanted(self) -> Filter:
        """What is chosen."""
        return Filter(self._kind.currentData() or "", self._text.text().strip())

    def choose(self, wanted: Filter) -> None:
        """Choose this; told at once."""
        self._keep(wanted.kind)
        self._text.setText(wanted.text)
        self._pause.stop()
        self._tell()

    def offer(self, kinds: Sequence[str]) -> None:
        """Offer the kinds of problems that there are."""
        chosen = self.wanted.kind
        self._kinds = tuple(kinds)
        self._keep(chosen)

    def _keep(self, chosen: str) -> None:
        self._kind.clear()
        for name, kind in (
            (_("All segments"), ""),
            (_("With problems"), "problems"),
            (_("Not confirmed"), "open"),
            (_("Edited"), "edited"),
            (_("With comments"), "comments"),
        ):
            self._kind.add(name, kind)
        known = {"", "problems", "open", "edited", "comments"}
        for kind in dict.fromkeys((*self._kinds, chosen)):
            if kind not in known:
                self._kind.add(words.problem(kind), kind)
        self._kind.setCurrentIndex(max(0, self._kind.findData(chosen)))

    def count(self, shown: int, confirmed: int, total: int) -> None:
        """Say how many are shown and confirmed."""
        said = _(
            "{confirmed} of {total} confirmed",
            confirmed=figures.number(confirmed),
            total=figures.number(total),
        )
        if shown != total:
            said = figures.joined(_("{count} shown", count=figures.number(shown)), said)
        self._count.setText(said)

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self.wanted)


class FindBar(QWidget):
    """Find and replace, with a count before anything is replaced."""

    looked = Signal(object)  # Search: count it
    next_asked = Signal(object)  # Search: go to the next one
    replace_asked = Signal(object)  # Search: replace where we are
    replace_all_asked = Signal(object)  # Search: replace everywhere
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        """Hidden until it is asked for."""
        super().__init__()
        self._find = _field(_("Find in translations"))
        self._put = _field(_("Replace with"))
        self._pattern = QCheckBox(_("Pattern"))
        self._pattern.setToolTip(_("A regular expression; \\1 in the replacement is its group"))
        self._case = QCheckBox(_("Match case"))
        self._said = text("", "small")
        self._one = button(_("Replace"), lambda: self.replace_asked.emit(self.wanted))
        self._all = button(_("Replace all"), lambda: self.replace_all_asked.emit(self.wanted))
        close = IconButton(theme, "close", _("Close the search"), self.leave)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("xs"))
        layout.addWidget(row(self._find, self._pattern, self._case, self._said, None, close))
        self._second = row(self._put, self._one, self._all, None)
        layout.addWidget(self._second)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(lambda: self.looked.emit(self.wanted))
        for field in (self._find, self._put):
            field.setMaximumWidth(theme.px(280))
        self._find.textChanged.connect(self._pause.start)
        self._pattern.toggled.connect(self._pause.start)
        self._case.toggled.connect(self._pause.start)
        self._find.returnPressed.connect(lambda: self.next_asked.emit(self.wanted))
        self._put.returnPressed.connect(lambda: self.replace_asked.emit(self.wanted))
        self.say("")
        self.hide()

    @property
    def wanted(self) -> Search:
        """What is written."""
        return Search(
            self._find.text(),
            self._put.text(),
            self._pattern.isChecked(),
            self._case.isChecked(),
        )

    def begin(self, *, replace: bool) -> None:
        """Show the bar and write in it."""
        self._second.setVisible(replace)
        self.show()
        self._find.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._find.selectAll()
        self._pause.start()

    def leave(self) -> None:
        """Hide it."""
        self.hide()
        self.closed.emit()

    def say(self, words_: str, kind: str = "small", *, found: bool = False) -> None:
        """Say what was found, or what is wrong with the pattern."""
        self._said.setText(words_)
        self._said.setToolTip(words_)
        if self._said.property("kind") != kind:
            self._said.setProperty("kind", kind)
            self._said.style().polish(self._said)
        self._one.setEnabled(found)
        self._all.setEnabled(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)


def _field(name: str) -> QLineEdit:
    made = QLineEdit(clearButtonEnabled=True)
    made.setPlaceholderText(name)
    made.setAccessibleName(name)
    return made
