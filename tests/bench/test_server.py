"""`llama-server` as another side: found, started with the engine's own numbers, asked, ended."""

from __future__ import annotations

import itertools
import os
import sys

import pytest

from agents.engine.bench import parts
from agents.engine.bench.figures import Run
from agents.engine.bench.ours import CHAT, opened, watching
from agents.engine.bench.server import PROGRAM, Served, options, serving
from tests.bench.conftest import SMALL

# Answers as llama-server does, whose program no package carries: it counts, and writes nothing.
STAND_IN = """#!{python}
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
given = dict(zip(sys.argv[1:], sys.argv[2:]))
assert int(given["--ctx-size"]) > 0 and int(given["--parallel"]) > 0

class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        assert self.path == "/health"
        self.say({{"status": "ok"}})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert all(isinstance(token, int) for token in asked["prompt"]) and not asked["temperature"]
        self.say({{"usage": {{"completion_tokens": asked["max_tokens"]}}}})

    def say(self, what):
        data = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

ThreadingHTTPServer((given["--host"], int(given["--port"])), Answers).serve_forever()
"""

stands_in = pytest.mark.skipif(os.name != "posix", reason="a script with a first line for it")


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A `llama-server` on the path."""
    path = tmp_path / PROGRAM
    path.write_text(STAND_IN.format(python=sys.executable), "utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return path


def test_nobody_answers():
    served = Served("http://127.0.0.1:9")
    assert not served.ready()
    served.close()


def test_it_is_given_what_the_engine_got(part):
    one = part("batch_plain")
    with opened(one) as cache, watching() as asked, cache.borrow(CHAT):
        words = options("it", one.model, asked, 16, 1234)
    given = dict(itertools.pairwise(words))
    assert given["--model"] == str(one.model)
    assert given["--ctx-size"] == str(asked.context.n_ctx)
    assert given["--ubatch-size"] == str(asked.context.n_ubatch)
    assert given["--threads"] == "1"
    assert given["--parallel"] == "16"
    assert ("--no-repack" in words) == (not asked.model.use_extra_bufts)


def test_without_the_program_there_is_no_such_side(part, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    found = list(parts.MEASUREMENTS["batch_plain"](part("batch_plain", runs=1)))
    assert [one.name for one in found] == ["batch_plain", "batch_plain_same"]


@stands_in
def test_where_it_is_at_hand_it_is_measured_too(part, program):
    found = list(parts.MEASUREMENTS["batch_plain"](part("batch_plain")))
    served = [one for one in found if isinstance(one, Run) and one.name == "batch_plain_server"]
    assert [one.number for one in served] == [1, 2]
    assert all(one.ours > 0 and one.other > 0 for one in served)
    assert all(one.unit == "tokens/s" for one in served)


@stands_in
def test_a_program_that_ends_at_once_is_told(part, program):
    program.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    one = part("batch_plain")
    with (
        opened(one) as cache,
        watching() as asked,
        cache.borrow(CHAT),
        pytest.raises(RuntimeError, match="did not start"),
        serving(one.model, asked, SMALL.segments),
    ):
        pass
