"""Whether a model can make a draft cite what is not there, and how long a paragraph takes.

The one law: what is counted is what a reader of the exported file would find. The sentences are
written into LaTeX and BibTeX as a draft's are, and both are read back: every key of the text is
held against the keys of the `.bib`.
"""

from __future__ import annotations

import dataclasses
import random
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.scholar import bib, citations, export, write
from agents.scholar.draft import Drafter
from agents.scholar.events import DraftRequest, ParagraphDone, PlanMade
from agents.store.database import Database
from agents.store.drafts import Draft, DraftReport, Drafts, Paragraph, Sentence
from agents.store.library import Library

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Embedder, Engine, GenerationRequest, Models
    from agents.store.library import Entry

SLOTS = 6  # of a paragraph
LETTERS = 80  # of a sentence at most: a model of random weights never ends one
_TOKENS = 120
_IN_FLIGHT = 16
_THEMES = 2  # paragraphs that are timed
_MARK = re.compile(r"\s*\[\s*([^\[\]]*?)\s*\]")


@dataclass(frozen=True, slots=True)
class Cited:
    """What a model's sentences cite."""

    citations: int  # keys in the exported text
    invented: int  # of these, keys that the .bib has not, and marks that are no slot
    asked: int  # sentences that the model was asked for
    seconds: float


def run(
    models: Models, model: str, entries: Sequence[Entry], wanted: int, cancel: CancelToken
) -> Generator[Progress, None, Cited]:
    """Let a model write sentences about slots until `wanted` citations have come.

    Each sentence may cite any of six works, drawn anew; the grammar and the way from slot to key
    are those of drafting. At most twice as many sentences are asked for.

    Raises:
        UserError: what the engine raises.
        CancelledError: the token was cancelled.
    """
    usable = [entry for entry in entries if entry.work.abstract]
    dice = random.Random(1)  # noqa: S311 - a sample, not a secret
    drawn: dict[str, list[Entry]] = {}
    sentences: list[Sentence] = []
    invented = made = 0
    began = time.monotonic()
    with models.borrow(model, cancel) as engine:

        def requests() -> Iterator[GenerationRequest]:
            while made < wanted and len(drawn) < 2 * wanted:
                chosen = dice.sample(usable, min(SLOTS, len(usable)))
                id_ = str(len(drawn))
                drawn[id_] = chosen
                yield _request(chosen, id_, engine, dice)

        for id_, completion in engine.map(requests(), _IN_FLIGHT, cancel):
            keys, foreign = _keys(completion.text, drawn[id_])
            invented += foreign
            made += len(keys) + foreign
            if keys:
                text = " ".join(_MARK.sub("", completion.text).split())
                sentences.append(Sentence(text, keys, "flagged"))
            yield Progress(min(made, wanted), wanted, "citation")
    count, unknown = _read_back(sentences, [entry for chosen in drawn.values() for entry in chosen])
    return Cited(count + invented, unknown + invented, len(drawn), time.monotonic() - began)


def paragraph_seconds(
    models: Models,
    model: str,
    bibliography: Path,
    embedder: Embedder | None,
    cancel: CancelToken,
) -> Generator[Progress, None, list[float]]:
    """How long the paragraphs of a real draft took, one after the other.

    The topic is the title of a work of the bibliography; planning is not counted.

    Raises:
        UserError: what drafting raises.
        CancelledError: the token was cancelled.
    """
    works = [entry.work for entry in bib.read_file(bibliography).entries if entry.work.abstract]
    topic = random.Random(1).choice(works).title  # noqa: S311 - a sample, not a secret
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "evaluation.sqlite3")
        try:
            drafter = Drafter(models, Library(database), Drafts(database), embedder)
            request = DraftRequest(topic, model, bibliography, max_themes=_THEMES)
            last = 0.0
            for event in drafter.run(request, cancel):
                if isinstance(event, PlanMade):
                    last = time.monotonic()
                elif isinstance(event, ParagraphDone):
                    seconds.append(time.monotonic() - last)
                    last = time.monotonic()
                elif isinstance(event, Progress):
                    yield event
        finally:
            database.close()
    return seconds


def _request(
    chosen: Sequence[Entry], id_: str, engine: Engine, dice: random.Random
) -> GenerationRequest:
    work = chosen[0].work
    passage = write.evidence(work, work.title, "")[0]
    assignment = write.Assignment(work, 1, len(chosen), "", work.title, "en", dice.randrange(10**6))
    request = write.sentence_request(assignment, passage, 0, engine)
    slots = range(1, len(chosen) + 1)
    sampling = dataclasses.replace(request.sampling, temperature=1.0)
    return dataclasses.replace(
        request,
        id=id_,
        grammar=write.grammar(slots, LETTERS),
        max_tokens=_TOKENS,
        sampling=sampling,
    )


def _keys(text: str, chosen: Sequence[Entry]) -> tuple[tuple[str, ...], int]:
    """The keys of the slots that a sentence cites, and how many of its marks are no slots."""
    keys: list[str] = []
    foreign = 0
    for mark in _MARK.findall(text):
        for name in re.split(r"\s*[,;]\s*", mark):
            if name.isdecimal() and 1 <= int(name) <= len(chosen):
                keys.append(chosen[int(name) - 1].work.key)
            else:
                foreign += 1
    foreign += len(list(citations.latex(text))) + len(list(citations.pandoc(text)))
    return tuple(dict.fromkeys(keys)), foreign


def _read_back(sentences: Sequence[Sentence], entries: Sequence[Entry]) -> tuple[int, int]:
    """How many keys the exported text cites, and how many of them the exported `.bib` has not."""
    once = tuple({entry.work.key: entry for entry in entries}.values())
    draft = Draft(
        id=0,
        topic="",
        paragraphs=(Paragraph(0, "", tuple(sentences)),),
        works=tuple(entry.work for entry in once),
        report=DraftReport(0, 0, 0, 0, 0),
        entries=once,
    )
    known = {entry.work.key for entry in bib.parse(export.bibliography(once)).entries}
    text = export.to_tex(draft, "evaluation")
    found = [cited.key for mention in citations.latex(text) for cited in mention.cited]
    return len(found), sum(key not in known for key in found)
