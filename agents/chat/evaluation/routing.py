"""Where requests are sent, against labels made by hand: `moadesk eval router`.

The one law: a request counts as right by its first task alone; whether all its tasks were found in
order is a figure of its own, and time is measured without any model.

How requests are labelled: what is wanted decides, not what it is about. A question about a subject
is `answer`, be the subject mathematics, programming, translating or research ("what is a
derivative?", "파이썬이 뭐야?", "how long should a review be"). A number, a solution or a proof is
`maths`, whatever is counted. What can only be answered with a program, a command, a query or the
formula of a spreadsheet is `code`, and so is everything about a piece of code. What a file says is
`document`; finding, opening, making or saving a file is `tool`, as are time, date, reminders and
the clipboard. Putting words into the other language is `translate`, also when they stand in a file
or ask for something themselves. Papers, sources, citations and text written from them are
`scholar`. What is quoted or handed over never decides, and what is declined ("don't translate")
does not count.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from agents.base import Progress, UserError
from agents.chat.routing.router import CLEAR, ROUTES, Route

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from agents.base import CancelToken
    from agents.chat.routing.router import Commander, Router


class Labelled(msgspec.Struct, frozen=True):
    """A request and where it belongs."""

    text: str
    route: Route
    routes: tuple[Route, ...] = ()  # of several tasks, in order
    lang: str = ""
    hard: bool = False


@dataclass(frozen=True, slots=True)
class RoutingRequest:
    """Measure a file of JSONL rows `{"text": …, "route": …, "routes": […]}`."""

    path: Path


@dataclass(frozen=True, slots=True)
class Misrouted:
    """A request that went elsewhere."""

    text: str
    wanted: Route
    got: Route
    share: float


@dataclass(frozen=True, slots=True)
class RoutingReport:
    """What was measured. Times are milliseconds for one request."""

    requests: int
    right: int
    accuracy: float
    hard: int
    right_of_hard: int
    several: int  # requests with more than one task
    right_of_several: int  # all their tasks found, in order
    cut_needlessly: int  # single tasks taken for several
    looked_again: int  # requests whose words leave enough open for a second look
    unsure: int  # requests that waver after it, so that a commander would be asked
    asked_commander: int
    confusion: dict[Route, dict[Route, int]]  # wanted -> got -> how often
    wrong: tuple[Misrouted, ...]
    first_median_ms: float  # of the first look alone
    first_p95_ms: float
    median_ms: float
    p95_ms: float
    most_ms: float


class RoutingEval:
    """Measures a router."""

    def __init__(self, router: Router, commander: Commander | None = None) -> None:
        """Keep the router and who is asked where the words waver."""
        self._router = router
        self._commander = commander

    def run(
        self, request: RoutingRequest, cancel: CancelToken
    ) -> Generator[Progress | RoutingReport, None, None]:
        """Route every request of the file; ends with the report.

        Raises:
            CancelledError: `cancel` was set.
            UserError: file.unreadable, eval.bad_line, eval.no_requests.
        """
        rows = read(request.path)
        first: list[float] = []
        times: list[float] = []
        confusion: Counter[tuple[Route, Route]] = Counter()
        wrong: list[Misrouted] = []
        hard = several = cut = asked = again = unsure = 0
        for number, row in enumerate(rows):
            cancel.check()
            began = time.perf_counter()
            again += max(self._router.by_words(row.text).values()) < CLEAR
            between = time.perf_counter()
            first.append(1000 * (between - began))
            routed = self._router.route(row.text)
            times.append(1000 * (time.perf_counter() - between))
            unsure += routed.wavers
            if self._commander is not None:
                routed = self._router.route(row.text, cancel, self._commander)
                asked += routed.by == "commander"
            confusion[row.route, routed.route] += 1
            if routed.route != row.route:
                wrong.append(Misrouted(row.text, row.route, routed.route, routed.share))
            elif row.hard:
                hard += 1
            if row.routes:
                several += routed.routes == row.routes
            else:
                cut += len(routed.routes) > 1
            yield Progress(number + 1, len(rows), "step")
        right = len(rows) - len(wrong)
        first.sort()
        times.sort()
        yield RoutingReport(
            requests=len(rows),
            right=right,
            accuracy=right / len(rows),
            hard=sum(row.hard for row in rows),
            right_of_hard=hard,
            several=sum(bool(row.routes) for row in rows),
            right_of_several=several,
            cut_needlessly=cut,
            looked_again=again,
            unsure=unsure,
            asked_commander=asked,
            confusion={
                wanted: {got: confusion[wanted, got] for got in ROUTES} for wanted in ROUTES
            },
            wrong=tuple(wrong),
            first_median_ms=statistics.median(first),
            first_p95_ms=_of_most(first),
            median_ms=statistics.median(times),
            p95_ms=_of_most(times),
            most_ms=times[-1],
        )


def _of_most(times: list[float]) -> float:
    """What 95 % of sorted times stay under."""
    return times[min(len(times) - 1, int(0.95 * len(times)))]


def read(path: Path) -> tuple[Labelled, ...]:
    """The labelled requests of a file.

    Raises:
        UserError: file.unreadable, eval.bad_line, eval.no_requests.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError("file.unreadable", path=str(path), reason=str(error)) from error
    rows: list[Labelled] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                rows.append(msgspec.json.decode(line, type=Labelled))
            except msgspec.DecodeError as error:
                raise UserError("eval.bad_line", path=str(path), line=number) from error
    if not rows:
        raise UserError("eval.no_requests", path=str(path))
    return tuple(rows)
