"""Lists and tables that a person wrote into one line: "1. Aim 2. Method", "name, price / pen, 3".

The one law: only where the line is put together is changed, never a word of it; a line that is no
list for certain stays one line.
"""

from __future__ import annotations

import csv
import re

_NUMBER = re.compile(r"(?:(?<=\s)|^)(\d{1,2})[.)]\s+(?=\S)")
_DASH = re.compile(r"\s+[-–•·]\s+(?=\S)")
_SLASH = re.compile(r"\s+/\s+|\s*;\s+")
_LEAST = 2  # parts of a list; rows and cells of a table


def unfolded(text: str) -> str:
    """The text with each part of a one-line list, or row of a one-line table, on its own line.

    What is numbered counts from 1 without a gap; below a number, "- " starts a part of its own.
    Rows are parted by " / " or "; " and have the same number of cells, parted by commas.
    """
    if "\n" in text.strip():
        return text
    return _list(text) or _table(text) or text


def _list(text: str) -> str:
    marks: list[re.Match[str]] = []
    for mark in _NUMBER.finditer(text):
        if int(mark[1]) == len(marks) + 1:
            marks.append(mark)
    if len(marks) < _LEAST:
        return ""
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    lines = [text[: marks[0].start()].strip()]
    for mark, end in zip(marks, ends, strict=True):
        head, *below = _DASH.split(text[mark.start() : end].strip())
        lines += [head, *(f"- {part}" for part in below)]
    return "\n".join(line.rstrip(" ,;/") for line in lines if line)


def _table(text: str) -> str:
    rows = _SLASH.split(text.strip())
    widths = {len(next(csv.reader([row], skipinitialspace=True))) for row in rows}
    if len(rows) < _LEAST or len(widths) > 1 or min(widths) < _LEAST:
        return ""
    return "\n".join(rows)
