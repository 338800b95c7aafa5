"""Drafts a related-work section step by step: themes and works, sentence plan, text.

The one law: whatever was planned or written is stored before the next piece is begun. So a draft
that was stopped or killed at any step can be read, changed and gone on with, and what a person has
changed since is written anew, and nothing else.
"""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import CancelledError, Notice, Progress, UserError
from agents.scholar import (
    closing,
    sentence_plan,
    steps_file,
    steps_notes,
    steps_themes,
    terms,
    write,
)
from agents.scholar.events import (
    DraftBegun,
    DraftDone,
    ParagraphDone,
    PlanDone,
    PlanMade,
    SentenceDone,
    SentenceDropped,
    Theme,
)
from agents.scholar.steps_sources import Shelves, current
from agents.scholar.steps_write import Place, Writer
from agents.scholar.verify import Verifier
from agents.store.drafts import Plan
from agents.store.outlines import STEPS, Outline, PlannedTheme

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Embedder, Engine, Models
    from agents.scholar.events import DraftRequest, ScholarEvent
    from agents.scholar.retrieval import Index
    from agents.scholar.sentence_plan import Sources
    from agents.scholar.verify import Embed
    from agents.store.drafts import Drafts, DraftState, Sentence
    from agents.store.library import Entry, Library, Work
    from agents.store.outlines import Step
    from agents.store.passages import Passages

    Events = Generator[ScholarEvent, None, None]


@dataclass(frozen=True, slots=True)
class Job:
    """One draft under way."""

    id: int
    topic: str
    text: str  # what the user brought: the topic, or a paper with citations
    seed: int
    file: tuple[Entry, ...]  # of the .bib file drafted from alone; empty = the library
    outline: Outline
    step: Step


class Drafter:
    """Makes drafts for the scholar agent."""

    def __init__(
        self,
        models: Models,
        library: Library,
        drafts: Drafts,
        embedder: Embedder | None,
        passages: Passages | None = None,
        index: Index | None = None,
    ) -> None:
        """Keep what the agent was given."""
        self._models = models
        self._library = library
        self._drafts = drafts
        self._embedder = embedder
        self._passages = passages
        self.shelves = Shelves(library, passages, index, embedder)

    def run(self, request: DraftRequest, cancel: CancelToken) -> Events:
        """Make a draft, or go on with one; see `agents.scholar.agent.ScholarAgent.run`."""
        if not request.model:
            raise UserError("scholar.no_model")
        if request.draft:
            job = self.taken_up(request.draft, request.model, request.seed)
        else:
            job = self._begun(request, cancel)
        fresh = job.step == "topic"
        state: DraftState = "interrupted"  # until we know better
        try:
            yield DraftBegun(job.id)
            with self._models.borrow(request.model, cancel) as engine:
                yield from self._steps(job, request, engine, cancel)
            state = "done"
        except (CancelledError, GeneratorExit):
            cancel.cancel()  # a reader who left has no use for the rest
            state = "stopped"
            raise
        except UserError:
            begun = self._drafts.begun(job.id)
            if fresh and begun and begun.step == "topic" and not request.draft:
                self._drafts.delete(job.id)  # nothing was made of it
            raise
        finally:
            self._drafts.finish(job.id, state)
        yield from self._ended(job.id, request.until)

    def taken_up(self, draft: int, model: str, seed: int, *, again: bool = False) -> Job:
        """A stored draft, to be gone on with; `Drafts.finish` ends that.

        Raises:
            UserError: scholar.draft_gone, scholar.draft_not_resumable, and those of reading the
                .bib file where nothing was planned yet.
        """
        begun = self._drafts.begun(draft)
        if not begun:
            raise UserError("scholar.draft_gone")
        source = Path(begun.source) if begun.source and begun.step == "topic" else None
        file = self.shelves.known(source)
        if not self._drafts.go_on(draft, model, again=again):
            raise UserError("scholar.draft_not_resumable")
        outline = begun.outline or self._old_outline(draft, begun.topic)
        topic = steps_notes.about(begun.topic)
        return Job(draft, topic, begun.topic, seed or begun.seed, tuple(file), outline, begun.step)

    def _old_outline(self, draft: int, topic: str) -> Outline:
        """The outline of a draft that is older than outlines."""
        kept = self._drafts.plan(draft) or Plan((), ())
        themes = tuple(
            PlannedTheme(number, title, keys)
            for number, (title, keys) in enumerate(kept.themes, start=1)
        )
        return Outline(themes, terms.language(topic))

    def _begun(self, request: DraftRequest, cancel: CancelToken) -> Job:
        written = steps_file.read(request.plan) if request.plan else None
        text = (written.topic if written else request.topic).strip()
        if not terms.content(text, generic=True):
            raise UserError("scholar.no_topic")
        file = self.shelves.known(request.library)
        if not (file or (request.library is None and self._library.count())):
            raise UserError("scholar.library_empty")
        step: Step = "topic"
        kept: dict[str, Entry] = {}
        outline = Outline(
            language=request.language,
            own=request.own,
            unsupported=request.unsupported,
            max_themes=max(1, request.max_themes),
        )
        if written and request.plan:
            step = "themes"
            kept = self.shelves.by_keys(steps_file.keys(written), file)
            outline = self._from_file(written, kept, request.plan, text, cancel)
        source = str(request.library) if request.library else ""
        plan = Plan(
            tuple((theme.title, theme.keys) for theme in outline.themes), tuple(kept.values())
        )
        id_ = self._drafts.start(text, request.model, request.seed, source, plan, outline, step)
        topic = steps_notes.about(text)
        return Job(id_, topic, text, request.seed, tuple(file), outline, step)

    def _from_file(
        self,
        written: steps_file.PlanFile,
        kept: Mapping[str, Entry],
        path: Path,
        topic: str,
        cancel: CancelToken,
    ) -> Outline:
        """The outline of a plan file, with nothing in it that is not there."""
        names = {key: entry.work.key for key, entry in kept.items()}
        outline = steps_file.outline(written, names, path)
        sources = self.shelves.sources(kept.values(), outline, topic, cancel, whole=True)
        steps_file.check(outline, sources, path)
        outline = sentence_plan.placed(outline, sources)
        if not any(theme.closing for theme in outline.themes):
            works = [entry.work for entry in kept.values()]
            outline, _unknown = closing.planned(outline, self._citable(works, outline.own))
        return outline

    # --- steps ---

    def _steps(
        self, job: Job, request: DraftRequest, engine: Engine, cancel: CancelToken
    ) -> Events:
        wanted = job.outline.language or terms.language(job.topic)
        spoken = wanted if write.knows(engine, wanted) else "en"
        if spoken != wanted:
            yield Notice("scholar.model_lacks_korean", (("model", engine.info.name),))
        if job.step == "topic":
            job = yield from self._themes(job, request, spoken, engine, cancel)
        else:
            job = self._renamed(job)
            kept = self._drafts.plan(job.id) or Plan((), ())
            yield PlanMade(_shown(job.outline, kept.entries), kept.left_out, job.id)
            if not job.outline.language:
                job = self._keep(job, dataclasses.replace(job.outline, language=spoken), job.step)
        if STEPS.index(request.until) <= STEPS.index("themes"):
            return
        sources = self.sources(job, cancel)
        if any(not theme.planned for theme in job.outline.themes):
            job = yield from self._planned(job, sources, cancel)
        if STEPS.index(request.until) <= STEPS.index("sentences"):
            if STEPS.index(job.step) < STEPS.index("sentences"):
                self._keep(job, job.outline, "sentences")
            return
        job = self._keep(job, job.outline, "text")
        yield from self.write(job, sources, engine, cancel)

    def _themes(
        self, job: Job, request: DraftRequest, language: str, engine: Engine, cancel: CancelToken
    ) -> Generator[ScholarEvent, None, Job]:
        """Choose works and propose themes, and store both."""
        chooser = steps_themes.Chooser(self._library, self._passages, self._embedder)
        if job.file:
            works: Sequence[Work] = [entry.work for entry in job.file]
            total = len(works)
        else:
            works, total = chooser.pool(job.topic)
        cancel.check()
        brought = steps_notes.read(job.text, self._citable(works, job.text))
        if brought.unknown:
            yield Notice("scholar.notes_unknown", (("keys", ", ".join(brought.unknown[:8])),))
        yield Progress(0, 0, "step")
        chosen = yield from chooser.choose(brought.topic, works, total, engine, cancel)
        if not chosen.relevant and not brought.notes:
            raise UserError("scholar.nothing_fits", works=total)
        outline = dataclasses.replace(job.outline, language=language)
        outline, used = steps_themes.themed(chosen, outline, brought.notes)
        if len(chosen.relevant) > len(used):
            values = (("used", len(used)), ("fitting", len(chosen.relevant)))
            yield Notice("scholar.more_fit", values)
        by_key = {work.key: work for work in used}
        themes: list[PlannedTheme] = []
        for theme in outline.themes:
            cancel.check()
            asked = steps_themes.question(theme, language)
            if request.questions:
                mine = [by_key[key] for key in theme.keys]
                asked = steps_themes.worded_question(theme, mine, language, engine, cancel)
            themes.append(dataclasses.replace(theme, question=asked))
        outline = dataclasses.replace(outline, themes=tuple(themes))
        outline = sentence_plan.with_notes(outline, brought.notes)
        outline, unknown = closing.planned(outline, self._citable(works, outline.own))
        if unknown:
            yield Notice("scholar.notes_unknown", (("keys", ", ".join(unknown[:8])),))
        entries = self.shelves.by_keys(outline.keys, job.file)
        names = {key: entry.work.key for key, entry in entries.items()}
        outline = current(outline, names)
        left_out = total - len(chosen.relevant)
        self._drafts.keep_outline(job.id, outline, "themes", tuple(entries.values()), left_out)
        shown = _shown(outline, tuple(entries.values()))
        yield PlanMade(shown, left_out, job.id)
        return dataclasses.replace(job, topic=brought.topic, outline=outline, step="themes")

    def _citable(self, works: Sequence[Work], text: str) -> list[Work]:
        """What notes may cite: of a large library also what the topic did not bring."""
        large = bool(works and works[0].id) and self._library.count() > steps_themes.LARGE
        if large and steps_notes.cites(text):
            works = self._library.list()
        return self.shelves.citable(works)

    def _planned(
        self, job: Job, sources: Sources, cancel: CancelToken
    ) -> Generator[Progress, None, Job]:
        """The draft with a sentence plan for each theme that lacks one, stored theme by theme."""
        outline = job.outline
        step: Step = "sentences" if job.step == "themes" else job.step
        for theme in outline.themes:
            cancel.check()
            if theme.planned:
                continue
            made = sentence_plan.propose(theme, outline, job.topic, sources, outline.free_sentence)
            outline = dataclasses.replace(
                outline, themes=tuple(made if one.id == made.id else one for one in outline.themes)
            )
            last = all(one.planned for one in outline.themes)
            job = self._keep(job, outline, step if last else job.step)
            yield Progress(sum(one.planned for one in outline.themes), len(outline.themes), "step")
        return job

    def sources(self, job: Job, cancel: CancelToken) -> Sources:
        """What the draft is written from."""
        kept = self._drafts.plan(job.id) or Plan((), ())
        return self.shelves.sources(kept.entries, job.outline, job.topic, cancel)

    def _keep(self, job: Job, outline: Outline, step: Step) -> Job:
        """Store what is planned; what is written already goes where it belongs."""
        begun = self._drafts.begun(job.id)
        if begun and begun.step == "text":
            self._drafts.rearrange(job.id, outline)
        else:
            self._drafts.keep_outline(job.id, outline, step)
        return dataclasses.replace(job, outline=outline, step=step)

    def _renamed(self, job: Job) -> Job:
        """The draft with the keys that works have now that were merged into others since."""
        kept = self._drafts.plan(job.id) or Plan((), ())
        aliases = self._library.aliases() if job.outline.keys else {}
        old = {entry.work.key for entry in kept.entries if entry.work.id} & set(aliases)
        entries = self.shelves.by_keys(old, ())
        names = {key: entry.work.key for key, entry in entries.items() if entry.work.key != key}
        if not names:
            return job
        outline = current(job.outline, names)
        self._drafts.rename(job.id, names, outline, tuple(entries.values()))
        return dataclasses.replace(job, outline=outline)

    # --- text ---

    def write(self, job: Job, sources: Sources, engine: Engine, cancel: CancelToken) -> Events:
        """Write what is planned and not there yet, paragraph by paragraph."""
        if self._drafts.load(job.id) is None:
            raise UserError("scholar.draft_gone")
        embed = self.embed(cancel)
        verifier = Verifier(list(sources.works.values()), embed, sources.quotes())
        writer = Writer(engine, verifier, sources, cancel)
        began, written = time.monotonic(), 0
        left = self._left(job)
        yield Progress(0, len(job.outline.themes), "paragraph")
        for index, theme in enumerate(job.outline.themes):
            place = Place(index, theme, job.topic, job.outline.language, job.seed)
            there = self._there(job.id)
            for planned in theme.sentences:
                cancel.check()
                if planned.id in there:
                    continue
                if theme.closing:
                    made = yield from closing.write(planned, place, writer, sources, embed)
                else:
                    made = yield from writer.write(planned, place)
                written += 1
                if made is None:
                    continue
                yield self.store(job, index, theme, made)
                each = (time.monotonic() - began) / written
                yield Progress(
                    index,
                    len(job.outline.themes),
                    "paragraph",
                    seconds_left=each * max(0, left - written),
                )
            sentences = self._drafts.sentences(job.id, index)
            yield ParagraphDone(
                index, theme.title, tuple(sentences[position] for position in sorted(sentences))
            )
            each = (time.monotonic() - began) / max(1, written)
            yield Progress(
                index + 1,
                len(job.outline.themes),
                "paragraph",
                seconds_left=each * max(0, left - written),
            )

    def store(
        self, job: Job, index: int, theme: PlannedTheme, made: Sentence
    ) -> SentenceDone | SentenceDropped:
        """Store a sentence, in the text or beside it, as the user chose."""
        if made.support == "flagged" and job.outline.unsupported == "drop":
            self._drafts.take_out(job.id, index, made)
            return SentenceDropped(index, made)
        order = [one.id for one in theme.sentences]
        return SentenceDone(index, self._drafts.add_planned(job.id, index, order, made), made)

    def _there(self, draft: int) -> set[int]:
        """The planned sentences that are written or taken out."""
        written = self._drafts.written(draft)
        return written | set(self._drafts.taken_out(draft))

    def _left(self, job: Job) -> int:
        there = self._there(job.id)
        return sum(one.id not in there for theme in job.outline.themes for one in theme.sentences)

    def _ended(self, draft: int, until: Step) -> Events:
        begun, made = self._drafts.begun(draft), self._drafts.load(draft)
        if begun is None or made is None:
            raise UserError("scholar.draft_gone")  # deleted while it was written
        if until == "text":
            yield DraftDone(made)
        elif begun.outline is not None:
            yield PlanDone(draft, begun.step, begun.outline)

    def embed(self, cancel: CancelToken) -> Embed | None:
        """Texts to vectors, for the verifier; None without an embedder."""
        embedder = self._embedder
        if embedder is None:
            return None
        return lambda texts: embedder.embed(texts, "passage", cancel)


def _shown(outline: Outline, entries: Sequence[Entry]) -> tuple[Theme, ...]:
    """The themes with their works, for whoever watches."""
    works = {entry.work.key: entry.work for entry in entries}
    return tuple(
        Theme(theme.title, tuple(works[key] for key in theme.keys if key in works))
        for theme in outline.themes
    )
