"""`moadesk models` as a user types it, against a hub on this machine."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from agents.engine import endpoint
from app import keys
from tests.app.test_keys import TOKEN, InMemory
from tests.engine import http_hub
from tests.engine.test_shelf import write_gguf, write_gliner

ROOT = Path(__file__).resolve().parents[2]
CATALOG = """
[[model]]
id = "free"
name = "Free Model"
role = "chat"
recommended = true
repository = "owner/model"
files = [{{ name = "free.gguf", size = {size}, sha256 = "{digest}" }}]
licence = {{ id = "Apache-2.0", url = "https://example.org/apache" }}
languages = ["en", "ko"]
architecture = "llama"
context = 512
memory = 1000000

[[model]]
id = "bound"
name = "Bound Model"
role = "translation"
repository = "owner/model"
files = [{{ name = "bound.gguf" }}]
licence = {{ id = "LFM-Open-1.0", url = "https://e.org/lfm", commercial_limit = "revenue_10m_usd" }}
languages = ["ko"]
architecture = "llama"
context = 512
memory = 900000000000000
"""


@pytest.fixture
def weights(tmp_path):
    return write_gguf(tmp_path / "weights.gguf").read_bytes()


@pytest.fixture
def hub(weights):
    with http_hub.serve(
        http_hub.Hub(files={"free.gguf": weights, "bound.gguf": weights})
    ) as running:
        yield running


@pytest.fixture
def desk(moadesk, hub, weights, tmp_path, monkeypatch):
    """The command line with a catalogue of two models and the hub beside it."""
    bundle = tmp_path / "bundle"
    shutil.copytree(ROOT / "assets" / "i18n", bundle / "assets" / "i18n")
    digest = hashlib.sha256(weights).hexdigest()
    text = CATALOG.format(size=len(weights), digest=digest)
    (bundle / "assets" / "catalog.toml").write_text(text, "utf-8")
    monkeypatch.setattr("sys._MEIPASS", str(bundle), raising=False)
    monkeypatch.setenv("MOADESK_HUB", hub.address)
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())
    monkeypatch.setattr(keys, "_session", {})
    yield moadesk
    keyring.set_keyring(before)


def models(desk, *arguments):
    code, out, err = desk("models", *arguments)
    assert "Traceback" not in err
    return code, out, err


def listed(desk) -> dict[str, dict]:
    code, out, _err = models(desk, "list", "--json")
    assert code == 0
    return {one["id"]: one for one in json.loads(out)}


def test_the_list_says_what_a_person_asks(desk):
    found = listed(desk)
    assert found["free"]["installed"] is False
    assert found["free"]["fits"] is True
    assert found["bound"]["fits"] is False
    assert found["bound"]["languages"] == ["ko"]
    assert found["bound"]["licence_accepted"] is False
    code, out, _err = models(desk, "list")
    assert code == 0
    assert "free *" in out
    assert "LFM-Open-1.0" in out


def test_the_list_is_aligned_in_korean(desk, monkeypatch):
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    _code, out, _err = models(desk, "list")
    header, first, second = out.splitlines()[:3]
    assert "라이선스" in header
    assert first.index("Apache") == second.index("LFM-Open")


def test_pull_then_verify_then_remove(desk, hub, weights):
    code, out, err = models(desk, "pull", "free")
    assert (code, err.count("free")) == (0, 1)
    assert "Free Model is here: " in out
    assert listed(desk)["free"]["verified"] == "ok"
    path = Path(listed(desk)["free"]["path"])
    assert path.read_bytes() == weights
    assert models(desk, "verify")[:2] == (0, "free: unchanged\n")
    path.write_bytes(b"x" + weights[1:])
    code, out, _err = models(desk, "verify", "free", "--json")
    assert (code, json.loads(out)) == (3, {"free": "changed"})
    code, out, _err = models(desk, "remove", "free")
    assert code == 0
    assert not path.exists()
    assert listed(desk)["free"]["installed"] is False
    assert models(desk, "list", "--installed", "--json")[:2] == (0, "[]\n")


def test_pull_again_asks_nothing(desk, hub):
    models(desk, "pull", "free")
    asked = len(hub.log)
    code, out, _err = models(desk, "pull", "free", "--json")
    assert code == 0
    assert json.loads(out)[0]["verified"] == "ok"
    assert len(hub.log) == asked


def test_a_licence_is_shown_and_not_accepted_in_a_pipe(desk, hub):
    code, out, err = models(desk, "pull", "bound")
    assert (code, out, hub.log) == (2, "", [])
    assert "https://e.org/lfm" in err
    assert "10 million US dollars" in err
    assert "--accept-licence" in err


def test_a_licence_accepted_once_is_not_asked_again(desk):
    assert models(desk, "pull", "bound", "--accept-licence")[0] == 0
    assert listed(desk)["bound"]["licence_accepted"] is True
    assert models(desk, "remove", "bound")[0] == 0
    assert models(desk, "pull", "bound")[0] == 0


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("typed", "code"), [("y\n", 0), ("예\n", 0), ("n\n", 1), ("\n", 1), ("", 1)]
)
def test_at_a_terminal_the_licence_is_asked(desk, hub, monkeypatch, typed, code):
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    monkeypatch.setattr("sys.stderr", Terminal())
    assert models(desk, "pull", "bound")[0] == code
    assert bool(hub.log) is (code == 0)
    assert "Do you accept" in sys.stderr.getvalue()


def test_some_of_several_models_came(desk):
    code, out, err = models(desk, "pull", "nothing", "free")
    assert code == 3
    assert "Free Model is here" in out
    assert "no model called nothing" in err
    assert models(desk, "pull", "nothing")[0] == 1


def test_a_hub_that_refuses_is_a_sentence(desk, hub):
    hub.answers = [http_hub.Answer(404)]
    code, _out, err = models(desk, "pull", "free")
    assert code == 1
    assert "does not have this file" in err


def test_import_a_file_and_a_folder(desk, tmp_path):
    mine = write_gguf(tmp_path / "내 모델.gguf", name="Mine", languages=["ko"])
    code, out, err = models(
        desk, "import", str(mine), str(write_gliner(tmp_path / "spans")), "--json"
    )
    assert code == 0
    assert [(one["name"], one["known"]) for one in json.loads(out)] == [
        ("Mine", False),
        ("spans", False),
    ]
    assert "spans knows Korean" in err  # of Mine it is known
    found = listed(desk)
    assert found["spans"]["role"] == "entities"
    assert {one["where"] for one in found.values() if one["installed"]} == {"imported"}


def test_import_what_the_catalogue_knows(desk, tmp_path, weights):
    (tmp_path / "x.gguf").write_bytes(weights)
    code, out, err = models(desk, "import", str(tmp_path / "x.gguf"))
    assert code == 0
    assert out.startswith("Free Model is here: ")
    assert "Korean" not in err
    assert listed(desk)["free"]["where"] == "imported"


def test_import_with_role_and_languages(desk, tmp_path):
    mine = write_gguf(tmp_path / "mt.gguf", languages=[])
    arguments = ("--role", "translation", "--language", "ko", "--language", "en")
    assert models(desk, "import", str(mine), *arguments)[0] == 0
    assert listed(desk)["mt"]["languages"] == ["ko", "en"]
    assert listed(desk)["mt"]["role"] == "translation"


def test_import_what_is_no_model(desk, tmp_path):
    (tmp_path / "x.gguf").write_bytes(b"words")
    code, out, err = models(desk, "import", str(tmp_path / "x.gguf"), str(tmp_path / "none"))
    assert (code, out) == (1, "")
    assert "is damaged" in err
    assert "There is no file" in err


@pytest.mark.parametrize("wrong", [(), ("pull",), ("import", "x", "--role", "poet"), ("token",)])
def test_wrong_usage(desk, wrong):
    assert models(desk, *wrong)[0] == 2


def test_the_token_comes_from_the_keyboard_or_a_pipe(desk, hub, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{TOKEN}\nmore\n"))
    code, out, err = models(desk, "token", "set")
    assert code == 0
    assert TOKEN not in out + err
    mirror = endpoint.host(hub.address)  # has a token of its own
    assert (keys.hub_token(mirror), keys.hub_token()) == (TOKEN, "")
    models(desk, "pull", "free")
    assert hub.log[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert models(desk, "token", "clear")[0] == 0
    assert keys.hub_token(mirror) == ""


def test_an_empty_token_changes_nothing(desk, monkeypatch):
    keys.set_hub_token(TOKEN)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert models(desk, "token", "set")[0] == 1
    assert keys.hub_token() == TOKEN


def test_without_a_keyring_the_token_is_not_kept(desk, monkeypatch):
    keyring.set_keyring(keyring.backends.fail.Keyring())
    monkeypatch.setattr("sys.stdin", io.StringIO(TOKEN))
    code, _out, err = models(desk, "token", "set")
    assert code == 1
    assert "was not kept" in err
    assert models(desk, "token", "clear")[0] == 1


def test_ctrl_c_ends_a_download_and_keeps_the_part(tmp_path, hub, weights):
    """In a process of its own: 130, and the next pull goes on."""
    hub.trickle = threading.Event()
    bundle = tmp_path / "bundle"
    shutil.copytree(ROOT / "assets" / "i18n", bundle / "assets" / "i18n")
    text = CATALOG.format(size=len(weights), digest=hashlib.sha256(weights).hexdigest())
    (bundle / "assets" / "catalog.toml").write_text(text, "utf-8")
    script = f"import sys; sys._MEIPASS = {str(bundle)!r}; from app.__main__ import main; "
    script += "sys.exit(main(['models', 'pull', 'free']))"
    home = tmp_path / "home"
    environment = {**os.environ, "MOADESK_HOME": str(home), "MOADESK_HUB": hub.address}
    environment |= {"LC_ALL": "C", "NO_PROXY": "127.0.0.1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    part = home / "data" / "models" / "free" / "free.gguf.part"
    with subprocess.Popen(  # noqa: S603 - our own script
        command, env=environment, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as child:
        for _attempt in range(3000):
            half = part.is_file() and part.stat().st_size == len(weights) // 2
            if half or child.poll() is not None:
                break
            threading.Event().wait(0.01)
        child.send_signal(signal.SIGINT)
        _out, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "Cancelled" in err
    assert part.stat().st_size == len(weights) // 2
