"""Tiny MoA: the tasks of a request, each done by who is best at it.

The one law: a task runs as soon as what it builds on is there, beside others that do not wait for
it; the answer is put together in the order of the request, from what was checked.
"""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.base import CancelToken, Notice, Token
from agents.chat import rewording
from agents.chat.files.citing import apart
from agents.chat.hands import Given, Handed
from agents.chat.routing.router import Route  # noqa: TC001 - a stored step is read with its types
from agents.chat.tools.asked import ClipboardAsked, PermissionAsked

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from agents.chat.hands import Hand, Language
    from agents.chat.routing.router import Routed, Task
    from agents.engine.port import Message, Models


NAME = "Tiny MoA"
_WRONG = {"en": "Does not hold:", "ko": "맞지 않는 곳:"}


@dataclass(frozen=True, slots=True)
class StepBegun:
    """A task was handed over; `number` counts from 0 in the order of the request."""

    number: int
    route: Route
    text: str


@dataclass(frozen=True, slots=True)
class StepPiece:
    """A piece of what a member of the team writes, not checked yet."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A task that is done. Times are seconds since the request was taken up."""

    number: int
    route: Route
    text: str  # the task
    given: Given
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The conversation that a request stands in."""

    conversation: int = 0  # 0: none that is stored
    turn: int = 0  # of the question
    files: tuple[int, ...] = ()  # that it knows


TeamEvent = StepBegun | StepPiece | Notice | PermissionAsked | ClipboardAsked | Step


@dataclass(slots=True)
class _Running:
    """What the threads of one request share."""

    events: queue.SimpleQueue[TeamEvent | BaseException] = field(
        default_factory=queue.SimpleQueue[TeamEvent | BaseException]
    )
    stop: CancelToken = field(default_factory=CancelToken)
    began: float = field(default_factory=time.monotonic)


class Team:
    """Hands tasks over and collects what comes of them."""

    def __init__(self, hands: Mapping[Route, Hand], models: Models) -> None:
        """Keep who does what; a route without a hand is the commander's ("answer")."""
        self._hands = hands
        self._models = models

    def takes(self, routed: Routed, files: tuple[int, ...] = ()) -> bool:
        """Whether somebody else than the commander alone is wanted."""
        return len(routed.tasks) > 1 or any(
            self._hand(task, files) is not self._hands["answer"] for task in routed.tasks
        )

    def _hand(self, task: Task, files: tuple[int, ...]) -> Hand:
        hand = self._hands.get(task.route)
        if hand is not None and hand.takes(task.text):
            return hand
        # what nobody can do without its text may mean the files
        meant = bool(files) and task.route in ("document", "translate")
        return self._hands.get("document" if meant else "answer", self._hands["answer"])

    def run(
        self,
        routed: Routed,
        model: str,
        language: Language,
        cancel: CancelToken,
        *,
        seed: int = 0,
        question: str = "",
        before: tuple[Message, ...] = (),
        given: Surroundings = Surroundings(),
    ) -> Generator[TeamEvent, None, tuple[Step, ...]]:
        """Do all tasks of a request.

        Args:
            routed: the tasks.
            model: the commander's id.
            language: of the user.
            cancel: stops all of them.
            seed: of what models make.
            question: the whole request.
            before: the last turns of the conversation.
            given: the conversation it stands in.

        Returns:
            All steps in the order of the request.

        Raises:
            CancelledError: `cancel` was set.
            UserError: the first that a hand raised; the others are stopped.
        """
        running = _Running()
        forget = cancel.on_cancel(running.stop.cancel)
        done: dict[int, Step] = {}
        begun: set[int] = set()
        threads: list[threading.Thread] = []
        try:
            while len(done) < len(routed.tasks):
                for number, task in enumerate(routed.tasks):
                    if number in begun or not set(task.after) <= done.keys():
                        continue
                    begun.add(number)
                    so_far = tuple(done[at].given.text for at in task.after)
                    handed = Handed(
                        task, question, language, model, seed, so_far, before,
                        given.conversation, given.turn, given.files,
                    )  # fmt: skip
                    yield StepBegun(number, task.route, task.text)
                    thread = threading.Thread(
                        target=self._do, args=(number, handed, running), name=f"step-{number}"
                    )
                    thread.start()
                    threads.append(thread)
                event = running.events.get()
                if isinstance(event, BaseException):
                    raise event
                if isinstance(event, Step):
                    done[event.number] = event
                yield event
            return apart(tuple(done[number] for number in range(len(routed.tasks))))
        finally:
            running.stop.cancel()
            for thread in threads:
                thread.join()
            forget()

    def _do(self, number: int, handed: Handed, running: _Running) -> None:
        began = time.monotonic() - running.began
        hand = self._hand(handed.task, handed.files)
        try:
            made = hand.run(handed, running.stop)
            while True:
                try:
                    event = next(made)
                except StopIteration as end:
                    given = self._told(handed, end.value, running.stop)
                    break
                if isinstance(event, Token):
                    running.events.put(StepPiece(number, event.text))
                else:
                    running.events.put(event)
            running.events.put(
                Step(
                    number,
                    handed.task.route,
                    handed.task.text,
                    given,
                    began,
                    time.monotonic() - running.began,
                )
            )
        except BaseException as error:  # noqa: BLE001 - raised again by who waits
            running.events.put(error)

    def _told(self, handed: Handed, given: Given, stop: CancelToken) -> Given:
        """What was found, in the user's language."""
        if not rewording.wanted(handed, given):
            return given
        with self._models.borrow(handed.model, stop) as engine:
            return rewording.reword(engine, given, stop)


def answer(steps: Sequence[Step], language: Language) -> str:
    """The answer of several steps in Markdown, in the order of the request."""
    parts: list[str] = []
    for step in steps:
        text = step.given.text
        if step.given.wrong:
            text += f"\n\n> **{_WRONG[language]}** " + "; ".join(step.given.wrong)
        parts.append(f"**{step.text}**\n\n{text}" if len(steps) > 1 else text)
    return "\n\n".join(parts)
