"""The terms of a document, proposed before it is translated, for the user to fix once.

The one law: nothing is decided here. Each proposal stands in the document as it is written, with
how often; how it is translated is said only if a glossary or the memory knows.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.base import Progress, UserError
from agents.entities.events import EntitiesFound, EntityRequest
from agents.translation import english_terms, glossary_files, language, work
from agents.translation.formats import opening

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from pathlib import Path

    from agents.base import CancelToken
    from agents.entities.agent import EntityAgent
    from agents.translation.events import Language
    from agents.translation.korean import Korean
    from agents.translation.own import Own

Kind = Literal["name", "acronym", "term"]
Known = Literal["", "glossary", "memory"]

LABELS = ("person", "organisation", "place", "product", "method", "dataset")
_LONGEST = 4  # words of a phrase
_STOP = language.word_set(
    "a an the this that these those it its they them their he she his her we us our you your"
    " i my me who whom whose which what when where why how and or but nor so yet if then than"
    " as at by for from in into of off on onto out over to up with without within about above"
    " after again against all also although am any are because been before being below between"
    " both can cannot could did do does doing down during each either else ever every few"
    " first further had has have having here however just last least less like made make many"
    " may might more most much must neither never new next no not now often one only other"
    " others ours own per same see several shall should since some still such take than there"
    " therefore though three through thus too two under until use used uses using very via was"
    " way well were what while will would yes good well given based different following show"
    " shows shown figure table section page et al e.g i.e etc"
)
_SIGNS = " .,:;!?…·\"'“”‘’()[]{}<>"  # around a name
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-'’][A-Za-z0-9]+)*")
_ACRONYM = re.compile(r"[A-Z]{2}[A-Z0-9]*s?|[A-Z][A-Z0-9-]+[A-Z0-9]|[a-z]?[A-Z]+[a-z]+[A-Z]\w*")


@dataclass(frozen=True, slots=True)
class ProposeRequest:
    """Propose terms of one file for translating it into `target`."""

    source: Path
    target: Language
    glossary: str = ""  # whose terms are known already
    entity_model: str = ""  # finds names; empty for none
    least: int = 2  # times a term must stand in the document
    most: int = 100


@dataclass(frozen=True, slots=True)
class Proposal:
    """A term of the document."""

    term: str
    count: int
    kind: Kind
    label: str = ""  # what the entity model takes it for
    translation: str = ""
    known: Known = ""  # by whom the translation is
    example: str = ""  # the first sentence it stands in


@dataclass(frozen=True, slots=True)
class Proposed:
    """All proposals, those that matter most first."""

    proposals: tuple[Proposal, ...]


class Proposals:
    """Reads documents for their terms."""

    def __init__(self, korean: Korean, own: Own, entities: EntityAgent | None = None) -> None:
        """Keep the analyser, what is known already, and who finds names."""
        self._korean = korean
        self._own = own
        self._entities = entities

    def run(
        self, request: ProposeRequest, cancel: CancelToken
    ) -> Generator[Progress | Proposed, None, None]:
        """Propose; see `agents.base.Agent`.

        Raises:
            CancelledError: `cancel` was set.
            UserError: file.*, translation.*, and what finding names raises.
        """
        document, _data = yield from opening(request.source, request.target, cancel)
        _pieces, units = work.read(document, self._korean)
        texts = tuple(unit.text for unit in units if unit.asks(request.target))
        if not texts:
            raise UserError("translation.already_there", file=request.source.name)
        counts: Counter[str] = Counter()
        kinds: dict[str, Kind] = {}
        for number, text in enumerate(texts):
            cancel.check()
            found = _english(text) if request.target == "ko" else self._nouns(text)
            for term, kind in found:
                counts[term] += 1
                if kinds.get(term, "term") == "term":
                    kinds[term] = kind
            if number % 50 == 0:
                yield Progress(number, len(texts), "segment")
        counts, kinds = _merged(counts, kinds)
        labels: dict[str, str] = {}
        if self._entities is not None and request.entity_model:
            yield from self._named(request, texts, labels, cancel)
        for term in labels:
            counts.setdefault(term, sum(text.count(term) for text in texts))
            kinds[term] = "name"
        chosen = _chosen(counts, kinds, request)
        made = self._translated(request, chosen, counts, kinds, labels)
        yield Proposed(tuple(_with_example(one, texts) for one in made))

    def _nouns(self, text: str) -> Iterable[tuple[str, Kind]]:
        """Runs of Korean nouns, and Latin words among them."""
        run: list[tuple[int, int, str]] = []
        for part in (*self._korean.morphemes(text), None):
            noun = part is not None and part.tag in ("NNG", "NNP", "SL", "XSN")
            if part is not None and noun and (not run or part.start - run[-1][1] <= 0):
                run.append((part.start, part.end, part.tag))
                continue
            if run:
                term = text[run[0][0] : run[-1][1]]
                name = any(tag == "NNP" for _start, _end, tag in run)
                if len(term) > 1:
                    acronym = all(tag == "SL" for _start, _end, tag in run)
                    yield term, "acronym" if acronym else "name" if name else "term"
            run = [(part.start, part.end, part.tag)] if part is not None and noun else []

    def _named(
        self,
        request: ProposeRequest,
        texts: tuple[str, ...],
        labels: dict[str, str],
        cancel: CancelToken,
    ) -> Generator[Progress, None, None]:
        assert self._entities is not None  # noqa: S101 - asked by the caller
        wanted = EntityRequest(texts, request.entity_model, LABELS)
        for event in self._entities.run(wanted, cancel):
            if isinstance(event, Progress):
                yield event
            elif isinstance(event, EntitiesFound):
                for span in event.spans:
                    if name := _name(span.text):
                        labels.setdefault(name, span.label)

    def _translated(
        self,
        request: ProposeRequest,
        chosen: Sequence[str],
        counts: Counter[str],
        kinds: dict[str, Kind],
        labels: dict[str, str],
    ) -> tuple[Proposal, ...]:
        terms = glossary_files.opened(request.glossary, request.target, self._own.glossaries)
        memories = self._own.memories
        made: list[Proposal] = []
        for term in chosen:
            translation, known = terms.hint(term), "glossary"
            if not translation and memories is not None:
                entries = memories.exact(term, request.target)
                translation, known = (entries[0].target if entries else ""), "memory"
            made.append(
                Proposal(
                    term=term,
                    count=counts[term],
                    kind=kinds[term],
                    label=labels.get(term, ""),
                    translation=translation,
                    known=("glossary" if known == "glossary" else "memory") if translation else "",
                )
            )
        return tuple(made)


def _name(found: str) -> str:
    """What an entity model found, as a term; empty if it is none: a sign, a small word."""
    name = " ".join(found.split()).strip(_SIGNS)
    if len(name) < 2 or name.lower() in _STOP or not any(sign.isalpha() for sign in name):
        return ""
    return name


def _with_example(proposal: Proposal, texts: Sequence[str]) -> Proposal:
    term = proposal.term
    example = next((text for text in texts if term in text), "")
    if not example:  # it stands there with a capital only
        low = term.casefold()
        example = next((text for text in texts if low in text.casefold()), "")
    return dataclasses.replace(proposal, example=example)


def _english(text: str) -> Iterable[tuple[str, Kind]]:
    """Acronyms, runs of capitalised words inside a sentence, and phrases without small words."""
    run: list[re.Match[str]] = []
    for match in (*_WORD.finditer(text), None):
        if match is not None and match.group().lower() not in _STOP:
            if not run or not text[run[-1].end() : match.start()].strip():
                run.append(match)
                continue
            yield from _phrases(run, text)
            run = [match]
        else:
            yield from _phrases(run, text)
            run = []


def _phrases(run: list[re.Match[str]], text: str) -> Iterable[tuple[str, Kind]]:
    opens = bool(run) and not re.search(r"\w", text[: run[0].start()])
    for start in range(len(run)):
        word = run[start].group()
        if _ACRONYM.fullmatch(word):
            yield word, "acronym"
        for end in range(start + 1, min(start + _LONGEST, len(run)) + 1):
            words = [match.group() for match in run[start:end]]
            phrase = text[run[start].start() : run[end - 1].end()]
            capital = all(one[0].isupper() for one in words)
            if capital and not (opens and start == 0 and len(words) == 1):
                if not (len(words) == 1 and _ACRONYM.fullmatch(word)):
                    yield phrase, "name"
            elif not capital and (len(words) > 1 or len(word) > 5):
                folded = phrase[0].lower() + phrase[1:] if opens and start == 0 else phrase
                yield folded, "term"


def _merged(counts: Counter[str], kinds: dict[str, Kind]) -> tuple[Counter[str], dict[str, Kind]]:
    """Plurals counted with their singular, where the document has both."""
    made: Counter[str] = Counter()
    names: dict[str, Kind] = {}
    for term, count in counts.items():
        head, _space, last = term.rpartition(" ")
        single = last.removesuffix("s")
        base = f"{head} {single}".strip()
        plural = base != term and base in counts and english_terms.likeness(last, single)
        made[base if plural else term] += count
        names[base if plural else term] = kinds[base if plural else term]
    return made, names


def _chosen(counts: Counter[str], kinds: dict[str, Kind], request: ProposeRequest) -> list[str]:
    """Those that stand there often enough, but for parts of others that never stand alone."""
    weight = {"name": 3, "acronym": 2, "term": 1}
    often = [term for term, count in counts.items() if count >= request.least]
    by_size = sorted(often, key=len, reverse=True)
    kept: list[str] = []
    for term in by_size:
        inside = (other for other in kept if f" {term} " in f" {other} ")
        if all(counts[other] < counts[term] for other in inside):
            kept.append(term)
    kept.sort(key=lambda term: (-counts[term] * weight[kinds[term]] * (1 + term.count(" ")), term))
    return kept[: request.most]
