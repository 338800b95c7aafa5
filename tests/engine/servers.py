"""Servers elsewhere, on loopback: llama-cpp-python's own, and one that answers as a test says."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from agents.engine.catalog import Catalog
from agents.engine.connection import Patience
from agents.engine.everywhere import Everywhere
from tests.engine.tiny_models import smollm2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

CONTEXT = 2048
START_SECONDS = 120
QUICK = Patience(connect=60, first=300, between=300, attempts=3, pause=0.01)
LONG = 30.0  # seconds a test waits for what should come at once


def everywhere(
    address: str, key: str = "", local: Any = None, patience: Patience = QUICK
) -> Everywhere:
    """Lends from that server."""
    return Everywhere(
        local or NoLocal(), lambda: address, lambda _host: key, Catalog(()), patience=patience
    )


class NoLocal:
    """No models on this machine."""

    def close(self) -> None:
        pass


# ── a real one ──
@pytest.fixture(scope="session")
def llama_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The starter model as "smol" behind llama-cpp-python's server; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log.txt"
    options = {
        "model": smollm2(),
        "model_alias": "smol",
        "host": "127.0.0.1",
        "port": port,
        "n_ctx": CONTEXT,
        "n_threads": 1,
        "interrupt_requests": False,  # otherwise a second request ends the first
        "verbose": False,
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "llama_cpp.server", *arguments], stdout=out, stderr=out
        )
    address = f"http://127.0.0.1:{port}/v1"
    try:
        end = time.monotonic() + START_SECONDS
        while not _answers(f"{address}/models"):
            assert process.poll() is None, log.read_text("utf-8", "replace")
            assert time.monotonic() < end, log.read_text("utf-8", "replace")
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - loopback
            return True
    except (OSError, urllib.error.URLError):
        return False


# ── one that answers as a test says ──
@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Reply:
    """A whole answer."""

    status: int = 200
    body: object = ""  # a dict is sent as JSON
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Says:
    """A stream of chunks."""

    chunks: Sequence[dict[str, Any] | str] = ()
    done: bool = True  # "[DONE]" follows
    hold_after: int | None = None  # stop after so many chunks until the client leaves
    cut: bool = False  # the connection is lost at the end instead


def text(*pieces: str, finish: str | None = "stop", **usage: int) -> list[dict[str, Any]]:
    """Chunks of an answer."""
    chunks: list[dict[str, Any]] = [delta(role="assistant", content="")]
    chunks += [delta(content=piece) for piece in pieces]
    if finish:
        chunks.append(delta(finish))
    if usage:
        chunks.append({**_base(), "choices": [], "usage": usage})
    return chunks


def delta(finish: str | None = None, logprobs: object = None, **what: object) -> dict[str, Any]:
    """One chunk."""
    choice = {"index": 0, "delta": what, "finish_reason": finish, "logprobs": logprobs}
    return {**_base(), "choices": [choice]}


def _base() -> dict[str, Any]:
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}


@dataclass
class Server:
    """What it answers; `replies` is used up from the front, its last one stays."""

    replies: list[Reply | Says] = field(default_factory=list)
    pages: dict[str, Reply] = field(default_factory=dict)  # by path, for anything but a chat
    log: list[Asked] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)  # a client hung up
    holding: threading.Event = field(default_factory=threading.Event)  # a stream is held
    closing: threading.Event = field(default_factory=threading.Event)
    address: str = ""

    @property
    def chats(self) -> list[Asked]:
        return [one for one in self.log if one.path.endswith("/chat/completions")]


MODELS = Reply(body={"object": "list", "data": [{"id": "m", "object": "model"}]})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def log_message(self, *_args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def _take(self) -> None:
        script = self.server.script
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        script.log.append(Asked(self.command, self.path, headers, json.loads(raw or b"{}")))
        with contextlib.suppress(ConnectionError):
            if self.path.endswith("/chat/completions"):
                replies = script.replies
                reply = replies.pop(0) if len(replies) > 1 else replies[0]
            else:
                reply = script.pages.get(self.path, Reply(404, {"error": "File Not Found"}))
            self._say(script, reply) if isinstance(reply, Says) else self._answer(reply)

    def _answer(self, reply: Reply) -> None:
        as_json = not isinstance(reply.body, str)
        raw = (json.dumps(reply.body) if as_json else str(reply.body)).encode()
        self.send_response(reply.status)
        headers = {"Content-Type": "application/json" if as_json else "text/html"} | reply.headers
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _say(self, script: Server, says: Says) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number, chunk in enumerate(says.chunks):
            if number == says.hold_after:
                self._hold(script)
                return
            self._chunk(f"data: {chunk if isinstance(chunk, str) else json.dumps(chunk)}\n\n")
        if says.hold_after is not None:
            self._hold(script)
        elif says.cut:
            self.close_connection = True
        else:
            self._chunk("data: [DONE]\n\n" if says.done else "")
            if says.done:
                self._chunk("")

    def _chunk(self, words: str) -> None:
        raw = words.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(raw), raw))
        self.wfile.flush()

    def _hold(self, script: Server) -> None:
        """Say nothing until the client hangs up."""
        script.holding.set()
        while not script.closing.is_set():
            readable, _w, _x = select.select([self.connection], [], [], 0.02)
            if readable and self._hung_up():
                script.left.set()
                break
        self.close_connection = True

    def _hung_up(self) -> bool:
        """Whether the other end closed; it resets where it had not read all that was sent."""
        try:
            return not self.connection.recv(1)
        except OSError:
            return True


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    script: Server

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.connections: list[socket.socket] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.append(request)
        super().process_request(request, client_address)

    def hang_up(self) -> None:
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_args: object) -> None:
        """A client that leaves is not our fault."""


@contextlib.contextmanager
def serve(*replies: Reply | Says, wrap: Callable[[_Http], None] | None = None) -> Iterator[Server]:
    """Run a scripted server on a free port of 127.0.0.1; `wrap` may put TLS around it."""
    script = Server(list(replies), {"/v1/models": MODELS})
    http = _Http(("127.0.0.1", 0), _Handler)
    http.script = script
    if wrap is not None:
        wrap(http)
    script.address = f"{'https' if wrap else 'http'}://127.0.0.1:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield script
    finally:
        script.closing.set()
        http.shutdown()
        http.hang_up()
        http.server_close()
        thread.join()
