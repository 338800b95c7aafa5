# ruff: noqa: E501 - references as they are printed
from __future__ import annotations

import pytest

from agents.scholar.bylines import MARK, people
from agents.scholar.references import parse

# As printed in papers of several styles: APA, JSS, plainnat, ACM, IEEE, Elsevier, Vancouver, Korean.
PRINTED = [
    (
        (
            "Lassen, S. R., Steele, M. M., & Sailor, W. (2006). The relationship of school-wide positive "
            "behavior support to academic achievement. Psychology in the Schools, 43 (6), 701–712."
        ),
        ("Lassen, S. R.", "Steele, M. M.", "Sailor, W."),
        "2006",
        "The relationship of school-wide positive behavior support to academic achievement",
        "",
    ),
    (
        (
            "Mullen KM, van Stokkum IHM (2007). “TIMP: An R Package for Modeling Multi-Way Spectroscopic "
            "Measurements.” Journal of Statistical Software, 18(3), 1–46. doi:10.18637/jss. v018.i03."
        ),
        ("Mullen, K. M.", "van Stokkum, I. H. M."),
        "2007",
        "TIMP: An R Package for Modeling Multi-Way Spectroscopic Measurements",
        "10.18637/jss.v018.i03",
    ),
    (
        (
            "C.-S. J. Chu, K. Hornik, and C.-M. Kuan. MOSUM tests for parameter constancy. Biometrika, "
            "82:603–617, 1995a."
        ),
        ("Chu, C.-S. J.", "Hornik, K.", "Kuan, C.-M."),
        "1995",
        "MOSUM tests for parameter constancy",
        "",
    ),
    (
        (
            "[3] Sam Anzaroot, K. Brad Wray, and Andrew McCallum. 2014. Learning Soft Linear Constraints. "
            "arXiv:1403.1349"
        ),
        ("Anzaroot, Sam", "Wray, K. Brad", "McCallum, Andrew"),
        "2014",
        "Learning Soft Linear Constraints",
        "",
    ),
    (
        "[12] A. Vaswani et al., “Attention is all you need,” in Proc. NeurIPS, 2017, pp. 5998–6008.",
        ("Vaswani, A.",),
        "2017",
        "Attention is all you need",
        "",
    ),
    (
        (
            "A. Vaswani, N. Shazeer, Attention is all you need, in: Advances in Neural Information "
            "Processing Systems, 2017, pp. 5998–6008."
        ),
        ("Vaswani, A.", "Shazeer, N."),
        "2017",
        "Attention is all you need",
        "",
    ),
    (
        (
            "R Core Team (2015). R: A Language and Environment for Statistical Computing. R Foundation, "
            "Vienna. URL http://www.R-project.org/."
        ),
        ("R Core Team",),
        "2015",
        "R: A Language and Environment for Statistical Computing",
        "",
    ),
    (
        "김철수, 이영희, 박민수 (2020). 한국어 문서 요약을 위한 신경망 모델. 정보과학회논문지, 47(3), 255-263.",
        ("김철수", "이영희", "박민수"),
        "2020",
        "한국어 문서 요약을 위한 신경망 모델",
        "",
    ),
    (
        "김철수·이영희, 「조선 후기의 상업」, 『역사학보』 12, 1998.",
        ("김철수", "이영희"),
        "1998",
        "조선 후기의 상업",
        "",
    ),
]


@pytest.mark.parametrize(("text", "authors", "year", "title", "doi"), PRINTED)
def test_a_reference_is_understood(text, authors, year, title, doi):
    found = parse(text)
    assert (found.authors, found.year, found.title, found.doi) == (authors, year, title, doi)
    assert found.text == text


def test_identifiers_are_found_wherever_they_stand():
    found = parse("A. Lee. Something of note. arXiv preprint arXiv:2101.01234v2, 2021.")
    assert (found.arxiv, found.year) == ("2101.01234", "2021")
    assert parse("Lee A (2007). “A Title of It.” doi:10.1007/3- 540-65193-4_29").doi == (
        "10.1007/3-540-65193-4_29"
    )
    assert parse("Lee A. A Title. https://doi.org/10.1000/abc. 2004.").doi == "10.1000/abc"


@pytest.mark.parametrize("text", ["", "—", "see above", "Ibid., p. 12.", "." * 500, "(" * 300])
def test_what_is_no_reference_says_nothing(text):
    found = parse(text)
    assert (found.authors, found.title, found.doi) == ((), "", "")


def test_people_are_told_from_institutes():
    lines = [
        f"Ann B. Lee{MARK}Jan van der Berg and Lídia del Rio",
        "Department of Statistics, University of Somewhere",
        "Somewhere, Norway",
        "ann@example.org",
        "October 18, 2022",
    ]
    assert people(lines) == ("Lee, Ann B.", "van der Berg, Jan", "del Rio, Lídia")


def test_people_in_front_of_their_institutes():
    lines = ["ANN LEE and BO KIM, University of Somewhere, USA", "CY OH, Institute of Much, Korea"]
    assert people(lines) == ("Lee, Ann", "Kim, Bo", "Oh, Cy")


def test_korean_people_stay_whole():
    lines = [f"김철수{MARK}이영희{MARK}남궁민수", "한국대학교 컴퓨터공학과", "2021년 7월"]
    assert people(lines) == ("김철수", "이영희", "남궁민수")


def test_what_the_file_says_is_believed_where_the_page_agrees():
    page = "A Title\nAnn B. Lee and Bo Kim\nThe text."
    assert people(["Ann B. Lee and Bo Kim"], "Ann Lee, Bo Kim", page) == ("Lee, Ann", "Kim, Bo")
    assert people(["Ann B. Lee and Bo Kim"], "admin", page) == ("Lee, Ann B.", "Kim, Bo")
    assert people(["Ann B. Lee and Bo Kim"], "Cy Other", page) == ("Lee, Ann B.", "Kim, Bo")
    assert people(["A line about nothing in particular"], "Microsoft Word", page) == ()
