"""What is sent is counted byte by byte, and downloads take the way the user chose."""

# ruff: noqa: F811 - fixtures are imported

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from agents.base import CancelToken, UserError
from agents.engine.catalog import Catalog
from agents.engine.everywhere import Everywhere
from agents.engine.hub import Hub, PullRequest
from agents.engine.port import GenerationRequest, Message
from agents.engine.wire import Wire
from tests.engine.http_hub import Answer
from tests.engine.servers import QUICK, NoLocal, Says, serve, text
from tests.engine.test_hub import CONTENT, direct, hub, shelf  # noqa: F401 - fixtures


class Notes:
    """A list of calls in memory."""

    def __init__(self):
        self.begun = []
        self.ended = {}

    def begin(self, address, why, about):
        self.begun.append((address, why, about))
        return len(self.begun)

    def end(self, number, sent, received, answer):
        self.ended[number] = (sent, received, answer)


class _Proxy(BaseHTTPRequestHandler):
    def log_message(self, *_args):
        pass

    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT)


@contextlib.contextmanager
def proxy():
    """Whatever it is asked for, it gives the file; `asked` are the whole addresses."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Proxy)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_download_is_written_down_with_its_bytes(shelf, hub):
    notes = Notes()
    wire = Wire(lambda: notes)
    asked = Hub(shelf, token=lambda: "", mirror=lambda: hub.address, wire=wire)
    list(asked.run(PullRequest("tiny"), CancelToken()))
    wire.close()
    assert notes.begun == [
        (f"{hub.address}/owner/model/resolve/main/tiny.gguf", "hub_file", "tiny.gguf")
    ]
    sent, received, answer = notes.ended[1]
    assert received == len(CONTENT)
    assert answer == "ok"
    request = hub.log[0]
    told = sum(len(name) + len(value) + 4 for name, value in request.headers.items())
    assert abs(sent - told - len(request.path)) < 60


def test_a_password_in_the_address_of_a_mirror_is_neither_written_down_nor_shown(shelf, hub):
    notes = Notes()
    wire = Wire(lambda: notes)
    mirror = hub.address.replace("http://", "http://me:secret@")
    asked = Hub(shelf, token=lambda: "", mirror=lambda: mirror, wire=wire)
    hub.answers = [Answer(403)]
    with pytest.raises(UserError) as caught:
        list(asked.run(PullRequest("tiny"), CancelToken()))
    wire.close()
    assert hub.log[0].headers["authorization"].startswith("Basic ")
    assert notes.begun[0][0] == f"{hub.address}/owner/model/resolve/main/tiny.gguf"
    assert caught.value.values["url"] == f"{hub.address}/owner/model"


def test_downloads_go_through_the_proxy_that_was_chosen(shelf):
    with proxy() as way:
        asked = Hub(
            shelf,
            token=lambda: "",
            base_url="http://hub.invalid",
            proxy=lambda: f"http://127.0.0.1:{way.server_port}",
        )
        list(asked.run(PullRequest("tiny"), CancelToken()))
        assert way.asked == ["http://hub.invalid/owner/model/resolve/main/tiny.gguf"]
    assert shelf.path("tiny").read_bytes() == CONTENT


def test_a_proxy_that_is_none_is_a_sentence(shelf, hub):
    asked = Hub(shelf, token=lambda: "", base_url=hub.address, proxy=lambda: "nonsense")
    with pytest.raises(UserError) as caught:
        list(asked.run(PullRequest("tiny"), CancelToken()))
    assert caught.value.code == "hub.other_proxy"
    assert caught.value.values == {"proxy": "nonsense"}
    assert hub.log == []


def test_what_a_server_is_sent_is_counted_and_its_words_are_not_kept():
    notes = Notes()
    wire = Wire(lambda: notes)
    with serve(Says(text("Hel", "lo."))) as server:
        models = Everywhere(
            NoLocal(), lambda: server.address, lambda _host: "", Catalog(()), QUICK, wire
        )
        with models.borrow("remote:b") as engine:
            request = GenerationRequest((Message("user", "a secret word " * 100),))
            assert engine.submit(request, CancelToken()).result().text == "Hello."
        models.close()
    wire.close()
    assert [why for _address, why, _about in notes.begun] == ["server_models", "server_answer"]
    sent, received, answer = notes.ended[2]
    assert sent > 1400
    assert received > 50
    assert answer == "ok"
    assert "secret" not in str(notes.begun)
    assert wire.active() == ()


def test_a_server_that_is_switched_off_is_not_in_the_list():
    notes = Notes()
    wire = Wire(lambda: notes)
    with serve(Says(text("Hello."))) as server:
        address = [server.address]
        models = Everywhere(
            NoLocal(), lambda: address[0], lambda _host: "", Catalog(()), QUICK, wire
        )
        with models.borrow("remote:b") as engine:
            address[0] = ""
            stream = engine.submit(GenerationRequest((Message("user", "x"),)), CancelToken())
            with pytest.raises(UserError):
                stream.result()
        models.close()
    assert [why for _address, why, _about in notes.begun] == ["server_models"]
