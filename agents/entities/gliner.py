"""GLiNER span models (markerV0) through ONNX Runtime and `tokenizers` alone.

The one law: the same spans and scores as the `gliner` package gives for the same checkpoint;
where that package would cut a long text, windows that overlap are read instead.
Input and output as `gliner`'s ONNX export has them: `input_ids`, `attention_mask`, `words_mask`,
`text_lengths`, `span_idx`, `span_mask` in, `logits` (batch, words, width, labels) out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from agents.base import CancelledError, UserError
from agents.entities.events import Span
from agents.entities.words import Candidate, Window, Word, choose, split, windows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from agents.base import CancelToken

    Ids = npt.NDArray[np.int64]

INPUTS = {"input_ids", "attention_mask", "words_mask", "text_lengths", "span_idx", "span_mask"}
CONFIG, TOKENIZER = "gliner_config.json", "tokenizer.json"
ENCODER_TOKENS = 512  # where the configuration does not say how many positions the encoder has
NO_LIMIT = 4096  # positions are relative in DeBERTa; this bounds the memory of one window
SPECIAL_TOKENS = 2  # the tokenizer's own at both ends


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the configuration says."""

    entity: str  # token before each label
    separator: str  # token after the last label
    most_words: int
    most_tokens: int
    width: int  # words of the longest span


@dataclass(frozen=True, slots=True)
class _Piece:
    """One window of one text."""

    text: int
    window: Window


class Gliner:
    """A loaded model. One thread at a time."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Load the model of `folder`.

        Raises:
            UserError: entities.folder (something is missing), entities.damaged,
                entities.unsupported (another kind of GLiNER).
        """
        self._shape = _read_shape(folder)
        self._session, self._tokenizer = _load(folder, threads)

    def find(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        threshold: float,
        cancel: CancelToken,
    ) -> list[list[Span]]:
        """The spans of each text, by position.

        Raises:
            CancelledError: `cancel` was set, also in the middle of a run.
            UserError: entities.labels_too_long.
        """
        prompt = [part for label in labels for part in (self._shape.entity, label)]
        prompt.append(self._shape.separator)
        words = [self._readable(split(text)) for text in texts]
        pieces = self._pieces(words, prompt)
        found: list[list[Candidate]] = [[] for _text in texts]
        if pieces:
            logits = self._run([self._words(words, piece) for piece in pieces], prompt, cancel)
            for row, piece in enumerate(pieces):
                found[piece.text] += _candidates(logits[row], piece.window, len(labels), threshold)
        return [
            [_span(text, words[number], one, labels) for one in choose(found[number])]
            for number, text in enumerate(texts)
        ]

    def _pieces(self, words: list[list[Word]], prompt: list[str]) -> list[_Piece]:
        used = len(self._encode(prompt).ids)
        room = self._shape.most_tokens - used - SPECIAL_TOKENS
        if room < self._shape.width:
            raise UserError("entities.labels_too_long", most=self._shape.most_tokens)
        return [
            _Piece(number, window)
            for number, text in enumerate(words)
            if text
            for window in windows(
                self._sizes(text), self._shape.most_words, room, 2 * self._shape.width
            )
        ]

    def _readable(self, words: list[Word]) -> list[Word]:
        """The words of which the tokenizer leaves anything (it drops some control characters)."""
        return [word for word, size in zip(words, self._sizes(words), strict=True) if size]

    def _sizes(self, words: list[Word]) -> list[int]:
        sizes = [0] * len(words)
        for number in self._encode([word.text for word in words]).word_ids:
            if number is not None:
                sizes[number] += 1
        return sizes

    def _words(self, words: list[list[Word]], piece: _Piece) -> list[str]:
        chosen = words[piece.text][piece.window.start : piece.window.stop]
        return [word.text for word in chosen]

    def _encode(self, words: list[str]) -> Any:  # noqa: ANN401 - tokenizers has no types
        return self._tokenizer.encode(words, is_pretokenized=True, add_special_tokens=True)

    def _run(
        self, batch: list[list[str]], prompt: list[str], cancel: CancelToken
    ) -> npt.NDArray[np.float32]:
        options: Any = _runtime().RunOptions()
        forget = cancel.on_cancel(lambda: setattr(options, "terminate", True))
        try:
            cancel.check()
            (logits,) = self._session.run(["logits"], self._inputs(batch, prompt), options)
        except CancelledError:
            raise
        except Exception as error:  # onnxruntime's own exceptions have no common base
            cancel.check()
            raise UserError("entities.failed", reason=str(error)) from error
        finally:
            forget()
        cancel.check()
        return cast("npt.NDArray[np.float32]", logits)

    def _inputs(self, batch: list[list[str]], prompt: list[str]) -> dict[str, npt.NDArray[Any]]:
        encoded = [self._encode([*prompt, *words]) for words in batch]
        longest = max(len(one.ids) for one in encoded)
        ids = np.full((len(batch), longest), self._tokenizer.token_to_id("[PAD]") or 0, np.int64)
        attention, marks = np.zeros_like(ids), np.zeros_like(ids)
        for row, one in enumerate(encoded):
            ids[row, : len(one.ids)] = one.ids
            attention[row, : len(one.ids)] = 1
            marks[row, : len(one.ids)] = _word_marks(one.word_ids, len(prompt))
        lengths = np.array([[len(words)] for words in batch], np.int64)
        most, width = int(lengths.max()), self._shape.width
        starts = np.repeat(np.arange(most), width)
        spans = np.stack([starts, starts + np.tile(np.arange(width), most)], axis=1)
        inside = spans[None, :, 1] < lengths
        return {
            "input_ids": ids,
            "attention_mask": attention,
            "words_mask": marks,
            "text_lengths": lengths,
            # As gliner pads: rows of a shorter text that it does not have are (0, 0).
            "span_idx": spans[None] * (starts[None, :] < lengths)[..., None],
            "span_mask": inside,
        }


def _word_marks(word_ids: Sequence[int | None], skip: int) -> list[int]:
    """Number each word of the text (from 1) at its first sub-token."""
    marks: list[int] = []
    last: int | None = None
    for number in word_ids:
        first = number is not None and number != last and number >= skip
        marks.append(cast("int", number) - skip + 1 if first else 0)
        last = number
    return marks


def _candidates(
    logits: npt.NDArray[np.float32], window: Window, labels: int, threshold: float
) -> list[Candidate]:
    count = window.stop - window.start
    scores = 1.0 / (1.0 + np.exp(-logits[:count, :, :labels].astype(np.float64)))
    return [
        Candidate(
            window.start + int(start),
            window.start + int(start) + int(more),
            int(label),
            float(scores[start, more, label]),
        )
        for start, more, label in np.argwhere(scores > threshold)
        if start + more < count
    ]


def _span(text: str, words: list[Word], found: Candidate, labels: Sequence[str]) -> Span:
    start, end = words[found.first].start, words[found.last].end
    return Span(start, end, text[start:end], labels[found.label], found.score)


def weights(folder: Path) -> Path | None:
    """The ONNX file of a model folder."""
    named = folder / "model.onnx"
    if named.is_file():
        return named
    return next(iter(sorted(folder.glob("*.onnx"))), None)


def _read_shape(folder: Path) -> _Shape:
    for name in (CONFIG, TOKENIZER):
        if not (folder / name).is_file():
            raise UserError("entities.folder", path=str(folder), missing=name)
    try:
        config: dict[str, Any] = json.loads((folder / CONFIG).read_text("utf-8"))
        span_mode = str(config.get("span_mode", "markerV0"))
        pooling = str(config.get("subtoken_pooling", "first"))
        splitter = str(config.get("words_splitter_type", "whitespace"))
        if span_mode == "token_level" or config.get("labels_encoder"):
            raise UserError("entities.unsupported", path=str(folder), what=span_mode)
        if pooling != "first" or splitter != "whitespace":
            raise UserError("entities.unsupported", path=str(folder), what=f"{pooling}, {splitter}")
        shape = _Shape(
            entity=str(config.get("ent_token", "<<ENT>>")),
            separator=str(config.get("sep_token", "<<SEP>>")),
            most_words=int(config.get("max_len", 384)),
            most_tokens=_most_tokens(folder, config.get("encoder_config") or {}),
            width=int(config.get("max_width", 12)),
        )
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise UserError("entities.damaged", path=str(folder), reason=str(error)) from error
    if shape.width < 1 or shape.most_words < shape.width:
        raise UserError("entities.damaged", path=str(folder), reason=CONFIG)
    return shape


def _runtime() -> Any:  # noqa: ANN401 - onnxruntime has no types
    import onnxruntime  # noqa: PLC0415 - native, and slow to import

    return cast("Any", onnxruntime)


def _most_tokens(folder: Path, encoder: dict[str, Any]) -> int:
    """Sub-tokens the encoder reads at once: where `gliner` would cut."""
    most = NO_LIMIT
    if (folder / "tokenizer_config.json").is_file():
        tokenizer = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
        most = min(most, int(tokenizer.get("model_max_length", most)))
    if not str(encoder.get("model_type", "deberta")).startswith("deberta"):  # counts positions
        most = min(most, int(encoder.get("max_position_embeddings", ENCODER_TOKENS)))
    return most


def _load(folder: Path, threads: int) -> tuple[Any, Any]:
    from tokenizers import Tokenizer  # noqa: PLC0415 - native, loaded with the first model

    file = weights(folder)
    if file is None:
        raise UserError("entities.folder", path=str(folder), missing="model.onnx")
    runtime = _runtime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        session = runtime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # both raise bare or private exceptions for a bad file
        raise UserError("entities.damaged", path=str(folder), reason=str(error)) from error
    inputs = {str(one.name) for one in session.get_inputs()}
    outputs = [one for one in session.get_outputs() if one.name == "logits"]
    if inputs != INPUTS or not outputs or len(outputs[0].shape) != 4:
        raise UserError("entities.unsupported", path=str(folder), what=", ".join(sorted(inputs)))
    return session, tokenizer
