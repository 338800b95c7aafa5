"""Values that a search can be narrowed to: a list to choose from, and a line to find one by.

The one law: what is chosen is in the list, whatever is looked for and however many values there
are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem

from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QMouseEvent

    from app.ui.theme import Theme

VALUE = int(Qt.ItemDataRole.UserRole)
_SHOWN = 50  # values at once; the others are found by their letters


class Values(QListWidget):
    """Values with how many works have them; a click or Space chooses and lets go."""

    chosen = Signal()

    def __init__(self, name: str, theme: Theme) -> None:
        """Make an empty list."""
        super().__init__()
        self.setAccessibleName(name)
        self.setFixedHeight(theme.px(132))
        self.setMinimumWidth(theme.px(90))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.itemChanged.connect(self.chosen)
        self._values: list[tuple[str, int]] = []
        self._chosen: frozenset[str] = frozenset()
        self._looked: list[str] = []

    @property
    def checked(self) -> tuple[str, ...]:
        """What is chosen, in the order of the list."""
        items = [self.item(at) for at in range(self.count())]
        return tuple(
            str(item.data(VALUE)) for item in items if item.checkState() == Qt.CheckState.Checked
        )

    def offer(self, values: Sequence[tuple[str, int]], chosen: Sequence[str]) -> None:
        """Show these; what is chosen stays, also where no work has it now."""
        counts = dict(values)
        offered = [(value, counts.get(value, 0)) for value in chosen if value not in counts]
        self._values, self._chosen = [*values, *offered], frozenset(chosen)
        self._fill()

    @property
    def long(self) -> bool:
        """Whether there are more values than are shown at once."""
        return len(self._values) > _SHOWN

    @Slot(str)
    def look_for(self, said: str) -> None:
        """Show the most frequent values with these letters, and those that are chosen."""
        self._looked = said.casefold().split()
        self._chosen = self._chosen.difference(self._shown()).union(self.checked)
        self._fill()

    def _shown(self) -> list[str]:
        return [str(self.item(at).data(VALUE)) for at in range(self.count())]

    def _fits(self, value: str) -> bool:
        said = value.casefold()
        return value in self._chosen or all(word in said for word in self._looked)

    def _fill(self) -> None:
        current = self.currentItem()
        kept = current.data(VALUE) if current is not None else None
        fitting = [one for one in self._values if self._fits(one[0])]
        chosen = [one for one in fitting[_SHOWN:] if one[0] in self._chosen]
        self.blockSignals(True)  # noqa: FBT003 - Qt's own; nobody chooses anything here
        self.clear()
        for value, count in [*fitting[:_SHOWN], *chosen]:
            item = QListWidgetItem(f"{value} ({count})")
            item.setData(VALUE, value)
            item.setToolTip(value)
            on = value in self._chosen
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            self.addItem(item)
            if value == kept:
                self.setCurrentItem(item)
        self.blockSignals(False)  # noqa: FBT003

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the words does what one on the box does."""
        item = self.itemAt(event.position().toPoint())
        before = item.checkState() if item is not None else None
        super().mouseReleaseEvent(event)
        if item is not None and item.checkState() == before and item is self.currentItem():
            off = before == Qt.CheckState.Checked
            item.setCheckState(Qt.CheckState.Unchecked if off else Qt.CheckState.Checked)


def search_line(made: Values) -> QLineEdit:
    """A line to look for values in a list; it shows itself where the list is long."""
    line = QLineEdit()
    line.setAccessibleName(_("Find in {list}", list=made.accessibleName()))
    line.setPlaceholderText(_("Find…"))
    line.setClearButtonEnabled(True)
    line.textChanged.connect(made.look_for)
    line.hide()
    return line
