"""`moadesk eval router`: where requests are sent, against labels made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.chat.evaluation.routing import RoutingEval, RoutingReport, RoutingRequest
from agents.chat.routing.commander import ModelCommander
from agents.chat.routing.router import ROUTES
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands

_SAMPLE = "router/heldback.jsonl"  # below the assets


def add(subcommands: Commands) -> None:
    """Add the command below `moadesk eval`."""
    command = subcommands.add_parser(
        "router", help=_("where requests are sent, against labelled ones")
    )
    command.add_argument(
        "--set", type=Path, default=None, metavar=_("FILE"), help=_("labelled requests (JSONL)")
    )
    command.add_argument(
        "--model", default="", help=_("the model that is asked where the words waver")
    )
    command.add_argument("--json", action="store_true", help=_("print as JSON"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Measure; the results on standard output."""
    path: Path = args.set or desk.paths.assets / _SAMPLE
    if args.model:
        with desk.models.borrow(args.model, cancel) as engine:
            report = _measured(RoutingEval(desk.router, ModelCommander(engine)), path, cancel)
    else:
        report = _measured(RoutingEval(desk.router), path, cancel)
    if args.json:
        show_json(report)
    else:
        _show(report)
    return 0


def _measured(measure: RoutingEval, path: Path, cancel: CancelToken) -> RoutingReport:
    report: RoutingReport | None = None
    for event in measure.run(RoutingRequest(path), cancel):
        if isinstance(event, Progress):
            show_progress(event, path.name)
        else:
            report = event
    end_progress()
    assert report is not None  # noqa: S101 - the agent ends with it or raises
    return report


def _show(report: RoutingReport) -> None:
    print(
        _(
            "{right} of {requests} requests right: {accuracy:.1%} (hard ones: {of_hard} of {hard})",
            right=report.right,
            requests=report.requests,
            accuracy=report.accuracy,
            of_hard=report.right_of_hard,
            hard=report.hard,
        )
    )
    print(
        _(
            "all tasks found: {right} of {several}; single tasks cut: {cut}",
            right=report.right_of_several,
            several=report.several,
            cut=report.cut_needlessly,
        )
    )
    print(
        _(
            "looked at again: {again} of {requests}; still open, a model would be asked: {unsure}",
            again=report.looked_again,
            requests=report.requests,
            unsure=report.unsure,
        )
    )
    print(
        _(
            "first look, by words alone: {median:.2f} ms, 95 % under {p95:.2f} ms",
            median=report.first_median_ms,
            p95=report.first_p95_ms,
        )
    )
    print(
        _(
            "time for one: {median:.2f} ms, 95 % under {p95:.2f} ms, at most {most:.2f} ms",
            median=report.median_ms,
            p95=report.p95_ms,
            most=report.most_ms,
        )
    )
    width = max(map(len, ROUTES)) + 2
    print("".join(["".ljust(width), *(route.rjust(width) for route in ROUTES)]))
    for wanted in ROUTES:
        row = report.confusion[wanted]
        print("".join([wanted.ljust(width), *(str(row[got]).rjust(width) for got in ROUTES)]))
    for one in report.wrong:
        print(f"{one.wanted} → {one.got} ({one.share:.2f}): {' '.join(one.text.split())[:100]}")
