"""Chooses the works of a draft and proposes its themes and their questions.

The one law: in a library of any size only so many works are read; which ones is found by the index
first, and decided as in a small library afterwards.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from agents.engine.port import GenerationRequest, Message, Priority
from agents.scholar import facts, plan, relevance, retrieval, terms, write
from agents.scholar.prompts import ASK, PHRASES, TRANSLATE
from agents.store.outlines import Outline, PlannedTheme
from agents.store.ranking import fuse

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.base import CancelToken, Progress
    from agents.engine.port import Embedder, Engine
    from agents.scholar.steps_notes import Note
    from agents.store.library import Library, Work
    from agents.store.passages import Passage, Passages

    Array = npt.NDArray[np.float32]

LARGE = 2000  # works; a larger library is searched before it is read
_CANDIDATES = 400  # works that the topic's words bring
_BESIDE = 400  # others, spread over the library: how rare a word is shows in them
_BY_PASSAGE = 40  # works that a passage of their PDF brings
_TRANSLATION_TOKENS = 80
_TRANSLATED_WORDS = 80  # of a topic; a long abstract is embedded as it is
_QUESTION_TOKENS = 48
_QUESTION = re.compile(r"[^\[\]{}<>\\@#$^_~|*`\x00-\x1f]{12,200}\?\Z")


@dataclasses.dataclass(frozen=True, slots=True)
class Chosen:
    """The works that have to do with the topic, nearest first, among how many."""

    relevant: list[relevance.Relevant]
    vectors: Mapping[str, Array] | None
    total: int


class Chooser:
    """Chooses works for drafts from the library or a `.bib` file."""

    def __init__(
        self, library: Library, passages: Passages | None, embedder: Embedder | None
    ) -> None:
        """Keep where works and their passages live, and who embeds."""
        self._library = library
        self._passages = passages
        self._embedder = embedder

    def pool(self, topic: str) -> tuple[Sequence[Work], int]:
        """The works of the library that are read for a topic, and how many there are."""
        total = self._library.count()
        if total <= LARGE:
            return self._library.list(), total
        asked = [topic, *terms.sentences(topic)[:5]]
        rankings = [list(self._library.find(one, _CANDIDATES)) for one in dict.fromkeys(asked)]
        if self._passages is not None:
            found = self._passages.get(self._passages.find(topic, 5 * _BY_PASSAGE))
            rankings.append(list(dict.fromkeys(one.work for one in found))[:_BY_PASSAGE])
        near = [id_ for id_, _score in fuse(rankings)[:_CANDIDATES]]
        ids = self._library.ids()
        spread = ids[:: max(1, len(ids) // _BESIDE)]
        return self._library.works(list(dict.fromkeys([*near, *spread]))), total

    def choose(
        self, topic: str, works: Sequence[Work], total: int, engine: Engine, cancel: CancelToken
    ) -> Generator[Progress, None, Chosen]:
        """Decide which works have to do with a topic."""
        asked = relevance.Topic(topic, _translated(topic, works, engine, cancel))
        read = self._with_text(topic, works)
        if self._embedder is None:
            return Chosen(self._decided(asked, works, read, None), None, total)
        embedded = read
        if total > LARGE:  # what was only taken to count words is not worth embedding
            embedded = read[:_CANDIDATES]
        vectors = yield from retrieval.embedded(
            [work.text for work in embedded], self._library, self._embedder, cancel
        )
        out = relevance.standing_out(asked, read, vectors, self._embedder, cancel)
        return Chosen(self._decided(asked, works, read, out), vectors, total)

    def _decided(
        self,
        asked: relevance.Topic,
        works: Sequence[Work],
        read: Sequence[Work],
        out: Mapping[int, float] | None,
    ) -> list[relevance.Relevant]:
        own = {work.key: work for work in works}
        return [
            dataclasses.replace(item, work=own[item.work.key])
            for item in relevance.decide(asked, read, out)
        ]

    def _with_text(self, topic: str, works: Sequence[Work]) -> list[Work]:
        """The works; those without an abstract with what their PDF says of the topic instead."""
        bare = {work.id for work in works if work.id and not work.abstract}
        if self._passages is None or not bare:
            return list(works)
        said: dict[int, Passage] = {}
        found = self._passages.find(topic, 5 * _BY_PASSAGE, bare)
        for passage in self._passages.get(found):
            if passage.source == "text":
                said.setdefault(passage.work, passage)
        return [
            dataclasses.replace(work, abstract=said[work.id].text) if work.id in said else work
            for work in works
        ]


def themed(chosen: Chosen, outline: Outline, notes: Sequence[Note]) -> tuple[Outline, list[Work]]:
    """The outline with themes made of the chosen works, and all works it cites.

    What the user's own sentences cite is in, whether or not it was found, and pinned.
    """
    themes = plan.themes(chosen.relevant, chosen.vectors, outline.max_themes)
    works = {work.key: work for theme in themes for work in theme.works}
    made = [
        PlannedTheme(number, theme.title, tuple(work.key for work in theme.works))
        for number, theme in enumerate(themes, start=1)
    ]
    lone: list[Work] = []
    for note in notes:
        for work in note.works:
            if work.key not in works:
                works[work.key] = work
                lone.append(work)
    if lone and made:
        for work in lone:
            at = _nearest(work, made, works)
            made[at] = dataclasses.replace(made[at], keys=(*made[at].keys, work.key))
    elif lone:
        title = plan.heading(lone, [], set())
        made = [PlannedTheme(1, title, tuple(work.key for work in lone))]
    cited = {work.key for note in notes for work in note.works}
    themes_ = tuple(
        dataclasses.replace(theme, pinned=tuple(key for key in theme.keys if key in cited))
        for theme in made
    )
    return dataclasses.replace(outline, themes=themes_), list(works.values())


def question(theme: PlannedTheme, language: str) -> str:
    """What a theme asks its works, by code."""
    inside = theme.title[:1].lower() if theme.title[1:2].islower() else theme.title[:1]
    return PHRASES[language].question.format(phrase=inside + theme.title[1:])


def worded_question(
    theme: PlannedTheme, works: Sequence[Work], language: str, engine: Engine, cancel: CancelToken
) -> str:
    """The same in the model's words, if they ask about nothing but these works."""
    if not write.knows(engine, language):
        return question(theme, language)
    titles = "\n".join(f"- {write.tame(work.title)}" for work in works)
    asked = ASK[language].format(phrase=write.tame(theme.title), titles=titles)
    request = GenerationRequest(
        messages=(Message("user", asked),),
        sampling=engine.info.sampling,
        max_tokens=_QUESTION_TOKENS,
        stop=("\n",),
        priority=Priority.BACKGROUND,
        template_variables=(("enable_thinking", False),),
    )
    text = " ".join(engine.submit(request, cancel).result().text.split())
    known = " ".join([theme.title, *(f"{work.title}. {work.abstract}" for work in works)])
    about = set(terms.content(theme.title, generic=True))
    fits = (
        _QUESTION.fullmatch(text)
        and len(terms.sentences(text)) == 1
        and terms.language(text) == language
        and not facts.missing_names(text, known)
        and not facts.stated_numbers(text) - facts.known_numbers(known)
        and about & set(terms.content(text, generic=True))
    )
    return text if fits else question(theme, language)


def _nearest(work: Work, themes: Sequence[PlannedTheme], works: Mapping[str, Work]) -> int:
    """The theme whose works speak most like this one."""
    mine = set(terms.content(work.text))

    def shared(theme: PlannedTheme) -> int:
        return sum(
            len(mine & set(terms.content(works[key].text))) for key in theme.keys if key in works
        )

    return max(range(len(themes)), key=lambda at: (shared(themes[at]), -at))


def _translated(topic: str, works: Sequence[Work], engine: Engine, cancel: CancelToken) -> str:
    """The topic in the works' other language, if the model knows both; else an empty string.

    A wrong translation cannot bring in a work by itself: the work must stand out as well.
    """
    spoken = terms.language(topic)
    other = "en" if spoken == "ko" else "ko"
    foreign = any(terms.language(work.text) == other for work in works)
    known = {"en", "ko"} <= set(engine.info.languages)
    if not foreign or not known or len(topic.split()) > _TRANSLATED_WORDS:
        return ""
    request = GenerationRequest(
        messages=(Message("user", TRANSLATE[other].format(topic=topic)),),
        sampling=engine.info.sampling,
        max_tokens=_TRANSLATION_TOKENS,
        stop=("\n",),
        template_variables=(("enable_thinking", False),),
    )
    text = " ".join(engine.submit(request, cancel).result().text.split())
    return text if terms.language(text) == other else ""
