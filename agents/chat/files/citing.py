"""Citations of passages in an answer: what the model wrote, checked against what it was shown.

The one law: a number in brackets is a passage of this question or it is not there. A citation
stays where the passage has to do with the sentence; a sentence without one gets the passage that
holds its words, if there is one; a number that stands in no passage is named.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.chat.files.events import Source
from agents.store.words import index_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.chat.team import Step
    from agents.store.files import FilePassage

_MARK = re.compile(r"[^\S\n]*[\[［]\s*(\d{1,3}(?:\s*[,，;~–-]\s*\d{1,3})*)\s*[\]］](?!\()")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_SENTENCE = re.compile(  # with the citations behind its full stop; or what is left of a line
    r"[^\n]*?[.!?。]+[\"”’)]*(?:[^\S\n]*[\[［]\s*\d[\d\s,，;~–-]*[\]］])*(?=\s|$)|[^\n]+|\n"
)
_BRACKETED = re.compile(r"\[(\d{1,3}(?:\s*[,–-]\s*\d{1,3})*)\]")
_MARK_MADE = re.compile(r"\[(\d{1,3})\](?!\()")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\d\w]*[a-zA-Z])")
_LARGE = re.compile(r"\d[\d,.]*\s*[만억조천백]")
_HANGUL = re.compile("[가-힣]")
_SUPPORT = 0.55  # share of a sentence's words that a passage holds to be cited for it
_LEAST = 4  # words of a sentence that can be judged
_LIST = re.compile(r"^\s*\d+[.)]\s")


@dataclass(frozen=True, slots=True)
class Cited:
    """An answer with its citations in order: [1] is the first that is cited."""

    text: str
    sources: tuple[Source, ...]
    numbers: tuple[str, ...]  # that stand in no passage and not in the question


def slots(passages: Sequence[FilePassage], names: Mapping[int, str]) -> str:
    """The passages as the model is shown them: [1] and so on, under the name of their file."""
    made: list[str] = []
    file = 0
    for number, one in enumerate(passages, start=1):
        if one.file != file:
            file = one.file
            made.append(f"## {names.get(file, '')}")
        # a paper's own citations would be taken for ours
        text = _BRACKETED.sub(r"(\1)", one.text)
        page = f" (p. {one.page})" if one.page else ""
        made.append(f"[{number}]{page} {text}")
    return "\n\n".join(made)


def cited(
    text: str, passages: Sequence[FilePassage], names: Mapping[int, str], question: str
) -> Cited:
    """An answer with citations that hold.

    Args:
        text: what the model wrote.
        passages: what it was shown, in the order of the slots.
        names: of the files.
        question: what was asked.
    """
    held = [frozenset(_words(one.text)) for one in passages]
    numbers: dict[int, int] = {}  # slot: number in the answer
    made: list[str] = []
    at = 0
    for code in _CODE.finditer(text):
        made.append(_prose(text[at : code.start()], passages, held, numbers))
        made.append(code.group())
        at = code.end()
    made.append(_prose(text[at:], passages, held, numbers))
    sources = tuple(
        Source(
            number, passages[slot].file, names.get(passages[slot].file, ""),
            passages[slot].page, passages[slot].text,
        )
        for slot, number in numbers.items()
    )  # fmt: skip
    return Cited("".join(made).strip(), sources, _unheard(text, passages, question))


def apart(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Steps of one answer whose citations are counted on from each other's."""
    made: list[Step] = []
    by = 0
    for step in steps:
        given = step.given
        if by and given.sources:
            given = dataclasses.replace(
                given,
                text=_shifted(given.text, by),
                sources=tuple(
                    dataclasses.replace(one, number=one.number + by) for one in given.sources
                ),
            )
        by += len(given.sources)
        made.append(dataclasses.replace(step, given=given))
    return tuple(made)


def _shifted(text: str, by: int) -> str:
    return _MARK_MADE.sub(lambda match: f"[{int(match[1]) + by}]", text)


def bare(text: str) -> str:
    """A text without citations."""
    return _MARK.sub("", text)


def _prose(
    text: str,
    passages: Sequence[FilePassage],
    held: Sequence[frozenset[str]],
    numbers: dict[int, int],
) -> str:
    made: list[str] = []
    for sentence in _SENTENCE.findall(text):
        wanted: list[int] = []
        for match in _MARK.finditer(sentence):
            wanted += _places(match[1], len(passages))
        bare = _MARK.sub("", sentence)
        said = _words(bare)
        kept = [slot for slot in dict.fromkeys(wanted) if _fits(said, bare, slot, passages, held)]
        if not kept:
            kept = _supporting(said, held)
        marks = "".join(f"[{numbers.setdefault(slot, len(numbers) + 1)}]" for slot in kept)
        end = bare.rstrip()
        space = " " if marks and end and not end.endswith(tuple("([")) else ""
        made.append(f"{end}{space}{marks}{bare[len(end) :]}" if marks else bare)
    return "".join(made)


def _places(said: str, count: int) -> list[int]:
    """The slots (from 0) that are named, ranges written out; what is no slot is left out."""
    found: list[int] = []
    for part in re.split(r"\s*[,，;]\s*", said):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        span = range(ends[0], ends[-1] + 1) if len(ends) == 2 and ends[1] - ends[0] < 10 else ends
        found += [number - 1 for number in span if 1 <= number <= count]
    return found


def _fits(
    said: Sequence[str],
    sentence: str,
    slot: int,
    passages: Sequence[FilePassage],
    held: Sequence[frozenset[str]],
) -> bool:
    """Whether a passage has anything to do with a sentence, as far as words can tell."""
    across = bool(_HANGUL.search(sentence)) != bool(_HANGUL.search(passages[slot].text))
    return across or len(said) < _LEAST or any(word in held[slot] for word in said)


def _supporting(said: Sequence[str], held: Sequence[frozenset[str]]) -> list[int]:
    """The passage that holds most of a sentence's words, if it holds enough of them."""
    if len(said) < _LEAST:
        return []
    shares = [sum(word in one for word in said) / len(said) for one in held]
    best = max(range(len(shares)), key=lambda at: shares[at], default=-1)
    return [best] if best >= 0 and shares[best] >= _SUPPORT else []


def _words(text: str) -> list[str]:
    """What a text is compared by: stems and pairs of syllables, those that say something."""
    return [word for word in dict.fromkeys(index_text(text).split()) if word not in _SMALL]


_SMALL = frozenset(
    index_text(
        "a an and are as at be been but by can did do does for from had has have he her his how "
        "i if "
        "in into is it its may more most no not of on or our she so than that the their them then "
        "there these they this those to was we were what when which who will with would you your "
        "passage passages document file according 이다 입니다 합니다 습니다 니다 했다 한다 되어 "
        "있다 "
        "있습니다 그리고 문서 파일"
    ).split()
)


def _unheard(text: str, passages: Sequence[FilePassage], question: str) -> tuple[str, ...]:
    """Numbers of an answer that stand neither in a passage nor in the question."""
    plain = _LARGE.sub(" ", _MARK.sub(" ", _CODE.sub(" ", text)))
    plain = "\n".join(_LIST.sub("", line) for line in plain.splitlines())
    known = {
        number
        for one in (*(passage.text for passage in passages), question)
        for number in _digits(one)
    }
    known |= {str(passage.page) for passage in passages}
    found = [
        match.group() for match in _NUMBER.finditer(plain) if _plain(match.group()) not in known
    ]
    return tuple(one for one in dict.fromkeys(found) if len(_plain(one)) > 1)


def _digits(text: str) -> set[str]:
    return {_plain(found) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def _plain(number: str) -> str:
    return number.replace(",", "").rstrip(".")
