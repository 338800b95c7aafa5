"""Try a `.deb` as a stranger would: `sudo python3 packaging/try_deb.py [FILE] [--pictures DIR]`.

In a fresh Debian (debootstrap, kept for the next time): install the package and what it depends
on, run its self-test, start the window on a virtual screen as a user whose home has a space and
Hangul in its path, take pictures at 1366×768 and 3840×2160, close it, remove the package. Holds if
the self-test passes, the window comes, nothing of the package is left and the data of the user is.

Needs root (chroot, mount), debootstrap, Xvfb, xdotool, ImageMagick and Debian's mirror. The law:
nothing is mounted or running any more when this ends, however it ends.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SUITE = "bookworm"
USER, HOME, UID = "tester", "/home/집 사람", 1234
SCREENS = ("1366x768", "3840x2160")
WINDOW_SECONDS = 120
END_SECONDS = 15
_SOCKETS = "tmp/.X11-unix"


class TrialError(Exception):
    """Something did not hold."""


def base(kept: Path) -> Path:
    """A fresh Debian, made once."""
    if (kept / "usr/bin/apt-get").exists() and not (kept / "debootstrap").exists():
        return kept
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    command = ["debootstrap", "--variant=minbase", SUITE, str(kept)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return kept


@contextlib.contextmanager
def fresh(kept: Path, work: Path) -> Iterator[Path]:
    """A copy of the fresh Debian with what programs expect mounted; gone at the end."""
    root = work / "root"
    shutil.rmtree(root, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    # One file system: what an interrupted trial left mounted there would be copied without end.
    copying = ["cp", "-a", "--one-file-system", "--reflink=auto", str(kept), str(root)]
    subprocess.run(copying, check=True)
    mounts = [root / "proc", root / "dev/shm", root / _SOCKETS]
    try:
        for place in mounts:
            place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "proc", "proc", str(mounts[0])], check=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(mounts[1])], check=True)
        Path(f"/{_SOCKETS}").mkdir(exist_ok=True)
        subprocess.run(["mount", "--bind", f"/{_SOCKETS}", str(mounts[2])], check=True)
        for name in ("resolv.conf", "hosts"):
            shutil.copy(f"/etc/{name}", root / "etc" / name)
        yield root
    finally:
        for process in _inside(root):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        for place in reversed(mounts):
            subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)
        if not any(place.is_mount() for place in mounts):
            shutil.rmtree(root, ignore_errors=True)


def _inside(root: Path) -> list[int]:
    """The processes that run in the root."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and Path(os.readlink(entry / "root")) == root:  # noqa: PTH115
                found.append(int(entry.name))
    return found


def chroot(root: Path, command: Sequence[str], *, user: bool = False, **env: str) -> list[str]:
    """The command line that runs `command` in the root."""
    who = [f"--userspec={UID}:{UID}"] if user else []
    given = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root", **env}
    if user:
        given["HOME"] = HOME
    return [
        "chroot", *who, str(root), "/usr/bin/env", "-i",
        *(f"{name}={value}" for name, value in given.items()), *command,
    ]  # fmt: skip


def files(root: Path) -> set[str]:
    """Every path in the root but those of the user and what apt keeps for itself."""
    found: set[str] = set()
    for folder, folders, names in os.walk(root):
        inside = "/" + str(Path(folder).relative_to(root)).removeprefix(".")
        if inside in ("/proc", "/sys", "/dev"):
            folders.clear()
            continue
        found |= {f"{inside.rstrip('/')}/{name}" for name in (*folders, *names)}
    return {path for path in found if not path.startswith(("/home/", "/proc/", "/dev/"))}


def install(root: Path, deb: Path) -> None:
    """Install the package with what it depends on."""
    shutil.copy(deb, root / "root" / deb.name)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-qy", "--no-install-recommends", f"/root/{deb.name}"],
    ):
        done = subprocess.run(
            chroot(root, words, **quiet), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise TrialError(f"{' '.join(words)}: {(done.stdout + done.stderr)[-1500:]}")
    (root / HOME[1:]).mkdir(parents=True)
    with (root / "etc/passwd").open("a") as passwd:
        passwd.write(f"{USER}:x:{UID}:{UID}::{HOME}:/bin/sh\n")
    os.chown(root / HOME[1:], UID, UID)


def selftest(root: Path, *words: str) -> None:
    """The installed program's own test, as the user; `words` say which part of it."""
    env = {"QT_QPA_PLATFORM": "offscreen"}
    command = chroot(root, ["/usr/bin/moadesk", "--selftest", *words], user=True, **env)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1200)
    print(done.stdout.strip())
    if done.returncode:
        raise TrialError(f"the self-test ended with {done.returncode}: {done.stderr[-1500:]}")


def screen_of(size: str) -> tuple[subprocess.Popen[bytes], str]:
    """A virtual screen that answers already, and its name; it takes a number that is free.

    Raises:
        TrialError: it did not start.
    """
    told, tells = os.pipe()
    server = ["Xvfb", "-displayfd", str(tells), "-screen", "0", f"{size}x24", "-ac"]
    command = [*server, "-nolisten", "tcp"]
    xvfb = subprocess.Popen(command, stderr=subprocess.DEVNULL, pass_fds=[tells])
    os.close(tells)
    with os.fdopen(told) as number:
        named = number.readline().strip()
    if not named:
        raise TrialError("Xvfb did not start")
    return xvfb, f":{named}"


def window(root: Path, screen: str, picture: Path, **env: str) -> float:
    """Start the window on a screen, take a picture, close it; the seconds until it was there."""
    xvfb, display = screen_of(screen)
    program: subprocess.Popen[bytes] | None = None
    try:
        started = time.monotonic()
        command = chroot(root, ["/usr/bin/moadesk"], user=True, DISPLAY=display, **env)
        program = subprocess.Popen(command)
        search = ["xdotool", "search", "--onlyvisible", "--name", product.TITLE]
        outside = {**os.environ, "DISPLAY": display}

        def shown() -> bool:
            if program is not None and program.poll() is not None:
                raise TrialError(f"the program ended with {program.returncode}")
            found = subprocess.run(search, env=outside, capture_output=True, check=False)
            return bool(found.stdout.strip())

        _until(shown, WINDOW_SECONDS, "no window came")
        seconds = time.monotonic() - started
        time.sleep(3)  # the picture is of a window that has painted itself
        grab = ["import", "-window", "root", str(picture)]
        subprocess.run(grab, env=outside, check=True)
        program.send_signal(signal.SIGTERM)
        _until(lambda: program is not None and program.poll() is not None, END_SECONDS, "it stays")
        return seconds
    finally:
        if program is not None and program.poll() is None:
            program.kill()
            program.wait()
        xvfb.terminate()  # killed, it would leave its socket
        xvfb.wait()


def _until(holds: Callable[[], bool], seconds: float, otherwise: str) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TrialError(otherwise)
        time.sleep(0.05)


def trial(deb: Path, kept: Path, work: Path, pictures: Path, *, quick: bool) -> None:
    """The whole trial; a quick one lets the program only open its pages.

    Raises:
        TrialError: what did not hold.
    """
    with fresh(base(kept), work) as root:
        before = files(root)
        started = time.monotonic()
        install(root, deb)
        print(f"installed in {time.monotonic() - started:.0f} s")
        installed = _said(chroot(root, ["dpkg", "-L", "moadesk"])).split("\n")
        selftest(root, *(("--only", "pages") if quick else ()))
        temporary = {path for path in files(root) if path.startswith("/tmp/")}  # noqa: S108 - a look
        left = temporary - before - {f"/{_SOCKETS}"}
        if left := {path for path in left if not path.startswith(f"/{_SOCKETS}")}:
            raise TrialError(f"temporary files are left: {sorted(left)}")
        for screen in SCREENS:
            picture = pictures / f"deb-{screen}.png"
            scale = {"QT_SCALE_FACTOR": "2"} if screen == SCREENS[1] else {}
            seconds = window(root, screen, picture, **scale)
            print(f"{screen}: the window was there after {seconds:.1f} s; {picture}")
        data = root / HOME[1:] / ".local/share/MoA Desk/moadesk.sqlite3"
        if not data.is_file():
            raise TrialError(f"there is no {data}")
        _said(chroot(root, ["dpkg", "--purge", "moadesk"]))
        if running := _inside(root):
            raise TrialError(f"processes are left: {running}")
        own = [path for path in installed if "moadesk" in path and (root / path[1:]).exists()]
        autostart = [*(root / HOME[1:] / ".config").glob("autostart/*")]
        if own or autostart:
            raise TrialError(f"files are left: {own or autostart}")
        if not data.is_file():
            raise TrialError("the user's data is gone")
        print(f"removed; the data of the user is still there ({data.stat().st_size // 1024} KiB)")


def _said(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> int:
    """Try it; 0 if everything held."""
    parser = argparse.ArgumentParser(description=__doc__)
    packages = product.ROOT / "dist" / "packages"
    parser.add_argument("deb", type=Path, nargs="?")
    parser.add_argument("--base", type=Path, default=product.ROOT / "build" / "debian" / SUITE)
    parser.add_argument("--pictures", type=Path, default=product.ROOT / "build")
    parser.add_argument("--quick", action="store_true", help="of the self-test only the pages")
    args = parser.parse_args()
    deb = args.deb or next(iter(sorted(packages.glob("*.deb"))), None)
    if deb is None:
        print(f"There is no package in {packages}: run dev.py package first.", file=sys.stderr)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):  # a background shell ignores the first
        signal.signal(number, signal.default_int_handler)
    try:
        work = product.ROOT / "build" / "debian"
        trial(deb, args.base, work, args.pictures, quick=args.quick)
    except (TrialError, subprocess.CalledProcessError) as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    print("The package holds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
