"""How the command line speaks: results on stdout, progress and notices on stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import msgspec

from app import i18n
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import Notice, Progress

    # argparse keeps the name of what `add_subparsers` returns to itself.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001


def show_notice(notice: Notice) -> None:
    """Print a sentence for the person."""
    end_progress()
    print(i18n.explain(notice), file=sys.stderr)


def show_progress(progress: Progress, what: str) -> None:
    """Draw one progress line, over the last one on a terminal; silent in a pipe but for the end."""
    total = str(progress.total) if progress.total else "?"
    line = f"{what}: {progress.done}/{total}"
    if progress.seconds_left:
        minutes, seconds = divmod(int(progress.seconds_left), 60)
        line += " · " + _("{minutes} min {seconds} s left", minutes=minutes, seconds=seconds)
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
    elif progress.done == progress.total:
        print(line, file=sys.stderr, flush=True)


def end_progress() -> None:
    """Start a new line after a progress line."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def show_json(value: Any) -> None:  # noqa: ANN401 - any dataclass or plain value
    """Print a value (dataclasses and paths included) as JSON, Korean readable."""
    print(json.dumps(msgspec.to_builtins(value, enc_hook=str), ensure_ascii=False, indent=2))
