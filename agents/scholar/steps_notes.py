"""What a user brings to a draft: a topic, an abstract or a whole paper, and notes that cite.

The one law: the user's citations are locked. A sentence of theirs that cites a work of the library
becomes a planned sentence that cites exactly that; what is cited and not there is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.scholar import citations, latex, prose, terms, write
from agents.scholar.linking import Linker
from agents.scholar.wordlists import STOP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.scholar.citations import Form
    from agents.store.library import Work

_LONGEST_TOPIC = 250  # words; what is longer is a paper
_FEWEST_TERMS = 3  # content words of a sentence that says something
_MOST_CITING = 60  # sentences of a paper that are taken over
_ABSTRACT = (
    re.compile(r"\\begin\{abstract\}(.+?)\\end\{abstract\}", re.DOTALL),
    re.compile(
        r"(?:^|\n)[\s#*]*(?:abstract|summary|초\s*록|요\s*약)[\s*]*[:.—–-]?\s*(.{80,4000}?)"
        r"(?=\n\s*\n|\n\s*#|\n\s*(?:\d\.?\s*)?(?:introduction|서\s*론)|\Z)",
        re.IGNORECASE | re.DOTALL,
    ),
)
_TITLE = (re.compile(r"\\title\{([^{}]{5,300})\}"), re.compile(r"\A\s*#\s+(.{5,300})"))
_PREAMBLE = re.compile(r".*?\\begin\{document\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of the user's. `works` are those it cites, each once."""

    text: str  # readable, without its citations
    works: tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """What the user's text is about, and its sentences that cite works of the library."""

    topic: str
    notes: tuple[Note, ...]
    unknown: tuple[str, ...]  # what is cited and not in the library, as the text has it


def read(text: str, works: Sequence[Work]) -> Brought:
    """Take a topic, an abstract or a paper apart.

    Args:
        text: what was pasted or read from a file: LaTeX, Markdown or plain.
        works: what may be cited, also under the keys of entries that were merged into them.
    """
    form = form_of(text)
    notes: list[Note] = []
    unknown: dict[str, None] = {}
    reading = prose.read(text, form)
    linker = Linker(works, reading.listed)
    for sentence in reading.sentences:
        linked = _linked(sentence.parts, linker, unknown)
        said = " ".join(sentence.claim.split())
        if linked and len(terms.content(said, generic=True)) >= _FEWEST_TERMS:
            notes.append(Note(said, linked))
    return Brought(topic_of(text, form), tuple(notes[:_MOST_CITING]), tuple(unknown))


def form_of(text: str) -> Form:
    """How a text without a file name is marked up."""
    form = prose.form_of("", text)
    return "markdown" if form == "plain" and list(citations.pandoc(text)) else form


def cites(text: str) -> bool:
    """Whether a text has citations."""
    return bool(citations.find(text, form_of(text)))


def about(text: str) -> str:
    """What a text is about; see `topic_of`."""
    return topic_of(text, form_of(text))


def topic_of(text: str, form: Form) -> str:
    """What a text is about: all of a short one, title and abstract (or beginning) of a paper."""
    if len(text.split()) <= _LONGEST_TOPIC:
        return _bare(text, form)
    title = next((found[1] for way in _TITLE if (found := way.search(text))), "")
    abstract = next((found[1] for way in _ABSTRACT if (found := way.search(text))), "")
    if not abstract:
        body = _PREAMBLE.sub("", text) if form == "latex" else text
        abstract = " ".join(_bare(body, form).split()[:_LONGEST_TOPIC])
    return " ".join(filter(None, (_bare(title, form).rstrip(".") + "." if title else "",
                                  _bare(abstract, form))))  # fmt: skip


def own_sentences(own: str, works: Sequence[Work]) -> tuple[list[Note], list[str]]:
    """The sentences of notes on the user's own work, and what they cite that is not there."""
    form = form_of(own)
    linker = Linker(works)
    unknown: dict[str, None] = {}
    notes: list[Note] = []
    for sentence in terms.sentences(" ".join(own.split())):
        linked: dict[str, Work] = {}
        bare, at = "", 0
        for mention in citations.find(sentence, form):
            found = _cited(mention.cited, linker, unknown)
            linked |= {work.key: work for work in found}
            if not mention.textual or any(cited.key for cited in mention.cited):
                bare += sentence[at : mention.start].rstrip()
                if found and _needed(sentence, mention):
                    names = " · ".join(write.who(work, terms.language(own)) for work in found)
                    bare += f" {names}" if bare else names
                at = mention.end
        said = _bare(bare + sentence[at:], form)
        if terms.content(said, generic=True):
            notes.append(Note(said, tuple(linked.values())))
    return notes, list(unknown)


def _needed(sentence: str, mention: citations.Mention) -> bool:
    """Whether a sentence would miss a citation in brackets: "unlike [@a], ours", "[@a]와 달리"."""
    before = re.findall(r"[A-Za-z]+\s*\Z", sentence[: mention.start])
    after = sentence[mention.end : mention.end + 1]
    return (
        not sentence[: mention.start].strip()
        or (bool(before) and before[0].strip().lower() in STOP)
        or "가" <= after <= "힣"
    )


def _linked(
    parts: Sequence[prose.Part], linker: Linker, unknown: dict[str, None]
) -> tuple[Work, ...]:
    found: dict[str, Work] = {}
    for part in parts:
        found |= {w.key: w for w in _cited(part.mention.cited, linker, unknown)}
    return tuple(found.values())


def _cited(
    cited: Sequence[citations.Cited], linker: Linker, unknown: dict[str, None]
) -> list[Work]:
    """The works that are meant for certain."""
    works: list[Work] = []
    for one in cited:
        link = linker.link(one)
        if link is None:
            continue
        if len(link.works) == 1 and not link.mismatch:
            works.append(link.works[0])
        else:
            unknown.setdefault(link.shown)
    return works


def _bare(text: str, form: Form) -> str:
    """A text without its citations and markup."""
    made, at = "", 0
    for mention in citations.find(text, form):
        if any(cited.key or cited.number for cited in mention.cited):
            made += text[at : mention.start].rstrip()
            at = mention.end
    made += text[at:]
    if form == "latex":
        made = latex.read(re.sub(r"(?<!\\)%.*", "", made))
    return " ".join(re.sub(r"^#+\s*", "", made, flags=re.MULTILINE).split())
