"""Drafts a related-work section: decide what fits, plan, write, check, store.

The one law: a sentence is stored before the next one is begun, with a plan that was stored before
the first; so a draft that was stopped or killed can be read, exported and gone on with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import CancelledError, Notice, Progress, Token, UserError
from agents.engine.port import GenerationRequest, Message
from agents.scholar import bib, plan, relevance, retrieval, terms, verify, write
from agents.scholar.events import DraftDone, ParagraphDone, PlanMade, SentenceDone, Theme
from agents.scholar.prompts import PHRASES, TRANSLATE
from agents.store.drafts import Plan, Sentence

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.base import CancelToken
    from agents.engine.port import Embedder, Engine, Models
    from agents.scholar.events import DraftRequest, ScholarEvent
    from agents.store.drafts import Drafts, DraftState
    from agents.store.library import Entry, Library, Work

    Array = npt.NDArray[np.float32]
    Events = Generator[ScholarEvent, None, None]

_TRANSLATION_TOKENS = 80
_TRANSLATED_WORDS = 80  # of a topic; a long abstract is embedded as it is


@dataclass(frozen=True, slots=True)
class _Job:
    """What the writing of one draft needs."""

    id: int
    topic: str
    language: str
    seed: int
    themes: tuple[Theme, ...]
    left_out: int


class Drafter:
    """Makes drafts for the scholar agent."""

    def __init__(
        self, models: Models, library: Library, drafts: Drafts, embedder: Embedder | None
    ) -> None:
        """Keep what the agent was given."""
        self._models = models
        self._library = library
        self._drafts = drafts
        self._embedder = embedder

    def run(self, request: DraftRequest, cancel: CancelToken) -> Events:
        """Make a draft, or go on with one; see `agents.scholar.agent.ScholarAgent.run`."""
        if not request.model:
            raise UserError("scholar.no_model")
        if request.draft:
            yield from self._resume(request, cancel)
            return
        topic = " ".join(request.topic.split())
        if not terms.content(topic, generic=True):
            raise UserError("scholar.no_topic")
        if request.library:
            entries = bib.read_file(request.library).entries
            works: Sequence[Work] = [entry.work for entry in entries]
        else:
            entries = ()
            works = self._library.list()
        if not works:
            raise UserError("scholar.library_empty")
        cancel.check()
        with self._models.borrow(request.model, cancel) as engine:
            relevant, vectors = yield from self._relevant(topic, works, engine, cancel)
            if not relevant:
                raise UserError("scholar.nothing_fits", works=len(works))
            themes = plan.themes(relevant, vectors, request.max_themes)
            used = [work for theme in themes for work in theme.works]
            if len(relevant) > len(used):
                values = (("used", len(used)), ("fitting", len(relevant)))
                yield Notice("scholar.more_fit", values)
            left_out = len(works) - len(relevant)
            kept = Plan(
                tuple((theme.title, tuple(w.key for w in theme.works)) for theme in themes),
                self._entries(entries, used),
                left_out,
            )
            source = str(request.library) if request.library else ""
            id_ = self._drafts.start(topic, request.model, request.seed, source, kept)
            language = _language(topic, engine)
            job = _Job(id_, topic, language, request.seed, themes, left_out)
            yield from self._write(job, engine, cancel)

    def _resume(self, request: DraftRequest, cancel: CancelToken) -> Events:
        kept = self._drafts.plan(request.draft)
        made = self._drafts.load(request.draft)
        if not kept or not made:
            raise UserError("scholar.draft_gone")
        with self._models.borrow(request.model, cancel) as engine:
            if not self._drafts.go_on(request.draft, request.model):
                raise UserError("scholar.draft_not_resumable")
            by_key = {entry.work.key: entry.work for entry in kept.entries}
            themes = tuple(
                Theme(title, tuple(by_key[key] for key in keys)) for title, keys in kept.themes
            )
            language = _language(made.topic, engine)
            job = _Job(request.draft, made.topic, language, request.seed, themes, kept.left_out)
            yield from self._write(job, engine, cancel)

    def _entries(self, entries: Sequence[Entry], used: Sequence[Work]) -> tuple[Entry, ...]:
        if entries:
            by_key = {entry.work.key: entry for entry in entries}
            return tuple(by_key[work.key] for work in used)
        return self._library.entries([work.id for work in used])

    def _relevant(
        self, topic: str, works: Sequence[Work], engine: Engine, cancel: CancelToken
    ) -> Generator[ScholarEvent, None, tuple[list[relevance.Relevant], Mapping[str, Array] | None]]:
        asked = relevance.Topic(topic, _translated(topic, works, engine, cancel))
        if self._embedder is None:
            return relevance.decide(asked, works, None), None
        vectors = yield from retrieval.embedded(
            [work.text for work in works], self._library, self._embedder, cancel
        )
        out = relevance.standing_out(asked, works, vectors, self._embedder, cancel)
        return relevance.decide(asked, works, out), vectors

    def _write(self, job: _Job, engine: Engine, cancel: CancelToken) -> Events:
        state: DraftState = "interrupted"  # until we know better
        try:
            yield PlanMade(job.themes, job.left_out, job.id)
            if terms.language(job.topic) != job.language:
                yield Notice("scholar.model_lacks_korean", (("model", engine.info.name),))
            yield from self._paragraphs(job, engine, cancel)
            state = "done"
        except (CancelledError, GeneratorExit):
            cancel.cancel()  # a reader who left has no use for the rest
            state = "stopped"
            raise
        finally:
            self._drafts.finish(job.id, state)
        draft = self._drafts.load(job.id)
        if draft is None:
            raise UserError("scholar.draft_gone")  # deleted while it was written
        yield DraftDone(draft)

    def _paragraphs(self, job: _Job, engine: Engine, cancel: CancelToken) -> Events:
        works = [work for theme in job.themes for work in theme.works]
        verifier = verify.Verifier(works, self._embed(cancel))
        for index, theme in enumerate(job.themes):
            made = self._drafts.sentences(job.id, index)
            lead = _lead(job, index)
            wanted = len(theme.works) + (1 if lead else 0)
            for position in range(wanted):
                cancel.check()
                if position in made:
                    continue
                if lead and position == 0:
                    yield Token(f"{lead.text} ")
                    sentence = lead
                else:
                    slot = position + (0 if lead else 1)
                    assignment = write.Assignment(
                        work=theme.works[slot - 1],
                        slot=slot,
                        slots=len(theme.works),
                        theme=theme.title,
                        topic=job.topic,
                        language=job.language,
                        seed=job.seed + 100 * index,
                    )
                    sentence = yield from write.write(assignment, engine, verifier, cancel)
                self._drafts.add(job.id, index, position, sentence)
                made[position] = sentence
                yield SentenceDone(index, position, sentence)
            sentences = tuple(made[position] for position in sorted(made))
            yield ParagraphDone(index, theme.title, sentences)
            yield Progress(index + 1, len(job.themes), "paragraph")

    def _embed(self, cancel: CancelToken) -> verify.Embed | None:
        embedder = self._embedder
        if embedder is None:
            return None
        return lambda texts: embedder.embed(texts, "passage", cancel)


def _language(topic: str, engine: Engine) -> str:
    """The topic's language where the model speaks it, otherwise English."""
    wanted = terms.language(topic)
    return wanted if write.knows(engine, wanted) else "en"


def _lead(job: _Job, index: int) -> Sentence | None:
    """An opening that names what several works of a theme share, true by construction."""
    theme = job.themes[index]
    if len(theme.works) < 3:
        return None
    others = [work for other in job.themes if other is not theme for work in other.works]
    phrase = plan.shared_phrase([work for work in theme.works if work.abstract], others)
    holders = [
        (work, passage)
        for work in theme.works
        for passage in terms.sentences(work.abstract)[:50]
        if phrase and plan.holds_phrase(passage, phrase)
    ]
    first = dict(reversed([(work.key, passage) for work, passage in holders]))
    keys = tuple(work.key for work in theme.works if work.key in first)
    if len(keys) < 2:
        return None
    leads = PHRASES[job.language].leads
    text = leads[index % len(leads)].format(phrase=write.clean(_lowered(phrase)))
    return Sentence(f"{text}.", keys, "supported", first[keys[0]], "", "lead")


def _lowered(phrase: str) -> str:
    """A phrase inside a sentence: capitals of a title go, those of names stay."""
    return " ".join(
        word.lower() if word[:1].isupper() and word[1:].islower() else word
        for word in phrase.split()
    )


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
