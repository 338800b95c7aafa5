"""Says a sentence of an abstract as somebody who cites it would: same facts, other words.

The one law: a rewording keeps what is claimed. Whatever is done here (another word of the same
meaning, an aside left out, the authors as the subject, another order) leaves the sentence true of
its source.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.scholar import terms

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from agents.store.library import Work

# Words that stand for each other in papers; inflected alike, so that the sentence stays one.
_SAME = (
    ("presents", "introduces", "describes"), ("present", "introduce", "describe"),
    ("presented", "introduced", "described"), ("describing", "presenting"),
    ("shows", "demonstrates"), ("shown", "demonstrated"), ("show", "demonstrate"),
    ("uses", "employs", "utilizes"), ("used", "employed", "utilized"),
    ("using", "with the help of"),
    ("method", "approach", "technique"), ("methods", "approaches", "techniques"),
    ("problem", "difficulty"), ("problems", "difficulties"), ("large", "big"),
    ("program", "piece of software"), ("programs", "pieces of software"),
    ("creates", "makes", "produces"), ("created", "made", "produced"), ("creating", "making"),
    ("needed", "required"), ("needs", "requires"), ("allows", "enables", "permits"),
    ("allow", "enable", "permit"), ("provides", "offers", "supplies"), ("provide", "offer"),
    ("provided", "offered"), ("examined", "investigated", "studied"), ("examines", "investigates"),
    ("discussed", "considered", "treated"), ("discusses", "considers", "treats"),
    ("developed", "devised", "designed"), ("several", "a number of"), ("many", "numerous"),
    ("also", "moreover"), ("however", "nevertheless"), ("easily", "readily"), ("fast", "quick"),
    ("main", "principal"), ("important", "essential"), ("difficult", "hard"), ("about", "around"),
    ("helps", "assists"), ("begins", "starts"), ("picture", "image"), ("pictures", "images"),
    ("users", "people who use it"), ("based on", "built on"), ("because", "since"),
    ("obtained", "gained"), ("reported", "given"), ("improves", "enhances"), ("various", "diverse"),
    ("outlined", "sketched"), ("whole", "entire"), ("kinds", "types"), ("possible", "feasible"),
)  # fmt: skip
_OTHERS = {
    word: tuple(other for other in group if other != word) for group in _SAME for word in group
}
_ASIDES = re.compile(
    r"\s*\((?:[^()]*)\)|\s*—[^—]*—"
    r"|, (?:however|therefore|of course|in particular|for example|e\.g\.),"
)
_SUBJECT = re.compile(
    r"(?:In this (?:paper|article|note|report|work),? )?(?:This|The|Our) (?:present )?"
    r"(?:paper|article|work|note|report|study|author|authors|writer)\s+(?=[a-z]+s?\b)"
    r"|(?:In this (?:paper|article|note|report|work),? )?[Ww]e\s+(?=[a-z])"
)
_MOVABLE = re.compile(
    r"((?:In|For|With|By|On|From|At|Under|When|If|To|Using)\b[^,]{6,60}), (.{30,})"
)
_TAIL = re.compile(r"(?:, (?:which|while|where|and|but|so that|thus|as well as)\b|;)")
_FRAMES = (
    "{who} report that {what}", "According to {who}, {what}", "It is known that {what}",
    "As {who} point out, {what}", "Earlier work observes that {what}", "{What}", "{What}",
)  # fmt: skip
_LEAST_WORDS = 7
_SHARE = 0.6  # of the words that have others


def reworded(sentence: str, work: Work, dice: random.Random) -> str:
    """The sentence in other words, without a full stop and without a mark of its citation.

    Args:
        sentence: of an abstract.
        work: who is said to have written it.
        dice: the same dice make the same wording, whoever is said to have written it.
    """
    text = _ASIDES.sub("", sentence).strip().rstrip(".")
    text = _shortened(text)
    who = _who(work)
    subject = _SUBJECT.match(text)
    if subject and who:
        text = f"{who} {text[subject.end() :]}"
    elif moved := _MOVABLE.fullmatch(text):
        text = f"{_upper(moved[2])} {_lower(moved[1])}"
    text = _with_others(text, dice)
    if subject and who:
        return text
    frame = dice.choice(_FRAMES)
    if not who and "{who}" in frame:
        frame = "{What}"
    return frame.format(who=who, what=_lower(text), What=text)


def usable(abstract: str) -> list[str]:
    """Sentences of an abstract that can be cited by themselves."""
    return [
        sentence
        for sentence in terms.sentences(abstract)
        if _LEAST_WORDS < len(sentence.split()) <= 40 and not _leans(sentence)
    ]


def _leans(sentence: str) -> bool:
    return bool(
        re.match(r"(?:It|Its|This|That|These|Those|They|Their|He|She|His|Such)\b", sentence)
        and not _SUBJECT.match(sentence)
    )


def _shortened(text: str) -> str:
    """Without its last clause, where enough is left."""
    for match in _TAIL.finditer(text):
        if len(text[: match.start()].split()) >= _LEAST_WORDS + 3:
            return text[: match.start()]
    return text


def _with_others(text: str, dice: random.Random) -> str:
    def other(match: re.Match[str]) -> str:
        word = match.group()
        found = _OTHERS.get(word.lower())
        if not found or dice.random() > _SHARE:
            return word
        chosen = dice.choice(found)
        return _upper(chosen) if word[0].isupper() else chosen

    return re.sub(r"[A-Za-z]+", other, text)


def _who(work: Work) -> str:
    families = [name.split(",")[0] for name in work.authors if name != "others"]
    if not families:
        return ""
    return _listed(families)


def _listed(families: Sequence[str]) -> str:
    if len(families) > 2:
        return f"{families[0]} et al."
    return " and ".join(families)


def _lower(text: str) -> str:
    first = text.split(" ", 1)[0].strip(",.;:")
    name = any(letter.isupper() or letter.isdigit() for letter in first[1:])
    known = first.lower() in terms.STOP or first.lower() in _OTHERS
    return text[:1].lower() + text[1:] if known and not name else text


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
