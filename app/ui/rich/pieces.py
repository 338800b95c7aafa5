"""What a text is made of once it is read: paragraphs of runs, as plain values.

The one law: two texts that look alike are equal pieces, so what is drawn already can be told
from what is new by comparing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "heading", "code-head", "code", "cell", "rule", "maths"]
OBJECT = "\ufffc"  # stands in a document for what is drawn, not written


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    href: str = ""
    hint: str = ""  # what is said of the link; its address if nothing is
    tex: str = ""  # the formula these words are the source of
    block: bool = False  # the formula stands by itself
    drawn: bool = False  # it is drawn; the words are not shown
    tone: str = ""  # a colour of the theme, of highlighted code


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph: a block of the document."""

    kind: Kind
    runs: tuple[Run, ...]
    level: int = 0  # of a heading, 1 to 6
    depth: int = 0  # how far a list sets it in
    marker: int = 0  # letters at its beginning that hang before it, as a list's number
    quote: int = 0  # how many quotations it stands in
    group: int = -1  # the number of the code block or table it is a part of
    row: int = 0
    column: int = 0
    columns: int = 0
    align: Literal["left", "right", "center"] = "left"
    tight: bool = False  # little room above: the next item of a list

    @property
    def plain(self) -> str:
        """Its words, formulas as their source."""
        return "".join(run.text for run in self.runs)


def paragraphs(text: str) -> tuple[Piece, ...]:
    """Text that is no Markdown, line for line."""
    return tuple(
        Piece("text", (Run(line),) if line else (), tight=number > 0)
        for number, line in enumerate(text.split("\n"))
    )
