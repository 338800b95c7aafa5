"""`moadesk eval scholar --bib FILE…`: retrieval, verification and citations on bibliographies."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from agents.base import Notice, Progress, UserError
from agents.engine.bench import random_model
from agents.engine.bench.ours import FileShelf
from agents.engine.cache import ModelCache
from agents.scholar import bib
from agents.scholar.evaluation import citing, retrieving, verifying
from agents.scholar.evaluation.claims import KINDS
from agents.scholar.evaluation.retrieving import Found
from app.cli.bench import STARTER
from app.cli.output import end_progress, show_json, show_notice, show_progress
from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken
    from agents.scholar.bib import BibFile
    from agents.scholar.evaluation.citing import Cited
    from agents.scholar.evaluation.verifying import Judged
    from app.build import Desk
    from app.cli.output import Commands

DONE, USAGE, PROBLEMS = 0, 2, 3
PARTS = ("retrieval", "verifier", "citations")
RANDOM = "random-weights"
_LEAST_ABSTRACTS = 3

T = TypeVar("T")


@dataclass(slots=True)
class _Results:
    """What was measured; an empty field was not asked for."""

    works: int = 0
    abstracts: int = 0
    found: dict[str, Found] = field(default_factory=dict[str, Found])
    judged: Judged | None = None
    cited: dict[str, Cited] = field(default_factory=dict[str, "Cited"])
    seconds: list[float] = field(default_factory=list[float])
    files: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


def add(subcommands: Commands) -> None:
    """Add the command below `moadesk eval`."""
    command = subcommands.add_parser(
        "scholar",
        help=_("how well works are found, sentences verified and citations kept real"),
        description=_(
            "A title is asked for its abstract; reworded sentences of abstracts are verified, true"
            " ones and such as had their evidence, a number or a name exchanged; models write"
            " sentences whose citations are counted. Exit code 3: a figure misses what it must"
            " reach."
        ),
    )
    command.add_argument(
        "--bib",
        type=Path,
        nargs="+",
        required=True,
        metavar=_("FILE"),
        help=_(".bib files with abstracts; each is measured by itself, and all together"),
    )
    command.add_argument(
        "--only", choices=PARTS, action="append", default=[], help=_("only this part")
    )
    command.add_argument(
        "--citations",
        type=_count,
        default=1000,
        metavar="N",
        help=_("so many citations from each model"),
    )
    command.add_argument("--model", default=STARTER, help=_("which model writes"))
    command.add_argument("--misses", action="store_true", help=_("show what was judged wrongly"))
    command.add_argument("--json", action="store_true", help=_("print the figures as JSON"))
    command.set_defaults(run=run)


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(_("{given!r} is not a number above zero", given=text))
    return int(text)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Measure and print; 3 where a figure misses what it must reach."""
    parts = args.only or PARTS
    files = [(path, bib.read_file(path)) for path in args.bib]
    results = _Results()
    for path, found in files:
        _measure_file(path, found, parts, desk, cancel, results)
    if not any(row["abstracts"] >= _LEAST_ABSTRACTS for row in results.files):
        raise UserError("scholar.no_abstracts", path=", ".join(path.name for path in args.bib))
    if "citations" in parts:
        _measure_models(args, files, desk, cancel, results)
    if args.misses and results.judged:
        _show_misses(results.judged)
    if args.json:
        show_json(_plain(results))
    else:
        _show(results)
    return DONE if _good(results) else PROBLEMS


def _measure_file(
    path: Path,
    found: BibFile,
    parts: tuple[str, ...],
    desk: Desk,
    cancel: CancelToken,
    results: _Results,
) -> None:
    works = [entry.work for entry in found.entries]
    abstracts = [work for work in works if work.abstract]
    row: dict[str, Any] = {"file": path.name, "works": len(works), "abstracts": len(abstracts)}
    results.works += len(works)
    results.abstracts += len(abstracts)
    if len(abstracts) >= _LEAST_ABSTRACTS:
        if "retrieval" in parts:
            ways = _followed(retrieving.run(works, desk.embedder(), cancel), path.name)
            row["retrieval"] = _plain_ways(ways)
            for way, places in ways.items():
                results.found[way] = results.found.get(way, Found(())) + places
        if "verifier" in parts:
            judged = _followed(verifying.run(works, cancel), path.name)
            row |= _plain_judged(judged)
            results.judged = judged + results.judged if results.judged else judged
    results.files.append(row)


def _measure_models(
    args: argparse.Namespace,
    files: list[tuple[Path, BibFile]],
    desk: Desk,
    cancel: CancelToken,
    results: _Results,
) -> None:
    tokenizer = desk.shelf.path(STARTER)
    if tokenizer is None:
        raise UserError("model.starter_missing", model=STARTER)
    entries = [entry for _path, found in files for entry in found.entries]
    results.cited[args.model] = _followed(
        citing.run(desk.models, args.model, entries, args.citations, cancel), args.model
    )
    fullest = max(files, key=lambda file: sum(bool(e.work.abstract) for e in file[1].entries))[0]
    results.seconds = _followed(
        citing.paragraph_seconds(desk.models, args.model, fullest, None, cancel), fullest.name
    )
    path = desk.paths.cache / "bench" / random_model.file_name(random_model.TINY, "q4_0", 0)
    for _done in random_model.make(path, tokenizer, random_model.TINY, "q4_0"):
        cancel.check()
    cache = ModelCache(FileShelf({RANDOM: path}), threads=desk.settings.threads, budget=0)
    try:
        results.cited[RANDOM] = _followed(
            citing.run(cache, RANDOM, entries, args.citations, cancel), RANDOM
        )
    finally:
        cache.close()


def _followed(events: Generator[Progress | Notice, None, T], what: str) -> T:
    """The result of a generator, with its progress shown."""
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            end_progress()
            result: T = end.value
            return result
        if isinstance(event, Notice):
            show_notice(event)
        else:
            show_progress(event, what)


def _best(results: _Results) -> Found | None:
    return results.found.get("hybrid") or results.found.get("lexical")


def _good(results: _Results) -> bool:
    """Whether everything that was measured reaches what it must."""
    judged, hybrid = results.judged, results.found.get("hybrid")
    good = judged is None or (
        judged.precision >= verifying.LEAST_PRECISION and judged.recall >= verifying.LEAST_RECALL
    )
    good = good and not any(cited.invented for cited in results.cited.values())
    if hybrid:
        good = good and all(hybrid.mrr >= found.mrr for found in results.found.values())
    return good


# --- showing ---


def _plain_ways(ways: dict[str, Found]) -> dict[str, dict[str, float]]:
    return {
        way: {"recall_at_10": round(found.recall, 4), "mrr": round(found.mrr, 4)}
        for way, found in ways.items()
    }


def _plain_judged(judged: Judged) -> dict[str, Any]:
    return {
        "verifier_precision": round(judged.precision, 4),
        "verifier_recall": round(judged.recall, 4),
        "verifier": {
            kind: {"made": judged.made[kind], "passed": judged.passed[kind]} for kind in KINDS
        },
    }


def _plain(results: _Results) -> dict[str, Any]:
    plain: dict[str, Any] = {"works": results.works, "abstracts": results.abstracts}
    best = _best(results)
    if best:
        plain |= {"recall_at_10": round(best.recall, 4), "mrr": round(best.mrr, 4)}
        plain["retrieval"] = _plain_ways(results.found)
    if results.judged:
        plain |= _plain_judged(results.judged)
    if results.cited:
        cited = results.cited.values()
        plain["invented_keys"] = sum(one.invented for one in cited)
        plain["citations"] = sum(one.citations for one in cited)
        plain["models"] = {
            name: {
                "invented_keys": one.invented,
                "citations": one.citations,
                "sentences": one.asked,
                "seconds": round(one.seconds, 1),
            }
            for name, one in results.cited.items()
        }
    if results.seconds:
        mean = sum(results.seconds) / len(results.seconds)
        plain["seconds_per_paragraph"] = round(mean, 2)
    plain["files"] = results.files
    return plain


def _show(results: _Results) -> None:
    print(
        _("{works} works, {abstracts} with an abstract", works=results.works,
          abstracts=results.abstracts)
    )  # fmt: skip
    for way, found in results.found.items():
        print(f"  {way:<10} recall@10 {found.recall:.3f}   MRR {found.mrr:.3f}")
    if results.judged:
        judged = results.judged
        print(
            _(
                "verifier: precision {precision:.3f} (at least {least_precision:g}), recall"
                " {recall:.3f} (at least {least_recall:g})",
                precision=judged.precision,
                least_precision=verifying.LEAST_PRECISION,
                recall=judged.recall,
                least_recall=verifying.LEAST_RECALL,
            )
        )
        for kind in KINDS:
            print(f"  {kind:<10}{judged.passed[kind]:>6} / {judged.made[kind]:<6}")
    for name, one in results.cited.items():
        print(
            _(
                "{model}: {citations} citations, {invented} of them invented",
                model=name,
                citations=one.citations,
                invented=one.invented,
            )
        )
    if results.seconds:
        mean = sum(results.seconds) / len(results.seconds)
        print(_("{seconds:.1f} s for a paragraph", seconds=mean))


def _show_misses(judged: Judged) -> None:
    for claim, verdict in judged.misses:
        print(
            f"{claim.kind} [{claim.work.key}] {verdict.grade} {verdict.reason}\n  {claim.text}\n"
            f"  {verdict.evidence}",
            file=sys.stderr,
        )
