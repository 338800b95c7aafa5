"""The queue works at night and stands still by day.

The one law: the switch decides when the queue may work, never what is in it. In the morning the
document that runs waits where it is, and nothing of it is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from agents.store.kept import NIGHT
from app.awake import Awake
from app.i18n import _
from app.night import Hours, Tally, clock, minute_now, read_clock
from app.ui.keeping import Keeping

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.translation.queue import Document, DocumentQueue

_TICK_MS = 15_000


class NightShift(QObject):
    """Holds the queue until the hour comes."""

    changed = Signal()  # the switch, the hours, or whether it is time
    sleepy = Signal(str)  # this system may sleep while the night works, as a sentence
    morning = Signal(str)  # what became of the night, as a sentence

    def __init__(
        self,
        queue: DocumentQueue,
        desk: Desk,
        pool: JobPool,
        *,
        minute: Callable[[], int] = minute_now,
        awake: Awake | None = None,
    ) -> None:
        """Switched off.

        Args:
            queue: is held.
            desk: lets its models have all cores, and stores the switch.
            pool: where that is done.
            minute: of the day, 0 to 1439.
            awake: keeps the machine from sleeping.
        """
        super().__init__(queue)
        self._queue, self._desk, self._pool = queue, desk, pool
        self._minute = minute
        self._awake = awake or Awake()
        self._now = False  # the person does not want to wait
        self._works = False  # whether it was time when last looked
        self._hurried = False
        self._warned = False  # that the machine may fall asleep; once
        self._tally = Tally()
        self._keeping = Keeping(desk, pool, NIGHT, self)
        self.on = False
        self.hours = Hours()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self.look)
        queue.counted.connect(self._counted)
        queue.changed.connect(self._noted)

    @property
    def time(self) -> bool:
        """Whether the queue may work now."""
        return not self.on or self._now or self.hours.hold(self._minute())

    def switch(self, *, on: bool) -> None:
        """Work at night only, or whenever there is something to do."""
        if on != self.on:
            self.on, self._now, self._works = on, False, False
            self._timer.start() if on else self._timer.stop()
            self._store()
            self.look()

    def choose(self, hours: Hours) -> None:
        """Other hours."""
        if hours != self.hours:
            self.hours = hours
            self._store()
            self.look()

    def begin_now(self) -> None:
        """Do not wait: work until the queue is empty or the night is over."""
        self._now = True
        self.look()

    def restored(self, stored: object) -> None:
        """Go on as it was when the desk ended."""
        said = stored if isinstance(stored, dict) else {}
        begin, end = read_clock(said.get("begin")), read_clock(said.get("end"))
        if begin is not None and end is not None:
            self.hours = Hours(begin, end)
        states = said.get("tally")
        if isinstance(states, dict):
            self._tally = Tally({str(path): str(state) for path, state in states.items()})
        self.on = said.get("on") is True
        if self.on:
            self._timer.start()
        self.look()
        if self.on and not self.time:
            self._tell()  # the night ended while the desk was closed

    def closing(self) -> None:
        """Let the machine sleep."""
        self._timer.stop()
        self._awake.let_go()

    @Slot()
    def look(self) -> None:
        """See what time it is."""
        works = self.on and self.time
        ended = self._works and not works and self.on
        self._works = works
        self._queue.hold(held=self.on and not works)
        self._keep_awake()
        self.changed.emit()
        if ended:
            self._tell()

    # --- inside ---

    @Slot()
    def _counted(self) -> None:
        busy = self._queue.running is not None or bool(self._queue.waiting)
        if self._now and not busy:  # all that was not to wait is done
            self._now = False
            self.look()
            if self._works:  # it is night anyhow: the morning will say it
                return
            self._tell()
        self._keep_awake()

    @Slot(object)
    def _noted(self, document: Document) -> None:
        """What ends while the night works is counted; a later end of the same counts instead."""
        if not self._works or document.state not in {"done", "failed"}:
            return
        state = document.state
        if state == "done" and document.flagged:
            state = "look"
        path = str(document.request.source)
        if self._tally.states.get(path) != state:
            self._tally.states[path] = state
            self._store()

    def _keep_awake(self) -> None:
        queue = self._queue
        more = bool(queue.waiting) and not queue.paused  # one document ends, the next begins
        busy = self.on and self._works and (queue.running is not None or more)
        if not busy:
            self._awake.let_go()
        elif not self._awake.hold() and not self._warned:
            self._warned = True
            self.sleepy.emit(
                _("This system cannot be kept awake from here. Turn off its sleep for the night.")
            )
        if busy != self._hurried:
            self._hurried = busy
            self._pool.call(self._desk.hurry, busy)

    def _tell(self) -> None:
        if not self._tally:
            return
        done, looked, failed = (self._tally.count(one) for one in ("done", "look", "failed"))
        said = _(
            "Worked through while you were away: {done} done, {look} to look at, {failed} failed.",
            done=done,
            look=looked,
            failed=failed,
        )
        waiting = len(self._queue.waiting)
        if waiting:
            said += " " + _("Still waiting: {count}.", count=waiting)
        self._tally = Tally()
        self._store()
        self.morning.emit(said)

    def _store(self) -> None:
        value = {
            "on": self.on,
            "begin": self.hours.begin,
            "end": self.hours.end,
            "tally": dict(self._tally.states),
        }
        self._keeping.put(value)


def begins(night: NightShift) -> str:
    """When a queue that is held begins, in words."""
    return _("Begins at {time}", time=clock(night.hours.begin))
