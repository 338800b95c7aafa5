"""What the model is asked, and the fixed turns of phrase of a draft, in English and Korean.

The one law: a text here carries titles and sentences of abstracts, never a citation key. What the
model may answer is held by the grammar and checked afterwards, so nothing here has to be obeyed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language."""

    system: str
    rewrite: str  # {evidence}
    shorten: str  # the second try: {evidence}
    leads: tuple[str, ...]  # {phrase}; the works that hold the phrase are cited
    quote: str  # {who}, {evidence}
    title_only: str  # {who}, {title}
    and_: str
    et_al: str
    by_year: str  # {who}, {year}
    nobody: str
    heading: str
    both: str  # {phrase}, {clauses}: what two works are compared in
    several: str  # the same of more than two
    between: str  # two clauses of a comparison
    question: str  # {phrase}: what a theme asks its works
    own_heading: str  # of the paragraph on the user's own work


PHRASES = {
    "en": Phrases(
        system=(
            "You write the related-work section of a research paper. You are given a sentence from"
            " the abstract of an earlier work. Rewrite it in other words as one plain sentence in"
            " the third person. Keep its meaning and its numbers. Add nothing."
        ),
        rewrite="{evidence}",  # a small model repeats whatever stands beside it
        shorten="Say the same in fewer words.\n\n{evidence}",
        leads=(
            "Several works address {phrase}",
            "Another line of work concerns {phrase}",
            "A further group of works deals with {phrase}",
            "Other works turn to {phrase}",
        ),
        quote="According to {who}, “{evidence}”",
        title_only="{who} treat this in “{title}”",
        and_=" and ",
        et_al=" et al.",
        by_year="{who} ({year})",
        nobody="one work",
        heading="Related Work",
        both="Both works address {phrase}: {clauses}.",
        several="These works address {phrase}: {clauses}.",
        between=", while ",
        question="What is known about {phrase}?",
        own_heading="This Work",
    ),
    "ko": Phrases(
        system=(
            "당신은 논문의 관련 연구 절을 씁니다. 앞선 연구의 초록에서 뽑은 문장이 주어집니다."
            " 그 문장을 다른 말로 바꾸어 한국어 한 문장으로, '~한다'체로 쓰십시오."
            " 뜻과 숫자를 그대로 지키고 아무것도 덧붙이지 마십시오."
        ),
        rewrite="{evidence}\n\n위 문장을 다른 말로 바꾸어 한국어 한 문장으로 쓰십시오.",
        shorten="다음 문장을 더 짧게 한국어 한 문장으로 쓰십시오.\n\n{evidence}",
        leads=(
            "여러 연구가 ‘{phrase}’ 문제를 다루었다",
            "또 다른 연구들은 ‘{phrase}’에 주목하였다",
            "‘{phrase}’에 관한 연구도 있다",
            "한편 ‘{phrase}’에 관한 연구가 이어졌다",
        ),
        quote="{who}에 따르면 “{evidence}”",
        title_only="{who}의 “{title}”에서도 이 문제를 다룬다",
        and_=" · ",
        et_al=" 외",
        by_year="{who}({year})",
        nobody="한 연구",
        heading="관련 연구",
        both="두 연구 모두 ‘{phrase}’ 문제를 다룬다: {clauses}.",
        several="이 연구들은 모두 ‘{phrase}’ 문제를 다룬다: {clauses}.",
        between="; ",
        question="‘{phrase}’에 관하여 무엇이 알려져 있는가?",
        own_heading="본 연구",
    ),
}

TRANSLATE = {
    "en": "Translate this research topic into English. Write the translation only.\n\n{topic}",
    "ko": "다음 연구 주제를 한국어로 옮기십시오. 번역문만 쓰십시오.\n\n{topic}",
}

NOTE = {
    "en": "Translate this sentence into English. Write one sentence only.\n\n{note}",
    "ko": "다음 문장을 한국어로, '~한다'체로 옮기십시오. 한 문장만 쓰십시오.\n\n{note}",
}

ASK = {
    "en": (
        "Word one research question about “{phrase}” that these papers answer. Write the"
        " question only.\n\n{titles}"
    ),
    "ko": (
        "다음 논문들이 답하는 ‘{phrase}’에 관한 연구 질문 하나를 한국어로 쓰십시오. 질문만"
        " 쓰십시오.\n\n{titles}"
    ),
}
