"""`moadesk route "…"`: who of the team would take a request."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from agents.chat.routing.commander import ModelCommander
from app.cli.output import show_json
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("route", help=_("who of the team would take a request"))
    command.add_argument("request", help=_('the request; "-" reads it from standard input'))
    command.add_argument(
        "--model", default="", help=_("the model that is asked where the words waver")
    )
    command.add_argument("--json", action="store_true", help=_("print as JSON"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Route one request and say how."""
    text = sys.stdin.read() if args.request == "-" else args.request
    if args.model:
        with desk.models.borrow(args.model, cancel) as engine:
            routed = desk.router.route(text, cancel, ModelCommander(engine))
    else:
        routed = desk.router.route(text)
    if args.json:
        show_json(routed)
        return 0
    print(" → ".join(routed.routes))
    if len(routed.tasks) > 1:
        for number, task in enumerate(routed.tasks, start=1):
            after = "".join(f" ← {place + 1}" for place in task.after)
            print(f"{number}. {task.route}: {task.text}{after}")
    return 0
