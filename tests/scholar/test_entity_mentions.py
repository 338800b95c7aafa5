"""The citations of a person's own text, linked to the library; the unknown ones listed."""

from __future__ import annotations

import pytest

from agents.scholar import mentions
from agents.store.library import Work

WORKS = [
    Work(1, "vaswani2017", "article", "Attention is all you need",
         ("Vaswani, Ashish", "Shazeer, Noam"), "2017", "NeurIPS", ""),
    Work(2, "kim2021", "article", "한국어 기계 번역의 새로운 방법",
         ("김철수", "이영희", "박민수"), "2021", "논문지", ""),
    Work(3, "Lee:2020", "article", "Another way of doing things well",
         ("Lee, Bora", "Kim, Ara"), "2020", "J", ""),
]  # fmt: skip
LIST = """

References

[1] B. Lee and A. Kim. Another way of doing things well. 2020.
[12] A. Vaswani et al. Attention is all you need. NeurIPS 2017.
[13] Somebody. A work that is not in the library at all. 2011.
"""


@pytest.mark.parametrize(
    ("text", "keys", "unknown"),
    [
        ("Transformers (Vaswani et al., 2017) work.", ["vaswani2017"], []),
        ("as in Vaswani et al., 2017 we do", ["vaswani2017"], []),
        ("as Vaswani et al. 2017 did", ["vaswani2017"], []),
        ("Lee and Kim (2020) and Nobody et al. (1999) say", ["Lee:2020"], ["Nobody et al. (1999)"]),
        ("김철수 외(2021)는 제안했다.", ["kim2021"], []),
        ("김철수 외, 2021에서", [], []),  # a particle stands on the year: no citation of its own
        ("(김철수 외, 2021; 홍길동, 2019)", ["kim2021"], ["홍길동 (2019)"]),
        ("김철수·이영희(2021)에 따르면", ["kim2021"], []),
        ("김철수 등 2021년", [], []),
        (r"\cite{vaswani2017} \citep[p.~3]{nokey}", ["vaswani2017"], ["nokey"]),
        (r"\parencite{Lee:2020} and \textcite{vaswani2017}", ["Lee:2020", "vaswani2017"], []),
        ("[@vaswani2017; @nokey] and @kim2021 say", ["vaswani2017", "kim2021"], ["nokey"]),
        ("It holds [12], not [1, 13] or [99]." + LIST, ["vaswani2017", "Lee:2020"],
         ["[13]", "[99]"]),
        ("No citation in Table (2020) or in et al. 2017.", [], []),
    ],
)  # fmt: skip
def test_each_form_is_found_linked_or_listed_as_unknown(text, keys, unknown):
    found = mentions.of_text(text, WORKS)
    linked = [work.key for one in found.linked for link in one.links for work in link.works]
    assert linked == keys
    assert list(found.unknown) == unknown


def test_offsets_are_those_of_the_text():
    text = "---\ntitle: x\n---\n\nFirst `@code`.\n\nSee [@vaswani2017] and Lee and Kim (2020).\n"
    found = mentions.of_text(text, WORKS, name="draft.md")
    assert [text[one.start : one.end] for one in found.linked] == [
        "[@vaswani2017]",
        "Lee and Kim (2020)",
    ]
    assert {one.line for one in found.linked} == {7}


def test_a_year_that_differs_is_a_mismatch_and_not_unknown():
    found = mentions.of_text("Vaswani et al. (2018) say", WORKS)
    ((link,),) = [one.links for one in found.linked]
    assert link.mismatch == "scholar.year_differs"
    assert found.unknown == ()


def test_an_empty_library_knows_nothing():
    assert mentions.of_text("Kim (2020) and [@a]", []).unknown == ("Kim (2020)", "a")
