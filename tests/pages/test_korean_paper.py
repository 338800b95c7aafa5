"""A Korean paper in two columns, its lines ending within words: everything of it is found."""

from __future__ import annotations

import functools

import pytest

from agents.base import CancelToken
from agents.pages import front
from agents.pages.passages import quotable
from agents.pages.reading import read
from agents.pages.references import references
from agents.pages.sections import abstracts, sections
from agents.scholar import importers
from agents.scholar.references import parse
from tests.pages import korean_paper as printed

_PARTICLES = ("은 ", "는 ", "을 ", "를 ", "의 ", "에 ")


@functools.cache
def paper(heading=True):
    return printed.paper(heading=heading)


@functools.cache
def read_paper(heading=True):
    book = read(paper(heading=heading))
    paragraphs = quotable(book)
    return paragraphs, sections(paragraphs, book.size)


def test_title_people_abstract_and_keywords_are_those_printed(tmp_path):
    page = front.read(paper())
    assert page.title == printed.TITLE
    assert page.abstract == printed.ABSTRACT
    assert page.keywords == printed.KEYWORDS
    path = tmp_path / "논문.pdf"
    path.write_bytes(paper())
    (entry,) = importers.read(path, CancelToken()).entries
    assert entry.work.title == printed.TITLE
    assert entry.work.authors == tuple(name for name, _mark in printed.PEOPLE)
    assert entry.work.abstract == printed.ABSTRACT


def test_both_abstracts_and_every_heading_are_found():
    paragraphs, found = read_paper()
    assert [said for said, _at in abstracts(paragraphs, found)] == [
        printed.ABSTRACT,
        printed.ENGLISH,
    ]
    titles = [one.title for one in found]
    headings = [one[0] for one in printed.BODY if not isinstance(one, str)]
    assert titles[-len(headings) - 1 :] == [*headings, "참고문헌"]


def test_words_that_a_line_broke_are_whole_again():
    paragraphs, _found = read_paper()
    said = [one.text for one in paragraphs]
    printed_ones = [one for one in printed.BODY if isinstance(one, str)]
    whole = [one for one in printed_ones if one in said]
    # nothing on the page tells where a line ended with its word: one in a hundred is guessed wrong
    assert len(whole) >= len(printed_ones) - 1
    bare = ["".join(one.split()) for one in said]
    assert all("".join(one.split()) in bare for one in printed_ones)
    assert not any(one.startswith(_PARTICLES) for one in said)


def test_references_are_those_printed_and_understood():
    paragraphs, found = read_paper()
    listed, _range = references(paragraphs, found)
    assert [one.text for one in listed] == list(printed.REFERENCES)
    first = parse(listed[0].text)
    assert first.authors == ("김철수", "이영희")
    assert (first.year, first.title) == ("2019", "신경망을 이용한 한국어 문서 요약에 관한 연구")


def test_references_are_found_without_their_heading():
    paragraphs, found = read_paper(heading=False)
    listed, (begin, _end) = references(paragraphs, found)
    assert [one.text for one in listed[:4]] == list(printed.REFERENCES[:4])
    assert all(one.text.startswith(("Lin", "Vaswani")) for one in listed[4:])
    assert paragraphs[begin - 1].text.endswith("제안한다.")


@pytest.mark.parametrize(
    "said", ["이 연구는 (2019년에) 이루어졌다.", "In 2019, Lee said so (p. 3)."]
)
def test_prose_with_years_is_no_list(said):
    from agents.pages.references import _is_reference

    assert not _is_reference(said)
