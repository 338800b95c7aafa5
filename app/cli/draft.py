"""`moadesk draft`: a related-work section with real citations from a `.bib` file or the library."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Notice, Progress, UserError
from agents.scholar import export
from agents.scholar.events import DraftDone, DraftRequest, PlanMade, SentenceDone
from app.cli import drafts
from app.cli.output import end_progress, show_json, show_notice, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from agents.scholar.events import Draft, ScholarEvent
    from app.build import Desk
    from app.cli.output import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("draft", help=_("draft related work with real citations"))
    about = command.add_mutually_exclusive_group(required=True)
    about.add_argument("--topic", default="", help=_("what the section is about"))
    about.add_argument("--topic-file", type=Path, help=_("a text file with the topic or abstract"))
    command.add_argument(
        "--library", type=Path, help=_("a .bib file to draft from; without it, your library")
    )
    command.add_argument(
        "--out",
        type=Path,
        required=True,
        help=_("the draft: .tex, .md, .docx or .html; its report beside it"),
    )
    drafts.add_form(command)
    command.add_argument("--model", default="", help=_("which model writes"))
    command.add_argument("--seed", type=int, default=0, help=_("the same seed, the same draft"))
    command.add_argument("--themes", type=int, default=4, help=_("at most so many paragraphs"))
    command.add_argument("--json", action="store_true", help=_("print the report as JSON"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Draft and write the files; 3 if sentences are flagged."""
    form = drafts.form_of(args)
    export.check_target(args.out, form)
    request = DraftRequest(
        topic=_topic(args),
        model=args.model or desk.choices.best("chat", desk.settings.draft_model),
        library=args.library,
        max_themes=max(1, args.themes),
        seed=args.seed,
    )
    draft: Draft | None = None
    for event in desk.scholar.run(request, cancel):
        _show(event, quiet=args.json)
        if isinstance(event, DraftDone):
            draft = event.draft
    assert draft is not None  # noqa: S101 - the agent ends with it or raises
    files = export.write(draft, args.out, form, drafts.say)
    report = draft.report
    if args.json:
        show_json(report)
    else:
        print()
        print(
            _(
                "{sentences} sentences, {citations} citations, {flagged} without support",
                sentences=report.sentences,
                citations=report.citations,
                flagged=report.flagged,
            )
        )
        for file in files:
            print(f"  {file}")
    return 3 if report.flagged else 0


def _topic(args: argparse.Namespace) -> str:
    if not args.topic_file:
        return str(args.topic)
    try:
        return str(args.topic_file.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise UserError("file.missing", path=str(args.topic_file)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError("file.unreadable", path=str(args.topic_file), reason=str(error)) from error


def _show(event: ScholarEvent, *, quiet: bool) -> None:
    if isinstance(event, Notice):
        show_notice(event)
    elif isinstance(event, Progress):
        show_progress(event, _("paragraphs") if event.unit == "paragraph" else _("works"))
    elif isinstance(event, PlanMade):
        end_progress()
        for theme in event.themes:
            print(f"{theme.title}: {', '.join(w.key for w in theme.works)}", file=sys.stderr)
        print(_("{count} works left out: not about this", count=event.left_out), file=sys.stderr)
    elif isinstance(event, SentenceDone) and not quiet:
        end_progress()
        flag = "" if event.sentence.support == "supported" else " (?)"
        print(f"{event.sentence.text} [{', '.join(event.sentence.keys)}]{flag}", flush=True)
