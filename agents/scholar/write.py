"""Writes one sentence about one work, and keeps the model to what it was given.

The one law: a citation is a slot number out of the paragraph's closed list. The grammar lets the
model write nothing else in brackets, and what comes back is parsed as if there were no grammar.
A sentence the abstract does not carry is tried once more and then replaced by a quotation, marked
as one: readable and true, even where the model is too small to paraphrase.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import Token
from agents.engine.port import GenerationRequest, Message, Priority
from agents.scholar import terms, verify
from agents.scholar.prompts import PHRASES
from agents.store.drafts import Sentence
from agents.store.outlines import EvidenceRef

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Engine
    from agents.store.library import Work

MAX_TOKENS = 96
_QUOTE_WORDS = 45  # a longer sentence is cut, visibly
_FEWEST_TERMS = 3  # different content words of a sentence that says something
_EVIDENCE_WORDS = range(6, 46)  # of a sentence that is worth rewriting
# Sentences that lean on the one before them.
_LEANING = re.compile(
    r"(?:It|Its|This|That|These|Those|They|Their|Such|He|She|이는|이것|이를|그|또한)\b"
)
_MARK = re.compile(r"\s*\[\s*(\d+)\s*\]")
_FORBIDDEN = re.compile(r"[\[\]{}<>\\@#$^_~|*`\x00-\x1f]|https?:|\bcite\b", re.IGNORECASE)
_LETTERS_OF_SENTENCE = (
    "first ::= [A-Z0-9가-힣]\n"
    'rest ::= [0-9]+ "." [0-9]+ | [^\\x00-\\x1F\\[\\]{}<>\\\\@#$^_~|*`.!?\\"“”]\n'
)
_LETTERS = re.compile(r"[A-Za-z가-힣]{2,}")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One sentence to write: about the work in `slot`, for a paragraph on `theme`."""

    work: Work
    slot: int  # 1-based, in the paragraph
    slots: int  # how many the paragraph has
    theme: str
    topic: str
    language: str  # "en" or "ko": of the draft
    seed: int
    ref: EvidenceRef | None = None  # what to write from; None for the best of the abstract
    warmth: float = 0.0  # the least temperature: above 0 where another wording is wanted


def locked_grammar(slots: Sequence[int]) -> str:
    """GBNF: one sentence as of `grammar`, and then the marks of all `slots`, in this order."""
    marks = "".join(f"[{slot}]" for slot in slots)
    return f'root ::= first rest* "." mark\nmark ::= " {marks}"\n{_LETTERS_OF_SENTENCE}'


def plain_grammar() -> str:
    """GBNF: one sentence as of `grammar` that cites nothing."""
    return f'root ::= first rest* "."\n{_LETTERS_OF_SENTENCE}'


def grammar(slots: Sequence[int], longest: int = 0) -> str:
    """GBNF: one sentence in plain letters, its full stop, and marks out of `slots`, once each.

    A full stop may stand inside only between digits, so the model ends where it means to.

    Args:
        slots: the numbers that may be cited.
        longest: letters that a sentence may have; 0 for any number.
    """
    times = f"{{0,{longest}}}" if longest else "*"
    marks = " | ".join(f'"{slot}"' for slot in slots)
    return (
        f'root ::= first rest{times} "." mark\nmark ::= " [" ({marks}) "]"\n{_LETTERS_OF_SENTENCE}'
    )


def parse(text: str, slots: Sequence[int]) -> tuple[str, tuple[int, ...]] | None:
    """The sentence without its marks, and the slots it cites; None if it is not usable.

    Nothing is repaired: an unknown number, a bracket elsewhere, a command, a second sentence or a
    sentence without a mark makes it unusable.
    """
    stripped = " ".join(text.split())
    cited = tuple(dict.fromkeys(int(number) for number in _MARK.findall(stripped)))
    bare = _MARK.sub("", stripped).strip()
    if not cited or any(slot not in slots for slot in cited):
        return None
    if _FORBIDDEN.search(bare) or len(terms.sentences(bare)) != 1:
        return None
    if not bare.endswith((".", "다")) or len(_LETTERS.findall(bare)) < 3 or _stutters(bare):
        return None
    return bare, cited


def write(
    assignment: Assignment, engine: Engine, verifier: verify.Verifier, cancel: CancelToken
) -> Generator[Token, None, Sentence]:
    """Write, check, try again, or quote. Yields what the model writes as it writes."""
    work = assignment.work
    ref = assignment.ref or _best(assignment)
    if not ref.text:
        text = PHRASES[assignment.language].title_only.format(
            who=who(work, assignment.language), title=clean(work.title)
        )
        yield Token(f"{text}. ")
        return Sentence(f"{text}.", (work.key,), "flagged", "", "scholar.no_abstract", "title")
    for number in range(2):
        made = yield from attempt(assignment, ref, number, engine, verifier, cancel)
        if made is not None:
            return made
    return (yield from _quote(assignment, ref))


def attempt(
    assignment: Assignment,
    ref: EvidenceRef,
    number: int,
    engine: Engine,
    verifier: verify.Verifier,
    cancel: CancelToken,
) -> Generator[Token, None, Sentence | None]:
    """One sentence from `ref` that the work carries, or None. Not asked of a model in the dark."""
    work = assignment.work
    if not (knows(engine, assignment.language) and knows(engine, terms.language(ref.text))):
        return None
    request = sentence_request(assignment, ref.text, number, engine)
    raw = yield from stream(request, engine, cancel)
    parsed = parse(raw, (assignment.slot,))
    if parsed is None:
        return None
    if len(terms.content(parsed[0], generic=True)) < _FEWEST_TERMS:
        return None  # "Linear attention: linear attention." is no statement
    verdict = verifier.check(parsed[0], work)
    if not verdict.supported or verify.copied(parsed[0], verdict.evidence):
        return None
    backing = EvidenceRef(work.key, verdict.evidence, verdict.page)
    if ref.passage and (verdict.page == ref.page or verdict.evidence in ref.text):
        backing = dataclasses.replace(backing, passage=ref.passage)
    return Sentence(parsed[0], (work.key,), "supported", verdict.evidence, passages=(backing,))


def evidence(work: Work, topic: str, theme: str) -> tuple[str, ...]:
    """Sentences of the abstract worth writing from, best first; never empty if there is one."""
    wanted = terms.content(f"{topic} {theme}")
    found = terms.sentences(work.abstract)
    ranked = sorted(enumerate(found), key=lambda place: -worth(place[1], wanted, place[0]))
    return tuple(sentence for _index, sentence in ranked)


def worth(sentence: str, wanted: Sequence[str], index: int) -> float:
    """How good a sentence is to write from.

    Args:
        sentence: it.
        wanted: terms that the paragraph is about.
        index: where it stands in its abstract.
    """
    bag = terms.bag(sentence)
    score = sum(bag.holds(term) for term in wanted) / max(1, min(len(wanted), 5))
    score -= 0.1 * index
    score -= 0.5 if _LEANING.match(sentence) else 0.0
    score -= 1.0 if len(sentence.split()) not in _EVIDENCE_WORDS else 0.0
    score -= 1.0 if _FORBIDDEN.search(sentence) else 0.0  # a sentence with commands in it
    return score


def usable(sentence: str) -> bool:
    """Whether a sentence can be written from by itself."""
    return (
        len(sentence.split()) in _EVIDENCE_WORDS
        and not _LEANING.match(sentence)
        and not _FORBIDDEN.search(sentence)
    )


def _best(assignment: Assignment) -> EvidenceRef:
    found = evidence(assignment.work, assignment.topic, assignment.theme)
    return EvidenceRef(assignment.work.key, found[0] if found else "")


def who(work: Work, language: str) -> str:
    """The authors by family name, with the year, as running text names them."""
    phrases = PHRASES[language]
    families = [author.split(",")[0].strip() for author in work.authors if author != "others"]
    more = "others" in work.authors or len(families) > 2
    if not families:
        named = phrases.nobody
    elif more:
        named = families[0] + phrases.et_al
    else:
        named = phrases.and_.join(families)
    return clean(phrases.by_year.format(who=named, year=work.year) if work.year else named)


def clean(text: str) -> str:
    """Text of the user's file on one line, without what would end the quotation."""
    return " ".join(text.replace("“", "‘").replace("”", "’").replace('"', "’").split())


def knows(engine: Engine, language: str) -> bool:
    """Whether the model speaks a language, as far as is known."""
    return not engine.info.languages or language in engine.info.languages


def _quote(assignment: Assignment, ref: EvidenceRef) -> Generator[Token, None, Sentence]:
    """A sentence of the work, word for word, between quotation marks."""
    words = ref.text.split()
    cut = " ".join(words[:_QUOTE_WORDS]) + " …" if len(words) > _QUOTE_WORDS else ref.text
    text = PHRASES[assignment.language].quote.format(
        who=who(assignment.work, assignment.language), evidence=clean(cut)
    )
    yield Token(f"{text} ")
    key = assignment.work.key
    return Sentence(text, (key,), "supported", ref.text, "", "quote", (ref,))


def sentence_request(
    assignment: Assignment, passage: str, attempt: int, engine: Engine
) -> GenerationRequest:
    """What the model is asked for: the passage in other words, with the slot's mark."""
    phrases = PHRASES[assignment.language]
    template = phrases.shorten if attempt else phrases.rewrite
    system = Message("system", phrases.system)
    asked = template.format(evidence=tame(passage))
    sampling = dataclasses.replace(
        engine.info.sampling,
        seed=assignment.seed + 1000 * attempt + assignment.slot,
        temperature=max(
            engine.info.sampling.temperature, 0.3 if attempt else 0.0, assignment.warmth
        ),
    )
    return GenerationRequest(
        messages=(Message("user", asked),) if attempt else (system, Message("user", asked)),
        sampling=sampling,
        max_tokens=MAX_TOKENS,
        grammar=grammar((assignment.slot,)),
        priority=Priority.BACKGROUND,
        prefix_key=f"scholar-{assignment.language}",
        template_variables=(("enable_thinking", False),),
    )


def stream(
    request: GenerationRequest, engine: Engine, cancel: CancelToken
) -> Generator[Token, None, str]:
    """What the model writes, as it writes; the whole in the end, empty if it did not end it."""
    answer = engine.submit(request, cancel)
    made = ""
    for piece in answer:
        made += piece
        yield Token(piece)
    finished = answer.result().finish == "stop"
    yield Token(" ")
    return made if finished else ""


def tame(text: str) -> str:
    """Text of the user's file without brackets, which belong to the slots."""
    return " ".join(text.translate(str.maketrans("[]{}", "()()")).split())


def _stutters(text: str) -> bool:
    """Whether a run of words comes three times in a row, as small models do."""
    return bool(re.search(r"(\S+(?:\s+\S+){0,4}?)(?:[\s,]+\1){2,}", text))
