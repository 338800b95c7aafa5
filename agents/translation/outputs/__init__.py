"""What can be written beside a translated file: one line in a table for each, one file each.

The one law: outputs say what is stored. They are made from the stored segments of a job and its
receipt, each is written whole or not at all, and nobody else's file is written over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.translation import receipt
from agents.translation.outputs import (
    bilingual_docx,
    bilingual_html,
    material,
    names,
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


def write(translated: Path, keys: Iterable[str], made: Material) -> list[Path]:
    """Write outputs beside a translated file; returns their paths, see `names.place`.

    Raises:
        UserError: translation.output_exists (a file there is of somebody else), file.unwritable.
    """
    mark = material.mark(made.receipt.output)
    paths = {key: names.place(translated, OUTPUTS[key].suffix, mark) for key in keys}
    for key, one in paths.items():
        receipt.write_whole(one, OUTPUTS[key].make(made))
    return list(paths.values())
