"""Which sentence is where in the text, and how it looks: quiet underlines, the one that is shown.

The one law: marks are no part of the document: they come and go without a trace in what can be
undone, and follow the text while it is typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat

from agents.scholar import editing
from app.ui.scholar import chips

if TYPE_CHECKING:
    from PySide6.QtGui import QTextBlock, QTextDocument

    from agents.scholar.editing import Cut
    from agents.scholar.events import Sentence
    from app.ui.theme import Theme

Looks = tuple[tuple[int, int, bool, bool], ...]  # from, to, is shown, has no support


@dataclass(slots=True)
class Held:
    """A block as it was last looked at."""

    seen: tuple[int, int]  # its revision and length
    cuts: tuple[Cut, ...]
    forms: tuple[str, ...]  # its sentences as they stand there, see `editing.typed`
    sentences: tuple[Sentence, ...] = ()


class Marks(QSyntaxHighlighter):
    """Marks the sentences of a document."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        """Mark nothing yet."""
        super().__init__(document)
        self._theme = theme
        self._held: dict[int, Held] = {}
        self._drawn: dict[int, Looks] = {}
        self._last = 0
        self._picked: tuple[int, int] | None = None  # block, and where the sentence begins
        theme.changed.connect(self._redraw)

    def forget(self) -> None:
        """Another draft is shown."""
        self._held.clear()
        self._drawn.clear()
        self._picked = None

    def held(self, block: QTextBlock) -> Held | None:
        """What is known of a block."""
        return self._held.get(block.userState())

    def hold(self, block: QTextBlock, held: Held) -> None:
        """Know this of a block."""
        number = block.userState()
        if number not in self._held:
            self._last += 1
            number = self._last
            block.setUserState(number)
        self._held[number] = held

    def tell(self, block: QTextBlock, sentences: tuple[Sentence, ...]) -> None:
        """What its sentences are; it is drawn anew where that changes how they look."""
        number = block.userState()
        held = self._held[number]
        if held.sentences != sentences:
            held.sentences = sentences
            # drawing a long paragraph anew sets all its lines again
            if self._looks(number, block.text()) != self._drawn.get(number, ()):
                self.rehighlightBlock(block)

    def at(self, block: QTextBlock, place: int) -> tuple[Sentence, int, int] | None:
        """The sentence at a letter of a block, and where it begins and ends."""
        held = self.held(block)
        if held is None or len(held.sentences) != len(held.cuts):
            return None
        for cut, sentence in zip(held.cuts, held.sentences, strict=True):
            if cut.start <= place <= cut.end:
                return sentence, cut.start, cut.end
        return None

    def pick(self, block: QTextBlock | None, start: int = 0) -> None:
        """Show a sentence as the one whose evidence is shown."""
        new = None if block is None else (block.userState(), start)
        if new == self._picked:
            return
        old, self._picked = self._picked, new
        changed = {each[0] for each in (old, new) if each}
        each = self.document().begin()
        while each.isValid() and changed:
            if each.userState() in changed:
                changed.discard(each.userState())
                self.rehighlightBlock(each)
            each = each.next()

    def highlightBlock(self, text: str) -> None:
        """Underline what has no support."""
        number = self.currentBlockState()
        self._drawn[number] = self._looks(number, text)
        for start, end, picked, flagged in self._drawn[number]:
            form = QTextCharFormat()
            if picked:
                form.setBackground(self._theme.colour("sunken"))
            if flagged:
                form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
                form.setUnderlineColor(self._theme.colour("warn"))
            self.setFormat(start, end - start, form)

    def _looks(self, number: int, text: str) -> Looks:
        """What is marked in a block, also where it was changed since it was looked at."""
        held = self._held.get(number)
        if held is None:
            return ()
        picked = self._picked or (-1, 0)
        grown = len(text) + 1 - held.seen[1]
        plain = text.replace(chips.LETTER, editing.CHIP) if grown else text
        found: list[tuple[int, int, bool, bool]] = []
        moved = 0
        for cut, form, sentence in zip(held.cuts, held.forms, held.sentences, strict=False):
            bare = cut.end - len(form)  # a sentence is cut with the space before it
            start, end = bare + moved, cut.end + moved
            if grown and not moved and not plain.startswith(form, start):
                moved, end = grown, end + grown  # it is in this one that something was typed
            here = picked == (number, cut.start)
            if here or sentence.support == "flagged":
                found.append((start, end, here, sentence.support == "flagged"))
        return tuple(found)

    @Slot()
    def _redraw(self) -> None:
        self.rehighlight()
