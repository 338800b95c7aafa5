"""A text with citations, taken apart into the sentences that cite.

The one law: whatever cannot hold a claim (a formula, a table, code, the preamble) is left out,
and every citation stays with the sentence whose claim it backs, also where it stands behind the
full stop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.scholar import citations, latex, terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.scholar.citations import Form, Mention

# A mention while the text around it is worked on: `terms.sentences` knows the first letter.
_OPEN, _ZERO, _CLOSE = terms.MARK, 0xE010, "\ue001"
_PLACE = re.compile(f"{_OPEN}([\ue010-\ue019]+){_CLOSE}")
_AFTER_STOP = re.compile(
    rf"([.!?。])([\"”’)\]]*)\s*((?:{_PLACE.pattern}\s*)+)(?=\s[\"“‘(]*[A-Z0-9가-힣{_OPEN}]|\s*\Z)"
)


_CLAUSE = re.compile(r"[,;]\s+(?:and|but|while|whereas|although|whilst|yet)\b|;")
_FEWEST_TERMS = 3  # content words that can be a claim


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence with the mention that backs it."""

    claim: str
    mention: Mention


@dataclass(frozen=True, slots=True)
class Citing:
    """A sentence that cites. `line` is where its first citation stands, 1-based."""

    text: str  # readable, with its citations as they stand
    claim: str  # without them
    parts: tuple[Part, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it was read."""

    sentences: tuple[Citing, ...]
    # what stands in the text's own list of works, by key (`\\bibitem`) or number ("[12]")
    listed: dict[str, str]


def form_of(name: str, text: str) -> Form:
    """How a text is marked up, by the name of its file and, failing that, by what is in it."""
    low = name.lower()
    if low.endswith((".tex", ".ltx", ".latex")):
        return "latex"
    if low.endswith((".md", ".markdown", ".qmd", ".rmd")):
        return "markdown"
    if re.search(r"\\(?:documentclass|begin\{|[a-z]*cite[a-z]*[\[{])", text):
        return "latex"
    return "plain"


def read(text: str, form: Form) -> Reading:
    """The sentences that cite, in order.

    Args:
        text: the whole document.
        form: how it is marked up.
    """
    body, mentions, listed = mentioned(text, form)
    sentences: list[Citing] = []
    for paragraph in _paragraphs(_marked(body, mentions), form):
        if _OPEN in paragraph:
            sentences += _citing(paragraph, mentions, body)
    return Reading(tuple(sentences), listed)


def mentioned(text: str, form: Form) -> tuple[str, list[Mention], dict[str, str]]:
    """The text with what holds no claim blanked out, its citations, and its own list of works.

    Offsets are those of the text that was given.
    """
    body, listed = _without_list(text, form)
    body = _blanked(body, form)
    return body, citations.find(body, form), listed


def _marked(text: str, mentions: Sequence[Mention]) -> str:
    made: list[str] = []
    at = 0
    for number, mention in enumerate(mentions):
        digits = "".join(chr(_ZERO + int(digit)) for digit in str(number))
        made += [text[at : mention.start], _OPEN, digits, _CLOSE]
        at = mention.end
    return "".join([*made, text[at:]])


def _number(digits: str) -> int:
    return int("".join(str(ord(digit) - _ZERO) for digit in digits))


def _citing(paragraph: str, mentions: Sequence[Mention], body: str) -> Iterator[Citing]:
    def drawn_in(match: re.Match[str]) -> str:
        numbers = _PLACE.findall(match[3])
        if any(mentions[_number(number)].textual for number in numbers):
            return match.group()
        return f" {match[3].strip()}{match[1]}{match[2]}"

    paragraph = _AFTER_STOP.sub(drawn_in, paragraph)
    for sentence in terms.sentences(paragraph):
        found = [(match, mentions[_number(match[1])]) for match in _PLACE.finditer(sentence)]
        if not found:
            continue
        yield Citing(
            text=_spaced(
                _PLACE.sub(
                    lambda m: " ".join(_source(mentions[_number(m[1])], body).split()), sentence
                )
            ),
            claim=_bare(sentence),
            parts=tuple(_parts(sentence, found)),
            line=body.count("\n", 0, found[0][1].start) + 1,
        )


def _source(mention: Mention, body: str) -> str:
    return body[mention.start : mention.end]


def _parts(sentence: str, found: Sequence[tuple[re.Match[str], Mention]]) -> Iterator[Part]:
    """Each mention with what it backs: what stands before it, or behind it if it is a subject."""
    for at, (match, mention) in enumerate(found):
        before = found[at - 1][0].end() if at else 0
        after = found[at + 1][0].start() if at + 1 < len(found) else len(sentence)
        behind = sentence[match.end() : after]
        piece = "" if mention.textual else sentence[before : match.start()]
        if at + 1 == len(found):
            piece += behind
        elif len(terms.content(_bare(piece), generic=True)) < _FEWEST_TERMS:
            piece += _CLAUSE.split(behind)[0]  # "Mamba [1] drops attention, whereas others [2] …"
        yield Part(_bare(piece), mention)


def _bare(text: str) -> str:
    return _spaced(re.sub(r"\(\s*\)|\[\s*\]", "", _PLACE.sub("", text)))


def _spaced(text: str) -> str:
    return re.sub(r"\s+([.,;:!?)\]])", r"\1", " ".join(text.split())).strip()


# --- what is no prose ---

_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*")
_DROPPED = (
    "equation", "align", "gather", "multline", "eqnarray", "displaymath", "math", "tabular",
    "tabularx", "array", "verbatim", "lstlisting", "minted", "tikzpicture", "algorithm",
    "algorithmic", "thebibliography", "filecontents",
)  # fmt: skip
_ENVIRONMENT = re.compile(
    rf"\\begin\{{({'|'.join(_DROPPED)})(\*?)\}}.*?(?:\\end\{{\1\2\}}|\Z)", re.DOTALL
)
_DISPLAY = re.compile(r"\\\[.*?\\\]|(?<!\\)\$\$.*?\$\$", re.DOTALL)
_FENCE = re.compile(r"^(```+|~~~+).*?(?:^\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_FRONT = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n\n).)*?(?<!`)\1(?!`)", re.DOTALL)


def _blanked(text: str, form: Form) -> str:
    """The text with what holds no claim blanked out; letters keep their places."""
    if form == "latex":
        text = _COMMENT.sub(lambda m: m[1] + " " * (len(m.group()) - len(m[1])), text)
        begin, end = text.find("\\begin{document}"), text.find("\\end{document}")
        if end >= 0:
            text = text[:end]
        if begin >= 0:
            begin += len("\\begin{document}")
            text = _blank(text[:begin]) + text[begin:]
        for pattern in (_ENVIRONMENT, _DISPLAY):
            text = pattern.sub(lambda m: _blank(m.group()), text)
    elif form == "markdown":
        for pattern in (_FRONT, _FENCE, _HTML_COMMENT, _CODE):
            text = pattern.sub(lambda m: _blank(m.group()), text)
    return text


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


# --- paragraphs ---

_TEX_BREAK = re.compile(
    r"\n[ \t]*\n|\\par\b|\\(?:item|begin|end|caption|(?:sub)*section|chapter|paragraph|"
    r"title|maketitle)\b\*?(?:\[[^\]]*\])?(?:\{(?=[a-z*]+\})[a-z*]+\})?|\\\\"
)
_MARKDOWN_BREAK = re.compile(
    r"\n[ \t]*\n|^\s*(?:[-*+]|\d+[.)])\s+|^#+[^\n]*|^\s*>\s?|^\|", re.MULTILINE
)
_PLAIN_BREAK = re.compile(r"\n[ \t]*\n")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\[\]]+\]:?")
_FOOTNOTE = re.compile(r"\\footnote(?:text)?(?:\[[^\]]*\])?\{")
_EMPHASIS = re.compile(r"(?<!\w)([*_]{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)", re.DOTALL)


def _paragraphs(text: str, form: Form) -> Iterator[str]:
    breaks = {"latex": _TEX_BREAK, "markdown": _MARKDOWN_BREAK, "plain": _PLAIN_BREAK}
    if form == "latex":
        text = _footnotes_apart(text)
    for part in breaks[form].split(text):
        if form == "latex":
            yield latex.read(_balanced(part))
        elif form == "markdown":
            bare = _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _FOOTNOTE_MARK.sub("", part)))
            yield " ".join(re.sub(r"\\(?=[^\w\s])", "", bare).split())
        else:
            yield " ".join(part.split())


def _footnotes_apart(text: str) -> str:
    """Footnotes behind the text that they are notes of, as paragraphs of their own."""
    notes: list[str] = []
    while match := _FOOTNOTE.search(text):
        end = citations.closing(text, match.end() - 1)
        notes.append(text[match.end() : end])
        text = text[: match.start()] + text[end + 1 :]
    return "\n\n".join([text, *notes])


def _balanced(text: str) -> str:
    """A piece cut out of a LaTeX text, without the braces that lost their other one."""
    opened: list[int] = []
    lone: set[int] = set()
    for at, letter in enumerate(text):
        if letter not in "{}" or (at and text[at - 1] == "\\"):
            continue
        if letter == "{":
            opened.append(at)
        elif opened:
            opened.pop()
        else:
            lone.add(at)
    lone.update(opened)
    return "".join(letter for at, letter in enumerate(text) if at not in lone)


# --- the text's own list of works ---

_HEADING = re.compile(
    r"^[ \t]*(?:#+\s*|\d+\.?\s+)?(?:references|bibliography|literature(?: cited)?|works cited|"
    r"참고\s*문헌|인용\s*문헌)\s*:?[ \t]*#*[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_LISTED = re.compile(r"^[ \t]*(?:\[(\d{1,4})\]|(\d{1,4})[.)])[ \t]+", re.MULTILINE)
_BIBITEM = re.compile(
    r"\\bibitem\s*(?:\[[^\]]*\])?\s*\{([^{}]+)\}(.*?)(?=\\bibitem|\\end\{|\Z)", re.DOTALL
)


def _without_list(text: str, form: Form) -> tuple[str, dict[str, str]]:
    """The text before its list of works, and the list."""
    listed: dict[str, str] = {}
    if form == "latex":
        for match in _BIBITEM.finditer(text):
            listed[match[1].strip()] = latex.read(match[2])
        return text, listed
    headings = list(_HEADING.finditer(text))
    if not headings:
        return text, listed
    last = headings[-1]
    rest = text[last.end() :]
    starts = list(_LISTED.finditer(rest))
    for at, match in enumerate(starts):
        end = starts[at + 1].start() if at + 1 < len(starts) else len(rest)
        entry = re.split(r"\n[ \t]*\n", rest[match.end() : end], maxsplit=1)[0]
        listed[match[1] or match[2]] = " ".join(entry.split())
    return text[: last.start()], listed
