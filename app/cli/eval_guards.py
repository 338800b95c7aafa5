"""`moadesk eval guards --pairs FILE`: false alarms on good pairs, and faults that are caught."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from agents.base import Progress
from agents.translation.evaluation import faults, guards, pairs
from agents.translation.korean import Korean
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from agents.translation.evaluation.guards import Result
    from app.build import Desk
    from app.cli.output import Commands

DONE, PROBLEMS = 0, 3


def add(commands: Commands) -> None:
    """Add the measurement."""
    command = commands.add_parser(
        "guards", help=_("false alarms of the checks on good pairs, and how many faults they catch")
    )
    command.add_argument(
        "--pairs",
        type=Path,
        required=True,
        metavar=_("FILE"),
        help=_("JSONL with an “en” and a “ko” sentence in each line"),
    )
    command.add_argument(
        "--half",
        choices=get_args(pairs.Half),
        default="report",
        help=_("which half: the first is for tuning, the second for the report"),
    )
    command.add_argument("--seed", type=int, default=1, help=_("another seed makes other faults"))
    command.add_argument("--json", action="store_true", help=_("print the figures as JSON"))
    command.add_argument(
        "--misses", action="store_true", help=_("show what was flagged wrongly or missed")
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace, _desk: Desk, cancel: CancelToken) -> int:
    """Measure and print; 3 where the guards are not as good as they should be."""
    rows = pairs.load(args.pairs, args.half)
    result = guards.Result()
    for done, total in guards.run(rows, Korean(), cancel, result, args.seed):
        if done % 10 == 0 or done == total:
            show_progress(Progress(done, total, "pair"), args.pairs.name)
    end_progress()
    if args.misses:
        for miss in result.misses:
            print(f"{miss.kind}\n  {miss.source}\n  {miss.target}", file=sys.stderr)
    if args.json:
        show_json(_plain(result))
    else:
        _show(result)
    return DONE if result.good else PROBLEMS


def _plain(result: Result) -> dict[str, object]:
    return {
        "clean": result.clean,
        "flagged": result.flagged,
        "false_alarm_rate": round(result.false_rate, 5),
        "clean_with_additions": result.filled,
        "flagged_with_additions": result.filled_flagged,
        "false_alarm_rate_with_additions": round(result.filled_rate, 5),
        "false_alarms": dict(result.false),
        "faults": {
            kind: {
                "made": result.made[kind],
                "caught": result.caught[kind],
                "rate": round(result.rate(kind), 5),
            }
            for kind in faults.KINDS
        },
        "good": result.good,
    }


def _show(result: Result) -> None:
    print(
        _(
            "{clean} good translations, {flagged} flagged: {rate:.2f} % (at most {most:g} %)",
            clean=result.clean,
            flagged=result.flagged,
            rate=100 * result.false_rate,
            most=100 * guards.MOST_FALSE,
        )
    )
    print(
        _(
            "{clean} with a number or address added to both sides, {flagged} flagged: {rate:.2f} %",
            clean=result.filled,
            flagged=result.filled_flagged,
            rate=100 * result.filled_rate,
        )
    )
    for kind, count in sorted(result.false.items()):
        print(f"  {kind:<16}{count:>6}")
    print(_("Faults that were caught (at least {least:g} %):", least=100 * guards.LEAST_CAUGHT))
    for kind in faults.KINDS:
        made, caught = result.made[kind], result.caught[kind]
        mark = "✓" if result.rate(kind) >= guards.LEAST_CAUGHT else "✗"
        print(f"  {kind:<16}{caught:>6} / {made:<6}{100 * result.rate(kind):>7.2f} % {mark}")
