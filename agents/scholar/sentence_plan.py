"""Plans the sentences of a paragraph: what is said, from which passage, citing which works.

The one law: every planned sentence names words that stand in the work it cites, and works are
compared only in what the evidence of each of them holds: a phrase, a name or a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from agents.scholar import citations, plan, terms, verify, wording, write
from agents.store.outlines import EvidenceRef, PlannedSentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agents.scholar.steps_notes import Note
    from agents.store.library import Work
    from agents.store.outlines import Kind, Outline, PlannedTheme
    from agents.store.passages import Passage

_LEAST_FOR_LEAD = 3  # works
_COMPARED = 6  # works of a theme that are looked at in pairs
_FROM_ABSTRACT = 50  # sentences looked at
_FROM_TEXT = 30  # sentences of the text of a PDF that are kept to choose from
_OF_TEXT = 0.3  # what a sentence of the text has to be better by: an abstract says what matters
# A sentence of a paper that speaks of its own figures says nothing by itself.
_POINTS = re.compile(
    r"\b(?:fig(?:ure|\.)|table|section|eq(?:uation|\.)|appendix)\s*\d|(?:표|그림|식)\s*\d",
    re.IGNORECASE,
)
_HANGUL_KINDS = 2  # letters of a name that tells something


@dataclass(frozen=True, slots=True)
class Sources:
    """The works of a draft with what can be quoted of each, by key."""

    works: Mapping[str, Work]
    texts: Mapping[str, Sequence[Passage]]  # of their PDFs, what fits best first; may be empty

    def refs(self, key: str) -> list[EvidenceRef]:
        """Every sentence of a work that may be evidence; of abstracts first."""
        work = self.works.get(key)
        if work is None:
            return []
        found = [EvidenceRef(key, one) for one in terms.sentences(work.abstract)[:_FROM_ABSTRACT]]
        text: list[EvidenceRef] = []
        for passage in self.texts.get(key, ()):
            text += [
                EvidenceRef(key, one, passage.page, passage.id)
                for one in terms.sentences(passage.text)
                if _own(one)
            ]
        return [*found, *text[:_FROM_TEXT]]

    def ranked(self, key: str, topic: str, theme: PlannedTheme) -> list[EvidenceRef]:
        """The same, what is worth writing from first."""
        wanted = terms.content(f"{topic} {theme.title} {theme.question}")
        refs = self.refs(key)
        places = {ref: at for at, ref in enumerate(refs)}

        def worth(ref: EvidenceRef) -> float:
            if ref.passage:
                return write.worth(ref.text, wanted, 0) - _OF_TEXT
            return write.worth(ref.text, wanted, places[ref])

        return sorted(refs, key=lambda ref: (-worth(ref), places[ref]))

    def stands(self, ref: EvidenceRef) -> bool:
        """Whether these words are the work's own, as far as is stored."""
        work = self.works.get(ref.key)
        if work is None:
            return False
        said = _squeezed(ref.text)
        where = [work.abstract, *(passage.text for passage in self.texts.get(ref.key, ()))]
        return bool(said) and any(said in _squeezed(text) for text in where)

    def quotes(self) -> dict[str, list[verify.Quote]]:
        """What the verifier may hold a sentence against beside the abstracts."""
        return {
            key: [
                verify.Quote(text, passage.page)
                for passage in passages
                for text in verify.passages(passage.text)
            ]
            for key, passages in self.texts.items()
            if passages
        }

    def ref(self, key: str, text: str, page: int) -> EvidenceRef:
        """A quotation of the verifier with the passage it stands in."""
        if page:
            for passage in self.texts.get(key, ()):
                if passage.page == page and text.split(".", maxsplit=1)[0][:60] in passage.text:
                    return EvidenceRef(key, text, page, passage.id)
        return EvidenceRef(key, text, page)


def propose(
    theme: PlannedTheme, outline: Outline, topic: str, sources: Sources, first: int
) -> PlannedTheme:
    """The theme with a sentence plan that fits its works.

    What is planned already and still can be said keeps its id and its place; what the works lack
    is added. New ids begin with `first`.
    """
    if theme.closing:
        return replace(theme, planned=True)
    works = [sources.works[key] for key in theme.keys if key in sources.works]
    elsewhere = [
        sources.works[key]
        for other in outline.themes
        for key in other.keys
        if key in sources.works and key not in theme.keys
    ]
    kept = [one for one in theme.sentences if set(one.keys) <= set(theme.keys)]
    old_lead = next((one for one in kept if one.kind == "lead"), None)
    old_compared = next((one for one in kept if one.kind == "comparison"), None)
    made: list[PlannedSentence] = [
        _filled(one, topic, theme, sources)
        for one in kept
        if one.kind not in ("lead", "comparison") or one.locked
    ]
    ids = iter(range(first, first + 2 * len(works) + 4))
    made += _claims(theme, topic, sources, made, ids)
    phrase = plan.shared_phrase([work for work in works if work.abstract], elsewhere)
    if not (old_lead and old_lead.locked):
        lead = _lead(works, phrase, next(ids), old_lead)
        made = [lead, *made] if lead else made
    if not (old_compared and old_compared.locked):
        compared = _comparison(works, phrase, made, topic, theme, sources, next(ids), old_compared)
        if compared:
            last = max(at for at, one in enumerate(made) if set(one.keys) & set(compared.keys))
            made.insert(last + 1, compared)
    return replace(theme, sentences=tuple(made), planned=True)


def with_notes(outline: Outline, notes: Sequence[Note]) -> Outline:
    """The outline with the user's own citing sentences, in the theme of the first work of each.

    They cite what they cite: the plan is locked, and evidence is looked for in `propose`.
    """
    id_ = outline.free_sentence
    for note in notes:
        keys = tuple(work.key for work in note.works)
        home = next((theme for theme in outline.themes if keys[0] in theme.keys), None)
        if home is None:
            continue
        refs = tuple(EvidenceRef(key, "") for key in keys)
        new = PlannedSentence(id_, "claim", refs, note.text, locked=True)
        id_ += 1
        more = replace(
            home,
            keys=tuple(dict.fromkeys((*home.keys, *keys))),
            pinned=tuple(dict.fromkeys((*home.pinned, *keys))),
            sentences=(*home.sentences, new),
        )
        outline = replace(
            outline, themes=tuple(more if one.id == home.id else one for one in outline.themes)
        )
    return outline


def _filled(
    sentence: PlannedSentence, topic: str, theme: PlannedTheme, sources: Sources
) -> PlannedSentence:
    """A planned sentence with evidence for what it says, where it has none yet."""
    if all(ref.text for ref in sentence.evidence) or not sentence.says:
        return sentence
    refs: list[EvidenceRef] = []
    for ref in sentence.evidence:
        ranked = [ref] if ref.text else sources.ranked(ref.key, topic, theme) or [ref]
        refs.append(max(ranked, key=lambda one: wording.coverage(sentence.says, one.text)))
    return replace(sentence, evidence=tuple(refs))


def placed(outline: Outline, sources: Sources) -> Outline:
    """The outline with the page and passage of evidence of which only the words are known."""

    def found(ref: EvidenceRef) -> EvidenceRef:
        said = _squeezed(ref.text)
        work = sources.works.get(ref.key)
        if ref.passage or not said or work is None or said in _squeezed(work.abstract):
            return replace(ref, page=0) if not ref.passage and work else ref
        for passage in sources.texts.get(ref.key, ()):
            if said in _squeezed(passage.text):
                return replace(ref, page=passage.page, passage=passage.id)
        return ref

    def theme(old: PlannedTheme) -> PlannedTheme:
        sentences = (
            replace(one, evidence=tuple(map(found, one.evidence))) for one in old.sentences
        )
        return replace(old, sentences=tuple(sentences))

    return replace(outline, themes=tuple(map(theme, outline.themes)))


def without(sentence: PlannedSentence, key: str) -> PlannedSentence | None:
    """What is left of a planned sentence that may not cite a work; None if nothing is."""
    if key not in sentence.keys:
        return sentence
    left = tuple(ref for ref in sentence.evidence if ref.key != key)
    if not left:
        return None
    if sentence.kind in ("lead", "comparison") and len({ref.key for ref in left}) < 2:
        return None
    return replace(sentence, evidence=left)


def backed(sentence: PlannedSentence) -> bool:
    """Whether what works are compared in stands in the evidence of each of them."""
    if sentence.kind not in ("lead", "comparison"):
        return True
    if len(sentence.keys) < 2 or not sentence.says:
        return False
    figures = terms.numbers(sentence.says)
    if figures and not terms.content(sentence.says, generic=True):
        return all(figures <= terms.numbers(ref.text, words=True) for ref in sentence.evidence)
    return all(plan.holds_phrase(ref.text, sentence.says) for ref in sentence.evidence)


def _claims(
    theme: PlannedTheme,
    topic: str,
    sources: Sources,
    made: Sequence[PlannedSentence],
    ids: Iterable[int],
) -> list[PlannedSentence]:
    """A claim for each work that has none yet; of some works only the title is known."""
    told = {key for one in made if one.kind == "claim" for key in one.keys}
    found: list[PlannedSentence] = []
    for key, id_ in zip((key for key in theme.keys if key not in told), ids, strict=False):
        if key not in sources.works:
            continue
        best = sources.ranked(key, topic, theme)
        found.append(PlannedSentence(id_, "claim", (best[0] if best else EvidenceRef(key, ""),)))
    return found


def _lead(
    works: Sequence[Work], phrase: str, id_: int, old: PlannedSentence | None
) -> PlannedSentence | None:
    """An opening that names what several works of a theme share, true by construction."""
    if len(works) < _LEAST_FOR_LEAD or not phrase:
        return None
    first: dict[str, EvidenceRef] = {}
    for work in works:
        for passage in terms.sentences(work.abstract)[:_FROM_ABSTRACT]:
            if plan.holds_phrase(passage, phrase):
                first.setdefault(work.key, EvidenceRef(work.key, passage))
    return _same(old, id_, "lead", tuple(first.values()), phrase) if len(first) > 1 else None


def _comparison(
    works: Sequence[Work],
    phrase: str,
    made: Sequence[PlannedSentence],
    topic: str,
    theme: PlannedTheme,
    sources: Sources,
    id_: int,
    old: PlannedSentence | None,
) -> PlannedSentence | None:
    """Two works that say something of the same thing, in sentences that are not used yet."""
    used = {(ref.key, ref.text) for one in made if one.kind == "claim" for ref in one.evidence}
    free = {
        work.key: [
            ref
            for ref in sources.ranked(work.key, topic, theme)
            if (ref.key, ref.text) not in used and write.usable(ref.text)
        ]
        for work in works
    }
    best: tuple[tuple[int, int], str, tuple[EvidenceRef, ...]] | None = None
    for one, two in combinations(works[:_COMPARED], 2):
        for rank, shared in enumerate(_shared(one, two, phrase)):
            chosen = [
                next((ref for ref in free[work.key] if plan.holds_phrase(ref.text, shared)), None)
                for work in (one, two)
            ]
            refs = tuple(ref for ref in chosen if ref is not None)
            if len(refs) == 2:
                score = (-rank, -sum(free[ref.key].index(ref) for ref in refs))
                if best is None or score > best[0]:
                    best = (score, shared, refs)
                break
    return _same(old, id_, "comparison", best[2], best[1]) if best else None


def _shared(one: Work, two: Work, phrase: str) -> list[str]:
    """What both works speak of: names (data sets, methods) first, then a phrase."""
    mine, theirs = (set(terms.names(work.abstract)) for work in (one, two))
    people = {part for work in (one, two) for name in work.authors for part in name.split(", ")}
    names = sorted(
        name
        for name in (mine & theirs) - people
        if len(name) > _HANGUL_KINDS and not terms.is_generic(terms.stems(name))
    )
    taken = {phrase.lower()} if phrase else set[str]()
    shared = plan.shared_phrase([one, two], [], taken)
    return [*names, *([shared] if shared else [])]


def _same(
    old: PlannedSentence | None,
    id_: int,
    kind: Kind,
    refs: tuple[EvidenceRef, ...],
    says: str,
) -> PlannedSentence:
    """The planned sentence, under its old id where nothing about it is new."""
    new = PlannedSentence(id_, kind, refs, says)
    if old and (old.evidence, old.says) == (new.evidence, new.says):
        return old
    return new


def _own(sentence: str) -> bool:
    """Whether a sentence of a paper's text is about itself: not about what it cites or shows."""
    return (
        write.usable(sentence)
        and not _POINTS.search(sentence)
        and not citations.find(sentence, "plain")
        and "et al" not in sentence
    )


def _squeezed(text: str) -> str:
    return " ".join(text.split())
