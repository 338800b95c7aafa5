"""Document formats, one file each, all read and written through `base.Document`.

The one law: a format is loaded when a file of it is opened, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats.base import read_bytes
from agents.translation.formats.package import OLD_ENDINGS, old_format

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


def _hwpx(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.hwpx import HwpxDocument  # noqa: PLC0415 - loads lxml

    del target
    return HwpxDocument(data, name)


def _odf(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.odf import OdfDocument  # noqa: PLC0415 - loads lxml

    del target
    return OdfDocument(data, name)


def _pptx(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.pptx import PptxDocument  # noqa: PLC0415 - loads lxml

    return PptxDocument(data, name, target)


def _text(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.text import TextDocument  # noqa: PLC0415 - see the law

    del target
    return TextDocument.read(data, name)


def _xlsx(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.xlsx import XlsxDocument  # noqa: PLC0415 - loads lxml

    return XlsxDocument(data, name, target)


FORMATS: dict[str, Opener] = {
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), _docx),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".potx"), _pptx),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx"), _xlsx),
    **dict.fromkeys((".odt", ".ott", ".ods", ".ots", ".odp", ".otp"), _odf),
    ".hwpx": _hwpx,
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _text,
}
SUFFIXES = tuple(FORMATS)


def open_document(path: Path, target: Language) -> tuple[Document, bytes]:
    """Read a file by its ending; returns the document and the file's bytes.

    Raises:
        UserError: file.missing, file.unreadable, translation.* (what is wrong with the file).
    """
    suffix = path.suffix.lower()
    if suffix in OLD_ENDINGS:
        raise old_format(path.name)
    if suffix not in FORMATS:
        raise UserError("translation.unknown_format", file=path.name, kinds=", ".join(SUFFIXES))
    data = read_bytes(path)
    return FORMATS[suffix](data, path.name, target), data
