"""Document formats, one file each, all read and written through `base.Document`.

The one law: a format is loaded when a file of it is opened, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats.base import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agents.translation.events import Language
    from agents.translation.formats.base import Document

    # The file's bytes, its name, the language it is translated into.
    Opener = Callable[[bytes, str, Language], Document]


def _docx(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.docx import DocxDocument  # noqa: PLC0415 - loads lxml

    return DocxDocument(data, name, target)


def _markdown(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.markdown import MarkdownDocument  # noqa: PLC0415 - see the law

    del target
    return MarkdownDocument(data, name)


def _pdf(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.pdf import PdfDocument  # noqa: PLC0415 - loads PDFium

    return PdfDocument(data, name, target)


def _text(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.text import TextDocument  # noqa: PLC0415 - see the law

    del target
    return TextDocument.read(data, name)


FORMATS: dict[str, Opener] = {
    ".docx": _docx,
    ".md": _markdown,
    ".markdown": _markdown,
    ".pdf": _pdf,
    ".txt": _text,
}
SUFFIXES = tuple(FORMATS)


def open_document(path: Path, target: Language) -> tuple[Document, bytes]:
    """Read a file by its ending; returns the document and the file's bytes.

    Raises:
        UserError: file.missing, file.unreadable, translation.* (what is wrong with the file).
    """
    suffix = path.suffix.lower()
    if suffix == ".doc":
        raise UserError("translation.old_word", file=path.name)
    if suffix not in FORMATS:
        raise UserError("translation.unknown_format", file=path.name, kinds=", ".join(SUFFIXES))
    data = read_bytes(path)
    return FORMATS[suffix](data, path.name, target), data
