"""What a file says: PDF pages, pictures with text, and whatever the other readers know.

The one law: a file of a stranger is data. It is read and never run, hidden words are no part of
it, and what cannot be read is a sentence for a person.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Protocol

from agents.base import CancelToken, UserError
from agents.chat.files import cutting
from agents.chat.files.cutting import Paragraph
from agents.pages import reading, scans
from agents.pages.library import BrokenPdfError, LockedPdfError
from agents.pages.passages import quotable
from agents.pages.seen import seen

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from agents.base import Progress
    from agents.store.files import FilePiece

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif")
LARGEST_PICTURE = 64 * 2**20  # bytes


class Texts(Protocol):
    """Reads the kinds of files that are no pages: office documents, web pages, texts, tables."""

    def takes(self, name: str) -> bool:
        """Whether a file of this name can be read."""
        ...

    def read(self, data: bytes, name: str, cancel: CancelToken) -> Iterable[Paragraph]:
        """The paragraphs of a file.

        Raises:
            CancelledError: `cancel` was set.
            UserError: chat.file_{locked,damaged,unknown,empty,too_big,old}.
        """
        ...


def takes(name: str, texts: Texts) -> bool:
    """Whether a file of this name can be read at all."""
    ending = _ending(name)
    return ending == ".pdf" or ending in PICTURES or texts.takes(name)


def read(
    data: bytes, name: str, texts: Texts, cancel: CancelToken
) -> Generator[Progress, None, tuple[list[FilePiece], int]]:
    """The passages of a file, and how many pages it has (0 where it has none).

    Raises:
        CancelledError: `cancel` was set.
        UserError: chat.file_{unknown,locked,damaged,scanned,no_text,no_ocr,too_big,old}.
    """
    ending = _ending(name)
    if data.startswith(b"%PDF") or ending == ".pdf":
        paragraphs, pages = yield from _pdf(data, name, cancel)
    elif ending in PICTURES:
        paragraphs, pages = _picture(data, name, cancel), 1
    elif texts.takes(name):
        paragraphs, pages = texts.read(data, name, cancel), 0
    else:
        raise UserError("chat.file_unknown", file=name)
    pieces = list(itertools.islice(cutting.cut(_checked(paragraphs, cancel)), cutting.MOST + 1))
    if len(pieces) > cutting.MOST:
        raise UserError("chat.file_too_big", file=name)
    if not pieces:
        raise UserError("chat.file_no_text", file=name)
    return pieces, pages


def _checked(paragraphs: Iterable[Paragraph], cancel: CancelToken) -> Iterable[Paragraph]:
    for one in paragraphs:
        cancel.check()
        yield one


def _pdf(
    data: bytes, name: str, cancel: CancelToken
) -> Generator[Progress, None, tuple[list[Paragraph], int]]:
    try:
        book = yield from reading.steps(data, cancel)
        book = seen(book, data, cancel)
    except LockedPdfError as error:
        raise UserError("chat.file_locked", file=name) from error
    except BrokenPdfError as error:
        raise UserError("chat.file_damaged", file=name) from error
    paragraphs = [Paragraph(one.text, one.page + 1) for one in quotable(book)]
    if not paragraphs and any(sheet.scanned for sheet in book.sheets):
        known = bool(scans.program(cancel))
        raise UserError("chat.file_no_text" if known else "chat.file_no_ocr", file=name)
    return paragraphs, len(book.sheets)


def _picture(data: bytes, name: str, cancel: CancelToken) -> list[Paragraph]:
    if len(data) > LARGEST_PICTURE:
        raise UserError("chat.file_too_big", file=name)
    tesseract = scans.program(cancel)
    if not tesseract:
        raise UserError("chat.file_no_ocr", file=name)
    said = scans.words(data, tesseract, cancel)
    return [Paragraph(part, 1) for part in said.split("\n\n")]


def _ending(name: str) -> str:
    return "." + name.rpartition(".")[2].lower() if "." in name else ""
