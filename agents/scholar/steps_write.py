"""Writes the planned sentences of a paragraph, each by its kind.

The one law: which works a sentence cites is in its plan; the model words it and can change nothing
of that. What nothing supports is tried once more and then marked, with the reason.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import Token
from agents.engine.port import GenerationRequest, Message, Priority
from agents.scholar import facts, sentence_plan, terms, write
from agents.scholar.prompts import NOTE, PHRASES
from agents.store.drafts import Sentence

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Engine
    from agents.scholar.sentence_plan import Sources
    from agents.scholar.verify import Verdict, Verifier
    from agents.store.library import Work
    from agents.store.outlines import EvidenceRef, PlannedSentence, PlannedTheme

_GRADES = ("none", "unchecked", "weak", "quoted")  # the worst first


@dataclass(frozen=True, slots=True)
class Place:
    """The paragraph that a sentence is written for."""

    index: int
    theme: PlannedTheme
    topic: str
    language: str
    seed: int
    warmth: float = 0.0  # above 0 where another wording than before is wanted


class Writer:
    """Writes sentences of one draft."""

    def __init__(
        self, engine: Engine, verifier: Verifier, sources: Sources, cancel: CancelToken
    ) -> None:
        """Keep who writes, who checks, and from what."""
        self._engine = engine
        self._verifier = verifier
        self._sources = sources
        self._cancel = cancel

    def write(
        self, planned: PlannedSentence, place: Place
    ) -> Generator[Token, None, Sentence | None]:
        """One sentence; None where its works are not here any more. Yields what is written."""
        known = [ref for ref in planned.evidence if ref.key in self._sources.works]
        planned = dataclasses.replace(planned, evidence=tuple(known))
        if not known:
            return None
        if planned.kind == "lead":
            made = lead(planned, place)
            yield Token(f"{made.text} ")
        elif planned.kind == "comparison":
            made = yield from self._comparison(planned, place)
        elif planned.says:
            made = yield from self._said(planned, place)
        else:
            made = yield from self._claim(known[0], place)
        return dataclasses.replace(made, planned=planned.id)

    def _assignment(self, ref: EvidenceRef, place: Place) -> write.Assignment:
        keys = place.theme.keys
        slot = keys.index(ref.key) + 1 if ref.key in keys else len(keys) + 1
        return write.Assignment(
            work=self._sources.works[ref.key],
            slot=slot,
            slots=max(slot, len(keys)),
            theme=place.theme.title,
            topic=place.topic,
            language=place.language,
            seed=place.seed + 100 * place.index,
            ref=ref,
            warmth=place.warmth,
        )

    def _claim(self, ref: EvidenceRef, place: Place) -> Generator[Token, None, Sentence]:
        assignment = self._assignment(ref, place)
        made = yield from write.write(assignment, self._engine, self._verifier, self._cancel)
        return dataclasses.replace(
            made,
            passages=tuple(
                one
                if one.passage or not one.page
                else self._sources.ref(one.key, one.text, one.page)
                for one in made.passages
            ),
        )

    def _comparison(
        self, planned: PlannedSentence, place: Place
    ) -> Generator[Token, None, Sentence]:
        """A clause for each work, each checked against its own; joined in what they share."""
        clauses: list[Sentence] = []
        for ref in planned.evidence:
            clause = yield from self._claim(ref, place)
            clauses.append(clause)
        phrases = PHRASES[place.language]
        template = phrases.both if len(planned.keys) == 2 else phrases.several
        text = template.format(
            phrase=write.clean(lowered(planned.says)),
            clauses=phrases.between.join(
                _clause(one, ref) for one, ref in zip(clauses, planned.evidence, strict=True)
            ),
        )
        yield Token(f"{text} ")
        flagged = next((one for one in clauses if one.support == "flagged"), None)
        reason = flagged.reason if flagged else ""
        if not reason and not sentence_plan.backed(planned):
            reason = "scholar.not_shared"
        return Sentence(
            text,
            planned.keys,
            "flagged" if reason else "supported",
            clauses[0].evidence,
            reason,
            "quote" if all(one.origin == "quote" for one in clauses) else "model",
            tuple(ref for one in clauses for ref in one.passages),
        )

    def _said(self, planned: PlannedSentence, place: Place) -> Generator[Token, None, Sentence]:
        """What the user wants to say, checked; where it is in another language, translated."""
        says = write.tame(write.clean(planned.says))
        foreign = terms.language(says) != place.language
        text = (yield from self.translated(says, planned, place)) if foreign else full_stop(says)
        checked = self._checked(text, planned) if text else None
        if text and not foreign:
            yield Token(f"{text} ")
        if checked is not None and checked.support == "supported":
            return dataclasses.replace(checked, origin="model" if foreign else "own")
        if len(planned.keys) == 1:  # once more, from the evidence
            ref = planned.evidence[0]
            again = yield from write.attempt(
                self._assignment(ref, place), ref, 0, self._engine, self._verifier, self._cancel
            )
            if again is not None:
                return again
        if checked is not None:
            return dataclasses.replace(checked, origin="model" if foreign else "own")
        return (yield from self._claim(planned.evidence[0], place))

    def translated(
        self, says: str, planned: PlannedSentence, place: Place
    ) -> Generator[Token, None, str]:
        """A sentence in the language of the draft, its citations locked; empty if it went wrong."""
        engine = self._engine
        if not {terms.language(says), place.language} <= {
            language for language in ("en", "ko") if write.knows(engine, language)
        }:
            return ""
        keys = place.theme.keys
        slots = [keys.index(key) + 1 for key in planned.keys if key in keys]
        for number in range(2):
            raw = yield from write.stream(
                _note_request(says, slots, place, number, engine), engine, self._cancel
            )
            text = raw.strip() if not slots else ""
            if slots:
                parsed = write.parse(raw, slots)
                text = parsed[0] if parsed and set(parsed[1]) == set(slots) else ""
            if text and same_facts(text, says, place.language):
                return text
        return ""

    def _checked(self, text: str, planned: PlannedSentence) -> Sentence:
        """A sentence as it stands with what its works say to it: as good as the worst of them."""
        works = [self._sources.works[key] for key in planned.keys]
        found = [(work, self._check(text, work, works)) for work in works]
        _work, worst = min(found, key=lambda one: _GRADES.index(one[1].grade))
        backing = tuple(
            self._sources.ref(work.key, verdict.evidence, verdict.page)
            for work, verdict in found
            if verdict.evidence
        )
        reason = "" if worst.supported else worst.reason or "scholar.no_support"
        support = "supported" if worst.supported else "flagged"
        return Sentence(text, planned.keys, support, worst.evidence, reason, "own", backing)

    def _check(self, text: str, work: Work, works: Sequence[Work]) -> Verdict:
        beside = " ".join(f"{one.title} {one.abstract}" for one in works if one is not work)
        return self._verifier.check(text, work, beside=beside)


def lead(planned: PlannedSentence, place: Place) -> Sentence:
    """An opening that names what several works of a theme share, true by construction."""
    leads = PHRASES[place.language].leads
    text = leads[place.index % len(leads)].format(phrase=write.clean(lowered(planned.says)))
    shared = sentence_plan.backed(planned)
    return Sentence(
        f"{text}.",
        planned.keys,
        "supported" if shared else "flagged",
        planned.evidence[0].text,
        "" if shared else "scholar.not_shared",
        "lead",
        planned.evidence,
    )


def lowered(phrase: str) -> str:
    """A phrase inside a sentence: capitals of a title go, those of names stay."""
    return " ".join(
        word.lower() if word[:1].isupper() and word[1:].islower() else word
        for word in phrase.split()
    )


def full_stop(text: str) -> str:
    """A sentence with the sign it ends in."""
    return text if text.endswith((".", "!", "?", "”")) else f"{text}."


def same_facts(text: str, note: str, language: str) -> bool:
    """Whether a translation keeps the numbers and the Latin names of a note, and adds none."""
    if terms.language(text) != language:
        return False
    if facts.stated_numbers(text) - facts.known_numbers(note):
        return False
    if facts.stated_numbers(note) - facts.known_numbers(text):
        return False
    if terms.language(note) == "ko" and facts.missing_names(text, note):
        return False
    kept = terms.bag(text)
    return all(
        kept.holds(term) for name in terms.names(note) for term in terms.content(name, generic=True)
    )


def _clause(sentence: Sentence, ref: EvidenceRef) -> str:
    """A sentence within another one: without its full stop, its first word as it is inside."""
    text = sentence.text.rstrip(".")
    first = text.split(" ", 1)[0]
    ordinary = first == "According" or first.lower() in ref.text.split()
    if first[:1].isupper() and first[1:].islower() and ordinary:
        return text[:1].lower() + text[1:]
    return text


def _note_request(
    says: str, slots: Sequence[int], place: Place, number: int, engine: Engine
) -> GenerationRequest:
    asked = NOTE[place.language].format(note=says)
    sampling = dataclasses.replace(
        engine.info.sampling,
        seed=place.seed + 1000 * number,
        temperature=max(engine.info.sampling.temperature, 0.3 if number else 0.0),
    )
    return GenerationRequest(
        messages=(Message("user", asked),),
        sampling=sampling,
        max_tokens=2 * write.MAX_TOKENS,
        grammar=write.locked_grammar(slots) if slots else write.plain_grammar(),
        priority=Priority.BACKGROUND,
        prefix_key=f"scholar-note-{place.language}",
        template_variables=(("enable_thinking", False),),
    )
