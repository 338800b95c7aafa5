# ruff: noqa: T201, S603, S607 - a developer's command: it runs Debian's tools and prints
"""Fetches real bibliographies with abstracts: `python -m tests.scholar.bibliographies FOLDER`.

Nelson Beebe's `epodd.bib`, `typeset.bib`, `tugboat.bib` and their neighbours out of the Debian
package texlive-bibtex-extra (76 MB). Nothing is installed, and nothing of them is committed:

    python -m tests.scholar.bibliographies bibs
    moadesk eval scholar --bib bibs/epodd.bib bibs/typeset.bib --json
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

PACKAGE = "texlive-bibtex-extra"
WHERE = "usr/share/texlive/texmf-dist/bibtex/bib/beebe"


def fetch(folder: Path) -> list[Path]:
    """Download and unpack the package; returns the `.bib` files.

    Raises:
        subprocess.CalledProcessError: there is no such package, or no network.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        subprocess.run(["apt-get", "download", PACKAGE], cwd=temporary, check=True)
        (archive,) = Path(temporary).glob("*.deb")
        subprocess.run(["dpkg", "-x", str(archive), temporary], check=True)
        found = sorted((Path(temporary) / WHERE).glob("*.bib"))
        return [Path(shutil.copy(file, folder)) for file in found]


def main() -> None:
    """Fetch and say what came."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for file in fetch(parser.parse_args().folder):
        print(file)


if __name__ == "__main__":
    main()
