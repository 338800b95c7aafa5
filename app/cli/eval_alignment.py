"""`moadesk eval alignment`: where formatting is put back, against labels made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.translation.evaluation.alignment import (
    AlignmentEval,
    AlignmentReport,
    AlignmentRequest,
)
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands

_SAMPLE = "samples/alignment.jsonl"  # below the assets


def add(subcommands: Commands) -> None:
    """Add the command below `moadesk eval`."""
    command = subcommands.add_parser(
        "alignment", help=_("where formatting is put back, against labelled sentences")
    )
    command.add_argument(
        "--set", type=Path, default=None, metavar=_("FILE"), help=_("labelled sentences (JSONL)")
    )
    command.add_argument(
        "--no-embedder", action="store_true", help=_("as on a machine without the embedding model")
    )
    command.add_argument("--json", action="store_true", help=_("print as JSON"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Measure; the results on standard output."""
    path: Path = args.set or desk.paths.assets / _SAMPLE
    report: AlignmentReport | None = None
    embedder = None if args.no_embedder else desk.embedded
    for event in AlignmentEval(desk.korean, embedder).run(AlignmentRequest(path), cancel):
        if isinstance(event, Progress):
            show_progress(event, path.name)
        else:
            report = event
    end_progress()
    assert report is not None  # noqa: S101 - the agent ends with it or raises
    if args.json:
        show_json(report)
        return 0
    for one in report.figures:
        print(
            _(
                "→ {target}: {spans} spans, exact {exact:.1%}, at least half {close:.1%},"
                " flagged {flagged:.1%}, wrong and not flagged {wrong:.1%},"
                " {time:.0f} ms per sentence",
                target=one.target,
                spans=one.spans,
                exact=one.exact / one.spans,
                close=one.close / one.spans,
                flagged=one.flagged / one.spans,
                wrong=one.wrong_unflagged / one.spans,
                time=one.milliseconds,
            )
        )
    return 0
