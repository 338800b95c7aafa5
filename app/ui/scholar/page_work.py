"""Finding and drawing a page of a PDF, for a worker.

The one law: what is wrong with a file is a sentence for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.pages.library import BrokenPdfError, LockedPdfError
from agents.pages.render import render_page

if TYPE_CHECKING:
    from pathlib import Path

    from agents.base import CancelToken
    from agents.pages.quoted import Located
    from agents.pages.render import Image
    from agents.pages.shapes import Box

    Key = tuple[Path, int, int, int]  # file, when it was changed (ns), page from 0, width in pixels


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown."""

    path: Path
    index: int  # from 0
    quote: str = ""
    boxes: tuple[Box, ...] = ()


def located(wanted: Wanted, cancel: CancelToken) -> Located:
    """Where the page and what is to be highlighted are.

    Raises:
        UserError: file.{missing,unreadable}, scholar.{pdf_locked,pdf_damaged}.
        CancelledError: the token was cancelled.
    """
    try:
        from agents.pages import quoted  # noqa: PLC0415 - PDFs are read when one is shown

        return quoted.locate(wanted.path, wanted.index, wanted.quote, wanted.boxes, cancel)
    except (OSError, LockedPdfError, BrokenPdfError) as error:
        raise _explained(error, wanted.path) from error


def rendered(key: Key, cancel: CancelToken) -> tuple[Key, Image]:
    """The picture of a page; raises as `located` does."""
    path, _changed, number, width = key
    try:
        return key, render_page(path, number, width_px=width, cancel=cancel)
    except (OSError, LockedPdfError, BrokenPdfError, IndexError) as error:
        raise _explained(error, path) from error


def _explained(error: Exception, path: Path) -> UserError:
    """What is wrong with a file, for a person."""
    if isinstance(error, FileNotFoundError):
        return UserError("file.missing", path=str(path))
    if isinstance(error, OSError):
        return UserError("file.unreadable", path=str(path), reason=error.strerror or str(error))
    if isinstance(error, LockedPdfError):
        return UserError("scholar.pdf_locked")
    return UserError("scholar.pdf_damaged")
