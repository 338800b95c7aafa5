"""The command line with a model on a server: only when it is switched on."""

from __future__ import annotations

import pytest

from app import keys
from app import settings as stored
from app.settings import Settings
from tests.engine.servers import Says, serve, text


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(keys, "remote_key", lambda _host: "")
    with serve(Says(text("The answer", " is 42."))) as server:
        yield server


def test_a_remote_model_answers_when_it_is_on(moadesk, server, tmp_path):
    file = tmp_path / "home" / "config" / "settings.toml"
    stored.save(Settings(remote_enabled=True, remote_url=server.address), file)
    code, out, _err = moadesk("chat", "What is it?", "--model", "remote:any")
    assert (code, out) == (0, "The answer is 42.\n")
    assert server.chats[0].body["model"] == "any"


def test_and_says_so_when_it_is_off(moadesk, server, tmp_path):
    file = tmp_path / "home" / "config" / "settings.toml"
    stored.save(Settings(remote_url=server.address), file)
    code, out, err = moadesk("chat", "What is it?", "--model", "remote:any")
    assert (code, out) == (1, "")
    assert "switched off" in err
    assert server.log == []
