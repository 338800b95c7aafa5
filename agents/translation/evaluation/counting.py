"""An engine that passes everything on and counts what it wrote.

The one law: it changes nothing; who asks it gets what the engine says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agents.base import CancelToken
    from agents.engine.port import Completion, Engine, GenerationRequest, ModelInfo, Stream


class Counting:
    """Counts answers and tokens of whatever goes through `map`."""

    def __init__(self, engine: Engine) -> None:
        """Count nothing yet."""
        self._engine = engine
        self.answers = 0
        self.tokens = 0

    @property
    def info(self) -> ModelInfo:
        """What is known about the model."""
        return self._engine.info

    def submit(self, request: GenerationRequest, cancel: CancelToken) -> Stream:
        """One request, not counted: the pipeline of documents has none."""
        return self._engine.submit(request, cancel)

    def map(
        self, requests: Iterable[GenerationRequest], in_flight: int, cancel: CancelToken
    ) -> Iterator[tuple[str, Completion]]:
        """Many requests, counted as they come."""
        for name, made in self._engine.map(requests, in_flight, cancel):
            self.answers += 1
            self.tokens += made.completion_tokens
            yield name, made

    def count_tokens(self, text: str) -> int:
        """Tokens of a text."""
        return self._engine.count_tokens(text)
