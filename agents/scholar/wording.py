"""How alike a sentence and a passage are worded: the same words, in the same company.

The one law: only content words count, by the stems of `terms`; the same words can be put together
to say something else, so their neighbours are looked at, too.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from agents.scholar import facts, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.library import Work

_FEWEST = 2  # content words of a sentence that says something
_WINDOW = 6  # content words looked at in a row
_NEXT = 2  # content words apart that neighbours may be
_NEAR = 7  # content words apart

# Who says it and that it is said: Kim reports that; according to Kim; as Kim points out.
_REPORTING = (
    r"(?:show|find|found|argue|report|state|note|observe|claim|suggest|propose|demonstrate|conclude|"
    r"explain|describe|point out|indicate|reveal|confirm|establish|assert|believe|hold|write|say|"
    r"remark|stress|emphasi[sz]e|maintain|mention|discover|prove|posit|contend|recogni[sz]e|know)"
)
_LEADS = (
    re.compile(
        rf"\A(?:[^.;:]{{0,80}}?\s)?{_REPORTING}(?:s|d|ed|n|wn|es)?(?: out)?,? that\s", re.IGNORECASE
    ),
    re.compile(
        r"\A(?:according to|following|as in|in the words of)\s[^,;:]{2,80},\s", re.IGNORECASE
    ),
    re.compile(
        rf"\A(?:as|for)\s[^,;:]{{2,60}}?\s{_REPORTING}(?:s|d|ed|n|wn|es)?(?: out)?,\s",
        re.IGNORECASE,
    ),
    re.compile(r"\A[^.;:]{0,40}?(?:에 따르면|에 의하면),?\s"),
)


def said(text: str, work: Work) -> str:
    """What a sentence says of the world: without who says it and that it is said."""
    for lead in _LEADS:
        match = lead.match(text)
        if match and facts.denies(match.group()):
            break  # "it is not known that"
        if match and len(terms.content(text[match.end() :], generic=True)) >= _FEWEST:
            text = text[match.end() :]
            break
    families = "|".join(re.escape(name.split(",")[0]) for name in work.authors if name != "others")
    if families:
        text = re.sub(
            rf"(?<!\w)(?:{families})(?!\w)(?:['’]s)?(?: et al\.?)?(?:\s+외\b)?", " ", text
        )
    name, colon, _rest = work.title.partition(":")
    if colon and " " not in name:  # what the work made is its subject: "Mamba: Linear-Time …"
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    return " ".join(text.split())


def coverage(text: str, passage: str) -> float:
    """The share of the sentence's content words that the passage has; telling words count twice."""
    found = weights(text)
    bag = terms.bag(passage)
    held = sum(weight for term, weight in found.items() if bag.holds(term))
    return held / sum(found.values()) if found else 0.0


def weights(text: str) -> dict[str, int]:
    """The content words of a sentence; telling ones weigh 2, those of every paper 1."""
    content = terms.content(text, generic=True)
    return {term: 1 if terms.is_generic(term) else 2 for term in content}


def thinnest(text: str, passage: str) -> float:
    """The share of content words that the passage has where it has fewest of `_WINDOW` in a row."""
    bag = terms.bag(passage)
    held = [bag.holds(term) for term in terms.content(text, generic=True)]
    if len(held) <= _WINDOW:
        return sum(held) / max(1, len(held))
    return min(sum(held[at : at + _WINDOW]) for at in range(len(held) - _WINDOW + 1)) / _WINDOW


def paired(text: str, passage: str) -> float:
    """The share of neighbouring content words that are neighbours in the passage, too."""
    clause = terms.content(passage, generic=True)
    found = [_places(term, [clause]) for term in terms.content(text, generic=True)]
    near = [
        any(abs(a[1] - b[1]) <= _NEXT for a in one for b in two) for one, two in pairwise(found)
    ]
    return sum(near) / len(near) if near else 1.0


def together(text: str, passage: str) -> float:
    """The share of neighbouring content words that are near each other in one clause there, too.

    The same words can be put together to say something else: "the memory becomes linear although
    the arithmetic stays quadratic" does not carry "the memory becomes quadratic".
    """
    clauses = [terms.content(part, generic=True) for part in facts.CLAUSE_ENDS.split(passage)]
    places = [_places(term, clauses) for term in terms.content(text, generic=True)]
    known = [place for place in places if place]
    near = [
        any(a[0] == b[0] and abs(a[1] - b[1]) <= _NEAR for a in one for b in two)
        for one, two in pairwise(known)
    ]
    return sum(near) / len(near) if near else 1.0


def _places(term: str, clauses: Sequence[tuple[str, ...]]) -> list[tuple[int, int]]:
    """Where a term stands: clause and position. Hangul words may hang together differently."""
    korean = "가" <= term[0] <= "힣"
    return [
        (number, position)
        for number, clause in enumerate(clauses)
        for position, word in enumerate(clause)
        if word == term or (korean and (word in term or term in word))
    ]
