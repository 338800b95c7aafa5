"""The colours of a program: each line as runs, a tone for each kind of word.

The one law: a growing program costs what was added to it. It is read in stretches that end at
empty lines, and a stretch that is done is never read again.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from app.ui.rich.pieces import Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pygments.token import _TokenType

_SHORTEST, _LONGEST = 40, 120  # lines of a stretch
_WIDEST = 2000  # letters; a longer line has no colours

# The first that a kind of word belongs to.
_TONES = (
    ("Comment", "muted"),
    ("Literal.String", "ok"),
    ("Literal.Number", "warn"),
    ("Literal", "ok"),
    ("Keyword", "accent"),
    ("Operator.Word", "accent"),
    ("Name.Builtin", "accent"),
    ("Name.Decorator", "warn"),
    ("Name.Function", "bad"),
    ("Name.Class", "bad"),
    ("Name.Tag", "accent"),
    ("Name.Attribute", "warn"),
    ("Generic.Deleted", "bad"),
    ("Generic.Inserted", "ok"),
    ("Generic.Heading", "accent"),
)


def highlighted(code: str, language: str) -> Iterator[tuple[Run, ...]]:
    """The lines of a program.

    Args:
        code: without a line break at its end.
        language: as it is written behind the fence; an unknown one has no colours.
    """
    lines = code.split("\n")
    for stretch in _stretches(lines):
        yield from _lines("\n".join(stretch), language.lower())


def _stretches(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    begin = 0
    for at, line in enumerate(lines):
        long = at - begin
        if long >= _LONGEST or (long >= _SHORTEST and not line.strip()):
            yield lines[begin:at]
            begin = at
    yield lines[begin:]


@lru_cache(maxsize=256)
def _lines(code: str, language: str) -> tuple[tuple[Run, ...], ...]:
    plain = tuple((Run(line, code=True),) if line else () for line in code.split("\n"))
    if not language or any(len(line) > _WIDEST for line in code.split("\n")):
        return plain
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415 - loaded with the first program
    from pygments.util import ClassNotFound  # noqa: PLC0415 - likewise

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return plain
    made: list[tuple[Run, ...]] = []
    line: list[Run] = []
    for kind, words in lexer.get_tokens(code):
        tone = _tone(kind)
        first, *more = words.split("\n")
        _add(line, first, tone)
        for part in more:
            made.append(tuple(line))
            line = []
            _add(line, part, tone)
    made.append(tuple(line))
    # A lexer that changes the text itself (line ends, tabs) is not believed.
    same = ["".join(run.text for run in runs) for runs in made] == code.split("\n")
    return tuple(made) if same else plain


def _add(line: list[Run], words: str, tone: str) -> None:
    if not words:
        return
    if line and line[-1].tone == tone:
        line[-1] = Run(line[-1].text + words, code=True, tone=tone)
    else:
        line.append(Run(words, code=True, tone=tone))


@lru_cache(maxsize=512)
def _tone(kind: _TokenType) -> str:
    name = ".".join(kind)
    return next((tone for start, tone in _TONES if name.startswith(start)), "")
