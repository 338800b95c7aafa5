"""Works that are there twice: groups on the left, their entries side by side on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from agents.base import UserError
from agents.scholar import duplicates, merging
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures
from app.ui.scholar.comparison import ComparisonModel
from app.ui.widgets.basic import EmptyState, button, column, row, text

if TYPE_CHECKING:
    from agents.scholar.duplicates import Group
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars


class DuplicatesPanel(QWidget):
    """Merges on a click; every merge is taken back by the bar that reports it."""

    changed = Signal()  # the library is another now
    counted = Signal(int)  # groups

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, bars: Bars) -> None:
        """Arrange it; `refresh` fills it."""
        super().__init__()
        self._desk, self._pool, self._bars = desk, pool, bars
        self._looking = Latest(pool, self._found, self)
        self._reading = Latest(pool, self._read, self)
        self.groups: tuple[Group, ...] = ()
        self.list = QListWidget()
        self.list.setAccessibleName(_("Works that are there twice"))
        self.list.currentRowChanged.connect(self._picked)
        self.model = ComparisonModel(self)
        self.table = QTableView()
        self.table.setAccessibleName(_("The entries side by side"))
        self.table.setModel(self.model)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setShowGrid(False)
        self.table.setFrameShape(QTableView.Shape.NoFrame)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().setDefaultSectionSize(theme.px(30))
        self._merge = button(_("Merge"), self.merge, "primary", hint=_("Merge these (Ctrl+M)"))
        self._merge_all = button(_("Merge all that are certain"), self.merge_certain)
        self._why = text("", "small")
        hint = text(
            _("Ticked values stand. What is not ticked is kept in the entry as “other-…”."),
            "small",
            wrap=True,
        )
        right = column(
            self._why,
            self.table,
            hint,
            row(self._merge, self._merge_all, None),
            gap=theme.px(8),
            margins=(theme.px(12), 0, 0, 0),
        )
        split = QSplitter()
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([theme.px(250), theme.px(600)])
        self._stack = QStackedWidget()
        self._stack.addWidget(split)
        self._stack.addWidget(
            EmptyState(
                theme,
                "check",
                _("No work is there twice"),
                _("Compared are DOIs, arXiv ids, and titles with their years and authors."),
            )
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        keys = QShortcut(QKeySequence("Ctrl+M"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.merge)

    def refresh(self) -> None:
        """Look for duplicates again."""
        self._looking.ask(_groups, self._desk)

    @Slot()
    def merge(self) -> None:
        """Merge the shown group as it is ticked."""
        if self.model.entries:
            ids = [entry.work.id for entry in self.model.entries]
            job = self._pool.call(
                merging.merge, self._desk.library, ids, self.model.keep, self.model.chosen
            )
            job.finished.connect(self._merged)

    @Slot()
    def merge_certain(self) -> None:
        """Merge every group but those of nearly equal titles."""
        certain = tuple(group for group in self.groups if group.reason != "similar")
        self._pool.call(_merge_each, self._desk, certain).finished.connect(self._merged)

    @Slot(object)
    def _found(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="twins")
        if outcome.state != "done":
            return
        at = max(0, self.list.currentRow())
        self.groups = outcome.value
        self.list.clear()
        for group in self.groups:
            item = QListWidgetItem(group.works[0].title)
            item.setToolTip(" = ".join(work.key for work in group.works))
            self.list.addItem(item)
        self._stack.setCurrentIndex(0 if self.groups else 1)
        self._merge_all.setEnabled(any(group.reason != "similar" for group in self.groups))
        self.counted.emit(len(self.groups))
        self.list.setCurrentRow(min(at, len(self.groups) - 1))

    @Slot(int)
    def _picked(self, at: int) -> None:
        group = self.groups[at] if 0 <= at < len(self.groups) else None
        self._merge.setEnabled(group is not None)
        if group is None:
            self.model.show_entries(())
            return
        self._why.setText(
            figures.joined(reason_of(group), _("entries {count}", count=len(group.works)))
        )
        ids = [work.id for work in group.works]
        self._reading.ask(self._desk.library.entries, ids)

    @Slot(object)
    def _read(self, outcome: Outcome) -> None:
        group = self.groups[self.list.currentRow()] if self.list.currentRow() >= 0 else None
        if outcome.state == "done" and group is not None:
            shown = [entry.work.id for entry in outcome.value]
            if shown == [work.id for work in group.works]:  # not one that was picked before
                self.model.show_entries(outcome.value)

    @Slot(object)
    def _merged(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="twins")
        elif outcome.state == "done":
            made = outcome.value if isinstance(outcome.value, list) else [outcome.value]
            self._bars.say(
                "info",
                _("Merged: {count}.", count=len(made)),
                [(_("Undo"), lambda: self._take_back(made))],
                key="twins",
            )
        self.refresh()
        self.changed.emit()

    def _take_back(self, changes: list[int]) -> None:
        self._pool.call(_undo, self._desk, changes).finished.connect(self._taken_back)

    @Slot(object)
    def _taken_back(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="twins")
        self.refresh()
        self.changed.emit()


def reason_of(group: Group) -> str:
    """Why works are taken for one."""
    return {
        "doi": _("one DOI"),
        "arxiv": _("one arXiv id"),
        "title": _("title, year and author"),
        "similar": _("nearly one title"),
    }[group.reason]


def _groups(desk: Desk) -> tuple[Group, ...]:
    return duplicates.groups(desk.library.identities())


def _merge_each(desk: Desk, groups: tuple[Group, ...]) -> list[int]:
    made: list[int] = []
    for group in groups:
        try:
            made.append(merging.merge(desk.library, [work.id for work in group.works]))
        except UserError as error:
            if error.code != "scholar.changed_meanwhile":
                raise
    return made


def _undo(desk: Desk, changes: list[int]) -> None:
    for change in reversed(changes):
        desk.library.undo(change)
