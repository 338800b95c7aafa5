"""Engines whose words are written by the test. Everything else about them is as real.

The one law: whatever the port promises holds here too (pieces never cut a character, `max_tokens`,
stop strings, context room, cancellation, lazy `map`), so a caller cannot tell the difference.
A token is a word with the white space around it.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from agents.base import CancelledError, CancelToken, UserError
from agents.engine.port import (
    Completion,
    Finish,
    GenerationRequest,
    ModelInfo,
    Resident,
    Sampling,
    StreamEvent,
    TextPiece,
    ThoughtPiece,
    ToolCall,
)
from agents.engine.reasoning import Thoughts
from agents.engine.toolcalls import ToolCalls

Answers = Callable[[GenerationRequest], str] | Mapping[str, str] | Sequence[str] | str

INFO = ModelInfo(
    id="scripted",
    name="Scripted",
    languages=("en", "ko"),
    context=4096,
    sampling=Sampling(),
    template="chatml",
)
_WORD = re.compile(r"\s*\S+\s*")


def words(text: str) -> list[str]:
    """The pieces a text streams in; joined they are the text."""
    return _WORD.findall(text) or ([text] if text else [])


class ScriptedStream:
    """One answer, made as it is read."""

    def __init__(
        self,
        answer: Callable[[], str],
        request: GenerationRequest,
        cancel: CancelToken,
        info: ModelInfo,
        delay: float,
    ) -> None:
        self._answer = answer
        self._thoughts = Thoughts("", thinks=True) if info.thinks else None
        self._calls = ToolCalls(request.tools) if request.tools else None
        self._request = request
        self._cancel = cancel
        self._room = info.context
        self._delay = delay
        self._lock = threading.RLock()
        self._made: list[StreamEvent] = []
        self._tokens = 0
        self._finish: Finish | None = None
        self._error: BaseException | None = None
        self._source = self._produce()
        self._prompt = sum(len(words(message.content)) for message in request.messages)

    def __iter__(self) -> Iterator[str]:
        return (event.text for event in self.events() if isinstance(event, TextPiece))

    def events(self) -> Iterator[StreamEvent]:
        at = 0
        while True:
            with self._lock:
                while at >= len(self._made) and self._step():
                    pass
                if at >= len(self._made):
                    break
                event = self._made[at]
            at += 1
            yield event
        self._raise()

    def result(self) -> Completion:
        for _piece in self:
            pass
        return self.so_far

    @property
    def so_far(self) -> Completion:
        with self._lock:
            return Completion(
                text=self._told(TextPiece),
                finish=self._finish or "cancelled",
                prompt_tokens=self._prompt,
                completion_tokens=self._tokens,
                decode_seconds=self._delay * self._tokens,
                reasoning=self._told(ThoughtPiece),
                tool_calls=tuple(event for event in self._made if isinstance(event, ToolCall)),
            )

    def _told(self, kind: type[TextPiece | ThoughtPiece]) -> str:
        return "".join(event.text for event in self._made if isinstance(event, kind))

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _step(self) -> bool:
        """Make one more piece; False at the end."""
        if self._finish is not None or self._error is not None:
            return False
        try:
            piece = next(self._source)
        except StopIteration:
            self._give("", end=True)
        except BaseException as error:  # noqa: BLE001 - raised again for every reader
            self._error = error
            return False
        else:
            self._tokens += 1
            self._give(piece)
        return True

    def _give(self, piece: str, *, end: bool = False) -> None:
        """Part a piece into events, as the engine does."""
        thought, text = self._thoughts.feed(piece) if self._thoughts else ("", piece)
        if end and self._thoughts:
            more, rest = self._thoughts.end()
            thought, text = thought + more, text + rest
        if thought:
            self._made.append(ThoughtPiece(thought))
        parts: list[str | ToolCall] = [text] if text else []
        if self._calls:
            parts = [*self._calls.feed(text), *(self._calls.end() if end else ())]
        self._made += [TextPiece(part) if isinstance(part, str) else part for part in parts]

    def _produce(self) -> Iterator[str]:
        if self._prompt >= self._room:
            raise UserError("engine.context_full", needed=self._prompt, context=self._room)
        self._cancel.check()
        text = self._answer()
        ends = [text.find(stop) for stop in self._request.stop if stop and stop in text]
        for number, piece in enumerate(words(text[: min(ends)] if ends else text)):
            if self._cancel.wait(self._delay) if self._delay else self._cancel.cancelled:
                self._finish = "cancelled"
                raise CancelledError
            if number >= self._request.max_tokens:
                self._finish = "length"
                return
            if self._prompt + number >= self._room:
                self._finish = "context"
                return
            yield piece
        self._finish = "stop"


class ScriptedEngine:
    """Answers from a function, a table by last user message, or a list in order.

    Args:
        answers: what to say. A function sees the request and may raise; a mapping is asked for
            the content of the last message; a sequence is used up one answer at a time; a plain
            string is always the answer.
        info: what the engine says about itself. If it thinks, `<think>…</think>` at the beginning
            of an answer is a thought. Calls are read where the request has tools.
        delay: seconds each piece takes.
        newest_first: `map` ends the youngest running request first, so that a caller who leans
            on the order of its requests is found out.
    """

    def __init__(
        self,
        answers: Answers,
        info: ModelInfo = INFO,
        *,
        delay: float = 0.0,
        newest_first: bool = False,
    ) -> None:
        self._answers = answers
        self._info = info
        self._delay = delay
        self._newest_first = newest_first
        self._lock = threading.Lock()
        self._used = 0
        self.requests: list[GenerationRequest] = []  # in the order they were submitted
        self.most_in_flight = 0  # over all calls of `map`

    @property
    def info(self) -> ModelInfo:
        return self._info

    def submit(self, request: GenerationRequest, cancel: CancelToken) -> ScriptedStream:
        with self._lock:
            self.requests.append(request)
        return ScriptedStream(lambda: self._say(request), request, cancel, self._info, self._delay)

    def map(
        self, requests: Iterable[GenerationRequest], in_flight: int, cancel: CancelToken
    ) -> Iterator[tuple[str, Completion]]:
        if in_flight < 1:
            raise ValueError("in_flight must be at least 1")
        source = iter(requests)
        running: list[tuple[str, ScriptedStream]] = []
        while True:
            while len(running) < in_flight:
                cancel.check()
                request = next(source, None)
                if request is None:
                    break
                running.append((request.id, self.submit(request, cancel)))
            self.most_in_flight = max(self.most_in_flight, len(running))
            if not running:
                return
            name, stream = running.pop(-1 if self._newest_first else 0)
            try:
                made = stream.result()
            except UserError as problem:
                made = Completion(stream.so_far.text, "failed", problem=problem)
            yield name, made

    def count_tokens(self, text: str) -> int:
        return len(words(text))

    def _say(self, request: GenerationRequest) -> str:
        answers = self._answers
        if isinstance(answers, str):
            return answers
        if isinstance(answers, Mapping):
            return answers[request.messages[-1].content]
        if callable(answers):
            return answers(request)
        with self._lock:
            self._used += 1
            return answers[self._used - 1]


class ScriptedLoan:
    """Counts who holds the engine."""

    def __init__(self, models: ScriptedModels, model_id: str) -> None:
        self._models = models
        self._id = model_id

    def __enter__(self) -> ScriptedEngine:
        self._models.change(self._id, 1)
        return self._models.engines[self._id]

    def __exit__(self, *exc: object) -> None:
        self._models.change(self._id, -1)


class ScriptedModels:
    """Lends scripted engines by model id; an unknown id is a missing model."""

    def __init__(self, engines: Mapping[str, ScriptedEngine]) -> None:
        self.engines = dict(engines)
        self.borrowed = dict.fromkeys(self.engines, 0)
        self._since: dict[str, float] = {}
        self.forgotten: list[str] = []
        self._lock = threading.Lock()

    def borrow(self, model_id: str, cancel: CancelToken | None = None) -> ScriptedLoan:
        if cancel is not None:
            cancel.check()
        if model_id not in self.engines:
            raise UserError("model.missing", model=model_id)
        self._since.setdefault(model_id, time.time())
        return ScriptedLoan(self, model_id)

    def resident(self) -> tuple[Resident, ...]:
        return tuple(
            Resident(name, self.engines[name].info.name, 1_000_000, since, self.borrowed[name])
            for name, since in self._since.items()
        )

    def free(self, model_id: str = "") -> int:
        gone = [name for name in self._since if model_id in ("", name) and not self.borrowed[name]]
        for name in gone:
            del self._since[name]
        return 1_000_000 * len(gone)

    def forget(self, conversation: str) -> None:
        self.forgotten.append(conversation)

    def close(self) -> None:
        self._since.clear()

    def change(self, model_id: str, by: int) -> None:
        with self._lock:
            self.borrowed[model_id] += by
