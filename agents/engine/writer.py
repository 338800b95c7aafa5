"""From the logits of one request to what its caller reads: chosen tokens, then text.

The one law: used by the decode thread only. Whatever goes wrong here is this request's end.
Beside sampling, a token costs 1 to 5 µs here.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from agents.engine.likelihood import logprob
from agents.engine.sampling import Sampler
from agents.engine.textout import Letters, Stops

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from agents.engine.loaded import LoadedModel
    from agents.engine.port import Finish, GenerationRequest
    from agents.engine.stream import LlamaStream


class Writer:
    """Chooses the tokens of one answer and writes them into its stream."""

    def __init__(self, model: LoadedModel, request: GenerationRequest, stream: LlamaStream) -> None:
        """Prepare; nothing native is made yet."""
        self._model = model
        self._request = request
        self._stream = stream
        self._letters = Letters()
        self._stops = Stops(request.stop)
        self._sampler: Sampler | None = None

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
                model.vocab, model.vocabulary, request.sampling, request.grammar, bias
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
        stream.began_decode = stream.began_decode or time.monotonic()
        token = self._sampler.choose(logits)
        if model.is_end(token):
            self._end("stop")
            return None
        stream.tokens += 1
        if request.logprobs:
            stream.logprobs.append(logprob(logits, token, request.alternatives, model.piece))
        stream.put(self._stops.feed(self._letters.feed(model.piece(token))))
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

    def _end(self, how: Finish) -> None:
        self._stream.put(self._stops.feed(self._letters.end()))
        self._stream.put(self._stops.end())
        self._stream.finish(how)
