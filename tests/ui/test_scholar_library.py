"""The library on the Scholar page: real .bib files, real store, real search."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from agents.entities.events import EntitiesFound, Span
from agents.scholar.agent import ScholarAgent
from agents.store.library import Work
from app.paths import assets_dir
from app.ui.scholar import sheet, words
from app.ui.scholar.page import ScholarPage
from app.ui.scholar.works import AUTHORS, TITLE, YEAR
from tests.ui.conftest import installed

SAMPLE = assets_dir() / "samples" / "sample.bib"
BROKEN = """@article{good2020,
  title = {A Study of Careful Reading in Libraries},
  author = {Kim, Minsu and Lee, Jiwon},
  year = {2020}
}

@article{lost2021,
  title = {This entry never ends,
  author = {Park, A},
"""


class WordEmbedder:
    """Vectors by the words of a text: near where words are shared."""

    id = "words-1"
    dimensions = 64

    def embed(self, texts, kind, cancel):
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[0] = 0.01
            for word in text.lower().split():
                row[zlib.crc32(word.encode()) % self.dimensions] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Finder:
    """Finds one word in each text, as an entity model would."""

    def __init__(self):
        self.asked = []

    def run(self, request, cancel):
        self.asked.append(request)
        for index, text in enumerate(request.texts):
            at = text.find("Transformer")
            spans = (Span(at, at + 11, "Transformer", "method", 0.9),) if at >= 0 else ()
            yield EntitiesFound(index, spans)


@pytest.fixture
def scholar_desk(desk):
    vars(desk)["embedder"] = lambda: None
    vars(desk)["entities"] = Finder()
    best = desk.shelf.best
    desk.shelf.best = lambda role, wanted="": "" if role == "entities" else best(role, wanted)
    return desk


@pytest.fixture
def page(qtbot, scholar_desk, pool, theme, settled):
    page = ScholarPage(scholar_desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1000, 640)
    page.show()
    page.entered()
    settled()
    yield page
    page.closing()
    settled()


def bring(page, settled, *paths):
    page.open_files(list(paths))
    settled()


def titles(page):
    model = page.library.table.works
    return [model.index(row, TITLE).data() for row in range(model.rowCount())]


def said(page):
    return [bar.words for bar in page.library.bars.shown]


def press(bars, name):
    found = [b for bar in bars.shown for b in bar.findChildren(QPushButton) if b.text() == name]
    assert len(found) == 1, name
    found[0].click()


def search(page, qtbot, settled, query):
    page.library.search.setText(query)
    QTest.keyClick(page.library.search, Qt.Key.Key_Return)
    settled()


def test_large_text_in_a_small_window_cuts_no_name_of_what_is_shown(
    page, theme, settled, tmp_path, qtbot
):
    theme.use("light", 200)
    page.resize(1232, 658)  # what a window of 1366 by 768 leaves of itself
    (tmp_path / "broken.bib").write_text(BROKEN, "utf-8")
    page.library.open_files([tmp_path / "broken.bib"])
    settled()
    library = page.library
    for facet in ("works", "check"):
        library.facet.choose(facet)
        settled()
        shown = [made for made in library.findChildren(QPushButton) if made.isVisible()]
        assert {"All works", "could not be read 1"} <= {made.text() for made in shown}
        for made in shown:
            qtbot.waitUntil(lambda one=made: one.width() >= one.sizeHint().width())
    assert library.doctor.table.columnWidth(1) > theme.px(80)


def test_an_empty_library_says_what_to_do(page):
    assert page.library._stack.currentIndex() == 1
    assert not page.library.sheet.isVisible()
    assert not page.library.search.isEnabled()


def test_a_bib_is_imported_and_read(page, settled):
    assert page.accepts(SAMPLE)
    bring(page, settled, SAMPLE)
    count = len(page.library._contents.works)
    assert len(titles(page)) == count > 8
    assert said(page) == [f"added {count}"]
    assert page.library._state.whole.startswith(f"works {count} · with an abstract ")
    shown = page.library.table.current
    assert page.library.sheet._title.text() == shown.title
    assert shown.abstract[:30] in page.library.sheet._abstract.text()


def test_the_same_again_is_counted_as_here_already(page, settled):
    bring(page, settled, SAMPLE, SAMPLE)
    count = len(page.library._contents.works)
    assert said(page) == [f"added 0 · already here {count}"]


def test_broken_entries_are_listed_with_their_line(page, settled, tmp_path):
    source = tmp_path / "messy.bib"
    source.write_text(BROKEN, "utf-8")
    bring(page, settled, source)
    assert said(page) == ["added 1 · could not be read 1"]
    assert page.library._damage.text() == "could not be read 1"
    assert page.library.broken.isHidden()
    press(page.library.bars, "Show them")
    assert page.library.broken.isVisible()
    model = page.library.broken.model()
    row = [model.index(0, column).data() for column in range(4)]
    assert row[:2] == ["messy.bib", "7"]
    assert "lost2021" in row[3]
    page.library._damage.click()
    assert page.library.broken.isHidden()


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"hello, no entries"])
def test_a_file_that_is_no_bib_is_a_sentence(page, settled, tmp_path, content):
    source = tmp_path / "bad.bib"
    source.write_bytes(content)
    bring(page, settled, source)
    assert len(said(page)) == 1
    assert "bad.bib" in said(page)[0]
    assert page.library._add.isVisible()


def test_a_missing_file_is_a_sentence(page, settled, tmp_path):
    bring(page, settled, tmp_path / "gone.bib")
    assert "gone.bib" in said(page)[0]


def test_search_by_words_alone_says_so(page, qtbot, settled):
    bring(page, settled, SAMPLE)
    search(page, qtbot, settled, "selective state spaces")
    assert titles(page)[0].startswith("Mamba")
    assert page.library._state.whole.endswith(" · by words")
    page.library.search.clear()
    settled()
    assert len(titles(page)) == len(page.library._contents.works)


def test_search_by_meaning_joins_the_words(page, qtbot, settled, scholar_desk):
    desk = scholar_desk
    vars(desk)["scholar"] = ScholarAgent(
        desk.models, desk.library, desk.drafts, WordEmbedder, desk.passages
    )
    bring(page, settled, SAMPLE)
    search(page, qtbot, settled, "linear attention")
    assert page.library._state.whole.endswith(" · by words and by meaning")
    assert len(titles(page)) == len(page.library._contents.works)
    assert "Linear Attention" in titles(page)[0]


def test_a_search_begins_as_you_pause_and_the_last_word_counts(page, qtbot, settled):
    bring(page, settled, SAMPLE)
    for letters in ("h", "hy", "hye", "hyena"):
        page.library.search.setText(letters)
    qtbot.waitUntil(lambda: len(titles(page)) == 1)
    assert titles(page)[0].startswith("Hyena")
    settled()
    assert titles(page)[0].startswith("Hyena")


@pytest.mark.parametrize("query", ['"', "AND OR NOT", "*", "title:", "')--", "ㄱ", "a" * 3000])
def test_no_query_breaks_the_search(page, qtbot, settled, query):
    bring(page, settled, SAMPLE)
    search(page, qtbot, settled, query)
    assert said(page) == [f"added {len(page.library._contents.works)}"]
    assert page.library._state.whole.startswith("found ")


def test_works_are_sorted_by_a_column(page, settled):
    bring(page, settled, SAMPLE)
    table = page.library.table
    table.sortByColumn(YEAR, Qt.SortOrder.AscendingOrder)
    years = [table.works.index(row, YEAR).data() for row in range(table.works.rowCount())]
    assert years == sorted(years)
    table.sortByColumn(AUTHORS, Qt.SortOrder.DescendingOrder)
    names = [table.works.index(row, AUTHORS).data() for row in range(table.works.rowCount())]
    assert names == sorted(names, key=str.casefold, reverse=True)


def test_removed_works_come_back(page, settled, scholar_desk):
    bring(page, settled, SAMPLE)
    before = set(titles(page))
    table = page.library.table
    gone = table.current.title
    table.setFocus()
    page.library.remove_selected()
    settled()
    assert gone not in titles(page)
    assert said(page)[-1] == "Removed from the library: 1."
    press(page.library.bars, "Undo")
    settled()
    assert set(titles(page)) == before
    assert scholar_desk.library.count() == len(before)


def test_entities_are_coloured_where_a_model_is(page, qtbot, settled, scholar_desk):
    scholar_desk.shelf.models.append(installed("gliner", role="entities"))
    scholar_desk.shelf.best = lambda role, wanted="": "gliner"
    page.library.entered()
    bring(page, settled, SAMPLE)
    attention = next(w for w in page.library._contents.works if w.title.startswith("Attention"))
    page.library.show_work(attention.id)
    shown = page.library.sheet
    qtbot.waitUntil(lambda: "background" in shown._abstract.text())
    assert "method" in shown._legend.text()
    settled()
    asked = len(scholar_desk.entities.asked)
    page.library.table.selectRow(0)
    page.library.show_work(attention.id)
    qtbot.wait(300)
    settled()
    texts = [request.texts[0] for request in scholar_desk.entities.asked[asked:]]
    assert attention.abstract not in texts  # remembered


def test_without_an_entity_model_there_is_a_quiet_hint(page, qtbot, settled, scholar_desk):
    bring(page, settled, SAMPLE)
    shown = page.library.sheet
    assert shown._hint.isVisible()
    with qtbot.waitSignal(page.navigate) as gone:
        shown._models.click()
    assert gone.args == ["models"]
    qtbot.wait(300)
    assert scholar_desk.entities.asked == []


def test_text_of_a_library_is_never_taken_for_markup(theme):
    spans = (Span(3, 8, "<b>x<", "method", 0.9), Span(4, 6, "b>", "task", 0.8))
    made = sheet.painted("1 &<b>x</b>", spans, theme)
    assert "&amp;" in made
    assert "<b>" not in made
    assert made.count("<span") == 1
    colours = {sheet.tint(label, theme) for label in sheet.PAPER_LABELS}
    assert len(colours) == len(sheet.PAPER_LABELS)


@pytest.mark.parametrize(
    ("authors", "year", "name"),
    [
        (("Gu, Albert", "Dao, Tri"), "2023", "Gu & Dao 2023"),
        (("Kim, A",), "", "Kim"),
        (("A, B", "C, D", "E, F"), "2020", "A et al. 2020"),
        (("Peng, Bo", "others"), "2023", "Peng et al. 2023"),
        ((), "2001", "A Title 2001"),
    ],
)
def test_works_are_named_as_papers_name_them(authors, year, name):
    work = Work(1, "key", "article", "A Title", authors, year, "", "")
    assert words.author_year(work) == name


def test_options_are_remembered(page, qtbot, scholar_desk, pool, theme):
    page.switch.choose("drafts")
    page.drafts.form.topic.setPlainText("State space models")
    state = page.save_state()
    other = ScholarPage(scholar_desk, pool, theme)
    qtbot.addWidget(other)
    other.restore_state(state)
    assert other.switch.value == "drafts"
    assert other.drafts.form.topic.toPlainText() == "State space models"
    other.restore_state({"panel": 1, "library": {"split": ["x"]}, "drafts": {"topic": 5}})
    assert other.drafts.form.topic.toPlainText() == "State space models"
