"""The other side: `llama_cpp.Llama`, and a bare loop around `llama_decode`.

The one law: both get what the engine asked llama.cpp for (`ours.Asked`): threads, batch size,
context, way of loading, repacking, kind of attention. Only the number of sequences is their own:
one. Prompts come as tokens, so that rendering and tokenizing costs ours alone.
"""

from __future__ import annotations

import ctypes
import os
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.engine import native
from agents.engine.bench.ours import copied
from agents.engine.template import ChatTemplate
from agents.engine.weights import read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agents.engine.bench.ours import Asked
    from agents.engine.port import GenerationRequest


class Words:
    """A model's vocabulary and template without its weights."""

    def __init__(self, path: Path) -> None:
        """Read the vocabulary."""
        self._lib = lib = native.llama()
        params = native.filled(lib.llama_model_default_params(), vocab_only=True)
        self._model = lib.llama_model_load_from_file(os.fsencode(path), params)
        self._vocab = lib.llama_model_get_vocab(self._model)
        bos, eos = (int(of(self._vocab)) for of in (lib.llama_vocab_bos, lib.llama_vocab_eos))
        self._bos = bos if bos >= 0 and lib.llama_vocab_get_add_bos(self._vocab) else None
        self._template = ChatTemplate(
            read(path).template, controls=(), bos=self._text(bos), eos=self._text(eos)
        )

    def prompt(self, request: GenerationRequest) -> list[int]:
        """The request's prompt as tokens."""
        parts = self._template.render(request.messages, request.template_variables)
        found = self._tokens("".join(part.text for part in parts), special=True)
        if self._bos is not None and found[:1] != [self._bos]:
            found.insert(0, self._bos)
        return found

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return len(self._tokens(text, special=False))

    def close(self) -> None:
        """Free it."""
        self._lib.llama_model_free(self._model)

    def _tokens(self, text: str, *, special: bool) -> list[int]:
        data = text.encode()
        room = len(data) + 8
        buffer = (ctypes.c_int32 * room)()
        count = self._lib.llama_tokenize(
            self._vocab, data, len(data), buffer, room, False, special  # noqa: FBT003 - C call
        )  # fmt: skip
        return list(buffer[:count])

    def _text(self, token: int) -> str:
        text = self._lib.llama_vocab_get_text(self._vocab, token) if token >= 0 else None
        return text.decode("utf-8", "replace") if text else ""


class Plain:
    """`llama_cpp.Llama`, greedy, one request after the other."""

    def __init__(self, path: Path, asked: Asked) -> None:
        """Load the model as the engine did."""
        import llama_cpp  # noqa: PLC0415 - native library, loaded when needed

        native.llama()
        low: Any = llama_cpp.llama_cpp
        usual = low.llama_model_default_params

        def params() -> Any:  # noqa: ANN401 - a native structure
            repack = bool(asked.model.use_extra_bufts)
            return native.filled(usual(), use_extra_bufts=repack)

        low.llama_model_default_params = params  # `Llama` has no argument for it
        try:
            self._llama: Any = llama_cpp.Llama(
                str(path),
                n_ctx=asked.context.n_ctx,
                n_batch=asked.context.n_batch,
                n_ubatch=asked.context.n_ubatch,
                n_threads=asked.context.n_threads,
                n_threads_batch=asked.context.n_threads_batch,
                use_mmap=asked.model.load_mode != low.LLAMA_LOAD_MODE_NONE,
                flash_attn=asked.context.flash_attn_type != low.LLAMA_FLASH_ATTN_TYPE_DISABLED,
                no_perf=True,
                verbose=False,
            )
        finally:
            low.llama_model_default_params = usual

    def write(self, prompt: Sequence[int], tokens: int, *, reset: bool = False) -> tuple[str, int]:
        """Answer greedily; the text and its number of tokens.

        With `reset` nothing of the call before is used, not even a shared beginning.
        """
        if reset:
            self._llama.reset()
        made = self._llama.create_completion(
            list(prompt), max_tokens=tokens, temperature=0.0,
            top_k=0, top_p=1.0, min_p=0.0, typical_p=1.0, repeat_penalty=1.0,
        )  # fmt: skip
        return made["choices"][0]["text"], int(made["usage"]["completion_tokens"])

    def close(self) -> None:
        """Free it."""
        self._llama.close()


class Bare:
    """One sequence, `llama_decode` and the largest logit: what llama.cpp can do at best."""

    def __init__(self, path: Path, asked: Asked) -> None:
        """Load the model as the engine did."""
        self._lib = lib = native.llama()
        model = copied(asked.model)
        native.filled(model, progress_callback=lib.llama_progress_callback())
        self._model = lib.llama_model_load_from_file(os.fsencode(path), model)
        context = copied(asked.context)
        native.filled(context, n_seq_max=1, n_outputs_max=1)
        self._context = lib.llama_init_from_model(self._model, context)
        self._memory = lib.llama_get_memory(self._context)
        self._size = int(lib.llama_vocab_n_tokens(lib.llama_model_get_vocab(self._model)))
        self._chunk = int(context.n_batch)
        self._at = 0

    def read(self, prompt: Sequence[int]) -> tuple[int, float]:
        """Evaluate a prompt anew; the next token, and the seconds until it was known."""
        self._lib.llama_memory_clear(self._memory, False)  # noqa: FBT003 - C call
        self._at = 0
        started = time.perf_counter()
        for start in range(0, len(prompt), self._chunk):
            self._evaluate(prompt[start : start + self._chunk])
        return self._best(), time.perf_counter() - started

    def write(self, token: int, tokens: int) -> float:
        """Go on for so many tokens after `token`; the seconds that took."""
        started = time.perf_counter()
        for _ in range(tokens):
            self._evaluate([token])
            token = self._best()
        return time.perf_counter() - started

    def close(self) -> None:
        """Free it."""
        self._lib.llama_free(self._context)
        self._lib.llama_model_free(self._model)

    def _evaluate(self, tokens: Sequence[int]) -> None:
        array = (ctypes.c_int32 * len(tokens))(*tokens)
        # Positions follow by themselves, and the last token's logits are wanted.
        batch = self._lib.llama_batch_get_one(array, len(tokens))
        code = self._lib.llama_decode(self._context, batch)
        if code:
            raise RuntimeError(f"llama_decode returned {code}")
        self._at += len(tokens)

    def _best(self) -> int:
        logits = self._lib.llama_get_logits_ith(self._context, -1)
        return int(np.ctypeslib.as_array(logits, (self._size,)).argmax())
