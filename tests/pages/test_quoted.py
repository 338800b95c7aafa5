from __future__ import annotations

import pytest

from agents.base import CancelledError, CancelToken
from agents.pages.library import BrokenPdfError
from agents.pages.quoted import locate
from agents.pages.shapes import Box
from tests.pages.pdf_files import lines, pdf, text

FIRST = ["A quote that runs from one line to the next is eas-", "ily found on its page."]
SECOND = ["Nothing of it stands on this page, but for other words."]
DATA = pdf(lines(50, 400, FIRST), lines(50, 400, SECOND), lines(50, 300, ["The third one."]))


def test_a_quotation_is_marked_line_by_line_as_shares_of_the_page():
    found = locate(DATA, 0, "to the next is\n easily found")
    assert (found.number, found.pages, found.found) == (0, 3, True)
    one, two = found.marks
    assert 50 / 400 < one[0] < one[2] < 350 / 400
    assert one[1] < 100 / 500 < one[3] + 0.01
    assert one[1] < two[1]


def test_the_page_with_the_quotation_is_shown_whatever_page_was_named():
    found = locate(DATA, 2, "“A quote that runs from one line to the next”")
    assert (found.number, found.found) == (0, True)
    assert locate(DATA, 99, "for other words").number == 1


def test_what_stands_nowhere_leaves_the_page_that_was_asked_for():
    found = locate(DATA, 1, "Words that no page of this document has got at all")
    assert (found.number, found.marks, found.found) == (1, (), False)


def test_of_a_quotation_over_two_pages_the_larger_part_is_marked():
    data = pdf(
        lines(50, 60, ["The sentence begins at the end of the first page and"]),
        lines(50, 440, ["ends on the other."]),
    )
    found = locate(data, 0, "begins at the end of the first page and ends on the other.")
    assert (found.number, found.found) == (0, True)
    (mark,) = found.marks
    assert mark[0] > 90 / 400


def test_on_a_turned_page_the_mark_is_where_a_reader_sees_it():
    plain = pdf(text(50, 400, "Some words to be found"))
    turned = plain.replace(b"/MediaBox", b"/Rotate 90 /MediaBox")
    (flat,) = locate(plain, 0, "words").marks
    (high,) = locate(turned, 0, "words").marks
    assert flat[2] - flat[0] > flat[3] - flat[1]
    assert high[3] - high[1] == pytest.approx(flat[2] - flat[0], abs=0.001)
    assert high[1] == pytest.approx(flat[0], abs=0.001)
    assert high[0] == pytest.approx(1 - flat[3], abs=0.001)


def test_no_quotation_finds_nothing_and_boxes_are_marked(tmp_path):
    path = tmp_path / "종이.pdf"
    path.write_bytes(DATA)
    found = locate(path, 0, boxes=[Box(0, 0, 200, 250)])
    assert not found.found
    assert found.marks == (pytest.approx((0, 0.5, 0.5, 1), abs=0.001),)


def test_what_cannot_be_read_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        locate(tmp_path / "gone.pdf", 0)
    with pytest.raises(BrokenPdfError):
        locate(b"%PDF-1.4 nothing", 0)


def test_it_can_be_cancelled():
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        locate(DATA, 0, "quote", cancel=cancel)
