"""`moadesk translate FILE… --to ko|en`: documents with receipts, or a text to standard output."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import CancelledError, Notice, Progress, Token, UserError
from agents.translation.document_job import output_path
from agents.translation.events import (
    DocumentDone,
    DocumentRequest,
    DocumentStarted,
    TextDone,
    TextRequest,
)
from app import beside, i18n
from app.cli import also
from app.cli.output import end_progress, show_json, show_notice, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from agents.translation.events import Receipt
    from app.build import Desk
    from app.cli.output import Commands

DONE, NOTHING, PROBLEMS = 0, 1, 3
_SHOWN = 10  # problems printed per file; the receipt has them all


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("translate", help=_("translate documents or a text"))
    command.add_argument(
        "files",
        nargs="*",
        metavar=_("FILE"),
        help=_('a document; "-" reads a text from standard input'),
    )
    command.add_argument("--to", required=True, choices=("ko", "en"), help=_("target language"))
    command.add_argument(
        "--engine",
        choices=("model", "pseudo", "identity", "memory"),
        default="model",
        help=_("what translates"),
    )
    command.add_argument(
        "--memory", type=Path, default=None, help=_("a translation memory (TMX or JSONL)")
    )
    command.add_argument(
        "--without-memory",
        action="store_true",
        help=_("neither use nor add to what was translated before"),
    )
    command.add_argument(
        "--glossary", default="", metavar=_("NAME"), help=_("a glossary: its name, or a file")
    )
    command.add_argument("--model", default="", help=_("which model translates"))
    command.add_argument(
        "--register",
        choices=("formal", "polite", "plain"),
        default="",
        help=_("Korean sentence endings: 합니다, 해요 or 한다; without it, as most of the text is"),
    )
    command.add_argument(
        "--srx", type=Path, default=None, help=_("your own rules for where sentences end (SRX)")
    )
    command.add_argument("--out", type=Path, default=None, help=_("output folder"))
    command.add_argument(
        "--also",
        type=also.kinds,
        default=(),
        metavar=_("KINDS"),
        help=_(
            "written beside each file, with commas between: {kinds}", kinds=", ".join(also.KINDS)
        ),
    )
    command.add_argument("--text", default=None, help=_("a text to translate, instead of files"))
    command.add_argument(
        "--option",
        action="append",
        default=[],
        metavar=_("NAME=VALUE"),
        help=_(
            "protect=REGEX keeps a text as it is; json.include=PATH, json.exclude=PATH;"
            " csv.column=NAME or number"
        ),
    )
    command.add_argument("--json", action="store_true", help=_("print the receipts as JSON"))
    command.set_defaults(run=run, wrong_use=command.error)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Translate everything asked for; 0 if all of it passed the checks, 3 if not."""
    _check_use(args)
    if args.text is not None or args.files == ["-"]:
        text = args.text if args.text is not None else _standard_input()
        return _translate_text(args, desk, text, cancel)
    receipts: list[Receipt] = []
    failed = 0
    requests = _requests(args, desk)
    for request in requests:
        try:
            _check_output(request, requests)
            done = _document(desk, request, cancel, quiet=args.json)
            receipts.append(done.receipt)
            for path in beside.write(request, done, desk):
                print(path, file=sys.stderr if args.json else sys.stdout)
        except UserError as error:
            end_progress()
            print(f"{request.source}: {i18n.explain(error)}", file=sys.stderr)
            failed += 1
        except CancelledError:
            end_progress()
            print(_("Run the same command again to go on where it stopped."), file=sys.stderr)
            raise
    if args.json:
        show_json(receipts)
    if not receipts:
        return NOTHING
    return PROBLEMS if failed or any(receipt.problems for receipt in receipts) else DONE


def _check_use(args: argparse.Namespace) -> None:
    """Leave with a sentence where the arguments contradict each other."""
    if bool(args.files) == (args.text is not None):
        args.wrong_use(_("Name files to translate, or a text with --text."))
    if args.engine == "memory" and args.memory is None:
        args.wrong_use(_("--engine memory needs a translation memory: --memory FILE."))
    alone = args.text is not None or args.files == ["-"]
    if "-" in args.files and not alone:
        args.wrong_use(_('"-" stands alone: it reads one text from standard input.'))
    if args.also and alone:
        args.wrong_use(_("--also needs files: a text has no place beside it."))
    if args.option and alone:
        args.wrong_use(_("--option needs files: it says how they are read."))


def _standard_input() -> str:
    return sys.stdin.buffer.read().decode("utf-8-sig", "replace")


def _model(args: argparse.Namespace, desk: Desk) -> str:
    """The model that is asked for, or the best one that is here."""
    if args.engine != "model":
        return ""
    return args.model or desk.choices.best("translation", desk.settings.translation_model)


def _requests(args: argparse.Namespace, desk: Desk) -> list[DocumentRequest]:
    model = _model(args, desk)
    folder: Path | None = args.out
    if folder is None and desk.settings.output_dir:
        folder = Path(desk.settings.output_dir)
    return [
        DocumentRequest(
            source=source,
            target=args.to,
            out_dir=folder or source.parent,
            engine=args.engine,
            model=model,
            memory=args.memory,
            register=args.register,
            options=tuple(_option(args, given) for given in args.option),
            use_memory=not args.without_memory,
            glossary=args.glossary,
            srx=args.srx,
            also=args.also,
        )
        for source in dict.fromkeys(Path(file) for file in args.files)
    ]


def _option(args: argparse.Namespace, given: str) -> tuple[str, str]:
    name, sign, value = given.partition("=")
    if not (name and sign and value):
        args.wrong_use(_("An option is NAME=VALUE, such as json.include=$.items[*].title."))
    return name, value


def _check_output(request: DocumentRequest, others: list[DocumentRequest]) -> None:
    """No file of this call is written over by the translation of another.

    Raises:
        UserError: translation.same_output, translation.output_exists.
    """
    output = os.path.abspath(output_path(request))  # noqa: PTH100 - symbolic links stay as named
    earlier = others[: others.index(request)]
    if any(os.path.abspath(output_path(other)) == output for other in earlier):  # noqa: PTH100
        raise UserError("translation.same_output", file=output)
    if any(os.path.abspath(other.source) == output for other in others):  # noqa: PTH100
        raise UserError("translation.output_exists", file=output)


def _document(
    desk: Desk, request: DocumentRequest, cancel: CancelToken, *, quiet: bool
) -> DocumentDone:
    done: DocumentDone | None = None
    for event in desk.translation.run(request, cancel):
        if isinstance(event, Notice):
            show_notice(event)
        elif isinstance(event, DocumentStarted):
            if event.resumed:
                text = _(
                    "{name}: going on, {resumed} of {segments} segments are there already",
                    name=request.source.name,
                    resumed=event.resumed,
                    segments=event.segments,
                )
                print(text, file=sys.stderr)
        elif isinstance(event, Progress):
            name = request.source.name
            reading = event.unit == "page"
            show_progress(event, _("{file}, reading pages", file=name) if reading else name)
        elif isinstance(event, DocumentDone):
            done = event
    end_progress()
    assert done is not None  # noqa: S101 - the agent ends with it or raises
    if not quiet:
        print(done.output)
    _report(done.receipt, done.receipt_path)
    return done


def _report(receipt: Receipt, path: Path | None) -> None:
    """What a person should know, on standard error."""
    summary = _(
        "{translated} of {segments} segments translated, {problems} problems",
        translated=receipt.translated,
        segments=receipt.segments,
        problems=len(receipt.problems),
    )
    if path is not None or receipt.problems:
        print(summary, file=sys.stderr)
    for problem in receipt.problems[:_SHOWN]:
        print(f"  {beside.reason(problem)}: {_short(problem.source)}", file=sys.stderr)
    if len(receipt.problems) > _SHOWN and path is not None:
        more = len(receipt.problems) - _SHOWN
        text = _("  … and {count} more in {receipt}", count=more, receipt=path)
        print(text, file=sys.stderr)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _translate_text(args: argparse.Namespace, desk: Desk, text: str, cancel: CancelToken) -> int:
    desk.segmentation = args.srx
    request = TextRequest(
        text,
        args.to,
        args.engine,
        _model(args, desk),
        args.memory,
        args.register,
        use_memory=not args.without_memory,
        glossary=args.glossary,
    )
    done: TextDone | None = None
    for event in desk.translation.run(request, cancel):
        if isinstance(event, Notice):
            show_notice(event)
        elif isinstance(event, Token):
            cancel.check()
        elif isinstance(event, TextDone):
            done = event
    assert done is not None  # noqa: S101 - the agent ends with it or raises
    if args.json:
        show_json(done)
    else:
        # What streams may still be corrected, so a pipe gets the checked text.
        print(done.text, end="" if done.text.endswith("\n") else "\n")
    _report(done.receipt, None)
    return PROBLEMS if done.receipt.problems else DONE
