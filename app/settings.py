"""The user's settings: one frozen dataclass, one readable TOML file, validated.

The one law: a file that is not valid is never thrown away and never stops the application. It is
set aside as it was; every value in it that is good goes on to hold, and the others are named. What
only another version knows stays in the file, whatever is stored.
"""

from __future__ import annotations

import dataclasses
import shutil
import time
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import tomli_w

from agents.base import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Scale = Annotated[int, msgspec.Meta(ge=80, le=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the user can set. Empty model names mean "the best one that is here"."""

    language: Literal["system", "en", "ko"] = "system"
    theme: Literal["system", "light", "dark"] = "system"
    text_scale: Scale = 100  # per cent
    chat_model: str = ""
    translation_model: str = ""
    second_translation_model: str = ""  # asked about what the first cannot do; loaded for that
    draft_model: str = ""
    entity_model: str = ""
    embedding_model: str = ""
    remote_enabled: bool = False  # nothing is sent to a server elsewhere before this is set
    remote_url: str = ""  # of an OpenAI-compatible server; its key is in the keyring
    remote_model: str = ""  # the model there that is offered beside those on this machine
    hub_address: str = ""  # a mirror of the model hub; empty = the hub itself
    hub_proxy: str = ""  # what downloads go through; empty = as the system says
    output_dir: str = ""  # translated files and drafts; empty = beside the source
    threads: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0  # 0 = physical cores
    quiet: Literal["auto", "on", "off"] = "auto"  # half of the cores; auto = on battery
    memory_budget_mb: Annotated[int, msgspec.Meta(ge=0)] = 0  # 0 = from this machine
    chat_titles: Literal["model", "question"] = "model"  # what a new conversation is called by
    conversation_disk_mb: Annotated[int, msgspec.Meta(ge=0)] = 1024  # states of chats; 0 = none
    welcomed: bool = False  # the first run was gone through, or left


_HEAD = """\
# Settings of MoA Desk. They are read when it starts; a value that is not valid is set back to the
# standard one, and this file is kept beside it as it was.
"""

_OTHERS = "\n# Not known to this version of MoA Desk, and not used by it\n"

# What stands over each value. For a person with an editor: English, as the names are.
COMMENTS: dict[str, str] = {
    "language": '"system", "en" or "ko"',
    "theme": '"system", "light" or "dark"',
    "text_scale": "text size in per cent, 80 to 200",
    "chat_model": 'ids as `moadesk models list` shows them; "" = the best one that is here',
    "translation_model": "",
    "second_translation_model": "asked about what the first one cannot translate",
    "draft_model": "",
    "entity_model": "",
    "embedding_model": "",
    "remote_enabled": "nothing is sent to a server elsewhere while this is false",
    "remote_url": "of an OpenAI-compatible server; its key is in the system's keyring",
    "remote_model": "the model there that is offered beside those of this machine",
    "hub_address": 'a mirror of the model hub; "" = the hub itself',
    "hub_proxy": 'such as "http://proxy:8080"; "" = as the system says',
    "output_dir": 'where translated files and drafts go; "" = beside the source',
    "threads": "0 = the physical cores of this machine",
    "quiet": 'half of the cores: "auto" (on battery), "on" or "off"',
    "memory_budget_mb": "memory for models, in MB; 0 = a share of this machine's",
    "chat_titles": 'what a new chat is called by: "model" (it makes a title) or "question"',
    "conversation_disk_mb": "disk space for chats that go on at once after a restart; 0 = off",
    "welcomed": "false = the first run is shown at the next start",
}


def load(
    path: Path, *, mend: bool = True, otherwise: Settings | None = None
) -> tuple[Settings, Notice | None]:
    """Read the settings; what is not valid is set aside and explained, never an error.

    Args:
        path: the file; it need not exist.
        mend: set a file aside that is not valid, and write what is good anew. Otherwise it stays
            as it is: the good values hold, and nothing is said.
        otherwise: what holds where a file that is not valid has no good value; None = the
            standard settings.
    """
    instead = otherwise or Settings()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Settings(), None
    except OSError as error:
        values = (("path", str(path)), ("reason", error.strerror or str(error)))
        return Settings(), Notice("settings.unreadable", values)
    try:
        raw = tomllib.loads(content.decode("utf-8"))
        return msgspec.convert(raw, Settings), None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        if not mend:
            return _good(content, instead)[0], None
        return _mended(path, content, str(error), instead)


def save(settings: Settings, path: Path) -> None:
    """Write the settings atomically; what the file has beside them stays in it.

    Raises:
        OSError: as the system says; what was there stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(written(settings, others(path)), "utf-8")
    part.replace(path)


def others(path: Path) -> dict[str, object]:
    """What stands in the file and is no setting of this version; nothing if it cannot be read."""
    try:
        raw = _read(path.read_text("utf-8", errors="replace"))
    except OSError:
        return {}
    return {name: value for name, value in raw.items() if name not in _names()}


def written(settings: Settings, others: Mapping[str, object]) -> str:
    """The file's text; `others` stand at its end, where tables of TOML have to."""
    parts = [_HEAD]
    for name, value in dataclasses.asdict(settings).items():
        comment = COMMENTS.get(name, "")
        parts.append(f"\n# {comment}\n" if comment else "")
        parts.append(tomli_w.dumps({name: value}))
    if others:
        parts.append(_OTHERS + tomli_w.dumps(others))
    return "".join(parts)


def valid(name: str, value: object) -> bool:
    """Whether a setting may have this value."""
    try:
        msgspec.convert({name: value}, Settings)
    except msgspec.ValidationError:
        return False
    return True


def _mended(path: Path, content: bytes, reason: str, instead: Settings) -> tuple[Settings, Notice]:
    """What can be kept of a broken file, which is set aside."""
    settings, good, bad = _good(content, instead)
    aside = path.with_name(f"{path.stem}.broken-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}")
    values = (("path", str(path)), ("reason", reason), ("aside", str(aside)))
    try:
        if not good and not others(path):
            path.replace(aside)
            return settings, Notice("settings.invalid", values)
        shutil.copyfile(path, aside)
        save(settings, path)
    except OSError as error:  # a folder nobody may write to: the good values hold all the same
        values = (("path", str(path)), ("reason", error.strerror or str(error)))
        return settings, Notice("settings.unreadable", values)
    if not bad:
        return settings, Notice("settings.mended", values)
    return settings, Notice("settings.mended_but", (*values, ("names", ", ".join(bad))))


def _good(content: bytes, instead: Settings) -> tuple[Settings, frozenset[str], tuple[str, ...]]:
    """The settings by what is good in a file; the names of that, and of what is not."""
    raw = _read(content.decode("utf-8", errors="replace"))
    known = _names()
    good = {name: value for name, value in raw.items() if name in known and valid(name, value)}
    bad = sorted((set(raw) & known) - set(good))
    wanted = dataclasses.asdict(instead) | good
    return msgspec.convert(wanted, Settings), frozenset(good), tuple(bad)


def _names() -> frozenset[str]:
    return frozenset(field.name for field in dataclasses.fields(Settings))


def _read(text: str) -> Mapping[str, object]:
    """The values of the file; where it is no TOML as a whole, of each line that is."""
    with suppress(tomllib.TOMLDecodeError):
        return tomllib.loads(text)
    found: dict[str, object] = {}
    for line in text.splitlines():
        if line.lstrip().startswith("["):  # what follows is of a table, and no setting
            break
        with suppress(tomllib.TOMLDecodeError):
            found |= tomllib.loads(line)
    return found
