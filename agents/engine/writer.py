"""From the logits of one request to what its caller reads: chosen tokens, then text.

The one law: used by the decode thread only. Whatever goes wrong here is this request's end.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from agents.engine.sampling import Sampler
from agents.engine.textout import TextOut

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from agents.engine.loaded import LoadedModel
    from agents.engine.port import GenerationRequest
    from agents.engine.stream import LlamaStream


class Writer:
    """Chooses the tokens of one answer and writes them into its stream."""

    def __init__(self, model: LoadedModel, request: GenerationRequest, stream: LlamaStream) -> None:
        """Prepare; nothing native is made yet."""
        self._model = model
        self._request = request
        self._stream = stream
        self._text = TextOut(request.stop)
        self._sampler: Sampler | None = None

    def begin(self) -> None:
        """Make the sampler, once; the request is about to be evaluated.

        Raises:
            UserError: engine.grammar.
        """
        if self._sampler is None:
            request, model = self._request, self._model
            self._sampler = Sampler(
                model.vocab, model.vocabulary, request.sampling, request.grammar
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
        stream = self._stream
        stream.began_decode = stream.began_decode or time.monotonic()
        token = self._sampler.choose(logits)
        if self._model.is_end(token):
            stream.put(self._text.end())
            stream.finish("stop")
            return None
        stream.tokens += 1
        stream.put(self._text.feed(self._model.piece(token)))
        if self._text.stopped:
            stream.finish("stop")
            return None
        if stream.tokens >= self._request.max_tokens:
            stream.put(self._text.end())
            stream.finish("length")
            return None
        return token

    def out_of_room(self) -> None:
        """The context is full: what was made is the answer."""
        self._stream.put(self._text.end())
        self._stream.finish("context")

    def close(self) -> None:
        """Free the native parts; any number of times."""
        if self._sampler is not None:
            self._sampler.close()
            self._sampler = None
