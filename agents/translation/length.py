"""How much of a source is in its translation, by length and by words that carry meaning.

The one law: one measure alone is noise. Letters and content words are counted on both sides,
their errors have little to do with each other, and only what both together say counts.

How likely the second half of a sentence is missing is a logistic regression on the logarithms of
the four counts and on how the answer ends (`_odds`). It was fitted to whole translations and to
the same ones broken off after 35 to 60 % of their words with a full stop behind, singly and two
and three at a time: the 350 tuning pairs of `moadesk eval guards` and the 135 pairs of the tests
and of the alignment samples, which are shorter and freer. Each half fitted, the other half read:
into English 2.3 % of such cuts are missed and no whole translation of the tuning pairs is called
cut (2 % of the freer ones, all of them shorter than eight words); into Korean, whose ends say
more, 0.0 % and none.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

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

# Log odds from which the second half is not there, or is not and took a number with it.
CUT: dict[Language, float] = {"ko": 0.5, "en": 1.5}
CUT_WITH_NUMBER = -2.5
KEPT = 3.0  # more where all numbers and addresses of the source are there: nothing of them is lost
_SHORT, _SLOPE = 55.0, 0.3  # more is asked of a shorter source: a word more says less there
_BASE: dict[Language, float] = {"ko": -2.66, "en": -2.79}
# Of the logarithms of Korean and English content words and letters, then of an end that is rarely
# one and of one that is none.
_WEIGHTS: dict[Language, tuple[float, ...]] = {
    "ko": (-8.22, 11.82, -13.57, 10.33, 0.0, 10.94),
    "en": (13.04, -14.19, 11.24, -11.3, 0.13, 3.46),
}
LABEL = 0.5  # fullness below which a heading or label is cut: they vary more
HALF = 0.89  # below: a sentence less, or an end that is rarely one, is a cut
OPEN = 0.95  # below: an end that is none is a cut
LONG = 1.6  # above: more than a translation
LONG_SHORT = 2.0  # the same where both are short
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
    "spring morning evening building thing something nothing anything everything king string ring"
    " shipping training meeting engineering computing marketing manufacturing printing learning"
    " processing programming reasoning banking housing clothing funding hearing writing reading"
    " painting testing planning understanding parking heating lighting wiring packaging mining"
    " farming fishing shopping nursing advertising accounting gaming cleaning monitoring beginning"
    " ending family supply assembly reply italy july early daily weekly monthly friendly"
    " anomaly monopoly"
)
# With these it rarely does.
_WEAK_END = word_set(
    "based two three four five six seven eight nine ten own other another used using known called"
    " many several different various certain new high human first main same only so"
)
_KOREAN_ENDS = tuple("다요까오라자죠지네군니세냐나")  # of the final endings, the last syllable
_STOP_AT_END = re.compile(r"[.!?。][\"'”’)\]»」』]*$")
_REMARK = re.compile(r"(?:\s*[(\[][^()\[\]]*[)\]])+[.!?。]*$")
_STOPPED = re.compile(r"[.!?。…:;][\"'”’)\]»」』]*$")
_MARK_AT_END = re.compile(rf"(?:{URL.pattern}|{PLACEHOLDER.pattern})\W*$")
# "Red, white." is a list that goes on; so may "..., however." end.
_LISTED = re.compile(r",\s[^\W\d_]+\.$")
_AFTER_COMMA = word_set("too however though etc please respectively indeed instead sir madam")
# Their length says nothing: 4,500,000,000 is 45억 and 4.5 billion.
_NUMBER = re.compile(
    r"\d(?:[\d,.:]*\d)?"
    r"(?:(?:st|nd|rd|th|s)\b|\s?(?:hundred|thousand|[mbtr]+illion)\b|[십백천만억조]+)?"
)
# What an ending says about its reader, not about the matter: 늘었습니다 is 늘었다.
_POLITE = re.compile(r"(?:습니다|니다|이에요|예요|어요|아요|다|요)(?=[.?!]|$)")
_SENTENCE = re.compile(r"(?<=[\w)\"”'’]{2})[.!?]+[\"'”’)]*(?=\s+[\"“'‘(]?[A-Z0-9가-힣]|\s*$)")
_WORD_AT_END = re.compile(r"([^\W\d_]+)[^\w]*$")


End = Literal["", "often", "always"]  # how often an answer that ends so is broken off


@dataclass(frozen=True, slots=True)
class Measure:
    """What was counted."""

    fullness: float  # 1: as long as its source lets expect
    odds: float  # log odds that the second half is missing, above `CUT` it is
    cut: bool
    off: bool


def measure(source: str, target: str, goal: Language, korean: Korean) -> Measure:
    """Count both sides, without addresses, placeholders and numbers."""
    own, there = _words(source), _words(target)
    tokens = korean.tokens(there if goal == "ko" else own)
    counts = _counted(own, there, goal, tokens)
    full = _fullness(counts, goal)
    if goal == "ko":
        open_, weak = _korean_end(_before_brackets(there, tokens)), False
    else:
        open_, weak = _english_end(target)
    odds = _odds(counts, goal, open_, weak)
    size = _size(own)
    limit = CUT[goal] + _SLOPE * max(0.0, _SHORT - size) + KEPT * _keeps(source, target)
    if not _STOP_AT_END.search(source):
        cut = full < LABEL
    elif full < HALF and _sentences(target) < _sentences(source):
        cut = True  # a sentence is missing
    elif not _STOPPED.search(target) and open_:
        cut = True  # nothing ends there, as where a limit broke it off
    else:
        rare = (open_ and full < OPEN) or (weak and full < HALF)
        cut = open_ == "always" or rare or odds > limit
    off = full > (LONG if max(size, _size(there)) >= _SHORT else LONG_SHORT) or full < LABEL
    more = _sentences(target) > _sentences(source) and full > MORE
    return Measure(full, odds, cut and size >= _LEAST, off or more)


def _keeps(source: str, target: str) -> bool:
    """Whether there are numbers, addresses or placeholders, and as many as in the source."""
    own, there = (
        sum(len(pattern.findall(text)) for pattern in (URL, PLACEHOLDER, _NUMBER))
        for text in (source, target)
    )
    return 0 < own <= there


def _words(text: str) -> str:
    return _NUMBER.sub(" ", PLACEHOLDER.sub(" ", URL.sub(" ", text)))


def _counted(
    source: str, target: str, goal: Language, tokens: Sequence[Token]
) -> tuple[int, int, float, float]:
    """Korean and English words that carry meaning, then the letters of both."""
    words = sum(token.tag in _CONTENT and token.form not in _LIGHT for token in tokens)
    korean, english = (target, source) if goal == "ko" else (source, target)
    others = sum(word not in _STOP for word in _ENGLISH.findall(english.lower()))
    return words, others, _size(korean), _size(english)


def _logs(counts: tuple[int, int, float, float]) -> tuple[float, float, float, float]:
    korean, english, syllables, letters = counts
    return (
        math.log(korean + _WORDS),
        math.log(english + _WORDS),
        math.log(syllables + _ROOM),
        math.log(letters + _ROOM),
    )


def _fullness(counts: tuple[int, int, float, float], goal: Language) -> float:
    """How long the target is against what is expected: 1 is the average, 0.5 half of that."""
    korean, english, syllables, letters = _logs(counts)
    ratio = (korean - english + syllables - letters) / 2
    return math.exp(ratio if goal == "ko" else -ratio)


def _odds(counts: tuple[int, int, float, float], goal: Language, open_: End, weak: bool) -> float:  # noqa: FBT001 - a measure like the others
    """The log odds that the second half is missing."""
    facts = (*_logs(counts), float(weak or bool(open_)), float(bool(open_)))
    return _BASE[goal] + sum(a * b for a, b in zip(_WEIGHTS[goal], facts, strict=True))


def _size(text: str) -> float:
    text = _POLITE.sub("", text)
    korean = language.hangul(text)
    return _HANGUL * korean + sum(not letter.isspace() for letter in text) - korean


def _before_brackets(text: str, tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without a remark in brackets at the end: 증가했다(표 3)."""
    found = _REMARK.search(text)
    return [token for token in tokens if token.start < found.start()] if found else tokens


def _korean_end(tokens: Sequence[Token]) -> End:
    """Whether Korean does not end as a sentence does, with a final ending or a noun of a verb."""
    rest = [token for token in tokens if not token.tag.startswith("S") or token.tag == "SL"]
    if not rest:
        return ""
    last = rest[-1]
    if last.tag.startswith("E") and last.form.endswith(("니다", "니까")):
        return ""  # before a remark in brackets the analyser does not see an end
    if last.tag.startswith(("J", "EC", "ETM", "MA", "MM")):
        return "always"  # a particle, or an ending after which something comes
    closed = last.tag == "ETN" and last.form != "기"
    if last.tag == "EF":
        closed = last.form.endswith(_KOREAN_ENDS)
    return "" if closed else "often"


def _english_end(target: str) -> tuple[End, bool]:
    """Whether English has no end or a word there after which something comes; a word that is rare.

    What an address or a placeholder ends with may have no full stop, so that it is not part of it.
    """
    found = _WORD_AT_END.search(target)
    last = found.group(1).lower() if found else ""
    unstopped = not _STOPPED.search(target) and not _MARK_AT_END.search(target)
    listed = _LISTED.search(target)
    if last in _NO_END or unstopped or (listed and last not in _AFTER_COMMA):
        return "often", False
    return "", (last.endswith(("ing", "ly")) and last not in _NOUNS) or last in _WEAK_END


def _sentences(text: str) -> int:
    return max(1, len(_SENTENCE.findall(text)))
