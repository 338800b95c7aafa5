"""`moadesk verify`: does every citation of a text hold against the works it cites?"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Notice, Progress
from agents.scholar.checking import ORDER
from agents.scholar.events import SentenceChecked, TextChecked, VerifyRequest
from app import messages
from app.cli.output import end_progress, show_json, show_notice, show_progress
from app.i18n import N_, _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands

DONE, NOTHING, PROBLEMS = 0, 1, 3

SHOWN = {
    "quoted": N_("quoted"),
    "weak": N_("weak"),
    "no support": N_("no support"),
    "metadata mismatch": N_("metadata mismatch"),
    "unknown work": N_("unknown work"),
    "not checked": N_("not checked"),
}


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser(
        "verify",
        help=_("hold each citing sentence of a text against the works it cites"),
        description=_(
            "Exit code 0: a passage can be quoted for every citing sentence. 3: for some of them it"
            " cannot, or an entry of the .bib file cannot be read. 1: no sentence cites."
        ),
    )
    command.add_argument(
        "--text",
        type=Path,
        required=True,
        help=_("LaTeX, Markdown, plain text, Word or PDF with citations"),
    )
    command.add_argument(
        "--library", type=Path, help=_("a .bib file with abstracts; without it, your library")
    )
    command.add_argument("--model", default="", help=_("a model whose yes or no is a further vote"))
    command.add_argument(
        "--json",
        action="store_true",
        help=_("print a list of {sentence, keys, verdict, evidence} as JSON"),
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Check and print; 3 where a sentence is not supported."""
    done: TextChecked | None = None
    for event in desk.scholar.run(VerifyRequest(args.text, args.library, args.model), cancel):
        if isinstance(event, Progress):
            show_progress(event, _("sentences"))
        elif isinstance(event, Notice):
            show_notice(event)
        elif isinstance(event, SentenceChecked) and not args.json:
            end_progress()
            _show(event)
        elif isinstance(event, TextChecked):
            done = event
    end_progress()
    assert done is not None  # noqa: S101 - the agent ends with it or raises
    for broken in done.broken:
        reason = _(messages.TEXTS[broken.reason])
        print(_("line {line}: {reason}", line=broken.line, reason=reason), file=sys.stderr)
    if args.json:
        show_json(done.sentences)
    if not done.sentences:
        print(_("No sentence of this text cites anything."), file=sys.stderr)
        return NOTHING
    if not args.json:
        print(_summary(done))
    good = all(sentence.verdict == "quoted" for sentence in done.sentences)
    return DONE if good and not done.broken else PROBLEMS


def _show(checked: SentenceChecked) -> None:
    print(f"{checked.line}: {_(SHOWN[checked.verdict])}: {checked.sentence}")
    for work in checked.works:
        place = " · " + _("page {page}", page=work.page) if work.page else ""
        print(f"    {work.key}{place}: {_(SHOWN[work.verdict])}")
        if work.evidence:
            print(f"        “{work.evidence}”")
        if work.reason:
            print(f"        {_(messages.TEXTS[work.reason])}")


def _summary(done: TextChecked) -> str:
    counts = Counter(sentence.verdict for sentence in done.sentences)
    parts = [f"{counts[name]} {_(SHOWN[name])}" for name in reversed(ORDER) if counts[name]]
    return _("{count} sentences that cite: ", count=len(done.sentences)) + ", ".join(parts)
