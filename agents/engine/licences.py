"""Which licences the user has accepted: a list of ids beside the models.

The one law: a list that cannot be read accepts nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from agents.engine import manifest, transfer

if TYPE_CHECKING:
    from pathlib import Path

NAME = "licences.json"


def read(folder: Path) -> frozenset[str]:
    """Ids of the accepted licences."""
    try:
        return frozenset(msgspec.json.decode((folder / NAME).read_bytes(), type=list[str]))
    except (OSError, msgspec.MsgspecError):
        return frozenset()


def add(folder: Path, licence_id: str) -> None:
    """Remember one more.

    Raises:
        UserError: file.unwritable, model.disk_filled.
    """
    transfer.make_folder(folder)
    path = folder / NAME
    try:
        manifest.save(path, msgspec.json.encode(sorted(read(folder) | {licence_id})))
    except OSError as error:
        raise transfer.write_error(error, path) from error
