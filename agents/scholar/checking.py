"""Checks a text that was written elsewhere: every sentence that cites, against what it cites.

The one law: a sentence is as good as the worst of its citations, and every sentence that cites is
reported, whatever became of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import Progress, UserError
from agents.scholar import bib, prose, terms, texts, verify
from agents.scholar.events import BackedBy, SentenceChecked, TextChecked, VerifyRequest
from agents.scholar.linking import Linker
from agents.scholar.verify import Quote
from agents.scholar.votes import ModelVoter

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Embedder, Models
    from agents.scholar.events import ScholarEvent, TextVerdict
    from agents.scholar.linking import Link
    from agents.scholar.prose import Citing, Part, Reading
    from agents.store.library import Library, Work
    from agents.store.passages import Passages

# The worst first: what a sentence is called that cites several works.
ORDER: tuple[TextVerdict, ...] = (
    "unknown work", "metadata mismatch", "no support", "weak", "not checked", "quoted",
)  # fmt: skip
_VERDICTS: dict[verify.Grade, TextVerdict] = {
    "quoted": "quoted", "weak": "weak", "none": "no support", "unchecked": "not checked",
}  # fmt: skip
_FEWEST_TERMS = 3  # content words of a part that can be checked by itself


class Checker:
    """Checks texts for the scholar agent."""

    def __init__(
        self, models: Models, library: Library, passages: Passages, embedder: Embedder | None
    ) -> None:
        """Keep what the agent was given."""
        self._models = models
        self._library = library
        self._passages = passages
        self._embedder = embedder

    def run(
        self, request: VerifyRequest, cancel: CancelToken
    ) -> Generator[ScholarEvent, None, None]:
        """Yield a `SentenceChecked` for each sentence that cites, then `TextChecked`.

        Raises:
            UserError: what `texts.read` raises, scholar.not_bib, scholar.library_empty, and what
                the engine raises.
            CancelledError: the token was cancelled.
        """
        text = request.pasted or texts.read(request.text, cancel)
        aliases: dict[str, Work] = {}
        if request.library:
            found = bib.read_file(request.library)
            works: Sequence[Work] = [entry.work for entry in found.entries]
            broken = found.broken
        else:
            works, broken = self._library.list(), ()
            by_id = {work.id: work for work in works}
            known = self._library.aliases().items()
            aliases = {key: by_id[id_] for key, id_ in known if id_ in by_id}
        if not works:
            raise UserError("scholar.library_empty")
        reading = prose.read(text, prose.form_of(request.text.name, text))
        linker = Linker(works, reading.listed, aliases)
        if request.model:
            with self._models.borrow(request.model, cancel) as engine:
                voter = ModelVoter(engine, cancel)
                checked = yield from self._check(reading, linker, voter, request, cancel)
        else:
            checked = yield from self._check(reading, linker, None, request, cancel)
        yield TextChecked(checked, broken, by_meaning=self._embedder is not None)

    def _check(
        self,
        reading: Reading,
        linker: Linker,
        voter: ModelVoter | None,
        request: VerifyRequest,
        cancel: CancelToken,
    ) -> Generator[ScholarEvent, None, tuple[SentenceChecked, ...]]:
        linked = [(sentence, list(_links(sentence, linker))) for sentence in reading.sentences]
        linked = [(sentence, links) for sentence, links in linked if links]
        cited = {w.key: w for _s, links in linked for _p, link in links for w in link.works}
        texts = {} if request.library else self._texts(list(cited.values()))
        verifier = verify.Verifier(list(cited.values()), self._embed(cancel), texts, voter)
        made: list[SentenceChecked] = []
        for number, (sentence, links) in enumerate(linked, start=1):
            cancel.check()
            checked = _checked(sentence, links, verifier)
            made.append(checked)
            yield checked
            yield Progress(number, len(linked), "sentence")
        return tuple(made)

    def _texts(self, works: Sequence[Work]) -> dict[str, list[Quote]]:
        """What is stored of the works' files, sentence by sentence."""
        return {
            work.key: [
                Quote(sentence, piece.page)
                for piece in self._passages.of_work(work.id, "text")
                for sentence in verify.passages(piece.text)
            ]
            for work in works
        }

    def _embed(self, cancel: CancelToken) -> verify.Embed | None:
        embedder = self._embedder
        if embedder is None:
            return None
        return lambda texts: embedder.embed(texts, "passage", cancel)


def _links(sentence: Citing, linker: Linker) -> Iterator[tuple[Part, Link]]:
    for part in sentence.parts:
        for cited in part.mention.cited:
            link = linker.link(cited)
            if link is not None:
                yield part, link


def _checked(
    sentence: Citing, links: Sequence[tuple[Part, Link]], verifier: verify.Verifier
) -> SentenceChecked:
    """The verdict on each citation of a sentence, and on the sentence: the worst of them."""
    works = {work.key: work for _part, link in links for work in link.works}
    backing = [
        _backing(sentence, part, link, verifier, list(works.values())) for part, link in links
    ]
    worst = min(backing, key=lambda one: ORDER.index(one.verdict))
    return SentenceChecked(
        sentence=sentence.text,
        keys=tuple(dict.fromkeys(one.key for one in backing)),
        verdict=worst.verdict,
        evidence=worst.evidence,
        reason=worst.reason,
        line=sentence.line,
        works=tuple(backing),
    )


def _backing(
    sentence: Citing,
    part: Part,
    link: Link,
    verifier: verify.Verifier,
    cited: Sequence[Work],
) -> BackedBy:
    if not link.works:
        return BackedBy(
            link.shown, "", "unknown work", "", "scholar.unknown_work", shown=link.shown
        )
    claims = list(dict.fromkeys(filter(None, (_claim(part.claim), sentence.claim))))
    best: tuple[int, Work, verify.Verdict] | None = None
    for work in link.works:
        # facts that another work cited here holds are no fault of this one
        beside = " ".join(
            f"{w.title} {w.abstract} {' '.join(w.authors)}" for w in cited if w is not work
        )
        for claim in claims:
            verdict = verifier.check(claim, work, beside=beside)
            rank = ORDER.index(_VERDICTS[verdict.grade])
            if best is None or rank > best[0]:
                best = (rank, work, verdict)
    if best is None:
        one = link.works[0]
        return BackedBy(
            one.key, one.title, "not checked", "", "scholar.no_claim", work=one.id, shown=link.shown
        )
    _rank, work, verdict = best
    shown, reason = _VERDICTS[verdict.grade], verdict.reason
    if link.mismatch:
        shown, reason = "metadata mismatch", link.mismatch
    return BackedBy(
        work.key,
        work.title,
        shown,
        verdict.evidence,
        reason,
        verdict.page,
        work=work.id,
        shown=link.shown,
    )


def _claim(text: str) -> str:
    """A part that can be checked by itself, or nothing."""
    return text if len(terms.content(text, generic=True)) >= _FEWEST_TERMS else ""
