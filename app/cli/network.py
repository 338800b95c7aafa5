"""`moadesk network`: everything that was sent or asked over the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import network_words
from app.cli.output import show_json
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser(
        "network", help=_("list everything that was sent or asked over the network")
    )
    command.add_argument("--clear", action="store_true", help=_("forget the list"))
    command.add_argument("--json", action="store_true", help=_("print the list as JSON"))
    command.set_defaults(run=show)


def show(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print the calls, the latest first."""
    del cancel
    if args.clear:
        desk.network_log.clear()
        return 0
    calls = desk.network_log.list()
    if args.json:
        show_json(calls)
        return 0
    if not calls:
        print(_("Nothing was sent and nothing was asked."))
    for call in calls:
        print(
            f"{network_words.moment(call.made)}  {call.address}\n    "
            + network_words.joined(
                network_words.why(call.why),
                call.about,
                network_words.amount(call),
                network_words.answer(call),
            )
        )
    return 0
