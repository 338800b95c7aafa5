"""`moadesk drafts`: the drafts that are kept: list, export in any form, look back at versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Notice, UserError
from agents.scholar import export, styles, versions
from app import i18n
from app.cli.output import show_json
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands

_SIGNS = {"same": "", "added": "+", "removed": "-"}


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("drafts", help=_("list and export the drafts that are kept"))
    actions = command.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    listing = actions.add_parser("list", help=_("list the drafts"))
    listing.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    listing.set_defaults(run=run_list)
    writing = actions.add_parser("export", help=_("write a draft to a file"))
    writing.add_argument("draft", type=int, metavar="ID", help=_("number of the draft"))
    writing.add_argument(
        "out", type=Path, metavar="FILE", help=_("a name with .tex, .md, .docx or .html")
    )
    add_form(writing)
    writing.set_defaults(run=run_export)
    looking = actions.add_parser("versions", help=_("list the versions of a draft"))
    looking.add_argument("draft", type=int, metavar="ID", help=_("number of the draft"))
    looking.add_argument("--diff", type=int, default=0, metavar="ID", help=_("what changed since"))
    looking.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    looking.set_defaults(run=run_versions)


def add_form(command: argparse.ArgumentParser) -> None:
    """The options of a draft that is written out."""
    command.add_argument(
        "--style",
        default=styles.DEFAULT,
        help=_(
            "citation style of Word and HTML: {known}, or a .csl file",
            known=", ".join(styles.FILES),
        ),
    )
    command.add_argument(
        "--cite",
        choices=("cite", "citep", "autocite"),
        default="cite",
        help=_("the LaTeX command of a citation"),
    )
    command.add_argument(
        "--plain-citations",
        action="store_true",
        help=_("Word: citations as text, not as fields for Zotero"),
    )


def form_of(args: argparse.Namespace) -> export.Form:
    """What was chosen with those options."""
    return export.Form(args.style, args.cite, zotero=not args.plain_citations)


def say(code: str) -> str:
    """The words of a code, for the readable report."""
    return i18n.explain(Notice(code))


def run_list(args: argparse.Namespace, desk: Desk, _cancel: CancelToken) -> int:
    """List the drafts."""
    rows = desk.drafts.list()
    if args.json:
        show_json(rows)
        return 0
    for row in rows:
        print(f"{row.id:5} {row.updated[:16]} {row.state:12} {' '.join(row.topic.split())[:80]}")
    return 0


def run_export(args: argparse.Namespace, desk: Desk, _cancel: CancelToken) -> int:
    """Export a draft; 3 if sentences are flagged."""
    form = form_of(args)
    export.check_target(args.out, form)
    draft = desk.drafts.load(args.draft)
    if draft is None:
        raise UserError("scholar.draft_gone")
    for file in export.write(draft, args.out, form, say):
        print(f"  {file}")
    return 3 if draft.report.flagged else 0


def run_versions(args: argparse.Namespace, desk: Desk, _cancel: CancelToken) -> int:
    """List the versions of a draft, or show what changed since one."""
    if args.diff:
        old, new = desk.versions.load(args.diff), desk.versions.now(args.draft)
        found = versions.sections(old, new, lambda key: f"@{key}")
        if args.json:
            show_json(found)
            return 0
        for section in found:
            print(
                "".join(
                    one.text if one.kind == "same" else f"[{_SIGNS[one.kind]}{one.text}]"
                    for one in section
                )
            )
            print()
        return 0
    rows = desk.versions.list(args.draft)
    if args.json:
        show_json(rows)
        return 0
    for row in rows:
        print(f"{row.id:5} {row.made[:16]} {row.reason:8} {row.name}")
    return 0
