"""The headings of a paper, its abstracts, and where its list of references is.

The one law: a heading stands alone and is set or numbered as one, or is called as only headings
are; words within a paragraph never make a section.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.pages.passages import Quotable

_NUMBER = re.compile(
    r"(?:(?P<digits>\d{1,2}(?:\.\d{1,2}){0,3})[.)]?|(?P<roman>[IVX]{1,5}|[\u2160-\u216b])[.)]?"
    r"|(?P<letter>[A-H](?:\.\d{1,2}){0,2})[.)]?|(?P<korean>제\s?\d{1,2}\s?[장절]|[가-하][.)])"
    r"|(?P<appendix>Appendix(?:\s+[A-Z0-9])?[.:]?))\s+(?=\S)"
)
_NAMES = (
    r"abstract|summary|synopsis|introduction|background|motivation|preliminaries|related works?"
    r"|previous work|methods?|methodology|materials and methods|approach|model|experiments?"
    r"|experimental (?:setup|results)|evaluation|results?|results and discussion|discussion"
    r"|analysis|limitations|ethics statement|conclusions?|concluding remarks"
    r"|conclusions? and future work|future work|summary and discussion|computational details"
    r"|acknowledge?ments?|references|bibliography|literature(?: cited)?|references cited"
    r"|works cited|appendix|appendices|supplementary materials?|keywords|affiliation"
    r"|ccs concepts|acm reference format|contents|table of contents|competing interests"
    r"|author contributions(?: statement)?|declarations|funding|data availability(?: statement)?"
    r"|resumo|résumé|zusammenfassung|refer[êe]ncias(?: bibliográficas)?|références|literatur"
    r"|literaturverzeichnis|riferimenti bibliografici|参考文献|摘要"
    r"|초\s*록|국문\s*(?:초록|요약)|한국어\s*초록|한글\s*(?:초록|요약)|영문\s*초록|요\s*약|논문\s*요약"
    r"|서\s*론|머리말|들어가며|이론적\s*배경|관련\s*연구|선행\s*연구|연구\s*방법|연구\s*결과"
    r"|방법|결과|논\s*의"
    r"|결\s*론|맺음말|나가며|결론\s*및\s*(?:논의|제언|향후\s*연구)|감사의\s*글|사\s*사|주제어|핵심어"
    r"|참\s*고\s*문\s*헌|인용\s*문헌|부\s*록|차\s*례|목\s*차|저자\s*소개"
)
_NAMED = re.compile(rf"(?:{_NAMES})\s*[:.]?", re.IGNORECASE)
_REFERENCES = re.compile(
    r"references(?: (?:cited|and notes))?|bibliography|literature(?: cited)?|works cited"
    r"|참\s*고\s*문\s*헌|인용\s*문헌|참고\s*자료|refer[êe]ncias(?: bibliográficas)?|références"
    r"|literatur(?:verzeichnis)?|riferimenti bibliografici|参考文献",
    re.IGNORECASE,
)
_ABSTRACT = (
    r"abstract|synopsis|resumo|résumé|zusammenfassung|국문\s*(?:초록|요약)|한국어\s*초록"
    r"|한글\s*(?:초록|요약)|영문\s*초록|초\s*록|논문\s*요약|요\s*약"
)
_ABSTRACT_ALONE = re.compile(rf"(?:{_ABSTRACT}|summary)\s*[:.—–-]?", re.IGNORECASE)
_ABSTRACT_RUN_IN = re.compile(rf"(?:{_ABSTRACT})\s*[:.—–-]+\s*(?=\S)", re.IGNORECASE)
_ABSTRACT_BEFORE = re.compile(r"(?:Abstract|ABSTRACT|Summary|초록|요약)\s+(?=[A-Z가-힣])")
_AFTER = re.compile(
    r"(?:key\s?-?words?|index terms|general terms|categories and subject|ccs concepts|jel\b|msc\b"
    r"|acm reference format|additional key words|pacs|주제어|키워드|핵심어|핵심\s*단어"
    r"|중심\s*단어|©|copyright\b)",
    re.IGNORECASE,
)
_KEYWORDS = re.compile(
    r"(?:additional key words and phrases|key\s?-?words?(?: and phrases)?|index terms|주제어|키워드"
    r"|핵심어|핵심\s*단어|중심\s*단어)\s*[:.—–-]*\s*(?P<said>.+)",
    re.IGNORECASE | re.DOTALL,
)
_CAPTION = re.compile(
    r"(?:table|fig(?:ure|\.)|scheme|algorithm|listing|표|그림)\s*[\dIVXA-H]", re.IGNORECASE
)
_OPENING = re.compile(
    r"(?:introduction|ccs concepts|acm reference format|서\s*론|머리말|들어가며)\s*:?",
    re.IGNORECASE,
)
_LONGEST = 140  # letters of a heading
_WORDS = 12  # of a heading without a number
_LARGER = 1.07  # than the text: such letters make a heading of what stands alone
_LONGEST_ABSTRACT = 6_000  # letters
_SHORTEST_ABSTRACT = 60
_PROSE = 300  # letters: a shorter paragraph without a heading is no abstract
_WITHIN = 3  # pages from the first on which an abstract begins
_SENTENCE = re.compile(r"[.!?;,:]$|[.!?]\s+[A-Z가-힣]")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading. `start` is its offset in the text of the whole document."""

    title: str
    level: int  # 1 for the highest
    page: int  # from 0
    start: int
    paragraph: int  # index of the paragraph that it is


def sections(paragraphs: Sequence[Quotable], body: float) -> tuple[Section, ...]:
    """The headings of a document in reading order.

    Args:
        paragraphs: of the document.
        body: the size most of its text is set in.
    """
    found: list[Section] = []
    title = _title(paragraphs)
    listed = False  # within a list of references, where only a number or a name makes a heading
    for at, one in enumerate(paragraphs):
        below = paragraphs[at + 1].size if at + 1 < len(paragraphs) else body
        if at != title and (level := _level(one, body, below, listed=listed)):
            said = " ".join(one.text.split())
            if found and one.page == 0 and _ABSTRACT_ALONE.fullmatch(said):
                found.clear()  # addresses and the like, which stand above the abstract
            found.append(Section(said, level, one.page, one.start, at))
            listed = is_references(said)
    return tuple(found)


def _title(paragraphs: Sequence[Quotable]) -> int:
    """The paragraph of the first page in the largest letters; -1 where there is none."""
    first = [
        (one.size, -at)
        for at, one in enumerate(paragraphs)
        if one.page == 0 and _NAMED.fullmatch(" ".join(one.text.split())) is None
    ]
    return -max(first)[1] if first else -1


def _level(one: Quotable, body: float, below: float, *, listed: bool) -> int:
    """How high a heading a paragraph is, from 1; 0 for none. `below`: the size of the next one."""
    said = " ".join(one.text.split())
    sensible = 2 <= len(said) <= _LONGEST and any(sign.isalpha() for sign in said)
    if not sensible or _CAPTION.match(said):
        return 0
    number = _NUMBER.match(said)
    rest = said[number.end() :] if number else said
    named = _NAMED.fullmatch(rest.strip()) is not None
    lines = [line for block in one.passage.blocks for line in block.lines]
    cell = any(block.cell for block in one.passage.blocks)
    bold = all(line.bold for line in lines)
    large = one.size >= _LARGER * max(body, below)
    capitals = rest.isupper() and len(rest) > 3
    # a line that begins small is the rest of a sentence, whatever it is called
    plain = len(lines) == 1 and (number is not None or not rest[:1].islower())
    if named and (bold or large or capitals or plain) and one.size > 0.85 * body:
        return _depth(number, said)
    if len(lines) > 3 or cell or one.size < 0.95 * body or _SENTENCE.search(rest):
        return 0
    upper = rest[:1].isupper() or _hangul(rest)
    set_off = (rest[:1].isalpha() and (bold or large)) or (
        upper and (capitals or all(line.italic for line in lines))
    )
    if number and set_off:
        return _depth(number, said)
    letters = sum(sign.isalpha() for sign in rest)
    proper = letters > 3 and letters > 0.8 * len(rest.replace(" ", "")) and "=" not in rest
    few = len(rest.split()) <= _WORDS
    stands = (bold or large) and upper and proper and few and one.page > 0
    if number or listed or not stands:
        return 0
    return 1 if one.size >= 1.15 * body else 2


def _depth(number: re.Match[str] | None, said: str) -> int:
    if number is None:
        return 1
    digits = number["digits"] or number["letter"] or ""
    if number["korean"]:
        return 1 if "장" in said[: number.end()] else 2
    return digits.count(".") + 1 if digits else 1


def _hangul(text: str) -> bool:
    return "가" <= text[:1] <= "힣"


def lists(paragraphs: Sequence[Quotable], found: Sequence[Section]) -> tuple[tuple[int, int], ...]:
    """The paragraphs of each list of references, from and to, the last one first."""
    made: list[tuple[int, int]] = []
    for at, head in enumerate(found):
        if is_references(head.title):
            end = found[at + 1].paragraph if at + 1 < len(found) else len(paragraphs)
            made.append((head.paragraph + 1, end))
    return tuple(reversed(made))


def is_references(heading: str) -> bool:
    """Whether a heading is that of a list of references."""
    return _REFERENCES.fullmatch(_bare(heading)) is not None


def abstracts(
    paragraphs: Sequence[Quotable], found: Sequence[Section]
) -> tuple[tuple[str, int], ...]:
    """Each abstract and the paragraph it begins in; a Korean paper often has two."""
    heads = {one.paragraph for one in found}
    made: list[tuple[str, int]] = []
    for at, one in enumerate(paragraphs):
        said = " ".join(one.text.split())
        near = one.page < _WITHIN
        if near and _ABSTRACT_ALONE.fullmatch(said):
            text = _following(paragraphs, at + 1, heads)
        elif near and (run_in := _ABSTRACT_RUN_IN.match(said) or _ABSTRACT_BEFORE.match(said)):
            more = _following(paragraphs, at + 1, heads, first=said[run_in.end() :])
            text = more
        else:
            continue
        if len(text) >= _SHORTEST_ABSTRACT and text not in (known for known, _at in made):
            made.append((text, at))
    return tuple(made) or _unnamed(paragraphs, found)


def _unnamed(
    paragraphs: Sequence[Quotable], found: Sequence[Section]
) -> tuple[tuple[str, int], ...]:
    """The long paragraph between the title and the introduction, where nothing calls it so."""
    opening = next((one for one in found if _OPENING.fullmatch(_bare(one.title))), None)
    if opening is None or opening.page >= _WITHIN:
        return ()
    title = _title(paragraphs)
    for at in range(title + 1, opening.paragraph):
        one = paragraphs[at]
        said = " ".join(one.text.split())
        if len(said) >= _PROSE and not _AFTER.match(said) and said[-1:] in ".!?다)”":
            return ((said, at),)
    return ()


def _bare(heading: str) -> str:
    number = _NUMBER.match(heading)
    return (heading[number.end() :] if number else heading).strip(" :.")


def _following(paragraphs: Sequence[Quotable], begin: int, heads: set[int], first: str = "") -> str:
    """The paragraphs from `begin` to the next heading or the keywords, set like the first."""
    made = [first] if first else []
    size = 0.0 if not first else paragraphs[begin - 1].size
    for at in range(begin, len(paragraphs)):
        one = paragraphs[at]
        said = " ".join(one.text.split())
        over = sum(map(len, made)) + len(said) > _LONGEST_ABSTRACT
        if at in heads or _AFTER.match(said) or over or _ABSTRACT_ALONE.fullmatch(said):
            break
        if _ABSTRACT_RUN_IN.match(said) or (size and abs(one.size - size) > 0.06 * size):
            break
        if first and not _goes_on(made[-1]):
            break  # what follows an abstract that begins within its line is the text
        size = size or one.size
        made.append(said)
    return " ".join(made)


def _goes_on(said: str) -> bool:
    return not said.rstrip().endswith((".", "!", "?", "다"))


def keywords(paragraphs: Sequence[Quotable]) -> str:
    """The keywords printed on the first pages, as they stand."""
    for one in paragraphs:
        if one.page < _WITHIN and (match := _KEYWORDS.match(" ".join(one.text.split()))):
            return match["said"].strip(" .")
    return ""
