"""One request on its way through the decode thread.

The one law: `tokens` is the whole truth (prompt and answer so far) and `evaluated` says how many
of them the model's memory holds. So a job can lose its sequence at any time and be evaluated
anew: nothing but time is lost.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

from agents.engine.stream import LlamaStream
from agents.engine.writer import Writer

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
        self._writer = Writer(model, request, self.stream)

    @property
    def remaining(self) -> int:
        """Tokens that are not evaluated yet; 1 while it is being decoded."""
        return len(self.tokens) - self.evaluated

    def prompted(self, end: str, *, thinks: bool) -> None:
        """The prompt ends so; see `Writer.prompted`.

        Raises:
            UserError: engine.schema.
        """
        self._writer.prompted(end, thinks=thinks)

    def begin(self) -> None:
        """The job gets a sequence.

        Raises:
            UserError: engine.grammar.
        """
        self._writer.begin()

    def take(self, logits: npt.NDArray[np.float32]) -> None:
        """Choose the next token and give out its text; the stream ends if that was the last.

        Raises:
            UserError: engine.failed.
        """
        token = self._writer.take(logits)
        if token is not None:
            self.tokens.append(token)

    def out_of_room(self) -> None:
        """The context is full: what was made is the answer."""
        self._writer.out_of_room()

    def close(self) -> None:
        """Free the native parts."""
        self._writer.close()

    def _abort(self) -> None:
        self.stop[0] = b"!"
