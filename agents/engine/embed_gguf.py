"""Embeddings with GGUF models: encoders of the BERT family, LFM2 that looks both ways, and others.

The one law: the context is touched only by the decode thread, one short call between two steps of
whoever generates; and vectors of different models, or made in different ways, never get one id.

How it works. Texts become windows of at most `WINDOW` tokens (`embed.windows`). Windows of several
texts, each a sequence of its own, are evaluated in one call and pooled to one vector each. A model
that looks both ways must see a sequence whole, so a call has at most `WINDOW` tokens in all, and
fewer where the model is slow: a call should take `CALL_SECONDS`. While others generate, the
embedder pauses after each call as long as the call took, so that they keep half of the time.

Models want the text begun in their own way; `PREFIXES` has the ways, by the `template` of the
catalogue entry or, for a file of the user's, by the names in it.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.base import CancelledError, UserError
from agents.engine import embed, native, opening, weights
from agents.engine.pooling import ENCODERS, POOLINGS
from agents.engine.weights import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager
    from pathlib import Path

    import numpy.typing as npt

    from agents.base import CancelToken
    from agents.engine.port import TextKind
    from agents.engine.weights import WeightsInfo

    Vectors = npt.NDArray[np.float32]

WINDOW = 256  # tokens with prefix and marks, of the 512 that these models were trained on
SEQUENCES = 32  # in one call
CALL_SECONDS = 0.2
_FEWEST = 32  # tokens of a call, however slow the model
_WAIT_SECONDS = 0.05
_SAMPLES, _SAMPLE = 64, 4096  # of a file's bytes, for its fingerprint
_OVERHEAD = 4 << 20  # graph and allocator
_TOKEN_BYTES = 170  # of the tokenizer, for each token of the vocabulary
_COMPUTE = 24  # numbers for each token and each number of the width

_TASK = "Given a web search query, retrieve relevant passages that answer the query"
# What is put before a query and before a passage; from the models' cards.
PREFIXES: dict[str, tuple[str, str]] = {
    "e5-instruct": (f"Instruct: {_TASK}\nQuery: ", ""),
    "e5": ("query: ", "passage: "),
    "lfm2-embedding": ("query: ", "document: "),
    "nomic-embed": ("search_query: ", "search_document: "),
    "arctic-embed-2": ("query: ", ""),
    "bge-en": ("Represent this sentence for searching relevant passages: ", ""),
    "plain": ("", ""),
}
# The first that is found in the names of the model; plain if none is (BGE-M3, Jina v2, GTE).
_FAMILIES = (
    (r"\be5\b.*instruct", "e5-instruct"),
    (r"\be5\b", "e5"),
    (r"lfm2.*embed", "lfm2-embedding"),
    (r"nomic.*embed", "nomic-embed"),
    (r"arctic.*embed.*v2", "arctic-embed-2"),
    (r"arctic.*embed|mxbai.*embed|\bbge.*\ben\b", "bge-en"),
)


def family(template: str, *names: str) -> str:
    """The key in `PREFIXES`: what the catalogue says, else what the names tell."""
    if template in PREFIXES:
        return template
    text = re.sub(r"[\s_-]+", " ", " ".join(names).lower())
    return next((key for pattern, key in _FAMILIES if re.search(pattern, text)), "plain")


def plan(info: WeightsInfo) -> Plan:
    """What an embedding model will take: it has no conversations, so it takes little."""
    cells = min(WINDOW, info.context or WINDOW)
    encoder = info.architecture in ENCODERS
    outputs = info.dimensions + (0 if encoder else info.vocabulary)  # for every token of a call
    needed = (
        info.file_bytes
        + (0 if encoder else info.cache_bytes_per_token * cells)
        + info.state_bytes_per_sequence * SEQUENCES
        + 4 * cells * (_COMPUTE * info.width + outputs)
        + _TOKEN_BYTES * info.vocabulary
        + _OVERHEAD
    )
    return Plan(cells=cells, running=SEQUENCES, sequences=SEQUENCES, chunk=cells, bytes=needed)


class EmbeddingModel:
    """Weights and context of one embedding model."""

    def __init__(
        self,
        info: WeightsInfo,
        plan: Plan,
        *,
        threads: int,
        repack: bool,
        go_on: Callable[[], bool],
    ) -> None:
        """Load; takes seconds. The arguments are those of `loaded.LoadedModel`.

        Raises:
            UserError: model.damaged: llama.cpp refuses it, or `go_on` was False.
        """
        self.info = info
        self.plan = plan
        self._lib = native.llama()
        self._model = opening.model(info, repack=repack, go_on=go_on)
        self._context = self._open(threads)
        self._vocab = self._lib.llama_model_get_vocab(self._model)
        self._memory = self._lib.llama_get_memory(self._context)  # NULL for encoders
        self._batch: Any = self._lib.llama_batch_init(plan.cells, 0, 1)
        marks = (self._lib.llama_vocab_bos(self._vocab), self._lib.llama_vocab_eos(self._vocab))
        self._mark = next((int(token) for token in marks if token >= 0), 0)

    def tokens(self, text: str) -> list[int]:
        """Tokens with the marks the model wants around them; at least one. Any thread.

        Nothing in the text is taken for a mark.

        Raises:
            RuntimeError: the model was freed.
        """
        if self._vocab is None:
            raise RuntimeError("the model was freed")
        data = text.encode("utf-8")
        room = len(data) + 8
        while True:
            buffer = (self._lib.llama_token * room)()
            count = self._lib.llama_tokenize(
                self._vocab, data, len(data), buffer, room, True, False  # noqa: FBT003 - C call
            )  # fmt: skip
            if count >= 0:
                return list(buffer[:count]) or [self._mark]
            room = -count

    def evaluate(self, sequences: Sequence[Sequence[int]]) -> Vectors:
        """One pooled vector for each sequence, shape (n, dimensions). The decode thread.

        Args:
            sequences: at most `SEQUENCES`, with at most `plan.cells` tokens in all.

        Raises:
            UserError: engine.context_full: a window with its prefix is larger than the model
                can see; engine.failed: the call failed or what came out are no numbers.
        """
        held = sum(map(len, sequences))
        if held > self.plan.cells:  # llama.cpp would end the process
            raise UserError("engine.context_full", needed=held, context=self.plan.cells)
        if self._memory:
            self._lib.llama_memory_clear(self._memory, False)  # noqa: FBT003 - C call
        self._fill(sequences)
        result = int(self._lib.llama_decode(self._context, self._batch))
        if result != 0:
            raise UserError("engine.failed", reason=f"llama_decode returned {result}")
        size = self.info.dimensions
        vectors = np.empty((len(sequences), size), np.float32)
        for row in range(len(sequences)):
            pointer = self._lib.llama_get_embeddings_seq(self._context, row)
            vectors[row] = np.ctypeslib.as_array(pointer, (size,))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all():
            if self._memory:  # what lies there is multiplied by 0, and a NaN would stay one
                self._lib.llama_memory_clear(self._memory, True)  # noqa: FBT003 - C call
            raise UserError("engine.failed", reason="its vectors are no numbers")
        return np.divide(vectors, lengths, out=vectors, where=lengths > 0)

    def close(self) -> None:
        """Free everything; any number of times. The decode thread, or after its end."""
        if self._context is not None:
            self._lib.llama_batch_free(self._batch)
            self._lib.llama_free(self._context)
            self._lib.llama_model_free(self._model)
            self._context = self._model = self._vocab = self._batch = None

    def _open(self, threads: int) -> Any:  # noqa: ANN401 - a pointer
        lib, cells = self._lib, self.plan.cells
        params = native.filled(
            lib.llama_context_default_params(),
            n_ctx=cells,
            n_batch=cells,
            n_ubatch=cells,  # llama.cpp ends the process where a call is larger
            n_seq_max=SEQUENCES,
            n_outputs_max=cells,
            n_threads=threads,
            n_threads_batch=threads,
            kv_unified=True,
            no_perf=True,
            embeddings=True,
            pooling_type=POOLINGS[self.info.pooling],
        )
        if self.info.architecture in ENCODERS:
            native.filled(params, attention_type=lib.LLAMA_ATTENTION_TYPE_NON_CAUSAL)
        made = lib.llama_init_from_model(self._model, params)
        if made and int(lib.llama_model_n_embd_out(self._model)) == self.info.dimensions:
            return made
        if made:
            lib.llama_free(made)
        lib.llama_model_free(self._model)
        reason = native.complaint() or "its vectors have another length than it says"
        raise UserError("model.damaged", path=str(self.info.path), reason=reason)

    def _fill(self, sequences: Sequence[Sequence[int]]) -> None:
        batch, at = self._batch, 0
        for number, tokens in enumerate(sequences):
            for position, token in enumerate(tokens):
                batch.token[at], batch.pos[at] = token, position
                batch.n_seq_id[at], batch.seq_id[at][0] = 1, number
                batch.logits[at] = 1  # pooling reads every token
                at += 1
        batch.n_tokens = at


class GgufEmbedder:
    """Implements `port.Embedder` with a model that is lent for the time of one `embed`."""

    def __init__(
        self,
        path: Callable[[], Path],
        prefix: Callable[[WeightsInfo], str],
        *,
        lend: Callable[[CancelToken], AbstractContextManager[EmbeddingModel]],
        later: Callable[[Callable[[], tuple[Vectors, float]]], Future[tuple[Vectors, float]]],
        busy: Callable[[], bool],
    ) -> None:
        """Nothing is read or loaded yet.

        Args:
            path: where the file is now; raises UserError where it is gone.
            prefix: the key in `PREFIXES` for this file.
            lend: borrows the loaded model.
            later: runs a function on the decode thread.
            busy: whether anybody generates now.
        """
        self._path = path
        self._prefix = prefix
        self._lend = lend
        self._later = later
        self._busy = busy
        self._facts: tuple[tuple[Path, int, int], WeightsInfo, str] | None = None
        self._turn = threading.Lock()  # one call between two steps, however many embed
        self._room = WINDOW // 2  # tokens of the next call
        self._pause = 0.0  # seconds owed to those who generate

    @property
    def id(self) -> str:
        """See `port.Embedder`: the file's bytes, and the way it is asked."""
        return self._read()[1]

    @property
    def dimensions(self) -> int:
        """See `port.Embedder`."""
        return self._read()[0].dimensions

    def embed(self, texts: Sequence[str], kind: TextKind, cancel: CancelToken) -> Vectors:
        """See `port.Embedder`. A cancellation frees the caller within 100 ms.

        Raises:
            CancelledError: `cancel` was set.
            UserError: what lending raises (see `cache.ModelCache.embedder`); engine.failed.
        """
        info, _name = self._read()
        if not texts:
            return np.zeros((0, info.dimensions), np.float32)
        query, passage = PREFIXES[self._prefix(info)]
        prefix = query if kind == "query" else passage
        with self._lend(cancel) as model:

            def tokens(text: str) -> list[int]:
                return model.tokens(prefix + text)

            def evaluate(batch: list[embed.Window]) -> Iterable[Vectors]:
                return self._call(model, [tokens(window.text) for window in batch], cancel)

            found = embed.windows(texts, model.plan.cells, lambda text: len(tokens(text)))
            calls = embed.batches(found, lambda: min(self._room, model.plan.cells), SEQUENCES)
            return embed.gathered(calls, (len(texts), info.dimensions), evaluate, cancel)

    def _call(
        self, model: EmbeddingModel, sequences: list[list[int]], cancel: CancelToken
    ) -> Vectors:
        """One call on the decode thread, when it is our turn."""

        def work() -> tuple[Vectors, float]:
            cancel.check()  # nobody waits for it any more
            began = time.perf_counter()
            return model.evaluate(sequences), time.perf_counter() - began

        while not self._turn.acquire(timeout=_WAIT_SECONDS):
            cancel.check()
        try:
            if self._pause and self._busy():
                cancel.wait(self._pause)
            cancel.check()
            vectors, seconds = _waited(self._later(work), cancel)
            self._pause = seconds
            speed = sum(map(len, sequences)) / max(seconds, 1e-6)
            self._room = max(_FEWEST, min(WINDOW, int(speed * CALL_SECONDS)))
            return vectors
        finally:
            self._turn.release()

    def _read(self) -> tuple[WeightsInfo, str]:
        """The head of the file and the id; anew where the file is another."""
        path = self._path()
        try:
            stat = path.stat()
            now = (path, stat.st_size, stat.st_mtime_ns)
            if self._facts is None or self._facts[0] != now:
                info = weights.read(path, use="embedding")
                name = f"gguf-{_fingerprint(path, stat.st_size)}-{self._prefix(info)}-{WINDOW}"
                self._facts = (now, info, name)
        except OSError as error:
            raise UserError("file.unreadable", path=str(path), reason=str(error)) from error
        return self._facts[1:]


def _waited(future: Future[tuple[Vectors, float]], cancel: CancelToken) -> tuple[Vectors, float]:
    while True:
        try:
            return future.result(timeout=_WAIT_SECONDS)
        except TimeoutError:
            if cancel.cancelled:
                raise CancelledError from None


def _fingerprint(path: Path, size: int) -> str:
    """Of the size and bytes from all over the file: quicker than a digest of it all."""
    found = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        for number in range(_SAMPLES):
            file.seek(max(0, (size - _SAMPLE) * number // (_SAMPLES - 1)))
            found.update(file.read(_SAMPLE))
    return found.hexdigest()[:16]
