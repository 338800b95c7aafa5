"""Thoughts: what a reasoning model writes between `<think>` and `</think>` before it answers.

The one law: only what comes first can be a thought. The template opened it (LFM2.5-2.6B, Nemotron
with thinking on), or the model does as the first thing it writes (Falcon-H1R, LFM2.5-8B-A1B,
LFM2.5-Thinking). After the answer has begun, a tag is a word like any other. A model that is not
known to think is believed only with the line break that all who think write after the tag:
"`<think>` is a tag ..." is an answer.
"""

from __future__ import annotations

from enum import Enum, auto

from agents.engine.textout import overlap

OPENED, CLOSED = "<think>", "</think>"


class _At(Enum):
    BEGINNING = auto()
    THOUGHT = auto()
    GAP = auto()  # the white space after a thought
    ANSWER = auto()


class Thoughts:
    """Parts what a model writes into thought and answer."""

    def __init__(self, prompt: str, *, thinks: bool) -> None:
        """Find out where the prompt left off.

        Args:
            prompt: the end of the prompt, as the template wrote it.
            thinks: whether the model is known to think.
        """
        self._thinks = thinks
        self._held = ""
        self._begun = False  # the thought has letters
        self._at = _At.BEGINNING
        if prompt.rstrip().endswith(OPENED):
            self._at = _At.THOUGHT
        elif prompt.rstrip().endswith(CLOSED):
            self._at = _At.GAP

    def feed(self, text: str) -> tuple[str, str]:
        """Take more; return what is certain now: of the thought, and of the answer."""
        if self._at is _At.ANSWER:
            return "", text
        self._held += text
        if self._at is _At.BEGINNING:
            self._begin()
        thought = self._think() if self._at is _At.THOUGHT else ""
        if self._at is _At.GAP:
            self._held = self._held.lstrip()
            if self._held:
                self._at = _At.ANSWER
        if self._at is _At.ANSWER:
            answer, self._held = self._held, ""
            return thought, answer
        return thought, ""

    def end(self) -> tuple[str, str]:
        """What was waiting for a tag; an unfinished thought stays a thought."""
        held, self._held = self._held, ""
        if self._at is _At.THOUGHT:
            return held.strip() if not self._begun else held.rstrip(), ""
        return "", "" if self._at is _At.GAP else held

    def _begin(self) -> None:
        text = self._held.lstrip()
        if text.startswith(OPENED):
            rest = text[len(OPENED) :]
            if self._thinks or rest.startswith("\n"):
                self._at, self._held = _At.THOUGHT, rest
            elif rest:
                self._at = _At.ANSWER
        elif not OPENED.startswith(text):
            self._at = _At.ANSWER

    def _think(self) -> str:
        if not self._begun:
            self._held = self._held.lstrip()
        text, closed, rest = self._held.partition(CLOSED)
        if closed:
            self._at, self._held = _At.GAP, rest
            return text.rstrip()
        # White space waits: at the end of a thought it is no part of it.
        text = text[: len(text) - overlap(text, CLOSED)].rstrip()
        self._begun = self._begun or bool(text)
        self._held = self._held[len(text) :]
        return text
