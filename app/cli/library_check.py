"""`moadesk library check` and `retractions`: the bibliography doctor on the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agents.base import Notice, Progress
from agents.scholar import crossref, doctor
from agents.scholar.doctor import CheckDone, CheckRequest
from app import i18n
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from agents.scholar.doctor import Finding
    from app.build import Desk
    from app.cli.output import Commands


def add(actions: Commands) -> None:
    """Add the two actions."""
    check = actions.add_parser("check", help=_("find what is wrong in the library or a file"))
    check.add_argument("file", type=Path, nargs="?", help=_("check this file, not the library"))
    check.add_argument(
        "--fix", action="store_true", help=_("mend what is certain; undo takes back")
    )
    check.add_argument("--without-pdfs", action="store_true", help=_("do not open attached PDFs"))
    check.add_argument(
        "--ask-crossref",
        action="store_true",
        help=_("show what would be sent to Crossref: one request for each DOI"),
    )
    check.add_argument("--yes", action="store_true", help=_("and send it"))
    check.add_argument(
        "--server", default=crossref.SERVER, help=_("a server that answers like Crossref")
    )
    check.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    check.set_defaults(run=run_check)
    lists = actions.add_parser(
        "retractions", help=_("take a list of retracted works, or show which is here")
    )
    lists.add_argument(
        "file",
        type=Path,
        nargs="?",
        help=_("the CSV of Retraction Watch, as Crossref publishes it"),
    )
    lists.set_defaults(run=run_retractions)
    sent = actions.add_parser("sent", help=_("list every request that was sent about the library"))
    sent.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    sent.set_defaults(run=run_sent)


def run_check(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Check; 3 if something is an error or a warning."""
    done = CheckDone((), 0, None)
    for event in desk.doctor.run(CheckRequest(args.file, not args.without_pdfs), cancel):
        if isinstance(event, Progress):
            show_progress(event, _("works"))
        else:
            done = event
    end_progress()
    found = done.findings
    if args.ask_crossref:
        found += _crossref(args, desk, cancel)
    fixed = 0
    if args.fix and args.file is None:
        doctor.apply(desk.library, found)
        fixed = sum(item.fix is not None for item in found)
    if args.json:
        show_json(
            {
                "works": done.works,
                "retractions": done.retractions,
                "fixed": fixed,
                "findings": [
                    msgspec.to_builtins(item) | {"text": explained(item)} for item in found
                ],
            }
        )
    else:
        _show(found, done, fixed)
    left = [item for item in found if not (fixed and item.fix)]
    return 3 if any(item.level != "note" for item in left) else 0


def explained(finding: Finding) -> str:
    """A finding as a sentence."""
    return i18n.explain(Notice(finding.code, finding.values))


def _show(found: tuple[Finding, ...], done: CheckDone, fixed: int) -> None:
    marks = {"error": _("error"), "warning": _("warning"), "note": _("note")}
    for item in found:
        where = item.key or _("line {line}", line=item.line)
        mended = f" [{_('can be mended')}]" if item.fix and not fixed else ""
        print(f"{where}\t{marks[item.level]}\t{explained(item)}{mended}")
    counts = [sum(item.level == level for item in found) for level in marks]
    print(
        _(
            "{works} works: {errors} errors, {warnings} warnings, {notes} notes",
            works=done.works,
            errors=counts[0],
            warnings=counts[1],
            notes=counts[2],
        ),
        file=sys.stderr,
    )
    if fixed:
        print(
            _("{count} mended; `moadesk library undo` takes it back.", count=fixed),
            file=sys.stderr,
        )
    if done.retractions is None:
        print(
            _(
                "Retracted works are not looked for: there is no list. `moadesk library"
                " retractions FILE` takes one."
            ),
            file=sys.stderr,
        )


def _crossref(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> tuple[Finding, ...]:
    """Print every request; send them with `--yes` only."""
    asked = crossref.questions(desk.library.entries(desk.library.ids()), args.server)
    print(crossref.shown(asked), file=sys.stderr)
    if not args.yes:
        print(
            _("{count} requests. Nothing was sent; `--yes` sends them.", count=len(asked)),
            file=sys.stderr,
        )
        return ()
    found: tuple[Finding, ...] = ()
    for event in crossref.Asker(desk.sent).run(crossref.AskRequest(asked), cancel):
        if isinstance(event, Progress):
            show_progress(event, "Crossref")
        else:
            found = event.findings
    end_progress()
    return found


def run_retractions(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Take a list, or say which is here; 1 if none is."""
    cancel.check()
    current = desk.retractions.refresh(args.file) if args.file else desk.retractions.current()
    if current is None:
        print(_("There is no list of retracted works."), file=sys.stderr)
        return 1
    print(
        _(
            "{count} notices up to {day}, from {source}",
            count=current.count,
            day=current.day or "?",
            source=current.source,
        )
    )
    return 0


def run_sent(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """List what was sent."""
    cancel.check()
    sent = desk.sent.list()
    if args.json:
        show_json(sent)
    else:
        for item in sent:
            print(f"{item.made}\tGET {item.address}\t{item.answer}")
    return 0
