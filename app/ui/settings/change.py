"""Changes settings: checked, stored at once, and known to the desk."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import msgspec

from agents.base import Notice, UserError
from app import settings as stored
from app.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.build import Desk


def change(
    desk: Desk, *, tell: Callable[[Notice], None] | None = None, **values: str | int
) -> Settings:
    """Store the settings with some values changed.

    The others are those of the file: it may have been changed since the window opened, with an
    editor or by `moadesk settings set`. A file that is not valid is set aside first; what cannot
    be read of it stays as it is in the window.

    Args:
        desk: whose settings.
        tell: called with what is to be said of a file that was set aside.
        values: by the name of the setting.

    Raises:
        UserError: file.unwritable; the settings stay what they were.
        msgspec.ValidationError: a value no widget should have offered.
    """
    path = desk.paths.settings
    is_there = path.exists()
    there, notice = stored.load(path, otherwise=desk.settings)
    aside = notice is not None and "aside" in dict(notice.values)
    if aside and notice is not None and tell is not None:
        tell(Notice("settings.mended", notice.values))
    known = there if is_there and (notice is None or aside) else desk.settings
    wanted = dataclasses.asdict(known) | values
    checked = msgspec.convert(wanted, Settings)
    try:
        stored.save(checked, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unwritable", path=str(path), reason=reason) from error
    desk.settings = checked
    return checked
