from __future__ import annotations

import pytest

from agents.pages.passages import places, quotable, whole
from agents.pages.reading import read
from agents.pages.render import on_picture, render_page
from agents.pages.shapes import Box
from tests.pages.pdf_files import lines, pdf, text

FIRST = ["A quote that runs from one line to the next is eas-", "ily found on its page."]


def test_a_quote_is_found_over_a_hyphen_and_on_both_lines():
    found = quotable(read(pdf(lines(50, 400, FIRST) + "\n" + lines(50, 300, ["Another one."]))))
    assert [one.text for one in found] == [
        "A quote that runs from one line to the next is easily found on its page.",
        "Another one.",
    ]
    start = found[0].text.index("easily")
    one, two = found[0].places(start, start + len("easily"))
    assert one.page == two.page == 0
    assert one.box.y0 > two.box.y0
    assert one.box.x0 > 200
    assert two.box.x0 == pytest.approx(50, abs=1)
    assert two.box.width < 20


def test_offsets_of_the_whole_text_lead_to_the_page():
    data = pdf(lines(50, 400, FIRST), text(50, 200, "The second page has a finding."))
    found = quotable(read(data))
    said = whole(found)
    at = said.index("finding")
    (place,) = places(found, at, at + len("finding"))
    assert place.page == 1
    assert place.box.around(Box(place.box.x0, 200, place.box.x1, 207), slack=3)
    both = places(found, said.index("page."), at)
    assert [one.page for one in both] == [0, 1]
    assert places(found, len(said), len(said) + 10) == []


def test_text_on_its_side_has_the_box_it_takes_on_the_page(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(text(30, 100, "Words on their side", matrix="0 1 -1 0")))
    (one,) = quotable(read(path.read_bytes()))
    (place,) = one.places()
    assert place.box.height > 5 * place.box.width
    image = render_page(path, 0, width_px=400)
    left, top, right, bottom = on_picture(place.box, Box(0, 0, 400, 500), image)
    dark = [
        (x, y)
        for y in range(image.height)
        for x in range(image.width)
        if image.rgb[y * image.stride + 3 * x] < 128
    ]
    assert dark
    assert all(left - 2 <= x <= right + 2 and top - 2 <= y <= bottom + 2 for x, y in dark)


def test_what_is_outside_of_a_paragraph_has_no_place():
    (one,) = quotable(read(pdf(text(50, 400, "Short."))))
    assert one.places(-5, 0) == []
    assert len(one.places(-5, 400)) == 1
