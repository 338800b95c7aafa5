"""How Korean sentences speak, and what rules can put right."""

from __future__ import annotations

import pytest

from agents.translation import register

# formal, polite, plain of the same sentence
FORMS = [
    ("고양이가 잡니다.", "고양이가 자요.", "고양이가 잔다."),
    ("우리는 데이터를 수집했습니다.", "우리는 데이터를 수집했어요.", "우리는 데이터를 수집했다."),
    ("이 방법은 매우 효과적입니다.", "이 방법은 매우 효과적이에요.", "이 방법은 매우 효과적이다."),
    ("그는 의사입니다.", "그는 의사예요.", "그는 의사이다."),
    ("그것은 사실이 아닙니다.", "그것은 사실이 아니에요.", "그것은 사실이 아니다."),
    ("그는 매일 학교에 갑니다.", "그는 매일 학교에 가요.", "그는 매일 학교에 간다."),
    (
        "시장은 빠르게 성장하고 있습니다.",
        "시장은 빠르게 성장하고 있어요.",
        "시장은 빠르게 성장하고 있다.",
    ),
    (
        "우리는 결과를 확인해야 합니다.",
        "우리는 결과를 확인해야 해요.",
        "우리는 결과를 확인해야 한다.",
    ),
    ("이 값은 필요하지 않습니다.", "이 값은 필요하지 않아요.", "이 값은 필요하지 않다."),
    ("그는 고기를 먹지 않습니다.", "그는 고기를 먹지 않아요.", "그는 고기를 먹지 않는다."),
    ("사람들은 산에 삽니다.", "사람들은 산에 살아요.", "사람들은 산에 산다."),
    ("그는 노래를 듣습니다.", "그는 노래를 들어요.", "그는 노래를 듣는다."),
    ("날씨가 춥습니다.", "날씨가 추워요.", "날씨가 춥다."),
    ("저는 그를 돕습니다.", "저는 그를 도와요.", "저는 그를 돕는다."),
    ("물이 흐릅니다.", "물이 흘러요.", "물이 흐른다."),
    ("이 문제는 중요합니다.", "이 문제는 중요해요.", "이 문제는 중요하다."),
    ("문이 열립니다.", "문이 열려요.", "문이 열린다."),
    ("그 나라는 섬입니다.", "그 나라는 섬이에요.", "그 나라는 섬이다."),
    ("결과는 다음과 같습니다.", "결과는 다음과 같아요.", "결과는 다음과 같다."),
    (
        "실험은 2024년에 시작되었습니다.",
        "실험은 2024년에 시작되었어요.",
        "실험은 2024년에 시작되었다.",
    ),
    (
        "다음 주에 보고서를 내겠습니다.",
        "다음 주에 보고서를 내겠어요.",
        "다음 주에 보고서를 내겠다.",
    ),
    ("왜 그렇게 합니까?", "왜 그렇게 하나요?", "왜 그렇게 하는가?"),
]
NAMES = ("formal", "polite", "plain")
CASES = [
    (row[own], row[wanted], NAMES[own], NAMES[wanted])
    for row in FORMS
    for own in range(3)
    for wanted in range(3)
]
NONE = [
    "연구 결과 요약",
    "데이터 수집을 완료함.",
    "오류가 발생하지 않음",
    "서론",
    "3.2 실험 방법",
    "보고서 제출, 예산 승인",
    "갈까요?",
    "감사합니다.",
    "2024년 3월 5일",
    "",
]


@pytest.mark.parametrize(("text", "_made", "own", "_wanted"), CASES)
def test_the_register_of_a_sentence_is_told(korean, text, _made, own, _wanted):
    assert [one.register for one in register.found(text, korean.tokens(text))] == [own]


@pytest.mark.parametrize(("text", "made", "_own", "wanted"), CASES)
def test_an_ending_is_rewritten_and_nothing_else(korean, text, made, _own, wanted):
    assert register.fixed(text, wanted, korean) == made
    assert not register.differs(made, wanted, korean)


@pytest.mark.parametrize("text", NONE)
@pytest.mark.parametrize("wanted", NAMES)
def test_what_has_no_register_is_left_alone(korean, text, wanted):
    assert not register.differs(text, wanted, korean)
    assert register.fixed(text, wanted, korean) == text


@pytest.mark.parametrize(
    ("text", "wanted", "made"),
    [
        ("자세한 내용은 보고서를 보십시오.", "polite", "자세한 내용은 보고서를 보세요."),
        ("도서관에서는 소음을 줄여 주세요.", "formal", "도서관에서는 소음을 줄여 주십시오."),
        ("버튼을 누르세요.", "formal", "버튼을 누르십시오."),
        ("환율은 얼마인가요?", "formal", "환율은 얼마입니까?"),
        ("어디서 찾을 수 있나요?", "formal", "어디서 찾을 수 있습니까?"),
        ("그는 똑똑합니다. 그는 빨리 달린다.", "plain", "그는 똑똑하다. 그는 빨리 달린다."),
        ("그는 “나는 간다”라고 말했습니다.", "polite", "그는 “나는 간다”라고 말했어요."),
    ],
)
def test_requests_questions_and_more_than_one_sentence(korean, text, wanted, made):
    assert register.fixed(text, wanted, korean) == made


def test_a_request_has_no_form_of_its_own_in_plain_writing(korean):
    assert not register.differs("보고서를 보십시오.", "plain", korean)
    assert register.fixed("보고서를 보십시오.", "plain", korean) == "보고서를 보십시오."


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("참 좋네요.", "formal"),  # surprise has no formal ending
        ("선생님께서 오세요.", "formal"),  # tells or bids?
        ("제 이름은 Kim이다.", "polite"),  # how Latin letters are read is not known
    ],
)
def test_where_rules_do_not_suffice_it_is_flagged(korean, text, wanted):
    assert register.fixed(text, wanted, korean) == text
    assert register.differs(text, wanted, korean)


@pytest.mark.parametrize("text", ['"나는 간다."', "“학교에 가요.”", "(그는 의사이다.)"])
def test_quoted_speech_is_not_touched(korean, text):
    assert register.fixed(text, "formal", korean) == text
    assert not register.differs(text, "formal", korean)


def test_the_majority_decides(korean):
    texts = ["고양이가 잔다.", "그는 의사이다.", "날씨가 춥습니다.", "서론", "보고서를 보십시오."]
    assert register.majority(texts, korean) == "plain"
    assert register.majority(["서론"], korean) == ""
