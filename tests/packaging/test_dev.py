"""dev.py: what it decides, and that an environment is made once, completed, or made again."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path
from types import SimpleNamespace

import environment
import llama
import pips
import pytest
import system
import venvs

ROOT = Path(__file__).resolve().parents[2]
LDCONFIG = """42 libs found in cache `/etc/ld.so.cache'
\tlibxcb.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libxcb.so.1
\tlibEGL.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libEGL.so.1
"""


# -- Which Python --


@pytest.mark.parametrize("version", [(3, 11), (3, 11, 9), (3, 14, 0)])
def test_a_python_we_have_files_for_is_taken(dev, version):
    assert dev.refusal(version, lambda _name: None) == ""


@pytest.mark.parametrize("version", [(2, 7), (3, 7, 17), (3, 10, 14), (3, 15, 0), (4, 0)])
def test_another_python_is_refused_in_one_sentence_and_what_to_do(dev, version):
    said = dev.refusal(version, lambda _name: None)
    assert f"Python {version[0]}.{version[1]};" in said
    assert "3.11 to 3.14" in said
    assert "python.org" in said


def test_a_python_that_fits_is_named_if_there_is_one(dev):
    there = {"python3.11": "/usr/bin/python3.11", "python3.13": "/opt/python3.13"}
    assert dev.refusal((3, 9), there.get).endswith("Start it with python3.13.")


@pytest.mark.parametrize("name", ["dev", "environment", "llama", "pips", "system", "venvs"])
def test_an_old_python_can_read_the_files_to_the_end(name):
    """A refusal is seen only if nothing newer than Python 3.8 stands in the way of it."""
    tree = ast.parse((ROOT / "packaging" / f"{name}.py").read_text("utf-8"), feature_version=(3, 8))
    newer = {"tomllib", "zoneinfo", "graphlib"}
    for node in tree.body:
        if isinstance(node, ast.Import):
            assert not newer & {alias.name for alias in node.names}
    assert not [node for node in ast.walk(tree) if isinstance(node, getattr(ast, "Match", ()))]


def test_an_old_python_ends_with_one_and_a_sentence(dev, monkeypatch, capsys):
    monkeypatch.setattr(dev, "sys", SimpleNamespace(version_info=(3, 8, 1), stderr=sys.stderr))
    assert dev.main(["run"]) == 1
    assert "This is Python 3.8" in capsys.readouterr().err


# -- Arguments --


def test_arguments_after_the_dashes_are_passed_on_untouched(dev):
    assert dev.split_arguments(["run", "--", "chat", "--", "-x"]) == (["run"], ["chat", "--", "-x"])
    assert dev.split_arguments(["test", "--extra", "gliner"]) == (["test", "--extra", "gliner"], [])


@pytest.mark.parametrize("words", [[], ["build"], ["test", "--extra", "cuda"], ["run", "chat"]])
def test_an_unknown_command_is_a_usage_error(dev, words, capsys):
    with pytest.raises(SystemExit) as stopped:
        dev.main(words)
    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("env", "system", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_where_a_window_can_be_shown(dev, env, system, expected):
    assert dev.has_display(env, system) is expected


def test_what_the_program_is_started_with(dev):
    assert dev.run_arguments([], display=True) == []
    assert dev.run_arguments([], display=False) == ["demo"]
    assert dev.run_arguments(["chat", "hi"], display=False) == ["chat", "hi"]


@pytest.mark.skipif(os.name == "nt", reason="there the program is a child, not a replacement")
def test_run_gives_the_exit_code_and_the_arguments_of_the_program(dev, tmp_path, monkeypatch):
    program = tmp_path / "bin" / "python"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@ $PYTHONPATH|"\nexit 3\n', "utf-8")
    program.chmod(0o755)
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, 'packaging');"
        "import dev, environment, system, venvs;"
        "system.need_qt_libraries = lambda: None;"
        f"environment.prepare = lambda purpose: venvs.Venv(Path({str(tmp_path)!r}));"
        "sys.exit(dev.main(['run', '--', 'translate', '한글 문서.docx']))"
    )
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "/elsewhere"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stdout.decode("utf-8").strip() == "-m app translate 한글 문서.docx |"


# -- The system --


def test_only_missing_libraries_are_installed():
    wanted = {"libxcb1": "libxcb.so.1", "libegl1": "libEGL.so.1", "libgl1": "libGL.so.1"}
    assert system.missing_packages(LDCONFIG, wanted) == ["libgl1"]


def test_a_library_of_a_like_name_is_not_taken_for_it():
    assert system.missing_packages(LDCONFIG, {"x": "libxcb.so", "y": "libEGL.so.10"}) == ["x", "y"]


@pytest.fixture
def no_root(monkeypatch, tmp_path):
    """A Debian where we are nobody: apt-get is there, sudo asks for a password."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    (tmp_path / "sudo").write_text("#!/bin/sh\nexit 1\n", "utf-8")
    (tmp_path / "sudo").chmod(0o755)
    programs = {"apt-get": "/usr/bin/apt-get", "sudo": str(tmp_path / "sudo")}
    monkeypatch.setattr(shutil, "which", programs.get)
    monkeypatch.setattr(venvs, "quietly", lambda *_words, **_more: pytest.fail("it ran something"))
    return programs


@pytest.mark.skipif(os.name == "nt", reason="Debian")
def test_without_the_right_to_install_the_exact_command_is_said(no_root, capsys):
    assert not system.system_packages(["libegl1", "libgl1"], "The window needs them.")
    said = capsys.readouterr().out
    assert "The window needs them." in said
    assert "sudo apt-get install -y --no-install-recommends libegl1 libgl1" in said


def test_where_there_is_no_apt_the_names_are_said(no_root, capsys):
    del no_root["apt-get"]
    assert not system.system_packages(["libegl1"], "The window needs them.")
    assert "libegl1 (names of Debian packages)" in capsys.readouterr().out


def test_with_the_right_to_install_only_those_packages_are(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    ran = []
    monkeypatch.setattr(venvs, "quietly", lambda words, **_more: ran.append(words))
    assert system.system_packages(["g++"], "why")
    assert ran[0][-2:] == ["apt-get", "update"]
    assert ran[1][2:] == ["apt-get", "install", "-y", "--no-install-recommends", "g++"]


@pytest.mark.skipif(os.name == "nt", reason="Visual Studio is found differently")
def test_without_a_compiler_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(venvs.SetupError, match=r"no C\+\+ compiler.*Install|Run"):
        system.need_compiler()


# -- Wheels --


@pytest.mark.parametrize("value", ["", " ", "none", "OFF", "0"])
def test_the_wheel_index_can_be_switched_off(value):
    assert llama.wheel_index({"MOADESK_WHEEL_INDEX": value}) == ""


def test_the_wheel_index_can_be_another():
    assert llama.wheel_index({}) == llama.WHEEL_INDEX
    assert llama.wheel_index({"MOADESK_WHEEL_INDEX": "https://x.test/whl/"}) == "https://x.test/whl"


def test_an_address_that_answers_nothing_is_not_reachable(tmp_path):
    page = tmp_path / "page"
    page.write_text("there", "utf-8")
    assert llama.reachable(page.as_uri())
    assert not llama.reachable((tmp_path / "missing").as_uri())
    assert not llama.reachable("http://127.0.0.1:9/")
    assert not llama.reachable("no address")


def test_the_locked_version_is_read(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("pip==1.2 \\\n    --hash=sha256:0\npip-tools==9\n", "utf-8")
    assert venvs.locked("pip", file) == "1.2"
    with pytest.raises(venvs.SetupError, match=r"uv is not in"):
        venvs.locked("uv", file)


def test_where_wheels_are_kept():
    home = Path("/home/kim")
    assert llama.cache_folder({}, "linux", home) == home / ".cache" / "moadesk-setup"
    xdg = {"XDG_CACHE_HOME": "/fast"}
    assert llama.cache_folder(xdg, "linux", home) == Path("/fast/moadesk-setup")
    assert llama.cache_folder({}, "darwin", home) == home / "Library/Caches/moadesk-setup"
    assert llama.cache_folder({"LOCALAPPDATA": "/l"}, "win32", home) == Path("/l/moadesk-setup")


@pytest.fixture
def kept(monkeypatch, tmp_path):
    """A cache folder of the test's own, and a build that only makes a file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("MOADESK_WHEEL_INDEX", "off")
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    built = []

    def build(work, options):
        built.append(options)
        (work / "llama_cpp_python-1-py3-none-any.whl").write_bytes(b"wheel")

    monkeypatch.setattr(llama, "_build_llama", build)
    return built


def test_llama_is_built_once_for_all_environments(kept, tmp_path):
    first = llama.wheel_file(venvs.Venv(tmp_path / "a"))
    assert llama.wheel_file(venvs.Venv(tmp_path / "b")) == first
    assert first.read_bytes() == b"wheel"
    assert kept == [llama.build_options({}, platform.machine())]


def test_other_build_options_are_another_wheel(kept, tmp_path, monkeypatch):
    first = llama.wheel_file(venvs.Venv(tmp_path / "a"))
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_BLAS=ON")
    assert llama.wheel_file(venvs.Venv(tmp_path / "a")) != first
    assert kept[1:] == ["-DGGML_BLAS=ON"]


def test_on_x86_llama_is_built_for_every_processor_unless_the_user_says_how():
    assert llama.build_options({}, "x86_64") == "-DGGML_NATIVE=OFF"
    assert llama.build_options({}, "AMD64") == "-DGGML_NATIVE=OFF"
    assert llama.build_options({}, "arm64") == ""
    assert llama.build_options({"CMAKE_ARGS": "-DX=1"}, "x86_64") == "-DX=1"


def test_what_is_shipped_is_built_for_every_processor_whatever_else_is_asked(kept, tmp_path):
    asked = llama.build_options({"CMAKE_ARGS": "-DGGML_NATIVE=ON"}, "arm64", every_cpu=True)
    assert asked.split()[0] == "-DGGML_NATIVE=ON"
    assert asked.endswith(llama.EVERY_CPU)  # of two words for one option CMake takes the last
    usual = llama.wheel_file(venvs.Venv(tmp_path / "a"))
    shipped = llama.wheel_file(venvs.Venv(tmp_path / "a"), every_cpu=True)
    assert shipped != usual
    assert kept[1:] == [llama.EVERY_CPU]


def test_no_prebuilt_wheel_is_shipped(kept, tmp_path, monkeypatch):
    monkeypatch.setattr(
        llama, "_prebuilt", lambda *_: pytest.fail("it may be for this machine only")
    )
    assert llama.wheel_file(venvs.Venv(tmp_path / "a"), every_cpu=True).read_bytes() == b"wheel"


def test_a_build_that_fails_leaves_nothing_that_looks_built(kept, tmp_path, monkeypatch):
    def broken(work, options):
        (work / "half").write_bytes(b"")
        raise venvs.SetupError("no space")

    monkeypatch.setattr(llama, "_build_llama", broken)
    with pytest.raises(venvs.SetupError, match="no space"):
        llama.wheel_file(venvs.Venv(tmp_path / "a"))
    assert not list((tmp_path / "cache").rglob("*.whl"))


def test_a_prebuilt_wheel_that_does_not_load_here_is_not_taken(kept, tmp_path, monkeypatch):
    index = tmp_path / "index"
    index.mkdir()
    version = venvs.locked("llama-cpp-python", venvs.LOCK / "llama.txt")
    name = f"llama_cpp_python-{version}-py3-none-any.whl"
    with zipfile.ZipFile(index / name, "w") as wheel:
        info = f"llama_cpp_python-{version}.dist-info"
        wheel.writestr("llama_cpp/lib/libllama.so", b"for another processor")
        metadata = f"Metadata-Version: 2.1\nName: llama_cpp_python\nVersion: {version}\n"
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("MOADESK_WHEEL_INDEX", str(index))
    venv = SimpleNamespace(python=Path(sys.executable))
    assert llama.wheel_file(venv).read_bytes() == b"wheel"
    assert kept == [llama.build_options({}, platform.machine())]


def test_the_bootstrap_pip_is_checked_against_the_lock(tmp_path, monkeypatch):
    """A Python without ensurepip fetches pip; a file that is not the locked one is refused."""
    content = b"pretend wheel"
    name = "pip-9.9-py3-none-any.whl"
    (tmp_path / name).write_bytes(content)
    setup = tmp_path / "setup.txt"
    page = {"files": [{"filename": name, "url": (tmp_path / name).as_uri()}]}

    def answer(wanted, timeout):
        assert timeout
        if isinstance(wanted, str):
            return io.BytesIO(Path(tmp_path / name).read_bytes())
        assert wanted.full_url == "https://index.test/simple/pip/"
        return io.BytesIO(json.dumps(page).encode())

    monkeypatch.setenv("PIP_INDEX_URL", "https://index.test/simple/")
    monkeypatch.setattr(urllib.request, "urlopen", answer)
    good = hashlib.sha256(content).hexdigest()
    setup.write_text(f"pip==9.9 \\\n    --hash=sha256:{good}\n", "utf-8")
    out = tmp_path / "out"
    out.mkdir()
    assert pips._fetch_pip(out, setup).read_bytes() == content
    setup.write_text(f"pip==9.9 \\\n    --hash=sha256:{'0' * 64}\n", "utf-8")
    with pytest.raises(venvs.SetupError, match="not the file that was locked"):
        pips._fetch_pip(out, setup)
    page["files"] = []
    with pytest.raises(venvs.SetupError, match="python3-venv"):
        pips._fetch_pip(out, setup)


# -- An environment --


@pytest.fixture
def house(monkeypatch, tmp_path):
    """A tree whose environments are made of two steps that only take notes."""
    monkeypatch.setattr(venvs, "ROOT", tmp_path)
    state = SimpleNamespace(made=0, did=[], locks={"one": "1", "two": "2"}, breaks="", venv=None)
    state.how = KeyboardInterrupt()
    state.venv = venvs.Venv(tmp_path / ".venv")

    def create(venv):
        state.made += 1
        venv.scripts.mkdir(parents=True, exist_ok=True)
        venv.python.write_text("", "utf-8")
        if state.breaks == "create":
            raise state.how

    def step(name):
        def act():
            if state.breaks == name:
                raise state.how
            state.did.append(name)

        return venvs.Step(name, state.locks[name], act)

    def steps(_venv, purpose):
        names = ["one", "two", "tools"] if purpose == "test" else ["one", "two"]
        return [step(name) for name in names if name in state.locks]

    monkeypatch.setattr(pips, "create", create)
    monkeypatch.setattr(environment, "steps_for", steps)
    return state


def test_the_second_time_nothing_is_done(house):
    environment.prepare("run")
    environment.prepare("run")
    assert (house.made, house.did) == (1, ["one", "two"])


def test_more_is_added_to_what_is_there(house):
    environment.prepare("run")
    house.locks["tools"] = "3"
    environment.prepare("test")
    environment.prepare("run")
    assert (house.made, house.did) == (1, ["one", "two", "tools"])


def test_a_changed_lock_makes_a_new_environment(house):
    environment.prepare("run")
    house.locks["two"] = "2b"
    environment.prepare("run")
    assert (house.made, house.did) == (2, ["one", "two", "one", "two"])


def test_a_changed_project_is_installed_into_what_is_there(house):
    house.locks["project"] = "a"

    def steps(_venv, _purpose):
        return [
            venvs.Step(name, value, lambda name=name: house.did.append(name))
            for name, value in house.locks.items()
        ]

    environment.steps_for = steps  # undone by the fixture's monkeypatch
    environment.prepare("run")
    house.locks["project"] = "b"
    environment.prepare("run")
    assert (house.made, house.did) == (1, ["one", "two", "project", "project"])


@pytest.mark.parametrize("broken", ["create", "one", "two"])
def test_an_interrupted_set_up_is_made_again(house, broken, capsys):
    house.breaks = broken
    with pytest.raises(KeyboardInterrupt):
        environment.prepare("run")
    assert "running" in venvs.read_stamp(house.venv)
    (house.venv.folder / "half a package").write_text("", "utf-8")
    house.breaks, house.did = "", []
    environment.prepare("run")
    assert (house.made, house.did) == (2, ["one", "two"])
    assert "running" not in venvs.read_stamp(house.venv)
    assert not (house.venv.folder / "half a package").exists()
    assert "again: its set-up was interrupted" in capsys.readouterr().out


def test_after_a_failed_download_the_rest_goes_on(house):
    house.breaks, house.how = "two", venvs.SetupError("no network")
    with pytest.raises(venvs.SetupError, match="no network"):
        environment.prepare("run")
    house.breaks = ""
    environment.prepare("run")
    assert (house.made, house.did) == (1, ["one", "two"])


def test_an_environment_of_somebody_else_is_kept(house, tmp_path):
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "mine").write_text("work", "utf-8")
    environment.prepare("run")
    (kept,) = tmp_path.glob(".venv-before-*")
    assert (kept / "mine").read_text("utf-8") == "work"
    assert not (tmp_path / ".venv" / "mine").exists()
    environment.prepare("run")
    assert house.made == 1


def test_an_environment_without_its_interpreter_is_made_again(house):
    environment.prepare("run")
    house.venv.python.unlink()
    environment.prepare("run")
    assert house.made == 2


def test_another_python_makes_it_again(house, monkeypatch):
    environment.prepare("run")
    monkeypatch.setattr(venvs, "interpreter", lambda: "cpython 3.14 riscv64 /opt")
    environment.prepare("run")
    assert house.made == 2


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"python": 3}', b"\xff\xfe"])
def test_a_damaged_stamp_makes_it_again(house, content):
    environment.prepare("run")
    house.venv.stamp.write_bytes(content)
    environment.prepare("run")
    assert house.made == 2


def test_the_fingerprint_is_of_contents_and_keeps_parts_apart(tmp_path):
    file = tmp_path / "a"
    file.write_text("x", "utf-8")
    before = venvs.digest(file)
    file.write_text("y", "utf-8")
    assert venvs.digest(file) != before
    assert venvs.digest("ab", "c") != venvs.digest("a", "bc")


def test_what_each_environment_is_made_of(tmp_path):
    def names(purpose):
        return [step.name for step in environment.steps_for(venvs.Venv(tmp_path), purpose)]

    assert names("run") == ["llama.cpp", "packages", "project"]
    assert names("test") == [*names("run"), "development tools"]
    assert names("freeze") == [*names("run"), "PyInstaller"]
    assert names("package") == names("freeze")
    assert "PyTorch" in names("gliner")
    assert environment.steps_for(venvs.Venv(tmp_path), "run") != []


@pytest.mark.parametrize(
    ("purpose", "left"),
    [("run", False), ("test", False), ("gliner", True), ("freeze", True), ("package", True)],
)
def test_only_where_a_first_start_should_be_quick_all_is_compiled(
    tmp_path, monkeypatch, purpose, left
):
    told = []
    monkeypatch.setattr(venvs, "pip", lambda _venv, *words, **_more: told.append(words))
    monkeypatch.setattr(llama, "reachable", lambda _url: False)
    for step in environment.steps_for(venvs.Venv(tmp_path), purpose):
        if step.name not in ("llama.cpp", "project"):
            step.run()
    assert told
    assert [("--no-compile" in words) is left for words in told] == [True] * len(told)


def test_what_we_start_knows_no_path_of_others_and_keeps_what_it_compiled(monkeypatch):
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(name, "1")
    env = venvs.child_env(QT_QPA_PLATFORM="offscreen")
    assert not [name for name in env if name.startswith(("PYTHONPATH", "PYTHONH", "PYTHOND"))]
    assert env["QT_QPA_PLATFORM"] == "offscreen"


# -- The checks --


def test_every_check_runs_and_the_arguments_go_to_pytest(dev, tmp_path):
    named = dict(dev.checks(venvs.Venv(tmp_path), ["-k", "chat"]))
    assert list(named) == ["format", "lint", "types", "layers", "licences", "tests"]
    assert named["tests"][-2:] == ["-k", "chat"]
    assert named["tests"][3:5] == ["-m", "not gliner"]
    (parity,) = dev.parity_checks(venvs.Venv(tmp_path), ["-x"])
    assert parity[1][1:] == ["-m", "pytest", "-m", "gliner", "tests/entities", "-x"]


def test_one_failed_check_fails_the_whole_but_the_others_run(dev, capfd):
    def python(code):
        return [sys.executable, "-c", code]

    screen = "import os, sys; sys.exit(os.environ['QT_QPA_PLATFORM'] != 'offscreen')"
    named = [
        ("first", python("import sys; sys.exit(2)")),
        ("second", python("print('hello from second')")),
        ("third", python(screen)),
    ]
    assert dev.check_all(named) == 1
    said = capfd.readouterr().out
    assert "hello from second" in said
    summary = said.split("\n\n")[-1].splitlines()
    assert [line.split(" (")[0] for line in summary] == [
        "FAILED first",
        "ok     second",
        "ok     third",
    ]
    assert dev.check_all(named[1:]) == 0


def test_a_failed_program_leaves_the_end_of_what_it_said(capfd):
    code = "print('\\n'.join(f'line {n}.' for n in range(100))); raise SystemExit(7)"
    with pytest.raises(venvs.SetupError, match="This failed: ") as failed:
        venvs.quietly([sys.executable, "-c", code])
    assert "line 99." in failed.value.log
    assert "line 3." not in failed.value.log
    assert capfd.readouterr().out == ""


@pytest.mark.skipif(os.name == "nt", reason="flock")
def test_two_set_ups_wait_for_each_other(tmp_path):
    import fcntl

    venv = venvs.Venv(tmp_path / ".venv")
    with (
        venvs.alone(venv),
        (tmp_path / "build" / ".venv.lock").open("w") as other,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with (tmp_path / "build" / ".venv.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _until(condition):
    """Wait for another process; the test's own time limit ends it if it never comes."""
    while not condition():
        time.sleep(0.02)


BUSY = """
import signal
import sys
from pathlib import Path

sys.path.insert(0, "packaging")
import dev
import venvs


def work(_words):
    place = sys.argv[1]
    with venvs.alone(venvs.Venv(Path(place) / ".venv")):
        sleeper = "sleep 60 & echo $! > $0/new; mv $0/new $0/pid; wait"
        venvs.quietly(["/bin/sh", "-c", sleeper, place])


dev.run = work
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job starts without
sys.exit(dev.main(["run"]))
"""


@pytest.fixture
def busy_set_up(tmp_path):
    """A set-up in a process of its own that holds the lock while its child's child sleeps."""
    command = [sys.executable, "-c", BUSY, str(tmp_path)]
    with subprocess.Popen(  # noqa: S603 - our own script
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        _until((tmp_path / "pid").exists)
        pid = int((tmp_path / "pid").read_text("utf-8"))
        yield SimpleNamespace(process=process, pid=pid, lock=tmp_path / "build" / ".venv.lock")
        for running in (process.pid, pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(running, signal.SIGKILL)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_interrupting_ends_everything_that_was_started(busy_set_up, stop):
    busy_set_up.process.send_signal(stop)
    said = busy_set_up.process.stderr.read().decode("utf-8")
    assert busy_set_up.process.wait() == 130
    assert said.strip() == "Interrupted. The next start goes on from here."
    _until(lambda: not _alive(busy_set_up.pid))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_killed_set_up_keeps_its_lock_until_what_it_started_has_ended(busy_set_up):
    import fcntl

    busy_set_up.process.kill()
    busy_set_up.process.wait()
    with busy_set_up.lock.open("w") as other:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.kill(busy_set_up.pid, signal.SIGKILL)
        fcntl.flock(other, fcntl.LOCK_EX)
