"""The door to llama.cpp: the library loaded once, its log tamed, its structures guarded.

The one law: a field of a native structure is set through `filled`, which refuses a name the
structure does not have. ctypes takes any attribute silently, so a field that was renamed between
versions would otherwise keep its default unnoticed.

The library is state of the process (one registry of processors, one log function), so loading it
is the one thing here that happens once for everybody. Importing this module loads nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import re
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any, TypeVar

log = logging.getLogger(__name__)
# An aborted prefill is an error to llama.cpp and none to us: it is for a log, not for a terminal.
log.addHandler(logging.NullHandler())

StructureT = TypeVar("StructureT", bound=ctypes.Structure)

# ggml.h: enum ggml_log_level. What llama.cpp tells of its loading is detail to us.
_LEVELS = {1: logging.DEBUG, 2: logging.DEBUG, 3: logging.INFO, 4: logging.WARNING}
_CONTINUED = 5
_MIB = 1 << 20
_ERROR = 4
_LOADED_FROM = "loaded CPU backend from "
_BUFFER = re.compile(r"(\S+) +(?:model|output|KV|RS|compute) buffer size = +([\d.]+) MiB")
_MAPPED = "_Mapped"  # how llama.cpp calls a buffer that is the file itself


class _Library:
    """llama.cpp and what must live as long as it does."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.module: Any = None
        self.log_callback: object = None  # native code holds its address
        self.errors: deque[str] = deque(maxlen=64)
        self.variant = ""
        self.allocated = 0


_library = _Library()


def llama() -> Any:  # noqa: ANN401 - the ctypes module has no useful static types
    """The low-level module `llama_cpp.llama_cpp`, ready to load models. Safe from any thread."""
    with _library.lock:
        if _library.module is None:
            let_threads_sleep()
            from llama_cpp import llama_cpp  # noqa: PLC0415 - native library, loaded when needed

            _library.log_callback = llama_cpp.llama_log_callback(_on_log)
            llama_cpp.llama_log_set(_library.log_callback, None)  # pyright: ignore[reportArgumentType] - NULL
            _load_cpu_variants(llama_cpp)
            llama_cpp.llama_backend_init()
            _library.module = llama_cpp
        return _library.module


def let_threads_sleep() -> None:
    """Have OpenMP threads sleep where they wait for each other; before its library is loaded.

    By default they spin. As soon as another program wants a core, one of them is off its core in
    the middle of a step and the others burn theirs waiting, hundreds of times a token: SmolLM2
    made 0.6 tokens/s beside other work, and 20 to 50 with sleeping threads.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def filled(structure: StructureT, **values: object) -> StructureT:
    """Set fields of a ctypes structure by name.

    Raises:
        AttributeError: the structure has no such field.
    """
    known = {field[0] for field in structure._fields_}
    if unknown := values.keys() - known:
        kind = type(structure).__name__
        raise AttributeError(f"{kind} has no field {', '.join(sorted(unknown))}")
    for name, value in values.items():
        setattr(structure, name, value)
    return structure


def complaint() -> str:
    """What llama.cpp complained about since the last call; empty if it said nothing.

    Of several complaints the first is the cause, the others tell what followed from it.
    """
    errors = list(_library.errors)
    _library.errors.clear()
    return errors[0].partition(": ")[2] or errors[0] if errors else ""


def version() -> str:
    """Of llama-cpp-python, which carries one version of llama.cpp."""
    llama()
    return str(sys.modules["llama_cpp"].__version__)


def allocated() -> int:
    """Bytes of the buffers that llama.cpp made since the last call, mapped files not counted.

    It is only to be had from what llama.cpp says; 0 if it says it in other words one day.
    """
    found, _library.allocated = _library.allocated, 0
    return found


def trim() -> None:
    """Have the C library give freed memory back to the system, where it has to be asked.

    glibc keeps blocks of up to 32 MiB for itself once it has seen such blocks come and go: a
    fifth of a small model stayed after it was freed.
    """
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # musl gives back by itself
            ctypes.CDLL(None).malloc_trim(ctypes.c_size_t(0))


def system_info() -> str:
    """Which variant of llama.cpp runs and what it uses of this processor."""
    text = llama().llama_print_system_info().decode("utf-8", "replace")
    used = [part.split("=")[0].strip() for part in text.split("|") if part.strip().endswith("= 1")]
    variant = f"variant {_library.variant}: " if _library.variant else ""
    return variant + ", ".join(name.removeprefix("CPU : ") for name in used)


def can_repack() -> bool:
    """Whether weights may be repacked for this processor.

    Not where llama.cpp was built with AMX: it would take its AMX layout, and GCC 12 (Debian 12)
    drops most of the tile configuration there, so that the first evaluation ends the process
    with a general protection fault. The library does not tell which compiler made it.
    """
    return b"AMX_INT8 = 1" not in llama().llama_print_system_info()


def _on_log(level: int, text: bytes, _data: object) -> None:
    message = text.decode("utf-8", "replace").strip()
    if level == _ERROR and message:
        _library.errors.append(message)
    if _LOADED_FROM in message:
        _library.variant = Path(message.rpartition(_LOADED_FROM)[2]).stem.removeprefix("lib")
    if (found := _BUFFER.search(message)) and not found[1].endswith(_MAPPED):
        _library.allocated += int(float(found[2]) * _MIB)
    if level != _CONTINUED and message and not sys.is_finalizing():
        log.log(_LEVELS.get(level, logging.DEBUG), "%s", message)


def _load_cpu_variants(module: Any) -> None:  # noqa: ANN401 - as in `llama`
    """Load the variant of ggml that suits this processor, where variants were built.

    A build for every processor puts them into `bin` beside the package, where nothing looks.
    They must register with the very copy of libggml that libllama uses: a second copy, as
    `libggml.so` beside `libggml.so.0` is, has a registry of its own.
    """
    package = Path(module.__file__).parent
    for folder in (package.parent / "bin", package / "lib"):
        if any(folder.glob("*ggml-cpu-*")):
            load = _ggml_of(module, package / "lib").ggml_backend_load_all_from_path
            load.argtypes, load.restype = [ctypes.c_char_p], None
            load(str(folder).encode())
            return


def _ggml_of(module: Any, folder: Path) -> Any:  # noqa: ANN401 - as in `llama`
    if sys.platform == "win32":  # one module of that name is loaded: this finds it
        return ctypes.CDLL(str(folder / "ggml.dll"))
    return module._lib  # noqa: SLF001 - looking up a symbol there searches what libllama links to
