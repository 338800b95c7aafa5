"""Finds citations in running text, as LaTeX, Pandoc and people write them.

The one law: a mention is what the text says, nothing more; whether there is such a work is for
`linking` to find out. Offsets are those of the text that was given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from agents.scholar import terms
from agents.scholar.surnames import SURNAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Form = Literal["latex", "markdown", "plain"]


@dataclass(frozen=True, slots=True)
class Cited:
    """One work as the text names it: by key, by people and year, or by a number of a list."""

    key: str = ""
    people: tuple[str, ...] = ()  # family names; Korean names whole
    more: bool = False  # "et al.", "외"
    year: str = ""  # four digits; "" where only people are named
    letter: str = ""  # "a" of "2020a"
    number: int = 0  # of a reference list; 0 = none
    sure: bool = True  # a name before a year is not always an author's


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where works are cited. `textual`: it is a part of the sentence, as "Kim (2020)"."""

    start: int
    end: int
    cited: tuple[Cited, ...]
    textual: bool = False


# --- keys ---

_COMMAND = re.compile(r"\\([A-Za-z]*[cC]ite[A-Za-z]*)\*?")
_NOT_CITING = re.compile(r"nocite|citestyle|citereset|setcite|bibcite|DeclareCite|DeclareAutoCite")
_TEXTUAL = re.compile(r"[Cc]itet|[Cc]itealt|[Cc]iteauthor|[Tt]extcites?|shortciteA")
_LONGEST_ARGUMENT = 5000  # letters; what is longer has lost its bracket
_PAIRS = {"[": "]", "(": ")", "<": ">", "{": "}"}
_PANDOC_KEY = re.compile(r"(?<![\w.@/])-?@(?:\{([^{}]+)\}|(\w(?:[\w:.#$%&+?<>~/-]*[\w/])?))")
_PANDOC_GROUP = re.compile(r"\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]")


def latex(text: str) -> Iterator[Mention]:
    r"""`\cite{a,b}`, `\citep[see][p. 3]{a}`, `\textcites[3]{a}[4]{b}` and their like."""
    for match in _COMMAND.finditer(text):
        name = match[1]
        if _NOT_CITING.search(name):
            continue
        keys, end = _arguments(text, match.end(), many=name.lower().endswith("cites"))
        if keys:
            cited = tuple(Cited(key=key) for key in keys)
            yield Mention(match.start(), end, cited, bool(_TEXTUAL.fullmatch(name)))


def _arguments(text: str, at: int, *, many: bool) -> tuple[list[str], int]:
    """The keys of a command whose arguments begin at `at`, and where they end."""
    keys: list[str] = []
    end = at
    while True:
        while (at < len(text)) and (text[at].isspace() or text[at] in "[(<"):
            at = closing(text, at) + 1 if text[at] in _PAIRS else at + 1
        if at >= len(text) or text[at] != "{":
            return keys, end
        close = closing(text, at)
        keys += [key for part in text[at + 1 : close].split(",") if (key := " ".join(part.split()))]
        at = end = close + 1
        if not many:
            return keys, end


def closing(text: str, at: int) -> int:
    """Where the bracket at `at` is closed; the end of the text where it is not."""
    opened, closed = text[at], _PAIRS[text[at]]
    depth = 0
    for index in range(at, min(len(text), at + _LONGEST_ARGUMENT)):
        depth += (text[index] == opened) - (text[index] == closed)
        if not depth:
            return index
    return len(text)


def pandoc(text: str) -> Iterator[Mention]:
    """`[@a; @b, p. 3]`, `[see -@a]`, `@a` and `@a [p. 3]`."""
    taken = 0
    for group in _PANDOC_GROUP.finditer(text):
        found = [match[1] or match[2] for match in _PANDOC_KEY.finditer(group.group())]
        if not found:
            continue
        yield from _narrative_keys(text, taken, group.start())
        yield Mention(group.start(), group.end(), tuple(Cited(key=key) for key in found))
        taken = group.end()
    yield from _narrative_keys(text, taken, len(text))


def _narrative_keys(text: str, start: int, end: int) -> Iterator[Mention]:
    for match in _PANDOC_KEY.finditer(text, start, end):
        after = re.compile(r"\s?\[[^\[\]@]*\]").match(text, match.end(), end)
        key = Cited(key=match[1] or match[2])
        yield Mention(match.start(), after.end() if after else match.end(), (key,), textual=True)


# --- people and years ---

_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_YEARS = rf"{_YEAR}[a-z]?(?:\s*[,;]\s*(?:{_YEAR}[a-z]?|[a-z]\b))*"
_PAGES = r"(?:\s*[,:]\s*(?:pp?\.?|S\.|쪽|chap\.?|ch\.|sec\.?|§)?\s*~?\d+(?:\s*[-–]+\s*\d+)?쪽?)?"
_NAME = (
    r"(?:(?:[A-Z]\.[ ~]?-?)+[ ~]?)?(?:(?:[Vv]an|[Vv]on|[Dd]e|[Dd]er|[Dd]en|"
    r"[Ll]a|[Ll]e|[Dd]u|[Dd]i|[Dd]a|[Dd]el|[Tt]en|[Tt]er) )*"
    r"[A-ZÀ-ÖØ-Þ][\w'’]*[a-zà-öø-ÿ][\w'’]*(?:-[A-ZÀ-ÖØ-Þ][\w'’]+)*"
)
_KO_NAME = r"[가-힣]{2,4}?"
_AND = r"(?:,?\s+(?:and|und|&|\\&)\s+)"
_ET_AL = r"(?:,?\s+(?:et\s+al\.?|and\s+(?:colleagues|others|co-workers)))"
_PEOPLE = rf"{_NAME}(?:(?:,\s+{_NAME})*{_AND}{_NAME}|{_ET_AL}|\s*(?:등|외)(?:\s*\d+인)?)?"
_KO_PEOPLE = (
    rf"{_KO_NAME}(?:\s*[·ㆍ‧∙]\s*{_KO_NAME}|,\s*{_KO_NAME}|[와과]\s+{_KO_NAME})*"
    r"(?:\s*(?:외|등)(?:\s*\d+\s*[인명])?)?"
)
_EITHER = rf"(?:{_PEOPLE}|{_KO_PEOPLE})"
_NARRATIVE = re.compile(
    rf"(?<![\w가-힣@\\-])(?P<people>{_EITHER})(?:['’]s?)?(?:의)?[\s~]*[(\[](?P<years>{_YEARS}){_PAGES}[)\]]"
)
# Without brackets only what "et al." or 외 tells from any other name before a number.
_BARE = re.compile(
    rf"(?<![\w가-힣@\\(\[-])(?P<people>{_NAME}(?:{_ET_AL}|\s*(?:등|외)(?:\s*\d+인)?)"
    rf"|{_KO_NAME}\s*(?:외|등)(?:\s*\d+\s*[인명])?)(?:,\s*|\s+)(?P<years>{_YEAR}[a-z]?)(?!\w|년)"
)
_ITEM = rf"(?P<people>{_EITHER}),?[\s~]+(?P<years>{_YEARS}){_PAGES}"
_WHOLE_ITEM = re.compile(
    rf"\s*(?:(?:[Ss]ee|e\.g\.|[Cc]f\.|also|예|참조)[,:]?\s+)*{_ITEM}\s*(?:참조)?\s*\Z"
)
_PARENTHESIS = re.compile(r"\(([^()]{6,400})\)|\[([^\[\]]{6,400})\]")
_FIRST_OF_ITEM = re.compile(rf";\s*(?!{_YEAR})")
_NOT_PEOPLE = frozenset(
    """
    table figure section chapter equation appendix version windows office january february march
    april may june july august september october november december spring summer autumn winter
    following according recently moreover however similarly conversely additionally furthermore
    finally meanwhile consequently therefore specifically earlier later subsequent previous
    """.split()  # noqa: SIM905 - a list of words is read as words
)


def named(text: str) -> Iterator[Mention]:
    """People and years: Kim (2020), (Vaswani et al., 2017; Cho, 2014a), 김철수 외(2021)."""
    taken: list[tuple[int, int]] = []
    for match in _PARENTHESIS.finditer(text):
        found: list[Cited] = []
        for part in _FIRST_OF_ITEM.split(match[1] or match[2]):
            item = _WHOLE_ITEM.match(part)
            if item:
                found += _cited(item["people"], item["years"])
        if found:
            taken.append(match.span())
            yield Mention(match.start(), match.end(), tuple(found))
    for pattern in (_NARRATIVE, _BARE):
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            found = _cited(match["people"], match["years"])
            if found:
                taken.append(match.span())
                yield Mention(match.start("people"), match.end(), tuple(found), textual=True)


def people(text: str) -> tuple[tuple[str, ...], bool]:
    """Family names of "Kim, Lee and Cho" or "김철수 외", and whether more are meant."""
    more = bool(re.search(rf"{_ET_AL}\s*\Z|(?:외|등)(?:\s*\d+\s*[인명])?\s*\Z", text))
    bare = re.sub(rf"{_ET_AL}\s*\Z|\s*(?:외|등)(?:\s*\d+\s*[인명])?\s*\Z", "", text)
    parts = re.split(rf"{_AND}|,\s*|\s*[·ㆍ‧∙]\s*|(?<=[가-힣])[와과]\s+", bare)
    names = [re.sub(r"(?:[A-Z]\.[ ~]?-?)+\s*", "", part).strip(" ~") for part in parts]
    kept = [name.removesuffix("’s").removesuffix("'s") for name in names if name]
    while kept and _is_no_name(kept[0]):
        kept.pop(0)
    return tuple(kept), more


def _cited(who: str, years: str) -> list[Cited]:
    families, more = people(who)
    if not families or any(map(_is_no_name, families)):
        return []
    korean = all(map(is_korean, families))
    sure = not korean or more or all(_korean_person(family) for family in families)
    one = Cited(people=families, more=more, sure=sure)
    found: list[Cited] = []
    for year, letter in re.findall(rf"({_YEAR})?([a-z]?)\b", years):
        if year:
            found.append(replace(one, year=year, letter=letter))
        elif letter and found:  # the b of "2020a, b"
            found.append(replace(one, year=found[-1].year, letter=letter))
    return found


def is_korean(name: str) -> bool:
    """Whether a name is written in Hangul."""
    return "가" <= name[:1] <= "힣"


def _is_no_name(word: str) -> bool:
    folded = word.lower()
    return folded in _NOT_PEOPLE or (folded in terms.STOP and not word[0].islower())


def _korean_person(name: str) -> bool:
    return 2 <= len(name) <= 4 and (name[0] in SURNAMES or name[:2] in SURNAMES)


# --- numbers ---

_NUMBERED = re.compile(
    r"(?<![\w\\!\]])\[(\d{1,4}(?:\s*[,;–—-]\s*\d{1,4})*)(?:,\s*(?:pp?\.|쪽)[^\]]*)?\](?![(:])"
)
_LONGEST_RANGE = 60


def numbered(text: str) -> Iterator[Mention]:
    """`[12]`, `[3, 5]` and `[3–7]`."""
    for match in _NUMBERED.finditer(text):
        found: list[int] = []
        for part in re.split(r"\s*[,;]\s*", match[1]):
            ends = [int(end) for end in re.split(r"\s*[–—-]\s*", part)]
            if 0 <= ends[-1] - ends[0] <= _LONGEST_RANGE:
                found += range(ends[0], ends[-1] + 1)
        cited = tuple(Cited(number=number) for number in dict.fromkeys(found) if number)
        if cited and not any(c.number > 1499 for c in cited):  # [2020] is a year
            yield Mention(match.start(), match.end(), cited)


# --- all ---

_WAYS: dict[Form, tuple[Callable[[str], Iterator[Mention]], ...]] = {
    "latex": (latex, named),
    "markdown": (pandoc, named, numbered),
    "plain": (latex, pandoc, named, numbered),
}


def find(text: str, form: Form) -> list[Mention]:
    """All mentions in order; where two overlap, the one by key stands."""
    found: list[Mention] = []
    for way in _WAYS[form]:
        found += [
            mention
            for mention in way(text)
            if not any(m.start < mention.end and mention.start < m.end for m in found)
        ]
    return _with_people(text, sorted(found, key=lambda mention: mention.start))


_SEVERAL_BEFORE = re.compile(
    rf"(?<![\w-]){_NAME}(?:(?:,\s+{_NAME})*{_AND}{_NAME}|{_ET_AL})[\s~]*\Z"
)
_LOOK_BACK = 120  # letters


def _with_people(text: str, found: list[Mention]) -> list[Mention]:
    """What is cited by key or number, with the people who are named directly before it."""
    made: list[Mention] = []
    for mention in found:
        (first, *others) = mention.cited
        if others or first.people:
            made.append(mention)
            continue
        last = made[-1] if made else None
        if (
            last
            and len(last.cited) == 1
            and last.cited[0].people
            and not last.cited[0].key
            and not text[last.end : mention.start].strip(" ~\n")
        ):
            named_ = replace(last.cited[0], key=first.key, number=first.number, sure=True)
            made[-1] = Mention(last.start, mention.end, (named_,), last.textual)
            continue
        before = _SEVERAL_BEFORE.search(text, max(0, mention.start - _LOOK_BACK), mention.start)
        if before and not mention.textual:
            families, more = people(before.group().rstrip(" ~\n"))
            if families:
                first = replace(first, people=families, more=more)
        made.append(replace(mention, cited=(first,)))
    return made
