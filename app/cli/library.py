"""`moadesk library`: bring a bibliography in and out, list, search, merge duplicates, check it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress, UserError
from agents.scholar import duplicates, exporting, merging
from agents.scholar.events import ImportDone, ImportRequest
from app import i18n, messages
from app.cli import library_check, library_entities, library_read, library_search
from app.cli.library_search import line
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from agents.scholar.duplicates import Group
    from app.build import Desk
    from app.cli.output import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("library", help=_("add, search, merge and check works"))
    actions = command.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    adding = actions.add_parser("add", help=_("add bibliographies, PDFs and Zotero folders"))
    adding.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help=_("BibTeX, RIS, CSL-JSON, PDF, a Zotero data folder, or a folder of PDFs"),
    )
    adding.add_argument(
        "--no-read", action="store_true", help=_("do not read the PDFs now (see `read`)")
    )
    adding.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    adding.set_defaults(run=run_add)
    library_read.add(actions)
    library_search.add(actions)
    listing = actions.add_parser("list", help=_("list the works"))
    listing.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    listing.set_defaults(run=run_list)
    writing = actions.add_parser("export", help=_("write the library to a file"))
    writing.add_argument(
        "out", type=Path, metavar="FILE", help=_("a name with .bib, .ris or .json")
    )
    writing.set_defaults(run=run_export)
    merging_ = actions.add_parser("dedupe", help=_("find works that are there twice"))
    merging_.add_argument("--apply", action="store_true", help=_("merge them; undo takes it back"))
    merging_.add_argument(
        "--exact", action="store_true", help=_("only by DOI, arXiv id, or title and year")
    )
    merging_.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    merging_.set_defaults(run=run_dedupe)
    undoing = actions.add_parser("undo", help=_("take back the last merge, fix or update"))
    undoing.set_defaults(run=run_undo)
    library_check.add(actions)
    library_entities.add(actions)


def run_add(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Add what is given; 1 if nothing could be, 3 if only a part could, or under other keys."""
    results: list[ImportDone] = []
    failed = 0
    for file in args.files:
        try:
            for event in desk.scholar.run(ImportRequest(file), cancel):
                if isinstance(event, Progress):
                    show_progress(event, file.name)
                elif isinstance(event, ImportDone):
                    end_progress()
                    results.append(event)
                    if not args.json:
                        _show_import(file, event)
                    break  # vectors are computed when they are first needed
        except UserError as error:
            end_progress()
            print(i18n.explain(error), file=sys.stderr)
            failed += 1
    if args.json:
        show_json(results)
    if failed == len(args.files):
        return 1
    if not args.no_read:
        library_read.read(desk, cancel, again=False, quiet=args.json)
    return 3 if failed or any(done.broken or done.renamed for done in results) else 0


def run_list(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """List all works."""
    cancel.check()
    works = desk.library.list()
    if args.json:
        show_json(works)
    else:
        for work in works:
            print(line(work))
    return 0


def run_export(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Write the library; 1 if it is empty."""
    cancel.check()
    count = exporting.write(desk.library.entries(desk.library.ids()), args.out)
    print(_("{count} works: {path}", count=count, path=args.out))
    return 0 if count else 1


def run_dedupe(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Show what is there twice, or merge it."""
    found = duplicates.groups(desk.library.identities())
    if args.exact:
        found = tuple(group for group in found if group.reason != "similar")
    gone = 0
    for group in found:
        cancel.check()
        if args.apply:
            merging.merge(desk.library, [work.id for work in group.works])
            gone += len(group.works) - 1
        if not args.json:
            print(_group(group))
    if args.json:
        shown = [
            {"reason": group.reason, "keys": [work.key for work in group.works]} for group in found
        ]
        show_json({"groups": shown, "merged": gone, "total": desk.library.count()})
    elif args.apply:
        print(
            _("{count} merged, {total} works now", count=gone, total=desk.library.count()),
            file=sys.stderr,
        )
    elif found:
        print(_("`--apply` merges these; `moadesk library undo` takes it back."), file=sys.stderr)
    else:
        print(_("No work is there twice."), file=sys.stderr)
    return 0


def run_undo(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Take back the last change."""
    del args
    cancel.check()
    change = desk.library.undo()
    print(_("Taken back: {keys}", keys=", ".join(entry.work.key for entry in change.before)))
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
        where = _("line {line}", line=broken.line) if broken.line else Path(broken.text).name
        print(f"{where}: {reason}", file=sys.stderr)
    for item in done.renamed:
        reason = _(messages.TEXTS[item.reason])
        print(
            _(
                "line {line}: {reason} It is here as {key}.",
                line=item.line,
                reason=reason,
                key=item.new,
            ),
            file=sys.stderr,
        )
    if done.kept_in:
        print(_("What could not be read is kept in {path}", path=done.kept_in), file=sys.stderr)


def reason_of(group: Group) -> str:
    """Why works are taken for one."""
    return {
        "doi": _("one DOI"),
        "arxiv": _("one arXiv id"),
        "title": _("title, year and author"),
        "similar": _("nearly one title"),
    }[group.reason]


def _group(group: Group) -> str:
    keys = " = ".join(work.key for work in group.works)
    return f"{keys}\t{reason_of(group)}\t{group.works[0].title}"
