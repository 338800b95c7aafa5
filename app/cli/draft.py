"""`moadesk draft`: a related-work section with real citations from a `.bib` file or the library."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Notice, Progress, UserError
from agents.scholar import export, steps_file
from agents.scholar.events import (
    DraftDone,
    DraftRequest,
    PlanDone,
    PlanMade,
    SentenceDone,
    SentenceDropped,
)
from app import bringing
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
    command = commands.add_parser(
        "draft",
        help=_("draft related work with real citations"),
        description=_(
            "With --plan-only the themes, papers and planned sentences are written as JSON, to be"
            " changed and given back with --plan. Exit code 3: sentences are flagged or left out."
        ),
    )
    about = command.add_mutually_exclusive_group(required=True)
    about.add_argument("--topic", default="", help=_("what the section is about"))
    about.add_argument(
        "--topic-file",
        type=Path,
        help=_("a file with the topic, an abstract or a draft paper: txt, md, tex, docx or pdf"),
    )
    about.add_argument(
        "--plan", type=Path, metavar=_("FILE"), help=_("write from this plan (JSON)")
    )
    command.add_argument(
        "--library", type=Path, help=_("a .bib file to draft from; without it, your library")
    )
    command.add_argument(
        "--out",
        type=Path,
        required=True,
        help=_("the draft: .tex, .md, .docx or .html; with --plan-only: .json"),
    )
    command.add_argument(
        "--plan-only", action="store_true", help=_("plan only, and write the plan as JSON")
    )
    drafts.add_form(command)
    command.add_argument("--model", default="", help=_("which model writes"))
    command.add_argument("--seed", type=int, default=0, help=_("the same seed, the same draft"))
    command.add_argument("--themes", type=int, default=4, help=_("at most so many paragraphs"))
    command.add_argument(
        "--language", choices=("en", "ko"), default="", help=_("of the draft; else the topic's")
    )
    command.add_argument(
        "--own", type=Path, help=_("a file with what your own work does: the closing paragraph")
    )
    command.add_argument(
        "--unsupported",
        choices=("flag", "drop"),
        default="flag",
        help=_("what becomes of sentences that nothing supports"),
    )
    command.add_argument("--json", action="store_true", help=_("print the report as JSON"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Draft and write the files; 3 if sentences are flagged."""
    form = drafts.form_of(args)
    if not args.plan_only:
        export.check_target(args.out, form)
    elif args.out.suffix.lower() != ".json":
        raise UserError("scholar.plan_suffix", path=str(args.out))
    request = DraftRequest(
        topic=bringing.read(args.topic_file, cancel) if args.topic_file else args.topic,
        model=args.model or desk.choices.best("chat", desk.settings.draft_model),
        library=args.library,
        max_themes=max(1, args.themes),
        seed=args.seed,
        until="sentences" if args.plan_only else "text",
        language=args.language,
        own=bringing.read(args.own, cancel) if args.own else "",
        unsupported=args.unsupported,
        questions=args.plan_only,
        plan=args.plan,
    )
    last: ScholarEvent | None = None
    for event in desk.scholar.run(request, cancel):
        _show(event, quiet=args.json)
        last = event
    end_progress()
    if isinstance(last, PlanDone):
        return _write_plan(last, desk, args.out, as_json=args.json)
    assert isinstance(last, DraftDone)  # noqa: S101 - the agent ends with it or raises
    return _write_draft(last.draft, args.out, form, as_json=args.json)


def _write_plan(done: PlanDone, desk: Desk, path: Path, *, as_json: bool) -> int:
    begun = desk.drafts.begun(done.draft)
    steps_file.write(begun.topic if begun else "", done.outline, path)
    themes = done.outline.themes
    sentences = sum(len(theme.sentences) for theme in themes)
    if as_json:
        show_json({"plan": str(path), "themes": len(themes), "sentences": sentences})
    else:
        print(
            _(
                "{themes} themes, {sentences} sentences planned: {path}",
                themes=len(themes),
                sentences=sentences,
                path=path,
            )
        )
    return 0


def _write_draft(draft: Draft, path: Path, form: export.Form, *, as_json: bool) -> int:
    files = export.write(draft, path, form, drafts.say)
    report = draft.report
    if as_json:
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
        if report.dropped:
            print(_("{count} sentences left out: nothing supports them", count=report.dropped))
        for file in files:
            print(f"  {file}")
    return 3 if report.flagged or report.dropped else 0


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
    elif isinstance(event, SentenceDropped) and not quiet:
        end_progress()
        print(_("left out: {sentence}", sentence=event.sentence.text), flush=True)
