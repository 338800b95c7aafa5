"""What a search of the library is narrowed to: years, venues, people, entities.

The one law: what holds is always on the screen, as a label that takes it away again, also while
the lists to choose from are hidden.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from agents.store.passages import Narrowed
from app.i18n import _
from app.ui import state
from app.ui.scholar.filter_values import VALUE, Values, search_line
from app.ui.widgets.basic import ElidedButton, button, column, row, text
from app.ui.widgets.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.store.passages import FacetKind
    from app.ui.theme import Theme

_PAUSE = 400  # ms without a keystroke before a year counts
_FIRST, _LAST = 0, 9999
_FIELDS: dict[FacetKind, str] = {"venue": "venues", "author": "authors", "entity": "entities"}


class Filters(QWidget):
    """The lists; `button` shows them, `chips` are what holds."""

    changed = Signal()
    opened = Signal()

    def __init__(self, theme: Theme) -> None:
        """Arrange it, hidden."""
        super().__init__()
        self.narrowed = Narrowed()
        self.button = button(
            _("Filter"), hint=_("Only works of some years, venues, authors or entities")
        )
        self.button.setCheckable(True)
        self.button.toggled.connect(self._toggled)
        self.chips = QWidget()
        self.chips.setLayout(Flow(theme.px(6)))
        self.first, self.last = QLineEdit(), QLineEdit()
        for edit, name, words in (
            (self.first, _("From year"), _("from")),
            (self.last, _("To year"), _("to")),
        ):
            edit.setAccessibleName(name)
            edit.setPlaceholderText(words)
            edit.setMaxLength(4)
            edit.setValidator(QIntValidator(_FIRST, _LAST, edit))
            edit.setFixedWidth(theme.px(72))
            edit.textEdited.connect(self._typed)
            edit.editingFinished.connect(self._read_years)
        self.wrong = text(_("The first year is later than the last."), "warn")
        self.wrong.hide()
        self.lists = {
            "venue": Values(_("Venues"), theme),
            "author": Values(_("Authors"), theme),
            "entity": Values(_("Entities"), theme),
        }
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._read_years)
        self.searches = {kind: search_line(made) for kind, made in self.lists.items()}
        parts = [
            column(
                text(made.accessibleName(), "small"),
                self.searches[kind],
                made,
                gap=theme.space("xs"),
            )
            for kind, made in self.lists.items()
        ]
        years = row(text(_("Year"), "small"), self.first, text("–"), self.last, self.wrong, None)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("s"))
        layout.addWidget(years)
        layout.addWidget(row(*parts))
        for made in self.lists.values():
            made.chosen.connect(self._choose)
        self.hide()
        self._show()

    def offer(self, facets: Mapping[FacetKind, Sequence[tuple[str, int]]]) -> None:
        """Show what can be chosen now."""
        for kind, made in self.lists.items():
            made.offer(facets.get(kind, ()), getattr(self.narrowed, _FIELDS[kind]))
        # who looks for something goes on looking, also where little is left to look in
        looked = any(search.text() for search in self.searches.values())
        shown = looked or any(made.long for made in self.lists.values())
        for search in self.searches.values():  # all or none: the lists begin at one height
            search.setVisible(shown)

    @Slot()
    def clear(self) -> None:
        """Narrow to nothing."""
        self._hold(Narrowed())

    def save_state(self) -> dict[str, object]:
        """What holds, and whether the lists are shown."""
        return {"open": self.button.isChecked(), **dataclasses.asdict(self.narrowed)}

    def restore_state(self, kept: dict[str, object]) -> None:
        """Take that back."""
        years = state.numbers(kept, "years")
        found = {name: _texts(kept.get(name)) for name in _FIELDS.values()}
        begin_end = (years[0], years[1]) if len(years) == 2 else None
        self._hold(Narrowed(begin_end, **found))
        self.button.setChecked(kept.get("open") is True)

    def _hold(self, narrowed: Narrowed) -> None:
        if narrowed == self.narrowed:
            return
        self.narrowed = narrowed
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        """Say what holds."""
        first, last = self.narrowed.years or (_FIRST, _LAST)
        for edit, year, none in ((self.first, first, _FIRST), (self.last, last, _LAST)):
            if not edit.hasFocus() or self.narrowed.years is None:
                edit.setText("" if year == none else str(year))
        self.wrong.hide()
        for kind, made in self.lists.items():
            shown = [(made.item(at)) for at in range(made.count())]
            for item in shown:
                on = item.data(VALUE) in getattr(self.narrowed, _FIELDS[kind])
                made.blockSignals(True)  # noqa: FBT003
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
                made.blockSignals(False)  # noqa: FBT003
        self._show_chips()

    def _show_chips(self) -> None:
        layout = self.chips.layout()
        while layout.count():
            old = layout.takeAt(0).widget()
            old.hide()
            old.deleteLater()
        if self.narrowed.years:
            layout.addWidget(self._chip("years", _range(*self.narrowed.years)))
        for name in _FIELDS.values():
            for value in getattr(self.narrowed, name):
                layout.addWidget(self._chip(name, value))
        if self.narrowed:
            layout.addWidget(button(_("Clear filters"), self.clear, "faint"))
        self.chips.setVisible(bool(self.narrowed))
        self.chips.updateGeometry()

    def _chip(self, name: str, value: str) -> ElidedButton:
        made = ElidedButton("chip", lambda: self._let_go(name, value), _("Remove this filter"))
        made.say(f"{value}  ×")
        made.setAccessibleName(_("Remove the filter {value}", value=value))
        return made

    def _let_go(self, name: str, value: str) -> None:
        kept = [one for one in getattr(self.narrowed, name) if one != value]
        self._hold(
            dataclasses.replace(self.narrowed, **{name: None if name == "years" else tuple(kept)})
        )

    @Slot()
    def _choose(self) -> None:
        found = {_FIELDS[kind]: made.checked for kind, made in self.lists.items()}
        self._hold(dataclasses.replace(self.narrowed, **found))

    @Slot()
    def _typed(self) -> None:
        self._timer.start()

    @Slot()
    def _read_years(self) -> None:
        self._timer.stop()
        words = (self.first.text(), self.last.text())
        if any(0 < len(word) < 4 for word in words):
            return
        first, last = int(words[0] or _FIRST), int(words[1] or _LAST)
        self.wrong.setVisible(first > last)
        if first <= last:
            years = (first, last) if any(words) else None
            self._hold(dataclasses.replace(self.narrowed, years=years))

    @Slot(bool)
    def _toggled(self, on: bool) -> None:  # noqa: FBT001 - Qt's signal
        self.setVisible(on)
        if on:
            self.opened.emit()


def _range(first: int, last: int) -> str:
    """Years as they are written."""
    if first == last:
        return str(first)
    begin, end = ("" if first == _FIRST else first), ("" if last == _LAST else last)
    return f"{begin}–{end}"


def _texts(found: object) -> tuple[str, ...]:
    """A list of texts; empty where it is anything else."""
    fits = isinstance(found, list | tuple) and all(isinstance(one, str) for one in found)
    return tuple(map(str, found)) if isinstance(found, list | tuple) and fits else ()
