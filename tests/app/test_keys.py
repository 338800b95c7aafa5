"""The hub token: in the keyring where there is one, for this run only where there is none."""

from __future__ import annotations

import logging
import threading

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.errors
import pytest

from app import keys

TOKEN = "hf_" + "s" * 34


class InMemory(keyring.backend.KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service, username):
        return self.secrets.get((service, username))

    def set_password(self, service, username, password):
        self.secrets[service, username] = password

    def delete_password(self, service, username):
        if (service, username) not in self.secrets:
            raise keyring.errors.PasswordDeleteError("not there")
        del self.secrets[service, username]


class Broken(InMemory):
    """Raises what back ends raise on a system without session bus or with a locked keyring."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service, username):
        raise self.error

    def set_password(self, service, username, password):
        raise self.error

    def delete_password(self, service, username):
        raise self.error


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    before = keyring.get_keyring()
    monkeypatch.setattr(keys, "_session", {})
    yield
    keyring.set_keyring(before)


@pytest.fixture
def memory():
    backend = InMemory()
    keyring.set_keyring(backend)
    return backend


def test_no_token_yet(memory):
    assert keys.hub_token() == ""


def test_the_token_is_kept_in_the_keyring_alone(memory):
    assert keys.set_hub_token(f"  {TOKEN}\n") is True
    assert keys.hub_token() == TOKEN
    assert memory.secrets == {("MoA Desk", "model-hub"): TOKEN}
    assert keys._session == {}


def test_an_empty_token_deletes_it(memory):
    keys.set_hub_token(TOKEN)
    assert keys.set_hub_token("") is True
    assert keys.hub_token() == ""
    assert memory.secrets == {}
    assert keys.set_hub_token("") is True  # nothing to delete is no fault


@pytest.mark.parametrize(
    "error",
    [
        keyring.errors.NoKeyringError("none"),
        keyring.errors.KeyringLocked("locked"),
        keyring.errors.InitError("no bus"),
        RuntimeError("Unable to create a D-Bus session"),
        OSError("bad handle"),
    ],
)
def test_without_a_working_keyring_the_token_is_for_this_run(error):
    keyring.set_keyring(Broken(error))
    assert keys.hub_token() == ""
    assert keys.set_hub_token(TOKEN) is False
    assert keys.hub_token() == TOKEN
    assert keys.set_hub_token("") is False
    assert keys.hub_token() == ""


def test_no_back_end_at_all():
    keyring.set_keyring(keyring.backends.fail.Keyring())
    assert keys.hub_token() == ""
    assert keys.set_hub_token(TOKEN) is False
    assert keys.hub_token() == TOKEN


def test_a_keyring_that_comes_back_takes_over(memory):
    keyring.set_keyring(Broken(keyring.errors.KeyringLocked("locked")))
    keys.set_hub_token("old")
    keyring.set_keyring(memory)
    assert keys.set_hub_token(TOKEN) is True
    assert keys.hub_token() == TOKEN
    assert keys._session == {}


def test_the_token_is_never_logged(memory, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    keys.set_hub_token(TOKEN)
    keyring.set_keyring(Broken(RuntimeError(f"could not store {TOKEN}")))
    keys.set_hub_token(TOKEN)
    keys.hub_token()
    out, err = capsys.readouterr()
    assert TOKEN not in caplog.text + out + err


def test_each_server_has_a_key_of_its_own(memory):
    assert keys.set_remote_key("gpu.lan:8080", f" {TOKEN} ") is True
    assert keys.remote_key("gpu.lan:8080") == TOKEN
    assert keys.remote_key("another.lan") == ""
    assert keys.hub_token() == ""
    assert keys.set_remote_key("gpu.lan:8080", "") is True
    assert memory.secrets == {}


def test_where_a_secret_is_kept_is_told(memory):
    assert keys.hub_place() == ""
    keys.set_hub_token(TOKEN)
    assert keys.hub_place() == "keyring"
    keyring.set_keyring(Broken(keyring.errors.KeyringLocked("locked")))
    assert keys.hub_place() == ""
    assert not keys.set_hub_token(TOKEN)
    assert keys.hub_place() == "session"
    assert not keys.set_remote_key("gpu.lan:8080", "k")
    assert keys.remote_place("gpu.lan:8080") == "session"


def test_a_keyring_that_writes_files_is_none(memory):
    backend = type("PlaintextKeyring", (InMemory,), {"__module__": "keyrings.alt.file"})()
    keyring.set_keyring(backend)
    assert not keys.set_hub_token(TOKEN)
    assert backend.secrets == {}
    assert keys.hub_token() == TOKEN


def test_a_keyring_that_never_answers_is_given_up(memory, monkeypatch):
    asked, answer = threading.Event(), threading.Event()

    class Silent(InMemory):
        def get_password(self, service, username):
            asked.set()
            answer.wait(20)
            return "late"

    monkeypatch.setattr(keys, "PATIENCE", 0.05)
    keyring.set_keyring(Silent())
    assert keys.hub_token() == ""
    assert asked.is_set()
    answer.set()


def test_a_mirror_never_sees_the_hubs_token(memory):
    keys.set_hub_token(TOKEN)
    assert keys.hub_token("mirror.example") == ""
    keys.set_hub_token("other", "mirror.example")
    assert (keys.hub_token(), keys.hub_token("mirror.example")) == (TOKEN, "other")
