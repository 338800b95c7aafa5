"""Writes parts of a draft anew, proposes other wordings, finds works and evidence for a plan.

The one law: the old words stay until there are new ones that were checked; proposals are stored by
nobody but the person who chooses one.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress, UserError
from agents.scholar import closing
from agents.scholar.events import (
    AlternativesFound,
    DraftDone,
    EvidenceFound,
    EvidenceRequest,
    PapersFound,
    PapersRequest,
    ParagraphDone,
    RewriteRequest,
)
from agents.scholar.prompts import PHRASES
from agents.scholar.steps_write import Place, Writer, lead
from agents.scholar.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from agents.base import CancelToken, Token
    from agents.engine.port import Engine, Models
    from agents.scholar.draft import Drafter, Job
    from agents.scholar.events import ScholarEvent
    from agents.scholar.sentence_plan import Sources
    from agents.store.drafts import Drafts, Sentence
    from agents.store.outlines import PlannedSentence, PlannedTheme

    Events = Generator[ScholarEvent, None, None]

_WARMTH = 0.6  # the least temperature of another wording
_APART = 7919  # between the seeds of two wordings
_TRIES = 3  # for each proposal that is asked for
_MOST = 40  # sentences of a work that are shown to choose from


class Again:
    """What is asked of a draft that is there."""

    def __init__(self, models: Models, drafts: Drafts, drafter: Drafter) -> None:
        """Keep who lends models, where drafts are, and who writes them."""
        self._models = models
        self._drafts = drafts
        self._drafter = drafter

    def rewrite(self, request: RewriteRequest, cancel: CancelToken) -> Events:
        """Write a paragraph or a sentence anew, or propose other wordings of a sentence.

        Raises:
            UserError: scholar.no_model, scholar.draft_gone, scholar.draft_not_resumable,
                scholar.plan_changed, and what the engine raises.
        """
        if not request.model:
            raise UserError("scholar.no_model")
        before = self._drafts.begun(request.draft)
        job = self._drafter.taken_up(request.draft, request.model, 0, again=True)
        state = before.state if before else "stopped"
        try:
            if request.paragraph >= len(job.outline.themes):
                raise UserError("scholar.plan_changed")
            theme = job.outline.themes[request.paragraph]
            own = self._by_a_person(request)
            chosen = [one for one in theme.sentences if self._asked(one, request, own)]
            with self._models.borrow(request.model, cancel) as engine:
                sources = self._drafter.sources(job, cancel)
                yield from self._rewrite(job, theme, chosen, request, sources, engine, cancel)
        except GeneratorExit:
            cancel.cancel()
            raise
        finally:
            # nothing of it is missing: what is written anew replaces what was there
            self._drafts.finish(
                request.draft, "done" if state in ("done", "planned") else "stopped"
            )
        draft = self._drafts.load(request.draft)
        if draft is not None and not request.alternatives:
            yield DraftDone(draft)

    def papers(self, request: PapersRequest, cancel: CancelToken) -> Events:
        """Works of the library, or of the draft's `.bib` file, for a query.

        Raises:
            UserError: scholar.draft_gone, and those of reading the .bib file.
        """
        begun = self._drafts.begun(request.draft)
        if begun is None:
            raise UserError("scholar.draft_gone")
        file = self._drafter.shelves.known(Path(begun.source) if begun.source else None)
        found = self._drafter.shelves.papers(request.query, file, request.limit, cancel)
        yield PapersFound(
            request.query,
            tuple(work for work, _ref in found),
            tuple(ref for _work, ref in found),
        )

    def evidence(self, request: EvidenceRequest, cancel: CancelToken) -> Events:
        """What can be quoted of a work.

        Raises:
            UserError: scholar.draft_gone, scholar.plan_changed.
        """
        begun, kept = self._drafts.begun(request.draft), self._drafts.plan(request.draft)
        if begun is None or kept is None:
            raise UserError("scholar.draft_gone")
        theme = begun.outline.theme(request.theme) if begun.outline else None
        if begun.outline is None or theme is None:
            raise UserError("scholar.plan_changed")
        sources = self._drafter.shelves.sources(kept.entries, begun.outline, begun.topic, cancel)
        ranked = sources.ranked(request.key, begun.topic, theme)
        yield EvidenceFound(request.key, tuple(ranked[:_MOST]))

    def _asked(self, planned: PlannedSentence, request: RewriteRequest, own: set[int]) -> bool:
        if request.sentence:
            return planned.id == request.sentence
        return not planned.locked and planned.id not in own

    def _by_a_person(self, request: RewriteRequest) -> set[int]:
        """The planned sentences of the paragraph whose words a person has written."""
        there = self._drafts.sentences(request.draft, request.paragraph).values()
        return {one.planned for one in there if one.origin == "person"}

    def _rewrite(
        self,
        job: Job,
        theme: PlannedTheme,
        chosen: list[PlannedSentence],
        request: RewriteRequest,
        sources: Sources,
        engine: Engine,
        cancel: CancelToken,
    ) -> Events:
        verifier = Verifier(
            list(sources.works.values()), self._drafter.embed(cancel), sources.quotes()
        )
        writer = Writer(engine, verifier, sources, cancel)
        place = Place(
            request.paragraph,
            theme,
            job.topic,
            job.outline.language,
            job.seed + _APART * max(1, request.seed),
            _WARMTH,
        )
        if request.alternatives and chosen:
            found = yield from self._alternatives(chosen[0], place, request, writer, sources)
            yield AlternativesFound(request.paragraph, chosen[0].id, found)
            return
        for number, planned in enumerate(chosen, start=1):
            cancel.check()
            made = yield from self._one(planned, place, writer, sources, cancel)
            if made is not None:
                yield self._drafter.store(job, request.paragraph, theme, made)
            yield Progress(number, len(chosen), "sentence")
        there = self._drafts.sentences(job.id, request.paragraph)
        yield ParagraphDone(
            request.paragraph, theme.title, tuple(there[at] for at in sorted(there))
        )

    def _one(
        self,
        planned: PlannedSentence,
        place: Place,
        writer: Writer,
        sources: Sources,
        cancel: CancelToken,
    ) -> Generator[Token, None, Sentence | None]:
        if place.theme.closing:
            embed = self._drafter.embed(cancel)
            return (yield from closing.write(planned, place, writer, sources, embed))
        return (yield from writer.write(planned, place))

    def _alternatives(
        self,
        planned: PlannedSentence,
        place: Place,
        request: RewriteRequest,
        writer: Writer,
        sources: Sources,
    ) -> Generator[Token | Progress, None, tuple[Sentence, ...]]:
        """Other wordings, each once and none that is there already."""
        there = self._drafts.sentences(request.draft, request.paragraph).values()
        known = {one.text for one in there}
        found: dict[str, Sentence] = {}
        for variant, elsewhere in _variants(planned, place, sources, request.alternatives):
            if planned.kind == "lead":
                made: Sentence | None = dataclasses.replace(
                    lead(variant, elsewhere), planned=planned.id
                )
            else:
                made = yield from writer.write(variant, elsewhere)
            if made is not None and made.text not in known:
                found.setdefault(made.text, made)
            yield Progress(len(found), request.alternatives, "sentence")
            if len(found) >= request.alternatives:
                break
        return tuple(found.values())


def _variants(
    planned: PlannedSentence, place: Place, sources: Sources, wanted: int
) -> Iterator[tuple[PlannedSentence, Place]]:
    """The same sentence with other luck, and from other words of the work it cites."""
    if planned.kind == "lead":
        for index in range(len(PHRASES[place.language].leads)):
            yield planned, dataclasses.replace(place, index=index)
        return
    ranked = sources.ranked(planned.keys[0], place.topic, place.theme) if planned.keys else []
    others = [ref for ref in ranked if ref not in planned.evidence]
    for number in range(wanted * _TRIES):
        elsewhere = dataclasses.replace(place, seed=place.seed + _APART * number)
        variant = planned
        if number % 2 and planned.kind == "claim" and len(planned.keys) == 1 and others:
            variant = dataclasses.replace(planned, evidence=(others[number // 2 % len(others)],))
        yield variant, elsewhere
