"""`moadesk library`: add `.bib` files, list and search the works."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.scholar.events import ImportDone, ImportRequest, SearchDone, SearchRequest
from app import messages
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from agents.scholar.events import Work
    from app.build import Desk
    from app.cli.output import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("library", help=_("add and search works"))
    actions = command.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    adding = actions.add_parser("add", help=_("add .bib files"))
    adding.add_argument("files", type=Path, nargs="+", metavar="FILE", help=_(".bib files"))
    adding.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    adding.set_defaults(run=run_add)
    searching = actions.add_parser("search", help=_("search by words and meaning"))
    searching.add_argument("query", help=_("what to look for"))
    searching.add_argument(
        "--way", choices=("words", "meaning", "both"), default="both", help=_("how to search")
    )
    searching.add_argument("--limit", type=int, default=20, help=_("at most so many works"))
    searching.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    searching.set_defaults(run=run_search)
    listing = actions.add_parser("list", help=_("list the works"))
    listing.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    listing.set_defaults(run=run_list)


def run_add(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Add files; 3 if entries could not be read, 1 if nothing is there to add."""
    results: list[ImportDone] = []
    for file in args.files:
        for event in desk.scholar.run(ImportRequest(file), cancel):
            if isinstance(event, Progress):
                show_progress(event, file.name)
            elif isinstance(event, ImportDone):
                end_progress()
                results.append(event)
                if not args.json:
                    _show_import(file, event)
                break  # vectors are computed when they are first needed
    if args.json:
        show_json(results)
    return 3 if any(result.broken for result in results) else 0


def run_search(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Search; 1 if nothing was found."""
    request = SearchRequest(args.query, args.way, max(1, args.limit))
    found = SearchDone((), by_meaning=False)
    for event in desk.scholar.run(request, cancel):
        if isinstance(event, Progress):
            show_progress(event, _("works"))
        elif isinstance(event, SearchDone):
            found = event
    end_progress()
    if args.json:
        show_json(found)
    else:
        if args.way != "words" and not found.by_meaning:
            print(
                _(
                    "Search by meaning needs an embedding model on this machine. Download one with"
                    " `moadesk models pull`."
                ),
                file=sys.stderr,
            )
        for hit in found.hits:
            print(_line(hit.work))
        if not found.hits:
            print(_("Nothing was found."), file=sys.stderr)
    return 0 if found.hits else 1


def run_list(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """List all works."""
    cancel.check()
    works = desk.library.list()
    if args.json:
        show_json(works)
    else:
        for work in works:
            print(_line(work))
    return 0


def _show_import(file: Path, done: ImportDone) -> None:
    print(
        _(
            "{file}: {added} added, {updated} updated, {duplicates} already there, {total} in all",
            file=file.name,
            added=done.added,
            updated=done.updated,
            duplicates=done.duplicates,
            total=done.total,
        )
    )
    for broken in done.broken:
        reason = _(messages.TEXTS[broken.reason])
        print(_("line {line}: {reason}", line=broken.line, reason=reason), file=sys.stderr)


def _line(work: Work) -> str:
    people = "; ".join(work.authors[:3]) + (" …" if len(work.authors) > 3 else "")
    return f"{work.key}\t{people}\t{work.year}\t{work.title}"
