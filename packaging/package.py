"""The frozen folder for every CPU and this system's installers: run by `dev.py package`.

    python3 packaging/dev.py package                  freeze, test, build the installers
    python3 packaging/dev.py package -- --only-freeze freeze and test, no installers
    python3 packaging/dev.py package -- --no-freeze   installers of the folder that is there
    python3 packaging/dev.py package -- --quick       the same with little compression

The law: an installer is made of a folder that has passed its self-test; every file made is named
with its SHA-256 in `dist/packages/SHA256SUMS`, and what is in it in a bill of materials beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import freeze
import icons
import notices
import product
import sbom

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

OUT = product.ROOT / "dist" / "packages"
SUMS = "SHA256SUMS"


def sums(files: Iterable[Path]) -> str:
    """The text that `sha256sum --check` reads."""
    lines: list[str] = []
    for file in sorted(files):
        with file.open("rb") as opened:
            lines.append(f"{hashlib.file_digest(opened, 'sha256').hexdigest()}  {file.name}\n")
    return "".join(lines)


def installers(folder: Path, out: Path, preset: int) -> list[Path]:
    """This system's installers of the frozen folder."""
    if sys.platform == "win32":
        import windows_package as package  # noqa: PLC0415 - one of the three
    elif sys.platform == "darwin":
        import macos_package as package  # noqa: PLC0415 - likewise
    else:
        import linux_package as package  # noqa: PLC0415 - likewise
    return package.build(folder, icons.FOLDER, out, preset=preset)


def main() -> int:
    """Freeze, package, sum up; 0 if everything was made."""
    parser = argparse.ArgumentParser(description=__doc__)
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--only-freeze", action="store_true", help="no installers")
    part.add_argument("--no-freeze", action="store_true", help="take the folder that is there")
    parser.add_argument("--quick", action="store_true", help="compress little: for a trial")
    args = parser.parse_args()
    started = time.monotonic()
    # A process of its own: what draws with Qt here would be in the way of PyInstaller.
    drawn = [sys.executable, str(product.ROOT / "packaging" / "icons.py")]
    subprocess.run(drawn, cwd=product.ROOT, check=True)
    if not args.no_freeze and (code := freeze.main()):
        return code
    if args.only_freeze:
        return 0
    folder = product.ROOT / "dist" / freeze.NAME
    if not folder.is_dir():
        print(f"There is no {folder}: leave out --no-freeze.", file=sys.stderr)
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.iterdir():
        if old.is_file():
            old.unlink()
    made = installers(folder, OUT, 0 if args.quick else 6)
    system = f"{sys.platform}-{platform.machine().lower()}"
    made.append(OUT / f"{freeze.NAME}-{product.product().version}-{system}.cdx.json")
    sbom.write(folder / "_internal" / notices.FOLDER / notices.LIST, made[-1])
    (OUT / SUMS).write_text(sums(made), "utf-8", newline="\n")
    for file in made:
        print(f"{file.stat().st_size / 2**20:7.1f} MiB  {file}")
    print(f"Made in {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
