"""Rows of workbooks (xlsx, ods) with their numbers, as lines a model can read.

The one law: a cell is what the file says it was worth when it was saved; nothing is reckoned.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats.package import Package
from agents.translation.xml import local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from agents.translation.xml import Element

SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".ods", ".ots")
MOST_CELLS = 500_000  # of one file
_MOST_REPEATED = 50  # copies of a cell or row that are taken for content
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COLUMN = re.compile(r"[A-Z]+")
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a day of a calendar without a place


def rows(data: bytes, name: str) -> Iterator[str]:
    """The rows of all sheets, each sheet after its name.

    Raises:
        UserError: what opening the file raises, see `Package`; chat.file_too_big.
    """
    package = Package(data, name)
    open_document = PurePath(name).suffix.lower() in (".ods", ".ots")
    count = 0
    for sheet, lines in _ods(package) if open_document else _xlsx(package):
        yield sheet
        for line in named(lines):
            count += line.count("|") + 1
            if count > MOST_CELLS:
                raise UserError("chat.file_too_big", file=name)
            yield line


def named(lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows as text. Where the first is a head, each cell is told with the name of its column."""
    head: list[str] = []
    for number, line in enumerate(lines):
        cells = list(line)
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if not number and len(cells) > 1 and all(cells) and not any(map(_number, cells)):
            head = cells
            yield " | ".join(cells)
        elif head:
            yield " | ".join(
                f"{head[at]}: {cell}" if at < len(head) else cell
                for at, cell in enumerate(cells)
                if cell
            )
        else:
            yield " | ".join(cells)


def _number(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[\d,.]+%?", cell))


def _xlsx(package: Package) -> Iterator[tuple[str, Iterable[Sequence[str]]]]:
    if "xl/workbook.xml" not in package.names:
        raise package.wrong_ending()
    strings = _strings(package)
    dates = _dates(package)
    relations = {
        str(one.get("Id")): str(one.get("Target"))
        for one in _iter(package, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    for sheet in _iter(package, "xl/workbook.xml", "sheet"):
        target = relations.get(str(sheet.get(_RELATION)), "")
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if member in package.names:
            title = str(sheet.get("name") or "")
            yield title, _sheet(package, member, strings, dates)


def _iter(package: Package, member: str, name: str) -> Iterator[Element]:
    if member in package.names:
        for one in package.xml(member).getroot().iter():
            if local(one) == name:
                yield one


def _strings(package: Package) -> list[str]:
    return [
        "".join(part.text or "" for part in one.iter() if local(part) == "t" and not _sounds(part))
        for one in _iter(package, "xl/sharedStrings.xml", "si")
    ]


def _sounds(part: Element) -> bool:
    """Whether it only says how Japanese sounds."""
    above = part.getparent()
    return above is not None and local(above) == "rPh"


def _dates(package: Package) -> frozenset[int]:
    """The styles of cells that show a number as a date."""
    own = {
        int(one.get("numFmtId") or 0): _QUOTED.sub("", one.get("formatCode") or "")
        for one in _iter(package, "xl/styles.xml", "numFmt")
    }
    found: set[int] = set()
    for all_ in _iter(package, "xl/styles.xml", "cellXfs"):
        for number, one in enumerate(all_):
            shown = int(one.get("numFmtId") or 0)
            if shown in _BUILT_IN_DATES or _DATE.search(own.get(shown, "")):
                found.add(number)
    return frozenset(found)


def _sheet(
    package: Package, member: str, strings: Sequence[str], dates: frozenset[int]
) -> Iterator[list[str]]:
    for row in _iter(package, member, "row"):
        cells: dict[int, str] = {}
        for cell in row:
            if local(cell) == "c":
                where = _COLUMN.match(cell.get("r") or "")
                at = _column(where.group()) if where else len(cells)
                if at < 16_384:
                    cells[at] = _value(cell, strings, dates)
        yield [cells.get(at, "") for at in range(max(cells, default=-1) + 1)]


def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1


def _value(cell: Element, strings: Sequence[str], dates: frozenset[int]) -> str:
    parts = {local(one): one for one in cell}
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        return " ".join("".join(one.text or "" for one in cell.iter() if local(one) == "t").split())
    value = (parts["v"].text or "").strip() if "v" in parts else ""
    if kind == "s":
        known = value.isdigit() and int(value) < len(strings)
        return " ".join(strings[int(value)].split()) if known else ""
    if kind == "n" and value and int(cell.get("s") or 0) in dates:
        return _day(value)
    if kind == "n" and value:
        return _plain(value)
    return value


def _plain(value: str) -> str:
    """A number without what binary fractions add to it: 0.30000000000000004 is 0.3."""
    try:
        return f"{float(value):.15g}" if "." in value or "E" in value.upper() else value
    except ValueError:
        return value


def _day(value: str) -> str:
    try:
        day = _EPOCH + dt.timedelta(days=round(float(value) * 86_400) / 86_400)
    except (ValueError, OverflowError):
        return value
    return f"{day:%Y-%m-%d}" if not (day.hour or day.minute) else f"{day:%Y-%m-%d %H:%M}"


def _ods(package: Package) -> Iterator[tuple[str, Iterable[Sequence[str]]]]:
    if "content.xml" not in package.names:
        raise package.wrong_ending()
    for table in _iter(package, "content.xml", "table"):
        names = {key.rpartition("}")[2]: value for key, value in table.attrib.items()}
        yield names.get("name", ""), _ods_rows(table)


def _ods_rows(table: Element) -> Iterator[list[str]]:
    for row in table.iter():
        if local(row) != "table-row":
            continue
        cells: list[str] = []
        for cell in row:
            if local(cell) in ("table-cell", "covered-table-cell"):
                said = " ".join("".join(_said(part)) for part in cell if local(part) == "p").strip()
                cells += [said] * _times(cell.attrib)
        yield cells


def _said(part: Element) -> Iterator[str]:
    for one in part.iter():
        yield one.text or ""
        if one is not part:
            yield one.tail or ""


def _times(attributes: Mapping[str, str]) -> int:
    for key, value in attributes.items():
        if key.endswith("}number-columns-repeated") and value.isdigit():
            return int(value) if int(value) <= _MOST_REPEATED else 1
    return 1
