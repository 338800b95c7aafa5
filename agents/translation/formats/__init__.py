"""Document formats, one file each, all read and written through `base.Document`.

The one law: a format is loaded when a file of it is opened, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import CancelToken, UserError, drained
from agents.translation.formats.base import BIGGEST_TEXT, read_bytes
from agents.translation.formats.code_rules import SUFFIXES as CODE
from agents.translation.formats.own_spans import OwnSpans, own_patterns
from agents.translation.formats.package import OLD_ENDINGS, old_format

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from agents.base import Progress
    from agents.translation.events import Language
    from agents.translation.formats.base import Document

    Options = tuple[tuple[str, str], ...]
    # The file's bytes, its name, the language it is translated into.
    Opener = Callable[[bytes, str, Language], Document]


def _docx(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.docx import DocxDocument  # noqa: PLC0415 - loads lxml

    return DocxDocument(data, name, target)


def _epub(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.epub import EpubDocument  # noqa: PLC0415 - loads lxml

    return EpubDocument(data, name, target)


def _html(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.html import HtmlDocument  # noqa: PLC0415 - see the law

    return HtmlDocument(data, name, target, xml=True if name.lower().endswith(".xhtml") else None)


def _markdown(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.markdown import MarkdownDocument  # noqa: PLC0415 - see the law

    del target
    return MarkdownDocument(data, name)


def _subtitles(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.subtitles import (  # noqa: PLC0415 - see the law
        SubtitleDocument,
    )

    del target
    return SubtitleDocument(data, name, vtt=name.lower().endswith(".vtt"))


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


def _pdf(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats import pdf  # noqa: PLC0415 - loads PDFium

    return pdf.opened(data, name, target)


def _text(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.text import TextDocument  # noqa: PLC0415 - see the law

    del target
    return TextDocument.read(data, name)


def _csv(data: bytes, name: str, target: Language, options: Options = ()) -> Document:
    from agents.translation.formats.csv import CsvDocument  # noqa: PLC0415 - see the law

    del target
    return CsvDocument(data, name, options)


def _json(data: bytes, name: str, target: Language, options: Options = ()) -> Document:
    from agents.translation.formats.json_text import JsonDocument  # noqa: PLC0415 - see the law

    del target
    return JsonDocument(data, name, options)


def _po(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.po import PoDocument  # noqa: PLC0415 - see the law

    return PoDocument(data, name, target)


def _xliff(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.xliff import XliffDocument  # noqa: PLC0415 - loads lxml

    return XliffDocument(data, name, target)


def _code(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.code import CodeDocument  # noqa: PLC0415 - loads Pygments

    del target
    return CodeDocument(data, name)


def _xlsx(data: bytes, name: str, target: Language) -> Document:
    from agents.translation.formats.xlsx import XlsxDocument  # noqa: PLC0415 - loads lxml

    return XlsxDocument(data, name, target)


FORMATS: dict[str, Opener] = {
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), _docx),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".potx"), _pptx),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx"), _xlsx),
    **dict.fromkeys((".odt", ".ott", ".ods", ".ots", ".odp", ".otp"), _odf),
    ".hwpx": _hwpx,
    ".epub": _epub,
    ".htm": _html,
    ".html": _html,
    ".md": _markdown,
    ".markdown": _markdown,
    ".srt": _subtitles,
    ".pdf": _pdf,
    ".txt": _text,
    ".vtt": _subtitles,
    ".xhtml": _html,
    ".csv": _csv,
    ".tsv": _csv,
    ".json": _json,
    ".jsonl": _json,
    ".ndjson": _json,
    ".arb": _json,
    ".po": _po,
    ".pot": _po,
    ".xlf": _xliff,
    ".xliff": _xliff,
    **dict.fromkeys(CODE, _code),
}
SUFFIXES = tuple(FORMATS)
# Formats with options of their own.
_CHOOSY = {
    **dict.fromkeys((".json", ".jsonl", ".ndjson", ".arb"), _json),
    **dict.fromkeys((".csv", ".tsv"), _csv),
}
_CONTAINERS = (_docx, _pptx, _xlsx, _odf, _hwpx, _epub, _pdf)  # of text, pictures and more
OPTIONS = ("protect", "json.include", "json.exclude", "csv.column")


def open_document(path: Path, target: Language, options: Options = ()) -> tuple[Document, bytes]:
    """Read a file at once; see `opening`."""
    return drained(opening(path, target, CancelToken(), options))


def opening(
    path: Path, target: Language, cancel: CancelToken, options: Options = ()
) -> Generator[Progress, None, tuple[Document, bytes]]:
    """Read a file by its ending; what takes long tells how far it is, and can be cancelled.

    Args:
        path: the file.
        target: the language it is translated into.
        cancel: stops the reading.
        options: names and values, each as often as needed. `protect`: a regular expression for
            what must stay as it is, in every format. `json.include`, `json.exclude`: which
            values are text, see `json_paths`. `csv.column`: which columns are, see `csv`.

    Returns:
        The document and the file's bytes.

    Raises:
        CancelledError: `cancel` was set.
        UserError: file.missing, file.unreadable, translation.* (what is wrong with the file).
    """
    suffix = path.suffix.lower()
    if suffix in OLD_ENDINGS:
        raise old_format(path.name)
    if suffix not in FORMATS:
        raise UserError("translation.unknown_format", file=path.name, kinds=", ".join(SUFFIXES))
    for option, _value in options:
        if option not in OPTIONS:
            raise UserError("translation.option", option=option, known=", ".join(sorted(OPTIONS)))
    patterns = own_patterns(options)
    data = read_bytes(path)
    if len(data) > BIGGEST_TEXT and FORMATS[suffix] not in _CONTAINERS:
        raise UserError("translation.too_big", file=path.name)
    if suffix in _CHOOSY:
        document = _CHOOSY[suffix](data, path.name, target, options)
    elif suffix == ".pdf":
        from agents.translation.formats import pdf  # noqa: PLC0415 - loads PDFium

        document = yield from pdf.opening(data, path.name, target, cancel)
    else:
        document = FORMATS[suffix](data, path.name, target)
    return (OwnSpans(document, patterns) if patterns else document), data
