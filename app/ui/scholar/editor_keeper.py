"""What is typed becomes what is stored, moments later; then each new sentence is checked.

The one law: the window never waits for the disk or for a check, and no keystroke is older than a
moment before it is on its way to the disk.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from agents.base import UserError
from agents.scholar import editing
from agents.scholar.editing import Rechecked, RecheckRequest
from agents.store.drafts import Paragraph, report
from app.ui.scholar import editor_document
from app.ui.scholar.editor_marks import Held

if TYPE_CHECKING:
    from PySide6.QtGui import QTextBlock

    from agents.scholar.events import DraftReport, Sentence
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.scholar.draft_text import Written
    from app.ui.scholar.editor import DraftEditor

_SOON = 120  # ms at most from a keystroke to the store
_SETTLED = 900  # ms without a keystroke before sentences are checked


class Keeper(QObject):
    """Keeps one editor's draft."""

    counted = Signal(object)  # DraftReport
    changed = Signal()  # the text, after it was looked at
    titled = Signal(int, str)  # a heading has other words
    failed = Signal(object)  # UserError: it could not be stored

    def __init__(self, desk: Desk, pool: JobPool, editor: DraftEditor) -> None:
        """Keep nothing yet."""
        super().__init__(editor)
        self._pool, self._editor = pool, editor
        self._rechecker = desk.rechecker
        self._writer = editing.Writer(desk.draft_edits, desk.versions)
        self._draft = 0
        self._known = editing.Known()
        self._learnt = True  # something is known that was not when sections were looked at
        self._looked: dict[int, list[Held]] = {}
        self._stored: list[tuple[Sentence, ...]] = []
        self._titles: list[str] = []
        self._writing: Job | None = None
        self._checking: Job | None = None
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self.take)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED)
        self._settled.timeout.connect(self._check)
        editor.document().contentsChanged.connect(self._typed)

    @property
    def busy(self) -> bool:
        """Whether something is still to be stored or checked."""
        return (
            self._soon.isActive()
            or self._settled.isActive()
            or self._writer.waits
            or self._checking is not None
        )

    @property
    def draft(self) -> int:
        """The draft that is kept; 0 for none."""
        return self._draft

    def sentences(self) -> dict[tuple[int, int], Sentence]:
        """What is written, by section and place."""
        return {
            (section, at): one
            for section, part in enumerate(self._stored)
            for at, one in enumerate(part)
        }

    def open(self, draft: int, written: Written) -> None:
        """Show a draft as it is stored; 0 for none."""
        self.flush()
        self._stop()
        same = bool(draft) and draft == self._draft
        self._draft = 0  # what is put into the editor now is no change
        self._editor.show_draft(written, same=same)
        self._soon.stop()
        self._draft = draft
        sections = range(len(written.themes))
        self._stored = [tuple(one for _at, one in written.paragraph(at)) for at in sections]
        self._titles = [" ".join(title.split()) for title in written.themes]
        if not same:
            self._known = editing.Known()
        self._known.learn(one for section in self._stored for one in section)
        self._learnt = True
        if self._look():
            self._write()
        if any(one.reason == editing.UNCHECKED for part in self._stored for one in part):
            self._settled.start()  # a crash came before the check

    def flush(self) -> None:
        """Store what was typed, now."""
        if self._soon.isActive():
            self._soon.stop()
            self.take()
        try:
            self._writer.write()  # and wait for what a worker is writing
        except UserError as error:
            self.failed.emit(error)

    def closing(self) -> None:
        """Store everything and end."""
        self.flush()
        self._stop()

    @Slot()
    def _typed(self) -> None:
        if self._draft and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def take(self) -> None:
        """Look at what was typed, and send it to the store."""
        if not self._draft:
            return
        if self._look():
            self._write()
            self._settled.start()
        self.changed.emit()

    def _look(self) -> bool:
        """Take the document apart; True if what is to be stored has changed."""
        changed = False
        for section in editor_document.sections(self._editor.document()):
            at = section.number
            if at >= len(self._stored):
                continue
            held = [self._held(block, at) for block in section.blocks]
            before = self._looked.get(at, [])
            same = len(held) == len(before) and all(map(operator.is_, held, before))
            if same and not self._learnt and section.title == self._titles[at]:
                continue
            self._looked[at] = held
            paragraphs = [one.cuts for one in held if one.cuts]
            made = editing.sentences(paragraphs, self._stored[at], self._known)
            waiting = iter(made)
            for block, one in zip(section.blocks, held, strict=True):
                mine = tuple(next(waiting) for _cut in one.cuts)
                self._editor.marks.tell(block, mine)
            if made != self._stored[at]:
                self._stored[at] = made
                self._writer.put(self._draft, at, made)
                changed = True
            if section.title and section.title != self._titles[at]:
                self._titles[at] = section.title
                self._writer.title(self._draft, at, section.title)
                self.titled.emit(at, section.title)
                changed = True
        self._learnt = False
        if changed:
            self._count()
        return changed

    def _held(self, block: QTextBlock, section: int) -> Held:
        marks = self._editor.marks
        held = marks.held(block)
        seen = (block.revision(), block.length())
        if held is None or held.seen != seen:
            text, keys = editor_document.typed(block)
            before = held.forms if held else map(editing.typed, self._stored[section])
            cuts = editing.cut(text, keys, before)
            forms = tuple(text[cut.start : cut.end].strip() for cut in cuts)
            held = Held(seen, cuts, forms)
            marks.hold(block, held)
        return held

    def _count(self) -> None:
        paragraphs = [Paragraph(at, self._titles[at], made) for at, made in enumerate(self._stored)]
        counts: DraftReport = report(paragraphs, self._editor.written.works)
        self.counted.emit(counts)

    def _write(self) -> None:
        if self._writing is None and self._writer.waits:
            self._writing = self._pool.call(self._writer.write)
            self._writing.finished.connect(self._written)

    @Slot(object)
    def _written(self, outcome: Outcome) -> None:
        self._writing = None
        if outcome.error:
            self.failed.emit(outcome.error)  # it is tried again with the next change
        elif outcome.state == "done":
            self._write()

    @Slot()
    def _check(self) -> None:
        waiting = tuple(
            one for part in self._stored for one in part if one.reason == editing.UNCHECKED
        )
        if not waiting or self._checking is not None:
            return
        works = tuple(self._editor.written.works.values())
        self._checking = self._pool.start(self._rechecker, RecheckRequest(waiting, works))
        self._checking.event.connect(self._checked)
        self._checking.finished.connect(self._check_ended)

    @Slot(object)
    def _checked(self, event: object) -> None:
        if isinstance(event, Rechecked):
            self._known.learn(event.sentences)
            self._learnt = True
            if self._look():
                self._write()
            self._editor.point(self._editor.textCursor().position())

    @Slot(object)
    def _check_ended(self, outcome: Outcome) -> None:
        self._checking = None
        if outcome.state == "done":
            waits = any(one.reason == editing.UNCHECKED for part in self._stored for one in part)
            if waits and not self._settled.isActive():
                self._settled.start()

    def _stop(self) -> None:
        self._settled.stop()
        job, self._checking = self._checking, None
        if job is not None:
            job.event.disconnect(self._checked)
            job.finished.disconnect(self._check_ended)
            job.cancel()
