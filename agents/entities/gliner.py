"""GLiNER span models (markerV0) through ONNX Runtime and `tokenizers` alone.

The one law: the same spans and scores as the `gliner` package gives for the same checkpoint;
where that package would cut a long text, windows that overlap are read instead.
Input and output as `gliner`'s ONNX export has them: `input_ids`, `attention_mask`, `words_mask`,
`text_lengths`, `span_idx`, `span_mask` in, `logits` (batch, words, width, labels) out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.base import UserError
from agents.entities import folder as model_folder
from agents.entities.events import Span
from agents.entities.words import Candidate, Window, Word, choose, split, windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from agents.base import CancelToken
    from agents.entities.folder import Encoding

    Logits = npt.NDArray[np.float32]

BATCH_WINDOWS = 8  # of one run
BATCH_AREA = BATCH_WINDOWS * 512 * 512  # of one run: windows x longest^2, as attention takes memory
LONGEST_WORD = 256  # sub-tokens; of a longer "word" (base64, Thai) only the beginning is read
WORDS_AT_ONCE = 5000  # counted between two looks at the cancel token


@dataclass(frozen=True, slots=True)
class Step:
    """The model ran once more.

    `found` has the number and the spans of each text that is now read to its end.
    """

    done: int  # windows read so far
    total: int  # windows of all texts
    found: tuple[tuple[int, tuple[Span, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """One window of one text."""

    text: int
    window: Window
    tokens: int  # sub-tokens of its words


class Gliner:
    """A loaded model. Any thread."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Load the model of `folder`.

        Raises:
            UserError: entities.folder (something is missing), entities.damaged,
                entities.unsupported (another kind of GLiNER).
        """
        self._shape = model_folder.read_shape(folder)
        self._session, self._tokenizer = model_folder.load(folder, self._shape, threads)

    def read(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        threshold: float,
        cancel: CancelToken,
    ) -> Iterator[Step]:
        """Read the texts in their order, one `Step` for each run of the model.

        Raises:
            CancelledError: `cancel` was set, also in the middle of a run.
            UserError: entities.labels_too_long, entities.bad_label, entities.failed.
        """
        prompt = self._prompt(labels)
        room = self._room(prompt)
        words: list[list[Word]] = []
        pieces: list[_Piece] = []
        for number, text in enumerate(texts):
            readable, sizes = self._readable(split(text), min(room, LONGEST_WORD), cancel)
            words.append(readable)
            pieces += self._pieces(number, sizes, room)
        found: list[list[Candidate]] = [[] for _text in texts]
        done = told = 0
        for batch in _batches(pieces, self._shape.most_tokens - room):
            logits = self._run([_words(words, piece) for piece in batch], prompt, cancel)
            for row, piece in enumerate(batch):
                found[piece.text] += _candidates(logits[row], piece.window, len(labels), threshold)
            done += len(batch)
            whole = pieces[done].text if done < len(pieces) else len(texts)
            spans = tuple(
                (number, _spans(texts[number], words[number], found[number], labels))
                for number in range(told, whole)
            )
            told = whole
            yield Step(done, len(pieces), spans)
        if told < len(texts):  # there is not one word in any of them
            yield Step(done, done, tuple((number, ()) for number in range(told, len(texts))))

    def _prompt(self, labels: Sequence[str]) -> list[str]:
        """The labels as the model wants them before the text."""
        marks = {self._tokenizer.token_to_id(self._shape.entity)}
        marks.add(self._tokenizer.token_to_id(self._shape.separator))
        for label in labels:
            if not marks.isdisjoint(self._encode([label]).ids):
                raise UserError("entities.bad_label", label=label)
        parts = [part for label in labels for part in (self._shape.entity, label)]
        return [*parts, self._shape.separator]

    def _room(self, prompt: list[str]) -> int:
        """Sub-tokens that remain for the words."""
        room = self._shape.most_tokens - len(self._encode(prompt).ids)
        if room < self._shape.width:
            raise UserError("entities.labels_too_long", most=self._shape.most_tokens)
        return room

    def _readable(
        self, words: list[Word], longest: int, cancel: CancelToken
    ) -> tuple[list[Word], list[int]]:
        """The words of which the tokenizer leaves anything, and the sub-tokens of each.

        It drops some control characters. `gliner` counts on without them and so puts what it
        finds behind one a word too early; here they are no words.
        """
        readable: list[Word] = []
        sizes: list[int] = []
        for begin in range(0, len(words), WORDS_AT_ONCE):
            cancel.check()
            some = words[begin : begin + WORDS_AT_ONCE]
            for word, size in zip(some, self._sizes([word.text for word in some]), strict=True):
                if size:
                    kept, left = (word, size) if size <= longest else self._shorter(word, longest)
                    readable.append(kept)
                    sizes.append(left)
        return readable, sizes

    def _shorter(self, word: Word, longest: int) -> tuple[Word, int]:
        """The beginning of a word; its place in the text stays that of the whole word."""
        letters, size = longest, longest + 1
        while size > longest and letters > 1:
            (size,) = self._sizes([word.text[:letters]])
            letters = letters if size <= longest else letters // 2
        return Word(word.text[:letters], word.start, word.end), size

    def _sizes(self, words: list[str]) -> list[int]:
        sizes = [0] * len(words)
        for number in self._encode(words).word_ids:
            if number is not None:
                sizes[number] += 1
        return sizes

    def _pieces(self, text: int, sizes: list[int], room: int) -> list[_Piece]:
        made = windows(
            sizes,
            most_words=self._shape.most_words,
            most_tokens=room,
            width=self._shape.width,
        )
        return [_Piece(text, one, sum(sizes[one.start : one.stop])) for one in made]

    def _encode(self, words: Sequence[str]) -> Encoding:
        return self._tokenizer.encode(words, is_pretokenized=True)

    def _run(self, batch: list[list[str]], prompt: list[str], cancel: CancelToken) -> Logits:
        """Evaluate one batch; a cancel stops it in the middle."""
        inputs = self._inputs(batch, prompt)
        (logits,) = model_folder.run_once(
            lambda options: self._session.run(["logits"], inputs, options), cancel
        )
        return logits

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
        return {
            "input_ids": ids,
            "attention_mask": attention,
            "words_mask": marks,
            "text_lengths": lengths,
            # As gliner pads: rows of a shorter text that it does not have are (0, 0).
            "span_idx": spans[None] * (starts[None, :] < lengths)[..., None],
            "span_mask": spans[None, :, 1] < lengths,
        }


def _batches(pieces: list[_Piece], around: int) -> Iterator[list[_Piece]]:
    """Windows that are run together, `around` sub-tokens of prompt with each."""
    batch: list[_Piece] = []
    longest = 0
    for piece in pieces:
        longer = max(longest, piece.tokens + around)
        many = len(batch) + 1
        if batch and (many > BATCH_WINDOWS or many * longer * longer > BATCH_AREA):
            yield batch
            batch, longer = [], piece.tokens + around
        batch.append(piece)
        longest = longer
    if batch:
        yield batch


def _words(words: list[list[Word]], piece: _Piece) -> list[str]:
    return [word.text for word in words[piece.text][piece.window.start : piece.window.stop]]


def _word_marks(word_ids: Sequence[int | None], skip: int) -> list[int]:
    """Number each word of the text (from 1) at its first sub-token."""
    marks: list[int] = []
    last: int | None = None
    for number in word_ids:
        first = number is not None and number != last and number >= skip
        marks.append(number - skip + 1 if first and number is not None else 0)
        last = number
    return marks


def _candidates(
    logits: Logits, window: Window, labels: int, threshold: float
) -> Iterator[Candidate]:
    """The window's own spans above the threshold.

    The sigmoid is taken in 32 bits, as gliner does: a sure model's scores are equal there.
    """
    own = slice(window.first - window.start, window.last - window.start)
    with np.errstate(over="ignore"):
        scores = np.float32(1) / (np.float32(1) + np.exp(-logits[own, :, :labels]))
    for start, more, label in np.argwhere(scores > threshold).tolist():
        first, last = window.first + start, window.first + start + more
        if last < window.stop:
            yield Candidate(first, last, label, float(scores[start, more, label]))


def _spans(
    text: str, words: list[Word], found: list[Candidate], labels: Sequence[str]
) -> tuple[Span, ...]:
    made: list[Span] = []
    for one in choose(found):
        start, end = words[one.first].start, words[one.last].end
        made.append(Span(start, end, text[start:end], labels[one.label], one.score))
    return tuple(made)
