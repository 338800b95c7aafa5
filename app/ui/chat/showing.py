"""Which conversation is shown, and which branch of it.

The one law: nothing is read on the GUI thread; what comes back late, for a conversation no longer
shown, is not shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import Latest

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.store.conversations import Turn
    from agents.store.files import StoredFile
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.chat.answering import Answering
    from app.ui.chat.talk import Talk

    FilesOf = dict[int, tuple[StoredFile, ...]]  # by the message they came with
    Read = tuple[int, tuple[Turn, ...], int, FilesOf]  # conversation, messages, one to go to


class Showing(QObject):
    """Reads what is shown and puts it into the transcript."""

    changed = Signal()  # another conversation is shown, or a new one; nothing of it is read yet
    read = Signal()  # its messages are there

    def __init__(
        self,
        desk: Desk,
        pool: JobPool,
        talk: Talk,
        running: Callable[[int], list[Answering]],
        parent: QObject,
    ) -> None:
        """Show a conversation that is not begun.

        Args:
            desk: the conversations.
            pool: where they are read.
            talk: where they are shown.
            running: the answers on their way in a conversation.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._desk, self._talk, self._running = desk, talk, running
        self.conversation = 0  # 0 = one that is not begun
        self.turns: tuple[Turn, ...] = ()  # of the branch that is shown, as far as stored
        self.files: FilesOf = {}
        self._words = ""  # found in the message that is gone to
        self._reading = Latest(pool, self._turns_read, self)
        self._knowing = Latest(pool, self._turns_known, self)

    def begin(self) -> None:
        """Begin a new conversation; it is stored with its first question."""
        self._reading.drop()
        self._leave(0)

    def open(self, conversation: int, turn: int = 0, words: str = "") -> None:
        """Show a stored conversation.

        Args:
            conversation: which.
            turn: a message of it that is to be in sight; 0 = from its end.
            words: what was found in that message and is marked.
        """
        self._leave(conversation)
        self._words = words
        self._reading.ask(self._read_turns, conversation, turn)

    def switch(self, turn: int) -> None:
        """Show the branch of this conversation that leads through a message."""
        if self.conversation:
            self._reading.ask(self._switched, self.conversation, turn)

    def read_again(self) -> None:
        """Show what is stored by now in place of what is shown."""
        if self.conversation:
            self._reading.ask(self._read_turns, self.conversation, 0)

    def look_again(self) -> None:
        """Something was stored: know the shown messages by their numbers."""
        if self.conversation:
            self._knowing.ask(self._read_turns, self.conversation, 0)

    def stored_as(self, conversation: int) -> None:
        """The conversation that was not begun is stored by now."""
        self.conversation = conversation

    def turn(self, number: int) -> Turn | None:
        """A message that is shown and stored."""
        return next((one for one in self.turns if one.id == number), None)

    def last_answer(self) -> str:
        """What was said last; "" where nothing was."""
        said = (one.content for one in reversed(self.turns) if one.role == "assistant")
        return next(said, "")

    def cut_at(self, turn: int) -> None:
        """Show only what comes before a message: another branch begins there."""
        at = next((at for at, one in enumerate(self.turns) if one.id == turn), len(self.turns))
        self._talk.transcript.show_turns(self.turns[:at], self.files)

    def cut_after(self, turn: int) -> None:
        """Show only what comes before the answer to a question, and the question."""
        following = [at for at, one in enumerate(self.turns) if one.parent == turn]
        if following:
            self._talk.transcript.show_turns(self.turns[: following[0]], self.files)
        else:
            self._talk.transcript.drop_answer()

    def _leave(self, conversation: int) -> None:
        self.conversation = conversation
        self.turns, self.files = (), {}
        self._knowing.drop()
        self._talk.clear()
        self.changed.emit()

    # --- on a worker ---

    def _read_turns(self, conversation: int, turn: int) -> Read:
        kept = self._desk.conversations
        if turn:
            kept.reveal(conversation, turn)
        return conversation, kept.turns(conversation), turn, self._desk.files.of_turns(conversation)

    def _switched(self, conversation: int, turn: int) -> Read:
        self._desk.conversations.switch(conversation, turn)
        return self._read_turns(conversation, 0)

    # --- what came of it ---

    @Slot(object)
    def _turns_read(self, outcome: Outcome) -> None:
        conversation, turns, turn, files = _read(outcome)
        if conversation != self.conversation:
            return
        if not turns:  # deleted meanwhile, by another window or the command line
            self.begin()
            return
        self.turns, self.files = turns, files
        last = turns[-1].id
        running = [
            one for one in self._running(conversation) if last in (one.turn, one.question_turn)
        ]
        if running and turns[-1].role == "assistant":
            turns = turns[:-1]  # its text is at hand, and newer
        transcript = self._talk.transcript
        transcript.show_turns(turns, files)
        for answering in running:
            transcript.follow(answering, "")
        if turn:
            transcript.go_to(turn, self._words)
        self.read.emit()

    @Slot(object)
    def _turns_known(self, outcome: Outcome) -> None:
        conversation, turns, _turn, files = _read(outcome)
        if conversation == self.conversation and not self._reading.waiting:
            self.turns, self.files = turns, files
            self._talk.transcript.update_turns(turns, files)


def _read(outcome: Outcome) -> Read:
    """What was read; nothing, of no conversation, where that failed."""
    return outcome.value if outcome.state == "done" else (-1, (), 0, {})
