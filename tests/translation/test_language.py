# ruff: noqa: E501 - a case is a line
from __future__ import annotations

import pytest

from agents.translation import language


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("This is English.", "en"),
        ("이것은 한국어다.", "ko"),
        ("이 논문은 Transformer 모델과 BERT를 사용한다.", "ko"),
        ("The word 한국 means Korea in English.", "en"),
        ("서울 https://example.org/a/very/long/address/of/some/page", "ko"),
        ("", "en"),
        ("1234", "en"),
    ],
)
def test_the_language_is_that_of_most_of_the_text(text, found):
    assert language.detect(text) == found


@pytest.mark.parametrize(
    "text",
    ["1,204", "12 kg", "https://a.b/c", "kim@lab.ac.kr", "LFM2", "p < .05", "IV", "a.docx", "{name}",
     "%s", "C:\\a\\b.txt", "10.1145/3292500.3330701", "—", "•", "", "x = y", "get_name", "PyTorch"],
)  # fmt: skip
def test_what_has_no_words_may_stay(text):
    assert not language.has_words(text)


@pytest.mark.parametrize(
    "text",
    ["Samsung", "Figure 3", "INTRODUCTION", "안녕", "No", "GPT-4 wins", "Über", "日本語", "I am"],
)
def test_what_has_words_may_not(text):
    assert language.has_words(text)


@pytest.mark.parametrize(
    ("text", "target", "needed"),
    [
        ("Hello there.", "ko", True),
        ("안녕하세요.", "ko", False),
        ("안녕하세요.", "en", True),
        ("Kim, J. (2020). A study of cats.", "en", False),
        ("이 방법은 BERT를 쓴다.", "ko", False),
        ("2024", "ko", False),
        ("日本語の文", "ko", True),
    ],
)
def test_what_is_in_the_target_language_already_needs_nothing(text, target, needed):
    assert language.needs(text, target) is needed
