"""Glossaries as files: CSV (any delimiter, with or without a header) and TBX.

The one law: a row is taken only if both languages are there; which column is which, the header
says, or else the script.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.base import UserError
from agents.store.glossaries import StoredTerm
from agents.translation import language, tbx
from agents.translation.formats.base import read_bytes
from agents.translation.formats.spliced import decode
from agents.translation.glossary import LONGEST, Glossary, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from agents.store.glossaries import Glossaries
    from agents.translation.events import Language
    from agents.translation.korean import Morpheme
    from agents.translation.tbx import Version

MOST = 200_000  # terms; a longer list is a dictionary
_NAMES = {
    "en": ("en", "english", "en-us", "en-gb", "영어", "영문"),
    "ko": ("ko", "korean", "ko-kr", "한국어", "국문", "한글"),
    "avoid": ("avoid", "forbidden", "피할 말", "금지어"),
    "note": ("note", "notes", "comment", "비고", "메모", "설명"),
}


Reason = Literal["no_english", "no_korean", "one_language", "too_long", "repeated"]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that gave no term, and why."""

    row: int  # from 1, of those that are not empty; without the header
    text: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Loaded:
    """The terms of a file or of pasted rows."""

    terms: tuple[StoredTerm, ...]
    left_out: tuple[LeftOut, ...] = ()


def load(path: Path) -> Loaded:
    """The terms of a file. Of two rows with the same English the later one counts.

    Raises:
        UserError: file.*, translation.{glossary_broken,glossary_empty,too_big,not_text}.
    """
    data = read_bytes(path)
    markup = data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<")
    if markup:
        return _loaded(tbx.read(data, path.name), path.name)
    return _loaded(_csv(decode(data, path.name).text, path.name), path.name)


def pasted(text: str, name: str) -> Loaded:
    """The terms of rows that were copied from a spreadsheet; `name` is what errors call them.

    Raises:
        UserError: translation.{glossary_broken,glossary_empty,too_big}.
    """
    return _loaded(_csv(text, name), name)


def _loaded(rows: Iterable[StoredTerm | None], name: str) -> Loaded:
    kept: dict[str, tuple[int, StoredTerm]] = {}
    left_out: list[LeftOut] = []
    for number, term in enumerate(rows, start=1):
        if number > MOST:
            raise UserError("translation.too_big", file=name)
        checked = None if term is None else tidy(term)
        if checked is None:
            left_out.append(_left_out(number, term))
            continue
        known = kept.pop(checked.en, None)
        if known is not None and known[1].ko != checked.ko:
            said = f"{known[1].en}: {known[1].ko}"
            left_out.append(LeftOut(known[0], said, "repeated"))
        kept[checked.en] = (number, checked)
    if not kept:
        raise UserError("translation.glossary_empty", file=name)
    left_out.sort(key=lambda one: one.row)
    return Loaded(tuple(term for _number, term in kept.values()), tuple(left_out))


def _left_out(number: int, term: StoredTerm | None) -> LeftOut:
    if term is None:
        return LeftOut(number, "", "one_language")
    text = " ".join(f"{term.en} {term.ko}".split())[:LONGEST]
    if not term.en.strip():
        return LeftOut(number, text, "no_english")
    return LeftOut(number, text, "too_long" if term.ko.strip() else "no_korean")


def dump(terms: Sequence[StoredTerm], suffix: str, version: Version = "3") -> bytes:
    """A file with these terms: TBX where it is called `.tbx`, otherwise CSV as Excel reads it."""
    if suffix.lower() in (".tbx", ".xml"):
        return tbx.write(terms, version)
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t" if suffix.lower() == ".tsv" else ",")
    writer.writerow(("en", "ko", "avoid", "note"))
    writer.writerows((one.en, one.ko, "|".join(one.avoid), one.note) for one in terms)
    return text.getvalue().encode("utf-8-sig")


def tidy(term: StoredTerm) -> StoredTerm | None:
    """A term on one line each, without what says nothing; None if it is none."""
    en, ko = (" ".join(text.split()) for text in (term.en, term.ko))
    if not en or not ko or max(len(en), len(ko)) > LONGEST:
        return None
    avoid = tuple(dict.fromkeys(" ".join(one.split()) for one in term.avoid if one.strip()))
    kept = tuple(one for one in avoid if one not in (en, ko) and len(one) <= LONGEST)
    return StoredTerm(en, ko, kept, " ".join(term.note.split()))


def opened(
    name: str,
    target: Language,
    stored: Glossaries | None,
    morphemes: Callable[[str], Sequence[Morpheme]] | None = None,
) -> Glossary:
    """The glossary of that name, or in the file of that name, for translating into `target`.

    Raises:
        UserError: translation.no_glossary, and what `load` raises.
    """
    from pathlib import Path  # noqa: PLC0415 - only here a path is made of a text

    if not name:
        return Glossary((), target)
    terms = stored.terms(name) if stored is not None else ()
    if not terms and (stored is None or name not in stored.names()):
        try:
            there = Path(name).is_file()
        except (OSError, ValueError):
            there = False
        if not there:
            raise UserError("translation.no_glossary", name=name)
        terms = load(Path(name)).terms
    return Glossary(directed(terms, target), target, morphemes)


def directed(terms: Iterable[StoredTerm], target: Language) -> Iterator[Term]:
    """Terms as seen by whoever translates into `target`."""
    for term in terms:
        source, goal = (term.en, term.ko) if target == "ko" else (term.ko, term.en)
        avoid = tuple(one for one in term.avoid if language.detect(one) == target)
        yield Term(source, goal, avoid)


def _csv(text: str, name: str) -> Iterator[StoredTerm]:
    text = text.removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    delimiter = max("\t;,", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: dict[str, int] | None = None
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if columns is None:
                columns = _header(cells)
                if columns:
                    continue
            yield _row(cells, columns)
    except csv.Error as error:
        raise UserError("translation.glossary_broken", file=name, reason=str(error)) from error


def _header(cells: list[str]) -> dict[str, int]:
    """What the columns of a header are; empty if it is none."""
    low = [cell.lower() for cell in cells]
    found = {
        what: next(at for at, cell in enumerate(low) if cell in names)
        for what, names in _NAMES.items()
        if any(cell in names for cell in low)
    }
    return found if {"en", "ko"} <= found.keys() else {}


def _row(cells: list[str], columns: dict[str, int]) -> StoredTerm:
    def cell(what: str, place: int) -> str:
        at = columns.get(what, -1) if columns else place
        return cells[at] if 0 <= at < len(cells) else ""

    en, ko = cell("en", 0), cell("ko", 1)
    if not columns and language.hangul(en) and not language.hangul(ko):
        en, ko = ko, en
    return StoredTerm(en, ko, tuple(cell("avoid", 2).split("|")), cell("note", 3))
