"""`moadesk chats`: conversations listed, searched, written into files and taken in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.output import show_json
from app.exported import words
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands

DONE, NOTHING = 0, 1


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("chats", help=_("conversations: list, search, export, import"))
    actions = command.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    one = actions.add_parser("list", help=_("all conversations, the latest first"))
    one.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    one.set_defaults(run=run_list)
    one = actions.add_parser("search", help=_("messages that contain all these words"))
    one.add_argument("query", help=_("words, or a phrase in quotation marks"))
    one.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    one.set_defaults(run=run_search)
    one = actions.add_parser("export", help=_("write conversations as .md, .json, .html or .docx"))
    one.add_argument("file", type=Path, metavar="FILE", help=_("the file to write"))
    one.add_argument(
        "--id", type=int, action="append", default=[], help=_("only this conversation")
    )
    one.set_defaults(run=run_export)
    one = actions.add_parser("import", help=_("take conversations in from a .json file"))
    one.add_argument("file", type=Path, metavar="FILE", help=_("what export wrote as JSON"))
    one.set_defaults(run=run_import)


def run_list(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print them; 1 if there are none."""
    cancel.check()
    found = desk.conversations.list(limit=-1)
    if args.json:
        show_json(found)
    for one in () if args.json else found:
        print(f"{one.id}\t{one.updated[:16].replace('T', ' ')}\t{one.title}")
    return DONE if found else NOTHING


def run_search(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print where the words stand; 1 if nowhere."""
    cancel.check()
    hits = desk.said.search(args.query)
    if args.json:
        show_json(hits)
    for hit in () if args.json else hits:
        print(f"{hit.conversation}\t{hit.role}\t{hit.snippet}")
    if not hits:
        print(_("Nothing was found."), file=sys.stderr)
    return DONE if hits else NOTHING


def run_export(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Write the file; a file that is there is written over."""
    cancel.check()
    count = desk.exchange.write(args.file, args.id, words(desk.settings.language))
    print(_("{count} conversations written: {file}", count=count, file=args.file))
    return DONE


def run_import(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Take everything in, or nothing; 1 if all was there already."""
    cancel.check()
    made = desk.exchange.read(args.file)
    print(
        _(
            "{added} conversations added, {known} were already there",
            added=len(made.added),
            known=made.known,
        )
    )
    return DONE if made.added else NOTHING
