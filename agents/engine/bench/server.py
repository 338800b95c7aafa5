"""A third side where it is at hand: llama.cpp's own `llama-server`, with all requests at once.

The one law: it gets what the engine asked llama.cpp for, as far as its options can say it, and the
same tokens; what it is built from is its own, so a ratio with it compares two programs.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx

from agents.engine import native

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from agents.engine.bench.ours import Asked

PROGRAM = "llama-server"
START_SECONDS = 120.0
_ANSWER_SECONDS = 1800.0


def options(program: str, model: Path, asked: Asked, together: int, port: int) -> list[str]:
    """The command line that gives the server what the engine got.

    Args:
        program: path of the server.
        model: the file.
        asked: the engine's own parameters.
        together: requests that run at once.
        port: on loopback.
    """
    lib = native.llama()
    context, mapped = asked.context, asked.model.load_mode != lib.LLAMA_LOAD_MODE_NONE
    plain = context.flash_attn_type == lib.LLAMA_FLASH_ATTN_TYPE_DISABLED
    return [
        program,
        *("--model", str(model), "--host", "127.0.0.1", "--port", str(port)),
        *("--parallel", str(together), "--ctx-size", str(context.n_ctx), "--kv-unified"),
        *("--batch-size", str(context.n_batch), "--ubatch-size", str(context.n_ubatch)),
        *("--threads", str(context.n_threads), "--threads-batch", str(context.n_threads_batch)),
        *("--flash-attn", "off" if plain else "auto"),
        *(() if mapped else ("--no-mmap",)),
        *(() if asked.model.use_extra_bufts else ("--no-repack",)),
    ]


class Served:
    """Greedy completions of a server that speaks OpenAI's API."""

    def __init__(self, address: str) -> None:
        """Talk to the server at `address`."""
        self._client = httpx.Client(base_url=address, timeout=_ANSWER_SECONDS, trust_env=False)

    def ready(self) -> bool:
        """Whether it has loaded its model."""
        try:
            return self._client.get("/health", timeout=5).is_success
        except httpx.HTTPError:
            return False

    def write(self, prompts: Sequence[Sequence[int]], tokens: int) -> int:
        """Answer all prompts at once; how many tokens came.

        Raises:
            httpx.HTTPError: the server failed.
        """
        with ThreadPoolExecutor(len(prompts)) as pool:
            return sum(pool.map(self._one, prompts, itertools.repeat(tokens)))

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _one(self, prompt: Sequence[int], tokens: int) -> int:
        body = {"prompt": list(prompt), "max_tokens": tokens, "temperature": 0.0}
        made = self._client.post("/v1/completions", json=body)
        made.raise_for_status()
        return int(made.json()["usage"]["completion_tokens"])


@contextlib.contextmanager
def serving(model: Path, asked: Asked, together: int) -> Generator[Served | None, None, None]:
    """A running server with the model loaded; None where there is no such program.

    Raises:
        RuntimeError: it did not start.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen(  # noqa: S603 - the user's own program
        options(program, model, asked, together, port),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    served = Served(f"http://127.0.0.1:{port}")
    try:
        end = time.monotonic() + START_SECONDS
        while not served.ready():
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{program} did not start")
            time.sleep(0.1)
        yield served
    finally:
        served.close()
        process.terminate()
        process.wait()
