from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from agents.pages import library
from app.ui.scholar.pdf_page import PdfPage
from tests.pages.locked_files import USER
from tests.pages.pdf_files import lines, pdf

PAGES = [
    lines(50, 470, ["The first page speaks of nothing in particular."], size=12),
    lines(50, 40, ["A finding stands at the foot of the sec-", "ond page."], size=12, step=14),
    lines(50, 470, ["The last page."], size=12),
]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "논문 a.pdf"
    path.write_bytes(pdf(*PAGES))
    return path


@pytest.fixture
def page(qtbot, pool, theme):
    page = PdfPage(pool, theme)
    qtbot.addWidget(page)
    page.resize(400, 300)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def shown(page, qtbot, number):
    name = f"Page {number} of 3"
    qtbot.waitUntil(lambda: page._picture.accessibleName() == name)


def yellow(page):
    """Pixels of the picture that a highlight covers, as a share of all."""
    image = page._picture.grab().toImage()
    tinted = 0
    for y in range(0, image.height(), 2):
        for x in range(0, image.width(), 2):
            colour = image.pixelColor(x, y)
            tinted += colour.red() - colour.blue() > 25
    return tinted / max(1, image.width() * image.height() / 4)


def test_a_quotation_is_highlighted_and_scrolled_to(page, path, qtbot):
    page.show_page(path, 2, "stands at the foot of the second page")
    shown(page, qtbot, 2)
    assert page.found
    assert (page.page, page.pages) == (2, 3)
    assert 0.001 < yellow(page) < 0.1
    bar = page._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0)


def test_the_page_that_has_the_quotation_is_shown_instead_of_the_named_one(page, path, qtbot):
    with qtbot.waitSignal(page.turned) as signal:
        page.show_page(path, 1, "A finding stands at the foot")
    assert signal.args == [2]
    assert page.found


def test_a_quotation_that_is_not_there_is_said(page, path, qtbot):
    page.show_page(path, 3, "Nobody ever wrote such words in this document")
    shown(page, qtbot, 3)
    assert not page.found
    assert page._lacks.text() == "The quotation could not be found on this page."
    assert yellow(page) == 0


def test_pages_are_turned(page, path, qtbot):
    page.show_page(path)
    shown(page, qtbot, 1)
    assert not page._back.isEnabled()
    page._on.click()
    shown(page, qtbot, 2)
    page._scroll.setFocus()
    qtbot.keyClick(page._scroll, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    shown(page, qtbot, 3)
    assert not page._on.isEnabled()
    assert page._count.text() == "3 of 3"
    page._back.click()
    shown(page, qtbot, 2)


def test_a_page_is_enlarged_and_fits_again(page, path, qtbot):
    page.show_page(path)
    shown(page, qtbot, 1)
    wide = page._picture.sizeHint().width()
    page._larger.click()
    qtbot.waitUntil(lambda: page._picture.sizeHint().width() > 1.2 * wide)
    assert page._share.text() == "125 %"
    page._share.click()
    qtbot.waitUntil(lambda: page._picture.sizeHint().width() == wide)


def test_a_picture_that_was_drawn_is_not_drawn_again(page, path, qtbot, monkeypatch):
    page.show_page(path)
    shown(page, qtbot, 1)
    page._on.click()
    shown(page, qtbot, 2)

    drawn = []

    def draw(*args, **_more):
        drawn.append(args)
        raise AssertionError

    monkeypatch.setattr("app.ui.scholar.page_work.render_page", draw)
    page._back.click()
    shown(page, qtbot, 1)
    assert drawn == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "There is no file"),
        (b"%PDF-1.7 no more than that", "damaged"),
        (USER, "password"),
    ],
)
def test_a_file_that_cannot_be_shown_is_a_sentence(page, tmp_path, qtbot, data, said):
    path = tmp_path / "b.pdf"
    if data is not None:
        path.write_bytes(data)
    page.show_page(path)
    qtbot.waitUntil(lambda: said in page.said)
    assert page.page == 0
    assert page._scroll.isHidden()


def test_another_page_ends_what_is_under_way(page, path, tmp_path, qtbot, settled):
    other = tmp_path / "other.pdf"
    other.write_bytes(pdf(lines(50, 400, ["Another document."])))
    with library.opened(path.read_bytes()):  # nobody else reads a PDF meanwhile
        page.show_page(path, 3)
        first = page._job
        page.show_page(other, 1, "Another document")
        assert first.cancelling
    qtbot.waitUntil(lambda: page.pages == 1 and page.found)
    settled()
    assert page._picture.accessibleName() == "Page 1 of 1"


def test_nothing_is_read_while_nobody_looks(page, path, qtbot, settled):
    page.hide()
    page.show_page(path)
    settled()
    assert page.page == 0
    page.show()
    shown(page, qtbot, 1)


def test_it_is_emptied(page, path, qtbot):
    page.show_page(path)
    shown(page, qtbot, 1)
    page.clear()
    assert (page.page, page.pages, page.said) == (0, 0, "")
