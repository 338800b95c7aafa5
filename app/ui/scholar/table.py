"""Works beside each other in a table: looked through, corrected, copied, exported.

The one law: a cell shows what was found, with the sentence it was found in, until a person writes
into it; then theirs stands, and what was found can be put back.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFont, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from agents.base import UserError
from agents.scholar import comparison
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui.scholar import words
from app.ui.switch import Switch
from app.ui.widgets.basic import button, text
from app.ui.widgets.flow import Flow

if TYPE_CHECKING:
    from agents.scholar.comparison import Cell, Form, Table
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_FORMS: dict[str, Form] = {".csv": "csv", ".md": "markdown", ".tex": "latex"}


class TableModel(QAbstractTableModel):
    """A row for each work; the first column is the work itself."""

    written = Signal(int, str, object)  # work, label, text or None: put back what was found

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.table: Table = comparison.Table((), ())

    def show_table(self, table: Table) -> None:
        """Show another one."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def cell(self, index: Index) -> Cell | None:
        """A cell; None for the work itself."""
        if not index.isValid() or index.column() == 0:
            return None
        return self.table.rows[index.row()].cells[index.column() - 1]

    def write(self, index: Index, said: str | None) -> None:
        """Put a text into a cell; None: what was found stands there again."""
        at, column = index.row(), index.column() - 1
        self.table = comparison.with_cell(self.table, at, column, said)
        self.dataChanged.emit(index, index)
        self.written.emit(self.table.rows[at].work.id, self.table.labels[column], said)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Works."""
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """The work, and the labels."""
        return 0 if parent.isValid() else len(self.table.labels) + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's own signature
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return heads().get("work" if section == 0 else self.table.labels[section - 1], "")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """The work, or what stands in a cell; a person's own words in italics."""
        work, cell = self.table.rows[index.row()].work, self.cell(index)
        if cell is None:
            shown = {
                Qt.ItemDataRole.DisplayRole: words.author_year(work),
                Qt.ItemDataRole.ToolTipRole: work.title,
            }
            return shown.get(Qt.ItemDataRole(role))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return evidence(cell)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return _("written by you") if cell.edited else ""
        if role == Qt.ItemDataRole.FontRole and cell.edited:
            font = QFont()
            font.setItalic(True)
            return font
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """All but the works themselves can be edited."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: ANN401 - Qt's own signature
        """Write into a cell."""
        cell = self.cell(index)
        if role != Qt.ItemDataRole.EditRole or cell is None or str(value) == cell.text:
            return False
        self.write(index, str(value))
        return True


class TablePanel(QWidget):
    """The table, the evidence of its current cell, and where it can go."""

    closed = Signal()
    work = Signal(int)  # one that was opened

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, bars: Bars) -> None:
        """Arrange it; `show_works` fills it."""
        super().__init__()
        self._desk, self._pool, self._bars = desk, pool, bars
        self._made = Latest(pool, self._read, self)
        self._works: list[int] = []
        self.model = TableModel(self)
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setAccessibleName(_("Works and what they use"))
        self.view.setTabKeyNavigation(False)
        self.view.setFrameShape(QTableView.Shape.NoFrame)
        self.view.setWordWrap(True)
        self.view.setShowGrid(False)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        across = self.view.horizontalHeader()
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across.sectionResized.connect(self.view.resizeRowsToContents)
        self.view.verticalHeader().hide()
        self.view.selectionModel().currentChanged.connect(self._moved)
        self.view.doubleClicked.connect(self._opened)
        self.model.written.connect(self._written)
        self.evidence = text("", "small", wrap=True)
        self.evidence.setAccessibleName(_("Evidence"))
        self.evidence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.form = Switch(
            _("Form of the draft"), [("markdown", _("Markdown")), ("latex", _("LaTeX"))]
        )
        self._back = button(_("Put back what was found"), self._put_back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addWidget(self.view, 1)
        layout.addWidget(self.evidence)
        acts = Flow(theme.space("s"))  # large letters need a second line
        for made in (
            button(_("Back to the works"), self.closed.emit),
            self._back,
            self.form,
            button(
                _("Copy for the draft"),
                self.copy_for_draft,
                "primary",
                hint=_("The table with its citations, as the draft wants it"),
            ),
            button(_("Copy"), self.copy, hint=_("For a spreadsheet or a text")),
            button(_("Export…"), self.export),
        ):
            acts.addWidget(made)
        layout.addLayout(acts)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.view)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)

    def show_works(self, works: list[int]) -> None:
        """Put these beside each other."""
        self._works = works
        self.refresh()

    def refresh(self) -> None:
        """Make the table again."""
        desk = self._desk
        self._made.ask(
            comparison.make, desk.entity_store, desk.entity_changes, desk.library, self._works
        )

    @Slot()
    def copy(self) -> None:
        """Copy the table as spreadsheets take it: cells apart by tabs."""
        table = self.model.table
        lines = [[heads()["work"], *(heads()[label] for label in table.labels)]]
        lines += [
            [words.author_year(one.work), *(cell.text for cell in one.cells)] for one in table.rows
        ]
        said = "\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in lines)
        QGuiApplication.clipboard().setText(said + "\n")

    def copy_for_draft(self) -> None:
        """Copy the table with citations."""
        form: Form = "latex" if self.form.value == "latex" else "markdown"
        QGuiApplication.clipboard().setText(comparison.render(self.model.table, form, heads()))
        self._bars.say("info", _("The table is copied with its citations."), key="table", seconds=6)

    def export(self) -> None:
        """Ask where to, and write the table there."""
        name, _kind = QFileDialog.getSaveFileName(
            self,
            _("Export the table"),
            "comparison.csv",
            "CSV (*.csv);;Markdown (*.md);;LaTeX (*.tex)",
        )
        if name:
            self.write(Path(name))

    def write(self, path: Path) -> None:
        """Write the table; the ending of the name says how."""
        job = self._pool.call(_write, self.model.table, path, heads())
        job.finished.connect(self._exported)

    @Slot(object)
    def _exported(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="table")
        elif outcome.state == "done":
            said = _("Exported: {path}", path=str(outcome.value))
            self._bars.say("info", said, key="table")

    @Slot(object)
    def _read(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="table")
        elif outcome.state == "done":
            self.model.show_table(outcome.value)
            self.view.setCurrentIndex(self.model.index(0, 1))
            self._moved(self.view.currentIndex())

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        cell = self.model.cell(index)
        self.evidence.setText(evidence(cell) if cell else "")
        self._back.setEnabled(bool(cell and cell.edited))

    @Slot(QModelIndex)
    def _opened(self, index: QModelIndex) -> None:
        if index.column() == 0:
            self.work.emit(self.model.table.rows[index.row()].work.id)

    def _put_back(self) -> None:
        index = self.view.currentIndex()
        if index.isValid() and index.column():
            self.model.write(index, None)

    @Slot(int, str, object)
    def _written(self, work: int, label: str, said: object) -> None:
        self._moved(self.view.currentIndex())
        job = self._pool.call(self._desk.entity_changes.write_cell, work, label, said)
        job.finished.connect(self._stored)

    @Slot(object)
    def _stored(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="table")
        elif outcome.state == "done":
            self._bars.say(
                "info",
                _("The cell is changed."),
                [(_("Undo"), partial(self._undo, outcome.value.id))],
                key="table",
            )

    def _undo(self, change: int) -> None:
        job = self._pool.call(self._desk.entity_changes.undo, change)
        job.finished.connect(self._undone)

    @Slot(object)
    def _undone(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="table")
        self.refresh()


def heads() -> dict[str, str]:
    """The names of the columns."""
    return {"work": _("Work"), **{label: words.label(label) for label in comparison.LABELS}}


def evidence(cell: Cell) -> str:
    """The sentences in which what stands in a cell was found."""
    lines: list[str] = []
    for one in cell.found:
        where = _("page {page}", page=one.evidence.page) if one.evidence.page else ""
        shown = " ".join(one.evidence.text.split())
        lines.append(f"{one.name}: “{shown}” {f'({where})' if where else ''}".rstrip())
    return "\n".join(lines)


def _write(table: Table, path: Path, names: dict[str, str]) -> Path:
    """Write a table; the file is whole or not there.

    Raises:
        UserError: file.unwritable.
    """
    form = _FORMS.get(path.suffix.lower(), "csv")
    # spreadsheets take a CSV file for UTF-8 by its mark
    encoding = "utf-8-sig" if form == "csv" else "utf-8"
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(comparison.render(table, form, names).encode(encoding))
        part.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unwritable", path=str(path), reason=reason) from error
    return path
