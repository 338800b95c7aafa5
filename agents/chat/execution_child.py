"""The inside of the sandbox: takes everything away from its own process, then runs a program.

The one law: standard library only, and alone: it is started as a file by `execution`, never
imported. It says which locks hold after it has tried them, and nothing runs if a promised one
does not.

Linux: resource limits, Landlock (files), seccomp (network, other processes). Elsewhere: whatever
resource limits the system has. Nothing here needs a privilege.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import socket
import struct
import sys
import traceback
from pathlib import Path

LOCKS_FAILED = 113
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2  # prctl
_LANDLOCK = (444, 445, 446)  # create, add a rule, restrict
_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_FILE_BITS = _EXECUTE | _WRITE | _READ | (1 << 14)  # what may be said of a file
# By version of Landlock: 1: all of making and removing; 2: moving; 3: cutting; 5: devices.
_ALL_BITS = ((1 << 13) - 1, (1 << 14) - 1, (1 << 15) - 1, (1 << 15) - 1, (1 << 16) - 1)
_NETWORK_BITS = 0b11  # binding and connecting, from version 4
_ALLOW, _DENY, _MISSING = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38  # EPERM, ENOSYS
_CLONE_THREAD = 0x10000
# Numbers of system calls: x86-64, arm64. What reaches other processes, the network, or out of here.
_CALLS = {
    "x86_64": (
        0xC000003E,
        {"clone": 56, "clone3": 435},
        (
            41, 42, 43, 44, 45, 46, 47, 49, 50, 53, 288, 299, 307,  # sockets
            57, 58, 59, 322,  # fork, vfork, execve, execveat
            62, 200, 234, 129, 297, 424, 434, 438,  # signals to others, their descriptors
            101, 310, 311, 312,  # reading or writing other processes
            109, 112,  # leaving the group
            155, 161, 165, 166, 167, 168, 169, 175, 176, 246, 272, 308, 313, 320, 321, 323,
            29, 30, 31, 64, 65, 66, 68, 69, 70, 71, 240,  # shared memory, queues
            302, 160, 141, 203, 251,  # limits and priorities, others' too
            248, 249, 250, 298, 425, 426, 427, 428, 429, 430, 431, 432, 442,
        ),
    ),
    "aarch64": (
        0xC00000B7,
        {"clone": 220, "clone3": 435},
        (
            198, 199, 200, 201, 202, 203, 206, 207, 211, 212, 242, 243, 269,
            221, 281,
            129, 130, 131, 138, 240, 424, 434, 438,
            117, 270, 271, 272,
            154, 157,
            39, 40, 41, 51, 97, 104, 105, 106, 142, 224, 225, 268, 273, 280, 282,
            186, 190, 193, 194, 197, 180,
            261, 164, 140, 122, 30,
            217, 218, 219, 241, 425, 426, 427, 428, 429, 430, 431, 432, 442,
        ),
    ),
}  # fmt: skip


def main() -> None:
    """Lock, try the locks, say so, run."""
    folder, limits = Path(sys.argv[1]), json.loads(sys.argv[2])
    own = folder / "own"
    program = (folder / "program.py").read_text("utf-8")
    limit(limits)
    timed = limited()
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        confine(libc, own)
        silence(libc)
    held = [*tried(own, folder), *(["processor"] if timed else [])]
    # The first line is for who started us. A program that prints the same says it too late.
    print("moadesk-locks", *held, flush=True)
    if set(limits["promised"]) - set(held):
        os._exit(LOCKS_FAILED)
    sys.argv = ["program.py"]
    run(program)


def run(program: str) -> None:
    """Run it as a main program; its errors are shown without our part in them."""
    names = {"__name__": "__main__", "__builtins__": __builtins__}
    try:
        exec(compile(program, "program.py", "exec"), names)  # noqa: S102 - what this is for
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - shown as Python would, and it is the end
        sys.stdout.flush()
        within = error.__traceback__.tb_next if error.__traceback__ else None
        traceback.print_exception(type(error), error, within)
        sys.stderr.flush()
        os._exit(1)


def limit(limits: dict[str, int]) -> None:
    """Seconds of the processor, addresses, size of files; no core dump, few open files."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    for name, most in (
        ("RLIMIT_CPU", limits["cpu"]),
        ("RLIMIT_AS", limits["memory"]),
        ("RLIMIT_FSIZE", limits["files"]),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 64),
    ):
        kind = getattr(resource, name, None)
        if kind is not None:
            try:
                resource.setrlimit(kind, (most, most))
            except (ValueError, OSError):
                pass  # what holds is found out by trying


def confine(libc: ctypes.CDLL, own: Path) -> None:
    """Landlock: write in `own` only, read there and in the interpreter and the system's libraries."""
    version = libc.syscall(_LANDLOCK[0], None, 0, 1)
    if version < 1:
        return
    bits = _ALL_BITS[min(version, len(_ALL_BITS)) - 1]
    network = _NETWORK_BITS if version >= 4 else 0
    attributes = struct.pack("QQ", bits, network)
    size = 16 if version >= 4 else 8
    rules = libc.syscall(_LANDLOCK[0], attributes, size, 0)
    if rules < 0:
        return
    reading = bits & (_EXECUTE | _READ | _LIST)
    for path in {*map(Path, readable()), Path("/dev/null"), Path("/dev/urandom")}:
        _allow(libc, rules, path, reading)
    _allow(libc, rules, own, bits & ~_EXECUTE)
    libc.syscall(_LANDLOCK[2], rules, 0)
    os.close(rules)


def readable() -> list[str]:
    """What a program of the standard library has to read."""
    ours = [sys.base_prefix, sys.prefix, *sys.path]
    system = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache"]
    return [path for path in [*ours, *system, "/etc/localtime"] if path and path != "/"]


def _allow(libc: ctypes.CDLL, rules: int, path: Path, bits: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not path.is_dir():
        bits &= _FILE_BITS
    libc.syscall(_LANDLOCK[1], rules, 1, struct.pack("=QI", bits, handle), 0)
    os.close(handle)


def silence(libc: ctypes.CDLL) -> None:
    """seccomp: no sockets, no other process, no way to reach one. Threads of our own are free."""
    known = _CALLS.get(platform.machine())
    if known is None:
        return
    machine, own, calls = known
    load, equal, greater, test, end = 0x20, 0x15, 0x35, 0x45, 0x06
    body = [
        (load, 0, 0, 4),  # which machine's calls
        (equal, 1, 0, machine),
        (end, 0, 0, _DENY),
        (load, 0, 0, 0),  # which call
        (greater, 0, 1, 0x40000000),  # calls of a second numbering
        (end, 0, 0, _DENY),
        (equal, 0, 1, own["clone3"]),  # its flags cannot be looked at: the C library falls back
        (end, 0, 0, _MISSING),
        (equal, 0, 4, own["clone"]),
        (load, 0, 0, 16),
        (test, 1, 0, _CLONE_THREAD),
        (end, 0, 0, _DENY),
        (end, 0, 0, _ALLOW),
    ]
    for call in calls:
        body += [(equal, 0, 1, call), (end, 0, 0, _DENY)]
    body.append((end, 0, 0, _ALLOW))
    packed = b"".join(struct.pack("HBBI", *one) for one in body)
    kept = ctypes.create_string_buffer(packed)
    program = struct.pack("HxxxxxxP", len(body), ctypes.addressof(kept))
    libc.prctl(_SECCOMP, _FILTER, ctypes.c_char_p(program), 0, 0)


def tried(own: Path, folder: Path) -> list[str]:
    """Which locks hold."""
    found = {
        "network": not _works(_connect),
        "writing": not _works(lambda: _write(folder / "outside"))
        and _works(lambda: _write(own / "in")),
        "reading": not _works(lambda: _look(folder / "program.py")),
        "processes": hasattr(os, "fork") and not _works(_fork),
        "memory": not _works(_reserve),
    }
    return [name for name, holds in found.items() if holds]


def _works(what: object) -> bool:
    try:
        what()  # type: ignore[operator]
    except (OSError, MemoryError, OverflowError, ValueError):
        return False
    return True


def _connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.connect(("127.0.0.1", 9))


def _write(path: Path) -> None:
    path.write_bytes(b"x")
    path.unlink()


def _look(path: Path) -> None:
    path.read_bytes()


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _reserve() -> None:
    import mmap  # noqa: PLC0415 - only here

    mmap.mmap(-1, 4 << 30).close()


def limited() -> bool:
    """Whether seconds of the processor are counted. Asked before the means to ask are gone."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return False
    return resource.getrlimit(resource.RLIMIT_CPU)[0] != resource.RLIM_INFINITY


if __name__ == "__main__":
    main()
