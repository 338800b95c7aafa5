"""Takes a model off the shelf so that it can be put back for a while.

The one law: a half-removed model is never listed. It leaves its place by one rename and comes
back by one; its bytes are deleted when nobody wants them any more.
"""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.engine import transfer

if TYPE_CHECKING:
    from pathlib import Path

    from agents.engine.shelf import Shelf

_GONE = ".gone-"
_LEFT = 3600.0  # seconds after which what lies aside was left there by a crash


@dataclass(frozen=True, slots=True)
class Aside:
    """A model that was taken off the shelf."""

    id: str
    name: str
    size: int  # bytes; 0 for a link to a folder elsewhere
    place: Path  # where it was
    path: Path  # where it lies


def set_aside(shelf: Shelf, model_id: str) -> Aside:
    """Take a downloaded or imported model, or what an interrupted download left, off the shelf.

    Raises:
        UserError: model.embedded, model.not_here, model.in_use, model.busy.
    """
    folder = shelf.place(model_id)
    model = shelf.get(model_id)
    if folder is None or not (folder.is_dir() or folder.is_symlink()):
        if model:
            raise UserError("model.embedded", model=model.name)
        raise UserError("model.not_here", model=model_id)
    entry = shelf.entry(model_id)
    name = entry.name if entry else model_id
    with transfer.only_writer(folder, name):
        size = 0
        if not folder.is_symlink():
            size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        path = shelf.folder / f"{_GONE}{time.time_ns()}-{model_id}"
        try:
            folder.rename(path)
        except OSError as error:
            raise UserError("model.in_use", model=name) from error
    return Aside(model_id, name, size, folder, path)


def put_back(aside: Aside) -> None:
    """Put a model back where it was; where another has come meanwhile, that one stays.

    Raises:
        UserError: file.unwritable.
    """
    if aside.place.exists():
        throw_away(aside)
        return
    try:
        aside.path.rename(aside.place)
    except OSError as error:
        raise transfer.write_error(error, aside.place) from error


def throw_away(aside: Aside) -> None:
    """Delete it for good."""
    _delete(aside.path)


def sweep(folder: Path) -> None:
    """Delete what lies aside since a crash."""
    for path in folder.glob(f"{_GONE}*"):
        when = path.name.removeprefix(_GONE).partition("-")[0]
        if not when.isdecimal() or time.time() - int(when) / 1e9 > _LEFT:
            _delete(path)


def _delete(path: Path) -> None:
    with suppress(OSError):
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path, ignore_errors=True)
