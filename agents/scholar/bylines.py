"""Who wrote a paper, from the lines below its title and what the file says of itself.

The one law: a name is taken only where it looks like one, or where an entity model says so of what
could be one; places, institutes and addresses never become people, and nobody is named who is not
printed on the page or told by the file.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Protocol

from agents.scholar.surnames import SURNAMES
from agents.store import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Judge = Callable[[str], bool]

MARK = "\x1f"  # see `agents.pages.front`
_PARTS = re.compile(
    rf"{MARK}|[;|•∙⋅]|\s+(?:and|und|et|&)\s+|,\s*(?:and\s+|&\s*)?|\s*[·ㆍ‧]\s*|\s{{3,}}|、"
)
_PARTICLE = r"(?:van|von|de|der|den|del|della|di|da|dos|du|la|le|ten|ter|el|al|bin|ibn|zu|y|e)"
_WORD = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’`´-]*"
_INITIAL = r"(?:[A-ZÀ-ÖØ-Þ]\.(?:-?[A-Z]\.)*)"
_LATIN = re.compile(
    rf"(?:{_INITIAL}|{_WORD})(?:\s+(?:{_INITIAL}|{_WORD}|{_PARTICLE}|[A-Z])){{1,5}}(?:\s+(?:Jr|Sr|II|III)\.?)?"
)
_KOREAN = re.compile(r"[가-힣]{2,4}")
_NOT_A_NAME = re.compile(
    r"\b(?:universit\w*|institut\w*|department|dept|school|college|faculty|laborator\w+|labs?|centre"
    r"|center|research|academy|hospital|inc|ltd|llc|corp|corporation|company|gmbh|foundation"
    r"|society|ministry|national|street|road|avenue|city|group|team|division|technolog\w+|sciences?"
    r"|engineering|mathematics|statistics|physics|computer|information|systems?|email|e-mail|mail"
    r"|abstract|introduction|version|draft|preprint|journal|proceedings|conference|workshop|volume"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|usa|uk|germany|france|korea|japan|china|italy|spain|canada|austria|switzerland|netherlands"
    r"|australia|india|brazil|sweden|denmark|norway|finland|belgium|poland|portugal|seoul|vienna"
    r"|wien|zürich|zurich|münchen|munich|innsbruck|berlin|london|paris|new york|united states"
    r"|united kingdom|pharma|ag|corresponding|author|authors|editor|package"
    r"|manual|guide|report|university|figure|table|member|senior|fellow|student|ieee|acm)\b",
    re.IGNORECASE,
)
_FUNCTION = re.compile(
    r"\b(?:the|of|for|with|in|an?|on|to|by|is|are|from|using|à)\b|-$|^[A-Z]{2,4} (?=.*[a-z])|^The "
)
_KOREAN_PLACE = re.compile(
    r"(?:대학교?|대학원|학과|학부|연구[소원실]|센터|학회|회사|연구|교수|박사|과정|석사|소속|저자|초록|요약|부서|병원|공학|과학|정보)"
)
_TITLES = re.compile(
    r"^(?:dr|prof|professor|mr|mrs|ms|by|written by|author|authors)\b\.?:?\s+", re.IGNORECASE
)
_DEGREES = re.compile(r",?\s+(?:Ph\.?\s?D|M\.?Sc|M\.?D|MA|BSc|CFA)\b\.?", re.IGNORECASE)
_MOST = 60  # people; a list of more is of something else
_LONGEST = 60  # letters of a name
_ADDRESS = re.compile(r"[@\d]|https?:|www\.|[{}<>]|\b(?:orcid|doi)\b", re.IGNORECASE)


class Named(Protocol):
    """Who is who on the page, by an entity model: an `agents.scholar.voting.Vote`."""

    @property
    def people(self) -> tuple[str, ...]:
        """What it calls people, as it is printed."""
        ...

    def is_person(self, text: str) -> bool:
        """Whether it calls exactly this a person."""
        ...

    def is_organisation(self, text: str) -> bool:
        """Whether it calls exactly this an organisation."""
        ...


def people(
    lines: Sequence[str], told: str = "", page: str = "", vote: Named | None = None
) -> tuple[str, ...]:
    """The authors, "Family, Given"; Korean names whole.

    Args:
        lines: those below the title, see `agents.pages.front.Front.byline`.
        told: what the file says of itself; believed where the page does not say otherwise.
        page: the text of the page.
        vote: what an entity model says of these lines, where there is one.
    """
    judge = _judge(vote)
    said = list(dict.fromkeys(_names(re.split(r"[;\n]", told) if told else (), judge)))
    printed = list(dict.fromkeys(_printed(lines, judge)))
    if not printed and vote is not None:  # in the middle of a sentence, say
        there_are = " ".join(words.tokens(" ".join(lines)))
        named = filter(_possible, map(_cleaned, vote.people))
        printed = [name for name in named if " ".join(words.tokens(name)) in there_are]
        printed = list(dict.fromkeys(printed))
    folded = " ".join(words.tokens(page))
    there = bool(said) and all(" ".join(words.tokens(_family(name))) in folded for name in said)
    fewer = set(map(_key, said)) <= set(map(_key, printed)) and len(said) < len(printed)
    if there and not fewer:
        return tuple(map(turned, said))
    chosen = printed or ([] if page.strip() else said)
    return tuple(map(turned, chosen)) if len(chosen) <= _MOST else ()


def _judge(vote: Named | None) -> Judge:
    """What tells names: what they look like, and what a model calls them."""
    if vote is None:
        return is_name

    def judged(text: str) -> bool:
        if vote.is_organisation(text):
            return False
        return is_name(text) or (vote.is_person(text) and _possible(text))

    return judged


def _possible(text: str) -> bool:
    """Whether a text that does not look like a name could be one."""
    return (
        1 < len(text) <= _LONGEST
        and _ADDRESS.search(text) is None
        and _NOT_A_NAME.search(text) is None
        and _KOREAN_PLACE.search(text) is None
        and any(letter.isupper() or "가" <= letter <= "힣" for letter in text)
    )


def _printed(lines: Sequence[str], judge: Judge) -> Iterator[str]:
    """Names of a byline: those of the first lines that are all names, and of such lines below.

    Below the people stand institutes; a line in which something is no name says nothing of people
    unless it is one long list of them.
    """
    found = False
    for parts in _rows(lines):
        names = [part for part in parts if judge(part)]
        # who looks like a name and is none by the vote does not speak against the line
        others = sum(not is_name(part) for part in parts if part not in names)
        if len(names) >= 3 * others and names:
            found = True
            yield from names
    if not found:  # each with an institute behind: "ANN LEE and BO KIM, University of Here"
        for parts in _rows(lines):
            if any(map(_NOT_A_NAME.search, parts)):
                yield from itertools.takewhile(judge, parts)


def _rows(lines: Sequence[str]) -> Iterator[list[str]]:
    """The parts of each line that is no address."""
    for line in _whole(lines):
        if not _ADDRESS.search(line.replace(MARK, "")):
            yield [part for part in map(_cleaned, _PARTS.split(line)) if part]


def _whole(lines: Sequence[str]) -> Iterator[str]:
    """Lines, with those put together of which the first ends with a comma or "and"."""
    before = ""
    for line in lines:
        whole = f"{before} {line}".strip()
        if re.search(r"(?:,|\band|&)\s*$", whole) and not _NOT_A_NAME.search(
            re.sub(r"\band\s*$", "", whole)
        ):
            before = whole
            continue
        yield whole
        before = ""
    if before:
        yield before


def _names(parts: Iterable[str], judge: Judge) -> Iterator[str]:
    for part in parts:
        for name in map(_cleaned, _PARTS.split(part)):
            if name and judge(name):
                yield name


def _cleaned(part: str) -> str:
    bare = _DEGREES.sub("", part.replace(MARK, " ")).strip(" ,.*†‡()[]")
    bare = _TITLES.sub("", " ".join(bare.split()))
    return f"{bare}." if re.search(r"\b(?:Jr|Sr)$", bare) else bare


def is_name(text: str) -> bool:
    """Whether a text looks like the name of one person."""
    if _KOREAN.fullmatch(text.replace(" ", "")) and text[:1] >= "가":
        whole = text.replace(" ", "")
        known = whole[0] in SURNAMES or whole[:2] in SURNAMES
        return known and _KOREAN_PLACE.search(whole) is None
    if _NOT_A_NAME.search(text) or _FUNCTION.search(text) or not _LATIN.fullmatch(text):
        return False
    return not text.isupper() or len(text) > 4


def _family(name: str) -> str:
    return turned(name).partition(",")[0]


def _key(name: str) -> str:
    return "".join(words.tokens(_family(name)))


def turned(name: str) -> str:
    """Given names first, as pages say them, to "Family, Given"; Korean names are whole."""
    if re.search("[가-힣]", name):
        return name.replace(" ", "") if len(name.replace(" ", "")) <= 4 else name
    if name.isupper():
        name = name.title()
    parts = name.split()
    if len(parts) < 2:
        return name
    suffix = ""
    if re.fullmatch(r"(?:Jr|Sr)\.?|II|III", parts[-1]):
        suffix = f" {parts.pop()}"
    begin = len(parts) - 1
    while begin > 1 and re.fullmatch(_PARTICLE, parts[begin - 1]):
        begin -= 1
    return f"{' '.join(parts[begin:])}{suffix}, {' '.join(parts[:begin])}"
