"""A model hub on this machine that behaves as badly as a test wants. Real sockets, real HTTP."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import subprocess
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    import ssl


def _git_blob(content: bytes) -> str:
    whole = b"blob %d\x00" % len(content) + content
    return hashlib.sha1(whole, usedforsecurity=False).hexdigest()


@dataclass
class Request:
    path: str
    headers: dict[str, str]


@dataclass
class Answer:
    """What the next request to a path gets instead of the file."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Hub:
    """Files by path inside `repository`, and how to misbehave. Lists are used up from the front."""

    repository: str = "owner/model"
    files: dict[str, bytes] = field(default_factory=dict)
    commit: str = "c" * 40
    etag: str = '"one"'
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)  # bytes sent before the connection is cut
    lengths: list[int] = field(default_factory=list)  # Content-Length claimed instead of the truth
    answers: list[Answer] = field(default_factory=list)  # instead of a file
    api_answers: list[Answer] = field(default_factory=list)  # instead of the listing
    no_length: bool = False  # close-delimited body, as old proxies send
    lfs: bool = True  # the listing tells SHA-256
    wrong: dict[str, bytes] = field(default_factory=dict)  # sent instead of the file
    trickle: threading.Event | None = None  # the body stops half-way until this is set
    wrong_range: bool = False  # 206, but another piece
    log: list[Request] = field(default_factory=list)
    address: str = ""

    @property
    def downloads(self) -> list[Request]:
        return [request for request in self.log if "/resolve/" in request.path]

    def listing(self) -> bytes:
        siblings = []
        for path, content in self.files.items():
            blob = _git_blob(content)
            one = {"rfilename": path, "size": len(content), "blobId": blob}
            if self.lfs:
                one["lfs"] = {
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "size": len(content),
                    "pointerSize": 134,
                }
            siblings.append(one)
        return json.dumps(
            {"id": self.repository, "sha": self.commit, "siblings": siblings}
        ).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_args) -> None:
        pass

    def do_GET(self) -> None:
        hub = self.server.hub
        hub.log.append(Request(self.path, {k.lower(): v for k, v in self.headers.items()}))
        with contextlib.suppress(ConnectionError):
            if self.path.startswith("/api/models/"):
                self._api(hub)
            else:
                self._file(hub)

    def _api(self, hub: Hub) -> None:
        if hub.api_answers:
            self._answer(hub.api_answers.pop(0))
        elif self.path == f"/api/models/{hub.repository}?blobs=true":
            self._answer(Answer(200, {"Content-Type": "application/json"}, hub.listing()))
        else:
            self._answer(Answer(404))

    def _file(self, hub: Hub) -> None:
        if hub.answers:
            self._answer(hub.answers.pop(0))
            return
        match = re.fullmatch(rf"/(?:{hub.repository}/resolve/[^/]+|cdn)/(.+)", unquote(self.path))
        content = hub.files.get(match[1]) if match else None
        if match is None or content is None:
            self._answer(Answer(404, {"X-Error-Code": "EntryNotFound"}))
            return
        body, start, status = hub.wrong.get(match[1], content), 0, 200
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        fresh = self.headers.get("If-Range") in {None, hub.etag}
        if wanted and hub.ranges and fresh:
            start, status = int(wanted[1]), 206
            if start >= len(body):
                self._answer(Answer(416, {"Content-Range": f"bytes */{len(body)}"}))
                return
        self._body(hub, body, start, status)

    def _body(self, hub: Hub, body: bytes, start: int, status: int) -> None:
        piece = body[start:]
        self.send_response(status)
        self.send_header("ETag", hub.etag)
        if status == 206:
            first = start + 1 if hub.wrong_range else start
            self.send_header("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")
        claimed = hub.lengths.pop(0) if hub.lengths else len(piece)
        if hub.no_length:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(claimed))
        self.end_headers()
        if hub.trickle:
            self.wfile.write(piece[: len(piece) // 2])
            self.wfile.flush()
            hub.trickle.wait(20)
            piece = piece[len(piece) // 2 :]
        elif hub.cuts:
            self.wfile.write(piece[: hub.cuts.pop(0)])
            self.close_connection = True
            return
        self.wfile.write(piece)
        self.close_connection = hub.no_length or claimed != len(piece)

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    hub: Hub

    def handle_error(self, *_args) -> None:
        """A client that leaves is not our fault."""


@contextlib.contextmanager
def serve(hub: Hub, tls: ssl.SSLContext | None = None):
    """Run the hub on a free port of 127.0.0.1; its address is `hub.address`."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.hub = hub
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        if hub.trickle:
            hub.trickle.set()
        server.shutdown()
        server.server_close()
        thread.join()


def own_certificate(folder):
    """A certificate that signs itself, with its key, in one file."""
    file = folder / "own.pem"
    subprocess.run(  # noqa: S603 - nothing in it comes from outside
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    parts = [(folder / name).read_text() for name in ("key.pem", "cert.pem")]
    file.write_text("".join(parts))
    return file
