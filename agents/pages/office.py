"""Office files and web pages laid out as PDF by LibreOffice, where it is installed.

The one law: a file of a stranger is only laid out. LibreOffice runs without a window in a profile
of its own in which macros, active content and links to elsewhere are off and the way to the
network leads nowhere; it is waited for a bounded time and killed with all its children.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from agents.base import CancelToken

SECONDS = 90.0  # for one file
_STEP = 0.05  # seconds between two looks
_NAMES = ("soffice", "libreoffice")
_PLACES = {
    "darwin": ("/Applications/LibreOffice.app/Contents/MacOS/soffice",),
    "win32": (
        r"C:\Program Files\LibreOffice\program\soffice.com",
        r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
    ),
}
_WEB = (".html", ".htm", ".xhtml")
_NOWHERE = "127.0.0.1"
_SECURITY = "org.openoffice.Office.Common/Security/Scripting"
_INTERNET = "org.openoffice.Inet/Settings"
# (path, name, type, value) of the settings that keep a file from doing anything.
_SETTINGS = (
    (_SECURITY, "MacroSecurityLevel", "int", "3"),
    (_SECURITY, "DisableMacrosExecution", "boolean", "true"),
    (_SECURITY, "DisableActiveContent", "boolean", "true"),
    (_SECURITY, "BlockUntrustedRefererLinks", "boolean", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "int", "2"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "short", "2"),
    (_INTERNET, "ooInetProxyType", "int", "2"),
    (_INTERNET, "ooInetHTTPProxyName", "string", _NOWHERE),
    (_INTERNET, "ooInetHTTPProxyPort", "int", "9"),
    (_INTERNET, "ooInetHTTPSProxyName", "string", _NOWHERE),
    (_INTERNET, "ooInetHTTPSProxyPort", "int", "9"),
    (_INTERNET, "ooInetNoProxy", "string", ""),
)


class NoOfficeError(Exception):
    """LibreOffice is not installed."""


class OfficeError(Exception):
    """LibreOffice made no PDF of the file, or not in time."""


def program() -> str:
    """Where LibreOffice is; empty if it is not here."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), "")
    places = _PLACES.get(sys.platform, ())
    return found or next((place for place in places if Path(place).is_file()), "")


def as_pdf(data: bytes, suffix: str, cancel: CancelToken, seconds: float = SECONDS) -> bytes:
    """The pages of a file.

    Args:
        data: the file.
        suffix: its ending, which tells LibreOffice what it is.
        cancel: ends it at once.
        seconds: how long it may take.

    Raises:
        CancelledError: `cancel` was set.
        NoOfficeError: LibreOffice is not installed.
        OfficeError: it could not do it.
    """
    office = program()
    if not office:
        raise NoOfficeError
    with tempfile.TemporaryDirectory(prefix="moadesk-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = folder / f"page{suffix}"
        source.write_bytes(data)
        _settle(folder / "profile")
        _run(_command(office, folder, source), cancel, seconds)
        try:
            return source.with_suffix(".pdf").read_bytes()
        except OSError as error:
            raise OfficeError("no pages") from error


def _command(office: str, folder: Path, source: Path) -> list[str]:
    kind = ["--convert-to", "pdf"]
    if source.suffix in _WEB:  # as a text document: its own way for web pages leaves them empty
        kind = ["--infilter=HTML (StarWriter)", "--convert-to", "pdf:writer_pdf_Export"]
    return [
        office,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--invisible", "--nologo", "--nodefault", "--norestore"),
        *("--nofirststartwizard", *kind, "--outdir", str(folder), str(source)),
    ]


def _settle(profile: Path) -> None:
    """Write the settings of a new profile."""
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse" oor:type="xs:{kind}">'
        f"<value>{value}</value></prop></item>"
        for path, name, kind, value in _SETTINGS
    )
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        f"{items}</oor:items>\n",
        "utf-8",
    )


def _run(command: list[str], cancel: CancelToken, seconds: float) -> None:
    nowhere = f"http://{_NOWHERE}:9"
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), nowhere)
    try:
        process = subprocess.Popen(  # noqa: S603 - the program that was found, with fixed arguments
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **proxies, "no_proxy": "", "NO_PROXY": ""},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise OfficeError(str(error)) from error
    until = time.monotonic() + seconds
    try:
        while process.poll() is None:
            if cancel.wait(_STEP):
                cancel.check()
            if time.monotonic() > until:
                raise OfficeError("too slow")
    finally:
        _end(process)
    if process.returncode:
        raise OfficeError(f"exit code {process.returncode}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what still runs: the program starts another one, which does the work."""
    family: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        own = psutil.Process(process.pid)
        family = [*own.children(recursive=True), own]
    for one in family:
        with contextlib.suppress(psutil.Error):
            one.kill()
    process.wait()
