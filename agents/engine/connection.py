"""The connection to one server elsewhere: its client, and what is asked besides generation.

The one law: only what a request needs leaves this machine. Redirects are not followed, TLS
certificates are always checked, and of the headers a client library likes to add (platform,
version, organisation from the environment) none is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from agents.base import UserError
from agents.engine import endpoint as addresses
from agents.engine.network import NetworkThread
from agents.engine.remote_errors import Asked, NotAnApiError, explain
from agents.engine.remote_words import whole
from agents.engine.wire import CURRENT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    import httpx
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    from agents.base import CancelToken
    from agents.engine.endpoint import Endpoint
    from agents.engine.wire import Call

T = TypeVar("T")

_QUESTION_SECONDS = 15.0  # for what is answered without generating
_HEADERS = frozenset(
    {"host", "accept", "accept-encoding", "connection", "content-type", "content-length"}
)
_CONTEXT_NAMES = (
    "max_model_len",
    "n_ctx",
    "context_length",
    "context_window",
    "max_context_length",
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds, and how often to ask again."""

    connect: float = 10.0
    first: float = 300.0  # until the first token: a busy server queues, a slow one evaluates
    between: float = 60.0  # from one token to the next
    attempts: int = 4
    pause: float = 0.5  # before the second attempt; doubles with each


PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server says about itself."""

    models: tuple[str, ...]
    context: int = 0  # tokens of the model that was asked about; 0 = it does not say


class Connection:
    """One server: its client, and the questions that are not generation."""

    def __init__(
        self,
        network: NetworkThread,
        endpoint: Endpoint,
        patience: Patience,
        wire: Wire | None = None,
    ) -> None:
        """Remember; nothing is sent before something is asked. `wire` writes down what is."""
        self.wire = wire or Wire()
        self.network = network
        self.endpoint = endpoint
        self.patience = patience
        self._client: AsyncOpenAI | None = None
        self._http: DefaultAsyncHttpxClient | None = None

    def client(self) -> AsyncOpenAI:
        """The client; called on the network thread only."""
        if self._client is None:
            import openai  # noqa: PLC0415 - most of a second, and only once a server is asked

            self._http = openai.DefaultAsyncHttpxClient(
                follow_redirects=False,
                # A proxy of the environment has no business with this machine's own server.
                trust_env=not addresses.is_loopback(self.endpoint.url),
                event_hooks={"request": [self._strip, _sent], "response": [_answered]},
            )
            self._client = openai.AsyncOpenAI(
                base_url=self.endpoint.url,
                api_key=self.endpoint.key or "none",
                max_retries=0,  # ours know when to stop
                timeout=openai.Timeout(None, connect=self.patience.connect, write=30.0),
                http_client=self._http,
            )
            self.network.before_end(self._close)
        return self._client

    def offer(self, model: str, cancel: CancelToken | None = None) -> Offer:
        """Ask which models there are and how much text `model` can hold.

        Raises:
            CancelledError: `cancel` was set.
            UserError: engine.remote_unreachable, engine.remote_certificate, engine.remote_key,
                engine.remote_not_api, engine.remote_timeout, engine.remote_down, ...
        """
        with self.wire.call(f"{self.endpoint.url}/models", "server_models", model) as call:
            return self.network.wait(counted(lambda: self._offer(model), call), cancel)

    def count(self, model: str, text: str, seconds: float) -> int | None:
        """Tokens of `text` by the server's own tokenizer; None where it has none."""
        with self.wire.call(f"{self.endpoint.root}/tokenize", "server_count", model) as call:
            return self.network.wait(counted(lambda: self._counted(model, text, seconds), call))

    async def tokens(self, model: str, text: str) -> list[int]:
        """The token ids of `text`; empty where the server has no tokenizer."""
        import openai  # noqa: PLC0415 - as in `client`

        body: dict[str, object] = {
            "model": model,
            "content": whole(text),  # llama-server's names
            "add_special": False,
            "prompt": whole(text),  # vLLM's
            "add_special_tokens": False,
        }
        try:
            answer = await self._ask("POST", f"{self.endpoint.root}/tokenize", body)
        except (openai.APIStatusError, NotAnApiError, ValueError):
            return []
        found = answer.get("tokens")
        ids = cast("list[object]", found) if isinstance(found, list) else []
        return [one for one in ids if isinstance(one, int)]

    def close(self) -> None:
        """Hang up; what still runs is cut. Harmless once the network thread is closed."""
        with contextlib.suppress(RuntimeError):
            self.network.wait(self._close())

    async def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _offer(self, model: str) -> Offer:
        asked = Asked(self.endpoint, "")
        try:
            async with asyncio.timeout(_QUESTION_SECONDS):
                answer = await self._ask("GET", f"{self.endpoint.url}/models")
                entries = _entries(answer)
                names = tuple(str(entry["id"]) for entry in entries)
                own = [entry for entry in entries if entry["id"] == model]
                if not own and len(entries) == 1:
                    own = entries  # llama-server answers to any name
                context = _context(own[0]) if own else 0
                if not context and own:
                    context = await self._context_of_llama_server()
                return Offer(names, context)
        except TimeoutError as error:
            raise UserError(
                "engine.remote_timeout", host=self.endpoint.host, seconds=round(_QUESTION_SECONDS)
            ) from error
        except Exception as error:
            problem = explain(error, asked)
            if problem is None:
                raise
            raise problem from error

    async def _context_of_llama_server(self) -> int:
        import openai  # noqa: PLC0415 - loaded by now

        try:
            answer = await self._ask("GET", f"{self.endpoint.root}/props")
        except (openai.APIError, NotAnApiError, ValueError):
            return 0  # another kind of server
        own = answer.get("default_generation_settings")
        return _context(cast("dict[str, Any]", own)) if isinstance(own, dict) else 0

    async def _counted(self, model: str, text: str, seconds: float) -> int | None:
        import openai  # noqa: PLC0415 - as in `client`

        try:
            async with asyncio.timeout(seconds):
                return len(await self.tokens(model, text)) or None
        except (TimeoutError, openai.APIConnectionError):
            return None

    async def _ask(
        self, method: str, url: str, body: dict[str, object] | None = None
    ) -> dict[str, Any]:
        """Ask for JSON.

        Raises:
            openai.APIError: as the client raises it.
            NotAnApiError: what came is no JSON object.
        """
        client = self.client()
        answer: object
        if method == "GET":
            answer = await client.get(url, cast_to=object)
        else:
            answer = await client.post(url, cast_to=object, body=body)
        if not isinstance(answer, dict):
            raise NotAnApiError
        return cast("dict[str, Any]", answer)

    async def _strip(self, request: Any) -> None:  # noqa: ANN401 - of the client's HTTP library
        kept = {name for name in request.headers if name.lower() in _HEADERS}
        for name in set(request.headers) - kept:
            if name.lower() != "authorization" or not self.endpoint.key:
                del request.headers[name]
        request.headers["User-Agent"] = "MoA Desk"


def _entries(answer: dict[str, Any]) -> list[dict[str, Any]]:
    found = answer.get("data")
    if not isinstance(found, list):
        raise NotAnApiError
    return [cast("dict[str, Any]", one) for one in cast("list[object]", found) if _is_entry(one)]


def _is_entry(one: object) -> bool:
    return isinstance(one, dict) and isinstance(cast("dict[str, Any]", one).get("id"), str)


def _context(entry: dict[str, Any]) -> int:
    """What a server says of a model's context, by whatever name."""
    meta = entry.get("meta")
    places = [entry, cast("dict[str, Any]", meta)] if isinstance(meta, dict) else [entry]
    for place in places:
        for name in _CONTEXT_NAMES:
            size = place.get(name)
            if isinstance(size, int) and size > 0:
                return size
    return 0


async def counted(work: Callable[[], Coroutine[Any, Any, T]], call: Call) -> T:
    """Do `work` with everything it sends and gets counted for `call`."""
    CURRENT.set(call)
    return await work()


async def _sent(request: httpx.Request) -> None:
    if call := CURRENT.get():
        call.asks(request)


async def _answered(response: httpx.Response) -> None:
    if call := CURRENT.get():
        call.answers(response)


def probe(
    endpoint: Endpoint,
    model: str,
    cancel: CancelToken | None = None,
    patience: Patience = PATIENCE,
    wire: Wire | None = None,
) -> Offer:
    """Ask a server what it offers, on a thread of its own. Raises as `Connection.offer` does."""
    network = NetworkThread()
    try:
        return Connection(network, endpoint, patience, wire).offer(model, cancel)
    finally:
        network.close()
