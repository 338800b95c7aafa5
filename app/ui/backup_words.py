"""A backup of the database in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from app.i18n import _
from app.ui import figures

if TYPE_CHECKING:
    from agents.store.backups import Backup


def moment(backup: Backup) -> str:
    """When it was made, in the user's own time."""
    return datetime.fromisoformat(backup.made).astimezone().strftime("%Y-%m-%d %H:%M")


def about(backup: Backup) -> str:
    """Why it was made, and how large it is."""
    why = {
        "update": _("before an update"),
        "restore": _("before going back"),
        "wish": _("made by you"),
    }[backup.reason]
    return figures.joined(why, figures.size(backup.size))
