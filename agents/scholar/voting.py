"""What an entity model says of the lines below a title: who is a person, what an organisation.

The one law: it is a vote and nothing else. What it names stands letter for letter on the page, the
layout and the rules of `agents.scholar.bylines` are heard beside it, and where there is no model,
or it fails, they decide alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.entities.events import EntitiesFound, EntityRequest
from agents.scholar.bylines import MARK
from agents.store import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agents.base import CancelToken
    from agents.entities.events import Span
    from agents.pages.front import Front
    from agents.scholar.entity_reading import Finder

_LABELS = ("person", "organisation")
_SURE = 0.7  # from here on an organisation is none of the people, whatever it looks like
_LONGEST = 2000  # letters of a byline


@dataclass(frozen=True, slots=True)
class Vote:
    """What was named on one page, as it is printed there, in its order."""

    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()

    def is_person(self, text: str) -> bool:
        """Whether exactly this was called a person."""
        return _folded(text) in set(map(_folded, self.people))

    def is_organisation(self, text: str) -> bool:
        """Whether exactly this was called an organisation."""
        return _folded(text) in set(map(_folded, self.organisations))


NO_VOTE = Vote()


class Voter:
    """Asks the entity model that is installed. Any thread."""

    def __init__(self, finder: Finder, model: Callable[[], str]) -> None:
        """Keep what finds spans, and what tells which model does ("" where there is none)."""
        self._finder = finder
        self._model = model

    def votes(self, pages: Sequence[Front], cancel: CancelToken) -> tuple[Vote, ...]:
        """One vote for each first page; empty ones where there is nobody to ask.

        Raises:
            CancelledError: `cancel` was set.
        """
        found = [NO_VOTE] * len(pages)
        asked = [at for at, page in enumerate(pages) if page.byline]
        model = self._model() if asked else ""
        if not model:
            return tuple(found)
        texts = tuple(_text(pages[at]) for at in asked)
        try:
            for event in self._finder.run(EntityRequest(texts, model, _LABELS), cancel):
                if isinstance(event, EntitiesFound):
                    begins = len(pages[asked[event.index]].title) + 1
                    found[asked[event.index]] = _vote(texts[event.index], begins, event.spans)
        except UserError:  # a model that is damaged stops no import; the entities page tells it
            return tuple(found)
        return tuple(found)


def _text(page: Front) -> str:
    """A title, which tells what the lines belong to, and those lines."""
    return f"{page.title}\n{chr(10).join(page.byline)}"[:_LONGEST].replace(MARK, ",")


def _vote(text: str, begins: int, spans: Iterable[Span]) -> Vote:
    people: list[str] = []
    organisations: list[str] = []
    for span in spans:
        printed = text[span.start : span.end]
        if span.start < begins or not printed.strip():
            continue  # what the title names has not written it
        if span.label == "person":
            people.append(printed)
        elif span.label == "organisation" and span.score >= _SURE:
            organisations.append(printed)
    return Vote(tuple(people), tuple(organisations))


def _folded(text: str) -> str:
    return " ".join(words.tokens(text))
