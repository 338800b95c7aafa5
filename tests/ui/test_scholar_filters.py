"""Narrowing a search of the library in the window: real store, real search."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from agents.scholar.agent import ScholarAgent
from agents.store.passages import Narrowed
from app.ui.scholar.page import ScholarPage
from tests.engine.scripted import ScriptedModels
from tests.scholar.conftest import ATTENTION, OTHERS
from tests.scholar.test_reranking import Judge
from tests.ui.test_scholar_library import bring, search, titles

UNFIT = 6


@pytest.fixture
def page(qtbot, desk, pool, theme, settled, tmp_path):
    vars(desk)["embedder"] = lambda: None
    best = desk.shelf.best
    desk.shelf.best = lambda role, wanted="": "" if role == "entities" else best(role, wanted)
    page = ScholarPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    page.entered()
    settled()
    source = tmp_path / "refs.bib"
    source.write_text(ATTENTION + OTHERS, "utf-8")
    bring(page, settled, source)
    yield page
    page.closing()
    settled()


def opened(page, settled):
    page.library.filters.button.click()
    settled()
    return page.library.filters


def offered(filters, kind):
    made = filters.lists[kind]
    return [made.item(at).text() for at in range(made.count())]


def choose(filters, kind, words, settled):
    made = filters.lists[kind]
    (item,) = [
        made.item(at) for at in range(made.count()) if made.item(at).text().startswith(words)
    ]
    made.setCurrentItem(item)
    QTest.keyClick(made, Qt.Key.Key_Space)
    settled()


def chips(filters):
    return [b.accessibleName() for b in filters.chips.findChildren(QPushButton) if b.isVisible()]


def test_values_with_counts_are_offered_of_the_whole_library(page, settled):
    filters = opened(page, settled)
    assert offered(filters, "venue")[0] == "arXiv (2)"
    assert offered(filters, "author")[0] == "Dao, Tri (2)"
    assert not any(words.startswith("others") for words in offered(filters, "author"))
    assert len(titles(page)) == 7


def test_a_long_list_is_looked_through_by_its_letters(page, settled, tmp_path):
    filters = opened(page, settled)
    line = filters.searches["venue"]
    assert not line.isVisible()  # a short list needs none
    many = tmp_path / "many.bib"
    many.write_text(
        "\n".join(
            f"@article{{k{n}, title={{Work {n}}}, author={{Kim, A}}, year=2001,"
            f" journal={{Annals of {n // 2:03}}}}}"
            for n in range(160)
        ),
        "utf-8",
    )
    bring(page, settled, many)
    assert len(offered(filters, "venue")) == 50
    assert line.isVisible()
    QTest.keyClicks(line, "annals 077")
    assert offered(filters, "venue") == ["Annals of 077 (2)"]
    choose(filters, "venue", "Annals of 077", settled)
    assert filters.narrowed.venues == ("Annals of 077",)
    assert len(titles(page)) == 2
    line.clear()
    QTest.keyClicks(line, "arxiv")
    assert offered(filters, "venue") == ["Annals of 077 (2)", "arXiv (2)"]  # what is chosen stays
    choose(filters, "venue", "arXiv", settled)
    assert set(filters.narrowed.venues) == {"arXiv", "Annals of 077"}
    choose(filters, "venue", "Annals of 077", settled)
    assert filters.narrowed.venues == ("arXiv",)
    line.clear()
    assert line.isVisible()


def test_several_values_narrow_and_a_chip_takes_one_away(page, settled):
    filters = opened(page, settled)
    choose(filters, "venue", "arXiv", settled)
    assert len(titles(page)) == 2
    assert "Nature (1)" in offered(filters, "venue")  # a second one can be chosen
    choose(filters, "venue", "Nature", settled)
    assert len(titles(page)) == 3
    choose(filters, "author", "Gu, Albert", settled)
    assert titles(page)[0].startswith("Mamba")
    assert chips(filters) == [
        "Remove the filter arXiv",
        "Remove the filter Nature",
        "Remove the filter Gu, Albert",
        "Clear filters",
    ]
    (chip,) = [
        b
        for b in filters.chips.findChildren(QPushButton)
        if b.isVisible() and b.accessibleName().endswith("Albert")
    ]
    chip.click()
    settled()
    assert len(titles(page)) == 3


def test_a_search_is_narrowed_too(page, qtbot, settled):
    search(page, qtbot, settled, "sequence length")
    assert len(titles(page)) == 3
    filters = opened(page, settled)
    choose(filters, "author", "Dao, Tri", settled)
    assert len(titles(page)) == 2
    filters.clear()
    settled()
    assert len(titles(page)) == 3


def test_years_are_read_as_they_are_typed(page, settled):
    filters = opened(page, settled)
    QTest.keyClicks(filters.first, "2022")
    QTest.keyClick(filters.first, Qt.Key.Key_Return)
    settled()
    assert filters.narrowed == Narrowed((2022, 9999))
    assert len(titles(page)) == 2
    QTest.keyClicks(filters.last, "2019")
    QTest.keyClick(filters.last, Qt.Key.Key_Return)
    assert filters.wrong.isVisible()
    assert filters.narrowed == Narrowed((2022, 9999))


def test_nothing_that_fits_says_so_and_offers_a_way_out(page, settled):
    filters = opened(page, settled)
    QTest.keyClicks(filters.last, "1800")
    QTest.keyClick(filters.last, Qt.Key.Key_Return)
    settled()
    stack = page.library._stack
    assert stack.currentIndex() == UNFIT
    (clear,) = stack.currentWidget().findChildren(QPushButton)
    clear.click()
    settled()
    assert stack.currentIndex() == 0
    assert len(titles(page)) == 7


def test_filters_are_remembered(page, qtbot, desk, pool, theme, settled):
    choose(opened(page, settled), "venue", "arXiv", settled)
    page.library.sort.setChecked(True)
    kept = page.save_state()
    other = ScholarPage(desk, pool, theme)
    qtbot.addWidget(other)
    other.restore_state(kept)
    other.entered()
    settled()
    assert other.library.filters.narrowed == Narrowed(venues=("arXiv",))
    assert len(titles(other)) == 2
    assert other.library.sort.isChecked()
    other.restore_state({"library": {"filters": {"years": ["x"], "venues": 3}, "sort": 1}})
    settled()
    assert not other.library.filters.narrowed
    assert not other.library.sort.isChecked()


def test_a_work_that_is_filtered_away_is_shown_all_the_same(page, settled):
    filters = opened(page, settled)
    hidden = page.library._contents.works[0]
    choose(filters, "venue", "arXiv", settled)
    assert hidden.title not in titles(page)
    page.library.show_work(hidden.id)
    settled()
    assert page.library.table.current.id == hidden.id


class Waiting(Judge):
    """Never answers, but can be cancelled."""

    def submit(self, request, cancel):
        self.asked.append(request)
        while True:
            cancel.check()
            time.sleep(0.005)


def judged_by(desk, judge):
    models = ScriptedModels({"scripted": judge})
    vars(desk)["scholar"] = ScholarAgent(
        models, desk.library, desk.drafts, lambda: None, desk.passages
    )


def test_a_model_sorts_the_best_hits_where_it_is_wanted(page, qtbot, settled, desk):
    search(page, qtbot, settled, "sequence length")
    assert page.library.sort.isVisible()
    before = titles(page)
    sure = dict(zip((title[:9] for title in before), (0.2, 0.1, 0.9), strict=True))
    judge = Judge(sure)
    judged_by(desk, judge)
    search(page, qtbot, settled, "sequence length ")
    assert not judge.asked  # off by default
    page.library.sort.click()
    settled()
    assert len(judge.asked) == 3
    assert titles(page) == [before[0], before[2], before[1]]
    assert page.library._state.whole.endswith(" · sorted by the model")
    assert not page.library._stop_sort.isVisible()


def test_sorting_can_be_stopped(page, qtbot, settled, desk):
    search(page, qtbot, settled, "sequence length")
    before = titles(page)
    judge = Waiting({})
    judged_by(desk, judge)
    page.library.sort.click()
    qtbot.waitUntil(lambda: bool(judge.asked) and page.library._stop_sort.isVisible())
    page.library._stop_sort.click()
    settled()
    assert titles(page) == before
    assert page.library._state.whole == "found 3"
    assert not page.library._stop_sort.isVisible()


def test_without_a_model_nothing_is_offered(page, qtbot, settled, desk):
    desk.shelf.models = []
    page.library.entered()
    settled()
    search(page, qtbot, settled, "sequence length")
    assert not page.library.sort.isVisible()
