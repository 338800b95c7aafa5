"""Sizes, times and counts as a person reads them. Pure functions, in the user's language."""

from __future__ import annotations

import time
from datetime import datetime

from app.i18n import _


def size(count: float) -> str:
    """Bytes: 98 MB, 1.2 GB. Decimal units, as disks and hubs count."""
    if count >= 1e9:
        return _("{count} GB", count=f"{count / 1e9:.1f}")
    if count >= 1e6:
        return _("{count} MB", count=f"{count / 1e6:.0f}")
    return _("{count} kB", count=f"{max(count, 0) / 1e3:.0f}")


def left(seconds: float) -> str:
    """How long work will still take; empty while that is not known."""
    if seconds <= 0:
        return ""
    if seconds < 90:
        return _("{count} s left", count=max(1, round(seconds)))
    if seconds < 90 * 60:
        return _("{count} min left", count=round(seconds / 60))
    return _("{count} h left", count=f"{seconds / 3600:.1f}")


def took(seconds: float) -> str:
    """How long something took."""
    if seconds < 90:
        return _("{count} s", count=f"{seconds:.1f}")
    return _("{count} min", count=f"{seconds / 60:.1f}")


def number(count: int) -> str:
    """A count with separators: 1,284."""
    return f"{count:,}"


def clock(moment: float) -> str:
    """Hours and minutes of a time in seconds since the epoch."""
    return time.strftime("%H:%M", time.localtime(moment))


def moment(stamp: str) -> str:
    """Day and time of a stamp of the store, where we are; empty if it is none."""
    try:
        return datetime.fromisoformat(stamp).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return ""


def joined(*parts: str) -> str:
    """Parts of a status line; empty ones are left out."""
    return " · ".join(part for part in parts if part)
