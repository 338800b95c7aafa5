"""From the bytes of tokens to text that is safe to show.

The one law: what was given out is never taken back. A character is given out when all its bytes
are there, a Hangul syllable when all its letters are, and text that might still become a stop
string waits until it is known.

Which letters wait. A precomposed syllable (U+AC00 to U+D7A3) is one character and never waits:
in composed text nothing can follow that changes it. A syllable written in conjoining jamo (leading
consonant, vowel, trailing consonant: what decomposed text, such as a file name of macOS, is made
of) waits until something comes that does not belong to it. Emoji joined by U+200D and accents do
not wait: their first part is a whole sign, and joined text shows the same in the end.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEADING = "\u1100-\u115f\ua960-\ua97c"
_VOWEL = "\u1160-\u11a7\ud7b0-\ud7c6"
_TRAILING = "\u11a8-\u11ff\ud7cb-\ud7fb"
_SYLLABLE = re.compile(f"[{_LEADING}]+[{_VOWEL}]*[{_TRAILING}]*$")
_JAMO = re.compile(f"[{_LEADING}{_VOWEL}{_TRAILING}]$")
_LONGEST = 8  # letters of a syllable that are waited for; old Hangul has up to 3 + 3 + 3 in theory


class Letters:
    """Puts the bytes of tokens together into whole letters."""

    def __init__(self) -> None:
        """Nothing is waiting."""
        # Bytes that are no UTF-8 at all become U+FFFD; an unfinished character waits.
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held: str = ""

    def feed(self, data: bytes) -> str:
        """Take the bytes of one token; return the letters that are whole now."""
        text = self._held + self._decoder.decode(data)
        self._held = ""
        if text and text[-1] >= "\u1100" and _JAMO.search(text):
            begun = _SYLLABLE.search(text)
            if begun is not None and len(text) - begun.start() <= _LONGEST:
                self._held = begun.group()
                return text[: begun.start()]
        return text

    def end(self) -> str:
        """The syllable that was waiting for more. An unfinished character is dropped."""
        text, self._held = self._held, ""
        return text


class Stops:
    """Holds back what might become a stop string."""

    def __init__(self, stops: Sequence[str]) -> None:
        """Watch for `stops`; empty ones are ignored."""
        self._stops = tuple(stop for stop in stops if stop)
        self._held: str = ""
        self.stopped = False

    def feed(self, text: str) -> str:
        """Take more text; return what is certain now."""
        if not self._stops:
            return text
        if self.stopped:
            return ""
        text = self._held + text
        ends = [at for at in (text.find(stop) for stop in self._stops) if at >= 0]
        if ends:
            self.stopped = True
            self._held = ""
            return text[: min(ends)]
        keep = max(overlap(text, stop) for stop in self._stops)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def end(self) -> str:
        """The text that was waiting for a stop string."""
        text, self._held = self._held, ""
        return text


def overlap(text: str, tag: str) -> int:
    """Length of the longest end of `text` that is a beginning of `tag`, but not all of it."""
    for length in range(min(len(tag) - 1, len(text)), 0, -1):
        if text.endswith(tag[:length]):
            return length
    return 0
