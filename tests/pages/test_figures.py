from __future__ import annotations

from agents.pages.figures import figures
from agents.pages.reading import read
from tests.pages.pdf_files import image, lines, pdf, text

FIRST = ["The density of what is looked at is given by", "this formula that everybody knows well:"]
SECOND = ["Here the letters mean what they have always", "meant, and nothing else is said of them."]
SUM = text(150, 340, "= + \u00b1 2 / 3 * 4 (5)")


def found(*pages: str) -> list[tuple[int, int]]:
    """Page and following paragraph of each figure."""
    return [(one.page, one.before) for one in figures(read(pdf(*pages)))]


def page(between: str) -> str:
    return lines(50, 400, FIRST) + "\n" + between + "\n" + lines(50, 250, SECOND)


def test_a_formula_stands_between_its_paragraphs():
    book = read(pdf(page(SUM)))
    (one,) = figures(book)
    assert (one.page, one.before, len(book.passages)) == (0, 1, 2)
    assert one.box.x0 <= 150 <= one.box.x1
    assert one.box.y0 <= 340 <= one.box.y1


def test_parts_of_a_drawing_are_one_figure_and_text_is_cut_off():
    drawing = image(100, 300, 80, 60) + "\n" + image(184, 300, 80, 60)
    (one,) = figures(read(pdf(page(drawing))))
    assert (round(one.box.x0), round(one.box.x1)) == (97, 267)
    assert one.box.y0 > 262


def test_two_drawings_with_a_paragraph_between_are_two_figures():
    both = page(image(100, 300, 80, 60)) + "\n" + image(100, 150, 80, 60)
    assert found(both) == [(0, 1), (0, 2)]


def test_rules_grounds_and_boxes_around_text_are_no_figures():
    rule = "0.5 w 50 320 m 350 320 l S"
    ground = "q 0.9 g 0 0 400 500 re f Q\n"
    box = "45 385 310 30 re S\n"
    assert found(ground + box + page(rule)) == []


def test_a_page_without_text_shows_its_drawing_where_it_comes():
    assert found(page(""), "100 100 200 120 re S", page("")) == [(1, 2)]


def test_program_code_is_shown_and_a_running_head_is_not():
    head = text(50, 480, "Journal of Things")
    mono = {"F9": 90}
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
    code = text(50, 340, "fit <- lmer(y ~ x, data = d)", font=9)
    pages = [head + "\n" + page(code if at == 1 else "") for at in range(4)]
    shown = figures(read(pdf(*pages, fonts=mono, objects={90: font})))
    assert [(one.page, one.before) for one in shown] == [(1, 3)]
