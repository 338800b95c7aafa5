# ruff: noqa: E501 - a case is a line
"""Known translations with other numbers in them: what is certain, and what is not."""

from __future__ import annotations

import pytest

from agents.translation.renumbered import pattern, renumbered

# English, Korean; another English sentence, its Korean; each the translation of the other
BOTH_WAYS = [
    (
        "The company invested 350 million won in 2023.",
        "그 회사는 2023년에 3억 5,000만 원을 투자했다.",
        "The company invested 420 million won in 2024.",
        "그 회사는 2024년에 4억 2,000만 원을 투자했다.",
    ),
    (
        "Sales rose 12% from 350 million won.",
        "매출은 3.5억 원에서 12% 증가했다.",
        "Sales rose 7.5% from 200 million won.",
        "매출은 2억 원에서 7.5% 증가했다.",
    ),
    (
        "The meeting is on March 5, 2024.",
        "회의는 2024년 3월 5일에 열린다.",
        "The meeting is on October 12, 2025.",
        "회의는 2025년 10월 12일에 열린다.",
    ),
    (
        "There were 30,000 participants.",
        "참가자는 3만 명이었다.",
        "There were 50,000 participants.",
        "참가자는 5만 명이었다.",
    ),
    ("Table 1 shows the results.", "표 1은 결과를 보여 준다.", *("Table 2 shows the results.", "표 2는 결과를 보여 준다.")),
    ("This is the 3rd report.", "이것은 제3차 보고서이다.", "This is the 22nd report.", "이것은 제22차 보고서이다."),
    (
        "About 51.2 percent of 1,247 people agreed.",
        "1,247명 중 약 51.2퍼센트가 동의했다.",
        "About 48 percent of 986 people agreed.",
        "986명 중 약 48퍼센트가 동의했다.",
    ),
    (
        "The budget was 1.2 trillion won.",
        "예산은 1조 2,000억 원이었다.",
        "The budget was 3.5 trillion won.",
        "예산은 3조 5,000억 원이었다.",
    ),
    (
        "The survey ran from April to June 2021.",
        "조사는 2021년 4월부터 6월까지 진행되었다.",
        "The survey ran from July to September 2022.",
        "조사는 2022년 7월부터 9월까지 진행되었다.",
    ),
    ("GDP grew by 2.6% in 2022 and 1.4% in 2023.", "GDP는 2022년에 2.6%, 2023년에 1.4% 성장했다.", "GDP grew by 0.9% in 2020 and 4.3% in 2021.", "GDP는 2020년에 0.9%, 2021년에 4.3% 성장했다."),
    ("See [12] and Figure 3.", "[12]와 그림 3을 보라.", "See [7] and Figure 4.", "[7]과 그림 4를 보라."),
]  # fmt: skip


@pytest.mark.parametrize("row", BOTH_WAYS)
def test_both_directions_both_ways(row):
    en, ko, other_en, other_ko = row
    assert renumbered(en, ko, other_en, "ko") == other_ko
    assert renumbered(ko, en, other_ko, "en") == other_en
    back = renumbered(other_en, other_ko, en, "ko")
    assert back in {ko, ko.replace("3.5억", "3억 5,000만")}  # two ways to write one value
    assert renumbered(other_ko, other_en, ko, "en") == en


ONLY = [
    # 4만 5천 is written as the English number was
    ("참가자는 30,000명이었다.", "There were 30,000 participants.", "참가자는 4만 5천명이었다.", "en", "There were 45,000 participants."),
    # from millions to billions
    ("비용은 9억 원이다.", "The cost is 900 million won.", "비용은 12억 원이다.", "en", "The cost is 1.2 billion won."),
    # only the writing differs: the translation stands
    ("It cost 1000 won in all.", "모두 1,000원이 들었다.", "It cost 1,000 won in all.", "ko", "모두 1,000원이 들었다."),
    # the particle behind a bare number follows it
    ("The value fell to 2.", "값은 2로 떨어졌다.", "The value fell to 3.", "ko", "값은 3으로 떨어졌다."),
    ("It took 3 of the 5 days.", "5일 중 3일이 걸렸다.", "It took 4 of the 6 days.", "ko", "6일 중 4일이 걸렸다."),
    # a month and a day of the same value are told apart
    ("It is due on March 3.", "마감은 3월 3일이다.", "It is due on April 9.", "ko", "마감은 4월 9일이다."),
    ("Chapter 1 is about words.", "1장은 단어에 관한 것이다.", "Chapter 12 is about words.", "ko", "12장은 단어에 관한 것이다."),
]  # fmt: skip


@pytest.mark.parametrize(("source", "target", "text", "goal", "wanted"), ONLY)
def test_values_are_written_as_the_old_ones_were(source, target, text, goal, wanted):
    assert renumbered(source, target, text, goal) == wanted


NOT_CERTAIN = [
    ("사과가 3개 있다.", "There are 3 apples.", "사과가 1개 있다.", "en"),  # one apple
    ("From 10 to 10 people came.", "10명에서 10명이 왔다.", "From 10 to 20 people came.", "ko"),
    ("8% 상승이다.", "It is an 8% rise.", "5% 상승이다.", "en"),  # a 5% rise
    ("3 of 5 say so.", "5명 중 세 명이 그렇게 말한다.", "4 of 5 say so.", "ko"),  # in words
    ("The 3 groups met.", "3개 집단이, 곧 세 집단이 만났다.", "The 4 groups met.", "ko"),
    ("It grew by 5% and 7%.", "5% 성장했다.", "It grew by 5% and 8%.", "ko"),  # lost already
    ("It grew by 5%.", "7% 성장했다.", "It grew by 6%.", "ko"),  # wrong already
    ("It grew by 5%.", "5% 성장했다.", "It fell by 6%.", "ko"),  # another word
    ("It grew.", "성장했다.", "It grew!", "ko"),
    ("오후 3시에 시작한다.", "It starts at 15:00.", "오후 5시에 시작한다.", "en"),
    ("1 million people", "100만 명", "1 people", "ko"),  # there is no such number of 만
    ("The 3rd of 5", "5개 중 제3", "The 3 of 5", "ko"),
    ("2 won the 2nd prize in 2 years.", "2명이 2년 만에 2등상을 받았다.", "3 won the 4th prize in 2 years.", "ko"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "target", "text", "goal"), NOT_CERTAIN)
def test_what_is_not_certain_is_not_said(source, target, text, goal):
    assert renumbered(source, target, text, goal) == ""


def test_a_pattern_tells_sentences_that_differ_in_numbers_only():
    assert pattern("표 1은 좋다.") == pattern("표 2는  좋다.")
    assert pattern("in March 2024") != pattern("in 3 2024")
    assert pattern("the 3rd") != pattern("the 3")
    assert pattern("no number") == ""
