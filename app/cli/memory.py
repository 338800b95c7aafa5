"""`moadesk memory`: the translation memory in and out, looked into, undone, measured."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from agents.base import Progress, UserError
from agents.store.memory_rows import Origin
from agents.translation import memory_bench
from agents.translation.importing import ExportRequest
from app import i18n
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _
from app.version import VERSION

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from agents.store.memory_imports import Batch
    from agents.translation.importing import Part
    from agents.translation.memory_bench import MemoryFigures
    from app.build import Desk
    from app.cli.output import Commands

DONE, NOTHING, PROBLEMS = 0, 1, 3
_FASTEST_95 = 20.0  # ms that 95 % of the look-ups have to reach


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("memory", help=_("the translation memory"))
    actions = command.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    one = actions.add_parser("import", help=_("add the pairs of TMX or JSONL files"))
    one.add_argument("files", type=Path, nargs="+", metavar="FILE", help=_("TMX or JSONL"))
    one.set_defaults(run=run_import)
    _json(one)
    one = actions.add_parser("export", help=_("write the memory as TMX 1.4"))
    one.add_argument("file", type=Path, metavar="FILE", help=_("the file to write"))
    one.add_argument("--machine", action="store_true", help=_("with what models translated"))
    one.set_defaults(run=run_export)
    one = actions.add_parser("search", help=_("sentences like this one, and their translations"))
    one.add_argument("text", help=_("a sentence"))
    one.add_argument("--to", required=True, choices=("ko", "en"), help=_("target language"))
    one.set_defaults(run=run_search)
    _json(one)
    one = actions.add_parser("stats", help=_("how much the memory holds"))
    one.set_defaults(run=run_stats)
    _json(one)
    one = actions.add_parser("undo", help=_("take the last import back"))
    one.set_defaults(run=run_undo)
    one = actions.add_parser("clear", help=_("forget the memory"))
    one.add_argument("--origin", choices=get_args(Origin), help=_("only pairs of this origin"))
    one.add_argument("--yes", action="store_true", help=_("do not ask"))
    one.set_defaults(run=run_clear)
    one = actions.add_parser("bench", help=_("measure look-ups in a throw-away memory"))
    one.add_argument("--entries", type=int, default=1_000_000, help=_("pairs in it"))
    one.add_argument("--look-ups", type=int, default=1000, help=_("sentences looked up"))
    one.set_defaults(run=run_bench)
    _json(one)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help=_("print the result as JSON"))


def run_import(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Import files, each a batch of its own; 3 if rows were left out."""
    batches: list[Batch] = []
    for file in args.files:
        for event in desk.memory_imports.run(file, cancel):
            if isinstance(event, Progress):
                show_progress(event, file.name)
            else:
                batches.append(event)
        end_progress()
        if not args.json:
            _show_batch(batches[-1])
    if args.json:
        show_json(batches)
    return PROBLEMS if any(batch.skipped for batch in batches) else DONE


def _show_batch(batch: Batch) -> None:
    print(
        _(
            "{file}: {added} added, {known} already there, {skipped} left out",
            file=batch.file,
            added=batch.added,
            known=batch.known,
            skipped=batch.skipped,
        )
    )


def run_export(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Write everything; 1 if there is nothing. A file that is there is written over."""
    part: Part = "all" if args.machine else "without_models"
    try:
        for made in desk.memory_exports.run(ExportRequest(args.file, VERSION, part), cancel):
            print(made.path)
    except UserError as error:
        if error.code != "translation.memory_nothing":
            raise
        print(i18n.explain(error), file=sys.stderr)
        return NOTHING
    return DONE


def run_search(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print what is alike, the most alike first; 1 if nothing is."""
    cancel.check()
    matches = desk.memories.fuzzy(args.text, args.to)
    if args.json:
        show_json(matches)
    for match in () if args.json else matches:
        entry = match.entry
        print(f"{match.score:.0f} %\t{entry.origin}\t{entry.source}\t{entry.target}")
    if not matches:
        print(_("Nothing was found."), file=sys.stderr)
    return DONE if matches else NOTHING


def run_stats(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Count."""
    cancel.check()
    stats = desk.memories.stats()
    if args.json:
        show_json(stats)
        return DONE
    print(_("confirmed by people: {count}", count=stats.human))
    print(_("imported: {count}, in {imports} imports", count=stats.imported, imports=stats.imports))
    print(_("translated by models: {count}", count=stats.machine))
    print(_("used in documents: {count} times", count=stats.uses))
    return DONE


def run_undo(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Take the last import back; 1 if there is none."""
    del args
    cancel.check()
    batches = desk.memories.imports.batches()
    if not batches:
        print(_("There is no import to take back."), file=sys.stderr)
        return NOTHING
    desk.memories.imports.undo(batches[0].id)
    print(_("{file}: {count} pairs taken back", file=batches[0].file, count=batches[0].added))
    return DONE


def run_clear(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Forget pairs, once the user is sure; 1 if not."""
    cancel.check()
    if not args.yes and not _sure():
        print(_("Nothing was forgotten. --yes answers yes."), file=sys.stderr)
        return NOTHING
    print(_("{count} pairs forgotten", count=desk.memories.clear(args.origin)))
    return DONE


def _sure() -> bool:
    if not sys.stdin.isatty():
        return False
    question = _("This cannot be undone. Forget these pairs? Type “yes”: ")
    return input(question).strip().lower() == "yes"


def run_bench(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Measure; 3 where look-ups are slower than they have to be."""
    del desk
    if args.entries < 1 or args.look_ups < 1:
        raise UserError("translation.bench_size")
    figures: MemoryFigures | None = None
    for event in memory_bench.measure(args.entries, args.look_ups, cancel):
        if isinstance(event, Progress):
            show_progress(event, _("pairs"))
        else:
            figures = event
    end_progress()
    assert figures is not None  # noqa: S101 - it ends with them or raises
    if args.json:
        show_json(figures)
    else:
        _show_figures(figures)
    return DONE if all(one.p95 < _FASTEST_95 for one in figures.spreads) else PROBLEMS


def _show_figures(figures: MemoryFigures) -> None:
    print(
        _(
            "{entries} pairs, {megabytes} MB, filled in {seconds} s",
            entries=figures.entries,
            megabytes=figures.megabytes,
            seconds=figures.fill_seconds,
        )
    )
    for one in figures.spreads:
        print(
            f"{one.name}\tp50 {one.p50:.2f} ms\tp95 {one.p95:.2f} ms\tmax {one.longest:.1f} ms"
            f"\tcpu p95 {one.computing:.2f} ms\t{one.found:.1%}"
        )
