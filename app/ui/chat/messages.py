"""The messages of a conversation as the transcript has them, and how high each is.

The one law: a message is what is stored, or what was said since and is not known as stored yet;
its height is a guess until it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.store.conversations import Turn
from app.ui.chat.heights import Heights, guess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from agents.store.files import StoredFile
    from app.ui.chat.turns import AnswerView
    from app.ui.theme import Theme


@dataclass(slots=True)
class Live:
    """A message that was written since the conversation was opened, and is not known as stored."""

    role: str
    content: str = ""  # of a question
    files: tuple[StoredFile, ...] = ()  # that came with it
    view: AnswerView | None = None  # of an answer, which cannot be built anew

    def place(self, last: Sequence[Turn]) -> int:
        """Which of the last stored messages it is, a question and its answer; their number if none.

        What was read before it was stored does not have it: the answer before is not this one.
        """
        at = len(last) - 1
        if at < 0:
            return 0
        if self.role == "user":
            at -= last[at].role != "user"  # past an answer that failed, which is not shown
            fits = at >= 0 and last[at].content == self.content.strip()
        else:
            ended = self.view is not None and not self.view.live
            fits = last[at].role == self.role and (ended or last[at].state == "writing")
        return at if fits else len(last)


Item = Turn | Live


class Messages:
    """Messages in order, and their heights in pixels."""

    def __init__(self, theme: Theme, width: Callable[[], int]) -> None:
        """No message yet; `width` says how wide one is, in pixels."""
        self._theme, self._width = theme, width
        self.items: list[Item] = []
        self.files: Mapping[int, tuple[StoredFile, ...]] = {}  # by the turn they came with
        self.heights = Heights(theme.space("m"))

    def show(self, turns: Iterable[Turn], files: Mapping[int, tuple[StoredFile, ...]]) -> None:
        """These, and the files that came with them; what the system was told is left out."""
        self.files = files
        self.items = [turn for turn in turns if turn.role != "system"]
        self.guess()

    def add(self, item: Item) -> None:
        """One more at the end."""
        self.items.append(item)
        self.heights.append(*self._guesses([item]))

    def cut(self, count: int) -> None:
        """Only the first so many are left; views of the others go."""
        for item in self.items[count:]:
            if isinstance(item, Live) and item.view is not None:
                item.view.deleteLater()
        del self.items[count:]
        self.heights.cut(count)

    def guess(self) -> None:
        """Forget what is known of heights: the letters are others."""
        self.heights.fill(self._guesses(self.items))

    def update(self, turns: Iterable[Turn], built: Callable[[int], bool]) -> None:
        """The last of them are these, as they are known now.

        Args:
            turns: as stored, the newest last.
            built: whether the message of a number is on the screen.
        """
        known = [turn for turn in turns if turn.role != "system"]
        places = {turn.id: at for at, turn in enumerate(known)}
        left = len(known)  # of them, for the messages further up
        for number in reversed(range(len(self.items))):
            item = self.items[number]
            if isinstance(item, Turn):
                at = places.get(item.id, left)
            else:
                at = item.place(known[:left][-2:]) + max(0, left - 2)
            if not 0 <= at < left:
                continue  # it is not stored yet, or stands in another branch by now
            left, turn = at, known[at]
            if turn.state == "writing":
                continue
            if isinstance(item, Live) and item.view is not None and not built(number):
                item.view.deleteLater()
            self.items[number] = turn

    def number_of(self, turn: int) -> int | None:
        """Where a stored message is."""
        for number, item in enumerate(self.items):
            if isinstance(item, Turn) and item.id == turn:
                return number
        return None

    def given(self, item: Item) -> tuple[StoredFile, ...]:
        """The files that came with a message."""
        return item.files if isinstance(item, Live) else self.files.get(item.id, ())

    def questions(self) -> int:
        """How many messages there are up to the last question, itself included."""
        count = len(self.items)
        while count and self.items[count - 1].role != "user":
            count -= 1
        return count

    def lives(self) -> dict[int, AnswerView]:
        """The views of answers that cannot be built anew, by number."""
        return {
            number: item.view
            for number, item in enumerate(self.items)
            if isinstance(item, Live) and item.view is not None
        }

    def texts(self) -> list[str]:
        """What was said in all of them, as Markdown."""
        return [content(item) for item in self.items]

    def __len__(self) -> int:
        return len(self.items)

    def _guesses(self, items: Sequence[Item]) -> list[int]:
        px = self._theme.px
        line, letters = px(20), self._width() // max(1, px(9))
        asked, answered = px(30), px(76)
        return [
            guess(content(item), line, letters, asked if item.role == "user" else answered)
            for item in items
        ]


def stored(item: Item) -> Turn | None:
    """What is stored of a message."""
    return item if isinstance(item, Turn) else None


def content(item: Item) -> str:
    """What was said, as Markdown."""
    if isinstance(item, Live) and item.view is not None:
        return item.view.shown
    return item.content
