"""`moadesk chat "…"`: one question, a streamed answer, kept as a conversation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Notice, Progress, Token
from agents.chat.events import ChatDone, ChatRequest, Manner, Restarted
from agents.chat.files.events import FileRead, FileRequest
from agents.chat.tools.asked import ClipboardAsked, PermissionAsked
from app.cli import asking
from app.cli.output import end_progress, show_json, show_notice, show_progress
from app.i18n import _
from app.permitting import went_in

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands

_QUOTE = 200  # letters of a passage


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("chat", help=_("ask a question"))
    command.add_argument("question", help=_('the question; "-" reads it from standard input'))
    command.add_argument("--model", default="", help=_("which model answers"))
    command.add_argument(
        "--thinking",
        choices=("on", "off"),
        default="on",
        help=_("whether a model that can think does so before it answers"),
    )
    command.add_argument("--seed", type=int, default=0, help=_("the same seed, the same answer"))
    command.add_argument("--max-tokens", type=int, default=1024, help=_("longest answer"))
    command.add_argument(
        "--file",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help=_("a file the question is about; as often as needed"),
    )
    command.add_argument(
        "--allow",
        action="append",
        type=asking.allowed,
        default=[],
        metavar="TOOL[:FOLDER]",
        help=_(
            "let a tool work without asking: files:FOLDER, make:FOLDER, clipboard, library, memory"
        ),
    )
    command.add_argument("--json", action="store_true", help=_("print the answer as JSON"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Ask, print the answer as it comes; 3 if it was cut short."""
    question = sys.stdin.read() if args.question == "-" else args.question
    files = tuple(_read(path, desk, cancel) for path in args.file)
    request = ChatRequest(
        question=question,
        model=args.model or desk.choices.best("chat", desk.settings.chat_model),
        seed=args.seed,
        max_tokens=args.max_tokens,
        files=files,
        manner=Manner(thinking=args.thinking == "on"),
    )
    finish = ""
    for event in desk.chat.run(request, cancel):
        if isinstance(event, Token) and not args.json:
            print(event.text, end="", flush=True)
        elif isinstance(event, Restarted) and not args.json:
            print("\n")
        elif isinstance(event, Notice):
            show_notice(event)
        elif isinstance(event, PermissionAsked | ClipboardAsked):
            asking.answer(event, desk, args.allow, cancel)
        elif isinstance(event, ChatDone):
            finish = event.finish
            if args.json:
                show_json(event)
            else:
                print()
                _show_sources(event)
    if finish != "stop":
        print(_("The answer was cut short ({reason}).", reason=finish), file=sys.stderr)
        return 3
    return 0


def _read(path: Path, desk: Desk, cancel: CancelToken) -> int:
    """Read a file that is given with the question; returns its number."""
    file = 0
    for event in desk.file_reader.run(FileRequest(path), cancel):
        if isinstance(event, Progress):
            show_progress(event, path.name)
        elif isinstance(event, FileRead):
            file = event.file.id
    end_progress()
    return file


def _show_sources(done: ChatDone) -> None:
    """What is cited, below the answer; how much of each file the model saw, on stderr."""
    steps = done.trace.steps if done.trace is not None else ()
    sources = [source for step in steps for source in step.given.sources]
    if sources:
        print()
    for one in sources:
        page = " " + _("(p. {page})", page=one.page) if one.page else ""
        print(f"[{one.number}] {one.name}{page}: {' '.join(one.text.split())[:_QUOTE]}")
    for step in steps:
        for went in step.given.went_in:
            print(went_in(went), file=sys.stderr)
