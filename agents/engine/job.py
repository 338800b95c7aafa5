"""One request on its way through the decode thread.

The one law: `tokens` is the whole truth (prompt and answer so far) and `evaluated` says how many
of them the model's memory holds. So a job can lose its sequence at any time and be evaluated
anew: nothing but time is lost.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

from agents.engine.port import Priority
from agents.engine.stream import AnswerStream
from agents.engine.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    import numpy as np
    import numpy.typing as npt

    from agents.base import CancelToken
    from agents.engine.loaded import LoadedModel
    from agents.engine.port import GenerationRequest
    from agents.engine.sequences import Prefix, Snapshot
    from agents.engine.states import SavedState

NOWHERE = -1


class Job:
    """State of one request. Made by the caller's thread, then the decode thread's alone."""

    def __init__(
        self,
        model: LoadedModel,
        request: GenerationRequest,
        cancel: CancelToken,
        number: int,
        on_left: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare.

        Args:
            model: which evaluates it.
            request: what is wanted.
            cancel: ends it.
            number: tells who came first.
            on_left: called from any thread when the caller does not want it any more.
        """
        self.model = model
        self.request = request
        self.interactive = request.priority == Priority.INTERACTIVE
        # Read by native code while the GIL is released: see `LoadedModel.prefill`.
        self.stop = ctypes.create_string_buffer(2)
        self._on_left = on_left
        self.stream = AnswerStream(cancel, self._left)
        self.tokens: list[int] = []
        self.prompt_length = 0
        self.prefix_length = 0  # tokens that it shares with others of the same `prefix_key`
        self.said_before: Mapping[str, tuple[int, ...]] = {}
        self.saved: SavedState | None = None
        self.fetched = False  # whether the disk was asked for its conversation
        self.arriving: Future[SavedState | None] | None = None  # the answer
        self.evaluated = 0
        self.sequence = NOWHERE
        self.prefix: Prefix | None = None
        self.snapshots: list[Snapshot] = []
        self.mark: Snapshot | None = None  # where the call began that evaluates its prompt
        self.read = 0  # tokens of the prompt evaluated in this sequence
        self.served = 0.0  # when a call last evaluated some of its prompt
        self.had = 0  # the same, beginning at what the others had when it came: least goes first
        self.alone = False  # a step with others failed: the next ones go without them
        self.told = False  # that it waits for room
        self.rank = (request.priority, number)
        self.writer = Writer(model, request, self.stream)

    @property
    def remaining(self) -> int:
        """Tokens that are not evaluated yet; 1 while it is being decoded."""
        return len(self.tokens) - self.evaluated

    @property
    def unread(self) -> int:
        """Tokens that probably have to be evaluated; any thread, before it is queued.

        Of a conversation that goes on, what came before is there, or soon is; its new words are
        few.
        """
        return 0 if self.said_before else len(self.tokens)

    @property
    def border(self) -> int:
        """Where the next call of its prefill has to end at the latest, in tokens.

        A shared prefix ends a call, so that it can be copied. So does the last token but one of
        a conversation's prompt: the snapshot that editing goes back to is taken there.
        """
        if self.evaluated < self.prefix_length:
            return self.prefix_length
        if self.request.conversation and self.evaluated < self.prompt_length - 1:
            return self.prompt_length - 1
        return len(self.tokens)

    @property
    def said(self) -> Mapping[str, tuple[int, ...]]:
        """The conversation's answers, this one among them, and their tokens.

        An answer that went through the model as it was shown need not be tokenized again: the
        tokens that made a text are often not those that a tokenizer would choose for it.
        """
        made = self.stream.so_far
        if not self.stream.done or not self.writer.verbatim or made.reasoning or made.tool_calls:
            return self.said_before
        return {**self.said_before, made.text: tuple(self.writer.made)}

    def take(self, logits: npt.NDArray[np.float32]) -> None:
        """Choose the next token and give out its text; the stream ends if that was the last.

        Raises:
            UserError: engine.failed.
        """
        token = self.writer.take(logits)
        if token is not None:
            self.tokens.append(token)

    def go_on(self) -> None:
        """Its prefill was stopped for another's sake, not for its own."""
        self.stop[0] = b"\0"
        if self.stream.done:  # its caller left meanwhile
            self.stop[0] = b"!"

    def halt(self) -> None:
        """Have the native call that evaluates its prompt end soon; any thread."""
        self.stop[0] = b"!"

    def _left(self) -> None:
        self.halt()
        self._on_left()
