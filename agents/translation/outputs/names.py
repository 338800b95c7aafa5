"""Where outputs stand: beside their translation, each document's apart from those of others.

The one law: nobody else's file is written over, and `report.docx` and `report.pdf` of one folder
both have all of theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.outputs.material import MARK

if TYPE_CHECKING:
    from pathlib import Path


def place(translated: Path, suffix: str, mark: str) -> Path:
    """Where an output may be written: as `name.ko.tmx`, or `name.ko.docx.tmx` if that is taken.

    Args:
        translated: what it stands beside, `name.ko.docx`.
        suffix: how it ends.
        mark: what it carries to say which document it was made for.

    Raises:
        UserError: translation.output_exists (a file there is of somebody else), file.unwritable.
    """
    short = translated.with_name(translated.stem + suffix)
    long = translated.with_name(translated.name + suffix)
    ours = mark.encode("ascii")
    taken = _read(long)
    if taken is not None and ours in taken:
        return long
    there = _read(short)
    if there is None or ours in there:
        return short
    if MARK.encode("ascii") not in there:
        raise UserError("translation.output_exists", file=str(short))
    if taken is not None:
        raise UserError("translation.output_exists", file=str(long))
    return long


def _read(path: Path) -> bytes | None:
    """What is in a file; None if there is none, nothing for a folder."""
    try:
        if not path.exists():
            return None
        return path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise UserError("file.unwritable", path=str(path), reason=str(error)) from error
