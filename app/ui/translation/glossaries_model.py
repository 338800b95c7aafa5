"""The terms of a glossary as a table model, with one empty line at the end to write a new one.

The one law: nothing is stored here. What a person writes is told, shown at once, and shown as it
was stored when that is done.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal

from agents.store.glossaries import StoredTerm, TermRow
from app.i18n import _
from app.ui.translation import glossaries_words as words
from app.ui.widgets.rows import Index, Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtWidgets import QWidget

    from agents.store.glossaries import TermChange
    from agents.translation.term_review import Finding

EN, KO, AVOID, NOTE, CHECK = range(5)
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_EMPTY = StoredTerm("", "")
_MANY = 200  # lines of a step that are not shown one by one: nobody writes while a file comes in


class TermModel(Rows):
    """English, Korean, words to avoid, note, what is the matter."""

    edited = Signal(object, object)  # TermRow as it was, StoredTerm as it is to be

    def __init__(self, parent: QWidget) -> None:
        """Start empty."""
        super().__init__(parent)
        self._rows: list[TermRow] = []  # all of them
        self._shown: list[TermRow] = []
        self._found: Mapping[int, tuple[Finding, ...]] = {}
        self._search = ""
        self.draft = _EMPTY

    @property
    def terms(self) -> tuple[TermRow, ...]:
        """All terms."""
        return tuple(self._rows)

    @property
    def shown(self) -> int:
        """How many of them the search lets through."""
        return len(self._shown)

    def show_rows(self, rows: Iterable[TermRow]) -> None:
        """Show another glossary."""
        self.beginResetModel()
        self._rows = list(rows)
        self._shown = [row for row in self._rows if self._passes(row)]
        self._found = {}
        self.draft = _EMPTY
        self.endResetModel()

    def search(self, typed: str) -> None:
        """Show only terms that have this somewhere."""
        self.beginResetModel()
        self._search = typed.strip().casefold()
        self._shown = [row for row in self._rows if self._passes(row)]
        self.endResetModel()

    def take(self, change: TermChange, *, back: bool = False) -> None:
        """Show a step. Rows that stay keep their place: somebody may be writing in one."""
        gone, there = change.before, change.after
        if back:
            gone, there = there, gone
        new = {row.id: row for row in there}
        if len(gone) + len(there) > _MANY:
            out = {row.id for row in gone}
            left = {row.id: row for row in self._rows if row.id not in out}
            self._rows = sorted((left | new).values(), key=lambda row: row.id)
            self.search(self._search)
            return
        for old in gone:
            if old.id not in new:
                self._remove(old.id)
        known = {row.id for row in self._rows}
        for row in there:
            self._replace(row) if row.id in known else self._insert(row)

    def find(self, found: Mapping[int, tuple[Finding, ...]]) -> None:
        """Mark what does not fit together."""
        if found == self._found:
            return
        self._found = found
        if self._shown:
            last = self.index(len(self._shown) - 1, CHECK)
            self.dataChanged.emit(self.index(0, CHECK), last)

    @property
    def problems(self) -> int:
        """How many terms do not fit together with others."""
        return len(self._found)

    def row(self, place: int) -> TermRow | None:
        """The term of a line; None for the empty one."""
        return self._shown[place] if 0 <= place < len(self._shown) else None

    def place(self, id_: int) -> int:
        """Where a term is shown; -1 if it is not."""
        return next((at for at, row in enumerate(self._shown) if row.id == id_), -1)

    def clear_draft(self) -> None:
        """Empty the last line again."""
        self.draft = _EMPTY
        last = len(self._shown)
        self.dataChanged.emit(self.index(last, EN), self.index(last, CHECK))

    # --- what Qt asks ---

    def count(self) -> int:
        """Terms shown, and the empty line."""
        return len(self._shown) + 1

    def heads(self) -> tuple[str, ...]:
        """Names of the columns."""
        return (_("English"), _("Korean"), _("Avoid"), _("Note"), _("Check"))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """All but the last column can be written in."""
        flags = super().flags(index)
        return flags if index.column() == CHECK else flags | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = _DISPLAY) -> Any:  # noqa: ANN401 - Qt's own signature
        """Text of a cell; tips say what is the matter."""
        row = self.row(index.row())
        found = self._found.get(row.id, ()) if row is not None else ()
        column = index.column()
        if role == Qt.ItemDataRole.ToolTipRole and row is not None and column != CHECK:
            return _cell(row.term, column)
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole}:
            return "\n".join(words.finding_hint(one) for one in found)
        if role not in {_DISPLAY, int(Qt.ItemDataRole.EditRole)}:
            return None
        if column == CHECK:
            return words.findings(found)
        if row is None and role == _DISPLAY and column == EN and self.draft == _EMPTY:
            return _("New term…")
        return _cell(row.term if row is not None else self.draft, column)

    def setData(self, index: Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:  # noqa: ANN401 - Qt's own signature
        """Take in what was written; the empty line keeps it until it is left."""
        if role != Qt.ItemDataRole.EditRole or index.column() == CHECK:
            return False
        row = self.row(index.row())
        term = _with(row.term if row is not None else self.draft, index.column(), str(value))
        if row is None:
            self.draft = term
            self.dataChanged.emit(index, index)
        elif term != row.term:
            self._replace(TermRow(row.id, term))
            self.edited.emit(row, term)
        return True

    # --- inside ---

    def _passes(self, row: TermRow) -> bool:
        term = row.term
        return not self._search or any(
            self._search in text.casefold() for text in (term.en, term.ko, *term.avoid, term.note)
        )

    def _remove(self, id_: int) -> None:
        self._rows = [row for row in self._rows if row.id != id_]
        place = self.place(id_)
        if place >= 0:
            self.beginRemoveRows(QModelIndex(), place, place)
            del self._shown[place]
            self.endRemoveRows()

    def _replace(self, row: TermRow) -> None:
        self._rows = [row if one.id == row.id else one for one in self._rows]
        place = self.place(row.id)
        if place >= 0:
            self._shown[place] = row
            self.dataChanged.emit(self.index(place, EN), self.index(place, CHECK))

    def _insert(self, row: TermRow) -> None:
        self._rows.insert(sum(one.id < row.id for one in self._rows), row)
        if self._passes(row):
            place = sum(one.id < row.id for one in self._shown)
            self.beginInsertRows(QModelIndex(), place, place)
            self._shown.insert(place, row)
            self.endInsertRows()


def _cell(term: StoredTerm, column: int) -> str:
    return (term.en, term.ko, " | ".join(term.avoid), term.note)[column]


def _with(term: StoredTerm, column: int, said: str) -> StoredTerm:
    said = " ".join(said.split())
    if column == AVOID:
        parts = (part.strip() for part in said.split("|"))
        return dataclasses.replace(term, avoid=tuple(dict.fromkeys(p for p in parts if p)))
    return dataclasses.replace(term, **{("en", "ko", "", "note")[column]: said})
