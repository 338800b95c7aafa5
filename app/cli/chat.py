"""`moadesk chat "…"`: one question, a streamed answer, kept as a conversation."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from agents.base import Notice, Token
from agents.chat.events import ChatDone, ChatRequest, Manner, Restarted
from app.cli.output import show_json, show_notice
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands


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
    command.add_argument("--json", action="store_true", help=_("print the answer as JSON"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Ask, print the answer as it comes; 3 if it was cut short."""
    question = sys.stdin.read() if args.question == "-" else args.question
    request = ChatRequest(
        question=question,
        model=args.model or desk.choices.best("chat", desk.settings.chat_model),
        seed=args.seed,
        max_tokens=args.max_tokens,
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
        elif isinstance(event, ChatDone):
            finish = event.finish
            if args.json:
                show_json(event)
            else:
                print()
    if finish != "stop":
        print(_("The answer was cut short ({reason}).", reason=finish), file=sys.stderr)
        return 3
    return 0
