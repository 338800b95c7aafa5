"""What in a sentence can be right or wrong by itself: numbers, names, denials, strong words.

The one law: a fact of a sentence must be found; what is not found is named by a code of
`app.messages` and is doubted, never called invented.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.scholar import terms
from agents.store.words import is_hangul, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

CLAUSE_ENDS = re.compile(
    r"[;:]|\b(?:although|though|while|whereas|but|however|unlike|except|instead|rather than)\b"
    r"|지만|반면|그러나",
    re.IGNORECASE,
)
_DENIALS = re.compile(
    r"\b(?:not(?! (?:only|just|merely|solely|least)\b)|no|without|never|cannot|neither|nor|none"
    r"|fails?|failed|unable|lacks?|hardly)\b|n[’']t\b"
    r"|않|없|못\s?하|아니|불가능",
    re.IGNORECASE,
)
_CLAIMS = frozenset(
    """
    outperform superior best surpass exceed beat guarantee prove always never all
    every only first perfect optimal unprecedented revolutionary groundbreaking significantly
    dramatically cause eliminate
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely)\b", re.IGNORECASE)
_KO_CLAIMS = ("최초", "최고", "유일", "항상", "모든", "증명", "보장", "완벽", "최적", "능가")
OPPOSITES = (
    ("increase", "decrease"), ("increase", "reduce"), ("rise", "fall"), ("raise", "lower"),
    ("higher", "lower"), ("more", "less"), ("more", "fewer"), ("faster", "slower"),
    ("better", "worse"), ("improve", "degrade"), ("improve", "worsen"), ("gain", "lose"),
    ("larger", "smaller"), ("before", "after"), ("accept", "reject"), ("positive", "negative"),
    ("linear", "quadratic"), ("maximum", "minimum"), ("maximise", "minimise"),
    ("증가", "감소"), ("상승", "하락"), ("높", "낮"), ("향상", "저하"), ("빠르", "느리"),
    ("긍정", "부정"),
)  # fmt: skip
# Number words that state a number; "one", "first" and "single" are often mere words.
_COUNTS = frozenset(
    """
    two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty
    seventy eighty ninety hundred thousand million billion dozen half twice double
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_AS_TWO = re.compile(r"\b(?:both|pairs?|couple|twofold)\b|두|양", re.IGNORECASE)
_AND = re.compile(r"\b(?:and|or|but)\b|[,;]", re.IGNORECASE)
_DENIED = 3  # content words behind a denial (before it in Korean) that it may deny
_OF_CLAUSE = 0.5  # share of a clause's words that the sentence has, where it is about that clause


def stated_numbers(text: str) -> frozenset[float]:
    """The numbers that a sentence states, in digits and in words."""
    found = terms.numbers(text)
    counts = [word for word in tokens(text) if word in _COUNTS]
    return found | terms.numbers(" ".join(counts), words=True)


def known_numbers(text: str) -> frozenset[float]:
    """The numbers that a text holds, with all that could be read as one."""
    found = terms.numbers(text, words=True)
    return found | {2.0} if _AS_TWO.search(text) else found


def missing_names(text: str, known: str, surely: frozenset[str] = frozenset()) -> list[str]:
    """Names in a sentence that are not in `known`.

    Args:
        text: the sentence.
        known: what is known of the work.
        surely: folded words that are names wherever they stand, also at the beginning.
    """
    bag = terms.bag(known)
    found = list(terms.names(text))
    first = re.match(r"[\"“‘'(\[]*([A-Z][\w-]+)", text)
    if first and first[1].lower() in surely:
        found.append(first[1])
    return [
        name
        for name in dict.fromkeys(found)
        if not all(bag.holds(term) for term in terms.content(name, generic=True))
    ]


def always_capital(texts: Iterable[str]) -> frozenset[str]:
    """Folded words that have a capital inside sentences and are never written without."""
    capital: set[str] = set()
    small: set[str] = set()
    for text in texts:
        capital.update(name.lower() for name in terms.names(text) if name[0].isupper())
        small.update(word for word in re.findall(r"\b[a-z][\w-]+", text))
    return frozenset(capital - small)


def overclaims(text: str, known: str) -> bool:
    """Whether a sentence has a strong word that the work has not."""
    said = terms.bag(_NOT_ONLY.sub(" ", text))
    held = terms.bag(_NOT_ONLY.sub(" ", known))
    for claim in _CLAIMS:
        stems = terms.stems(claim)
        if said.holds(stems) and not held.holds(stems):
            return True
    return any(claim in said.hangul and claim not in held.hangul for claim in _KO_CLAIMS)


def denies(text: str) -> bool:
    """Whether there is a denial in a text."""
    return bool(_DENIALS.search(text))


def contradicts(text: str, evidence: str) -> bool:
    """Whether a sentence denies what a passage says, affirms what it denies, or turns it round."""
    return _denied_otherwise(text, evidence) or _turned(text, evidence)


def _denied_otherwise(text: str, evidence: str) -> bool:
    """Whether the two deny different things.

    Of the passage only the clauses count that the sentence is about: the others may well deny
    something.
    """
    said = set(terms.content(text, generic=True))
    clauses = [part for part in re.split(rf"[,.—]|{CLAUSE_ENDS.pattern}", evidence) if part]
    about = [part for part in clauses if _share(part, said) >= _OF_CLAUSE] or [evidence]
    mine = _denied(text)
    # "uses no attention and scales linearly" has nothing against "scales linearly"
    theirs = [found for part in about for found in _denied(part) if not found or found & said]
    if not mine or not theirs:
        return bool(mine) != bool(theirs)
    # a denial at the end of a clause denies nothing we could compare
    lone = [one for one in mine if one and not any(one & other for other in theirs if other)]
    foreign = [one for one in theirs if one and not any(one & other for other in mine if other)]
    return bool(lone or foreign) and any(map(bool, mine)) and any(map(bool, theirs))


def _denied(text: str) -> list[frozenset[str]]:
    """For each denial: the content words that it may deny."""
    found: list[frozenset[str]] = []
    for match in _DENIALS.finditer(text):
        if is_hangul(match.group()):
            near = terms.content(text[: match.start()], generic=True)[-_DENIED:]
        else:
            behind = _AND.split(text[match.end() :])
            whole = next((part for part in behind if terms.content(part, generic=True)), "")
            near = terms.content(whole, generic=True)[:_DENIED]
        found.append(frozenset(near))
    return found


def _share(part: str, said: set[str]) -> float:
    content = terms.content(part, generic=True)
    return sum(term in said for term in content) / len(content) if content else 0.0


def _turned(text: str, evidence: str) -> bool:
    """Whether the sentence has the opposite of a word of the passage, which has not that one."""
    said, known = terms.bag(text), terms.bag(evidence)
    for pair in OPPOSITES:
        one, two = (terms.stems(word) for word in pair)
        for here, there in ((one, two), (two, one)):
            if said.holds(here) and not known.holds(here) and known.holds(there):
                return True
    return False
