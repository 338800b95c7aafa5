"""Changes settings: checked, stored at once, and known to the desk."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import msgspec

from agents.base import UserError
from app import settings as stored
from app.settings import Settings

if TYPE_CHECKING:
    from app.build import Desk


def change(desk: Desk, **values: str | int) -> Settings:
    """Store the settings with some values changed.

    The others are those of the file: it may have been changed since the window opened, with an
    editor or by `moadesk settings set`.

    Raises:
        UserError: file.unwritable; the settings stay what they were.
        msgspec.ValidationError: a value no widget should have offered.
    """
    path = desk.paths.settings
    there, notice = stored.load(path, mend=False)
    known = there if path.exists() and notice is None else desk.settings
    wanted = dataclasses.asdict(known) | values
    checked = msgspec.convert(wanted, Settings)
    try:
        stored.save(checked, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unwritable", path=str(path), reason=reason) from error
    desk.settings = checked
    return checked
