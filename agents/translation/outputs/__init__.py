"""What can be written beside a translated file: one line in a table for each, one file each.

The one law: outputs say what is stored. They are made from the stored segments of a job and its
receipt, each is written whole or not at all, and nobody else's file is written over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation import receipt
from agents.translation.outputs import (
    bilingual_docx,
    bilingual_html,
    material,
    receipt_html,
    tmx_pairs,
    xliff,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from agents.translation.outputs.material import Material


@dataclass(frozen=True, slots=True)
class Output:
    """One kind: its name for people who type, how its files end, and what makes one."""

    key: str
    suffix: str  # of `name.ko` + suffix
    make: Callable[[Material], bytes]


OUTPUTS: dict[str, Output] = {
    one.key: one
    for one in (
        Output("receipt-html", ".receipt.html", receipt_html.make),
        Output("bilingual-html", ".bilingual.html", bilingual_html.make),
        Output("bilingual-docx", ".bilingual.docx", bilingual_docx.make),
        Output("xliff", ".xliff", xliff.version_1),
        Output("xliff2", ".xliff2.xlf", xliff.version_2),
        Output("tmx", ".tmx", tmx_pairs.make),
    )
}


def path(translated: Path, key: str) -> Path:
    """Where the output of that kind stands: beside `name.ko.docx`, as `name.ko.receipt.html`."""
    return translated.with_name(translated.stem + OUTPUTS[key].suffix)


def write(translated: Path, keys: Iterable[str], made: Material) -> list[Path]:
    """Write outputs beside a translated file; returns their paths.

    Raises:
        UserError: translation.output_exists (a file there is of somebody else, or of another
            document of that name), file.unwritable.
    """
    paths = {key: path(translated, key) for key in keys}
    for one in paths.values():
        _check(one, material.mark(made.receipt.output))
    for key, one in paths.items():
        receipt.write_whole(one, OUTPUTS[key].make(made))
    return list(paths.values())


def _check(path: Path, mark: str) -> None:
    """A file that is there may be replaced if it says that it was made for this document."""
    try:
        if not path.exists():
            return
        ours = path.is_file() and mark.encode("ascii") in path.read_bytes()
    except OSError as error:
        raise UserError("file.unwritable", path=str(path), reason=str(error)) from error
    if not ours:
        raise UserError("translation.output_exists", file=str(path))
