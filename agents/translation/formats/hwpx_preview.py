"""The beginning of a Hangul document as plain text, which file managers show and search.

The one law: it says what the document says. Hangul's own form: a paragraph is a line, the row of
a table is a line of cells in angle brackets, lines end as on Windows.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from agents.translation.xml import children, local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agents.translation.xml import Element

NAME = "Preview/PrvText.txt"
_LONGEST = 1022  # characters; Hangul keeps that many
_LETTERS = {"tab": " ", "fwSpace": " ", "nbSpace": " ", "hyphen": "-"}


def preview(sections: Iterable[Element], old: bytes) -> bytes:
    """The preview of a document, in the encoding of the one that is there."""
    text = ""
    for line in (line for section in sections for line in _lines(section)):
        text += line + "\r\n"
        if len(text) >= _LONGEST:
            break
    text = text[:_LONGEST]
    if old.startswith(codecs.BOM_UTF16_LE):
        return codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    return (codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b"") + text.encode("utf-8")


def _lines(container: Element) -> Iterator[str]:
    """What the paragraphs in a section or a cell say; text stands right behind its table."""
    for paragraph in children(container, "p"):
        text = ""
        for run in children(paragraph, "run"):
            for inside in run:
                if local(inside) == "t":
                    text += _said(inside)
                elif local(inside) == "tbl":
                    text += "\r\n".join(_rows(inside))
        yield text


def _rows(table: Element) -> Iterator[str]:
    for row in children(table, "tr"):
        yield "".join(
            f"<{' '.join(line for part in children(cell, 'subList') for line in _lines(part))}>"
            for cell in children(row, "tc")
        )


def _said(element: Element) -> str:
    """What a text element shows: deleted text stands between two marks in it."""
    parts = [element.text or ""]
    deleted = False
    for child in element:
        name = local(child)
        if name in ("deleteBegin", "deleteEnd"):
            deleted = name == "deleteBegin"
        elif not deleted:
            parts.append(_LETTERS.get(name, ""))
        if not deleted:
            parts.append(child.tail or "")
    return "".join(parts)
