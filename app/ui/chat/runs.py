"""Programs of answers that the user has run, with what they wrote.

The one law: a program is run on a click and never otherwise; what this machine cannot keep from it
is known and said before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from agents.chat import program
from agents.chat.execution import OUTPUT, Ran
from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken
    from agents.chat.execution import Guard, Runner
    from app.jobs import Job, JobPool, Outcome


class _Running:
    """Implements `agents.base.Agent`: one program to its end, so that it can be stopped."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def run(self, request: str, cancel: CancelToken) -> Generator[Ran, None, None]:
        """Run a program."""
        yield self._runner.run(request, cancel)


class CodeRuns(QObject):
    """Runs one program at a time; `changed` when more is known."""

    changed = Signal()
    failed = Signal(object)  # UserError

    def __init__(self, runner: Runner, pool: JobPool, parent: QObject) -> None:
        super().__init__(parent)
        self._runner, self._pool = runner, pool
        self._ran: dict[str, Ran] = {}
        self._asked = False
        self._job: Job | None = None
        self.running = ""  # the program that runs now
        self.unguarded: tuple[Guard, ...] | None = None  # None = not known yet

    def look(self) -> None:
        """Find out, once, what programs are kept from on this machine."""
        if not self._asked:
            self._asked = True
            self._pool.call(self._runner.unguarded).finished.connect(self._known)

    def start(self, code: str) -> None:
        """Run a program; nothing where one runs."""
        if self.running or self.unguarded is None:
            return
        self.running = code
        self._job = self._pool.start(_Running(self._runner), code, interactive=True)
        self._job.finished.connect(self._ended)
        self.changed.emit()

    def stop(self) -> None:
        """End the program that runs."""
        if self._job is not None:
            self._job.cancel()

    def dressed(self, markdown: str) -> str:
        """An answer with what its programs wrote, each below its block."""
        made, at = [], 0
        for block, end in program.places(markdown):
            ran = self._ran.get(block.code)
            if ran is not None:
                made.append(f"{markdown[at:end]}\n\n{self._shown(ran)}\n")
                at = end
        return "".join((*made, markdown[at:]))

    def _shown(self, ran: Ran) -> str:
        ended = {
            "time": _("Stopped: it took too long."),
            "output": _("Stopped: it wrote too much ({count} kB are shown).", count=OUTPUT >> 10),
            "files": _("Stopped: its files grew too large."),
            "locks": _("It was not run: a lock did not hold."),
        }.get(ran.ended, "")
        if not ended and ran.code:
            ended = _("It ended with code {code}.", code=ran.code)
        head = _("Output, {seconds} s", seconds=f"{ran.seconds:.1f}")
        fence = "```"
        while fence in ran.output:
            fence += "`"
        body = ran.output.rstrip() or _("(nothing)")
        tail = f"\n\n*{ended}*" if ended else ""
        return f"*{head}*\n\n{fence}text\n{body}\n{fence}{tail}"

    @Slot(object)
    def _known(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self.unguarded = outcome.value
            self.changed.emit()
        elif outcome.error is not None:
            self.failed.emit(outcome.error)

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        code, self.running, self._job = self.running, "", None
        if outcome.state == "done":
            self._ran[code] = outcome.value
        elif outcome.error is not None:
            self.failed.emit(outcome.error)
        self.changed.emit()


def names(guards: tuple[Guard, ...]) -> str:
    """Guards in words."""
    words = {
        "network": _("network"),
        "writing": _("writing files"),
        "reading": _("reading your files"),
        "processes": _("other programs"),
        "memory": _("memory"),
        "processor": _("processor time"),
    }
    return ", ".join(words[guard] for guard in guards)
