"""Opening a checked model file with llama.cpp: its weights, then a context with N sequences.

The one law: every parameter that matters is set here by name; what llama.cpp refuses becomes a
sentence, and nothing it half made is left behind.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from agents.base import UserError
from agents.engine import mapped, native

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.engine.weights import Plan, WeightsInfo


def model(info: WeightsInfo, *, repack: bool, go_on: Callable[[], bool]) -> Any:  # noqa: ANN401 - a pointer
    """Load the weights; takes seconds.

    Raises:
        UserError: model.damaged: llama.cpp refuses them, or `go_on` was False.
    """
    native.complaint()
    lib = native.llama()

    def report(_done: float, _data: object) -> bool:
        return go_on()

    callback = lib.llama_progress_callback(report)
    params = native.filled(
        lib.llama_model_default_params(),
        n_gpu_layers=0,
        # Weights are copied from the mapped file, several times as quickly as by reading it, where
        # its pages can be given back afterwards: no second copy of them may stay.
        load_mode=(
            lib.LLAMA_LOAD_MODE_MMAP
            if mapped.CAN_GIVE_BACK or not repack
            else lib.LLAMA_LOAD_MODE_NONE
        ),
        use_extra_bufts=repack,
        progress_callback=callback,
    )
    path = os.fsencode(info.path)  # UTF-8 on Windows, as llama.cpp wants it
    pointer = lib.llama_model_load_from_file(path, params)
    if not pointer:
        raise _refused(info)
    if repack:
        mapped.give_back(info.path)
    return pointer


def context(pointer: Any, info: WeightsInfo, plan: Plan, *, threads: int) -> Any:  # noqa: ANN401 - pointers
    """Make the context; frees the model where that fails.

    Raises:
        UserError: model.damaged: llama.cpp refuses it.
    """
    lib = native.llama()
    params = native.filled(
        lib.llama_context_default_params(),
        n_ctx=plan.cells,
        n_batch=plan.chunk,
        n_ubatch=plan.chunk,
        n_seq_max=plan.sequences,
        n_outputs_max=plan.sequences,  # fewer end the process: the graph is measured so
        n_threads=threads,
        n_threads_batch=threads,
        kv_unified=True,
        no_perf=True,
        embeddings=False,
    )
    made = lib.llama_init_from_model(pointer, params)
    if not made:
        lib.llama_model_free(pointer)
        raise _refused(info)
    return made


def _refused(info: WeightsInfo) -> UserError:
    reason = native.complaint() or "llama.cpp cannot load it"
    return UserError("model.damaged", path=str(info.path), reason=reason)
