"""`moadesk kit`, `moadesk network`, `moadesk models speed`: results, words and exit codes."""

from __future__ import annotations

import hashlib
import json

import pytest

from agents.engine import kit_file
from agents.engine.shelf import Shelf
from app.build import Desk
from app.cli import main as cli
from app.paths import Paths, assets_dir
from app.settings import Settings
from tests.engine.test_kit import BOUND, CATALOG, CONTENT, put
from tests.engine.tiny_models import build


@pytest.fixture
def go(monkeypatch):
    """Runs a command over a home; returns the exit code."""

    def run(home, *words):
        paths = Paths(home / "data", home / "config", home / "cache", assets_dir())
        monkeypatch.setattr(
            Desk, "shelf", property(lambda desk: Shelf(CATALOG, desk.paths.models)), raising=True
        )
        return cli.run(list(map(str, words)), paths, Settings(language="en"))

    return run


@pytest.fixture
def home(tmp_path):
    shelf = Shelf(CATALOG, tmp_path / "home" / "data" / "models")
    for name, content in CONTENT.items():
        put(shelf, name, {f"{name}.gguf": content})
    return tmp_path / "home"


def test_out_checked_and_in_again(go, home, tmp_path, capsys):
    stick, other = tmp_path / "stick", tmp_path / "other"
    assert go(home, "kit", "export", stick, "--all") == 0
    assert "2 models exported" in capsys.readouterr().out
    assert go(home, "kit", "verify", stick, "--json") == 0
    assert json.loads(capsys.readouterr().out)["models"] == ["one", "two"]
    assert go(other, "kit", "import", stick) == 2  # nobody is there to accept the licence
    assert BOUND.url in capsys.readouterr().err
    assert go(other, "kit", "import", stick, "one") == 0
    capsys.readouterr()
    assert go(other, "kit", "import", stick, "--accept-licence", "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["models"], done["already"]) == (["two"], ["one"])
    assert (other / "data" / "models" / "two" / "two.gguf").read_bytes() == CONTENT["two"]


def test_the_program_and_its_fonts_go_along(go, home, tmp_path, capsys):
    stick, other, came = tmp_path / "stick", tmp_path / "other", tmp_path / "내려받기"
    came.mkdir()
    deb = came / "moadesk_9.0.0_amd64.deb"
    deb.write_bytes(b"package" * 1000)
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    (came / "SHA256SUMS").write_text(f"{digest}  {deb.name}\n", "utf-8")
    assert go(home, "kit", "export", stick, "one", "--installer", deb) == 0
    assert f"installers/{deb.name}" in capsys.readouterr().out
    assert (stick / "installers" / deb.name).read_bytes() == deb.read_bytes()
    assert (stick / "fonts" / "NanumGothic.ttf").read_bytes()[:4] == b"\0\1\0\0"
    assert (stick / "fonts" / "OFL.txt").is_file()
    page = (stick / kit_file.START).read_bytes()
    assert page.startswith(b"\xef\xbb\xbf")
    assert "키트".encode() in page
    summed = {
        line.split("  ")[1] for line in (stick / kit_file.SUMS).read_text("utf-8").splitlines()
    }
    assert {"models/one/one.gguf", f"installers/{deb.name}", "fonts/NanumGothic.ttf"} <= summed
    assert go(other, "kit", "import", stick, "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert done["models"] == ["one"]
    assert f"installers/{deb.name}" in done["extras"]


def test_a_kit_may_be_the_program_alone(go, home, tmp_path, capsys):
    run = tmp_path / "MoA-Desk-9.0.0-linux-x86_64.run"
    run.write_bytes(b"#!/bin/sh")
    assert go(home, "kit", "export", tmp_path / "stick", "--installer", run) == 0
    assert go(tmp_path / "other", "kit", "verify", tmp_path / "stick", "--json") == 0
    assert "installers/MoA-Desk-9.0.0-linux-x86_64.run" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "listed", "said"),
    [
        ("thesis.docx", "", "is no installer of MoA Desk"),
        ("python-3.exe", "", "is no installer of MoA Desk"),
        ("moadesk_9_amd64 (1).deb", "", "under the name it has there"),
        ("moadesk_9_amd64.deb", "0" * 64, "is not the file that SHA256SUMS"),
        ("moadesk_8_amd64.deb", None, "moadesk_8_amd64.deb"),
    ],
)
def test_what_is_no_installer_does_not_go_along(go, home, tmp_path, capsys, name, listed, said):
    if listed is not None:
        (tmp_path / name).write_bytes(b"x")
        (tmp_path / "SHA256SUMS").write_text(f"{listed}  {name}\n", "utf-8")
    assert go(home, "kit", "export", tmp_path / "stick", "--installer", tmp_path / name) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "stick").exists()


def test_damaged_files_are_named(go, home, tmp_path, capsys):
    stick = tmp_path / "stick"
    go(home, "kit", "export", stick, "one", "two")
    (stick / kit_file.FOLDER / "one" / "one.gguf").write_bytes(b"!")
    assert go(home, "kit", "verify", stick) == 3
    assert "one: the file one.gguf is damaged." in capsys.readouterr().err
    assert go(tmp_path / "other", "kit", "import", stick, "one") == 1
    assert go(tmp_path / "other", "kit", "import", stick, "--accept-licence") == 3


def test_wrong_usage_is_a_sentence(go, home, tmp_path, capsys):
    assert go(home, "kit", "export", tmp_path / "stick") == 2
    assert go(home, "kit", "export", tmp_path / "stick", "nobody") == 1
    assert go(home, "kit", "import", tmp_path / "nothing") == 1
    assert "is no offline kit" in capsys.readouterr().err


def test_the_network_list_is_empty_and_then_not(go, home, capsys):
    assert go(home, "network") == 0
    assert "Nothing was sent" in capsys.readouterr().out
    desk = Desk(Paths(home / "data", home / "config", home / "cache", assets_dir()), Settings())
    with desk.wire.call("https://hub.example/a/b", "hub_file", "tiny.gguf") as call:
        call.came(123_456)
    desk.close()
    assert go(home, "network") == 0
    said = capsys.readouterr().out
    assert "https://hub.example/a/b" in said
    assert "Downloading a model · tiny.gguf · 0 bytes sent, 123 kB received · answered" in said
    assert go(home, "network", "--clear") == 0
    assert go(home, "network", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_speed_is_printed_and_kept(go, home, tmp_path, capsys):
    assert go(home, "models", "import", build(tmp_path / "tiny.gguf", "llama"), "--json") == 0
    (came,) = json.loads(capsys.readouterr().out)
    assert go(home, "models", "speed", came["id"], "--json") == 0
    (pace,) = json.loads(capsys.readouterr().out)
    assert pace["model"] == came["id"]
    assert pace["reading"] > 0
    assert go(home, "models", "speed", "nobody") == 1
