"""Check the licence of everything that is shipped: `python packaging/licences.py [--list] [NAME…]`.

Shipped is what the lock files of base, starter and llama.cpp name, and what else is named: the
frozen build names PyInstaller, whose boot program it carries. The law: only what stands in
`FREE` passes by itself; any other licence needs an entry by name with its reason in `ACCEPTED`;
what has no licence that can be read does not pass.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from packaging.markers import Marker

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from importlib.metadata import PackageMetadata

LOCK = Path(__file__).resolve().parent / "lock"
SHIPPED = ("base", "starter", "llama")

# SPDX names that ask for no more than a notice; MPL-2.0 asks it of its own files only, and we
# ship those unchanged.
FREE = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-2-Clause-Views",  # BSD-2-Clause, and that views in it are the authors' own
    "BSD-3-Clause",
    "CC0-1.0",
    "CNRI-Python",
    "HPND",
    "ISC",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "Public-Domain",
    "Python-2.0",
    "Unlicense",
    "Zlib",
}

# What authors write where no SPDX name stands, in lower case.
SPELLED = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd license": "BSD-3-Clause",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "public domain": "Public-Domain",
    "python software foundation license": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
}


class Accepted(NamedTuple):
    """A licence outside `FREE` that one distribution may have, and why."""

    licence: str  # one that the distribution leaves the choice of
    reason: str


ACCEPTED = {
    "pyside6-essentials": Accepted(
        "LGPL-3.0-only", "Qt, linked dynamically: its libraries are files that can be replaced"
    ),
    "shiboken6": Accepted(
        "LGPL-3.0-only", "Qt for Python, linked dynamically: a file that can be replaced"
    ),
    "pypdfium2": Accepted(
        "BSD-3-Clause, Apache-2.0, dependency licenses",
        "PDFium's own libraries (FreeType, libtiff, ICU, ...) are permissive; their texts are"
        " in the wheel and are shipped with it",
    ),
    "pyinstaller": Accepted(
        "GNU General Public License v2 (GPLv2)",
        "only its boot program is shipped, and the exception lets any licence use that",
    ),
}

# Data with a licence of its own: files that are read, never linked. Each folder has the text of its
# licence, and says whose work it holds.
DATA = {
    "agents/scholar/csl": Accepted(
        "CC-BY-SA-3.0",
        "citation styles of the CSL project, unchanged, and one of our own under the same licence",
    ),
    "agents/translation/fonts": Accepted(
        "OFL-1.1 AND Bitstream-Vera",
        "Nanum Gothic and DejaVu Sans, for letters on translated pages",
    ),
}

# Shipped on other systems only, so their metadata is not here to be read.
ELSEWHERE = {
    "coloredlogs": "MIT",
    "httpx2-jsfetch": "BSD-3-Clause",
    "humanfriendly": "MIT",
    "mpmath": "BSD-3-Clause",
    "pywin32-ctypes": "BSD-3-Clause",
    "sympy": "BSD-3-Clause",
}


class Finding(NamedTuple):
    """What was found for one distribution; `problem` is empty where it may be shipped."""

    name: str
    version: str
    licence: str
    problem: str
    note: str = ""


def stated(metadata: PackageMetadata) -> str:
    """The licence as one SPDX-like expression, or the author's own words, or nothing.

    The expression of PEP 639 counts first, then the free text where it is short enough to be a
    name, then the classifiers, all of which apply together.
    """
    expression = metadata.get("License-Expression")
    if expression:
        return expression.strip()
    classifiers = [
        entry.rsplit("::", 1)[-1].strip()
        for entry in metadata.get_all("Classifier") or []
        if entry.startswith("License ::")
    ]
    named = [SPELLED.get(entry.lower(), entry) for entry in classifiers]
    named = [entry for entry in named if entry not in ("OSI Approved", "DFSG approved")]
    text = (metadata.get("License") or "").strip()
    if text and "\n" not in text and text.upper() != "UNKNOWN":
        text = SPELLED.get(text.lower(), text)
        if text in FREE or " OR " in text or " AND " in text or not named:
            # A classifier that says more than the text is not overlooked.
            more = [entry for entry in named if entry not in FREE]
            return f"({text}) AND {' AND '.join(more)}" if more else text
    return " AND ".join(named) or (text.splitlines()[0] if text else "")


def allowed(expression: str, free: Collection[str]) -> bool:
    """Whether an SPDX expression leaves a choice in which every licence is in `free`.

    Raises:
        ValueError: the expression is not well formed.
    """
    licences: list[str] = []

    def as_python(match: re.Match[str]) -> str:
        if match[0] in ("AND", "OR"):
            return match[0].lower()
        licences.append(match[0])
        return f"L{len(licences) - 1}"

    logic = re.sub(r"[^\s()]+(?: WITH [^\s()]+)?", as_python, expression)

    def holds(node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return licences[int(node.id[1:])] in free
        if isinstance(node, ast.BoolOp):
            return (all if isinstance(node.op, ast.And) else any)([holds(v) for v in node.values])
        raise ValueError(expression)

    try:
        return holds(ast.parse(logic.strip(), mode="eval").body)
    except SyntaxError as error:
        raise ValueError(expression) from error


def problem_of(name: str, licence: str) -> str:
    """Why a distribution with this licence may not be shipped, or nothing."""
    accepted = ACCEPTED.get(name)
    if not licence:
        return "states no licence"
    if accepted is not None and licence == accepted.licence:
        return ""
    try:
        free = allowed(licence, FREE | ({accepted.licence} if accepted else set()))
    except ValueError:
        return f"not a licence we know: {licence}"
    return "" if free else f"not free to ship: {licence}"


def shipped(texts: Iterable[str]) -> dict[str, str]:
    """The packages of lock files, each with its marker (empty: on every system)."""
    found: dict[str, str] = {}
    for text in texts:
        for match in re.finditer(r"^([\w.-]+)==\S+(?: ; ([^\\\n]*))?", text, re.MULTILINE):
            marker = (match[2] or "").strip()
            here = not marker or Marker(marker).evaluate()
            if match[1] not in found or here:  # several versions of one: the one of this system
                found[match[1]] = marker
    return found


def check(
    packages: dict[str, str], find: Callable[[str], Distribution] = distribution
) -> list[Finding]:
    """Look at every package; those with a `problem` may not be shipped."""
    findings: list[Finding] = []
    for name, marker in sorted(packages.items()):
        if marker and not Marker(marker).evaluate():
            licence = ELSEWHERE.get(name, "")
            problem = problem_of(name, licence) and "not on this system, and not in ELSEWHERE"
            findings.append(Finding(name, "", licence, problem, f"only where {marker}"))
            continue
        try:
            found = find(name)
        except PackageNotFoundError:
            findings.append(Finding(name, "", "", "is not installed, so it cannot be read"))
            continue
        licence = stated(found.metadata)
        accepted = ACCEPTED.get(name)
        note = f"as {accepted.licence}: {accepted.reason}" if accepted else ""
        findings.append(Finding(name, found.version, licence, problem_of(name, licence), note))
    return findings


def main() -> int:
    """Check; 1 if anything may not be shipped."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--list", action="store_true", help="show every licence")
    arguments.add_argument("names", nargs="*", help="what is shipped besides")
    args = arguments.parse_args()
    packages = shipped((LOCK / f"{name}.txt").read_text("utf-8") for name in SHIPPED)
    findings = check(packages | dict.fromkeys(args.names, ""))
    wrong = [finding for finding in findings if finding.problem]
    if args.list:
        for found in findings:
            print(f"{found.name:26} {found.version:12} {found.licence}")
            if found.note:
                print(f"{'':26} {found.note}")
    if args.list:
        for folder, data in DATA.items():
            print(f"{folder:39} {data.licence}")
            print(f"{'':26} {data.reason}")
    for found in wrong:
        print(f"{found.name} {found.version}: {found.problem}", file=sys.stderr)
    print(f"{len(findings)} packages are shipped; {len(wrong)} of them may not be.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
