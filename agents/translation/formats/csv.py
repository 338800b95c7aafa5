"""CSV and TSV files: every cell with words is a paragraph.

The first row stays as it is where it reads like the names of a program's columns. So do formulas:
a cell that begins with =, + or @ is one, and no translation may become one. `csv.column` names the
columns that are text, by the words of the first row or by number from 1; without it all are.

The one law: a cell that was not translated is written as it was read; one that was is quoted as
the file quotes, and cannot become two.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation import language
from agents.translation.formats import spliced
from agents.translation.formats.base import protected
from agents.translation.formats.machine import is_machine, is_name
from agents.translation.inline import Paragraph, Rich

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agents.translation.formats.spliced import Span
    from agents.translation.inline import Piece

_DELIMITERS = ",;\t|"
_SAMPLE = 64 * 1024  # characters that decide about the delimiter
_QUOTED = re.compile(r'"(?:[^"]++|"")*+"')
_FORMULA = re.compile(r"\s*(?:[=+@]|-[\w(.])")
_TELLING = re.compile(r"_|\d|[a-z][A-Z]|^(?:id|key|uuid|code)$|^[a-z.:-]+$")


@dataclass(frozen=True, slots=True)
class _Cell:
    span: Span
    text: str
    quoted: bool
    sound: bool = True  # False: quotes in a way that readers disagree about


class CsvDocument:
    """One .csv or .tsv file."""

    def __init__(self, data: bytes, name: str, options: Sequence[tuple[str, str]] = ()) -> None:
        """Read the cells of `data`.

        Raises:
            UserError: translation.not_text, translation.csv_quote, translation.csv_column.
        """
        wanted = [value.strip() for key, value in options if key == "csv.column"]
        columns: frozenset[int] = frozenset()
        self._name = name
        self._file = spliced.decode(data, name)
        text = self._file.text
        self._delimiter = "\t" if name.lower().endswith(".tsv") else _delimiter(text)
        self._cells: dict[str, _Cell] = {}
        self._paragraphs: list[Paragraph] = []
        for row, cells in enumerate(_rows(text, self._delimiter, name)):
            if row == 0 and wanted:
                columns, named = _columns(cells, wanted, name)
                if named:
                    continue
            elif row == 0 and _is_header(cells):
                continue
            for column, cell in enumerate(cells):
                if columns and (column not in columns or not language.has_words(cell.text)):
                    continue
                if (not columns and is_machine(cell.text)) or _FORMULA.match(cell.text):
                    continue
                found = Paragraph(f"r{row}c{column}", protected(Rich(cell.text)), cell.sound)
                self._cells[found.id] = cell
                self._paragraphs.append(found)

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """All cells with words."""
        return self._paragraphs

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Whether `target` is no formula where a cell begins."""
        before = self._cells[paragraph].text[: piece.start].strip()
        return bool(before) or not _FORMULA.match(target.text)

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The file with its translated cells."""
        changes: list[tuple[Span, str]] = []
        for name, pieces in targets.items():
            cell = self._cells[name]
            text = "".join((target or piece.rich).text for piece, target in pieces)
            if text != cell.text:
                changes.append((cell.span, self._written(cell, text)))
        return self._file.encode(spliced.splice(self._file.text, changes))

    def _written(self, cell: _Cell, text: str) -> str:
        special = self._delimiter in text or "\n" in text or "\r" in text or '"' in text
        if cell.quoted or special:
            return '"' + text.replace('"', '""') + '"'
        return text


def _columns(
    first: Sequence[_Cell], wanted: Sequence[str], file: str
) -> tuple[frozenset[int], bool]:
    """The places of the columns that are wanted, and whether the first row has their names.

    Raises:
        UserError: translation.csv_column (there is no such column).
    """
    names = [cell.text.strip().casefold() for cell in first]
    found: set[int] = set()
    for one in wanted:
        if one.casefold() in names:
            found.add(names.index(one.casefold()))
        elif one.isascii() and one.isdigit() and 0 < int(one[:9]) <= len(first):
            found.add(int(one) - 1)
        else:
            known = ", ".join(cell.text.strip() for cell in first)[:200]
            raise UserError("translation.csv_column", column=one, file=file, known=known)
    named = any(one.casefold() in names for one in wanted)
    return frozenset(found), named or _is_header(first)


def _rows(text: str, delimiter: str, name: str) -> Iterator[list[_Cell]]:
    plain = re.compile(rf"[^{re.escape(delimiter)}\r\n]*+")
    row: list[_Cell] = []
    at = 0
    while at < len(text) or row:
        cell = _cell(text, at, plain, name)
        row.append(cell)
        at = cell.span[1]
        if text[at : at + 1] == delimiter:
            at += 1
            continue
        end = spliced.LINE.match(text, at)
        at = end.end() if end else at
        yield row
        row = []


def _cell(text: str, at: int, plain: re.Pattern[str], name: str) -> _Cell:
    """The cell that begins at `at`."""
    if text[at : at + 1] == '"':
        found = _QUOTED.match(text, at)
        if found is None:
            line = text.count("\n", 0, at) + 1
            raise UserError("translation.csv_quote", file=name, line=line)
        rest = plain.match(text, found.end())
        end = rest.end() if rest else found.end()
        if end == found.end():
            return _Cell((at, end), found.group()[1:-1].replace('""', '"'), quoted=True)
        return _Cell((at, end), text[at:end], quoted=False, sound=False)
    rest = plain.match(text, at)
    end = rest.end() if rest else at
    return _Cell((at, end), text[at:end], quoted=False)


def _delimiter(text: str) -> str:
    """The sign that cuts most rows into the same number of cells."""
    sample = re.sub(r'"(?:[^"]++|"")*+"?', "", text[:_SAMPLE])
    lines = [line for line in sample.splitlines() if line.strip()][:200]
    if len(text) > _SAMPLE and len(lines) > 1:
        lines.pop()  # cut in the middle

    def score(sign: str) -> tuple[int, int]:
        counts = Counter(line.count(sign) for line in lines)
        counts.pop(0, None)
        often = counts.most_common(1)
        return (often[0][1], often[0][0]) if often else (0, 0)

    return max(_DELIMITERS, key=score)


def _is_header(cells: Sequence[_Cell]) -> bool:
    """Whether a first row holds the names of a program's columns."""
    named = [cell.text.strip() for cell in cells if cell.text.strip()]
    return (
        bool(named)
        and all(is_name(name) for name in named)
        and any(_TELLING.search(name) for name in named)
    )
