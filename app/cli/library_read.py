"""`moadesk library read`: read the PDFs of the library's works."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.scholar.events import PaperRead, ReadRequest
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands


def add(actions: Commands) -> None:
    """Add the command."""
    reading = actions.add_parser(
        "read", help=_("read the PDFs of the works: passages, headings, references")
    )
    reading.add_argument("--again", action="store_true", help=_("also those that were read"))
    reading.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    reading.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Read; 3 if a PDF could not be."""
    found = read(desk, cancel, again=args.again, quiet=args.json)
    if args.json:
        show_json(found)
    return 0 if all(one.state == "read" for one in found) else 3


def read(desk: Desk, cancel: CancelToken, *, again: bool, quiet: bool) -> list[PaperRead]:
    """Read what was not read yet; what becomes of a PDF that cannot be read is said."""
    found: list[PaperRead] = []
    for event in desk.reader.run(ReadRequest(again), cancel):
        if isinstance(event, Progress):
            if event.total > 1:
                show_progress(event, _("PDFs"))
        elif isinstance(event, PaperRead):
            found.append(event)
            if event.state != "read":
                end_progress()
                print(f"{event.path}: {_said(event)}", file=sys.stderr)
        elif found and not quiet:
            end_progress()
            read_ = event.counts.get("read", 0)
            print(
                _(
                    "{count} PDFs read; {links} of all references are works of the library",
                    count=read_,
                    links=event.links,
                )
            )
    end_progress()
    return found


def _said(event: PaperRead) -> str:
    return {
        "read": "",
        "scanned": _("The PDF is a scan without text: it can be looked at."),
        "locked": _("The PDF needs a password, so it was not read."),
        "damaged": _("The PDF is damaged, so it was not read."),
        "gone": _("The PDF is not there any more."),
    }[event.state]
