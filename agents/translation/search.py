"""Find and replace in translations, by words or by regular expression.

The one law: a pattern is a person's, and may be wrong or endless. It ends in a sentence, never in
a traceback or a hang.
"""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agents.store.segment_rows import StoredSegment

SECONDS = 5.0  # for all segments of a document together


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for, and what to put in its place."""

    find: str
    replace: str = ""
    pattern: bool = False  # `find` is a regular expression, and \\1 in `replace` its group
    case: bool = False  # capitals count


def hits(segments: Iterable[StoredSegment], search: Search) -> Iterator[tuple[StoredSegment, int]]:
    """The segments whose translation has what is looked for, and how often.

    Raises:
        UserError: translation.bad_pattern, translation.slow_pattern.
    """
    for segment, _target, count in _each(segments, search):
        if count:
            yield segment, count


def replaced(segments: Iterable[StoredSegment], search: Search) -> Iterator[StoredSegment]:
    """The segments that change, with their new targets.

    Raises:
        UserError: translation.bad_pattern, translation.slow_pattern.
    """
    for segment, target, _count in _each(segments, search):
        if target != segment.target:
            yield dataclasses.replace(segment, target=target)


def _each(
    segments: Iterable[StoredSegment], search: Search
) -> Iterator[tuple[StoredSegment, str, int]]:
    if not search.find:
        return
    flags = 0 if search.case else regex.IGNORECASE
    words = search.find if search.pattern else regex.escape(search.find, special_only=True)
    put = search.replace if search.pattern else search.replace.replace("\\", "\\\\")
    end = time.monotonic() + SECONDS
    try:
        made = regex.compile(words, flags)
        for segment in segments:
            left = max(0.01, end - time.monotonic())
            # `concurrent`: the window goes on while an endless pattern runs.
            target, count = made.subn(put, segment.target, timeout=left, concurrent=True)
            yield segment, target, count
    except TimeoutError as error:
        raise UserError("translation.slow_pattern") from error
    except (regex.error, IndexError) as error:
        raise UserError("translation.bad_pattern", reason=str(error)) from error
