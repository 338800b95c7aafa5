"""`moadesk prompts list|export|import`: the user's personas and commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app import prompt_files
from app.cli.output import show_json
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from agents.store.prompts import Prompt
    from app.build import Desk
    from app.cli.output import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("prompts", help=_("personas and commands of your own"))
    actions = command.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help=_("what there is"))
    listed.add_argument("--json", action="store_true", help=_("print as JSON"))
    listed.set_defaults(run=_list)
    for name, words, run in (
        ("export", _("write all to a file"), _export),
        ("import", _("keep what is in a file and not here yet"), _import),
    ):
        made = actions.add_parser(name, help=words)
        made.add_argument("file", type=Path)
        made.set_defaults(run=run)


def _all(desk: Desk) -> tuple[Prompt, ...]:
    return (*desk.prompts.list("persona"), *desk.prompts.list("command"))


def _list(args: argparse.Namespace, desk: Desk, _cancel: CancelToken) -> int:
    found = _all(desk)
    if args.json:
        show_json(found)
    else:
        for one in found:
            mark = "/" if one.kind == "command" else ""
            print(f"{mark}{one.name}\t{' '.join(one.text.split())[:80]}")
    return 0


def _export(args: argparse.Namespace, desk: Desk, _cancel: CancelToken) -> int:
    count = prompt_files.write(_all(desk), args.file)
    print(_("{count} written to {path}", count=count, path=args.file))
    return 0


def _import(args: argparse.Namespace, desk: Desk, _cancel: CancelToken) -> int:
    print(_("{count} added", count=prompt_files.read(args.file, desk.prompts)))
    return 0
