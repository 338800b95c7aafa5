"""Markdown read into pieces: CommonMark with tables, strikethrough, task lists and formulas.

The one law: nothing in it is fetched or run. Raw HTML is text, a picture becomes its
description, and a link is an address that is only ever told.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from app.ui.rich import code, maths
from app.ui.rich.pieces import Piece, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

COPY, SAVE = "moadesk-copy", "moadesk-save"  # schemes of a code block's links: moadesk-copy:3

_SAFE = ("http://", "https://", "mailto:")
_BULLETS = "•◦▪"
_TASKS = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


@dataclass(frozen=True, slots=True)
class Read:
    """A text, or a part of one."""

    pieces: tuple[Piece, ...]
    codes: tuple[str, ...]  # its code blocks, by the number in their group
    settled: int = 0  # letters of the text in whose pieces nothing will change as it grows
    settled_pieces: int = 0
    settled_codes: int = 0


class Reader:
    """Reads Markdown. `copy` and `save` name a code block's actions."""

    def __init__(self, copy: str, save: str) -> None:
        self._actions = ((COPY, copy), (SAVE, save))
        self._parser: MarkdownIt | None = None
        self.codes: list[str] = []
        self._groups = 0

    def read(self, text: str, groups: int = 0) -> Read:
        """Read a text; an unfinished one is fine.

        Args:
            text: the Markdown, from the beginning of a block on.
            groups: how many code blocks and tables stand before it.
        """
        self.codes = []
        self._groups = groups
        tokens = self._markdown().parse(text)
        last = next((at for at in reversed(range(len(tokens))) if _opens(tokens[at])), 0)
        before = tuple(self._blocks(tokens[:last]))
        codes = len(self.codes)
        settled = 0
        lines = tokens[last].map if tokens else None
        if before and lines is not None:
            settled = _offset(text, lines[0])
        pieces = before + tuple(self._blocks(tokens[last:]))
        return Read(pieces, tuple(self.codes), settled, len(before), codes)

    @property
    def groups(self) -> int:
        """How many code blocks and tables there are by now."""
        return self._groups

    def _markdown(self) -> MarkdownIt:
        if self._parser is None:
            from markdown_it import MarkdownIt  # noqa: PLC0415 - 40 ms that the start can save

            self._parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
            self._parser.enable(["table", "strikethrough"])
            maths.add_maths(self._parser)
        return self._parser

    def _blocks(self, tokens: Sequence[Token]) -> Iterator[Piece]:
        place = _Place()
        for token in tokens:
            moved = _MOVES.get(token.type)
            if moved is not None:
                moved(place, token)
            match token.type:
                case "list_item_close" if not place.begun:  # an empty one
                    yield _item((), place)
                case "table_open":
                    place.table = _Table(self._next_group(), _columns(tokens, token))
                case "hr":
                    yield Piece("rule", (), depth=place.depth, quote=place.quote)
                case "fence" | "code_block":
                    yield from self._code(token, place.depth, place.quote)
                case maths.BLOCK:
                    run = Run(token.content, tex=token.content, block=True)
                    yield Piece("maths", (run,), depth=place.depth, quote=place.quote)
                case "inline":
                    bold = place.level > 0 or place.table.head
                    yield _paragraph(tuple(_joined(_runs(token.children or (), bold=bold))), place)
                case _:
                    continue  # it only says where we are
            place.begun = True

    def _code(self, token: Token, depth: int, quote: int) -> Iterator[Piece]:
        self.codes.append(token.content)
        group = self._next_group()
        language = token.info.strip().split(" ")[0]
        number = len(self.codes) - 1
        links = []
        for scheme, name in self._actions:
            links += [Run("   "), Run(name, href=f"{scheme}:{group}")]
        yield Piece("code-head", (Run(language), *links), depth=depth, quote=quote, group=group)
        lines = code.highlighted(self.codes[number].rstrip("\n"), language)
        for row, runs in enumerate(lines):
            yield Piece("code", runs, depth=depth, quote=quote, group=group, row=row + 1)

    def _next_group(self) -> int:
        self._groups += 1
        return self._groups - 1


@dataclass
class _List:
    ordered: bool
    number: int
    deep: int

    @classmethod
    def of(cls, token: Token, deep: int) -> _List:
        ordered = token.type == "ordered_list_open"
        return cls(ordered, int(token.attrGet("start") or 1) - 1 if ordered else 0, deep)

    @property
    def marker(self) -> str:
        if self.ordered:
            return f"{self.number}. "
        return f"{_BULLETS[min(self.deep, len(_BULLETS) - 1)]} "


@dataclass
class _Table:
    group: int = -1
    columns: int = 0
    row: int = -1
    column: int = -1
    head: bool = False
    align: str = "left"


@dataclass
class _Place:
    """Where in a text we are."""

    lists: list[_List] = field(default_factory=list)
    quote: int = 0
    level: int = 0  # of the heading we are in
    table: _Table = field(default_factory=_Table)
    begun: bool = False  # whether the list item has its first piece

    @property
    def depth(self) -> int:
        return len(self.lists)

    def begin_list(self, token: Token) -> None:
        self.lists.append(_List.of(token, self.depth))

    def end_list(self, _token: Token) -> None:
        self.lists.pop()
        self.begun = True

    def begin_item(self, _token: Token) -> None:
        self.lists[-1].number += 1
        self.begun = False

    def quoted(self, token: Token) -> None:
        self.quote += token.nesting

    def heading(self, token: Token) -> None:
        self.level = int(token.tag[1]) if token.nesting > 0 else 0

    def begin_row(self, _token: Token) -> None:
        self.table.row += 1
        self.table.column = -1

    def begin_cell(self, token: Token) -> None:
        self.table.column += 1
        self.table.head = token.type == "th_open"
        self.table.align = _align(token)

    def end_table(self, _token: Token) -> None:
        self.table = _Table()


_MOVES: dict[str, Callable[[_Place, Token], None]] = {
    "bullet_list_open": _Place.begin_list,
    "ordered_list_open": _Place.begin_list,
    "bullet_list_close": _Place.end_list,
    "ordered_list_close": _Place.end_list,
    "list_item_open": _Place.begin_item,
    "blockquote_open": _Place.quoted,
    "blockquote_close": _Place.quoted,
    "heading_open": _Place.heading,
    "heading_close": _Place.heading,
    "tr_open": _Place.begin_row,
    "th_open": _Place.begin_cell,
    "td_open": _Place.begin_cell,
    "table_close": _Place.end_table,
}


def _paragraph(runs: tuple[Run, ...], place: _Place) -> Piece:
    """What a line of words is where it stands."""
    table = place.table
    if table.column >= 0:
        return Piece(
            "cell",
            runs,
            depth=place.depth,
            quote=place.quote,
            group=table.group,
            row=table.row,
            column=table.column,
            columns=table.columns,
            align=table.align,  # type: ignore[arg-type] - one of the three, see `_align`
        )
    if place.level:
        return Piece("heading", runs, place.level, depth=place.depth, quote=place.quote)
    made = _item(runs, place)
    alone = len(made.runs) == 1 and made.runs[0].block
    return replace(made, kind="maths") if alone else made


def _item(runs: tuple[Run, ...], place: _Place) -> Piece:
    """A paragraph; the first of a list item with its marker."""
    if place.begun or not place.lists:
        return Piece("text", runs, depth=place.depth, quote=place.quote)
    last = place.lists[-1]
    marker = last.marker
    if runs and runs[0].text[:4] in _TASKS and not runs[0].code:
        marker = _TASKS[runs[0].text[:4]]
        runs = (replace(runs[0], text=runs[0].text[4:]), *runs[1:])
    return Piece(
        "text",
        (Run(marker), *runs),
        depth=place.depth,
        marker=len(marker),
        quote=place.quote,
        tight=last.number > 1 or place.depth > 1,
    )


def _runs(tokens: Sequence[Token], *, bold: bool) -> Iterator[Run]:
    look = Run("", bold=bold)
    links: list[str] = []
    for token in tokens:
        opens = token.nesting > 0
        match token.type:
            case "link_open" | "link_close":
                look = replace(look, href=_target(token, links, look.href))
            case "strong_open" | "strong_close":
                look = replace(look, bold=bold or opens)
            case "em_open" | "em_close":
                look = replace(look, italic=opens)
            case "s_open" | "s_close":
                look = replace(look, strike=opens)
            case _:
                yield _words(token, look)


def _target(token: Token, links: list[str], now: str) -> str:
    """Where words lead to from here on; nowhere if that is not safe."""
    if token.nesting < 0:
        return links.pop() if links else ""
    links.append(now)
    target = str(token.attrGet("href") or "")
    return target if target.lower().startswith(_SAFE) else ""


def _words(token: Token, look: Run) -> Run:
    match token.type:
        case "code_inline":
            return replace(look, text=token.content, code=True)
        case maths.INLINE:
            return replace(look, text=token.content, tex=token.content, block=token.hidden)
        case "softbreak" | "hardbreak":
            return replace(look, text="\u2028")
        case "image":
            words = token.content or str(token.attrGet("src") or "")
            return replace(look, text=f"[{words}]", italic=True)
        case _:
            return replace(look, text=token.content)


def _joined(runs: Iterator[Run]) -> Iterator[Run]:
    """Neighbours of one look as one."""
    last: Run | None = None
    for run in runs:
        if not run.text:
            continue
        if last is not None and not last.tex and replace(last, text=run.text) == run:
            last = replace(last, text=last.text + run.text)
            continue
        if last is not None:
            yield last
        last = run
    if last is not None:
        yield last


def _opens(token: Token) -> bool:
    return token.level == 0 and token.nesting >= 0


def _offset(text: str, line: int) -> int:
    """Where a line begins."""
    at = 0
    for _number in range(line):
        at = text.index("\n", at) + 1
    return at


def _columns(tokens: Sequence[Token], table: Token) -> int:
    at = tokens.index(table)
    columns = 0
    for token in tokens[at:]:
        if token.type == "th_open":
            columns += 1
        elif token.type == "tr_close":
            break
    return columns


def _align(token: Token) -> str:
    style = str(token.attrGet("style") or "")
    return next((way for way in ("center", "right") if style.endswith(way)), "left")
