"""`moadesk eval translation`: models on known pairs, scored with sacrebleu."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Notice, Progress
from agents.translation.evaluation.translation import (
    EvalReport,
    EvalRequest,
    EvalRun,
    TranslationEval,
)
from app.cli.output import end_progress, show_json, show_notice, show_progress
from app.i18n import _

if TYPE_CHECKING:
    from agents.base import CancelToken
    from agents.translation.evaluation.translation import EvalComparison
    from app.build import Desk
    from app.cli.output import Commands

_MOST_MODELS = 2


def add(subcommands: Commands) -> None:
    """Add the command below `moadesk eval`."""
    command = subcommands.add_parser(
        "translation", help=_("score models on sentence pairs: chrF, BLEU, speed, problems")
    )
    command.add_argument(
        "--pairs", type=Path, required=True, help=_("pairs to translate (JSONL or TMX)")
    )
    command.add_argument(
        "--model", action="append", default=[], help=_("a model; named twice, two are compared")
    )
    command.add_argument(
        "--model2", default="", metavar="M2", help=_("a second model to compare with")
    )
    command.add_argument(
        "--to", choices=("ko", "en", "both"), default="both", help=_("target language")
    )
    command.add_argument(
        "--limit", type=_count, default=0, metavar="N", help=_("only the first N pairs")
    )
    command.add_argument("--json", action="store_true", help=_("print as JSON"))
    command.set_defaults(run=run, wrong_use=command.error)


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(_("{given!r} is not a number above zero", given=text))
    return int(text)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Score; the results on standard output."""
    named = [*args.model, *([args.model2] if args.model2 else [])]
    models = tuple(dict.fromkeys(named)) or (
        desk.choices.best("translation", desk.settings.translation_model),
    )
    if len(models) > _MOST_MODELS:
        args.wrong_use(_("Name one model, or two to compare."))
    request = EvalRequest(
        args.pairs, models, ("ko", "en") if args.to == "both" else (args.to,), args.limit
    )
    report: EvalReport | None = None
    for event in TranslationEval(desk.models, desk.korean).run(request, cancel):
        if isinstance(event, Notice):
            show_notice(event)
        elif isinstance(event, Progress):
            show_progress(event, args.pairs.name)
        elif isinstance(event, EvalRun):
            end_progress()
            if not args.json:
                _show(event)
        else:
            report = event
    assert report is not None  # noqa: S101 - the agent ends with it or raises
    if args.json:
        show_json(report)
    for comparison in () if args.json else report.comparisons:
        _compare(comparison)
    sys.stdout.flush()
    return 0


def _show(run: EvalRun) -> None:
    """One model in one direction."""
    print(
        _(
            "{model} → {target}: {pairs} pairs, {segments} segments",
            model=run.model,
            target=run.target,
            pairs=run.pairs,
            segments=run.segments,
        )
    )
    for score in run.scores:
        print(f"  {score.metric:<8} {score.score:6.2f}  {score.signature}")
    print(
        "  "
        + _(
            "{segments:.1f} segments/minute, {tokens:.1f} tokens/s, {seconds:.1f} s",
            segments=run.segments_per_minute,
            tokens=run.tokens_per_second,
            seconds=run.seconds,
        )
    )
    print(
        "  "
        + _(
            "left in the source language {untranslated:.1%}, tried again {retried:.1%}",
            untranslated=run.untranslated,
            retried=run.retried,
        )
    )
    for kind, share in run.flagged.items():
        print(f"  {kind:<16} {share:.1%}")


def _compare(comparison: EvalComparison) -> None:
    """Two models side by side."""
    print(f"{comparison.target}: {comparison.first} | {comparison.second}")
    for one in comparison.differences:
        print(f"  {one.metric:<8} {one.first:6.2f} | {one.second:6.2f}  p = {one.p_value:.4f}")
