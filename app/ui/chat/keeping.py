"""What is done with conversations as a whole: listed, found, named, ordered, deleted.

The one law: it is done on a worker, and what is deleted is gone for good only when the chance to
undo is over; then it says how far it is gone.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from agents.store.kept import TRACES
from app import i18n
from app.i18n import _
from app.ui.chat.conversations import ConversationList
from app.ui.chat.listing import Contents

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars

UNDO_SECONDS = 8.0


class Keeping(QObject):
    """Looks after the list; the page shows what it says."""

    listed = Signal()  # the list was read
    hidden = Signal(int)  # a conversation is about to be deleted
    back = Signal(int)  # and is not

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, bars: Bars, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk, self._pool, self._bars = desk, pool, bars
        self._deleting: dict[int, str] = {}  # hidden, and deleted when the undo bar goes
        self._going = 0  # are being deleted now
        self._after: list[Callable[[], object]] = []  # waits for their end
        self._looked_for_interrupted = False
        self._tidied = False
        self._lists = 0  # how many times the list was read
        self._named_next = 0  # a folder that was made and waits for its name
        self.side = side = ConversationList(theme)
        side.wanted.connect(self._list)
        side.renamed.connect(self._rename)
        side.pinned.connect(self._pin)
        side.moved.connect(self._move)
        side.folder_wanted.connect(self._make_folder)
        side.folder_renamed.connect(self._rename_folder)
        side.folder_deleted.connect(self._delete_folder)

    def delete(self, conversation: int) -> None:
        """Hide a conversation; it is deleted when the chance to undo is over."""
        if conversation in self._deleting:
            return  # a key pressed twice; to say it anew would end the chance of before
        title = self.side.title(conversation)
        self._deleting[conversation] = title
        self.hidden.emit(conversation)
        self.side.reload()
        self._bars.say(
            "info",
            _("“{title}” was deleted.", title=title),
            [(_("Undo"), lambda: self._undelete(conversation))],
            key=f"deleted-{conversation}",
            on_closed=lambda: self._delete_now(conversation),
            seconds=UNDO_SECONDS,
        )

    def close(self) -> None:
        """The window closes: delete what only an undo bar kept."""
        for conversation in self._deleting:
            self._desk.chat.delete(conversation)
        if self._deleting:  # what may be left of them is looked after at the next start
            self._desk.kept.put(TRACES, value=True)
        self._deleting.clear()

    def call(self, function: Callable[..., object], *args: object) -> Job:
        """Do something on a worker."""
        return self._pool.call(function, *args)

    def after_deleting(self, go: Callable[[], object]) -> None:
        """Do something that must find what was deleted gone: the chance to undo is over."""
        self._after.append(go)
        for conversation in tuple(self._deleting):
            self._bars.close_bar(f"deleted-{conversation}")
        self._go_on()

    def remove(self, conversations: tuple[int, ...]) -> None:
        """Take back what has just been added."""
        for conversation in conversations:
            self.hidden.emit(conversation)
        self.do(_remove, self._desk, conversations)

    def do(self, function: Callable[..., object], *args: object) -> None:
        """Write something on a worker and read the list again."""
        self._pool.call(function, *args).finished.connect(self._done)

    # --- deleting ---

    def _undelete(self, conversation: int) -> None:
        self._deleting.pop(conversation, None)
        self.side.reload()
        self.back.emit(conversation)

    def _delete_now(self, conversation: int) -> None:
        title = self._deleting.pop(conversation, None)
        if title is None:
            return
        self._going += 1
        job = self._pool.call(_delete, self._desk, conversation)
        job.finished.connect(lambda outcome: self._deleted(title, outcome))

    def _deleted(self, title: str, outcome: Outcome) -> None:
        self._going -= 1
        self._go_on()
        self._done(outcome)
        if outcome.state != "done":
            return
        certain, copies = outcome.value
        if not certain:
            words = _(
                "“{title}” is deleted and overwritten. The file of the database was in use or is"
                " large: it is tidied another time.",
                title=title,
            )
        elif copies:
            words = _(
                "“{title}” is gone from this computer but for {count} backups of the database,"
                " which you can delete in the settings.",
                title=title,
                count=copies,
            )
        else:
            words = _("“{title}” is gone for good: its words are in no file any more.", title=title)
        self._bars.say("info", words, key="gone", seconds=UNDO_SECONDS)

    def _go_on(self) -> None:
        if not self._going:
            waiting, self._after = self._after, []
            for go in waiting:
                go()

    # --- the list ---

    @Slot(str, int)
    def _list(self, search: str, most: int) -> None:
        mark_first = not self._looked_for_interrupted
        self._looked_for_interrupted = True
        self._lists += 1
        number = self._lists
        job = self._pool.call(_read, self._desk, search, most, mark_first)
        job.finished.connect(lambda outcome: self._listed(number, outcome))

    def _listed(self, number: int, outcome: Outcome) -> None:
        self._explain(outcome)
        if outcome.state != "done" or number != self._lists:
            return  # a later look is on its way, or was quicker
        read: Contents = outcome.value
        there = tuple(one for one in read.conversations if one.id not in self._deleting)
        self.side.fill(dataclasses.replace(read, conversations=there))
        self.listed.emit()
        if not self._tidied:
            self._tidied = True
            self._pool.call(_tidy, self._desk)

    # --- names and order ---

    @Slot(int, str)
    def _rename(self, conversation: int, title: str) -> None:
        self.do(self._desk.conversations.rename, conversation, title)

    @Slot(int, bool)
    def _pin(self, conversation: int, pinned: bool) -> None:  # noqa: FBT001 - a signal's
        self.do(lambda: self._desk.conversations.pin(conversation, pinned=pinned))

    @Slot(int, int)
    def _move(self, conversation: int, folder: int) -> None:
        self.do(self._desk.folders.put, (conversation,), folder)

    @Slot(int)
    def _make_folder(self, conversation: int) -> None:
        job = self._pool.call(_make_folder, self._desk, _("New folder"), conversation)
        job.finished.connect(self._folder_made)

    @Slot(object)
    def _folder_made(self, outcome: Outcome) -> None:
        self._explain(outcome)
        if outcome.state == "done":
            self._named_next = outcome.value
            self.listed.connect(self._name_folder)
            self.side.search.clear()
            self.side.reload()

    @Slot()
    def _name_folder(self) -> None:
        """The new folder is in the list: it is named there."""
        self.listed.disconnect(self._name_folder)
        self.side.rename_folder(self._named_next)

    @Slot(int, str)
    def _rename_folder(self, folder: int, name: str) -> None:
        self.do(self._desk.folders.rename, folder, name)

    @Slot(int)
    def _delete_folder(self, folder: int) -> None:
        job = self._pool.call(_delete_folder, self._desk, folder)
        job.finished.connect(self._folder_deleted)

    @Slot(object)
    def _folder_deleted(self, outcome: Outcome) -> None:
        self._done(outcome)
        if outcome.state != "done":
            return
        name, inside = outcome.value
        self._bars.say(
            "info",
            _("The folder “{name}” is gone; its conversations are kept.", name=name),
            [(_("Undo"), lambda: self.do(_restore_folder, self._desk, name, inside))],
            key="folder",
            seconds=UNDO_SECONDS,
        )

    @Slot(object)
    def _done(self, outcome: Outcome) -> None:
        self._explain(outcome)
        self.side.reload()

    def _explain(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._bars.say("error", i18n.explain(outcome.error), key="failed")


# --- on a worker ---


def _read(desk: Desk, search: str, most: int, mark_first: bool) -> Contents:  # noqa: FBT001 - called by position
    kept = desk.conversations
    if mark_first:
        kept.mark_interrupted()
    hits = desk.said.search(search) if search else ()
    found = kept.list(search, most + 1)
    counted = [one for one in found if search or not (one.pinned or one.folder)]
    more = len(counted) > most
    if more:
        found = tuple(one for one in found if one is not counted[-1])
    return Contents(found, desk.folders.list(), hits, search, more)


def _delete(desk: Desk, conversation: int) -> tuple[bool, int]:
    """Whether nothing is left in the files, and how many backups may still have it."""
    desk.chat.delete(conversation)
    return _forget_traces(desk), len(desk.backups.list())


def _forget_traces(desk: Desk) -> bool:
    """Whether nothing is left of what was deleted; if not, the next start tries again."""
    certain = desk.conversations.forget_traces()
    desk.kept.put(TRACES, value=not certain)
    return certain


def _tidy(desk: Desk) -> None:
    if desk.kept.get(TRACES):
        _forget_traces(desk)


def _remove(desk: Desk, conversations: tuple[int, ...]) -> None:
    for conversation in conversations:
        desk.chat.delete(conversation)
    _forget_traces(desk)


def _make_folder(desk: Desk, name: str, conversation: int) -> int:
    folder = desk.folders.make(name)
    if conversation:
        desk.folders.put((conversation,), folder)
    return folder


def _delete_folder(desk: Desk, folder: int) -> tuple[str, tuple[int, ...]]:
    name = next((one.name for one in desk.folders.list() if one.id == folder), "")
    return name, desk.folders.delete(folder)


def _restore_folder(desk: Desk, name: str, inside: tuple[int, ...]) -> None:
    desk.folders.put(inside, desk.folders.make(name))
