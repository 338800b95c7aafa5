"""What calls over the network are called, for window and command line alike."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from app.i18n import _

if TYPE_CHECKING:
    from agents.store.network_log import NetworkCall


def why(code: str) -> str:
    """What a call was for."""
    return {
        "hub_list": _("Looking for a model's files"),
        "hub_file": _("Downloading a model"),
        "update_list": _("Looking for a newer version"),
        "update_file": _("Downloading a newer version"),
        "server_models": _("Asking the remote server what it has"),
        "server_answer": _("Text sent to the remote server"),
        "server_count": _("Text sent to the remote server to be counted"),
        "library_check": _("Checking the library's DOIs"),
    }.get(code, code)


def carries_text(code: str) -> bool:
    """Whether what the user wrote went with it."""
    return code in {"server_answer", "server_count"}


def amount(call: NetworkCall) -> str:
    """Bytes there and back."""
    return _("{sent} sent, {received} received", sent=size(call.sent), received=size(call.received))


def answer(call: NetworkCall) -> str:
    """What came of it."""
    if not call.answer:
        return _("under way")
    if call.answer in {"ok", "200"}:
        return _("answered")
    if call.answer in {"cancelled", "CancelledError", "GeneratorExit"}:
        return _("cancelled")
    if call.answer == "closed":
        return _("ended with MoA Desk")
    return _("failed: {reason}", reason=call.answer)


def moment(made: str) -> str:
    """A time as the list has it (ISO, UTC), on this machine's clock."""
    try:
        when = dt.datetime.fromisoformat(made)
    except ValueError:
        return made
    return when.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def size(count: int) -> str:
    """Bytes, small ones to the byte: this is about what left."""
    if count < 10_000:
        return _("{count} bytes", count=f"{count:,}")
    if count < 1_000_000:
        return _("{count} kB", count=f"{count / 1e3:.0f}")
    if count < 1_000_000_000:
        return _("{count} MB", count=f"{count / 1e6:.1f}")
    return _("{count} GB", count=f"{count / 1e9:.2f}")


def joined(*parts: str) -> str:
    """Parts of a line; empty ones are left out."""
    return " · ".join(part for part in parts if part)
