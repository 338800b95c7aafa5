"""The installers of Windows: one for a user without administrator rights, and a portable zip.

The law: the installer script says what happens, this module only what it is compiled with; so
it compiles (and is checked) wherever `makensis` is, also on Linux. Programs are signed before they
are packed and the installer after; `MOADESK_SIGN_COMMAND` says how, with {file} for the file, and
where it is not set that is said.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import product

TEMPLATES = product.ROOT / "packaging" / "windows"
WINGET = "1.6.0"  # of the manifests' schema
_PLACES = (
    Path(r"C:\Program Files (x86)\NSIS\makensis.exe"),
    Path(r"C:\Program Files\NSIS\makensis.exe"),
)


def compiler() -> str:
    """The NSIS compiler.

    Raises:
        FileNotFoundError: there is none, with what to do.
    """
    found = shutil.which("makensis")
    for place in _PLACES:
        found = found or (str(place) if place.exists() else None)
    if found:
        return found
    raise FileNotFoundError(
        "The Windows installer needs NSIS 3. Install it from https://nsis.sourceforge.io"
        " (Debian, Ubuntu: sudo apt install nsis)."
    )


def associations(found: product.Product) -> str:
    """The registry lines of “Open with”, and those that take them away again."""
    kind = f"{found.name}.document"
    adding, removing = [], []
    for document in product.DOCUMENTS:
        key = rf'HKCU "Software\Classes\.{document.ending}\OpenWithProgids" "{kind}"'
        adding.append(f'  WriteRegStr {key} ""')
        removing.append(f"  DeleteRegValue {key}")
        types = rf'HKCU "Software\Classes\Applications\{found.name}.exe\SupportedTypes"'
        adding.append(f'  WriteRegStr {types} ".{document.ending}" ""')
    return "\n".join(("!ifdef REMOVING", *removing, "!else", *adding, "!endif", ""))


def installer(folder: Path, icons: Path, out: Path, *, preset: int) -> Path:
    """Compile the installer; returns it."""
    found = product.product()
    file = out / f"{product.TITLE.replace(' ', '-')}-{found.version}-windows-x64.exe"
    lines = icons / "associations.nsh"
    lines.write_text(associations(found), "utf-8")
    # A licence for people to read: NSIS takes Windows' line ends and a byte order mark.
    licence = icons / "licence.txt"
    text = (product.ROOT / "LICENSE").read_text("utf-8")
    licence.write_text(text, "utf-8-sig", newline="\r\n")
    defined = {
        "NAME": found.name,
        "TITLE": product.TITLE,
        "VERSION": found.version,
        "PUBLISHER": product.PUBLISHER,
        "HOMEPAGE": found.homepage,
        "FOLDER": str(folder),
        "ICON": str(icons / "app.ico"),
        "LICENCE": str(licence),
        "ASSOCIATIONS": str(lines),
        "COMPRESSOR": "lzma" if preset > 1 else "zlib",
        "KIB": str(product.folder_size(folder) // 1024),
        "OUT": str(file),
    }
    words = [f"-D{name}={value}" for name, value in defined.items()]
    script = str(TEMPLATES / "installer.nsi")
    command = [compiler(), "-V2", "-WX", "-INPUTCHARSET", "UTF8", *words, script]
    subprocess.run(command, check=True)
    return file


def portable(folder: Path, out: Path, *, preset: int) -> Path:
    """A zip that is unpacked anywhere and started; returns it."""
    found = product.product()
    top = f"{product.TITLE} {found.version}"
    file = out / f"{product.TITLE.replace(' ', '-')}-{found.version}-windows-x64-portable.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=max(preset, 1)) as whole:
        for source in sorted(folder.rglob("*")):
            if source.is_file():
                whole.write(source, f"{top}/{source.relative_to(folder).as_posix()}")
    return file


def winget(setup: Path, out: Path) -> list[Path]:
    """The three manifests that WinGet's repository wants, for this very installer."""
    found = product.product()
    with setup.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest().upper()
    values = product.values(
        found,
        SHA=digest,
        SCHEMA=WINGET,
        WINGET_ID=f"{found.homepage.split('/')[-2]}.{product.TITLE.replace(' ', '')}",
        URL=f"{found.homepage}/releases/download/v{found.version}/{setup.name}",
        ENDINGS="\n".join(f"- {document.ending}" for document in product.DOCUMENTS),
    )
    made: list[Path] = []
    for template in sorted((TEMPLATES / "winget").glob("*.yaml")):
        file = out / "winget" / template.name.replace("ID", values["WINGET_ID"])
        file.parent.mkdir(exist_ok=True)
        file.write_text(product.filled(template.read_text("utf-8"), values), "utf-8", newline="\n")
        made.append(file)
    return made


def sign(files: list[Path], command: str) -> None:
    """Sign files in place, or say that they are not signed."""
    if not command:
        names = ", ".join(file.name for file in files)
        print(f"Not signed: MOADESK_SIGN_COMMAND is not set ({names}). Windows will warn.")
        return
    for file in files:
        subprocess.run([word.replace("{file}", str(file)) for word in command.split()], check=True)


def build(folder: Path, icons: Path, out: Path, *, preset: int) -> list[Path]:
    """Everything for Windows."""
    if sys.platform == "win32" and platform.machine() != "AMD64":
        raise OSError("Windows installers are built for x64 only; Windows on ARM runs them, too.")
    command = os.environ.get("MOADESK_SIGN_COMMAND", "")
    sign(sorted(folder.glob("*.exe")), command)
    setup = installer(folder, icons, out, preset=preset)
    sign([setup], command)
    winget(setup, out)  # after signing, which changes the sum
    return [setup, portable(folder, out, preset=preset)]
