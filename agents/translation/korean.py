"""What only a Korean analyser knows: where sentences end and where particles begin.

The one law: the analyser is loaded on first use, never on import (it takes a second).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from agents.translation import srx

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agents.translation.srx import Rules


class _Sentence(Protocol):
    start: int
    end: int


class Token(Protocol):
    """A morpheme: how it reads, what it is (tag of the Sejong set), where it stands."""

    form: str
    tag: str
    start: int
    len: int


@dataclass(frozen=True, slots=True)
class Morpheme:
    """A part of a word; tags as in the Sejong corpus (NNG noun, NNP name, J… particle)."""

    start: int
    end: int
    tag: str


class _Kiwi(Protocol):
    def split_into_sents(self, text: str) -> Sequence[_Sentence]: ...

    def tokenize(self, text: str) -> Sequence[Token]: ...

    def join(self, morphs: Sequence[tuple[str, str]]) -> str: ...


class _Analyser:
    """Kiwi, loaded on first use; one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kiwi: _Kiwi | None = None

    def __enter__(self) -> _Kiwi:
        self._lock.acquire()
        try:
            if self._kiwi is None:
                from kiwipiepy import Kiwi  # noqa: PLC0415 - loads a model of 80 MB

                # Without the names of several words (WikiData): of 703 Korean texts 2 came out
                # otherwise, no particle and no sentence, in half the time and 190 MB less. What
                # is frozen does not have them.
                self._kiwi = cast("_Kiwi", Kiwi(num_workers=1, load_multi_dict=False))
        except BaseException:
            self._lock.release()
            raise
        return self._kiwi

    def __exit__(self, *exc: object) -> None:
        self._lock.release()


class Korean:
    """One analyser, shared by whoever holds this object. Any thread."""

    def __init__(self, rules: Path | None = None, analyser: _Analyser | None = None) -> None:
        """Load nothing yet.

        Args:
            rules: the user's own segmentation rules (SRX).
            analyser: that of another; None = one of its own.
        """
        self._analyser = analyser or _Analyser()
        self._lock = threading.Lock()
        self._path = rules
        self._rules: Rules | None = None

    def ruled(self, rules: Path | None) -> Korean:
        """The same analyser with other segmentation rules; itself where there are none."""
        return self if rules is None else Korean(rules, self._analyser)

    @property
    def rules(self) -> Rules:
        """Where sentences end, as rules.

        Raises:
            UserError: see `srx.load`.
        """
        with self._lock:
            if self._rules is None:
                self._rules = srx.load(self._path) if self._path else srx.built_in()
            return self._rules

    def sentences(self, text: str) -> list[tuple[int, int]]:
        """Offsets of the sentences of `text`."""
        with self._analyser as kiwi:
            found = kiwi.split_into_sents(text)
        return [(sentence.start, sentence.end) for sentence in found]

    def tokens(self, text: str) -> Sequence[Token]:
        """The morphemes of `text`."""
        with self._analyser as kiwi:
            return kiwi.tokenize(text)

    def joined(self, *morphemes: tuple[str, str]) -> str:
        """Morphemes (form, tag) as they are written together: 돕 + 어요 is 도와요."""
        with self._analyser as kiwi:
            return kiwi.join(morphemes)

    def particles(self, text: str) -> dict[int, int]:
        """Where particles end a word: end of the word -> start of its particles."""
        tokens = self.tokens(text)
        ends: dict[int, int] = {}
        begin = -1  # start of the chain of particles we are in
        end = -1
        for token in tokens:
            if token.tag.startswith("J"):
                begin = begin if begin >= 0 and token.start == end else token.start
                end = token.start + token.len
                if end == len(text) or not text[end].isalnum():
                    ends[end] = begin
            else:
                begin = -1
        return ends

    def morphemes(self, text: str) -> tuple[Morpheme, ...]:
        """The parts of the words of a text."""
        with self._analyser as kiwi:
            tokens = kiwi.tokenize(text)
        return tuple(
            Morpheme(token.start, token.start + token.len, token.tag) for token in [*tokens]
        )
