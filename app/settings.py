"""The user's settings: one frozen dataclass, one readable TOML file, validated."""

from __future__ import annotations

import dataclasses
import time
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import tomli_w

from agents.base import Notice

if TYPE_CHECKING:
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
    output_dir: str = ""  # translated files and drafts; empty = beside the source
    threads: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0  # 0 = physical cores
    quiet: Literal["auto", "on", "off"] = "auto"  # half of the cores; auto = on battery
    memory_budget_mb: Annotated[int, msgspec.Meta(ge=0)] = 0  # 0 = from this machine
    chat_titles: bool = True  # the model that answered gives a new conversation its title
    conversation_disk_mb: Annotated[int, msgspec.Meta(ge=0)] = 1024  # states of chats; 0 = none


def load(path: Path) -> tuple[Settings, Notice | None]:
    """Read the settings; a broken file is set aside and explained, never an error."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        return msgspec.convert(raw, Settings), None
    except FileNotFoundError:
        return Settings(), None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        aside = path.with_name(f"{path.stem}.broken-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}")
        path.replace(aside)
        values = (("path", str(path)), ("reason", str(error)), ("aside", str(aside)))
        return Settings(), Notice("settings.invalid", values)


def save(settings: Settings, path: Path) -> None:
    """Write the settings atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(tomli_w.dumps(dataclasses.asdict(settings)), "utf-8")
    part.replace(path)
