"""The entities of the library: read in the background, looked up, merged, split, named, hidden.

The one law: whatever a person does here is done at once, and the bar that reports it takes it
back.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from agents.base import Progress
from agents.entities.events import PAPER_LABELS
from agents.scholar import entity_pages
from agents.scholar.entity_reading import ReadDone, ReadRequest
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures
from app.ui.combo import Combo
from app.ui.scholar import words
from app.ui.scholar.entity_list import EntityTable
from app.ui.scholar.entity_page import EntityView
from app.ui.widgets.basic import EmptyState, button, column, row, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars

_PAUSE = 200  # ms without a keystroke before the list is narrowed


class EntitiesPanel(QWidget):
    """A list on the left, the page of the current entity on the right."""

    work = Signal(int)  # one that was clicked
    navigate = Signal(str)
    changed = Signal()  # what is known of works is another now

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, bars: Bars) -> None:
        """Arrange it; `refresh` fills it."""
        super().__init__()
        self._desk, self._pool, self._bars = desk, pool, bars
        self._job: Job | None = None
        self._wanted = 0  # the entity to show once the list is there
        self._rows = Latest(pool, self._listed, self)
        self._page = Latest(pool, self._read, self)
        self.search = QLineEdit(placeholderText=_("Find an entity"))
        self.search.setAccessibleName(_("Find an entity"))
        self.search.setClearButtonEnabled(True)
        self.kind = Combo(_("Kind of entity"))
        self.kind.add(_("All kinds"), "")
        for label in PAPER_LABELS:
            self.kind.add(words.label(label), label)
        self.table = EntityTable(theme)
        self.view = EntityView(theme)
        self._go = button(
            _("Read the library"),
            self.read,
            hint=_("Finds methods, datasets, people, … in abstracts and PDFs; only what is new"),
        )
        self._stop = button(_("Stop reading"), self.stop)
        self._merge = button(
            _("Merge"), self.merge, hint=_("Take the selected entities for one: the current one")
        )
        self._state = text("", "small")
        left = column(
            row(self.search, self.kind),
            self.table,
            row(self._merge, None),
            gap=theme.px(8),
        )
        split = QSplitter()
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self.view)
        split.setSizes([theme.px(430), theme.px(470)])
        empty = EmptyState(
            theme,
            "library",
            _("No entities yet"),
            _(
                "An entity model reads abstracts and PDFs for methods, datasets, tasks, metrics and"
                " people. It goes on in the background, and later reads only what is new."
            ),
        )
        empty.offer(button(_("Read the library"), self.read))
        self._stack = QStackedWidget()
        self._stack.addWidget(split)
        self._stack.addWidget(empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addWidget(row(self._go, self._stop, self._state, None))
        layout.addWidget(self._stack, 1)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self.refresh)
        self.search.textChanged.connect(lambda _text: self._timer.start())
        self.kind.currentIndexChanged.connect(lambda _at: self.refresh())
        self.table.picked.connect(self.show_entity)
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.view.work.connect(self.work)
        self.view.renamed.connect(self._rename)
        self.view.hidden.connect(self._hide)
        self.view.split.connect(self._split)
        self._selected()
        self._show_go()

    @Slot()
    def refresh(self) -> None:
        """Read the list again."""
        self._timer.stop()
        self._rows.ask(
            self._desk.entity_store.list, str(self.kind.currentData()), self.search.text().strip()
        )

    @Slot(int)
    def show_entity(self, entity: int) -> None:
        """Show the page of an entity."""
        self._wanted = entity
        self._page.ask(entity_pages.page, self._desk.entity_store, self._desk.library, entity)

    # --- reading the library ---

    def read(self) -> None:
        """Read what is new, in the background."""
        if self._job is None:
            job = self._pool.call(
                self._desk.shelf.best, "entities", self._desk.settings.entity_model
            )
            job.finished.connect(self._begin)

    def stop(self) -> None:
        """Stop reading; what was read is kept."""
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _begin(self, outcome: Outcome) -> None:
        if outcome.state != "done" or self._job is not None:
            return
        if not outcome.value:
            self._bars.say(
                "info",
                _("Reading for entities needs an entity model such as GLiNER."),
                [(_("Open Models"), lambda: self.navigate.emit("models"))],
                key="entities",
            )
            return
        self._job = self._pool.start(self._desk.entity_reading, ReadRequest(outcome.value))
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)
        self._show_go()
        self._state.setText(_("Reading…"))

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, Progress) and event.total:
            self._state.setText(
                figures.joined(
                    _(
                        "passages {done} of {total}",
                        done=figures.number(event.done),
                        total=figures.number(event.total),
                    ),
                    figures.left(event.seconds_left),
                )
            )
        elif isinstance(event, ReadDone):
            self._state.setText(
                _("passages read {count}", count=figures.number(event.passages))
                if event.passages
                else _("Everything has been read.")
            )

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        self._show_go()
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="entities")
        if outcome.state != "done":
            self._state.setText(_("Stopped. What was read is kept.") if not outcome.error else "")
        self._again()

    def _show_go(self) -> None:
        """Either is shown: begin or stop; where there is nothing yet, that is said below."""
        self._go.setVisible(self._job is None and self._stack.currentIndex() == 0)
        self._stop.setVisible(self._job is not None)

    # --- the list and the page ---

    @Slot(object)
    def _listed(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="entities")
        if outcome.state != "done":
            return
        narrowed = bool(self.search.text().strip() or self.kind.currentData())
        self._stack.setCurrentIndex(0 if outcome.value or narrowed else 1)
        self._show_go()
        wanted = self._wanted
        self.table.entities.show_rows(outcome.value)
        if not self.table.pick(wanted) and not wanted and outcome.value:
            self.table.selectRow(0)
        elif wanted:
            self.show_entity(wanted)

    @Slot(object)
    def _read(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self.view.show_page(outcome.value)

    @Slot()
    def _selected(self) -> None:
        self._merge.setEnabled(len(self.table.selected) > 1)

    # --- what a person decides ---

    def merge(self) -> None:
        """Make one of the selected entities: the current one."""
        ids = [row.id for row in self.table.selected]
        if len(ids) > 1:
            self._change(
                _("Merged: {count}.", count=len(ids)), self._desk.entity_changes.merge, ids, ids[0]
            )

    @Slot(str)
    def _rename(self, name: str) -> None:
        self._change(
            _("Renamed: {name}.", name=name),
            self._desk.entity_changes.rename,
            self.view.entity,
            name,
        )

    @Slot()
    def _hide(self) -> None:
        entity, self._wanted = self.view.entity, 0
        self._change(_("Hidden."), self._desk.entity_changes.hide, entity)

    @Slot(list)
    def _split(self, names: list[int]) -> None:
        self._change(_("Split off."), self._desk.entity_changes.split, self.view.entity, names, "")

    def _change(self, said: str, change: Callable[..., Any], *values: object) -> None:
        self._pool.call(_applied, said, change, values).finished.connect(self._changed)

    @Slot(object)
    def _changed(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="entities")
        elif outcome.state == "done":
            said, change = outcome.value
            self._bars.say("info", said, [(_("Undo"), partial(self._undo, change))], key="entities")
        self._again()

    def _undo(self, change: int) -> None:
        job = self._pool.call(self._desk.entity_changes.undo, change)
        job.finished.connect(self._undone)

    @Slot(object)
    def _undone(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="entities")
        self._again()

    def _again(self) -> None:
        self.refresh()
        self.changed.emit()


def _applied(said: str, change: Callable[..., Any], values: tuple[object, ...]) -> tuple[str, int]:
    """What is said of a change once it is made, and its id."""
    made = change(*values)
    return said, (made[0] if isinstance(made, tuple) else made).id
