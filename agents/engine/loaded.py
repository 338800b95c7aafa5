"""One model in memory: its weights, its vocabulary, and one context with N sequences.

The one law: the vocabulary may be read by any thread, the context is touched only by the decode
thread. (The loader thread makes the context and hands it over; see `cache`.)
"""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.engine import native, opening, states
from agents.engine.template import ChatTemplate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from agents.engine.template import Part
    from agents.engine.weights import Plan, WeightsInfo

OK, NO_ROOM, ABORTED = 0, 1, 2  # llama.h: what llama_decode returns
_ALL = -1
_BYTES = ctypes.POINTER(ctypes.c_uint8)


class LoadedModel:
    """Weights and context of one model."""

    def __init__(
        self,
        info: WeightsInfo,
        plan: Plan,
        *,
        threads: int,
        repack: bool,
        go_on: Callable[[], bool],
    ) -> None:
        """Load; takes seconds.

        Args:
            info: the checked file.
            plan: context and sequences.
            threads: native threads of one call.
            repack: read the weights into memory in the processor's favourite layout (about
                1.5 times as quick); otherwise use them from the mapped file, which the system
                may drop and read again when memory is short.
            go_on: asked now and then; False stops loading.

        Raises:
            UserError: model.damaged: llama.cpp refuses it, or `go_on` was False.
        """
        self.info = info
        self.plan = plan
        self._lib = native.llama()
        # Now: the file may be replaced or removed while the model is in use.
        self._identity = states.identity(info.path, native.version())
        self._model = opening.model(info, repack=repack, go_on=go_on)
        self._vocab = self._lib.llama_model_get_vocab(self._model)
        self._context = opening.context(self._model, info, plan, threads=threads)
        self._memory = self._lib.llama_get_memory(self._context)
        self.vocabulary = int(self._lib.llama_vocab_n_tokens(self._vocab))
        self._pieces: dict[int, bytes] = {}  # filled as tokens are met
        self._batch = _Batch(self._lib, max(plan.chunk, plan.sequences))
        self._never = self._lib.ggml_abort_callback()  # NULL
        self._threads = threads
        self._logits_at = (0, 0)
        self._logits = np.empty((0, self.vocabulary), dtype=np.float32)
        self._abort = _watcher(self._lib)
        bos = int(self._lib.llama_vocab_bos(self._vocab))
        self._bos = bos if bos >= 0 and self._lib.llama_vocab_get_add_bos(self._vocab) else None
        self.template = ChatTemplate(
            info.template,
            controls=self._controls(),
            bos=self._text(bos),
            eos=self._text(int(self._lib.llama_vocab_eos(self._vocab))),
        )

    # ── vocabulary: any thread ──
    @property
    def vocab(self) -> object:
        """llama.cpp's vocabulary pointer, for samplers.

        Raises:
            RuntimeError: the model was freed; the pointer would lead nowhere.
        """
        if self._vocab is None:
            raise RuntimeError("the model was freed")
        return self._vocab

    @property
    def identity(self) -> str:
        """Tells model files, and versions of llama.cpp, apart; see `states`."""
        return self._identity

    def tokens(self, text: str, *, plain: bool) -> list[int]:
        """Tokens of `text`, without BOS; in plain text nothing is a control token."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        buffer = (ctypes.c_int32 * room)()
        count = self._lib.llama_tokenize(
            self.vocab, data, len(data), buffer, room, False, not plain  # noqa: FBT003 - C call
        )  # fmt: skip
        if count < 0:
            buffer = (ctypes.c_int32 * -count)()
            count = self._lib.llama_tokenize(
                self.vocab, data, len(data), buffer, -count, False, not plain  # noqa: FBT003 - C call
            )  # fmt: skip
        return list(buffer[: max(0, count)])

    def prompt(self, parts: Sequence[Part]) -> list[int]:
        """Tokens of a rendered prompt, with BOS exactly once where the model wants it."""
        return self.with_bos(
            [token for part in parts for token in self.tokens(part.text, plain=part.plain)]
        )

    def with_bos(self, found: list[int]) -> list[int]:
        """The tokens, with BOS exactly once where the model wants it."""
        if self._bos is not None:
            while len(found) > 1 and found[0] == found[1] == self._bos:
                del found[0]
            if found[:1] != [self._bos]:
                found.insert(0, self._bos)
        return found

    def piece(self, token: int) -> bytes:
        """The bytes of one token; empty for control tokens."""
        known = self._pieces.get(token)
        return self._pieces.setdefault(token, self._bytes(token)) if known is None else known

    def is_end(self, token: int) -> bool:
        """Whether the token ends an answer."""
        return bool(self._lib.llama_vocab_is_eog(self._vocab, token))

    # ── context: the decode thread ──
    def decode(
        self, sequences: Sequence[int], positions: Sequence[int], tokens: Sequence[int]
    ) -> int:
        """Evaluate one token for each of several sequences; 0 or why not. Never aborted.

        Args:
            sequences: different ones, at most `plan.sequences`.
            positions: of the tokens in their sequences.
            tokens: whose logits are wanted, all of them.
        """
        self._batch.fill_rows(sequences, positions, tokens)
        return int(self._lib.llama_decode(self._context, self._batch.struct))

    def prefill(
        self,
        sequence: int,
        position: int,
        tokens: Sequence[int],
        *,
        last: bool,
        stop: ctypes.Array[ctypes.c_char],
    ) -> int:
        """Evaluate a stretch of one sequence; its final logits are wanted if `last`.

        Args:
            sequence: which.
            position: of the first token.
            tokens: at most `plan.chunk`.
            last: whether the prompt ends here.
            stop: a C string; the call aborts soon after it stops being empty. A hybrid's sequence
                must be dropped or restored then. Other sequences are not hurt: they are not in
                the batch.
        """
        self._batch.fill_stretch(sequence, position, tokens, last=last)
        self._lib.llama_set_abort_callback(self._context, self._abort, ctypes.addressof(stop))
        try:
            return int(self._lib.llama_decode(self._context, self._batch.struct))
        finally:
            self._lib.llama_set_abort_callback(self._context, self._never, None)

    def logits(self, rows: int) -> npt.NDArray[np.float32]:
        """Logits of the last call, shape (rows, vocabulary): a view, valid until the next call.

        Args:
            rows: how many were wanted; they are in the order of the batch.
        """
        pointer = self._lib.llama_get_logits(self._context)
        place = (ctypes.addressof(pointer.contents), rows)
        if place != self._logits_at:
            self._logits_at = place
            self._logits = np.ctypeslib.as_array(pointer, (rows, self.vocabulary))
        return self._logits

    def drop(self, sequence: int) -> None:
        """Forget a whole sequence."""
        self._lib.llama_memory_seq_rm(self._memory, sequence, _ALL, _ALL)

    def copy(self, source: int, target: int) -> None:
        """Make `target` hold all of `source`; a part of it would be silently wrong on hybrids."""
        self.drop(target)
        self._lib.llama_memory_seq_cp(self._memory, source, target, _ALL, _ALL)

    def cut(self, sequence: int, length: int) -> bool:
        """Keep the first `length` tokens of a sequence; False if that cannot be done.

        A hybrid can only be cut to where its running state stands: `restore` a partial snapshot
        first. A model with a sliding window may have lost what it would need.
        """
        if not self._lib.llama_memory_seq_rm(self._memory, sequence, length, _ALL):
            return False
        first = self._lib.llama_memory_seq_pos_min(self._memory, sequence)
        last = self._lib.llama_memory_seq_pos_max(self._memory, sequence)
        # A hybrid's first position is that of its running state.
        return last == length - 1 and (first <= 0 or self.info.hybrid)

    def snapshot(self, sequence: int, *, partial: bool) -> npt.NDArray[np.uint8]:
        """What the memory holds of a sequence.

        Args:
            sequence: which.
            partial: only the running state of a hybrid, some 100 KB; the attention cache of the
                tokens up to here must still be there when it is restored.

        Returns:
            An array of its own; empty where llama.cpp refuses.
        """
        flags = self._lib.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY if partial else 0
        size = int(self._lib.llama_state_seq_get_size_ext(self._context, sequence, flags))
        data = np.empty(size, dtype=np.uint8)
        pointer = data.ctypes.data_as(_BYTES)
        taken = self._lib.llama_state_seq_get_data_ext(
            self._context, pointer, size, sequence, flags
        )
        return data[:taken] if taken == size else data[:0]

    def restore(self, sequence: int, data: npt.NDArray[np.uint8], *, partial: bool) -> bool:
        """Put a snapshot back; False if llama.cpp refuses it (the sequence must be dropped then).

        After a partial one, `cut` to its length.
        """
        flags = self._lib.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY if partial else 0
        pointer = data.ctypes.data_as(_BYTES)
        read = self._lib.llama_state_seq_set_data_ext(
            self._context, pointer, len(data), sequence, flags
        )
        return bool(read)

    def use_threads(self, count: int) -> None:
        """Evaluate with so many native threads from now on."""
        if count != self._threads:
            self._threads = count
            self._lib.llama_set_n_threads(self._context, count, count)

    def clear(self, *, wipe: bool = False) -> None:
        """Forget every sequence, so that the next one lies in the same cells as in a new context.

        Attention sums over the cells in their order, and llama.cpp fills holes: the last bits of
        a result depend on where its cells lie, and a 4-bit model may magnify them to a token.

        Args:
            wipe: overwrite the memory, too. llama.cpp begins a recurrent state by multiplying
                what lies there by 0, and a NaN times 0 is a NaN: it would stay for ever.
        """
        self._lib.llama_memory_clear(self._memory, wipe)

    def close(self) -> None:
        """Free everything; any number of times."""
        if self._context is not None:
            self._lib.llama_free(self._context)
            self._lib.llama_model_free(self._model)
            self._context = self._model = self._vocab = None

    # ── inside ──
    def _bytes(self, token: int) -> bytes:
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            length = self._lib.llama_token_to_piece(self.vocab, token, buffer, size, 0, False)  # noqa: FBT003 - C call
            if length >= 0:
                return buffer.raw[:length]
            size = -length

    def _controls(self) -> list[str]:
        return [
            self._text(token)
            for token in range(self.vocabulary)
            if self._lib.llama_vocab_is_control(self._vocab, token)
        ]

    def _text(self, token: int) -> str:
        text = self._lib.llama_vocab_get_text(self._vocab, token) if token >= 0 else None
        return text.decode("utf-8", "replace") if text else ""


class _Batch:
    """A `llama_batch` over numpy arrays, so that filling it costs next to nothing."""

    def __init__(self, lib: Any, size: int) -> None:  # noqa: ANN401 - see `native.llama`
        self._token = np.zeros(size, np.int32)
        self._position = np.zeros(size, np.int32)
        self._count = np.ones(size, np.int32)  # every token belongs to one sequence
        self._sequence = np.zeros(size, np.int32)
        self._wanted = np.zeros(size, np.int8)
        step = self._sequence.itemsize
        self._pointers = self._sequence.ctypes.data + step * np.arange(size, dtype=np.uintp)
        kinds = dict(lib.llama_batch._fields_)
        self.struct = native.filled(
            lib.llama_batch(),
            n_tokens=0,
            token=self._token.ctypes.data_as(kinds["token"]),
            pos=self._position.ctypes.data_as(kinds["pos"]),
            n_seq_id=self._count.ctypes.data_as(kinds["n_seq_id"]),
            seq_id=self._pointers.ctypes.data_as(kinds["seq_id"]),
            logits=self._wanted.ctypes.data_as(kinds["logits"]),
        )

    def fill_rows(
        self, sequences: Sequence[int], positions: Sequence[int], tokens: Sequence[int]
    ) -> None:
        size = len(tokens)
        self._token[:size] = tokens
        self._position[:size] = positions
        self._sequence[:size] = sequences
        self._wanted[:size] = 1
        self.struct.n_tokens = size

    def fill_stretch(
        self, sequence: int, position: int, tokens: Sequence[int], *, last: bool
    ) -> None:
        size = len(tokens)
        self._token[:size] = tokens
        self._position[:size] = np.arange(position, position + size)
        self._sequence[:size] = sequence
        self._wanted[:size] = 0
        self._wanted[size - 1] = last
        self.struct.n_tokens = size


def _watcher(lib: Any) -> Any:  # noqa: ANN401 - see `native.llama`
    """An abort callback that needs no Python: the C library's `strlen` on a string of ours.

    llama.cpp asks before each of a thousand operations of a call. A Python function would have
    to take the interpreter lock each time, and wait for it whenever another thread computes.
    An empty string says go on (0, false), one letter says stop (1, true).
    """
    library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
    return ctypes.cast(library.strlen, lib.ggml_abort_callback)
