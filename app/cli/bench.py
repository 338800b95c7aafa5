"""`moadesk bench`: the engine measured against llama.cpp used plainly, side by side in one run."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from agents.base import Notice, Progress, UserError
from agents.engine.bench import parts
from agents.engine.bench.agent import Bench, BenchRequest
from agents.engine.bench.figures import COMPANIONS, TARGETS, Figure, Quant, Run, target
from app.cli.output import end_progress, show_json, show_notice, show_progress
from app.i18n import N_, _

if TYPE_CHECKING:
    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands

STARTER = "smollm2-135m"  # its tokenizer is what the random models get

WHAT: dict[str, str] = {
    "batch_glossary": N_("16 segments with a shared glossary / `Llama`, one after the other"),
    "batch_glossary_same": N_("of these, texts that are the same on both sides"),
    "batch_glossary_server": N_("the same 16 segments / `llama-server`, all at once"),
    "batch_plain": N_("16 segments without a glossary / `Llama`, one after the other"),
    "batch_plain_same": N_("of these, texts that are the same on both sides"),
    "batch_plain_server": N_("the same 16 segments / `llama-server`, all at once"),
    "paper": N_("405 sentences of a paper / `Llama`, one after the other, reset before each"),
    "paper_tokens": N_("tokens written for them"),
    "decode": N_("writing one answer / a bare `llama_decode` loop"),
    "prefill": N_("reading one prompt / a bare `llama_decode` loop"),
    "second_turn": N_("first token of a next turn of 20 tokens / evaluating all 2,000 anew"),
    "second_turn_tokens": N_("of these tokens, evaluated / in all"),
    "restart_turn": N_("the same after a restart, from disk"),
    "restart_turn_tokens": N_("of these tokens, evaluated / in all"),
    "chat_under_load": N_("first token while a document runs / idle"),
    "chat_under_load_two_models": N_("first token while the other model translates / idle"),
    "chat_rate_under_load": N_("speed of a chat while a document runs / idle"),
    "cancel_ms": N_("cancelling: until the caller is free, worst of 50"),
    "cancel_engine_ms": N_("cancelling: until the engine begins a new request, worst of 50"),
    "cancel_first_ms": N_("cancelling: until the new request has its first token, worst of 50"),
    "memory": N_("chat, document and draft on two models / three `Llama` objects"),
    "memory_predicted": N_("memory predicted before loading / taken"),
    "gui_p99_ms": N_("waiting for the window at full load, 99th percentile"),
    "gui_p50_ms": N_("the same, median"),
    "gui_max_ms": N_("the same, longest"),
    "scheduler_us": N_("our own time for a step and sequence, worst"),
}


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser(
        "bench", help=_("measure the engine against llama.cpp used plainly")
    )
    command.add_argument(
        "--only", default="", metavar=_("NAMES"), help=_("only these, with commas between them")
    )
    command.add_argument(
        "--runs", type=int, default=5, help=_("how often each side is measured; medians are shown")
    )
    command.add_argument(
        "--quant", choices=get_args(Quant), default="q4_0", help=_("format of the random model")
    )
    command.add_argument("--model", type=Path, help=_("a GGUF file instead of the random model"))
    command.add_argument(
        "--threads", type=int, default=0, help=_("native threads; 0 = as the engine chooses")
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=_("print the figures as JSON"))
    form.add_argument("--markdown", action="store_true", help=_("print the table as Markdown"))
    command.add_argument("--part", default="", help=argparse.SUPPRESS)  # see `_command`
    command.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Measure and print; 3 where a figure misses what it must reach."""
    if args.part:
        parts.measure(args.part, sys.stdout)
        return 0
    request = _request(args, desk)
    if request is None:
        return 2
    figures: list[Figure] = []
    failed = False
    for event in Bench().run(request, cancel):
        if isinstance(event, Figure):
            figures.append(event)
        elif isinstance(event, Notice):
            failed = True
            show_notice(event)
        elif isinstance(event, Progress):
            show_progress(_megabytes(event), _("making the model"))
        else:
            end_progress()
            print(_line(event), file=sys.stderr, flush=True)
    if args.json:
        shown = {one.name: _plain(one) for one in figures}
        show_json(shown)
    elif args.markdown:
        _show_markdown(figures, request)
    else:
        _show_table(figures)
    missed = any((must := target(one.name)) and not must.met(one) for one in figures)
    return 3 if failed or missed else 0


def _request(args: argparse.Namespace, desk: Desk) -> BenchRequest | None:
    """What the arguments ask for; None after having said what is wrong with them."""
    wanted = [name.strip() for name in args.only.split(",") if name.strip()]
    names = tuple(dict.fromkeys(COMPANIONS[n][0] if n in COMPANIONS else n for n in wanted))
    if unknown := [name for name in names if name not in TARGETS]:
        known = ", ".join(TARGETS)
        words = _(
            "There is no measurement {name}; there are {known}.", name=unknown[0], known=known
        )
        print(words, file=sys.stderr)
        return None
    tokenizer = desk.shelf.path(STARTER)
    if tokenizer is None:
        raise UserError("model.starter_missing", model=STARTER)
    if args.model is not None and not args.model.is_file():
        raise UserError("file.missing", path=str(args.model))
    frozen = getattr(sys, "frozen", False)
    own = (sys.executable,) if frozen else (sys.executable, "-m", "app")
    return BenchRequest(
        command=(*own, "bench", "--part"),
        # The frozen program has no second door; its window is measured from the source tree.
        window_command=() if frozen else (sys.executable, "-m", "app.ui.bench_window"),
        tokenizer=tokenizer,
        folder=desk.paths.cache / "bench",
        names=names or tuple(TARGETS),
        runs=max(1, args.runs),
        quant=args.quant,
        model=args.model,
        threads=max(0, args.threads),
    )


# --- showing ---


def _megabytes(event: Progress) -> Progress:
    total = -(-event.total // 1_000_000)
    return Progress(total if event.done == event.total else event.done // 1_000_000, total, "MB")


def _line(run: Run) -> str:
    """One run, as it is known: name, number, ours, other."""
    sides = " | ".join(_number(side) for side in (run.ours, run.other))
    return f"{run.name} {run.number}/{run.of}: {sides} {run.unit}"


def _plain(figure: Figure) -> dict[str, float | str | None]:
    return {
        "ours": figure.ours,
        "other": figure.other,
        "ratio": figure.ratio,
        "unit": figure.unit,
    }


def _must(name: str) -> str:
    """What the figure must reach, in signs."""
    must = target(name)
    if must is None:
        return ""
    if must.low is not None and must.high is not None:
        return f"{must.low:g}–{must.high:g}"
    return f"≥ {must.low:g}" if must.low is not None else f"≤ {must.high:g}"


def _number(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def _what(name: str) -> str:
    if name in WHAT:
        return _(WHAT[name])
    together = name.rpartition("_")[2]
    return _("the same with {number} sequences", number=together) if together.isdigit() else ""


def _rows(figures: list[Figure]) -> list[tuple[str, ...]]:
    head = (_("name"), _("what"), _("ours"), _("other"), _("unit"), _("ratio"), _("must reach"), "")
    rows: list[tuple[str, ...]] = [head]
    for one in figures:
        must = target(one.name)
        met = must.met(one) if must else None
        mark = "" if met is None else "✓" if met else "✗"
        numbers = (_number(one.ours), _number(one.other), one.unit, _number(one.ratio))
        rows.append((one.name, _what(one.name), *numbers, _must(one.name), mark))
    return rows


def _show_table(figures: list[Figure]) -> None:
    rows = [(row[0], *row[2:]) for row in _rows(figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if column in {0, 3} else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def _show_markdown(figures: list[Figure], request: BenchRequest) -> None:
    rows = [row[:-1] for row in _rows(figures)]
    print(f"| {' | '.join(rows[0])} |")
    print(f"|{'---|' * len(rows[0])}")
    for row in rows[1:]:
        print(f"| `{row[0]}` | {' | '.join(row[1:])} |")
    model = request.model.name if request.model else f"LFM2-1.2B, {request.quant.upper()}"
    print()
    print(
        _(
            "{model}; {runs} runs; {cores} cores, {machine}.",
            model=model,
            runs=request.runs,
            cores=os.cpu_count() or 1,
            machine=f"{platform.system()} {platform.machine()}",
        )
    )
