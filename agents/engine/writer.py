"""From the logits of one request to what its caller reads: tokens, letters, thoughts, calls, text.

The one law: used by the decode thread only (after `prompted`). Whatever goes wrong here is this
request's end. Beside sampling, a token costs 1 to 8 µs here.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.engine.likelihood import logprob
from agents.engine.port import ThoughtPiece
from agents.engine.reasoning import CLOSED, OPENED, Thoughts
from agents.engine.sampling import Sampler
from agents.engine.schema import grammar_of
from agents.engine.textout import Letters, Stops
from agents.engine.toolcalls import FORMS, ToolCalls

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from agents.engine.loaded import LoadedModel
    from agents.engine.port import Finish, GenerationRequest, ToolCall
    from agents.engine.stream import AnswerStream


class Writer:
    """Chooses the tokens of one answer and writes them into its stream."""

    def __init__(
        self, model: LoadedModel, request: GenerationRequest, stream: AnswerStream
    ) -> None:
        """Prepare; nothing native is made yet."""
        self._model = model
        self._request = request
        self._stream = stream
        self._letters = Letters()
        self._stops = Stops(request.stop)
        self._thoughts: Thoughts | None = None
        self._calls: ToolCalls | None = None
        self._tags: dict[int, bytes] = {}  # control tokens that are read here
        self._grammar = request.grammar
        self._sampler: Sampler | None = None
        self._finished = False
        self.made: list[int] = []  # the answer's tokens

    @property
    def verbatim(self) -> bool:
        """Whether the text shown is what the tokens made say, once the answer has ended."""
        return not self._stops.stopped and self._finished

    def prompted(self, end: str, *, thinks: bool) -> None:
        """The prompt is known: prepare for what may come after it. By the caller's thread.

        Args:
            end: the last part of the prompt, if the template wrote it.
            thinks: whether the model is known to think.

        Raises:
            UserError: engine.schema.
        """
        request, model = self._request, self._model
        if request.json_schema:
            if request.grammar:
                raise UserError("engine.schema", reason="there is a grammar, too")
            self._grammar = grammar_of(request.json_schema)
        tags: list[str] = []
        if not self._grammar:
            self._thoughts = Thoughts(end, thinks=thinks)
            tags += [OPENED, CLOSED]
        if request.tools:
            self._calls = ToolCalls(request.tools)
            tags += [tag for form in FORMS for tag in form]
        for tag in tags:
            tokens = model.tokens(tag, plain=False)
            if len(tokens) == 1 and not model.piece(tokens[0]):
                self._tags[tokens[0]] = tag.encode()

    def begin(self) -> None:
        """Make the sampler, once; the request is about to be evaluated.

        Raises:
            UserError: engine.grammar.
        """
        if self._sampler is None:
            request, model = self._request, self._model
            bias = [
                (token, value)
                for text, value in request.logit_bias
                for token in model.tokens(text, plain=True)
            ]
            self._sampler = Sampler(
                model.vocab, model.vocabulary, request.sampling, self._grammar, bias
            )
        self._stream.began_prefill = self._stream.began_prefill or time.monotonic()

    def take(self, logits: npt.NDArray[np.float32]) -> int | None:
        """Choose the next token and give out its text.

        Args:
            logits: shape (vocabulary size,); valid during the call only.

        Returns:
            The token to evaluate next; None when the answer is complete (the stream has ended).

        Raises:
            UserError: engine.failed.
        """
        if self._sampler is None:
            raise RuntimeError("the request has not begun")
        stream, request, model = self._stream, self._request, self._model
        stream.begin()
        token = self._sampler.choose(logits)
        if model.is_end(token):
            self._end("stop")
            return None
        stream.tokens += 1
        self.made.append(token)
        if request.logprobs:
            stream.logprobs.append(logprob(logits, token, request.alternatives, model.piece))
        self._give(self._letters.feed(self._tags.get(token) or model.piece(token)))
        if self._stops.stopped:
            stream.finish("stop")
            return None
        if stream.tokens >= request.max_tokens:
            self._end("length")
            return None
        return token

    def out_of_room(self) -> None:
        """The context is full: what was made is the answer."""
        self._end("context")

    def close(self) -> None:
        """Free the native parts; any number of times."""
        if self._sampler is not None:
            self._sampler.close()
            self._sampler = None

    def _give(self, text: str) -> None:
        """Part what was written and give it out."""
        if self._thoughts is not None:
            thought, text = self._thoughts.feed(text)
            if thought:
                self._stream.put(ThoughtPiece(thought))
        if self._calls is None:
            self._stream.put(self._stops.feed(text))
        elif text:
            self._give_all(self._calls.feed(text))

    def _give_all(self, parts: list[str | ToolCall]) -> None:
        for part in parts:
            self._stream.put(self._stops.feed(part) if isinstance(part, str) else part)

    def _end(self, how: Finish) -> None:
        self._finished = True
        self._stream.put(self._stops.feed(self._letters.end()))
        self._give(self._letters.end())
        if self._thoughts is not None:
            thought, text = self._thoughts.end()
            if thought:
                self._stream.put(ThoughtPiece(thought))
            self._thoughts = None
            self._give(text)
        if self._calls is not None:
            self._give_all(self._calls.end())
        self._stream.put(self._stops.end())
        self._stream.finish(how)
