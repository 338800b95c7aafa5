"""Lends the models of this machine and those of a server elsewhere through one port.

The one law: a server is asked only for a model whose id begins with "remote:", and only while
the user has it switched on.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.engine.cache import Loan
from agents.engine.connection import PATIENCE, Connection
from agents.engine.endpoint import PREFIX, Endpoint, host, normal
from agents.engine.network import NetworkThread
from agents.engine.port import ModelInfo, Sampling
from agents.engine.remote import ASSUMED_CONTEXT, RemoteEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.base import CancelToken
    from agents.engine.cache import ModelCache
    from agents.engine.catalog import Catalog, CatalogEntry
    from agents.engine.connection import Patience
    from agents.engine.port import EngineLoan, Resident
    from agents.engine.wire import Wire

# For a model we know nothing of: careful, and nothing exotic that a server might refuse.
_SAMPLING = Sampling(temperature=0.3, top_p=0.95, min_p=0.05)


class Everywhere:
    """Implements `port.Models`: "remote:<name>" from the server, anything else from `local`."""

    def __init__(
        self,
        local: ModelCache,
        address: Callable[[], str],
        key: Callable[[str], str],
        catalog: Catalog,
        patience: Patience = PATIENCE,
        wire: Wire | None = None,
    ) -> None:
        """Nothing is opened or asked yet.

        Args:
            local: lends the models of this machine.
            address: where the server is, now; empty = switched off.
            key: the key for a host; empty = none. May be slow: asked on borrowing only.
            catalog: what is known of models that a server may run under a name of its own.
            patience: how long to wait for the server.
            wire: writes down what is sent; None = nobody does.
        """
        self._local = local
        self._address = address
        self._key = key
        self._catalog = catalog
        self._patience = patience
        self._wire = wire
        self._network = NetworkThread()
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def borrow(self, model_id: str, cancel: CancelToken | None = None) -> EngineLoan:
        """See `port.Models`.

        Raises:
            CancelledError: `cancel` was set.
            UserError: engine.remote_off, engine.remote_address, and what asking the server for
                its models raises; for a model of this machine what `ModelCache.borrow` raises.
        """
        if not model_id.startswith(PREFIX):
            return self._local.borrow(model_id, cancel)
        name = model_id.removeprefix(PREFIX)
        url = self._url()
        if not url or not name:
            raise UserError("engine.remote_off", model=name)
        server = self._taken(Endpoint(url, self._key(host(url))))
        try:
            engine = self._engine(server, name, cancel)
        except BaseException:
            self._give_back(server)
            raise
        return Loan(engine, lambda: self._give_back(server))

    def resident(self) -> tuple[Resident, ...]:
        """See `port.Models`: what is in the memory of this machine."""
        return self._local.resident()

    def free(self, model_id: str = "") -> int:
        """See `port.Models`: memory of this machine."""
        return self._local.free(model_id)

    def forget(self, conversation: str) -> None:
        """See `port.Models`: a server keeps nothing for us."""
        self._local.forget(conversation)

    def close(self) -> None:
        """End every request elsewhere and hang up. Any number of times. `local` stays open."""
        self._network.close()

    # ── inside ──
    def _url(self) -> str:
        address = self._address()
        return normal(address) if address else ""

    def _taken(self, endpoint: Endpoint) -> _Server:
        """The server at `endpoint`, with one more user; another one before it is left."""
        with self._lock:
            left = None
            if self._server is None or self._server.connection.endpoint != endpoint:
                left = self._server
                connection = Connection(self._network, endpoint, self._patience, self._wire)
                self._server = _Server(connection)
            server = self._server
            server.users += 1
        if left is not None and not left.users:
            left.connection.close()
        return server

    def _give_back(self, server: _Server) -> None:
        with self._lock:
            server.users -= 1
            left = server is not self._server and not server.users
        if left:
            server.connection.close()

    def _engine(self, server: _Server, name: str, cancel: CancelToken | None) -> RemoteEngine:
        engine = server.engines.get(name)
        if engine is None:
            endpoint = server.connection.endpoint
            offer = server.connection.offer(name, cancel)
            info = _info(name, endpoint, offer.context, self._catalog)
            engine = server.engines.setdefault(
                name,
                RemoteEngine(info, server.connection, name, lambda: self._url() == endpoint.url),
            )
        return engine


class _Server:
    """A server in use."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.users = 0
        self.engines: dict[str, RemoteEngine] = {}


def _info(name: str, endpoint: Endpoint, context: int, catalog: Catalog) -> ModelInfo:
    """What agents may know; sampling and languages of the catalogue where it has the model."""
    entry = _known(name, catalog)
    return ModelInfo(
        id=f"{PREFIX}{name}",
        name=f"{name} ({endpoint.host})",
        languages=entry.languages if entry else (),
        context=context or ASSUMED_CONTEXT,
        sampling=entry.sampling if entry else _SAMPLING,
        template=entry.template if entry else "",
        thinks=entry.thinks if entry else False,
    )


def _known(name: str, catalog: Catalog) -> CatalogEntry | None:
    """The catalogue's entry for a model on a server, which often is named after its file."""
    stem = name.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".gguf")
    for entry in catalog.entries:
        stems = {file.name.lower().removesuffix(".gguf") for file in entry.files}
        if stem in stems | {entry.id}:
            return entry
    return None
