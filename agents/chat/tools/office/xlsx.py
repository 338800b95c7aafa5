"""An outline as a workbook of one sheet.

The one law: a number is written as a number and everything else as text, never as a formula.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.chat.tools.office.package import MAIN, OFFICE, relations, safe, zipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.chat.tools.outline import Outline

_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = f"{MAIN}.spreadsheetml"
# A leading zero is part of what a telephone number or a code says.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14}|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d{1,10})?")
_SHEET = re.compile(r"[\\/?*\[\]:]")
_WIDEST = 60
_STYLES = (
    f'<styleSheet xmlns="{_S}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    "</styleSheet>"
)


def write(outline: Outline) -> bytes:
    """The workbook."""
    rows = rows_of(outline)
    title = safe(_SHEET.sub(" ", outline.title)[:31].strip("' ") or "Sheet1")
    return zipped(
        "xl/workbook.xml",
        {
            "xl/workbook.xml": f"{_KIND}.sheet.main+xml",
            "xl/worksheets/sheet1.xml": f"{_KIND}.worksheet+xml",
            "xl/styles.xml": f"{_KIND}.styles+xml",
        },
        {
            "xl/workbook.xml": f'<workbook xmlns="{_S}" xmlns:r="{OFFICE}"><sheets>'
            f'<sheet name="{title}" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/worksheets/sheet1.xml": _sheet(rows),
            "xl/styles.xml": _STYLES,
            "xl/_rels/workbook.xml.rels": relations(
                [("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]
            ),
        },
    )


def rows_of(outline: Outline) -> list[tuple[str, ...]]:
    """The rows: of the tables, where there are any, and one for each other line."""
    found: list[tuple[str, ...]] = []
    for block in outline.blocks:
        if block.kind == "table":
            if found:
                found.append(())
            found += block.rows
        else:
            parts = [part.strip() for part in re.split(r"\s*[::]\s+|\t", block.text, maxsplit=1)]
            found.append(tuple(parts))
    return found or [(outline.title,)]


def _sheet(rows: Sequence[Sequence[str]]) -> str:
    head = len(rows) > 1 and len(rows[0]) > 1
    made = "".join(
        f'<row r="{number}">'
        + "".join(
            _cell(f"{_column(at)}{number}", cell, bold=head and number == 1)
            for at, cell in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    columns = max((len(row) for row in rows), default=1) or 1
    wide = "".join(
        f'<col min="{at + 1}" max="{at + 1}" width="{_width(rows, at)}" customWidth="1"/>'
        for at in range(columns)
    )
    return f'<worksheet xmlns="{_S}"><cols>{wide}</cols><sheetData>{made}</sheetData></worksheet>'


def _cell(place: str, text: str, *, bold: bool) -> str:
    style = ' s="1"' if bold else ""
    if _NUMBER.fullmatch(text) and not bold:
        return f'<c r="{place}"{style}><v>{text.replace(",", "")}</v></c>'
    return (
        f'<c r="{place}" t="inlineStr"{style}><is><t xml:space="preserve">{safe(text)}</t></is></c>'
    )


def _width(rows: Sequence[Sequence[str]], at: int) -> int:
    """Wide enough for the longest cell; a Hangul letter takes the room of two."""
    longest = max(
        (sum(2 if sign >= "\u1100" else 1 for sign in row[at]) for row in rows if at < len(row)),
        default=8,
    )
    return min(_WIDEST, max(8, longest + 3))


def _column(at: int) -> str:
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
