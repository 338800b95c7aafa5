"""Which passages of the given files a model is shown for a question.

The one law: what goes in is counted in the model's own tokens and fits; a short file goes in whole,
of a long one what has to do with the question, and for a summary a share of every part.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.store.ranking import fuse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Embedder
    from agents.store.files import FilePassage, Files

WHOLE = 2_600  # tokens of files that are shown whole
SHOWN = 1_600  # tokens of passages of longer ones: each costs time before the first word
_RANKED = 60  # passages of each ranking that are fused
_ALL_OF_IT = re.compile(
    r"요약|정리해|간추|개요|전체|핵심|요지|줄거리|주요\s*내용|무슨\s*(?:내용|글|문서|파일)|뭐에\s*(?:대한|관한)|어떤\s*(?:내용|글|문서)"
    r"|\bsummar|\bkey\s+points?\b|\boverview\b|\bgist\b|\boutline\b|\bmain\s+(?:points?|ideas?|claims?)\b"
    r"|\b(?:what(?:'s|’s|\s+is)\s+(?:this|it|the\s+\w+)\s+about)\b|\btl;?dr\b|\bwhole\b",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"\b(?:page|p\.)\s*(?P<en>\d{1,4})\b|(?P<ko>\d{1,4})\s*(?:쪽|페이지)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What goes in, in the order of the files and of their texts."""

    passages: tuple[FilePassage, ...]
    found: bool = True  # False: nothing has to do with the question; the beginning was taken


def choose(
    files: Files,
    ids: Sequence[int],
    question: str,
    count: Callable[[str], int],
    room: int,
    embedder: Embedder | None,
    cancel: CancelToken,
) -> Chosen:
    """Choose passages.

    Args:
        files: where they are.
        ids: the files.
        question: what is asked.
        count: how many tokens a text has.
        room: tokens there are at most.
        embedder: finds by meaning what was embedded; None where there is none.
        cancel: stops it.

    Raises:
        CancelledError: `cancel` was set.
    """
    all_ = files.passages(ids)
    whole = _fitting(all_, count, min(room, WHOLE))
    if len(whole) == len(all_):
        return Chosen(all_)
    cancel.check()
    budget = min(room, SHOWN)
    order, found = _order(files, ids, all_, question, embedder, cancel)
    taken = _fitting(order, count, budget)
    places = {one.id: at for at, one in enumerate(all_)}
    return Chosen(tuple(sorted(taken, key=lambda one: places[one.id])), found)


def _order(
    files: Files,
    ids: Sequence[int],
    all_: Sequence[FilePassage],
    question: str,
    embedder: Embedder | None,
    cancel: CancelToken,
) -> tuple[list[FilePassage], bool]:
    """The passages, those first that are wanted most; whether they fit the question."""
    if _ALL_OF_IT.search(question):
        return _spread(all_), True
    rankings = [files.find(ids, question, _RANKED)]
    if embedder is not None:
        with contextlib.suppress(UserError):  # one that cannot be had: its words find it
            vector = embedder.embed([question], "query", cancel)[0]
            rankings.append(files.nearest(ids, embedder.id, vector, _RANKED))
    pages = {int(match["en"] or match["ko"]) for match in _PAGE.finditer(question)}
    named = [one.id for one in all_ if one.page in pages]
    known = {one.id: one for one in all_}
    fused = [id_ for id_, _score in fuse(rankings)]
    order = list(dict.fromkeys([*named, *fused]))
    if not order:
        return list(all_), False
    return [known[id_] for id_ in order if id_ in known], True


def _spread(all_: Sequence[FilePassage]) -> list[FilePassage]:
    """The beginning and the end, then what lies between, in ever smaller steps."""
    last = len(all_) - 1
    order = [0, last, 1]
    step = 2
    while step < 2 * last:
        order += [round(last * at / step) for at in range(1, step)]
        step *= 2
    order += range(len(all_))
    return [all_[at] for at in dict.fromkeys(order) if 0 <= at <= last]


def _fitting(
    order: Sequence[FilePassage], count: Callable[[str], int], room: int
) -> tuple[FilePassage, ...]:
    """As many as there is room for, in this order; one that is too long is passed over."""
    taken: list[FilePassage] = []
    for one in order:
        if room < 8:
            break
        if len(one.text) > room * 12:  # no need to count
            continue
        needed = count(one.text) + 8  # for its number
        if needed <= room:
            taken.append(one)
            room -= needed
    return tuple(taken)
