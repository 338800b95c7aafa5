"""The pages of a translated file as its segments stand now.

The one law: nothing is written beside the document and nothing is stored; what is shown is made
by the same code as the file itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.pages import office, said
from agents.pages.library import BrokenPdfError, LockedPdfError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agents.base import CancelToken
    from agents.translation.review import Review

PDF = ".pdf"
# What LibreOffice lays out as the program of the format would, more or less.
OFFICE = frozenset(
    (
        *(".docx", ".docm", ".dotx", ".dotm", ".pptx", ".pptm", ".ppsx", ".potx"),
        *(".xlsx", ".xlsm", ".xltx", ".odt", ".ott", ".ods", ".ots", ".odp", ".otp"),
        *(".html", ".htm", ".xhtml"),
    )
)
_ENOUGH = 24  # letters that tell a sentence from others


@dataclass(frozen=True, slots=True)
class Preview:
    """A file laid out: a PDF, and what its pages say without white space."""

    pdf: bytes
    texts: tuple[str, ...]


def check(source: Path) -> None:
    """Whether pages of such a file can be shown on this machine.

    Raises:
        UserError: translation.no_pages, translation.no_office.
    """
    suffix = source.suffix.lower()
    if suffix != PDF and suffix not in OFFICE:
        raise UserError("translation.no_pages")
    if suffix != PDF and not office.program():
        raise UserError("translation.no_office", file=source.name)


def laid_out(review: Review, job: int, source: Path, cancel: CancelToken) -> Preview:
    """Lay a document out as it would be written now.

    Raises:
        CancelledError: `cancel` was set.
        UserError: translation.{no_pages,no_office,office_failed,job_gone,source_changed}, file.*.
    """
    check(source)
    cancel.check()
    data = review.as_it_stands(job, cancel)
    cancel.check()
    try:
        if source.suffix.lower() != PDF:
            data = office.as_pdf(data, source.suffix.lower(), cancel)
        return Preview(data, said.texts(data, cancel))
    except office.NoOfficeError as error:
        raise UserError("translation.no_office", file=source.name) from error
    except (office.OfficeError, BrokenPdfError, LockedPdfError) as error:
        raise UserError("translation.office_failed", file=source.name, reason=str(error)) from error


def page_of(texts: Sequence[str], said: str, share: float) -> int:
    """The page on which a text stands; -1 where that cannot be known.

    Args:
        texts: what the pages say, without white space.
        said: what stands in the file. Its beginning is enough, for it may go on on the next page.
        share: how far down the document it is, 0 to 1; of several pages the one nearest to it.
    """
    wanted = "".join(said.split())
    for part in (wanted, wanted[:_ENOUGH], wanted[-_ENOUGH:]):
        found = [number for number, text in enumerate(texts) if part and part in text]
        if found:
            return min(found, key=lambda number: abs((number + 0.5) / len(texts) - share))
    return -1
