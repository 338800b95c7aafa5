"""Choosing the next token: llama.cpp's samplers with every value set, and a grammar beside them.

The one law: native code is never given what it answers with an abort. Logits are checked for
numbers before they are sampled, and a grammar only ever accepts a token it has allowed.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.base import UserError
from agents.engine import native

if TYPE_CHECKING:
    import numpy.typing as npt

    from agents.engine.port import Sampling

PENALTY_WINDOW = 64  # tokens of the answer that a repetition penalty looks back on
MAX_SEED = 0xFFFFFFFF  # llama.cpp takes this one for "choose a seed yourself"
MAX_GRAMMAR = 1 << 20  # characters; a list of 200 citations is some 10 KB
MAX_NESTING = 64  # the grammar parser recurses into parentheses

# llama.h: llama_token_data {int32 id; float logit; float p}
_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class Sampler:
    """The chain of one request. Used and closed by the decode thread only."""

    def __init__(self, vocab: object, size: int, sampling: Sampling, grammar: str) -> None:
        """Build the chain.

        Args:
            vocab: llama.cpp's vocabulary pointer.
            size: tokens in the vocabulary.
            sampling: all values; temperature 0 is greedy.
            grammar: GBNF, or empty.

        Raises:
            UserError: engine.grammar.
        """
        self._lib = native.llama()
        self._ids = np.arange(size, dtype=np.int32)
        self._candidates = np.empty(size, dtype=_CANDIDATE)
        self._grammar: Any = self._make_grammar(vocab, grammar) if grammar else None
        self._chain = self._make_chain(size, sampling)

    def choose(self, logits: npt.NDArray[np.float32]) -> int:
        """The next token. The chain and the grammar have taken note of it.

        Args:
            logits: shape (vocabulary size,).

        Raises:
            UserError: engine.failed: there are no usable numbers, or the grammar has no way on.
        """
        if not np.isfinite(logits.max()):  # the maximum of an array with a NaN is NaN
            raise UserError("engine.failed", reason="the model computed no valid numbers")
        token = self._pick(logits, obey=False)
        if self._grammar is not None and not self._allows(token):
            # The whole vocabulary through the grammar costs milliseconds: only on rejection.
            token = self._pick(logits, obey=True)
        self._lib.llama_sampler_accept(self._chain, token)
        if self._grammar is not None:
            self._lib.llama_sampler_accept(self._grammar, token)
        return token

    def close(self) -> None:
        """Free the native parts; any number of times."""
        for part in (self._chain, self._grammar):
            if part is not None:
                self._lib.llama_sampler_free(part)
        self._chain = self._grammar = None

    def _pick(self, logits: npt.NDArray[np.float32], *, obey: bool) -> int:
        self._candidates["id"] = self._ids
        self._candidates["logit"] = logits
        self._candidates["p"] = 0
        array = self._array(self._candidates)
        if obey:
            self._lib.llama_sampler_apply(self._grammar, ctypes.byref(array))
            if not np.isfinite(self._candidates["logit"].max()):
                raise UserError("engine.failed", reason="no token fits the grammar")
        self._lib.llama_sampler_apply(self._chain, ctypes.byref(array))
        chosen = int(array.selected)
        if not 0 <= chosen < array.size:
            raise UserError("engine.failed", reason="no token could be chosen")
        return int(array.data[chosen].id)

    def _allows(self, token: int) -> bool:
        one = np.array([(token, 1.0, 0.0)], dtype=_CANDIDATE)
        self._lib.llama_sampler_apply(self._grammar, ctypes.byref(self._array(one)))
        return bool(np.isfinite(one["logit"][0]))

    def _array(self, candidates: npt.NDArray[np.void]) -> Any:  # noqa: ANN401 - a ctypes structure
        pointer = candidates.ctypes.data_as(self._lib.llama_token_data_p)
        return native.filled(
            self._lib.llama_token_data_array(),
            data=pointer,
            size=len(candidates),
            selected=-1,
            sorted=False,
        )

    def _make_grammar(self, vocab: object, grammar: str) -> object:
        if len(grammar) > MAX_GRAMMAR or _nesting(grammar) > MAX_NESTING or "\0" in grammar:
            raise UserError("engine.grammar", reason="too long, too deep, or no text")
        native.complaint()
        made = self._lib.llama_sampler_init_grammar(
            vocab, grammar.encode("utf-8", "replace"), b"root"
        )
        if not made:
            raise UserError("engine.grammar", reason=native.complaint() or "it cannot be parsed")
        return made

    def _make_chain(self, size: int, sampling: Sampling) -> object:
        lib = self._lib
        params = native.filled(lib.llama_sampler_chain_default_params(), no_perf=True)
        chain = lib.llama_sampler_chain_init(params)
        parts: list[object] = []
        if sampling.repeat_penalty != 1.0:
            parts.append(
                lib.llama_sampler_init_penalties(
                    size, PENALTY_WINDOW, sampling.repeat_penalty, 0.0, 0.0
                )
            )
        if sampling.temperature <= 0:
            parts.append(lib.llama_sampler_init_greedy())
        else:
            if sampling.top_k > 0:
                parts.append(lib.llama_sampler_init_top_k(sampling.top_k))
            if sampling.top_p < 1.0:
                parts.append(lib.llama_sampler_init_top_p(sampling.top_p, 1))
            if sampling.min_p > 0:
                parts.append(lib.llama_sampler_init_min_p(sampling.min_p, 1))
            parts.append(lib.llama_sampler_init_temp(sampling.temperature))
            parts.append(lib.llama_sampler_init_dist(sampling.seed % MAX_SEED))
        for part in parts:
            lib.llama_sampler_chain_add(chain, part)  # the chain owns and frees it
        return chain


def _nesting(grammar: str) -> int:
    depth = deepest = 0
    for letter in grammar:
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    return deepest
