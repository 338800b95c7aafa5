"""`moadesk entities FILE`: named spans of a text, by labels given here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress, UserError
from agents.entities.events import PAPER_LABELS, EntitiesFound, EntityRequest
from agents.translation.formats.spliced import decode
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    from agents.base import CancelToken
    from agents.entities.events import Span
    from app.build import Desk
    from app.cli.output import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("entities", help=_("find people, methods, datasets in a text"))
    command.add_argument("file", help=_('a text file; "-" reads standard input'))
    command.add_argument(
        "--labels", default=",".join(PAPER_LABELS), help=_("what to look for, separated by commas")
    )
    command.add_argument("--model", default="", help=_("which entity model"))
    command.add_argument(
        "--threshold", type=_score, default=0.5, help=_("lowest score, 0 to 1 (0.5)")
    )
    command.add_argument("--json", action="store_true", help=_("print the spans as JSON"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print the spans of the whole text in order."""
    request = EntityRequest(
        texts=(_read(str(args.file)),),
        model=args.model or desk.shelf.best("entities", desk.settings.entity_model),
        labels=tuple(str(args.labels).split(",")),
        threshold=float(args.threshold),
    )
    spans: tuple[Span, ...] = ()
    for event in desk.entities.run(request, cancel):
        if isinstance(event, Progress):
            show_progress(event, _("passages"))
        elif isinstance(event, EntitiesFound):
            spans = event.spans
    end_progress()
    if args.json:
        show_json(spans)
    else:
        for span in spans:
            text = " ".join(span.text.split())  # one line each, whatever the line ends in it
            print(f"{span.label}\t{text}\t{span.start}-{span.end}\t{span.score:.2f}")
    return 0


def _score(text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = -1.0
    if not 0 <= score <= 1:
        raise argparse.ArgumentTypeError(_("a score lies between 0 and 1"))
    return score


def _read(name: str) -> str:
    """The text as it is in the file, line ends included: the offsets are those of the file."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except FileNotFoundError as error:
        raise UserError("file.missing", path=name) from error
    except OSError as error:
        raise UserError("file.unreadable", path=name, reason=error.strerror or "") from error
    return decode(data, name).text
