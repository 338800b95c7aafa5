"""The translation memory: what is in it, searched, corrected, in and out as files.

The one law: whatever its size, the window never waits for it; a page comes when it is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agents.store.memory_pairs import Page, Wanted
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures
from app.ui.combo import Combo
from app.ui.translation import memory_words as words
from app.ui.translation.memory_files import MemoryFiles
from app.ui.translation.memory_sheet import PairSheet
from app.ui.translation.memory_table import PairTable
from app.ui.translation.searched import SearchedPanel
from app.ui.widgets.basic import EmptyState, button, column, row, text
from app.ui.widgets.beside import BesideOrBelow

if TYPE_CHECKING:
    from pathlib import Path

    from agents.store.memory_pairs import Holding, Pair, PairChange
    from agents.store.memory_rows import Origin
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_PAUSE = 250  # ms without a keystroke before a search begins
_EMPTY, _PAIRS = range(2)
_TABLE = 84  # px of the table at least: its head and a pair
_SEARCH = 380  # px in which there is room to search, and to choose which pairs


class MemoryPanel(SearchedPanel):
    """Search and table above, the current pair below."""

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it; `entered` fills it."""
        super().__init__(desk, pool, theme, (_("Search in both languages"), _("Search the memory")))
        self._look: Job | None = None
        self._counting = Latest(pool, self._counted, self)
        self._shown = -1  # pairs there were before the running look; -1: the first ones replace all
        self._there: tuple[Holding, ...] = ()
        self.files = MemoryFiles(desk, pool, self.bars, self)
        self._origin = Combo(_("Which pairs"))
        self._origin.add(_("All pairs"), "")
        for kind in ("human", "imported", "machine"):
            self._origin.add(words.origins(kind), kind)
        self._clear = button(_("Clear…"), self._ask_to_clear)
        self._holding = text("", "small")
        self._state = text("", "small")
        self.table = PairTable(theme)
        self.sheet = PairSheet(theme)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._arrange()
        self._connect()
        self._show_steps()

    def _connect(self) -> None:
        self._timer.timeout.connect(self._begin)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._begin)
        self._origin.activated.connect(self._begin)
        self.table.picked.connect(self.sheet.show_pair)
        self.table.pairs.more_wanted.connect(self._go_on)
        self.sheet.edited.connect(self._edited)
        self.sheet.remove_asked.connect(self.remove_chosen)
        self.files.changed.connect(self._changed)
        self.table.remove_asked.connect(self.remove_chosen)

    # --- what the page asks ---

    def entered(self) -> None:
        """Look what is there."""
        self._count()
        self._begin()

    def closing(self) -> None:
        """Store what was written; an import that runs is taken back."""
        self.sheet.store()
        self.steps.finish()
        self.files.stop()

    def open_files(self, paths: list[Path]) -> None:
        """Import these one after the other."""
        self.files.bring(paths)

    # --- looking ---

    @Slot()
    def _typed(self) -> None:
        self._timer.start()

    @Slot()
    def _begin(self) -> None:
        """Look from the newest pair on."""
        self._timer.stop()
        self._ask(0)

    @Slot(int)
    def _go_on(self, before: int) -> None:
        if self._look is None:
            self._ask(before)

    def _ask(self, before: int) -> None:
        self._stop_looking()
        self._shown = self.table.pairs.rowCount() if before else -1
        origin = cast("Origin", self._origin.currentData())
        wanted = Wanted(self.search.text(), origin, before)
        self._look = self._pool.start(self._desk.memory_pairs, wanted, interactive=True)
        self._look.event.connect(self._found)
        self._look.finished.connect(self._looked)
        if wanted.parts:
            self._state.setText(_("Searching…"))

    @Slot(object)
    def _found(self, page: object) -> None:
        if not isinstance(page, Page):
            return
        pairs = self.table.pairs
        if self._shown < 0:
            self._shown = 0
            pairs.show_pairs(page.pairs, Wanted(self.search.text()).parts, more=page.more)
            if page.pairs:
                self.table.selectRow(0)
        else:
            pairs.append(page.pairs[pairs.rowCount() - self._shown :], more=page.more)

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        self._look = None
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="look")
        self._show_found()

    def _stop_looking(self) -> None:
        job, self._look = self._look, None
        if job is not None:
            job.event.disconnect(self._found)
            job.finished.disconnect(self._looked)
            job.cancel()

    def _show_found(self) -> None:
        pairs = self.table.pairs
        if not self.search.text().strip() and not self._origin.currentData():
            self._state.setText("")
        elif pairs.more:
            self._state.setText(_("found so far {count}", count=figures.number(pairs.rowCount())))
        else:
            self._state.setText(_("found {count}", count=figures.number(pairs.rowCount())))

    # --- what is there ---

    @Slot()
    def _changed(self) -> None:
        """Pairs came or went by the file."""
        self.steps.forget()
        self._count()
        self._begin()

    def _count(self) -> None:
        self._counting.ask(self._desk.memory_pairs.holdings)

    @Slot(object)
    def _counted(self, outcome: Outcome) -> None:
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="look")
        if outcome.state != "done":
            return
        self._there = outcome.value
        some = bool(self._there)
        self._holding.setText(words.holdings(self._there) if some else "")
        self._holding.setToolTip(words.directions(self._there) if some else "")
        self._stack.setCurrentIndex(_PAIRS if some else _EMPTY)
        for one in (self.search, self._origin, self._clear, self.files.export_button):
            one.setEnabled(some)

    # --- steps ---

    def _apply(self, change: PairChange, back: bool) -> object:  # noqa: FBT001 - `Steps` calls it
        return self._desk.memory_pairs.apply(change, back=back)

    @Slot(object, str, str)
    def _edited(self, pair: Pair, en: str, ko: str) -> None:
        self.steps.do(lambda: self._desk.memory_pairs.edit(pair, en, ko))

    @Slot()
    def remove_chosen(self) -> None:
        """Forget the selected pairs; the bar that says so gives them back."""
        chosen = self.table.chosen
        if chosen:
            self.steps.do(lambda: self._desk.memory_pairs.take_out(chosen), self._removed)

    def _removed(self, change: PairChange) -> None:
        self.bars.say(
            "info",
            _("Forgotten: {count}.", count=len(change.before)),
            [(_("Undo"), self.steps.undo)],
            key="removed",
            seconds=20,
        )

    @Slot(object, bool)
    def _done(self, change: PairChange, back: bool) -> None:  # noqa: FBT001 - a slot
        self.bars.close_bar("step")
        self.table.pairs.take(change, back=back)
        self.sheet.show_pair(self.table.pairs.pair(self.table.currentIndex().row()))
        self._count()

    @Slot(object)
    def _failed(self, outcome: Outcome) -> None:
        super()._failed(outcome)
        self.sheet.keep_words()

    # --- forgetting ---

    @Slot()
    def _ask_to_clear(self) -> None:
        origin = cast("Origin", self._origin.currentData()) or None
        count = sum(one.pairs for one in self._there if origin in (None, one.origin))
        which = f"{words.origins(origin)}: " if origin else ""
        self.bars.say(
            "warn",
            which
            + _(
                "Forget {count} pairs? This cannot be undone; export them first if they may be "
                "needed.",
                count=figures.number(count),
            ),
            [
                (_("Forget them"), lambda: self._forget(origin)),
                (_("Keep them"), lambda: None),
            ],
            key="clear",
        )

    def _forget(self, origin: Origin | None) -> None:
        self.bars.say("info", _("Forgetting…"), key="clear", closable=False)
        self._pool.call(self._desk.memories.clear, origin).finished.connect(self._forgotten)

    @Slot(object)
    def _forgotten(self, outcome: Outcome) -> None:
        self.bars.close_bar("clear")
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="clear")
        elif outcome.state == "done":
            said = _("Forgotten: {count}.", count=figures.number(outcome.value))
            self.bars.say("info", said, key="clear", seconds=12)
        self._changed()

    # --- arranging ---

    def _arrange(self) -> None:
        theme = self._theme
        empty = EmptyState(
            theme,
            "memory",
            _("The translation memory is empty"),
            _(
                "What you confirm and what passes the checks is kept here and not translated "
                "again. Import or drop a TMX file to bring along what was translated elsewhere."
            ),
        )
        empty.offer(button(_("Import…"), self.files.choose))
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        table = column(self.table, margins=(theme.px(28), 0, theme.px(20), 0))
        table.setMinimumHeight(theme.px(_TABLE))
        self._split.addWidget(table)
        self._split.addWidget(self.sheet)
        self._split.setStretchFactor(0, 1)
        self._split.setSizes([theme.px(420), theme.px(150)])
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(self._split)
        self._stack.setCurrentIndex(_PAIRS)
        gap = theme.px(8)
        find = row(self.search, self._origin, self._undo, self._redo, gap=gap)
        find.layout().setStretch(0, 3)
        find.layout().setStretch(1, 1)
        files = self.files
        acts = row(
            files.import_button,
            files.stop_button,
            files.export_button,
            files.imports_button,
            self._clear,
            gap=gap,
        )
        head = QWidget()
        layout = QVBoxLayout(head)
        layout.setContentsMargins(theme.px(28), theme.px(12), theme.px(20), theme.px(8))
        layout.setSpacing(theme.space("s"))
        layout.addWidget(BesideOrBelow(find, acts, gap, theme.px(_SEARCH)))
        layout.addWidget(row(self._holding, None, self._state))
        layout.addWidget(self.bars)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self._stack, 1)
