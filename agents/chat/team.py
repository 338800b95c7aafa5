"""Tiny MoA: the tasks of a request, each done by who is best at it.

The one law: a task runs as soon as what it builds on is there, beside others that do not wait for
it; the answer is put together in the order of the request, from what was checked. What one cannot
do does not take the others' work away.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from agents.base import Notice, Token, UserError
from agents.chat import program, rewording
from agents.chat.files.citing import apart
from agents.chat.hands import AS_USUAL, Given, Handed
from agents.chat.routing import signs
from agents.chat.running import Running
from agents.chat.trace import Step, StepBegun, StepPiece

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from agents.base import CancelToken
    from agents.chat.hands import Hand, Manner
    from agents.chat.language import Language
    from agents.chat.routing.router import Route, Routed, Task
    from agents.chat.trace import TeamEvent
    from agents.engine.port import Message, Models


SPECIALISTS = ("maths", "code")  # routes whose hand has a model of its own
_NO_ROOM = ("model.too_big", "model.too_big_smaller")
_NOT_THERE = (*_NO_ROOM, "model.missing", "model.damaged", "model.unsupported")
_SURE = 0.95  # share from which a request is taken to mean a file that is not there
_WRONG = {"en": "Does not hold:", "ko": "맞지 않는 곳:"}
_CUT = {"en": "(It breaks off here: too long.)", "ko": "(너무 길어서 여기에서 끊겼습니다.)"}
_FAILED = {"en": "(This part could not be done.)", "ko": "(이 부분은 할 수 없었습니다.)"}


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """The conversation that a request stands in."""

    conversation: int = 0  # 0: none that is stored
    turn: int = 0  # of the question
    files: tuple[int, ...] = ()  # that it knows


NOWHERE = Surroundings()


class Team:
    """Hands tasks over and collects what comes of them."""

    def __init__(
        self,
        hands: Mapping[Route, Hand],
        models: Models,
        commands: Mapping[str, Hand] | None = None,
    ) -> None:
        """Keep who does what.

        Args:
            hands: by route; one without a hand is the commander's ("answer").
            models: lends the commander.
            commands: who carries out what was ordered by name, whatever its words.
        """
        self._hands = hands
        self._models = models
        self._commands = commands or {}

    def takes(self, routed: Routed, files: tuple[int, ...] = (), command: str = "") -> bool:
        """Whether somebody else than the commander alone is wanted."""
        return len(routed.tasks) > 1 or any(
            self._hand(task, routed, files, command) is not self._hands["answer"]
            for task in routed.tasks
        )

    def _hand(self, task: Task, routed: Routed, files: tuple[int, ...], command: str) -> Hand:
        if not files and not command and _of_no_file(task, routed):
            return self._hands["answer"]
        hand = self._commands.get(command) or self._hands.get(task.route)
        # a translation may have its text from the task before
        handed = task.route == "translate" and bool(task.after) and not command
        if hand is not None and (handed or hand.takes(task.text)):
            return hand
        # what nobody can do without its text may mean the files
        meant = bool(files) and not command and task.route in ("document", "translate")
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
        manner: Manner = AS_USUAL,
        command: str = "",
        given: Surroundings = NOWHERE,
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
            manner: how the commander is to answer.
            command: what was ordered by name, "" if nothing was.
            given: the conversation it stands in.

        Returns:
            All steps in the order of the request. One that could not be done says so, and a
            notice has said why; those that build on it are not begun.

        Raises:
            CancelledError: `cancel` was set.
            UserError: none of the tasks could be done; the first reason.
        """
        running = Running()
        forget = cancel.on_cancel(running.cancel)
        done: dict[int, Step] = {}
        begun: set[int] = set()
        first: UserError | None = None
        try:
            while len(done) < len(routed.tasks):
                for number, task in enumerate(routed.tasks):
                    if number in begun or not set(task.after) <= done.keys():
                        continue
                    begun.add(number)
                    if any(done[at].given.failed for at in task.after):
                        done[number] = _skipped(number, task, running.seconds)
                        yield done[number]
                        continue
                    so_far = tuple(done[at].given.text for at in task.after)
                    handed = Handed(
                        task, question, language, model, seed, so_far, before, manner,
                        conversation=given.conversation, turn=given.turn, files=given.files,
                    )  # fmt: skip
                    yield StepBegun(number, task.route, task.text)
                    hand = self._hand(task, routed, given.files, command)
                    running.start(self._do, number, hand, handed)
                if len(done) == len(routed.tasks):
                    break
                event = running.next()
                if isinstance(event, Step):
                    done[event.number] = event
                elif isinstance(event, UserError):
                    first = first or event
                    if len(routed.tasks) > 1:
                        yield Notice(event.code, tuple(event.values.items()))
                    continue
                yield event
            steps = tuple(done[number] for number in range(len(routed.tasks)))
            if first is not None and all(step.given.failed for step in steps):
                raise first
            return apart(steps)
        finally:
            running.end()
            forget()

    def _do(self, number: int, hand: Hand, handed: Handed, running: Running) -> None:
        """One task, on a thread of its own."""
        began = running.seconds
        try:
            try:
                given = self._given(number, hand, handed, running)
            except UserError as error:
                running.tell(error)
                values = tuple(error.values.items())
                given = Given("", "", failed=error.code, failed_values=values)
            task = handed.task
            running.tell(
                Step(number, task.route, task.text, given, began, running.seconds, task.after)
            )
        except BaseException as error:  # noqa: BLE001 - raised again by who waits
            running.tell(error)

    def _given(self, number: int, hand: Hand, handed: Handed, running: Running) -> Given:
        """What a hand gives, as soon as there is room for its model, or with the commander's."""
        while True:
            before = running.given_way
            try:
                given = _followed(number, hand, handed, running)
                given = self._told(handed, given, running)
            except UserError as error:
                if error.code in _NO_ROOM and running.wait_for_others(before):
                    continue
                specialist = handed.specialist and handed.task.route in SPECIALISTS
                if error.code not in _NOT_THERE or not specialist:
                    raise
                code = "chat.no_room" if error.code in _NO_ROOM else "chat.no_specialist"
                name = str(error.values.get("model") or error.values.get("path", ""))
                running.tell(Notice(code, (("model", name),)))
                handed = dataclasses.replace(handed, specialist=False)
            else:
                notes = given.notes if handed.specialist else (*given.notes, "commander")
                return dataclasses.replace(given, notes=notes)

    def _told(self, handed: Handed, given: Given, running: Running) -> Given:
        """What was found, in the user's language."""
        if handed.task.route not in SPECIALISTS or not rewording.wanted(handed, given):
            return given
        while True:
            before = running.given_way
            try:
                with self._models.borrow(handed.model, running.stop) as engine:
                    return rewording.reword(engine, given, handed.language, running.stop)
            except UserError as error:
                if error.code in _NO_ROOM and running.wait_for_others(before):
                    continue
                # What was found is worth more than the language it is in.
                return dataclasses.replace(given, notes=(*given.notes, "kept"))


def _of_no_file(task: Task, routed: Routed) -> bool:
    """Whether a request, where there is no file, is hardly about one and names none."""
    alone = task.route == "document" and len(routed.tasks) == 1
    return alone and routed.share < _SURE and not signs.names_file(task.text)


def _followed(number: int, hand: Hand, handed: Handed, running: Running) -> Given:
    made = hand.run(handed, running.stop)
    while True:
        try:
            event = next(made)
        except StopIteration as end:
            return end.value
        running.tell(StepPiece(number, event.text) if isinstance(event, Token) else event)


def _skipped(number: int, task: Task, now: float) -> Step:
    given = Given("", "", failed="chat.step_skipped")
    return Step(number, task.route, task.text, given, now, now, task.after)


def answer(steps: Sequence[Step], language: Language) -> str:
    """The answer of several steps in Markdown, in the order of the request."""
    parts: list[str] = []
    for step in steps:
        given = step.given
        text = _FAILED[language] if given.failed else program.whole(given.text)
        if "cut" in given.notes:
            text += f"\n\n{_CUT[language]}"
        if given.wrong:
            text += f"\n\n> **{_WRONG[language]}** " + "; ".join(given.wrong)
        parts.append(f"**{step.text}**\n\n{text}" if len(steps) > 1 else text)
    return "\n\n".join(parts)
