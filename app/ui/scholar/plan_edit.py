"""The outline that is being changed, with what was done to it: undo, redo, and storing it.

The one law: every change is a whole outline. It is shown at once and stored by a worker, the latest
last; what could not be stored is told and not shown any longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from agents.base import UserError
from agents.store.outlines import Outline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.base import UserError as Problem
    from agents.scholar.events import Work
    from agents.store.drafts import Plan
    from app.build import Desk
    from app.jobs import JobPool, Outcome

_REMEMBERED = 200  # changes that can be taken back


class PlanEdit(QObject):
    """One draft's outline. Lives on the GUI thread."""

    changed = Signal()
    failed = Signal(object)  # UserError
    stored = Signal()  # nothing waits to be stored any more

    def __init__(self, desk: Desk, pool: JobPool, parent: QObject | None = None) -> None:
        """Nothing is opened yet."""
        super().__init__(parent)
        self._desk, self._pool = desk, pool
        self.draft = 0
        self.outline = Outline()
        self.works: dict[str, Work] = {}
        self._back: list[Outline] = []
        self._forth: list[Outline] = []
        self._safe = Outline()  # what is stored
        self._saving = False
        self._waits = False
        self._added: dict[str, int] = {}  # works that are to be stored with the draft

    def open(self, draft: int, outline: Outline, plan: Plan) -> None:
        """Change this one from now on. What was done to the same draft can still be undone."""
        if draft != self.draft or outline != self.outline:
            self._back, self._forth = [], []
        self.draft, self.outline, self._safe = draft, outline, outline
        self.works = {entry.work.key: entry.work for entry in plan.entries}
        self._added = {}
        self.changed.emit()

    def apply(self, outline: Outline, added: Iterable[Work] = ()) -> None:
        """Show and store a changed outline.

        Args:
            outline: the new one; the same one changes nothing.
            added: works of the library that it cites and the draft has not yet.
        """
        for work in added:
            if work.key not in self.works:
                self.works[work.key] = work
                self._added[work.key] = work.id
        if outline == self.outline:
            return
        self._back = [*self._back[-_REMEMBERED:], self.outline]
        self._forth = []
        self._show(outline)

    @property
    def can_undo(self) -> bool:
        """Whether something can be taken back."""
        return bool(self._back)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._forth)

    @property
    def saving(self) -> bool:
        """Whether something is still to be stored."""
        return self._saving

    @Slot()
    def undo(self) -> None:
        """Take the latest change back."""
        if self._back:
            self._forth.append(self.outline)
            self._show(self._back.pop())

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back."""
        if self._forth:
            self._back.append(self.outline)
            self._show(self._forth.pop())

    def _show(self, outline: Outline) -> None:
        self.outline = outline
        self.changed.emit()
        self._store()

    def _store(self) -> None:
        if self._saving:
            self._waits = True
            return
        self._saving, self._waits = True, False
        ids, self._added = list(self._added.values()), {}
        job = self._pool.call(_stored, self._desk, self.draft, self.outline, ids)
        job.finished.connect(self._ended)

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._saving = False
        if outcome.state == "done":
            draft, self._safe = outcome.value
            if self._waits and draft == self.draft:
                self._store()
                return
        else:
            self.outline, self._back, self._forth = self._safe, [], []
            self.changed.emit()
            if outcome.error:
                self.failed.emit(outcome.error)
        self.stored.emit()


def _stored(desk: Desk, draft: int, outline: Outline, added: list[int]) -> tuple[int, Outline]:
    """Store an outline. For a worker.

    Raises:
        UserError: scholar.plan_changed (the draft is gone or being written).
    """
    entries = desk.library.entries(added) if added else ()
    if not desk.drafts.replan(draft, outline, entries):
        problem: Problem = UserError("scholar.plan_changed")
        raise problem
    return draft, outline
