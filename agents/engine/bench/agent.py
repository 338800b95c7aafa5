"""Runs the benchmark: makes the models, starts a process for each name, hands on what it says.

The one law: what is measured never shares a process with anything else that is measured.
"""

from __future__ import annotations

import collections
import dataclasses
import os
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import CancelledError, Notice, Progress
from agents.engine.bench import parts, random_model
from agents.engine.bench.figures import TARGETS, Figure, Part, Quant, Run, Sizes, compared
from agents.engine.bench.random_model import LFM2_1_2B, TINY, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from agents.base import CancelToken
    from agents.engine.bench.parts import Measured

_END_SECONDS = 5.0  # how long a process that was told to end may take
_LAST_LINES = 20  # of what a failed process said


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRequest:
    """What to measure, and with what."""

    command: tuple[str, ...]  # measures the part that is added to it as JSON
    window_command: tuple[str, ...]  # the same, for the part that needs the window; empty: left out
    tokenizer: Path  # a GGUF file whose vocabulary the random models get
    folder: Path  # where the models are kept
    names: tuple[str, ...] = tuple(TARGETS)
    runs: int = 5
    quant: Quant = "q4_0"
    model: Path | None = None  # a real model instead of a random one
    threads: int = 0  # 0 = the engine's own choice
    shape: Shape = LFM2_1_2B
    sizes: Sizes = field(default_factory=Sizes)


class Bench:
    """The benchmark as an agent."""

    def run(
        self, request: BenchRequest, cancel: CancelToken
    ) -> Generator[Progress | Measured | Notice, None, None]:
        """Yield progress while the models are made, then runs and figures as they are known.

        A measurement that fails is a notice (engine.bench), and the others go on.

        Raises:
            CancelledError: `cancel` was set.
            UserError: file.unwritable.
        """
        tiny = yield from _model(request, TINY, "q4_0", 0, cancel)
        first = second = request.model
        if first is None or second is None:
            first = yield from _model(request, request.shape, request.quant, 0, cancel)
            second = yield from _model(request, request.shape, request.quant, 1, cancel)
        for name in request.names:
            command = request.window_command if name == "gui_p99_ms" else request.command
            if not command:
                continue
            with tempfile.TemporaryDirectory(prefix="moadesk-bench-") as folder:
                part = Part(
                    name=name, model=first, second=second, tiny=tiny, folder=Path(folder),
                    threads=request.threads, runs=request.runs, sizes=request.sizes,
                )  # fmt: skip
                yield from _figures(command, part, cancel)


def _model(
    request: BenchRequest, shape: Shape, quant: Quant, seed: int, cancel: CancelToken
) -> Generator[Progress, None, Path]:
    path = request.folder / random_model.file_name(shape, quant, seed)
    for done, total in random_model.make(path, request.tokenizer, shape, quant, seed):
        cancel.check()
        yield Progress(done, total, "byte")
    return path


def _figures(
    command: tuple[str, ...], part: Part, cancel: CancelToken
) -> Iterator[Measured | Notice]:
    """Go through the part's processes; then the figures of what they compared."""
    runs: dict[str, list[Run]] = {}
    figures: list[Figure] = []
    for step, number in STEPS.get(part.name, _once)(part.runs):
        now = dataclasses.replace(part, step=step, number=number)
        for value in _measured(command, now, cancel):
            if isinstance(value, Figure):
                figures.append(value)
                continue
            yield value
            if isinstance(value, Notice):
                return
            runs.setdefault(value.name, []).append(value)
    yield from (made for name, each in runs.items() if (made := compared(name, each)))
    yield from figures


def _once(_runs: int) -> list[tuple[str, int]]:
    return [("", 0)]


def _restarts(runs: int) -> list[tuple[str, int]]:
    return [("make", 0), *(("time", number + 1) for number in range(runs))]


def _sides(runs: int) -> list[tuple[str, int]]:
    return [(side, number + 1) for number in range(runs) for side in ("ours", "other")]


# The processes of a name that needs more than one: step, and number of the run.
STEPS: dict[str, Callable[[int], list[tuple[str, int]]]] = {
    "restart_turn": _restarts,
    "memory": _sides,
}


def _measured(
    command: tuple[str, ...], part: Part, cancel: CancelToken
) -> Iterator[Measured | Notice]:
    """Start the process and read it to its end."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, parts.asked(part)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding="utf-8", errors="replace",
        # llama.cpp would call a debugger where it gives up, and drown its own message.
        env={**os.environ, "GGML_NO_BACKTRACE": "1"},
    )  # fmt: skip
    said: collections.deque[str] = collections.deque(maxlen=_LAST_LINES)
    listener = threading.Thread(target=_listen, args=(process, said), daemon=True)
    listener.start()
    forget = cancel.on_cancel(process.terminate)
    try:
        for line in process.stdout or ():
            value = parts.parsed(line)
            if value is None:
                said.append(line)
            else:
                yield value
        code = process.wait()
        listener.join()
    finally:
        forget()
        _end(process)
    if cancel.cancelled:
        raise CancelledError
    if code:
        reason = "".join(said).strip() or str(code)
        yield Notice("engine.bench", (("name", part.name), ("reason", reason)))


def _listen(process: subprocess.Popen[str], said: collections.deque[str]) -> None:
    said.extend(process.stderr or ())


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
