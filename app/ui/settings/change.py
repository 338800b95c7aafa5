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
    """Store the settings of the desk with some values changed.

    Raises:
        UserError: file.unwritable; the settings stay what they were.
        msgspec.ValidationError: a value no widget should have offered.
    """
    wanted = dataclasses.asdict(desk.settings) | values
    checked = msgspec.convert(wanted, Settings)
    try:
        stored.save(checked, desk.paths.settings)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unwritable", path=str(desk.paths.settings), reason=reason) from error
    desk.settings = checked
    return checked
