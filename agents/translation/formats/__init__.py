"""Document formats, one file each, all read and written through `base.Document`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats.base import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from agents.translation.events import Language
    from agents.translation.formats.base import Document

SUFFIXES = (".docx", ".md", ".markdown", ".txt")


def open_document(path: Path, target: Language) -> tuple[Document, bytes]:
    """Read a file by its ending; returns the document and the file's bytes.

    Raises:
        UserError: file.missing, file.unreadable, translation.* (what is wrong with the file).
    """
    suffix = path.suffix.lower()
    if suffix == ".doc":
        raise UserError("translation.old_word", file=path.name)
    if suffix not in SUFFIXES:
        raise UserError("translation.unknown_format", file=path.name)
    data = read_bytes(path)
    if suffix == ".docx":
        from agents.translation.formats.docx import DocxDocument  # noqa: PLC0415 - loads lxml

        return DocxDocument(data, path.name, target), data
    if suffix == ".txt":
        from agents.translation.formats.text import TextDocument  # noqa: PLC0415

        return TextDocument.read(data, path.name), data
    from agents.translation.formats.markdown import MarkdownDocument  # noqa: PLC0415

    return MarkdownDocument(data, path.name), data
