"""What the works of a library say of one entity, sentence by sentence.

The one law: what is shown is the work's own text, cut at the ends of its sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from agents.entities import names
from agents.entities.events import PAPER_LABELS
from agents.scholar import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.entities import Entities, EntityRow, Mention, NameRow
    from agents.store.library import Library, Work

_MOST = 300  # letters of a sentence on either side of what is named


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that names something: where that stands in it, end exclusive."""

    text: str
    start: int
    stop: int
    page: int  # 1-based; 0 = title or abstract


@dataclass(frozen=True, slots=True)
class Using:
    """A work with its sentences."""

    work: Work
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class EntityPage:
    """All that is known of one entity."""

    entity: EntityRow
    names: tuple[NameRow, ...]
    works: tuple[Using, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """Something that is named in an abstract: offsets in it, end exclusive."""

    start: int
    end: int
    label: str
    entity: int
    name: str


def of_abstract(entities: Entities, work: Work) -> tuple[Marked, ...] | None:
    """What an abstract names; None where it was not read as it stands."""
    mentions = entities.spans(work.id, "abstract")
    if mentions is None or any(one.passage.text != work.text for one in mentions):
        return None
    whole = f"{work.title}. {work.abstract}"
    shift = len(work.title) + 2 - (len(whole) - len(whole.lstrip(". ")))  # as `Work.text` has it
    return tuple(
        Marked(one.start - shift, one.stop - shift, one.label, one.entity, one.name)
        for one in mentions
        if one.start >= shift
    )


def page(entities: Entities, library: Library, entity: int) -> EntityPage | None:
    """The page of an entity, works with most sentences first; None where nothing names it."""
    row = entities.get(entity)
    if row is None:
        return None
    mentions = entities.mentions(entity)
    by_work = {
        id_: _sentences(list(group))
        for id_, group in groupby(mentions, key=lambda one: one.passage.work)
    }
    works = [Using(work, by_work[work.id]) for work in library.works(list(by_work))]
    works.sort(key=lambda one: (-len(one.said), one.work.year, one.work.key))
    return EntityPage(row, entities.names(entity), tuple(works))


def find(entities: Entities, name: str) -> tuple[EntityRow, ...]:
    """The entities that are called so, however it is written; those of most works first."""
    forms = [(label, names.form(name, label)) for label in PAPER_LABELS]
    return entities.named(forms, " ".join(name.split()))


def said(mention: Mention) -> Said:
    """The sentence around a mention."""
    text, page_ = mention.passage.text, mention.passage.page
    begin, end = around(text, mention.start, mention.stop)
    return Said(text[begin:end], mention.start - begin, mention.stop - begin, page_)


def around(text: str, start: int, stop: int) -> tuple[int, int]:
    """Where the sentence (or sentences) around a stretch of text begins and ends.

    A sentence without end, as tables are read, is cut between words.
    """
    begin, at = 0, 0
    end = len(text)
    for sentence in terms.sentences(text):
        at = text.index(sentence, at)
        if at <= start:
            begin = at
        at += len(sentence)
        if at >= stop:
            end = at
            break
    if start - begin > _MOST:
        cut = text.rfind(" ", begin, start - _MOST)
        begin = cut + 1 if cut >= 0 else start - _MOST
    if end - stop > _MOST:
        cut = text.find(" ", stop + _MOST, end)
        end = cut if cut >= 0 else stop + _MOST
    return begin, end


def _sentences(mentions: Sequence[Mention]) -> tuple[Said, ...]:
    """The sentences of one work, each once: where it names the entity twice, the first counts."""
    found: dict[str, Said] = {}
    for mention in mentions:
        one = said(mention)
        found.setdefault(one.text, one)
    return tuple(found.values())
