"""Numbers that are written as words, in English and Korean.

The one law: a word is a witness, never an accuser. It may answer for a number that is written in
digits on the other side; that it has no partner itself means nothing.
"""

from __future__ import annotations

import re
from fractions import Fraction

from agents.translation.language import word_set

_CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
    " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_ONES = {
    word: number for words in (_CARDINALS, _ORDINALS) for number, word in enumerate(words.split())
}
_TENS = {
    word: 10 * number
    for words in (
        "twenty thirty forty fifty sixty seventy eighty ninety",
        "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth",
        "twenties thirties forties fifties sixties seventies eighties nineties",
    )
    for number, word in enumerate(words.split(), start=2)
}
_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
# What else stands for a number, alone: "a dozen" is 12, "twice" is 두 번 or 2배.
_OTHER: dict[str, tuple[int | Fraction, ...]] = {
    **dict.fromkeys(word_set("a an each per every one once single annual annually yearly"), (1,)),
    **dict.fromkeys(word_set("daily monthly weekly hourly primary initial"), (1,)),
    **dict.fromkeys(word_set("twice double doubled doubles dual both pair pairs couple"), (2,)),
    **dict.fromkeys(word_set("secondary halves bilateral"), (2,)),
    **dict.fromkeys(word_set("triple tripled thrice tertiary thirds trilateral"), (3,)),
    **dict.fromkeys(word_set("quadruple fourths quarters"), (4,)),
    **dict.fromkeys(word_set("fifths"), (5,)),
    "half": (2, Fraction(1, 2), 30, 50),
    "quarter": (4, 3, 15, 25),
    "quarterly": (4, 3),
    "dozen": (12,),
    "decade": (10,),
    "decades": (10,),
    "century": (100,),
    "centuries": (100,),
    "millennium": (1000,),
    "millennia": (1000,),
    "week": (7, 1),
    "fortnight": (2, 14),
    "teenager": (10,),
    "teenagers": (10,),
    "teens": (10,),
    "noon": (12,),
    "midnight": (12, 0),
    "none": (0,),
    "no": (0,),
}
_UNITS = {"dozen": 12, "decade": 10, "decades": 10, "century": 100, "centuries": 100}
_WORD = re.compile(r"[a-z]+")
_ROMAN = re.compile(r"\b[IVX]{1,5}\b")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}

_COUNTER = (
    "가지|개|명|번|사람|차례|배|달|시|살|마리|권|대|곳|쪽|편|장|잔|주|측|나라|도시|아이|부분|종류"
    "|단계|층|그루|채|척|자루|켤레|팀|건|분|차원|해|세기|년|월|일|째|종|줄|점|군데|방향|사이|끼|병"
)
_NATIVE_ONES = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "넷": 4, "네": 4, "넉": 4,
    "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
}  # fmt: skip
_NATIVE_TENS = {
    "열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70,
    "여든": 80, "아흔": 90,
}  # fmt: skip
_NATIVE = re.compile(
    rf"(?<![가-힣])({'|'.join(_NATIVE_TENS)})?({'|'.join(_NATIVE_ONES)})?(?:\s?(?:{_COUNTER})|(?=\s))"
)
_PLAIN = re.compile(r"(?<![가-힣])(하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|열)(?![가-힣]{3})")
_SINO = {
    "영": 0, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9,
}  # fmt: skip
_SMALL = {"십": 10, "백": 100, "천": 1000}
_LARGE = {"만": 10**4, "억": 10**8, "조": 10**12}
_SINO_RUN = re.compile(
    rf"(?<![가-힣])(?:[수몇약제]\s?)?([{''.join(_SINO)}{''.join(_SMALL)}{''.join(_LARGE)}]+)"
    rf"(?=$|[^가-힣]|{_COUNTER}|퍼센트|프로|원|달러|등|위|급|호|회|학년|인|각|중|진|분의|여|차|주|초|대)"
)
_KOREAN_OTHER: dict[str, tuple[int | Fraction, ...]] = {
    "첫": (1,),
    "단일": (1,),
    # Two numbers that stand for "some": 두세 시간 is 2 to 3 hours.
    "한두": (1, 2), "두세": (2, 3), "두서너": (2, 3, 4), "서너": (3, 4), "네댓": (4, 5),
    "대여섯": (5, 6), "예닐곱": (6, 7), "일고여덟": (7, 8), "일이": (1, 2), "이삼": (2, 3),
    "삼사": (3, 4), "사오": (4, 5), "오륙": (5, 6), "육칠": (6, 7), "칠팔": (7, 8), "팔구": (8, 9),
    "하루": (1,),
    "매": (1,),
    "당": (1,),
    "이틀": (2,),
    "사흘": (3,),
    "나흘": (4,),
    "열흘": (10,),
    "보름": (15,),
    "양쪽": (2,),
    "쌍": (2,),
    "절반": (Fraction(1, 2), 2, 50),
    "반": (Fraction(1, 2), 30),
    "일주일": (1, 7),
    "자정": (0, 12),
    "정오": (12,),
    "없": (0,),
    "다스": (12,),
}  # fmt: skip


def values(text: str) -> frozenset[Fraction]:
    """Everything that the words of `text` may stand for."""
    found: set[Fraction] = set()
    _english(text, found)
    _korean(text, found)
    return frozenset(found)


def _english(text: str, found: set[Fraction]) -> None:
    words = _WORD.findall(text.lower())
    at = 0
    while at < len(words):
        word = words[at]
        found.update(Fraction(value) for value in _OTHER.get(word, ()))
        if word in _ONES or word in _TENS or word.rstrip("s") in _SCALES or word == "half":
            at = _spelled(words, at, found)
        else:
            at += 1
    for match in _ROMAN.finditer(text):
        found.add(Fraction(_roman(match.group())))


def _spelled(words: list[str], at: int, found: set[Fraction]) -> int:
    """Read a number from `words[at]` on; returns where it ends."""
    total = section = Fraction(0)
    begin = at
    while at < len(words):
        word = words[at]
        scale = _SCALES.get(word.rstrip("s"))
        if scale == 100:
            section = (section or 1) * 100
        elif scale:
            total, section = total + (section or 1) * scale, Fraction(0)
        elif word in _UNITS and at > begin:
            found.add((total + section) * _UNITS[word])
        elif word in _TENS:
            section += _TENS[word]
        elif word in _ONES:
            found.add(Fraction(_ONES[word]))
            section += _ONES[word]
        elif word == "half" and at == begin:
            section = Fraction(1, 2)
            at += words[at + 1 : at + 2] in (["a"], ["an"])
        elif word != "and" or at == begin:
            break
        at += 1
    found.add(total + section)
    return max(at, begin + 1)


def _roman(text: str) -> int:
    total = last = 0
    for letter in reversed(text):
        value = _ROMAN_VALUES[letter]
        total += -value if value < last else value
        last = max(last, value)
    return total


def _korean(text: str, found: set[Fraction]) -> None:
    for match in _NATIVE.finditer(text):
        tens, ones = match.groups()
        if tens or ones:
            found.add(Fraction(_NATIVE_TENS.get(tens, 0) + _NATIVE_ONES.get(ones, 0)))
    for match in _PLAIN.finditer(text):
        word = match.group(1)
        found.add(Fraction(_NATIVE_ONES.get(word, 10)))
    for match in _SINO_RUN.finditer(text):
        found.add(_sino(match.group(1)))
    for word, meant in _KOREAN_OTHER.items():
        if word in text:
            found.update(Fraction(value) for value in meant)


def _sino(text: str) -> Fraction:
    total = section = digit = 0
    for letter in text:
        if letter in _SINO:
            digit = digit * 10 + _SINO[letter]
        elif letter in _SMALL:
            section, digit = section + (digit or 1) * _SMALL[letter], 0
        else:
            total, section, digit = total + (section + digit or 1) * _LARGE[letter], 0, 0
    return Fraction(total + section + digit)
