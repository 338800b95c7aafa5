"""The text of a file that is to be checked: LaTeX, Markdown, plain text, Word, PDF.

The one law: a file is only read, and no further than a document can sensibly go; what cannot be
read as text is a sentence for a person.
"""

from __future__ import annotations

import importlib
import io
import zipfile
from typing import TYPE_CHECKING, Any

from agents.base import UserError, readable
from agents.pages import reading
from agents.pages.library import BrokenPdfError, LockedPdfError
from agents.pages.passages import quotable, whole
from agents.scholar import bib

if TYPE_CHECKING:
    from pathlib import Path

    from agents.base import CancelToken

SUFFIXES = (".tex", ".ltx", ".latex", ".md", ".markdown", ".txt", ".docx", ".pdf")
_BINARY = 0.01  # share of control characters in a file that is no text
_HEAD = 65_536  # bytes that are looked at
_LARGEST = 64 * 2**20  # bytes of a part of a Word file
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")


def read(path: Path, cancel: CancelToken) -> str:
    """The text of a file; paragraphs of a Word file or PDF are set apart by blank lines.

    Raises:
        UserError: file.missing, file.unreadable, scholar.not_text (a picture, a spreadsheet, ...),
            scholar.pdf_locked, scholar.pdf_damaged, scholar.text_scanned.
        CancelledError: `cancel` was set.
    """
    with readable(path):
        data = path.read_bytes()
    if data.startswith(b"%PDF"):
        return _pdf(path, data, cancel)
    if data.startswith(b"PK\x03\x04"):
        return _word(path, data)
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    controls = sum(byte < 9 or 13 < byte < 32 for byte in data[:_HEAD])
    if not marked and controls > _BINARY * min(len(data), _HEAD):
        raise UserError("scholar.not_text", path=str(path))
    return bib.decode(data)


def _pdf(path: Path, data: bytes, cancel: CancelToken) -> str:
    try:
        book = reading.read(data, cancel)
    except LockedPdfError as error:
        raise UserError("scholar.pdf_locked") from error
    except BrokenPdfError as error:
        raise UserError("scholar.pdf_damaged") from error
    if not book.passages:
        raise UserError("scholar.text_scanned", path=str(path))
    return whole(quotable(book))


def _word(path: Path, data: bytes) -> str:
    etree: Any = importlib.import_module("lxml.etree")  # native library, loaded when needed
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    paragraphs: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = set(packed.namelist())
            if _PARTS[0] not in names:
                raise UserError("scholar.not_text", path=str(path))
            for part in _PARTS:
                if part in names and packed.getinfo(part).file_size <= _LARGEST:
                    root = etree.fromstring(packed.read(part), parser)
                    paragraphs += [_said(one) for one in root.iter(f"{_WORD}p")]
    except zipfile.BadZipFile as error:
        raise UserError("scholar.not_text", path=str(path)) from error
    except (SyntaxError, OSError, RuntimeError) as error:
        raise UserError("file.unreadable", path=str(path), reason=str(error)) from error
    return "\n\n".join(text for text in paragraphs if text.strip())


def _said(paragraph: Any) -> str:  # noqa: ANN401 - an element
    """What a paragraph shows; the codes of fields and what was deleted are not shown."""
    made: list[str] = []
    for node in paragraph.iter():
        if node.tag == f"{_WORD}t":
            made.append(node.text or "")
        elif node.tag in (f"{_WORD}tab", f"{_WORD}br", f"{_WORD}cr"):
            made.append(" ")
        elif node.tag == f"{_WORD}noBreakHyphen":
            made.append("-")
    return "".join(made)
