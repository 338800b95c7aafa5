"""`moadesk chat --file` and `--allow`: real command and store; the model's words are ours."""

from __future__ import annotations

import argparse
import json
import sys

import pytest

from agents.chat.tools import folders
from agents.chat.tools.folders import UserFolders
from app import build, clipboard
from app.cli import asking, main
from app.paths import Paths, assets_dir
from app.settings import Settings
from tests.engine.scripted import ScriptedEngine, ScriptedModels


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    (home / "Documents").mkdir(parents=True)
    (home / "Documents" / "rent.txt").write_text("The rent is 500 euros a month.", "utf-8")
    return home


@pytest.fixture
def engine():
    return ScriptedEngine("The rent is 500 euros a month. [1] [9]")


@pytest.fixture
def command(tmp_path, home, engine, monkeypatch):
    models = ScriptedModels({"m": engine})
    monkeypatch.setattr(build.Desk, "models", models)
    monkeypatch.setattr(build.Desk, "embedder", lambda _self: None)
    monkeypatch.setattr(folders, "UserFolders", lambda _home: UserFolders(home))
    paths = Paths(tmp_path / "data", tmp_path / "config", tmp_path / "cache", assets_dir())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)

    def run(*arguments):
        return main.run(["chat", "--model", "m", *arguments], paths, Settings(language="en"))

    return run


def test_a_file_is_asked_and_its_passage_printed(command, home, capsys):
    assert command("--file", str(home / "Documents" / "rent.txt"), "How much is it?") == 0
    said = capsys.readouterr()
    assert said.out == (
        "The rent is 500 euros a month. [1]\n\n[1] rent.txt: The rent is 500 euros a month.\n"
    )
    assert said.err.endswith("rent.txt: whole\n")


def test_json_has_the_sources(command, home, capsys):
    path = str(home / "Documents" / "rent.txt")
    assert command("--json", "--file", path, "How much is it?") == 0
    (step,) = json.loads(capsys.readouterr().out)["trace"]["steps"]
    assert step["given"]["sources"][0]["name"] == "rent.txt"
    assert step["given"]["went_in"][0]["passages"] == 1


def test_a_file_that_cannot_be_read_is_a_sentence(command, tmp_path, capsys):
    (tmp_path / "a.pdf").write_bytes(b"%PDF broken")
    assert command("--file", str(tmp_path / "a.pdf"), "What?") == 1
    assert "a.pdf is damaged" in capsys.readouterr().err


def test_without_a_terminal_a_tool_is_refused(command, capsys):
    assert command("find rent in my documents folder") == 0
    said = capsys.readouterr()
    assert "have not allowed" in said.out
    assert "--allow files:" in said.err


def test_what_is_allowed_is_not_asked(command, home, capsys):
    assert command("--allow", f"files:{home}", "find rent in my documents folder") == 0
    said = capsys.readouterr()
    assert "rent.txt" in said.out
    assert "--allow" not in said.err


def test_another_folder_than_the_allowed_one_is_refused(command, tmp_path, capsys):
    (tmp_path / "other").mkdir()
    allowed = f"files:{tmp_path / 'other'}"
    assert command("--allow", allowed, "find rent in my documents folder") == 0
    assert "have not allowed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "found", "kept"),
    [("a\n", True, 1), ("o\n", True, 0), ("\n", False, 0), ("", False, 0)],
)
def test_a_terminal_is_asked(command, home, tmp_path, capsys, monkeypatch, typed, found, kept):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdin, "readline", lambda: typed, raising=False)
    assert command("find rent in my documents folder") == 0
    said = capsys.readouterr()
    assert ("rent.txt" in said.out) == found
    assert "The chat wants to look for “rent”" in said.err
    from agents.store.database import Database
    from agents.store.permissions import Permissions

    database = Database(tmp_path / "data" / "moadesk.sqlite3")
    assert len(Permissions(database).list()) == kept
    database.close()


def test_the_clipboard_goes_through_a_program_of_the_system(command, capsys, monkeypatch):
    written = []
    monkeypatch.setattr(clipboard, "write", written.append)
    assert command("--allow", "clipboard", "copy this to the clipboard: See you at 9.") == 0
    assert written == ["See you at 9."]


def test_without_such_a_program_it_is_a_sentence(command, capsys, monkeypatch):
    monkeypatch.setattr(clipboard.shutil, "which", lambda _name: None)
    assert command("--allow", "clipboard", "what's on my clipboard?") == 1
    assert "Install wl-clipboard or xclip" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["shell", "library:/tmp", "files:/nowhere/at/all", ""])
def test_nonsense_is_not_allowed(text):
    with pytest.raises(argparse.ArgumentTypeError):
        asking.allowed(text)
