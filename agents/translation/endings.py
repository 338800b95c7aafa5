"""Final endings of Korean predicates, exchanged for those of another register.

The one law: where a form could be meant in two ways, nothing is returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from agents.translation.language import word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.events import Register
    from agents.translation.korean import Korean, Token

    Mood = Literal["says", "asks", "bids"]

_TENSE = frozenset({"었", "았", "였", "겠"})
_AFTER_TENSE: dict[tuple[Register, Mood], str] = {
    ("formal", "says"): "습니다",
    ("formal", "asks"): "습니까",
    ("polite", "says"): "어요",
    ("polite", "asks"): "나요",
    ("plain", "says"): "다",
    ("plain", "asks"): "는가",
}
_COPULA: dict[tuple[Register, Mood], str] = {
    ("formal", "says"): "입니다",
    ("formal", "asks"): "입니까",
    ("polite", "says"): "이에요",
    ("polite", "asks"): "인가요",
    ("plain", "says"): "이다",
    ("plain", "asks"): "인가",
}
_NOT_BEING: dict[tuple[Register, Mood], str] = {
    ("formal", "says"): "아닙니다",
    ("formal", "asks"): "아닙니까",
    ("polite", "says"): "아니에요",
    ("polite", "asks"): "아닌가요",
    ("plain", "says"): "아니다",
    ("plain", "asks"): "아닌가",
}
_STATES = word_set("있 없 싶")  # 있는다 is never meant
_TWO_WAYS = word_set("맞 크 늦 밝 굳 붉 길 낫 보 하")  # verb and adjective, or an auxiliary of both
_AUXILIARY = word_set("주 지 오 가 버리 놓 두 내 나 대")  # of verbs only
_NEGATIONS = word_set("않 못하")


def rewritten(  # noqa: PLR0911 - a way out for each doubt
    text: str,
    tokens: Sequence[Token],
    at: int,
    wanted: Register,
    mood: Mood,
    korean: Korean,
) -> tuple[int, int, str] | None:
    """What to put where for the ending `tokens[at]`; None where rules do not suffice."""
    ending = tokens[at]
    if at == 0 or ending.tag != "EF" or not _regular(ending.form):
        return None
    before, end = tokens[at - 1], ending.start + ending.len
    if before.tag == "EP" and before.form in _TENSE:
        words = _AFTER_TENSE.get((wanted, mood))
        return None if words is None else (before.start + before.len, end, words)
    if before.tag in {"VCP", "VCN"}:
        return _copula(text, tokens, at, wanted, mood)
    stem = at - 2 if before.tag == "EP" and before.form == "시" else at - 1
    if stem < 0 or not tokens[stem].tag.startswith(("VV", "VA", "VX", "XSV", "XSA")):
        return None
    honoured = stem != at - 1
    morphemes = _predicate(tokens, stem, wanted, mood, honoured=honoured)
    if morphemes is None:
        return None
    if mood == "bids" and any(token.form in {"께서", "님"} for token in tokens[:stem]):
        return None  # 선생님께서 오세요 tells, it does not bid
    made = korean.joined((tokens[stem].form, tokens[stem].tag), *morphemes)
    return tokens[stem].start, end, made


def _regular(form: str) -> bool:
    """Whether an ending says nothing but its register (네요 is surprise, 거든요 a reason)."""
    return form.endswith(("니다", "니까", "ᆸ시오")) or form in word_set(
        "어요 아요 여요 에요 예요 세요 으세요 나요 ᆫ가요 은가요 는가요 다 ᆫ다 는다 는가 ᆫ가 은가"
    )


def _copula(
    text: str, tokens: Sequence[Token], at: int, wanted: Register, mood: Mood
) -> tuple[int, int, str] | None:
    being, ending = tokens[at - 1], tokens[at]
    end = ending.start + ending.len
    if being.tag == "VCN":
        words = _NOT_BEING.get((wanted, mood))
        return None if words is None else (being.start, end, words)
    noun_end = tokens[at - 2].start + tokens[at - 2].len if at > 1 else 0
    words = _COPULA.get((wanted, mood))
    if words is None or being.start != noun_end or ending.start < noun_end:
        return None
    if (wanted, mood) == ("polite", "says"):
        last = text[noun_end - 1]
        if not "가" <= last <= "힣":
            return None  # how a number or a Latin word is read aloud is not known
        words = "이에요" if (ord(last) - ord("가")) % 28 else "예요"
    return noun_end, end, words


def _predicate(  # noqa: PLR0911 - a form is a line
    tokens: Sequence[Token], stem: int, wanted: Register, mood: Mood, *, honoured: bool
) -> tuple[tuple[str, str], ...] | None:
    """The morphemes that follow the stem."""
    form = tokens[stem].form
    honour = (("시", "EP"),) if honoured else ()
    if mood == "bids":
        if wanted == "formal":
            return (("시", "EP"), ("ᆸ시오", "EF"))
        return (("세요", "EF"),) if wanted == "polite" else None
    if wanted == "formal":
        return (*honour, ("ᆸ니다" if mood == "says" else "ᆸ니까", "EF"))
    if wanted == "polite" and mood == "says":
        return (("세요", "EF"),) if honoured else (("어요", "EF"),)
    verb = _is_verb(tokens, stem)
    if verb is None:
        return None
    state = form in _STATES and not honoured
    if wanted == "polite":
        return (*honour, ("나요" if verb or state else "ᆫ가요", "EF"))
    if mood == "asks":
        return (*honour, ("는가" if verb or state else "ᆫ가", "EF"))
    return (*honour, ("ᆫ다" if verb else "다", "EF"))


def _is_verb(tokens: Sequence[Token], stem: int) -> bool | None:  # noqa: PLR0911 - a kind is a line
    """Whether the predicate takes the endings of a verb; None where that is not certain."""
    token = tokens[stem]
    before = tokens[stem - 1] if stem else None
    if token.form in _STATES:
        return False
    if token.form in _NEGATIONS and before is not None and before.form.endswith("지"):
        return _is_verb(tokens, stem - 2) if stem >= 2 and _predicative(tokens[stem - 2]) else None
    if token.tag == "VX":
        if token.form == "하":
            must = before is not None and before.form in {"어야", "아야", "여야"}
            return True if must else None
        return True if token.form in _AUXILIARY else None
    if token.tag in {"XSV", "XSA"}:
        return token.tag == "XSV"
    if token.form in _TWO_WAYS and token.form != "하":
        return None
    return token.tag.startswith("VV")


def _predicative(token: Token) -> bool:
    return token.tag.startswith(("VV", "VA", "VX", "XSV", "XSA"))
