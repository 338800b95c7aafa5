"""A Markdown text that grows: what is settled is never read again, what is unsure not yet shown.

The one law: what stands on the screen is not taken back when the rest arrives. A table is a table
from its first line on, a bold word bold from its first letter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.rich.markdown import Reader
    from app.ui.rich.pieces import Piece

SLICE = 3000  # letters read at a time

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_BARE = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)]?|#{1,6}|=+|-{2,}|>|`{1,2}|~{1,2}|\$)\s*")
_BRACKETS = ((r"\(", r"\)"), (r"\[", r"\]"))
_LINK = re.compile(r"!?\[([^\[\]\n]*)(?:\](?:\([^()\s]*)?)?$")
_STRONG = re.compile(r"\*\*")
_STRUCK = re.compile(r"~~")
# A single star, but not that of a product: 5*3, 5 * 3.
_SLANTED = re.compile(r"(?<![*\\])(?<![0-9A-Za-z](?=\*[0-9A-Za-z]))(?<!\s(?=\*\s))\*(?!\*)")
_RULE = re.compile(r"[\s|:-]+")  # between the head of a table and its rows
_LONGEST = 60  # letters a formula in a line is waited for
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*\S", re.MULTILINE)


class Growing:
    """Reads a text as it grows, and a long one in slices."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._text = ""
        self._open = False  # more of the text may come
        self._whole = False  # a line of it may change what stands before it
        self._forget()

    def tell(self, text: str, *, growing: bool) -> None:
        """The text as it is now; `growing` if more may come."""
        kept = text.startswith(self._text[: self._settled])
        # What a later line may define changes what stands before it.
        self._whole = not growing and _DEFINITION.search(text) is not None
        if not kept or self._whole:
            self._forget()
        self._text, self._open = text, growing
        self._done = self._done and self._read_to == len(text) and growing

    @property
    def done(self) -> bool:
        """Whether all of the text is read."""
        return self._done

    def step(self) -> None:
        """Read the next slice."""
        text = self._text
        end = min(len(text), max(self._read_to, self._settled + SLICE))
        if end < len(text):
            line = text.find("\n", end)
            end = len(text) if line < 0 else line + 1
        if end == self._read_to and end < len(text):  # one block larger than a slice
            end = min(len(text), end + SLICE)
        if self._whole:
            end = len(text)
        part = text[self._settled : end]
        if end == len(text) and self._open:
            part = shown(part)
        read = self._reader.read(part, self._groups)
        self.pieces = self._before + read.pieces
        self.codes = self._codes + read.codes
        self._read_to = end
        self._done = end == len(text)
        if read.settled:
            self._before += read.pieces[: read.settled_pieces]
            self._codes += read.codes[: read.settled_codes]
            self._groups = 1 + max((piece.group for piece in self._before), default=-1)
            self._settled += read.settled

    def code(self, group: int) -> str | None:
        """The code block of this number."""
        heads = [piece.group for piece in self.pieces if piece.kind == "code-head"]
        return self.codes[heads.index(group)] if group in heads else None

    def _forget(self) -> None:
        self._settled = 0  # letters that are read for good
        self._read_to = 0
        self._groups = 0
        self._before: tuple[Piece, ...] = ()
        self._codes: tuple[str, ...] = ()
        self._done = False
        self.pieces: tuple[Piece, ...] = ()
        self.codes: tuple[str, ...] = ()


def shown(text: str) -> str:
    """What of an unfinished text can be shown without being taken back when it goes on."""
    fence = _open_fence(text)
    if fence:
        before, _break, line = text.rpartition("\n")
        bare = line.strip()
        opens = bare.startswith(fence) and not _open_fence(before)  # its language is being written
        closes = bool(bare) and set(bare) == {fence[0]} and len(bare) < len(fence)
        return before + "\n" if opens or closes else text
    begin = text.rfind("\n\n") + 2 if "\n\n" in text else 0
    head, last = text[:begin], text[begin:]
    last = _without_table_head(last)
    lines = last.split("\n")
    if _BARE.fullmatch(lines[-1]):
        last = "\n".join(lines[:-1])
    return head + _closed(last)


def _open_fence(text: str) -> str:
    """The mark of the code block the text ends in, if it does."""
    mark = ""
    for match in _FENCE.finditer(text):
        line = text[match.start() : text.find("\n", match.start()) % (len(text) + 1)].strip()
        if not mark:
            mark = match[1]
        elif match[1][0] == mark[0] and len(match[1]) >= len(mark) and line == match[1]:
            mark = ""
    return mark


def _without_table_head(last: str) -> str:
    """A paragraph without a first line that will be the head of a table, once the next is there."""
    lines = last.rstrip().split("\n")
    head = next((at for at, line in enumerate(lines) if line.lstrip().startswith("|")), None)
    if head is None or head + 2 < len(lines):
        return last
    rule = lines[head + 1] if head + 1 < len(lines) else ""
    if rule and not _RULE.fullmatch(rule):
        return last  # it is no table
    if "-" in rule and _cells(rule) >= _cells(lines[head]) and rule.rstrip()[-1] in "-|:":
        return last
    return "\n".join(lines[:head])


def _cells(line: str) -> int:
    return line.strip().strip("|").count("|") + 1


def _closed(last: str) -> str:
    """The last paragraph with what it opens closed, or left out where nothing follows yet."""
    for opening, closing in _BRACKETS:
        if last.count(opening) > last.count(closing):
            return last[: last.rindex(opening)]
    if last.count("$$") % 2:
        return last[: last.rindex("$$")]
    last = _without_open_dollar(last)
    if last.count("`") % 2:
        body = last.rstrip("`")
        last = body if body.count("`") % 2 == 0 else last + "`"
    link = _LINK.search(last)
    if link is not None:
        last = last[: link.start()] + link[1]
    bare = last.rstrip("*~_ ")
    if bare != last.rstrip():  # marks at the very end: of what they open or close nothing is known
        last = bare
    for mark, there in (("**", _STRONG), ("~~", _STRUCK), ("*", _SLANTED)):
        if len(there.findall(last)) % 2:
            last = last.rstrip() + mark
    return last


def _without_open_dollar(last: str) -> str:
    """A text without the beginning of what may become a formula."""
    at = last.rfind("$")
    if at < 0 or last.count("$") % 2 == 0 or last[at - 1 : at] == "\\":
        return last
    begun = last[at + 1 :]
    price = begun[:1].isdigit() or begun[:1].isspace()
    return last if price or len(begun) > _LONGEST or "\n" in begun else last[:at]
