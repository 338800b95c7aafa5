"""`moadesk entities FILE`: named spans of a text, by labels given here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress, UserError
from agents.entities.events import PAPER_LABELS, EntitiesFound, EntityRequest
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

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
        "--threshold", type=float, default=0.5, help=_("lowest score, 0 to 1 (0.5)")
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
            show_progress(event, _("texts"))
        elif isinstance(event, EntitiesFound):
            spans = event.spans
    end_progress()
    if args.json:
        show_json(spans)
    else:
        for span in spans:
            print(f"{span.label}\t{span.text}\t{span.start}-{span.end}\t{span.score:.2f}")
    return 0


def _read(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        # `newline=""`: the offsets are those of the file's own text
        with Path(name).open(encoding="utf-8-sig", newline="") as file:
            return file.read()
    except FileNotFoundError as error:
        raise UserError("file.missing", path=name) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError("file.unreadable", path=name, reason=str(error)) from error
