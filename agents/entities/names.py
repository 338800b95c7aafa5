"""Which spans name the same thing: their common form, and the short forms a text defines.

The one law: pure functions of the text. Two spans of a kind are one entity where their forms are
equal, or where one is a short form that stands for exactly one long form; nothing else is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_QUOTES = "\"'`´‘’“”„«»‹›「」『』《》〈〉"
_LOOSE = _QUOTES + " .,;:!?·•*§"
_EDGES = _LOOSE + "()[]{}<>"
_ARTICLE = re.compile(r"(?:the|a|an|our|this|that|these|its|their|본|이|그)\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"^(?P<before>[^()]{2,}?)\s*\((?P<inside>[^()]{2,})\)$")
# Behind a Latin letter, a digit or a bracket these can only be particles; behind Hangul the
# analyser has to tell (가을 is no 가 with a particle).
_PARTICLE = re.compile(
    rf"(?<=[0-9A-Za-z\u00c0-\u024f)\]{re.escape(_QUOTES)}])(?:으로부터|로부터|에서는|에서도|으로는|으로서|으로써|이라는"
    r"|이라고|라는|라고|에서|에게|에는|에도|으로|로서|로써|까지|부터|처럼|보다|마다|이나|이란"
    r"|은|는|이|가|을|를|의|에|로|와|과|도|만|나|란)$"
)
_BEFORE_NAMES = ("et al.", "et al", " 외", " 등")
_NUMBERED = frozenset({"year", "result"})
_NAMES = frozenset({"person", "organisation", "venue"})  # never a plural
# What a name may carry behind it without being another: "the SQuAD dataset".
_KINDS: dict[str, tuple[str, ...]] = {
    "dataset": ("datasets", "dataset", "data sets", "data set", "corpora", "corpus", "benchmarks",
                "benchmark", "데이터셋", "데이터 세트", "말뭉치", "벤치마크"),
    "method": ("models", "model", "methods", "method", "algorithms", "algorithm", "architectures",
               "architecture", "networks", "모델", "모형", "방법", "알고리즘", "구조", "기법"),
    "task": ("tasks", "task", "과제", "문제"),
    "metric": ("metrics", "metric", "scores", "score", "점수", "지표"),
}  # fmt: skip
_SPELLING = (
    (re.compile(r"(?<=[a-z]{2})isation"), "ization"),
    (re.compile(r"(?<=[aeiou])lling\b"), "ling"),
    (re.compile(r"(?<=[a-z]{3})our\b"), "or"),
)
_PROPER = re.compile(r"\d|\w[A-Z]")  # SQuAD, BERT, GPT-2: a name however a title is capitalised
_IRREGULAR = {"corpora": "corpus", "data": "data", "criteria": "criterion", "indices": "index"}
# endings of plurals, and what stands there in the singular; the first that fits
_PLURALS = (
    ("lyses", "lysis"), ("theses", "thesis"), ("ss", "ss"), ("us", "us"), ("is", "is"),
    ("ics", "ics"), ("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"),
    ("s", ""),
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")

# Schwartz and Hearst (2003): the long form stands before the bracket, within so many words.
_SHORT = re.compile(r"\(([^()]{2,60})\)")
_IS_SHORT = re.compile(r"^(?=.*[A-Z가-힣])[A-Za-z0-9가-힣][A-Za-z0-9가-힣.&/+-]{1,11}s?$")
_BEHIND = re.compile(r"\s?\(([^()]{2,60})\)")
_LONGEST_PREFIX = 160  # letters before a bracket that are looked at


@dataclass(frozen=True, slots=True)
class ShortForm:
    """A text says that `short` stands for `long`; both as `form` makes them."""

    short: str
    long: str


def form(text: str, label: str = "") -> str:
    """What spans of one name have in common; "" where a span names nothing.

    Case, hyphens, spaces, plurals, British and American endings, quotes, articles, particles
    behind Latin letters, and the bracket with a short form make no difference.

    Args:
        text: the span.
        label: its kind: people, places of publication and years have no plural, and "dataset"
            behind the name of a dataset adds nothing.
    """
    shown = bare(text, label)
    if label in _NUMBERED:
        return re.sub(r"[^\w.%+-]+", "", shown.casefold())
    if label == "person":
        shown = _person(shown)
    if label not in _NAMES:
        shown = _without_kind(shown, label)
    folded = unicodedata.normalize("NFD", shown)
    folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    words = _WORD.findall(unicodedata.normalize("NFC", folded))
    if label not in _NAMES:
        words = [_singular(word) for word in words]
    joined = " ".join(words).casefold()
    for pattern, instead in _SPELLING:
        joined = pattern.sub(instead, joined)
    signs = "".join(sign for sign in shown if sign in "+#")  # C++ and C# are not C
    return joined.replace(" ", "") + signs


def bare(text: str, label: str = "") -> str:
    """A span as it can be shown by itself: no quotes, article, particle, or short form behind it.

    "the Masked Language Modelling (MLM)" is "Masked Language Modelling".
    """
    shown = " ".join(unicodedata.normalize("NFKC", text).split()).strip(_LOOSE)
    if shown.count("(") == shown.count(")"):
        shown = _PARTICLE.sub("", shown)
        inner = _split_bracket(shown)
        if inner:
            shown = inner[0]
    shown = shown.strip(_LOOSE)
    if shown.count("(") != shown.count(")") or shown.startswith("("):
        shown = shown.strip(_EDGES)
    if label == "person":
        for end in _BEFORE_NAMES:
            shown = shown.removesuffix(end).strip(_EDGES)
    without = _ARTICLE.sub("", shown, count=1) if _ARTICLE.match(shown) else shown
    return without or shown


def short_forms(text: str, label: str = "") -> tuple[ShortForm, ...]:
    """The short forms that a text defines, each pair once.

    "Masked Language Modelling (MLM)", "MLM (masked language modelling)" and
    "마스크 언어 모델링(Masked Language Modeling, MLM)".
    """
    found: dict[ShortForm, None] = {}
    for match in _SHORT.finditer(text):
        before = text[max(0, match.start() - _LONGEST_PREFIX) : match.start()].rstrip()
        parts = [part.strip() for part in re.split(r"[,;]", match[1]) if part.strip()]
        for long, short in _pairs(before, parts):
            pair = ShortForm(form(short, label), form(long, label))
            if pair.short and pair.long and pair.short != pair.long:
                found[pair] = None
    return tuple(found)


def short_of(text: str, start: int, stop: int, label: str = "") -> ShortForm | None:
    """The short form that stands in brackets in a span, or directly behind it.

    Where the long form is Hangul and the short one Latin, "자연어 처리(NLP)", their letters tell
    nothing: that the span ends at the bracket does.
    """
    inside = _split_bracket(_PARTICLE.sub("", text[start:stop].strip(_LOOSE)))
    if inside is None:
        behind = _BEHIND.match(text, stop)
        inside = _split_bracket(f"{text[start:stop]} ({behind[1]})") if behind else None
    if inside is None:
        return None
    pair = ShortForm(form(inside[1], label), form(inside[0], label))
    return pair if pair.short and pair.long and pair.short != pair.long else None


def targets(
    forms: Iterable[str], pairs: Mapping[ShortForm, int] | Iterable[ShortForm]
) -> dict[str, str]:
    """For each form that is a known short form: the form it stands for.

    A short form with two long ones ("CNN") stands for itself: which one is meant is not known.

    Args:
        forms: all forms of one kind that were found in texts.
        pairs: the short forms that texts define.
    """
    known = set(forms)
    longs: dict[str, Counter[str]] = {}
    for pair in pairs:
        if pair.long in known:
            longs.setdefault(pair.short, Counter())[pair.long] += 1
    return {
        short: next(iter(longs[short]))
        for short in known
        if short in longs and len(longs[short]) == 1
    }


def _pairs(before: str, parts: list[str]) -> Iterable[tuple[str, str]]:
    """Long and short forms that a bracket and the words before it give."""
    for part in parts:
        if _IS_SHORT.match(part):
            long = _long_form(part, before)
            if long:
                yield long, part
            others = [other for other in parts if other != part and len(other) > len(part)]
            for other in others:
                inside = _long_form(part, other)
                if inside:
                    yield inside, part
        elif _IS_SHORT.match(word := before.rsplit(" ", 1)[-1].strip(_EDGES)):
            inside = _long_form(word, part)
            if inside and inside == part:
                yield part, word


def _long_form(short: str, before: str) -> str:
    """The words at the end of `before` whose letters give `short`; "" where none do.

    Every letter of the short form is found from the right, the first of them at the beginning of
    a word.
    """
    letters = [letter.lower() for letter in short.removesuffix("s") if letter.isalnum()]
    if len(letters) < 2:
        return ""
    text = before.lower()
    at = len(text)
    for number in range(len(letters) - 1, -1, -1):
        at = text.rfind(letters[number], 0, at)
        while number == 0 and at > 0 and text[at - 1].isalnum():
            at = text.rfind(letters[number], 0, at)
        if at < 0:
            return ""
    long = before[at:].strip(_EDGES)
    words = _WORD.findall(long)
    enough = len(long) > len(short) and len(words) <= min(len(letters) + 5, len(letters) * 2)
    return long if enough and short.lower() not in map(str.lower, words) else ""


def _split_bracket(text: str) -> tuple[str, str] | None:
    """A name and the short form behind it in brackets."""
    match = _BRACKETS.match(text)
    if match is None:
        return None
    before, inside = match["before"].strip(), match["inside"].strip()
    last = re.split(r"[,;]", inside)[-1].strip()
    if _IS_SHORT.match(last) and (_long_form(last, before) or not before.isascii()):
        return before, last
    return None


def _person(name: str) -> str:
    """Given names first: "Vaswani, Ashish" is "Ashish Vaswani"."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}".strip() if comma else name


def _without_kind(name: str, label: str) -> str:
    """The name without the word for what it is, where what remains is a name."""
    for kind in _KINDS.get(label, ()):
        if name.lower().endswith(kind):
            rest = name[: -len(kind)].rstrip(" -")
            if _PROPER.search(rest):
                return rest
    return name


def _singular(word: str) -> str:
    """A word without the -s of a plural: LSTMs, networks, studies."""
    low = word.lower()
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if len(word) > 3 and word.endswith("s") and word[:-1].isupper():
        return word[:-1]  # LSTMs
    if len(word) < 4 or word.isupper():
        return word
    for ending, instead in _PLURALS:
        if low.endswith(ending):
            return word[: len(word) - len(ending)] + instead
    return word
