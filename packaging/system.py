"""What the set-up needs of the system: Qt's libraries, a compiler, what PyInstaller takes.

The law: where we may not install, the exact command is said. Standard library only, and readable
to Python 3.8.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import venvs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What Qt's xcb, wayland and offscreen plugins ask the linker for, by the Debian package that
# has it (read off the plugins with `readelf -d`).
QT_LIBRARIES = {
    "libegl1": "libEGL.so.1",
    "libgl1": "libGL.so.1",
    "libx11-6": "libX11.so.6",
    "libx11-xcb1": "libX11-xcb.so.1",
    "libbrotli1": "libbrotlidec.so.1",
    "libdbus-1-3": "libdbus-1.so.3",
    "libfontconfig1": "libfontconfig.so.1",
    "libfreetype6": "libfreetype.so.6",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libgssapi-krb5-2": "libgssapi_krb5.so.2",
    "libwayland-client0": "libwayland-client.so.0",
    "libwayland-cursor0": "libwayland-cursor.so.0",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-randr0": "libxcb-randr.so.0",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-render0": "libxcb-render.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-shm0": "libxcb-shm.so.0",
    "libxcb-sync1": "libxcb-sync.so.1",
    "libxcb-util1": "libxcb-util.so.1",
    "libxcb-xfixes0": "libxcb-xfixes.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
    "libxcb1": "libxcb.so.1",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libxkbcommon0": "libxkbcommon.so.0",
    "zlib1g": "libz.so.1",
    "libzstd1": "libzstd.so.1",
}


def missing_packages(ldconfig: str, wanted: Mapping[str, str]) -> list[str]:
    """The Debian packages whose library `ldconfig -p` does not list."""
    listed = {line.split()[0] for line in ldconfig.splitlines() if "=>" in line}
    return [package for package, library in wanted.items() if library not in listed]


def system_packages(packages: Sequence[str], why: str) -> bool:
    """Install Debian packages if we may; otherwise say how. True if they are there now."""
    root = getattr(os, "geteuid", lambda: 1)() == 0
    sudo = shutil.which("sudo")
    if not shutil.which("apt-get"):
        venvs.say(f"{why}\n  Missing: {' '.join(packages)} (names of Debian packages)")
        return False
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not root and not (
        sudo
        and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        venvs.say(f"{why}\n  Run: sudo {' '.join(install)}")
        return False
    prefix = [] if root else [str(sudo), "-n"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    venvs.say(f"      installing {len(packages)} system packages: {' '.join(packages)}")
    try:
        venvs.quietly([*prefix, *quiet, "apt-get", "update"])
        venvs.quietly([*prefix, *quiet, *install])
    except venvs.SetupError as error:
        venvs.say(f"{error.log}\n{why}\n  Run: sudo {' '.join(install)}")
        return False
    return True


def ldconfig() -> str:
    """The libraries the system's linker knows; empty where that is not how it works."""
    program = shutil.which("ldconfig") or "/sbin/ldconfig"
    if not sys.platform.startswith("linux") or not Path(program).exists():
        return ""
    return subprocess.run([program, "-p"], capture_output=True, text=True, check=False).stdout


def need_qt_libraries() -> None:
    """The libraries PySide6 takes from a Linux system."""
    known = ldconfig()
    missing = missing_packages(known, QT_LIBRARIES) if known else []
    if missing:
        system_packages(missing, "The window needs system libraries that are not installed.")


def compiler() -> str | None:
    """A C++ compiler, as CMake would find it."""
    if os.environ.get("CXX"):
        return os.environ["CXX"]
    if os.name == "nt":
        files = os.environ.get("PROGRAMFILES(X86)", r"C:\Program Files (x86)")
        finder = Path(files) / "Microsoft Visual Studio" / "Installer" / "vswhere.exe"
        if not finder.exists():
            return shutil.which("cl")
        tools = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64"
        command = [str(finder), "-latest", "-products", "*", "-requires", tools]
        command += ["-property", "installationPath"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return next(filter(None, map(shutil.which, ("c++", "g++", "clang++"))), None)


def need_compiler() -> None:
    """A C++ compiler, or a sentence."""
    if compiler():
        return
    why = "llama.cpp has to be built here, and there is no C++ compiler."
    if shutil.which("apt-get") and system_packages(["g++"], why) and compiler():
        return
    raise venvs.SetupError(
        f"{why} "
        + {
            "win32": "Install the “Visual Studio Build Tools” with “Desktop development with C++”.",
            "darwin": "Run: xcode-select --install",
        }.get(
            sys.platform, "Install g++ (Debian, Ubuntu: sudo apt-get install g++) and start again."
        )
    )


def need_freezing_tools() -> None:
    """What PyInstaller takes from a Linux system: libpython as a shared library, and objdump."""
    if not sys.platform.startswith("linux"):
        return
    if not shutil.which("objdump"):
        system_packages(["binutils"], "PyInstaller needs objdump.")
    library = str(sysconfig.get_config_var("INSTSONAME") or "")
    folders = (sysconfig.get_config_var("LIBDIR"), Path(sys.base_prefix) / "lib")
    if ".so" in library and any((Path(str(folder)) / library).exists() for folder in folders):
        return
    why = "PyInstaller needs Python as a shared library."
    package = f"libpython{sys.version_info[0]}.{sys.version_info[1]}"
    if not (sys.base_prefix == "/usr" and system_packages([package], why)):
        raise venvs.SetupError(
            f"{why} This Python ({sys.base_prefix}) has none: "
            f"install {package}, or use a Python that was built with --enable-shared."
        )
