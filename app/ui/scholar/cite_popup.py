"""Choosing works to cite: words in, works out, Enter cites.

The one law: nothing but a work of the library can be chosen, and the text is only touched once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from agents.scholar import editing
from app.i18n import _
from app.ui import figures
from app.ui.scholar import words
from app.ui.two_lines import STATE, TwoLines
from app.ui.widgets.basic import text

if TYPE_CHECKING:
    from agents.scholar.events import Work
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_SETTLE = 120  # ms without a keystroke before the library is asked
_SHOWN = 12
_WIDE, _HIGH, _LEAST = 420, 240, 60  # px: width, height of the list, and that at least
_WORK = int(Qt.ItemDataRole.UserRole)


class CitePopup(QFrame):
    """A line and a list above the text."""

    cited = Signal(list)  # works that the draft may cite now, in the order they were chosen
    failed = Signal(object)  # UserError
    left = Signal()

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget) -> None:
        """Arrange it, hidden."""
        super().__init__(parent)
        self._desk, self._pool = desk, pool
        self._draft = 0
        self._job: Job | None = None
        self._citing: Job | None = None
        self._chosen: list[Work] = []
        self.setProperty("kind", "card")
        self.setAccessibleName(_("Insert a citation"))
        self._theme = theme
        self.line = QLineEdit()
        self.line.setPlaceholderText(_("Title, author or key"))
        self.line.setAccessibleName(_("Work to cite"))
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Works found"))
        self.list.setItemDelegate(TwoLines(theme, self.list, Qt.TextElideMode.ElideRight))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.picked = text("", "small", wrap=True)
        self.hint = text(_("Enter cites · Ctrl+Enter takes one more · Esc leaves"), "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.px(10)] * 4)
        layout.setSpacing(theme.space("xs"))
        for part in (self.line, self.picked, self.list, self.hint):
            layout.addWidget(part)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE)
        self._settle.timeout.connect(self._search)
        self.line.textChanged.connect(self._settle.start)
        self.list.itemDoubleClicked.connect(self.cite)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether an answer is still awaited."""
        return self._settle.isActive() or self._job is not None or self._citing is not None

    def open(self, draft: int, at: QPoint) -> None:
        """Show it at a place of its parent."""
        self._draft = draft
        self._chosen.clear()
        self._tell()
        self.line.clear()
        self.list.clear()
        room = self.parentWidget().rect()
        self._fit(room)
        x = max(0, min(at.x(), room.width() - self.width()))
        y = at.y() if at.y() + self.height() <= room.height() else at.y() - self.height()
        self.move(x, max(0, y))
        self.show()
        self.raise_()
        self.line.setFocus()
        self._search()

    def _fit(self, room: QRect) -> None:
        """As large as it wants to be, but all of it in its parent."""
        self.setFixedWidth(min(self._theme.px(_WIDE), room.width()))
        self.list.setFixedHeight(self._theme.px(_HIGH))
        beside = self.sizeHint().height() - self.list.height()
        least = self._theme.px(_LEAST)
        self.list.setFixedHeight(max(least, min(self.list.height(), room.height() - beside)))
        self.adjustSize()

    def eventFilter(self, _watched: object, event: object) -> bool:
        """Arrows move in the list while one types."""
        if not isinstance(event, QKeyEvent) or event.type() != QKeyEvent.Type.KeyPress:
            return False
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5}.get(key, 5)
            last = self.list.count() - 1
            self.list.setCurrentRow(max(0, min(last, self.list.currentRow() + step)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.take()
            else:
                self.cite()
        elif key == Qt.Key.Key_Escape:
            self.leave()
        elif key == Qt.Key.Key_Backspace and not self.line.text() and self._chosen:
            self._chosen.pop()
            self._tell()
        else:
            return False
        return True

    @property
    def current(self) -> Work | None:
        """The work that is marked in the list."""
        item = self.list.currentItem()
        return item.data(_WORK) if item else None

    @Slot()
    def take(self) -> None:
        """Choose the marked work, and go on looking."""
        work = self.current
        if work is not None and work not in self._chosen:
            self._chosen.append(work)
            self._tell()
        self.line.selectAll()

    @Slot()
    def cite(self) -> None:
        """Cite what was chosen, and the marked work if it was looked for."""
        work = self.current
        asked = self.line.text().strip() or not self._chosen
        if work is not None and asked and work not in self._chosen:
            self._chosen.append(work)
        if not self._chosen:
            return
        self.hide()
        self._citing = self._pool.call(taken, self._desk, self._draft, tuple(self._chosen))
        self._citing.finished.connect(self._taken)

    @Slot()
    def leave(self) -> None:
        """Hide it."""
        self._settle.stop()
        self.hide()
        self.left.emit()

    def _tell(self) -> None:
        self.picked.setText(" · ".join(map(words.cited, self._chosen)))
        self.picked.setVisible(bool(self._chosen))

    @Slot()
    def _search(self) -> None:
        if self._job is None:
            wanted = self.line.text().strip()
            self._job = self._pool.call(_found, self._desk, self._draft, wanted)
            self._job.finished.connect(self._show)

    @Slot(object)
    def _show(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.state != "done":
            return
        wanted, works = outcome.value
        if wanted != self.line.text().strip():
            self._search()
            return
        self.list.clear()
        for work in works:
            item = QListWidgetItem(work.title)
            item.setData(_WORK, work)
            item.setData(STATE, figures.joined(words.author_year(work), work.venue, work.key))
            item.setToolTip(work.title)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    @Slot(object)
    def _taken(self, outcome: Outcome) -> None:
        self._citing = None
        if outcome.error:
            self.failed.emit(outcome.error)
        elif outcome.state == "done":
            self.cited.emit(outcome.value)
        self.left.emit()


def _found(desk: Desk, draft: int, wanted: str) -> tuple[str, tuple[Work, ...]]:
    """Works that fit what was typed: the draft's own first. For a worker."""
    plan = desk.drafts.plan(draft)
    own = [entry.work for entry in plan.entries] if plan else []
    parts = wanted.lower().split()
    fitting = [work for work in own if _fits(work, parts)]
    known = {(work.key, work.title) for work in fitting}
    others = desk.library.works(desk.library.find(wanted, 3 * _SHOWN)) if wanted else ()
    found = [work for work in others if (work.key, work.title) not in known]
    if wanted and len(fitting) + len(found) < _SHOWN:
        there = {work.id for work in found}
        more = (work for work in desk.library.list() if work.id not in there)
        found += [
            work for work in more if (work.key, work.title) not in known and _fits(work, parts)
        ][:_SHOWN]
    return wanted, tuple([*fitting, *found][:_SHOWN])


def _fits(work: Work, parts: list[str]) -> bool:
    """Whether each part is in the title, among the people, or in year or key."""
    said = f"{work.title} {' '.join(work.authors)} {work.year} {work.key}".lower()
    return all(part in said for part in parts)


def taken(desk: Desk, draft: int, works: tuple[Work, ...]) -> list[Work]:
    """The works as the draft cites them, kept with it. For a worker."""
    plan = desk.drafts.plan(draft)
    there = {entry.work.key: entry for entry in plan.entries} if plan else {}
    made: list[Work] = []
    for work in works:
        same = there.get(work.key)
        if same is None or same.work.title != work.title:
            for entry in desk.library.entries([work.id]):
                same = editing.for_draft(entry, there)
                there[same.work.key] = same
        if same is not None:
            made.append(same.work)
    desk.draft_edits.cite(draft, [there[work.key] for work in made])
    return made
