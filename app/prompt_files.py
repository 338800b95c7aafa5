"""Personas and commands as a file, to be kept or given to somebody else.

The one law: a file is read as a whole and checked before anything of it is kept; what is no such
file is refused in a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from agents.base import UserError
from agents.store.prompts import Kind  # noqa: TC001 - a file is read with its types

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from agents.store.prompts import Prompt, Prompts

LARGEST = 4 << 20  # bytes
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=r"\S")]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=60_000, pattern=r"\S")]


@dataclass(frozen=True, slots=True)
class _One:
    kind: Kind
    name: Name
    text: Text


@dataclass(frozen=True, slots=True)
class _File:
    moadesk: Literal["prompts"]
    version: Literal[1]
    prompts: Annotated[list[_One], msgspec.Meta(max_length=2000)]


def write(prompts: Iterable[Prompt], path: Path) -> int:
    """Write a file, atomically; returns how many.

    Raises:
        UserError: file.unwritable.
    """
    ones = [_One(one.kind, one.name, one.text) for one in prompts]
    content = msgspec.json.format(msgspec.json.encode(_File("prompts", 1, ones)), indent=2)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content + b"\n")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UserError("file.unwritable", path=str(path), reason=error.strerror or "") from error
    return len(ones)


def read(path: Path, into: Prompts) -> int:
    """Keep what is in a file and not here yet; returns how many.

    Raises:
        UserError: file.unreadable, chat.no_prompts.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UserError("chat.no_prompts", path=str(path))
        found = msgspec.json.decode(path.read_bytes(), type=_File)
    except OSError as error:
        raise UserError("file.unreadable", path=str(path), reason=error.strerror or "") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UserError("chat.no_prompts", path=str(path)) from error
    return into.bring((one.kind, one.name.strip(), one.text) for one in found.prompts)
