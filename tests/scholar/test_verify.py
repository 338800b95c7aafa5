"""What an abstract carries, and what it does not."""

from __future__ import annotations

import pytest

from agents.scholar import verify
from agents.store.library import Work
from tests.scholar.conftest import WordEmbedder

MAMBA = Work(
    1, "mamba", "article", "Mamba: Linear-Time Sequence Modeling", ("Gu, Albert",), "2023", "",
    "Mamba makes the parameters of a state space model depend on the input, so that the model can"
    " select what to remember. It uses no attention and scales linearly in the sequence length."
    " Generation reaches about five times the throughput of Transformers. It was trained on 10,000"
    " documents and reduced the error by 3.1%.",
)  # fmt: skip
WAGE = Work(
    2, "wage", "article", "Minimum Wages and Employment", ("Card, David",), "1994", "",
    "Employment did not fall after the rise of the minimum wage in New Jersey.",
)  # fmt: skip
NURSE = Work(
    3, "nurse", "article", "간호사의 직무 스트레스", ("김영희",), "2020", "",
    "종합병원 간호사 230명을 대상으로 설문 조사를 실시하였다."
    " 직무 스트레스가 높을수록 이직 의도가 높았다.",
)  # fmt: skip
EMPTY = Work(4, "empty", "book", "The State Space", ("Kim, A",), "2001", "", "")
FLASH = Work(
    5, "flash", "article", "FlashAttention", ("Dao, Tri",), "2022", "",
    "The memory of self-attention becomes linear in sequence length although the arithmetic stays"
    " quadratic.",
)  # fmt: skip
WORKS = (MAMBA, WAGE, NURSE, EMPTY, FLASH)


@pytest.fixture
def verifier():
    return verify.Verifier(WORKS, None)


@pytest.mark.parametrize(
    ("text", "work"),
    [
        ("In Mamba, the parameters of the state space model depend on the input.", MAMBA),
        ("Mamba scales linearly with sequence length and uses no attention.", MAMBA),
        ("Its generation throughput is about 5 times that of Transformers.", MAMBA),
        ("Mamba was trained on 10000 documents.", MAMBA),
        ("Gu (2023) lets the model select what to remember, depending on the input.", MAMBA),
        ("A rise of the minimum wage in New Jersey did not make employment fall.", WAGE),
        ("The memory for self-attention grows linearly with the length of the sequence.", FLASH),
        ("직무 스트레스가 높으면 이직 의도도 높다.", NURSE),
        ("간호사 230명에게 설문 조사를 하였다.", NURSE),
    ],
)
def test_paraphrases_are_supported_and_quoted(verifier, text, work):
    verdict = verifier.check(text, work)
    assert verdict.supported, verdict
    assert verdict.evidence
    assert verdict.evidence in work.abstract


@pytest.mark.parametrize(
    ("text", "work", "reason"),
    [
        (
            "Mamba generates about 7 times faster than Transformers.",
            MAMBA,
            "scholar.number_not_found",
        ),
        ("Mamba was trained on 1,000 documents.", MAMBA, "scholar.number_not_found"),
        ("Mamba reduced the error by 31%.", MAMBA, "scholar.number_not_found"),
        (
            "Mamba makes the parameters of a GPT model depend on the input.",
            MAMBA,
            "scholar.name_not_found",
        ),
        (
            "The parameters of a state space model depend on the input of Microsoft.",
            MAMBA,
            "scholar.name_not_found",
        ),
        (
            "Mamba outperforms Transformers in the throughput of generation.",
            MAMBA,
            "scholar.claim_not_found",
        ),
        (
            "Mamba uses attention and scales linearly in the sequence length.",
            MAMBA,
            "scholar.contradicts",
        ),
        (
            "Employment did fall after the rise of the minimum wage in New Jersey.",
            WAGE,
            "scholar.contradicts",
        ),
        (
            "The linear sequence of self-attention becomes quadratic in length.",
            FLASH,
            "scholar.weak_support",
        ),
        ("The memory of self-attention stays quadratic in length.", FLASH, "scholar.weak_support"),
        ("Mamba is a type of snake that lives in the forests of Africa.", MAMBA, None),
        ("The method is simple and easy to use in many useful ways.", MAMBA, "scholar.no_support"),
        ("The minimum wage and employment in New Jersey did not fall.", MAMBA, None),
        ("직무 스트레스가 높을수록 이직 의도가 낮았다.", NURSE, "scholar.contradicts"),
        ("간호사 320명을 대상으로 설문 조사를 실시하였다.", NURSE, "scholar.number_not_found"),
        ("State spaces are introduced.", EMPTY, "scholar.no_abstract"),
    ],
)
def test_what_is_not_there_is_flagged(verifier, text, work, reason):
    verdict = verifier.check(text, work)
    assert not verdict.supported
    assert verdict.reason
    if reason:
        assert verdict.reason == reason


def test_a_sentence_about_another_work_is_flagged(verifier):
    twin = Work(
        9, "twin", "misc", "Wages", (), "1999", "", "Employment and wages in New Jersey rose a lot."
    )
    check = verify.Verifier((WAGE, twin), None)
    verdict = check.check(
        "Employment did not fall after the rise of the minimum wage in New Jersey.", twin
    )
    assert not verdict.supported


def test_across_languages_nothing_is_pretended(verifier):
    korean = "Mamba는 입력에 따라 상태 공간 모델의 매개변수를 바꾼다."
    assert verifier.check(korean, MAMBA).reason == "scholar.not_checkable"
    assert verifier.check("Mamba는 처리량이 9배이다.", MAMBA).reason == "scholar.number_not_found"
    assert verifier.check("BERT는 입력에 따라 달라진다.", MAMBA).reason == "scholar.name_not_found"


def test_across_languages_by_meaning_the_nearest_passage_must_be_the_work_s():
    class Bilingual(WordEmbedder):
        def embed(self, texts, kind, cancel):
            swapped = [
                text.replace("최저임금", "minimum wage").replace("고용", "employment")
                for text in texts
            ]
            return super().embed(swapped, kind, cancel)

    embed = Bilingual()
    from agents.base import CancelToken

    check = verify.Verifier(
        (MAMBA, WAGE), lambda texts: embed.embed(texts, "passage", CancelToken())
    )
    text = "minimum wage 최저임금 고용 고용 효과는 크지 않다."
    assert check.check(text, WAGE).supported
    assert check.check(text, MAMBA).reason


def test_the_author_s_own_words_are_a_quotation():
    evidence = verify.passages(MAMBA.abstract)[0]
    assert verify.copied(evidence, evidence)
    assert verify.copied(
        "It makes the parameters of a state space model depend on the data.", evidence
    )
    assert not verify.copied("The input decides what Mamba's state space keeps.", evidence)
