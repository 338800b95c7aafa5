"""What calls over the network are called, for window and command line alike."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from app.i18n import _

if TYPE_CHECKING:
    from agents.store.network_log import NetworkCall


# What is written down of calls that failed: codes of sentences, and of older versions kinds of
# errors.
_NO_CONNECTION = frozenset(
    {
        "CutError",
        "hub.no_proxy",
        "hub.other_proxy",
        "hub.proxy_refused",
        "hub.certificate",
        "engine.remote_unreachable",
        "engine.remote_certificate",
        "engine.remote_timeout",
        "engine.remote_broken",
    }
)
_KEY = frozenset({"hub.needs_token", "hub.token_refused", "hub.gated", "engine.remote_key"})
_REFUSED = frozenset(
    {
        "UserError",
        "hub.forbidden",
        "hub.refused",
        "engine.remote_refused",
        "engine.remote_unsupported",
        "engine.remote_too_long",
        "engine.context_full",
    }
)
_ABSENT = frozenset({"hub.gone", "hub.no_file", "engine.remote_no_model"})
_OTHER = frozenset(
    {
        "hub.not_a_hub",
        "hub.replaced",
        "hub.wrong_size",
        "hub.bad_redirect",
        "update.not_an_index",
        "engine.remote_not_api",
    }
)
_BUSY = frozenset({"BusyError", "engine.remote_busy", "engine.remote_down"})


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
    return _("failed: {reason}", reason=_reason(call.answer))


def _reason(word: str) -> str:
    """What went wrong, in a word or two; what nobody expected stays as it is."""
    if word.isdigit():
        return _("status {status}", status=word)
    reasons = {
        _NO_CONNECTION: _("no connection"),
        _KEY: _("a valid key or token is needed"),
        _REFUSED: _("refused"),
        _ABSENT: _("it is not there"),
        _OTHER: _("not what was asked for"),
        _BUSY: _("the server is busy or has a fault"),
    }
    return next((said for words, said in reasons.items() if word in words), word)


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
