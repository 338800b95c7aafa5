"""Whether a window can be shown, and that who cannot see one hears why."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from agents.base import UserError
from app import screen

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux is asked")


def test_without_a_screen_it_is_a_sentence():
    with pytest.raises(UserError) as caught:
        screen.check({}, "linux")
    assert caught.value.code == "screen.none"


@pytest.mark.parametrize(
    ("env", "system"),
    [({}, "win32"), ({}, "darwin"), ({"QT_QPA_PLATFORM": "offscreen"}, "linux")],
)
def test_where_there_is_always_a_screen_nothing_is_asked(env, system):
    screen.check(env, system)


@pytest.mark.parametrize(
    ("env", "code"),
    [
        ({"QT_QPA_PLATFORM": "xcb"}, "screen.none"),
        ({"QT_QPA_PLATFORM": "xcb:", "DISPLAY": ":987"}, "screen.away"),
        ({"QT_QPA_PLATFORM": "wayland;xcb", "DISPLAY": ":987"}, "screen.away"),
        ({"QT_QPA_PLATFORM": "wayland"}, "screen.away"),
        ({"QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "there"}, "screen.none"),
    ],
)
def test_who_names_the_kind_of_screen_hears_of_that_kind(tmp_path, env, code):
    path = tmp_path / "there"
    with socket.socket(socket.AF_UNIX) as listening, pytest.raises(UserError) as caught:
        listening.bind(str(path))
        listening.listen()
        screen.check({**env, "XDG_RUNTIME_DIR": str(tmp_path)}, "linux")
    assert caught.value.code == code


def test_a_library_that_is_not_there_is_named(tmp_path, monkeypatch):
    plugin = tmp_path / "libqxcb.so"
    source = tmp_path / "a.c"
    source.write_text("int a(void) { return 1; }", "utf-8")
    lost = tmp_path / "liblost.so.1"
    _compile("-shared", "-o", lost, source, "-Wl,-soname,liblost.so.1")
    source.write_text("int a(void); int b(void) { return a(); }", "utf-8")
    _compile("-shared", "-o", plugin, source, lost)
    lost.unlink()
    monkeypatch.setattr(screen, "_plugins", lambda: tmp_path)
    with pytest.raises(UserError) as caught:
        screen.check({"DISPLAY": ":0"}, "linux")
    assert (caught.value.code, caught.value.values["library"]) == (
        "screen.library",
        "liblost.so.1",
    )


def test_a_frozen_program_names_the_library_too(tmp_path, monkeypatch):
    """There PyInstaller stands before the linker, with a sentence of its own."""

    def load(_name, mode):
        assert mode == os.RTLD_LAZY
        linker = OSError("libGL.so.1: cannot open shared object file: No such file or directory")
        raise OSError("Failed to load dynlib/dll 'libqxcb.so'.") from linker

    monkeypatch.setattr(screen.ctypes, "CDLL", load)
    assert screen.lacking(tmp_path / "libqxcb.so") == "libGL.so.1"


def _compile(*words):
    done = subprocess.run(  # noqa: S603 - the system's compiler
        ["cc", *map(str, words)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no compiler: {done.stderr[:100]}")


def test_one_screen_that_works_is_enough(monkeypatch, tmp_path):
    for name in ("libqxcb.so", "libqwayland.so"):
        (tmp_path / name).touch()
    monkeypatch.setattr(screen, "_plugins", lambda: tmp_path)
    monkeypatch.setattr(screen, "lacking", lambda file: "x" if "wayland" in file.name else "")
    monkeypatch.setattr(screen, "x11_answers", lambda name, _env: name == ":0")
    screen.check({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "linux")


@pytest.mark.parametrize(
    "env", [{"DISPLAY": ":987"}, {"WAYLAND_DISPLAY": "gone"}, {"DISPLAY": "no display at all"}]
)
def test_a_screen_that_does_not_answer_is_a_sentence(tmp_path, env):
    with pytest.raises(UserError) as caught:
        screen.check({**env, "XDG_RUNTIME_DIR": str(tmp_path)}, "linux")
    assert caught.value.code == "screen.away"
    assert caught.value.values["display"] == next(iter(env.values()))


def test_a_screen_that_answers_is_taken(tmp_path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-5"))
        server.listen()
        env = {"WAYLAND_DISPLAY": "wayland-5", "XDG_RUNTIME_DIR": str(tmp_path)}
        screen.check({**env, "DISPLAY": ":987"}, "linux")
        screen.check({"WAYLAND_DISPLAY": str(tmp_path / "wayland-5")}, "linux")


def test_a_desktop_s_program_shows_the_sentence(tmp_path, monkeypatch, capsys):
    program = tmp_path / "zenity"
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > {tmp_path}/said\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":0")
    screen.tell("왜 안 되는지")
    assert (tmp_path / "said").read_text("utf-8").split("|")[-2] == "왜 안 되는지"
    assert capsys.readouterr().err == "왜 안 되는지\n"


@pytest.mark.parametrize(
    ("language", "said"), [("C.UTF-8", "no screen"), ("ko_KR.UTF-8", "화면이")]
)
def test_the_program_ends_with_one_and_the_sentence(tmp_path, language, said):
    env = {"MOADESK_HOME": str(tmp_path), "PATH": os.environ["PATH"], "LC_ALL": language}
    done = subprocess.run(
        [sys.executable, "-m", "app"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
