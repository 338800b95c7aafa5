"""How much of a source is in its translation, by length and by words that carry meaning.

The one law: one measure alone is noise. Letters and content words are counted on both sides,
their errors have little to do with each other, and only what both together say counts.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.translation import language
from agents.translation.language import PLACEHOLDER, URL, word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.events import Language
    from agents.translation.korean import Korean, Token

_HANGUL = 2.6  # letters of English that say what one Hangul syllable says
_ROOM = 8.0  # letters that short texts may have more or less
_WORDS = 3.0  # and content words
_LEAST = 24.0  # letters of a source from which its end can be missed

# Below: the second half is not there, whatever the end looks like. Korean shows a cut by its end,
# so less is left to this; what is short varies more.
SHORT: dict[Language, tuple[float, float]] = {"ko": (0.55, 0.66), "en": (0.62, 0.79)}
_FROM, _TO = 40.0, 90.0  # letters of the source between which it goes from one to the other
LABEL = 0.5  # the same of what is no sentence: headings and labels vary more
HALF = 0.89  # below: a sentence less, or an end that is rarely one, is a cut
OPEN = 0.95  # below: an end that is none is a cut
LONG = 1.6  # above: more than a translation
MORE = 1.22  # above, with more sentences than the source: something was added

_CONTENT = word_set("NNG NNP NNB NR VV VA MAG XR SL SH")
_LIGHT = word_set(
    "하 되 것 수 있 않 데 등 때문 바 줄 때 이 그 년 월 일"
)  # Korean words that English has no word for
_ENGLISH = re.compile(r"[^\W_]+")
_STOP = word_set(
    "the a an of and to in is are was were be been for on with by at from as that which this these"
    " those it its or not often has have had can will would may about into their his her our your"
    " there also more most such between through january february march april june july august"
    " september october november december"
)
# An English sentence does not end with these.
_NO_END = word_set(
    "the a an of and or to in on with by from for as at into than that which who whose where"
    " is are was were be its their his her our your my this these those both between among such"
    " very most including because although while if when but not can may will would should"
    " could must has have had during about through under over any some each every no"
)
_NOUNS = word_set(
    "spring morning evening building thing something nothing anything everything king"
)
# With these it rarely does.
_WEAK_END = word_set(
    "based two three four five six seven eight nine ten own other another used using known called"
    " many several different various certain new high human first main same only so"
)
_KOREAN_ENDS = tuple("다요까오라자죠지네군니세냐나")  # of the final endings, the last syllable
_STOP_AT_END = re.compile(r"[.!?。][\"'”’)\]»」』]*$")
_REMARK = re.compile(r"(?:\s*[(\[][^()\[\]]*[)\]])+[.!?。]*$")
_END = re.compile(r"[.!?。…:;][\"'”’)\]»」』]*$")
# Their length says nothing: 4,500,000,000 is 45억 and 4.5 billion.
_NUMBER = re.compile(
    r"\d(?:[\d,.:]*\d)?"
    r"(?:(?:st|nd|rd|th|s)\b|\s?(?:hundred|thousand|[mbtr]+illion)\b|[십백천만억조]+)?"
)
# What an ending says about its reader, not about the matter: 늘었습니다 is 늘었다.
_POLITE = re.compile(r"(?:습니다|니다|이에요|예요|어요|아요|다|요)(?=[.?!]|$)")
_SENTENCE = re.compile(r"(?<=[\w)\"”'’]{2})[.!?]+[\"'”’)]*(?=\s+[\"“'‘(]?[A-Z0-9가-힣]|\s*$)")
_WORD_AT_END = re.compile(r"([^\W\d_]+)[^\w]*$")


@dataclass(frozen=True, slots=True)
class Measure:
    """What was counted."""

    fullness: float  # 1: as long as its source lets expect
    cut: bool
    off: bool


def measure(source: str, target: str, goal: Language, korean: Korean) -> Measure:
    """Count both sides, without addresses, placeholders and numbers."""
    own, there = _words(source), _words(target)
    tokens = korean.tokens(there if goal == "ko" else own)
    full = fullness(own, there, goal, tokens)
    if goal == "ko":
        unfinished = _open_korean(_before_brackets(there, tokens), full)
    else:
        unfinished = _open_english(target, full)
    size = _size(own)
    least = LABEL
    if _STOP_AT_END.search(source):
        low, high = SHORT[goal]
        least = low + (high - low) * min(1.0, max(0.0, (size - _FROM) / (_TO - _FROM)))
    cut = size >= _LEAST and (full < least or _ends_early(source, target, full, unfinished))
    off = full > LONG or full < LABEL
    more = _sentences(target) > _sentences(source) and full > MORE
    return Measure(full, cut, off or more)


def _words(text: str) -> str:
    return _NUMBER.sub(" ", PLACEHOLDER.sub(" ", URL.sub(" ", text)))


def fullness(source: str, target: str, goal: Language, tokens: Sequence[Token]) -> float:
    """How long `target` is against what is expected: 1 is the average, 0.5 half of that."""
    words = sum(token.tag in _CONTENT and token.form not in _LIGHT for token in tokens)
    english = sum(
        word not in _STOP for word in _ENGLISH.findall((source if goal == "ko" else target).lower())
    )
    there, here = (words, english) if goal == "ko" else (english, words)
    by_words = math.log((there + _WORDS) / (here + _WORDS))
    by_size = math.log((_size(target) + _ROOM) / (_size(source) + _ROOM))
    return math.exp((by_words + by_size) / 2)


def _size(text: str) -> float:
    text = _POLITE.sub("", text)
    korean = language.hangul(text)
    return _HANGUL * korean + sum(not letter.isspace() for letter in text) - korean


def _ends_early(source: str, target: str, full: float, unfinished: bool) -> bool:  # noqa: FBT001 - a measure like the others
    """Whether a sentence is missing, or the end of the last one."""
    if full < HALF and _sentences(target) < _sentences(source):
        return True
    return unfinished and bool(_STOP_AT_END.search(source))


def _before_brackets(text: str, tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without a remark in brackets at the end: 증가했다(표 3)."""
    found = _REMARK.search(text)
    return [token for token in tokens if token.start < found.start()] if found else tokens


def _open_korean(tokens: Sequence[Token], full: float) -> bool:
    """Whether Korean does not end as a sentence does, with a final ending or a noun of a verb."""
    rest = [token for token in tokens if not token.tag.startswith("S") or token.tag == "SL"]
    if not rest:
        return False
    last = rest[-1]
    if last.tag.startswith("E") and last.form.endswith(("니다", "니까")):
        return False  # before a remark in brackets the analyser does not see an end
    if last.tag.startswith(("J", "EC", "ETM", "MA", "MM")):
        return True  # a particle, or an ending after which something comes
    closed = last.tag == "ETN" and last.form != "기"
    if last.tag == "EF":
        closed = last.form.endswith(_KOREAN_ENDS)
    return not closed and full < OPEN


def _open_english(target: str, full: float) -> bool:
    """Whether English has no end, or ends with a word after which something comes."""
    if full >= OPEN:
        return False
    found = _WORD_AT_END.search(target)
    last = found.group(1).lower() if found else ""
    if not _END.search(target) or last in _NO_END:
        return True
    weak = last.endswith(("ing", "ly")) and last not in _NOUNS
    return full < HALF and (weak or last in _WEAK_END)


def _sentences(text: str) -> int:
    return max(1, len(_SENTENCE.findall(text)))
