"""Korean words with what hangs on them: 모델을, 모델에서는 and 모델들의 all hold 모델.

The one law: behind a term stand particles, endings of 이다 or 하다, or nothing; anything else
makes another word of it (모델링). In front of it another noun may stand (언어모델), for the last
part of a Korean compound says what it is.
"""

from __future__ import annotations

import functools
import re

# Longest first where one begins another, so that the search need not go back much. Behind those of
# the first kind another may stand (에서는), behind those of the second none.
_INNER = (
    "으로부터", "에서부터", "로부터", "으로서", "으로써", "에게서", "한테서", "에다가",
    "에서", "에게", "에다", "한테", "으로", "로서", "로써", "께서", "까지", "부터", "마저",
    "조차", "밖에", "처럼", "만큼", "보다", "같이", "마다", "대로", "하고", "이랑", "뿐",
    "랑", "에", "께", "로", "와", "과", "만",
)  # fmt: skip
_LAST = (
    "은커녕", "는커녕", "이라도", "이든지", "이라는", "이라고", "이란", "이라", "이나마",
    "이야말로", "야말로", "이나", "이며", "이여", "라도", "든지", "라는", "라고", "란",
    "라", "나", "며", "은", "는", "이", "가", "을", "를", "의", "도", "야", "아",
)  # fmt: skip
_COPULA = (
    "이었습니다", "였습니다", "이었다", "였다", "입니다", "입니까", "이에요", "예요", "이어서",
    "이지만", "이므로", "이니까", "이라면", "라면", "이면", "이고", "이자", "이다", "이었던",
    "이었으며", "였으며", "인지", "인데", "이지", "일", "인", "임", "다", "고", "지만", "므로",
)  # fmt: skip
# A noun of action becomes a verb (학습하다, 학습된); what follows then is an ending.
_VERB = (
    "(?:하|되|시키|당하)"
    "(?:다|고|는|여|지|며|면|기|게|던|려|자|도록|므로|니|든|거나|였|었|겠|시|십|세|자마자)[가-힣]{0,6}"
    "|(?:한|된|시킨|당한)(?:다|다고|다는|다면|지|데)?|(?:할|될|시킬|당할)(?:지|수록|지라도)?"
    "|(?:함|됨|시킴|당함|하기|되기)(?:[은는이가을를의도과]|에|으로|으로써)?"
    "|(?:해|했|합|돼|됐|됩|시켜|시켰|시킵|당해|당했|당합)(?:서|야|도|다|습|니|던|으|을|지|고|주|요)?[가-힣]{0,5}"
)
_CHAIN = rf"(?:님|들)?(?:{'|'.join(_INNER)}){{0,2}}(?:{'|'.join(_LAST)})?"
_TAIL = re.compile(rf"(?:{_VERB}|{_CHAIN}(?:{'|'.join(_COPULA)})?)(?![가-힣])")
# Behind one syllable an ending makes another word too easily (사고, 책임), except for these.
_SHORT_TAIL = re.compile(rf"(?:입니다|입니까|이었습니다|이에요|{_CHAIN})(?![가-힣])")
_SPACED = 4  # syllables from which a term is also found where it is written in parts

# (after a consonant, after a vowel); 로 also stands after ㄹ.
_FORMS = (
    ("으로", "로"), ("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("이나", "나"),
    ("이랑", "랑"), ("이라", "라"), ("이란", "란"), ("이며", "며"), ("이든", "든"), ("이야", "야"),
)  # fmt: skip
# Forms that also begin or end other words (고양이, 세로, 사과): only the right one counts.
_STRICT = {"이": True, "가": False, "과": True, "와": False, "로": False}
_ALONE = ("이", "가")  # strict only where they are all that follows
_PARTICLE = re.compile("|".join(sorted({f for pair in _FORMS for f in pair}, key=len)[::-1]))

# How letters and digits at the end of a Latin word or number are read, where that is sure.
_READ = {
    **dict.fromkeys("aiouy2459", ""),
    **dict.fromkeys("l178", "ㄹ"),
    **dict.fromkeys("mn036", "ㅇ"),
}


def coda(letter: str) -> str:
    """How a syllable ends: "" with a vowel, "ㄹ", "ㅇ" for any other consonant, "?" unknown."""
    if not "가" <= letter <= "힣":
        return _READ.get(letter.lower(), "?")
    last = (ord(letter) - ord("가")) % 28
    return "" if last == 0 else "ㄹ" if last == 8 else "ㅇ"


def found(term: str, text: str) -> list[tuple[int, int]]:
    """Where a term stands in a text, without what hangs on it; from left to right."""
    return [
        match.span()
        for match in _pattern(term).finditer(text)
        if _ends(text, match.group(), match.end())
    ]


def holds(term: str, text: str) -> bool:
    """Whether a term stands in a text."""
    return bool(found(term, text))


def within(term: str, text: str) -> bool:
    """Whether a term stands in a text, be it as a part of another word (모델 in 모델링)."""
    return _pattern(term).search(text) is not None


def anywhere(term: str, text: str) -> list[tuple[int, int]]:
    """Where a term stands in a text, whatever stands around it."""
    return [match.span() for match in _pattern(term).finditer(text)]


def attached(term: str, tail: str) -> str:
    """What follows a term, its particle in the form that the term asks for: model을 -> 모델을.

    Args:
        term: what stands there now.
        tail: the text behind it.

    Returns:
        The tail, at most its first particle changed.
    """
    kind = coda(term[-1:])
    match = _PARTICLE.match(tail)
    if kind == "?" or match is None or not _TAIL.match(tail):
        return tail
    for closed, open_ in _FORMS:
        if match.group() in (closed, open_):
            vowel = not kind or (closed == "으로" and kind == "ㄹ")
            return (open_ if vowel else closed) + tail[match.end() :]
    return tail


@functools.lru_cache(maxsize=8192)
def _pattern(term: str) -> re.Pattern[str]:
    """The term, however it is spaced."""
    bare = "".join(term.split())
    if " " in term or len(bare) >= _SPACED:
        body = r"\s?".join(map(re.escape, bare))
    else:
        body = re.escape(bare)
    head = ""
    if re.match(r"[^\W_가-힣]", bare):
        head = r"(?<![^\W_가-힣])"
    elif len(bare) == 1:
        head = "(?<![가-힣])"  # one syllable is part of too many words
    return re.compile(head + body, re.IGNORECASE)


def _ends(text: str, term: str, end: int) -> bool:
    """Whether nothing but particles and endings hangs on a term that ends here."""
    if not "가" <= term[-1] <= "힣" and re.match(r"[^\W_가-힣]", text[end : end + 1]):
        return False
    tail = _SHORT_TAIL if len(term) == 1 else _TAIL
    match = tail.match(text, end)
    if match is None:
        return False
    form, kind = match.group(), coda(term[-1])
    first = form[:1]
    if first not in _STRICT or kind == "?" or (first in _ALONE and form != first):
        return True
    return _STRICT[first] == (bool(kind) and not (kind == "ㄹ" and first == "로"))
