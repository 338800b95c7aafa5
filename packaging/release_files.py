"""What a release is made of: every installer, one list of sums, and the index of updates.

    python packaging/release_files.py PACKAGES RELEASE    collect what the systems' jobs made
    python packaging/release_files.py --tag v1.2.3        does the tag say our version?

The law: the index that “check for updates” reads names each installer with its size and SHA-256,
read from the very files that are released. Standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

import product

INDEX = "moadesk-update.json"
SUMS = "SHA256SUMS"
NOTES = "release-notes.md"
# Which file is for which machine: what `app.updates` calls system and processor.
KINDS = (
    (r".*_amd64\.deb", "linux", "x86_64", "deb"),
    (r".*_arm64\.deb", "linux", "arm64", "deb"),
    (r".*-linux-x86_64\.run", "linux", "x86_64", "run"),
    (r".*-linux-aarch64\.run", "linux", "arm64", "run"),
    (r".*-windows-x64\.exe", "windows", "x86_64", "exe"),
    (r".*-macos-arm64\.dmg", "macos", "arm64", "dmg"),
    (r".*-macos-x86_64\.dmg", "macos", "x86_64", "dmg"),
)


def digest(file: Path) -> str:
    """The SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def index(files: list[Path], found: product.Product) -> dict[str, object]:
    """What “check for updates” reads."""
    rows: list[dict[str, object]] = []
    for file in files:
        for pattern, system, machine, kind in KINDS:
            if re.fullmatch(pattern, file.name):
                row = {"name": file.name, "system": system, "machine": machine, "kind": kind}
                rows.append({**row, "size": file.stat().st_size, "sha256": digest(file)})
    return {"version": found.version, "notes": f"{found.homepage}/releases", "files": rows}


def notes(changelog: str, version: str) -> str:
    """What the changelog says of a version.

    Raises:
        ValueError: it says nothing.
    """
    found = re.search(
        rf"^## {re.escape(version)}\b.*?\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    if found is None or not found[1].strip():
        raise ValueError(f"CHANGELOG.md says nothing of {version}.")
    return found[1].strip() + "\n"


def collect(packages: Path, release: Path) -> list[Path]:
    """Gather the files of all systems, with their sums and the index.

    Raises:
        ValueError: two systems made a file of the same name.
    """
    release.mkdir(parents=True, exist_ok=True)
    for file in sorted(packages.rglob("*")):
        if not file.is_file() or file.name == SUMS:
            continue
        goal = release / file.name
        if goal.exists():
            raise ValueError(f"Two files are called {file.name}.")
        shutil.copy2(file, goal)
    files = sorted(file for file in release.iterdir() if file.name not in (INDEX, SUMS))
    told = index(files, product.product())
    (release / INDEX).write_text(json.dumps(told, indent=1) + "\n", "utf-8", newline="\n")
    files.append(release / INDEX)
    lines = "".join(f"{digest(file)}  {file.name}\n" for file in files)
    (release / SUMS).write_text(lines, "utf-8", newline="\n")
    return [*files, release / SUMS]


def main() -> int:
    """One of the two; 1 if something does not fit, with a sentence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tag")
    parser.add_argument("folders", type=Path, nargs="*", metavar="PACKAGES RELEASE")
    args = parser.parse_args()
    found = product.product()
    if args.tag and args.tag != f"v{found.version}":
        print(f"The tag is {args.tag}, pyproject.toml says {found.version}.", file=sys.stderr)
        return 1
    try:
        said = notes((product.ROOT / "CHANGELOG.md").read_text("utf-8"), found.version)
        if args.folders:
            packages, release = args.folders
            for file in collect(packages, release):
                print(file)
            Path(NOTES).write_text(said, "utf-8")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
