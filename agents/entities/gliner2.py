"""GLiNER2 span models (Fastino) through ONNX Runtime and `tokenizers` alone.

The one law: the same spans and scores as the `gliner2` package gives for the same checkpoint,
label by label; where two labels claim the same words, the better score has them, and a text
longer than a window is read in windows that overlap.

The prompt is `( [P] entities ( [E] label ... ) ) [SEP_TEXT] words`, without tokens of the
tokenizer's own; each word is put into lower case and tokenized by itself, and is what its first
sub-token became. Published exports leave out that the package drops everything where the model
counts no entity; where a graph tells the count, so do we.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from agents.base import UserError
from agents.entities import gliner2_folder
from agents.entities.events import Span
from agents.entities.folder import run_once
from agents.entities.gliner import LONGEST_WORD, WORDS_AT_ONCE, Step
from agents.entities.gliner2_folder import ENTITY, PROMPT, SEPARATOR, Prompted
from agents.entities.words import Candidate, Window, Word, choose, windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from agents.base import CancelToken

_ENDS = (".", "!", "?")
_TASK = "entities"

# GLiNER2's own word splitter, gliner2/processing/word_splitter.py: marks that combine with a
# letter belong to its word, addresses are one word.
_MARKS = "".join(
    chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] == "M"
)
_LETTER = rf"[\w{_MARKS}\u200c\u200d]"
_WORD = re.compile(
    r"(?:https?://[^\s]+|www\.[^\s]+)"
    r"|[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}"
    r"|@[a-z0-9_]+"
    rf"|{_LETTER}+(?:[-_]{_LETTER}+)*"
    r"|\S",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Text:
    """The words of a text with their sub-tokens."""

    words: list[Word]
    ids: list[list[int]]


class Gliner2:
    """A loaded model. Any thread."""

    def __init__(self, folder: Path, threads: int, *, flat: bool = True) -> None:
        """Load the model of `folder`.

        Args:
            folder: where it lies.
            threads: of one run.
            flat: no two spans overlap; otherwise those of two labels may, as in the package.

        Raises:
            UserError: entities.folder (something is missing), entities.damaged,
                entities.unsupported (another architecture).
        """
        self._shape = gliner2_folder.read_shape(folder)
        self._flat = flat
        self._scorer, self._tokenizer = gliner2_folder.load(folder, threads)

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
        prompt, marks = self._prompt(labels)
        room = self._shape.most_tokens - len(prompt) - 1  # and a full stop
        if room < self._shape.width:
            raise UserError("entities.labels_too_long", most=self._shape.most_tokens)
        read = [self._words(text, min(room, LONGEST_WORD), cancel) for text in texts]
        cut = [self._windows(text, room) for text in read]
        total, done = sum(map(len, cut)), 0
        ready: list[tuple[int, tuple[Span, ...]]] = []  # with those that have no word
        for number, (text, own) in enumerate(zip(read, cut, strict=True)):
            found: list[Candidate] = []
            for place, window in enumerate(own):
                scores = self._run(self._prompted(prompt, marks, text, window), cancel)
                if scores is not None:
                    found += _candidates(scores, window, threshold)
                done += 1
                if place + 1 < len(own):
                    yield Step(done, total, ())
            best = _winners(found, len(labels))
            chosen = choose(best) if self._flat else best
            ready.append((number, _spans(texts[number], text.words, chosen, labels)))
            if own:
                yield Step(done, total, tuple(ready))
                ready.clear()
        if ready:
            yield Step(total + 1, total + 1, tuple(ready))

    def _prompt(self, labels: Sequence[str]) -> tuple[list[int], list[int]]:
        """The sub-tokens before the text, and where "[P]" and each "[E]" stand among them."""
        known = {mark: self._mark(mark) for mark in (PROMPT, ENTITY, SEPARATOR)}
        opened, closed, task, *named = self._ids(["(", ")", _TASK, *labels])
        for label, own in zip(labels, named, strict=True):
            if not set(known.values()).isdisjoint(own):
                raise UserError("entities.bad_label", label=label)
        marks = [len(opened)]
        ids = [*opened, known[PROMPT], *task, *opened]
        for own in named:
            marks.append(len(ids))
            ids += [known[ENTITY], *own]
        return [*ids, *closed, *closed, known[SEPARATOR]], marks

    def _words(self, text: str, longest: int, cancel: CancelToken) -> _Text:
        """The words of which the tokenizer leaves anything.

        As the reference does, a text is closed with a full stop where it has no end.
        """
        closed = text if text.endswith(_ENDS) or not text.strip() else f"{text}."
        made = _Text([], [])
        words = [Word(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(closed)]
        for begin in range(0, len(words), WORDS_AT_ONCE):
            cancel.check()
            some = words[begin : begin + WORDS_AT_ONCE]
            for word, ids in zip(some, self._ids([one.text for one in some]), strict=True):
                if ids:
                    made.words.append(replace(word, end=min(word.end, len(text))))
                    made.ids.append(ids[:longest])
        return made

    def _windows(self, text: _Text, room: int) -> list[Window]:
        return windows(
            [len(ids) for ids in text.ids],
            most_words=self._shape.most_words,
            most_tokens=room,
            width=self._shape.width,
        )

    def _prompted(
        self, prompt: list[int], marks: list[int], text: _Text, window: Window
    ) -> Prompted:
        """A window as the model reads it; what is cut in a sentence is closed with a full stop."""
        ids, places = list(prompt), list[int]()
        for own in text.ids[window.start : window.stop]:
            places.append(len(ids))
            ids += own
        if not text.words[window.stop - 1].text.endswith(_ENDS):
            ids += self._ids(["."])[0]
        count, width = len(places), self._shape.width
        starts = np.repeat(np.arange(count), width)
        ends = starts + np.tile(np.arange(width), count)
        spans = np.stack([starts, ends], axis=1) * (ends < count)[:, None]
        return Prompted(
            np.array([ids], np.int64),
            np.array(places, np.int64),
            np.array(marks, np.int64),
            spans[None].astype(np.int64),
        )

    def _run(self, text: Prompted, cancel: CancelToken) -> npt.NDArray[np.float32] | None:
        """Evaluate one window; a cancel stops it in the middle."""
        return run_once(lambda options: self._scorer.scores(text, options), cancel)

    def _ids(self, words: list[str]) -> list[list[int]]:
        """Sub-tokens of words, each tokenized by itself."""
        return [one.ids for one in self._tokenizer.encode_batch(words, add_special_tokens=False)]

    def _mark(self, token: str) -> int:
        found = self._tokenizer.token_to_id(token)
        assert found is not None  # noqa: S101 - seen when the folder was loaded
        return found


def _candidates(
    scores: npt.NDArray[np.float32], window: Window, threshold: float
) -> Iterator[Candidate]:
    """The window's own spans from the threshold on."""
    own = scores[:, window.first - window.start : window.last - window.start]
    for label, start, more in np.argwhere(own >= threshold).tolist():
        first = window.first + start
        if first + more < window.stop:
            yield Candidate(first, first + more, label, float(own[label, start, more]))


def _winners(found: Sequence[Candidate], labels: int) -> list[Candidate]:
    """Per label the best that do not overlap; those of all labels together may."""
    return [
        one
        for label in range(labels)
        for one in choose(candidate for candidate in found if candidate.label == label)
    ]


def _spans(
    text: str, words: list[Word], found: Sequence[Candidate], labels: Sequence[str]
) -> tuple[Span, ...]:
    made: list[Span] = []
    for one in found:
        start, end = words[one.first].start, words[one.last].end
        if start < end:  # not the full stop that closed the text
            made.append(Span(start, end, text[start:end], labels[one.label], one.score))
    return tuple(made)
