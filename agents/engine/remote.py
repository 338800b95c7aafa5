"""An engine behind a URL: llama-server, vLLM, LM Studio, Ollama, whatever speaks OpenAI's API.

How it works. `submit` hands a coroutine to the network thread and returns a stream; the coroutine
asks, reads what comes, and asks again only while nothing has come yet. Cancelling ends the
coroutine, which closes the connection, by which the server knows that it may stop.

The one law: nothing is sent while it is switched off, and what was sent once is never sent again
after the first token came.

What differs from llama.cpp in this process, and cannot be helped from here: a server that does
not know `grammar` or `min_p` may ignore them without a word (the agents check answers anyway);
priorities are the server's business, and so are control tokens inside a text; log-probabilities
are those the server computes; where it has no tokenizer, `count_tokens` estimates.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import random
import time
from typing import TYPE_CHECKING, Any, cast

from agents.base import UserError
from agents.engine.connection import counted
from agents.engine.many import run_many
from agents.engine.remote_errors import (
    Asked,
    BrokenError,
    NotAnApiError,
    context_in,
    explain,
    retry_after,
)
from agents.engine.remote_words import Reader, body_of, estimate
from agents.engine.stream import AnswerStream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator
    from concurrent.futures import Future

    from openai import AsyncStream
    from openai.types.chat import ChatCompletionChunk

    from agents.base import CancelToken
    from agents.engine.connection import Connection
    from agents.engine.port import Completion, GenerationRequest, ModelInfo

log = logging.getLogger(__name__)

ASSUMED_CONTEXT = 4096  # tokens, where the server does not say: what Ollama gives by default
_COUNT_SECONDS = 2.0  # a tokenizer that takes longer is not asked again


class RemoteEngine:
    """Generates with one model of one server; see `port.Engine`."""

    def __init__(
        self, info: ModelInfo, connection: Connection, model: str, allowed: Callable[[], bool]
    ) -> None:
        """Nothing is sent yet.

        Args:
            info: what agents may know of it.
            connection: the server.
            model: its name there.
            allowed: whether it is switched on; asked before each request.
        """
        self._info = info
        self._connection = connection
        self._model = model
        self._allowed = allowed
        self._counts = True  # whether the server has a tokenizer, as far as we know

    @property
    def info(self) -> ModelInfo:
        """See `port.Engine`. The context is assumed until the server names it."""
        return self._info

    def submit(self, request: GenerationRequest, cancel: CancelToken) -> AnswerStream:
        """See `port.Engine`. What goes wrong is raised by the stream."""
        work: list[Future[None]] = []

        def stop() -> None:
            for future in work:
                future.cancel()

        stream = AnswerStream(cancel, stop)
        stream.began_prefill = time.monotonic()
        if request.max_tokens < 1:
            stream.finish("length")
        elif not self._allowed():
            stream.fail(UserError("engine.remote_off", model=self._info.name))
        elif not stream.done:
            address = f"{self._connection.endpoint.url}/chat/completions"
            call, end = self._connection.wire.begin(address, "server_answer", self._model)
            try:
                answer = counted(lambda: self._answer(request, stream, end), call)
                work.append(self._connection.network.start(answer))
                work[0].add_done_callback(lambda done: end("cancelled" if done.cancelled() else ""))
            except RuntimeError:  # the application is closing
                end("closed")
                stream.release()
            if stream.done:  # it was cancelled meanwhile
                stop()
        return stream

    def map(
        self, requests: Iterable[GenerationRequest], in_flight: int, cancel: CancelToken
    ) -> Iterator[tuple[str, Completion]]:
        """See `port.Engine`. The server decides how many of them it runs together."""
        return run_many(self.submit, requests, in_flight, cancel)

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` by the server's tokenizer (llama-server, vLLM), else an estimate.

        The estimate is a token for three ASCII letters and one for any other letter: more than
        most models need, so that room made by it is enough.
        """
        if not text:
            return 0
        if self._counts and self._allowed():
            counted = self._connection.count(self._model, text, _COUNT_SECONDS)
            if counted is not None:
                return counted
            self._counts = False
        return estimate(text)

    # ── on the network thread ──
    async def _answer(
        self, request: GenerationRequest, stream: AnswerStream, end: Callable[[str], None]
    ) -> None:
        asked = Asked(self._connection.endpoint, self._model, request)
        try:
            await self._persist(asked, request, stream)
        except asyncio.CancelledError:
            stream.release()
            raise
        except Exception as error:  # noqa: BLE001 - raised again in the caller
            if size := context_in(error):
                self._info = dataclasses.replace(self._info, context=size)
            problem = explain(error, asked)
            end(problem.code if problem else type(error).__name__)
            stream.fail(problem or error)

    async def _persist(
        self, asked: Asked, request: GenerationRequest, stream: AnswerStream
    ) -> None:
        patience = self._connection.patience
        for attempt in range(patience.attempts):
            if not self._allowed():
                raise UserError("engine.remote_off", model=self._info.name)
            try:
                return await self._attempt(request, stream)
            except Exception as error:
                wait = retry_after(error)
                if stream.began_decode or wait is None or attempt + 1 == patience.attempts:
                    raise
                problem = explain(error, asked)
                if problem is not None and problem.code == "engine.remote_unsupported":
                    raise
                log.info("%s is asked again: %s", asked.endpoint.host, type(error).__name__)
            pause = patience.pause * 2**attempt * random.uniform(0.75, 1.25)  # noqa: S311 - not all at once
            await asyncio.sleep(max(wait, pause))
        return None

    async def _attempt(self, request: GenerationRequest, stream: AnswerStream) -> None:
        patience = self._connection.patience
        waited = patience.first
        try:
            async with asyncio.timeout(waited) as limit, await self._open(request) as response:
                reader = Reader(request, stream, thinks=self._info.thinks)
                async for chunk in _unbroken(response):
                    reader.take(chunk)
                    if stream.began_decode:
                        waited = patience.between
                        limit.reschedule(asyncio.get_running_loop().time() + waited)
                reader.end(self._info.context)
        except TimeoutError as error:
            host = self._connection.endpoint.host
            raise UserError("engine.remote_timeout", host=host, seconds=round(waited)) from error

    async def _open(self, request: GenerationRequest) -> AsyncStream[ChatCompletionChunk]:
        """Send the request; returns when the server begins to answer."""
        body = body_of(self._model, request)
        if request.logit_bias:
            body["logit_bias"] = await self._bias(request)
        completions = cast("Any", self._connection.client().chat.completions)
        response = await completions.create(**body)
        if "text/event-stream" not in response.response.headers.get("content-type", ""):
            await response.close()
            raise NotAnApiError
        return response

    async def _bias(self, request: GenerationRequest) -> dict[str, float]:
        """The biases by token id, as the API wants them."""
        bias: dict[str, float] = {}
        for text, value in request.logit_bias:
            ids = await self._connection.tokens(self._model, text)
            if not ids:
                raise UserError(
                    "engine.remote_unsupported",
                    host=self._connection.endpoint.host,
                    part="logit_bias",
                    reason="/tokenize",
                )
            bias |= {str(one): value for one in ids}
        return bias


async def _unbroken(response: AsyncStream[ChatCompletionChunk]) -> AsyncIterator[Any]:
    """What comes, until the end; a connection that is lost on the way is said to be that."""
    import openai  # noqa: PLC0415 - slow to import; the client has loaded it by now

    try:
        async for chunk in response:
            yield chunk
    except openai.APIConnectionError as error:
        raise BrokenError from error
