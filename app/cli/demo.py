"""`moadesk demo`: the main job on sample files, and plainly what the model could not do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Notice, Progress, Token, UserError
from agents.chat.events import ChatDone, ChatRequest
from agents.scholar import export
from agents.scholar.events import DraftDone, DraftRequest
from agents.translation.events import DocumentDone, DocumentRequest
from app import i18n
from app.cli.output import end_progress, show_notice, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands

QUESTION = "Why do researchers cite earlier work? Answer in two sentences."
TOPIC = "Sequence models that avoid the quadratic cost of self-attention"


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("demo", help=_("try everything on sample files"))
    command.add_argument("--out", type=Path, default=Path("demo-output"), help=_("output folder"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Answer, translate, draft; 0 if all three made their files."""
    out: Path = args.out
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError("file.unwritable", path=str(out), reason=str(error)) from error
    could_not = [*_answer(desk, out, cancel), *_translate(desk, out, cancel)]
    could_not += _draft(desk, out, cancel)
    print("\n" + _("The results are in {folder}:", folder=out.resolve()))
    for file in sorted(out.iterdir()):
        print(f"  {file.name}")
    print(_("What the model could not do:") if could_not else _("Nothing was left undone."))
    for sentence in could_not:
        print(f"  - {sentence}")
    return 0


def _answer(desk: Desk, out: Path, cancel: CancelToken) -> list[str]:
    print(_("1. Asking: {question}", question=QUESTION))
    model = desk.shelf.best("chat", desk.settings.chat_model)
    done: ChatDone | None = None
    for event in desk.chat.run(ChatRequest(QUESTION, model, max_tokens=200), cancel):
        if isinstance(event, Token):
            print(event.text, end="", flush=True)
        elif isinstance(event, ChatDone):
            done = event
    print()
    assert done is not None  # noqa: S101 - the agent ends with it or raises
    (out / "answer.md").write_text(f"# {QUESTION}\n\n{done.text.strip()}\n", "utf-8")
    return [] if done.finish == "stop" else [_("The answer was cut short.")]


def _translate(desk: Desk, out: Path, cancel: CancelToken) -> list[str]:
    source = desk.paths.assets / "samples" / "sample.docx"
    print("\n" + _("2. Translating {file} to Korean", file=source.name))
    model = desk.shelf.best("translation", desk.settings.translation_model)
    could_not: list[str] = []
    request = DocumentRequest(source, "ko", out, model=model)
    for event in desk.translation.run(request, cancel):
        if isinstance(event, Notice):
            show_notice(event)
            could_not.append(i18n.explain(event))
        elif isinstance(event, Progress):
            show_progress(event, _("segments"))
        elif isinstance(event, DocumentDone):
            end_progress()
            receipt = event.receipt
            print(
                _(
                    "{translated} of {segments} segments translated, {problems} problems",
                    translated=receipt.translated,
                    segments=receipt.segments,
                    problems=len(receipt.problems),
                )
            )
            if receipt.untranslated:
                could_not.append(
                    _(
                        "{count} segments of {file} stayed in the source language.",
                        count=receipt.untranslated,
                        file=source.name,
                    )
                )
    return could_not


def _draft(desk: Desk, out: Path, cancel: CancelToken) -> list[str]:
    library = desk.paths.assets / "samples" / "sample.bib"
    print("\n" + _("3. Drafting from {file}: {topic}", file=library.name, topic=TOPIC))
    model = desk.shelf.best("chat", desk.settings.draft_model)
    could_not: list[str] = []
    for event in desk.scholar.run(DraftRequest(TOPIC, model, library=library), cancel):
        if isinstance(event, Notice):
            show_notice(event)
        elif isinstance(event, Progress):
            show_progress(event, _("works") if event.unit == "work" else _("paragraphs"))
        elif isinstance(event, DraftDone):
            end_progress()
            report = event.draft.report
            export.write(event.draft, out / "related-work.tex")
            print(
                _(
                    "{sentences} sentences, {citations} citations, {flagged} without support",
                    sentences=report.sentences,
                    citations=report.citations,
                    flagged=report.flagged,
                )
            )
            if report.flagged:
                could_not.append(
                    _(
                        "{count} sentences of the draft have no support in what they cite.",
                        count=report.flagged,
                    )
                )
    return could_not
