"""Which sentence is where in the text, and how it looks: quiet underlines, the one that is shown.

The one law: marks are no part of the document: they come and go without a trace in what can be
undone, and follow the text while it is typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat

if TYPE_CHECKING:
    from PySide6.QtGui import QTextBlock, QTextDocument

    from agents.scholar.editing import Cut
    from agents.scholar.events import Sentence
    from app.ui.theme import Theme


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
        self._last = 0
        self._picked: tuple[int, int, int] | None = None  # block and letters
        theme.changed.connect(self._redraw)

    def forget(self) -> None:
        """Another draft is shown."""
        self._held.clear()
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
        held = self._held[block.userState()]
        if held.sentences != sentences:
            held.sentences = sentences
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

    def pick(self, block: QTextBlock | None, start: int = 0, end: int = 0) -> None:
        """Show a sentence as the one whose evidence is shown."""
        new = None if block is None else (block.userState(), start, end)
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
        held = self._held.get(self.currentBlockState())
        if held is None:
            return
        picked = self._picked or (-1, 0, 0)
        for cut, sentence in zip(held.cuts, held.sentences, strict=False):
            start = (
                cut.start + len(text[cut.start : cut.end]) - len(text[cut.start : cut.end].lstrip())
            )
            form = QTextCharFormat()
            if picked == (self.currentBlockState(), cut.start, cut.end):
                form.setBackground(self._theme.colour("sunken"))
            if sentence.support == "flagged":
                form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
                form.setUnderlineColor(self._theme.colour("warn"))
            if not form.isEmpty():
                self.setFormat(start, cut.end - start, form)

    @Slot()
    def _redraw(self) -> None:
        self.rehighlight()
