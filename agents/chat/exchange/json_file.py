"""Conversations as JSON: the one form that comes back without a loss.

The one law: a file is checked from end to end before anything of it is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from agents.base import UserError
from agents.store.whole import Talk  # noqa: TC001 - msgspec reads it at run time

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT, VERSION = "moadesk-conversations", 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    format: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    format: str
    version: int
    program: str = ""
    exported: str = ""
    conversations: tuple[Talk, ...]


def write(talks: Sequence[Talk], program: str) -> bytes:
    """The file, indented so that it can be read."""
    file = _File(
        format=FORMAT,
        version=VERSION,
        program=program,
        exported=datetime.now(UTC).isoformat(timespec="seconds"),
        conversations=tuple(talks),
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"


def read(data: bytes, name: str) -> tuple[Talk, ...]:
    """The conversations of a file.

    Raises:
        UserError: chat.import_not_json, chat.import_foreign, chat.import_newer,
            chat.import_broken.
    """
    try:
        head = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Head)
    except msgspec.ValidationError as error:
        raise UserError("chat.import_foreign", name=name) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise UserError("chat.import_not_json", name=name, reason=str(error)) from error
    if head.format != FORMAT:
        raise UserError("chat.import_foreign", name=name)
    if head.version > VERSION:
        raise UserError("chat.import_newer", name=name)
    try:
        file = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_File)
    except msgspec.ValidationError as error:
        raise UserError("chat.import_broken", name=name, reason=str(error)) from error
    for number, talk in enumerate(file.conversations, 1):
        reason = _wrong(talk)
        if reason:
            place = f"conversation {number}: {reason}"
            raise UserError("chat.import_broken", name=name, reason=place)
    return file.conversations


def _wrong(talk: Talk) -> str:
    """What does not hold together; empty if all does."""
    known = {0}
    for message in talk.messages:
        if message.id in known or message.id < 0:
            return f"message {message.id} is there twice"
        if message.parent not in known:
            return f"message {message.id} follows {message.parent}, which does not come before it"
        if message.state == "writing":
            return f"message {message.id} is unfinished"
        if not _is_time(message.created):
            return f"{message.created!r} is no time"
        known.add(message.id)
    if talk.shown not in known:
        return f"message {talk.shown} is shown, but not there"
    wrong = [one for one in (talk.created, talk.updated) if not _is_time(one)]
    return f"{wrong[0]!r} is no time" if wrong else ""


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
