"""What can be written beside a translated PDF: one line in a table for each.

The one law: each is made from the two files and the stored segments, is written whole or not at
all, and nobody else's file is written over.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import CancelToken
from agents.translation import pdf_flow, receipt
from agents.translation.outputs import material, names
from agents.translation.pdf_sides import bilingual

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from agents.store.segment_rows import StoredSegment
    from agents.translation.events import Language


@dataclass(frozen=True, slots=True)
class Made:
    """A translated PDF and what is known of it."""

    original: bytes
    translated: bytes
    name: str  # of the translated file
    language: Language
    segments: tuple[StoredSegment, ...]

    @property
    def mark(self) -> str:
        """What an output carries to say which document it was made for; letters of ASCII."""
        return material.mark(self.name)


@dataclass(frozen=True, slots=True)
class Output:
    """One kind: how its files end, and what makes one, of a PDF and its translated paragraphs."""

    suffix: str
    make: Callable[[Made, Callable[[], list[pdf_flow.Part]]], bytes]


def _bilingual(made: Made, _parts: object) -> bytes:
    whole = bilingual(made.original, made.translated, made.name)
    return whole + f"\n%{made.mark}\n".encode("ascii")


def _html(made: Made, parts: Callable[[], list[pdf_flow.Part]]) -> bytes:
    return pdf_flow.as_html(parts(), made.language, made.name, made.mark)


def _docx(made: Made, parts: Callable[[], list[pdf_flow.Part]]) -> bytes:
    return pdf_flow.as_docx(parts(), made.language, made.mark)


OUTPUTS = {
    "bilingual-pdf": Output(".bilingual.pdf", _bilingual),
    "html": Output(".html", _html),
    "docx": Output(".docx", _docx),
}


def write(
    translated: Path, keys: Iterable[str], made: Made, cancel: CancelToken | None = None
) -> list[Path]:
    """Write outputs beside `name.ko.pdf`; returns their paths, see `names.place`.

    The original is read once for all.

    Raises:
        CancelledError: `cancel` was set.
        UserError: translation.output_exists (a file there is of somebody else), file.unwritable,
            translation.structure.
    """
    paths = {key: names.place(translated, OUTPUTS[key].suffix, made.mark) for key in keys}
    token = cancel or CancelToken()

    @functools.cache
    def parts() -> list[pdf_flow.Part]:
        return pdf_flow.parts(made.original, made.segments, token)

    for key, one in paths.items():
        token.check()
        receipt.write_whole(one, OUTPUTS[key].make(made, parts))
    return list(paths.values())
