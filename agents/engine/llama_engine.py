"""The engine port over one loaded model.

The one law: `submit` returns at once and never raises what the request is to blame for; its stream
does.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.engine.job import Job
from agents.engine.many import run_many
from agents.engine.prompts import Prompts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agents.base import CancelToken
    from agents.engine.decode import DecodeThread
    from agents.engine.loaded import LoadedModel
    from agents.engine.port import Completion, GenerationRequest, ModelInfo
    from agents.engine.stream import AnswerStream


class LlamaEngine:
    """Generates with one loaded model; see `port.Engine`."""

    def __init__(self, info: ModelInfo, model: LoadedModel, thread: DecodeThread) -> None:
        """Use `model`, which `thread` owns."""
        self._info = info
        self._model = model
        self._thread = thread
        self._prompts = Prompts(model, thinks=info.thinks)
        self._numbers = itertools.count()

    @property
    def info(self) -> ModelInfo:
        """See `port.Engine`."""
        return self._info

    def submit(self, request: GenerationRequest, cancel: CancelToken) -> AnswerStream:
        """See `port.Engine`."""
        job = Job(self._model, request, cancel, next(self._numbers), self._left)
        try:
            self._prepare(job)
        except UserError as error:
            job.stream.fail(error)
        if not job.stream.done:
            self._thread.submit(job)
        return job.stream

    def map(
        self, requests: Iterable[GenerationRequest], in_flight: int, cancel: CancelToken
    ) -> Iterator[tuple[str, Completion]]:
        """See `port.Engine`."""
        return run_many(self.submit, requests, in_flight, cancel)

    def count_tokens(self, text: str) -> int:
        """See `port.Engine`."""
        return len(self._model.tokens(text, plain=True))

    def _left(self) -> None:
        self._thread.left(self._model)

    def _prepare(self, job: Job) -> None:
        """Render and tokenize, on the caller's thread: the decode thread has better things to do.

        Raises:
            UserError: engine.template, engine.context_full, engine.schema.
        """
        request = job.request
        if request.conversation:
            job.said_before = self._thread.said(self._model, request.conversation)
        prompt = self._prompts.prompt(request, job.said_before)
        job.writer.prompted(prompt.end, thinks=self._info.thinks)
        job.tokens = prompt.tokens
        job.prompt_length = job.stream.prompt_tokens = len(job.tokens)
        if not job.tokens:
            raise UserError("engine.template", reason="the prompt is empty")
        if len(job.tokens) >= self._info.context:
            raise UserError(
                "engine.context_full", needed=len(job.tokens), context=self._info.context
            )
        if request.prefix_key:
            job.prefix_length = self._prompts.prefix(request, job.tokens)
        if request.max_tokens < 1:
            job.stream.finish("length")
