"""Choosing the next token: llama.cpp's samplers with every value set, and a grammar beside them.

The one law: native code is never given what it answers with an abort. Logits are checked for
numbers before they are sampled, and a grammar only ever accepts a token it has allowed.

What costs time is handing 65,536 candidates over, not choosing. So only those that the chain could
possibly choose are handed over: what its first limit keeps of the plain tokens, and every token
whose logit a penalty or a bias changes. The choice is the one among all. Measured on one core of
the reference machine (65,536 logits, of a normal distribution; all candidates in brackets), in µs:
greedy 6 (123), greedy with penalty 30 to 45 (325), top_k 50, top_p and penalty 55 to 95 (316),
min_p and penalty 45 to 75 (371). A top_p without a top_k needs the sum over all: 750 where a few
tokens make it up, as mostly, 4,000 where thousands do; plain temperature 650. A grammar that agrees
adds 7 to 20; one that refuses is asked about the likeliest 256 first, 110 instead of 16,000.
"""

from __future__ import annotations

import ctypes
import math
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.base import UserError
from agents.engine import native

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from agents.engine.port import Sampling

    Logits = npt.NDArray[np.float32]
    Ids = npt.NDArray[np.int64]

PENALTY_WINDOW = 64  # tokens of the answer that a repetition penalty looks back on
MAX_SEED = 0xFFFFFFFF  # llama.cpp takes this one for "choose a seed yourself"
MAX_GRAMMAR = 1 << 20  # characters; a list of 200 citations is some 10 KB
MAX_NESTING = 64  # the grammar parser recurses into parentheses
MAX_BIAS = 1e4  # more says nothing more, and an infinite one is no number
SHORTLIST = 256  # how many a refusing grammar is asked about before it is asked about all
_BLOCK = 64  # see `_largest`
_SLACK = 1e-3  # of a limit in logits: rounding must not lose a candidate, the chain drops it

# llama.h: llama_token_data {int32 id; float logit; float p}
_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class Sampler:
    """The chain of one request. Used and closed by the decode thread only."""

    def __init__(
        self,
        vocab: object,
        size: int,
        sampling: Sampling,
        grammar: str = "",
        bias: Sequence[tuple[int, float]] = (),
    ) -> None:
        """Build the chain.

        Args:
            vocab: llama.cpp's vocabulary pointer.
            size: tokens in the vocabulary.
            sampling: all values; temperature 0 is greedy.
            grammar: GBNF, or empty.
            bias: what is added to the logits of some tokens, within ±`MAX_BIAS`.

        Raises:
            UserError: engine.grammar.
        """
        self._lib = native.llama()
        self._size = size
        self._sampling = sampling
        self._biased = [token for token, _bias in bias]
        self._recent: deque[int] = deque(maxlen=PENALTY_WINDOW)
        self._penalises = sampling.repeat_penalty != 1.0
        # The likeliest token needs no chain.
        self._plain = sampling.temperature <= 0 and not self._penalises and not bias
        self._scratch: Logits = np.empty(0, np.float32)
        self._candidates = _Candidates(self._lib)
        self._one = _Candidates(self._lib)
        self._grammar: Any = self._make_grammar(vocab, grammar) if grammar else None
        self._chain: Any = None if self._plain else self._make_chain(bias)

    def choose(self, logits: Logits) -> int:
        """The next token. The chain and the grammar have taken note of it.

        Args:
            logits: shape (vocabulary size,); not changed.

        Raises:
            UserError: engine.failed: there are no usable numbers, or the grammar has no way on.
        """
        best = int(logits.argmax())  # the first NaN, where there is one
        if not math.isfinite(logits[best]):
            raise UserError("engine.failed", reason="the model computed no valid numbers")
        token = best if self._plain else self._pick(logits)
        if self._grammar is not None:
            if not self._allows(token):
                token = self._obey(logits)
            self._lib.llama_sampler_accept(self._grammar, token)
        if self._penalises:
            self._lib.llama_sampler_accept(self._chain, token)
            self._recent.append(token)
        return token

    def close(self) -> None:
        """Free the native parts; any number of times."""
        for part in (self._chain, self._grammar):
            if part is not None:
                self._lib.llama_sampler_free(part)
        self._chain = self._grammar = None

    # ── which candidates ──
    def _pick(self, logits: Logits) -> int:
        changed, rest = self._split(logits)
        sampling = self._sampling
        if sampling.temperature <= 0:
            kept = np.array([rest.argmax()])
        elif sampling.top_k > 0:
            kept = _largest(rest, sampling.top_k)
        elif sampling.min_p > 0 and sampling.top_p >= 1.0:
            kept = np.flatnonzero(rest >= rest.max() + self._reach())
        else:
            return self._apply_chain(np.arange(self._size), logits)
        return self._apply_chain(_joined(changed, kept), logits)

    def _split(self, logits: Logits) -> tuple[Ids, Logits]:
        """The tokens whose logits the chain will change, and the logits with those left out."""
        if not (self._biased or (self._penalises and self._recent)):
            return np.empty(0, np.int64), logits
        changed = np.array([*self._biased, *(self._recent if self._penalises else ())], np.int64)
        if not self._scratch.size:
            self._scratch = np.empty(self._size, np.float32)
        np.copyto(self._scratch, logits)
        self._scratch[changed] = -np.inf
        return changed, self._scratch

    def _reach(self) -> float:
        """How far below the largest logit a candidate may lie."""
        return math.log(self._sampling.min_p) - _SLACK

    def _obey(self, logits: Logits) -> int:
        """Choose among those that the grammar allows: the whole vocabulary costs milliseconds."""
        changed, rest = self._split(logits)
        near = _largest(rest, min(SHORTLIST, self._size))
        allowed = self._allowed(_joined(changed, near), logits)
        untouched = rest[allowed]
        untouched = untouched[np.isfinite(untouched)]
        if not self._decides(untouched, float(rest[near].min())):
            allowed = self._allowed(np.arange(self._size), logits)
        if not allowed.size:
            raise UserError("engine.failed", reason="no token fits the grammar")
        if self._plain:
            return int(allowed[logits[allowed].argmax()])
        return self._apply_chain(allowed, logits)

    def _decides(self, found: Logits, floor: float) -> bool:
        """Whether the chain would choose among these even if it saw all that are allowed.

        Args:
            found: logits of allowed tokens.
            floor: no other token that is allowed has a logit above it.
        """
        sampling = self._sampling
        if not found.size:
            return False
        if sampling.temperature <= 0:
            return True
        if sampling.top_k > 0:
            return found.size >= sampling.top_k
        if sampling.min_p > 0 and sampling.top_p >= 1.0:
            return float(found.max()) + self._reach() > floor
        return False

    # ── native calls ──
    def _apply_chain(self, ids: Ids, logits: Logits) -> int:
        array = self._candidates.fill(ids, logits)
        self._lib.llama_sampler_apply(self._chain, ctypes.byref(array))
        chosen = int(array.selected)
        if not 0 <= chosen < array.size:
            raise UserError("engine.failed", reason="no token could be chosen")
        return int(array.data[chosen].id)

    def _allows(self, token: int) -> bool:
        return bool(self._allowed(np.array([token]), None).size)

    def _allowed(self, ids: Ids, logits: Logits | None) -> Ids:
        candidates = self._one if logits is None else self._candidates
        array = candidates.fill(ids, logits)
        self._lib.llama_sampler_apply(self._grammar, ctypes.byref(array))
        return ids[np.isfinite(candidates.logits(len(ids)))]

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

    def _make_chain(self, bias: Sequence[tuple[int, float]]) -> object:
        lib, sampling = self._lib, self._sampling
        params = native.filled(lib.llama_sampler_chain_default_params(), no_perf=True)
        chain = lib.llama_sampler_chain_init(params)
        parts: list[object] = []
        if bias:
            entries = (lib.llama_logit_bias * len(bias))()
            for entry, (token, value) in zip(entries, bias, strict=True):
                native.filled(entry, token=token, bias=max(-MAX_BIAS, min(MAX_BIAS, value)))
            parts.append(lib.llama_sampler_init_logit_bias(self._size, len(bias), entries))
        if self._penalises:
            parts.append(
                lib.llama_sampler_init_penalties(
                    self._size, PENALTY_WINDOW, sampling.repeat_penalty, 0.0, 0.0
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


class _Candidates:
    """A `llama_token_data_array` over numpy memory that grows with what is asked of it."""

    def __init__(self, lib: Any) -> None:  # noqa: ANN401 - see `native.llama`
        self._lib = lib
        self._data = np.empty(0, _CANDIDATE)
        self._array: Any = None

    def fill(self, ids: Ids, logits: Logits | None) -> Any:  # noqa: ANN401 - a ctypes structure
        """The structure with these tokens in this order; without logits all are alike."""
        size = len(ids)
        if size > len(self._data):
            self._data = np.empty(size, _CANDIDATE)
            self._array = native.filled(
                self._lib.llama_token_data_array(),
                data=self._data.ctypes.data_as(self._lib.llama_token_data_p),
            )
        data = self._data[:size]
        data["id"] = ids
        data["logit"] = 1.0 if logits is None else logits[ids]
        data["p"] = 0
        return native.filled(self._array, size=size, selected=-1, sorted=False)

    def logits(self, size: int) -> Logits:
        """What became of the logits; the order is that of `fill` if nothing sorted them."""
        return self._data["logit"][:size]


def _largest(logits: Logits, number: int) -> Ids:
    """The ids of the `number` largest, and of some more perhaps, in ascending order.

    Ten times as quick as `np.argpartition`: of the largest of each of some thousand blocks
    the `number`-th is a value that at least so many reach.
    """
    columns = logits.size // _BLOCK
    if number >= columns:
        return np.arange(logits.size)
    tops = logits[: columns * _BLOCK].reshape(_BLOCK, columns).max(axis=0)
    return np.flatnonzero(logits >= np.partition(tops, columns - number)[columns - number])


def _joined(one: Ids, other: Ids) -> Ids:
    """Both, each once, in ascending order, which is the order that all candidates would have."""
    return np.union1d(one, other) if one.size else other


def _nesting(grammar: str) -> int:
    depth = deepest = 0
    for letter in grammar:
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    return deepest
