"""One request on its way through the decode thread.

The one law: `tokens` is the whole truth (prompt and answer so far) and `evaluated` says how many
of them the model's memory holds. So a job can lose its sequence at any time and be evaluated
anew: nothing but time is lost.
"""

from __future__ import annotations

import ctypes
import time
from typing import TYPE_CHECKING

from agents.engine.sampling import Sampler
from agents.engine.stream import LlamaStream
from agents.engine.textout import TextOut

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from agents.base import CancelToken
    from agents.engine.loaded import LoadedModel
    from agents.engine.port import GenerationRequest

NOWHERE = -1


class Job:
    """State of one request. Made by the caller's thread, then the decode thread's alone."""

    def __init__(
        self, model: LoadedModel, request: GenerationRequest, cancel: CancelToken, number: int
    ) -> None:
        """Prepare; `number` tells who came first."""
        self.model = model
        self.request = request
        # Read by native code while the GIL is released: see `LoadedModel.prefill`.
        self.stop = ctypes.create_string_buffer(2)
        self.stream = LlamaStream(cancel, self._abort)
        self.tokens: list[int] = []
        self.evaluated = 0
        self.sequence = NOWHERE
        self.alone = False  # a step with others failed: the next ones go without them
        self.rank = (request.priority, number)
        self._text = TextOut(request.stop)
        self._sampler: Sampler | None = None

    @property
    def remaining(self) -> int:
        """Tokens that are not evaluated yet; 1 while it is being decoded."""
        return len(self.tokens) - self.evaluated

    def begin(self) -> None:
        """The job gets a sequence.

        Raises:
            UserError: engine.grammar.
        """
        if self._sampler is None:
            request, model = self.request, self.model
            self._sampler = Sampler(
                model.vocab, model.vocabulary, request.sampling, request.grammar
            )
        self.stream.began_prefill = self.stream.began_prefill or time.monotonic()

    def take(self, logits: npt.NDArray[np.float32]) -> None:
        """Choose the next token and give out its text; the stream ends if that was the last.

        Raises:
            UserError: engine.failed.
        """
        if self._sampler is None:
            raise RuntimeError("the job has not begun")
        stream = self.stream
        stream.began_decode = stream.began_decode or time.monotonic()
        token = self._sampler.choose(logits)
        if self.model.is_end(token):
            stream.put(self._text.end())
            stream.finish("stop")
            return
        stream.tokens += 1
        stream.put(self._text.feed(self.model.piece(token)))
        if self._text.stopped:
            stream.finish("stop")
        elif stream.tokens >= self.request.max_tokens:
            stream.put(self._text.end())
            stream.finish("length")
        else:
            self.tokens.append(token)

    def out_of_room(self) -> None:
        """The context is full: what was made is the answer."""
        self.stream.put(self._text.end())
        self.stream.finish("context")

    def close(self) -> None:
        """Free the native parts."""
        if self._sampler is not None:
            self._sampler.close()
            self._sampler = None

    def _abort(self) -> None:
        self.stop[0] = b"!"
