"""What a printed reference says: who, when, which title, which identifiers.

The one law: a field is taken where the form of the reference shows it, and left empty otherwise;
the text of the reference is kept as it is printed, whatever was understood of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agents.scholar.bylines import turned

# A line may end within a DOI: after a sign that ends no sentence, or before what is no word.
_DOI = re.compile(
    r"\b10\.\d{4,9}/(?:\s(?=[\w.(]{4,}))?[^\s\"<>{}]+"
    r"(?:(?:(?<=[-/(_])\s(?=[\w(])|(?<=\.)\s(?=[a-z]*\d+[.\w()-]*[.)-]\w))[^\s\"<>{}]+)?",
    re.IGNORECASE,
)
_ARXIV = re.compile(
    r"arxiv(?:\.org/(?:abs|pdf)/|\s*(?:preprint\s*)?(?:arxiv)?\s*[:.]?\s*)"
    r"(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:https?://|www\.)\S+|\bdoi\s*:?\s*10\.\S+", re.IGNORECASE)
_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_IN_BRACKETS = re.compile(rf"[(\[]({_YEAR})[a-z]?(?:[,/–-][^()\[\]]{{0,24}})?[)\]]")
_ANY_YEAR = re.compile(rf"(?<![\d:–—./-])({_YEAR})[a-z]?(?![\d/]|[-–—]\d)")
_QUOTED = re.compile(
    r"“(?P<a>[^”]{4,400})”|\"(?P<b>[^\"]{4,400})\"|‘‘(?P<c>.{4,400}?)’’|「(?P<d>[^」]{2,200})」"
    r"|『(?P<e>[^』]{2,200})』|〈(?P<f>[^〉]{2,200})〉|‘(?P<g>[^’]{12,400})’(?=[,.\s])"
)
_PARTICLE = (
    r"(?:[Vv]an|[Vv]on|[Dd]e|[Dd]er|[Dd]en|[Dd]el|[Dd]ella|[Dd]i|[Dd]a|[Dd]os|[Dd]u|[Ll]a|[Ll]e"
    r"|[Tt]en|[Tt]er|al|el|zu)"
)
_CAP = r"[A-ZÀ-ÖØ-ÞĀ-Ž]"
_FAMILY = (
    rf"(?:{_PARTICLE}\s+){{0,3}}{_CAP}[\w'’`´-]*(?:[-\s](?:{_PARTICLE}\s+)?{_CAP}[\w'’`´-]+){{0,2}}"
)
_ONE_FAMILY = rf"(?:{_PARTICLE}\s+){{0,3}}{_CAP}[\w'’`´]+(?:-{_CAP}[\w'’`´]+)*"
_INITIALS = rf"{_CAP}\.(?:[\s-]*{_CAP}\.)*"
_BARE_INITIALS = rf"{_CAP}{{1,3}}(?![\w.’'])"
_GIVEN = rf"{_CAP}[\w'’`´]+(?:-\w+)?"
_JUNIOR = r"(?:,?\s+(?:Jr|Sr|II|III)\.?)?"
_NAME = (
    rf"(?:(?P<fi>(?P<fi_f>{_FAMILY}),\s*(?P<fi_g>{_INITIALS}){_JUNIOR})"
    rf"|(?P<ig>(?P<ig_g>{_INITIALS})\s*(?P<ig_f>{_ONE_FAMILY}){_JUNIOR})"
    rf"|(?P<fb>(?P<fb_f>{_ONE_FAMILY}(?:\s{_ONE_FAMILY})?)\s+(?P<fb_g>{_BARE_INITIALS}))"
    rf"|(?P<gf>(?P<gf_g>(?:{_INITIALS}\s+)?{_GIVEN}(?:\s+(?:{_INITIALS}|{_GIVEN}))?)\s+(?P<gf_f>{_ONE_FAMILY}){_JUNIOR})"
    r"|(?P<ko>[가-힣]{2,4}))"
)
_FAMILY_GIVEN = re.compile(
    rf"(?P<f>{_ONE_FAMILY}),\s+(?P<g>{_GIVEN}(?:\s+(?:{_INITIALS}|{_GIVEN}))?){_JUNIOR}"
    rf"(?=\s*(?:,\s|\.\s|\(|and\s|&|$))"
)
_ONE = re.compile(_NAME + r"(?=\s*(?:[,.;:(&·ㆍ‧「『“\"]|and\b|et\b|und\b|외\b|\d|$))")
_BETWEEN = re.compile(
    r"\s*(?:[,;]\s*(?:and|und|&)?|\s(?:and|und)\s|&|[·ㆍ‧])\s*(?=\S)|\s+(?:and|und)\s+"
)
_MORE = re.compile(r",?\s*(?:and\s+)?(?:et\s+al\.?|others)|\s*외(?:\s*\d+\s*[인명])?")
# A body stands for its people: it ends at the year, or is called as bodies are.
_BODY = re.compile(
    rf"(?P<name>[A-Z][^.,()\d]{{1,70}}?)(?:\s*\.?\s*(?=[(\[]{_YEAR})|\.\s+(?={_YEAR}\.))"
    r"|(?P<team>[A-Z][^.,()\d]{1,60}(?:Team|Group|Consortium|Committee|Collaboration|Association"
    r"|Organi[sz]ation|Institute|Society|Foundation|Inc))\.?(?=[\s,])"
)
_EDITORS = re.compile(r"\s*,?\s*\((?:eds?\.?|편)\)\.?,?", re.IGNORECASE)
_SENTENCE = re.compile(
    r"(?P<title>.{4,400}?[^\s.])(?:[?!](?=\s)|\.(?=\s+(?:[A-Z(“\"\[]|in\s|ar[xX]iv|doi|http|\d|[가-힣])|\s*$))"
)
_COMMA_TITLE = re.compile(
    r"(?P<title>[^,]{8,300}(?:,\s[a-z][^,]{2,120}){0,2}),\s+"
    r"(?=in:?\s|[A-Z][\w.&\s]{2,60}\s\d|[A-Z]|arXiv|ph\.?d|vol)"
)
_LABEL = re.compile(r"^\s*(?:\[\w[^\]]{0,15}\]|\d{1,3}[.)])\s*")
_LEAST = 8  # letters of a title; two words of Hangul are enough
_LEAST_KO = 4


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as it is printed, and what was understood of it."""

    text: str
    authors: tuple[str, ...] = ()  # "Family, Given"; Korean names whole
    year: str = ""
    title: str = ""
    doi: str = ""  # lower case
    arxiv: str = ""


def parse(text: str) -> Reference:
    """Understand a reference."""
    text = " ".join(text.split())
    body = _LABEL.sub("", text)
    doi, arxiv = _DOI.search(body), _ARXIV.search(body)
    bare = _URL.sub(" ", body)
    authors, end = _authors(bare)
    year, behind = _year(bare, end)
    title = _title(bare, end, behind, named=bool(authors))
    return Reference(
        text,
        authors,
        year,
        title,
        re.sub(r"\s", "", doi[0]).rstrip(".,;:)]").lower() if doi else "",
        arxiv["id"].lower() if arxiv else "",
    )


def _authors(text: str) -> tuple[tuple[str, ...], int]:
    """The people a reference begins with, and where they end."""
    found: list[str] = []
    at = 0
    if body := _BODY.match(text):
        name = body["name"] or body["team"]
        if body["team"] or not any(_name(text, 0)):
            return (name.strip(),), body.end()
    while True:
        name, end = _name(text, at)
        if not name:
            break
        found.append(name)
        at = end
        if more := _MORE.match(text, at):
            at = more.end()
            break
        between = _BETWEEN.match(text, at)
        if between is None:
            break
        if not _name(text, between.end())[0]:
            break
        at = between.end()
    if editors := _EDITORS.match(text, at):
        at = editors.end()
    return tuple(found), at


def _name(text: str, at: int) -> tuple[str, int]:
    """A name at a place, turned to "Family, Given", and where it ends."""
    given = _FAMILY_GIVEN.match(text, at)
    match = _ONE.match(text, at)
    if given and not (match and (match["fi"] or match["gf"])):
        return f"{given['f']}, {given['g']}", given.end()
    if match is None:
        return (f"{given['f']}, {given['g']}", given.end()) if given else ("", at)
    if match["ko"]:
        return match["ko"], match.end()
    for kind in ("fi", "ig", "gf", "fb"):
        if match[kind]:
            if kind == "gf":
                return turned(match["gf"].rstrip(",")), match.end()
            initials = match[f"{kind}_g"]
            if kind == "fb":
                initials = " ".join(f"{letter}." for letter in initials)
            return f"{match[f'{kind}_f']}, {initials}", match.end()
    return "", at


def _year(text: str, end: int) -> tuple[str, int]:
    """The year, and where what follows it begins if it stands behind the people; -1 if not."""
    head = re.compile(rf"[\s.,]*[(\[]?({_YEAR})[a-z]?(?:[,/–-][^()\[\]]{{0,24}})?[)\]]?[.,:]?\s*")
    if end and (match := head.match(text, end)):
        return match[1], match.end()
    bracketed = list(_IN_BRACKETS.finditer(text))
    if bracketed:
        return bracketed[0][1], bracketed[0].end() if bracketed[0].start() < 160 else -1
    found = _ANY_YEAR.findall(text)
    return (found[-1], -1) if found else ("", -1)


def _title(text: str, end: int, behind: int, *, named: bool) -> str:
    """The title: in quotation marks, behind the year, or behind the people."""
    if quoted := _QUOTED.search(text):
        return _trimmed(next(filter(None, quoted.groups())))
    after_year = 0 <= end <= behind
    start = behind if after_year else end
    if not named and not after_year:
        # nobody was understood: what stands before the first full stop may be people or a title
        return ""
    rest = re.sub(r"^[\s.,:;)]+", "", text[start:])
    sentence = _SENTENCE.match(rest)
    comma = None if after_year or re.match(r"\s*\.", text[end:]) else _COMMA_TITLE.match(rest)
    match = comma or sentence
    return _trimmed(match["title"]) if match else ""


def _trimmed(title: str) -> str:
    made = title.strip(" .,;:“”\"'")
    made = re.sub(
        r"\s*\((?:\d+\w{2}|rev\w*) ed\.?[^)]*\)$|,?\s+\d+(?:st|nd|rd|th) edition$", "", made
    )
    least = _LEAST_KO if re.search("[가-힣]", made) else _LEAST
    return made if len(made) >= least else ""
