#!/usr/bin/env python3
"""Set up and run, set up and test. Standard library only; Linux, macOS and Windows.

    python3 packaging/dev.py run [-- ARGS]       the window, or the demo where there is no display
    python3 packaging/dev.py test [-- ARGS]      format, lint, types, layers, licences, tests
    python3 packaging/dev.py test --extra gliner the parity tests that need PyTorch
    python3 packaging/dev.py freeze              the frozen folder, and its self-test
    python3 packaging/dev.py package             that folder for every CPU, and its installers
    python3 packaging/dev.py lock [--upgrade]    the lock files anew

The law: everything that is installed is named with its hash in `packaging/lock`, and nothing is
done twice. Two exceptions, because their files differ by machine: the prebuilt llama.cpp of the
project's wheel index (version pinned, tried first), and PyTorch (version pinned, parity tests
only). What is done is written into the environment after it is done, so an interrupted set-up
goes on, and a half-made environment is made again.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import importlib.util
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "lock"
OLDEST, TOO_NEW = (3, 11), (3, 15)  # what the locked packages have files for
STAMP = "moadesk-setup.json"
TORCH = "2.13.0"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"  # the public index has GPU builds for Linux
WHEEL_INDEX = "https://abetlen.github.io/llama-cpp-python/whl/cpu"
# What is shipped: one library for each kind of processor, and the one that suits is loaded.
EVERY_CPU = "-DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON"
PROBE_SECONDS = 4
INTERRUPTED = 130
LOADS = """
import ctypes, os, sys
if os.name == "nt":
    os.add_dll_directory(os.path.dirname(sys.argv[1]))
ctypes.CDLL(sys.argv[1])
"""

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


class SetupError(Exception):
    """What is wrong and what to do, for the person at the keyboard."""

    def __init__(self, sentence: str, log: str = "") -> None:
        super().__init__(sentence)
        self.log = log  # the end of what the failed program said


class Step(NamedTuple):
    """One thing that is done once; `digest` changes when it has to be done anew."""

    name: str
    digest: str
    run: Callable[[], None]


class Venv(NamedTuple):
    """A virtual environment of ours."""

    folder: Path

    @property
    def scripts(self) -> Path:
        """Where its programs are."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.scripts / ("python.exe" if os.name == "nt" else "python")

    @property
    def stamp(self) -> Path:
        """What was done in it."""
        return self.folder / STAMP


# -- Small parts that decide -------------------------------------------------------------------


def refusal(version: Sequence[int], which: Callable[[str], str | None] = shutil.which) -> str:
    """Why this Python cannot be used, or nothing."""
    if OLDEST <= tuple(version[:2]) < TOO_NEW:
        return ""
    found = ".".join(str(part) for part in version[:2])
    wanted = f"{OLDEST[0]}.{OLDEST[1]} to {TOO_NEW[0]}.{TOO_NEW[1] - 1}"
    for minor in range(TOO_NEW[1] - 1, OLDEST[1] - 1, -1):
        if which(f"python3.{minor}"):
            return (
                f"This is Python {found}; MoA Desk needs {wanted}. Start it with python3.{minor}."
            )
    return f"This is Python {found}; MoA Desk needs {wanted}. Install one from https://python.org."


def digest(*parts: str | Path) -> str:
    """One fingerprint of texts and of files' contents."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        whole.update(hashlib.sha256(content).digest())
    return whole.hexdigest()


def interpreter() -> str:
    """What an environment is bound to: another Python makes it anew."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return f"{sys.implementation.name} {version} {platform.machine()} {sys.base_prefix}"


def read_stamp(venv: Venv) -> dict[str, str]:
    """The steps that were done in the environment, with their digests; empty if it is unusable."""
    if not venv.python.exists():
        return {}
    try:
        done = json.loads(venv.stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(done, dict) or not all(isinstance(value, str) for value in done.values()):
        return {}
    return done


def write_stamp(venv: Venv, done: Mapping[str, str]) -> None:
    """Replace the stamp at once, or not at all."""
    draft = venv.stamp.with_suffix(".new")
    draft.write_text(json.dumps(done, indent=1), "utf-8")
    draft.replace(venv.stamp)


def obstacle(done: Mapping[str, str], steps: Sequence[Step]) -> str:
    """Why an environment cannot be completed as it is, or nothing.

    After a change of the lock files, packages that are no longer wanted would stay in it.
    """
    if not done or "running" in done:
        return "its set-up was interrupted"
    if done.get("python") != interpreter():
        return "it was made with another Python"
    fixed = {step.name: step.digest for step in steps if step.name != "project"}
    if any(done[name] != value for name, value in fixed.items() if name in done):
        return "the lock files have changed"
    return ""


def has_display(env: Mapping[str, str], system: str) -> bool:
    """Whether a window can be shown."""
    if system in ("win32", "darwin"):
        return True
    return bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def run_arguments(given: Sequence[str], *, display: bool) -> list[str]:
    """What `moadesk` is started with: what was asked, else the window, else the demo."""
    return list(given) or ([] if display else ["demo"])


def missing_packages(ldconfig: str, wanted: Mapping[str, str]) -> list[str]:
    """The Debian packages whose library `ldconfig -p` does not list."""
    listed = {line.split()[0] for line in ldconfig.splitlines() if "=>" in line}
    return [package for package, library in wanted.items() if library not in listed]


def wheel_index(env: Mapping[str, str]) -> str:
    """Where prebuilt llama.cpp wheels are; empty if that was switched off."""
    value = env.get("MOADESK_WHEEL_INDEX", WHEEL_INDEX).strip()
    return "" if value.lower() in ("", "0", "no", "none", "off") else value.rstrip("/")


def locked(package: str, file: Path) -> str:
    """The version of `package` in a lock file."""
    found = re.search(rf"^{re.escape(package)}==(\S+)", file.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise SetupError(f"{package} is not in {file}. Run: python3 packaging/dev.py lock")
    return found[1]


def cache_folder(env: Mapping[str, str], system: str, home: Path) -> Path:
    """Where built wheels are kept for the next environment."""
    if system == "win32":
        base = Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif system == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(env.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "moadesk-setup"


# -- Running things ----------------------------------------------------------------------------


def child_env(**more: str) -> dict[str, str]:
    """The environment for what we start: nobody's PYTHONPATH, pip without questions."""
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME")
    }
    return {**env, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", **more}


def quietly(command: Sequence[str | Path], **more: str) -> None:
    """Run with the elapsed time as progress; the end of its output is kept if it fails.

    What we start is a group of its own that ends with us. It also inherits the lock of `alone`:
    if we are killed, the next set-up waits until the last of it has ended.
    """
    words = [str(word) for word in command]
    posix = os.name != "nt"
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env=child_env(**more),
            start_new_session=posix,
            close_fds=not posix,
        )
        try:
            _wait(process)
        except BaseException:
            if posix:
                os.killpg(process.pid, signal.SIGTERM)
            else:
                process.terminate()
            process.wait()
            raise
        if process.returncode:
            log.seek(0)
            lines = [line[:200] for line in log.read().decode("utf-8", "replace").splitlines()]
            raise SetupError(f"This failed: {' '.join(words)}", "\n".join(lines[-40:]))


def pip(venv: Venv, *words: str | Path, **more: str) -> None:
    """Run the pip of an environment."""
    quietly([venv.python, "-m", "pip", *words], **more)


def _wait(process: subprocess.Popen[bytes]) -> None:
    started = time.monotonic()
    terminal = sys.stdout.isatty()
    pause = 1 if terminal else 30
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(pause)
            break
        elapsed = f"{time.monotonic() - started:.0f} s"
        print(
            f"\r      {elapsed} " if terminal else f"      … {elapsed}",
            end="" if terminal else "\n",
        )
        sys.stdout.flush()
    if terminal:
        print("\r", end="")


def say(text: str) -> None:
    """A line that is seen at once."""
    print(text, flush=True)


@contextlib.contextmanager
def alone(venv: Venv) -> Iterator[None]:
    """Only one set-up of an environment at a time; the system frees the lock when we end."""
    place = venv.folder.parent / "build"
    place.mkdir(exist_ok=True)
    with (place / f"{venv.folder.name}.lock").open("w") as file:
        if os.name == "nt":
            import msvcrt  # noqa: PLC0415 - Windows alone has it

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - Windows has none

            os.set_inheritable(file.fileno(), True)  # noqa: FBT003 - the only argument
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"Another set-up of {venv.folder.name} is running; waiting for it.")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


# -- What the system must have -----------------------------------------------------------------


def system_packages(packages: Sequence[str], why: str) -> bool:
    """Install Debian packages if we may; otherwise say how. True if they are there now."""
    root = getattr(os, "geteuid", lambda: 1)() == 0
    sudo = shutil.which("sudo")
    if not shutil.which("apt-get"):
        say(f"{why}\n  Missing: {' '.join(packages)} (names of Debian packages)")
        return False
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not root and not (
        sudo
        and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        say(f"{why}\n  Run: sudo {' '.join(install)}")
        return False
    prefix = [] if root else [str(sudo), "-n"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    say(f"      installing {len(packages)} system packages: {' '.join(packages)}")
    try:
        quietly([*prefix, *quiet, "apt-get", "update"])
        quietly([*prefix, *quiet, *install])
    except SetupError as error:
        say(f"{error.log}\n{why}\n  Run: sudo {' '.join(install)}")
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
    raise SetupError(
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
        raise SetupError(
            f"{why} This Python ({sys.base_prefix}) has none: "
            f"install {package}, or use a Python that was built with --enable-shared."
        )


# -- Making an environment ---------------------------------------------------------------------


def create(venv: Venv) -> None:
    """A new environment with the locked pip and setuptools."""
    setup = LOCK / "setup.txt"
    words = ("install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", setup)
    with tempfile.TemporaryDirectory() as folder:
        wheel = None if _has_ensurepip() else _pip_or_ensurepip(Path(folder), setup)
        if wheel is None:
            quietly([sys.executable, "-m", "venv", venv.folder])
            pip(venv, *words)
        else:
            quietly([sys.executable, "-m", "venv", "--without-pip", venv.folder])
            quietly([venv.python, wheel / "pip", *words])


def _has_ensurepip() -> bool:
    """Whether Python can give a new environment its pip; Debian splits that off."""
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def _pip_or_ensurepip(folder: Path, setup: Path) -> Path | None:
    """The locked pip itself or, where it cannot be fetched, Debian's package with ensurepip."""
    try:
        return _fetch_pip(folder, setup)
    except SetupError as error:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if system_packages([package], str(error)) and _has_ensurepip():
            return None
        raise


def _fetch_pip(folder: Path, setup: Path) -> Path:
    """The wheel of pip that the lock names, from the public index, checked against its hash."""
    name = f"pip-{locked('pip', setup)}-py3-none-any.whl"
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
    try:
        page = urllib.request.Request(  # noqa: S310 - an https index
            f"{index}/pip/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
        )
        with urllib.request.urlopen(page, timeout=30) as answer:  # noqa: S310 - likewise
            files = json.load(answer)["files"]
        url = next(file["url"] for file in files if file["filename"] == name)
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - likewise
            content: bytes = answer.read()
    except (OSError, ValueError, KeyError, StopIteration) as error:
        raise SetupError(
            f"This Python has no ensurepip (Debian has it in a package of its own, "
            f"python3-venv), and {name} could not be fetched: {error}"
        ) from error
    if hashlib.sha256(content).hexdigest() not in setup.read_text("utf-8"):
        raise SetupError(f"{name} from {index} is not the file that was locked.")
    wheel = folder / name
    wheel.write_bytes(content)
    return wheel


def install(venv: Venv, *files: str) -> None:
    """Install lock files, each package checked against its hash."""
    named = [word for file in files for word in ("-r", LOCK / f"{file}.txt")]
    pip(venv, "install", "--require-hashes", "--no-deps", "--no-build-isolation", *named)


def install_llama(venv: Venv, *, every_cpu: bool = False) -> None:
    """Install llama.cpp from the wheel that this machine has or now gets."""
    wheel = llama_wheel(venv, every_cpu=every_cpu)
    pip(venv, "install", "--no-deps", "--no-index", "--force-reinstall", wheel)


def install_project(venv: Venv) -> None:
    """Make this source tree importable, with its version and its `moadesk` command."""
    pip(venv, "install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", ".")


def install_torch(venv: Venv) -> None:
    """PyTorch, and what its build for this machine needs beyond the lock."""
    cpu_only = sys.platform.startswith("linux") and reachable(TORCH_INDEX + "/torch/")
    index = ["--extra-index-url", TORCH_INDEX] if cpu_only else []
    try:
        pip(venv, "install", f"torch=={TORCH}", *index)
    except SetupError as error:
        machine = f"{sys.platform} {platform.machine()}, Python {platform.python_version()}"
        raise SetupError(
            f"PyTorch {TORCH} could not be installed on this machine ({machine}). "
            "The parity tests need exactly it; everything else works without.",
            error.log,
        ) from error


def llama_wheel(venv: Venv, *, every_cpu: bool = False) -> Path:
    """The wheel of llama.cpp: kept, else prebuilt for this machine, else built now, once."""
    options = build_options(os.environ, platform.machine(), every_cpu=every_cpu)
    key = digest(LOCK / "llama.txt", sysconfig.get_platform(), options)[:16]
    kept = cache_folder(os.environ, sys.platform, Path.home()) / key
    for wheel in kept.glob("llama_cpp_python-*.whl"):
        return wheel
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept) as folder:
        work = Path(folder)
        if every_cpu or "CMAKE_ARGS" in os.environ or not _prebuilt(venv, work):
            _build_llama(work, options)
        (made,) = work.glob("llama_cpp_python-*.whl")
        return made.replace(kept / made.name)


def build_options(environ: Mapping[str, str], machine: str, *, every_cpu: bool = False) -> str:
    """What CMake is told where llama.cpp is built here: the user's own words, or ours.

    On x86-64 the build is for every processor with AVX2 and not for this very one: GCC 12
    makes wrong code for AMX, so that a build for the newest Xeons crashes at the first token,
    and one home folder may serve several machines.

    What is shipped carries every variant, whatever else the user's words ask for.
    """
    if every_cpu:
        return f"{environ.get('CMAKE_ARGS', '')} {EVERY_CPU}".strip()
    portable = "-DGGML_NATIVE=OFF" if machine.lower() in ("x86_64", "amd64") else ""
    return environ.get("CMAKE_ARGS", portable)


def reachable(url: str) -> bool:
    """Whether a page answers within a few seconds."""
    try:
        with urllib.request.urlopen(url, timeout=PROBE_SECONDS):  # noqa: S310 - our own addresses
            return True
    except (OSError, ValueError):
        return False


def _prebuilt(venv: Venv, work: Path) -> bool:
    """Fetch the wheel of the project's index, if it is there and loads on this machine."""
    index = wheel_index(os.environ)
    page = index if Path(index).is_dir() else f"{index}/llama-cpp-python/"
    if not index or not (Path(page).is_dir() or reachable(page)):
        return False
    pinned = f"llama-cpp-python=={locked('llama-cpp-python', LOCK / 'llama.txt')}"
    where = ("--no-index", "--find-links", page, "--only-binary", ":all:", "--dest", work)
    try:
        pip(venv, "download", "--no-deps", *where, pinned)
        (wheel,) = work.glob("*.whl")
        shutil.unpack_archive(wheel, work / "trial", "zip")
        library = next((work / "trial").glob("llama_cpp/lib/*llama.*"))
        quietly([venv.python, "-c", LOADS, library])
    except (SetupError, StopIteration, ValueError):
        say("      no prebuilt llama.cpp fits this machine")
        for wheel in work.glob("*.whl"):
            wheel.unlink()
        return False
    return True


def _build_llama(work: Path, options: str) -> None:
    """Build from the locked source.

    pip's own cache does not know what CMake was told, so it serves only where nothing was.
    """
    minutes = 12 if EVERY_CPU in options else 5
    say(f"      building llama.cpp, once ({minutes} minutes on 2 cores)")
    need_compiler()
    tools = Venv(work / "tools")
    create(tools)
    install(tools, "native")
    words = ["--require-hashes", "--no-deps", "--no-build-isolation", "--wheel-dir", work]
    words += ["--no-cache-dir"] if options else []
    path = os.pathsep.join((str(tools.scripts), os.environ.get("PATH", "")))
    pip(tools, "wheel", *words, "-r", LOCK / "llama.txt", PATH=path, CMAKE_ARGS=options)


def steps_for(venv: Venv, purpose: str) -> list[Step]:
    """What an environment for `purpose` (run, test, gliner, freeze, package) is made of."""

    def packages(name: str, *files: str) -> Step:
        locks = [LOCK / f"{file}.txt" for file in files]
        return Step(name, digest(*locks), lambda: install(venv, *files))

    every_cpu = purpose == "package"
    options = build_options(os.environ, platform.machine(), every_cpu=every_cpu)
    made_of = digest(LOCK / "llama.txt", options)
    llama = Step("llama.cpp", made_of, lambda: install_llama(venv, every_cpu=every_cpu))
    project = Step("project", digest(_project_part()), lambda: install_project(venv))
    if purpose == "gliner":
        torch = Step("PyTorch", digest(TORCH), lambda: install_torch(venv))
        return [llama, packages("gliner packages", "gliner"), torch, project]
    steps = [llama, packages("packages", "base", "starter"), project]
    if purpose == "test":
        steps.append(packages("development tools", "dev"))
    if purpose in ("freeze", "package"):
        steps.append(packages("PyInstaller", "freeze"))
    return steps


def _project_part() -> str:
    """The part of pyproject.toml that installing the project depends on."""
    import tomllib  # noqa: PLC0415 - only Python 3.11 and newer have it

    whole = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    tool = whole["tool"]["setuptools"]
    return json.dumps([str(ROOT), whole["project"], whole["build-system"], tool], sort_keys=True)


def prepare(purpose: str) -> Venv:
    """The environment for `purpose`, complete; does only what is not done yet."""
    name = ".venv" if purpose in ("run", "test") else f".venv-{purpose}"
    venv = Venv(ROOT / name)
    steps = steps_for(venv, purpose)
    if not _undone(venv, steps):
        return venv
    with alone(venv):
        started = time.monotonic()
        done = read_stamp(venv)
        problem = obstacle(done, steps)
        if problem:
            make_again(venv, problem)
            done = {"python": interpreter()}
            write_stamp(venv, done)
        todo = [step for step in steps if done.get(step.name) != step.digest]
        for number, step in enumerate(todo, 1):
            say(f"[{number}/{len(todo)}] {step.name}")
            write_stamp(venv, {**done, "running": step.name})
            try:
                step.run()
                done[step.name] = step.digest
            except SetupError:  # an orderly end: pip left nothing half made
                write_stamp(venv, done)
                raise
            write_stamp(venv, done)
        say(f"{name} is ready ({time.monotonic() - started:.0f} s).")
    return venv


def make_again(venv: Venv, problem: str) -> None:
    """A new environment in place of one of ours; one that somebody else made is kept beside it."""
    if venv.stamp.exists():
        say(f"Making {venv.folder.name} again: {problem}.")
        shutil.rmtree(venv.folder)
    elif venv.folder.exists():
        kept = venv.folder.with_name(f"{venv.folder.name}-before-{time.strftime('%Y%m%d-%H%M%S')}")
        venv.folder.rename(kept)
        say(f"Making {venv.folder.name}; the one that was there is kept as {kept.name}.")
    else:
        say(f"Making {venv.folder.name}")
    venv.folder.mkdir()
    write_stamp(venv, {"running": "environment"})  # from now on it is known as ours
    create(venv)


def _undone(venv: Venv, steps: Sequence[Step]) -> bool:
    done = read_stamp(venv)
    return bool(obstacle(done, steps)) or any(done.get(step.name) != step.digest for step in steps)


# -- The commands ------------------------------------------------------------------------------


def run(arguments: Sequence[str]) -> int:
    """Set up and start `moadesk`."""
    need_qt_libraries()
    venv = prepare("run")
    chosen = run_arguments(arguments, display=has_display(os.environ, sys.platform))
    command = [str(venv.python), "-m", "app", *chosen]
    env = child_env(PYTHONSAFEPATH="1")
    if os.name != "nt":
        os.execve(command[0], command, env)  # noqa: S606 - signals and exit code reach the right one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.run(command, env=env, check=False).returncode


def checks(venv: Venv, arguments: Sequence[str]) -> list[tuple[str, list[str]]]:
    """What `test` runs, in order, by its name."""
    python = str(venv.python)
    lint_imports = str(venv.scripts / ("lint-imports.exe" if os.name == "nt" else "lint-imports"))
    return [
        ("format", [python, "-m", "ruff", "format", "--check", "."]),
        ("lint", [python, "-m", "ruff", "check", "."]),
        ("types", [python, "-m", "basedpyright"]),
        ("layers", [lint_imports]),
        ("licences", [python, str(ROOT / "packaging" / "licences.py")]),
        ("tests", [python, "-m", "pytest", "-m", "not gliner", *arguments]),
    ]


def parity_checks(venv: Venv, arguments: Sequence[str]) -> list[tuple[str, list[str]]]:
    """What `test --extra gliner` runs."""
    tests = [str(venv.python), "-m", "pytest", "-m", "gliner", "tests/entities", *arguments]
    return [("parity tests", tests)]


def check_all(named: Sequence[tuple[str, Sequence[str]]]) -> int:
    """Run every check, whatever fails, and sum up; 0 if all passed."""
    lines, failed = [], 0
    for name, command in named:
        say(f"== {name}")
        started = time.monotonic()
        env = child_env(QT_QPA_PLATFORM="offscreen")
        code = subprocess.run(list(command), cwd=ROOT, env=env, check=False).returncode
        failed += code != 0
        lines.append(
            f"{'ok    ' if code == 0 else 'FAILED'} {name} ({time.monotonic() - started:.0f} s)"
        )
        say(lines[-1])
    if len(lines) > 1:
        say("\n" + "\n".join(lines))
    return 1 if failed else 0


def test(arguments: Sequence[str], extra: str | None) -> int:
    """Set up and check everything; with the extra, only the tests that need it."""
    need_qt_libraries()
    if extra:
        return check_all(parity_checks(prepare(extra), arguments))
    return check_all(checks(prepare("test"), arguments))


def freeze() -> int:
    """Build the frozen folder and let it test itself."""
    need_qt_libraries()
    need_freezing_tools()
    venv = prepare("freeze")
    command = [str(venv.python), str(ROOT / "packaging" / "freeze.py")]
    return subprocess.run(command, cwd=ROOT, env=child_env(), check=False).returncode


def package(arguments: Sequence[str]) -> int:
    """The frozen folder with llama.cpp for every CPU, and this system's installers of it."""
    need_qt_libraries()
    need_freezing_tools()
    venv = prepare("package")
    command = [str(venv.python), str(ROOT / "packaging" / "package.py"), *arguments]
    return subprocess.run(command, cwd=ROOT, env=child_env(), check=False).returncode


def lock(arguments: Sequence[str]) -> int:
    """Resolve the dependencies anew, with uv in an environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        venv = Venv(Path(folder) / "uv")
        create(venv)
        pip(venv, "install", "uv")
        command = [venv.python, ROOT / "packaging" / "lock.py", "--torch", TORCH, *arguments]
        return subprocess.run(
            [str(word) for word in command], env=child_env(), check=False
        ).returncode


def split_arguments(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our own arguments, and those after `--`."""
    if "--" not in words:
        return list(words), []
    place = list(words).index("--")
    return list(words[:place]), list(words[place + 1 :])


def parser() -> argparse.ArgumentParser:
    """The commands."""
    top = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="set up and run; `-- ARGS` go to moadesk")
    tests = commands.add_parser("test", help="set up and test; `-- ARGS` go to pytest")
    tests.add_argument("--extra", choices=["gliner"], help="only the tests that need this extra")
    commands.add_parser("freeze", help="build the frozen folder and run its self-test")
    commands.add_parser("package", help="build the installers; `-- ARGS` go to package.py")
    locking = commands.add_parser("lock", help="resolve the dependencies anew")
    locking.add_argument("--upgrade", action="store_true", help="take the newest versions")
    return top


def _stopped(_number: int, _frame: object) -> None:
    """Being told to end is the same as Ctrl-C."""
    raise KeyboardInterrupt


def main(words: Sequence[str]) -> int:
    """One command; returns the exit code."""
    problem = refusal(sys.version_info)
    if problem:
        print(problem, file=sys.stderr)
        return 1
    for stream in (sys.stdout, sys.stderr):  # a console that lacks a character still shows the rest
        stream.reconfigure(errors="replace")
    own, passed_on = split_arguments(words)
    args = parser().parse_args(own)
    signal.signal(signal.SIGTERM, _stopped)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell ignores it
    commands: dict[str, Callable[[], int]] = {
        "run": lambda: run(passed_on),
        "test": lambda: test(passed_on, args.extra),
        "freeze": freeze,
        "package": lambda: package(passed_on),
        "lock": lambda: lock(["--upgrade"] if args.upgrade else []),
    }
    try:
        return commands[args.command]()
    except SetupError as error:
        print(f"{error.log}\n{error}".strip(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The next start goes on from here.", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
