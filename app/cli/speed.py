"""`moadesk models speed`: how quick a model is on this machine, measured now."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.engine.pace import Pace, PaceRequest
from app import paces
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands


def add(actions: Commands) -> None:
    """Add the action to `moadesk models`."""
    speed = actions.add_parser("speed", help=_("measure how quick models are on this machine"))
    speed.add_argument("models", nargs="+", metavar=_("MODEL"), help=_("a model's id"))
    speed.add_argument("--json", action="store_true", help=_("print the figures as JSON"))
    speed.set_defaults(run=measure)


def measure(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Measure each; what was measured is kept and shown on the Models page."""
    found: list[Pace] = []
    for model in args.models:
        for event in desk.pace.run(PaceRequest(model), cancel):
            if isinstance(event, Progress):
                show_progress(event, model)
            else:
                end_progress()
                found.append(event)
                paces.keep(desk.kept, event)
                if not args.json:
                    print(
                        _(
                            "{model}: reads {reading} tokens/s, writes {writing} tokens/s,"
                            " loaded in {loading} s",
                            model=model,
                            reading=f"{event.reading:.1f}",
                            writing=f"{event.writing:.1f}",
                            loading=f"{event.loading:.1f}",
                        )
                    )
        desk.models.free(model)
    if args.json:
        show_json(found)
    sys.stdout.flush()
    return 0
