"""What documents are translated with: chosen in the sheet, checked there, kept, and used."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from agents.store.glossaries import StoredTerm
from app.ui.translation.option_fields import Chosen
from app.ui.translation.page import TranslationPage
from tests.engine.scripted import ScriptedEngine
from tests.translation.test_srx import OWN

KOREAN = {"The report is complete.": "보고서가 완성되었습니다.", "The cat sleeps.": "cat이 잡니다."}


@pytest.fixture
def engine():
    return ScriptedEngine(lambda request: _answer(request.messages[-1].content))


def _answer(asked):
    return next((korean for english, korean in KOREAN.items() if english in asked), "?")


@pytest.fixture
def page(qtbot, desk, pool, theme, settled):
    desk.glossaries.add("Terms", [StoredTerm("report", "보고서")])
    page = TranslationPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    page.switch.choose("documents")
    settled()
    yield page
    settled()


def sheet(page):
    return page.documents.wanted.sheet


def offered(choice):
    return [choice.itemText(at) for at in range(choice.count())]


def hint(page, name):
    label = sheet(page)._hints[name][0]
    return label.property("kind"), label.text()


def test_the_sheet_is_opened_and_left(page, qtbot):
    stack = page.documents._stack
    page.documents.wanted.options.click()
    assert stack.currentWidget() is sheet(page)
    qtbot.keyClick(sheet(page), Qt.Key.Key_Escape)
    assert stack.currentIndex() == 0
    page.documents.wanted.options.click()
    sheet(page).done.click()
    assert stack.currentIndex() == 0


def test_what_is_chosen_is_used_and_shown(page, tmp_path, settled, desk, engine):
    source = tmp_path / "a.json"
    data = {"title": "The report is complete.", "cat": "The cat sleeps.", "id": "The cat sleeps."}
    source.write_text(json.dumps(data), "utf-8")
    assert offered(sheet(page).glossary) == ["None", "Terms", "From a file…"]
    sheet(page).glossary.setCurrentIndex(1)
    sheet(page).register.setCurrentIndex(sheet(page).register.findData("formal"))
    sheet(page).memory.click()
    sheet(page).outputs["receipt-html"].click()
    sheet(page).outputs["bilingual-pdf"].click()  # means nothing for JSON
    sheet(page).lines["json.exclude"].setPlainText("$.id\n\n")
    sheet(page).lines["protect"].setPlainText("cat")
    sheet(page).lines["csv.column"].setPlainText("2")  # likewise
    assert page.documents.wanted.options.text() == "Options (8)"
    page.open_files([source])
    settled()
    (document,) = page.documents.queue.documents
    assert document.state == "done"
    request = document.request
    assert (request.register, request.glossary, request.use_memory) == ("formal", "Terms", False)
    assert request.also == ("receipt-html",)
    assert request.options == (("protect", "cat"), ("json.exclude", "$.id"))
    made = json.loads((tmp_path / "a.ko.json").read_text("utf-8"))
    assert made == {
        "title": "보고서가 완성되었습니다.",
        "cat": "cat이 잡니다.",
        "id": "The cat sleeps.",
    }
    assert (tmp_path / "a.ko.receipt.html").is_file()
    assert page.documents.view._account.text().endswith(
        "Formal (합니다) · glossary Terms · without the memory · patterns that stay: 1"
        " · json.exclude $.id · also Receipt as a page to read"
    )


def test_the_outputs_follow_what_a_person_writes(page, tmp_path, settled):
    source = tmp_path / "a.txt"
    source.write_text("The report is complete.", "utf-8")
    sheet(page).outputs["bilingual-html"].click()
    page.open_files([source])
    settled()
    view = page.documents.view
    view.table.selectRow(0)
    view.review._written(view.table.chosen[0], "보고서를 다 썼습니다.", confirmed=True)
    settled()
    view._export.click()
    settled()
    assert "보고서를 다 썼습니다." in (tmp_path / "a.ko.bilingual.html").read_text("utf-8")


def test_an_output_that_is_somebody_elses_is_said_and_stays(page, tmp_path, settled):
    source = tmp_path / "a.txt"
    source.write_text("The report is complete.", "utf-8")
    (tmp_path / "a.ko.receipt.html").write_text("mine", "utf-8")
    sheet(page).outputs["receipt-html"].click()
    page.open_files([source])
    settled()
    (document,) = page.documents.queue.documents
    assert document.state == "done"
    assert [notice.code for notice in document.notices] == ["translation.output_exists"]
    assert (tmp_path / "a.ko.receipt.html").read_text("utf-8") == "mine"
    assert len(page.documents.view.bars.shown) == 1


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("protect", "(a+)+", "The pattern (a+)+ cannot be used"),
        ("json.include", "$.a[", "$.a[ is not a path"),
        ("json.exclude", "$", "$ is not a path"),
    ],
)
def test_what_cannot_be_used_is_said_in_place(page, tmp_path, settled, qtbot, name, wrong, said):
    source = tmp_path / "a.txt"
    source.write_text("The report is complete.", "utf-8")
    before = hint(page, name)
    assert before[0] == "small"
    field = sheet(page).lines[name]
    field.setPlainText(f"fine\n{wrong}")
    qtbot.waitUntil(lambda: hint(page, name)[0] == "bad")
    assert hint(page, name)[1].startswith(said)
    assert field.accessibleDescription().startswith(said)
    page.open_files([source])
    settled()
    assert page.documents.queue.documents == []
    assert [bar.words for bar in page.documents.bars.shown] == [hint(page, name)[1]]
    (bar,) = page.documents.bars.shown
    bar._go(bar._actions[0])
    qtbot.waitUntil(lambda: field.isVisible() and not field.visibleRegion().isEmpty())
    field.setPlainText("fine")
    qtbot.waitUntil(lambda: hint(page, name) == before)
    page.open_files([source])
    settled()
    assert [one.state for one in page.documents.queue.documents] == ["done"]


def test_rules_and_glossaries_from_files(page, tmp_path, settled, monkeypatch):
    rules, terms = tmp_path / "own.srx", tmp_path / "terms.csv"
    rules.write_text("<srx/>", "utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(rules), ""))
    sheet(page).rules.click()
    settled()
    assert hint(page, "srx")[0] == "bad"
    assert "own.srx" in hint(page, "srx")[1]
    rules.write_text(OWN.format(cascade="yes", before=";"), "utf-8")
    sheet(page).refresh()
    settled()
    assert hint(page, "srx")[0] == "small"
    assert sheet(page).rules.accessibleName() == "Segmentation rules: own.srx"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(terms), ""))
    terms.write_text("en,ko\nreport,보고서\n", "utf-8")
    choice = sheet(page).glossary
    choice.setCurrentIndex(choice.count() - 1)
    choice.activated.emit(choice.count() - 1)
    assert (choice.currentText(), choice.currentData()) == ("terms.csv", str(terms))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: ("", ""))
    choice.setCurrentIndex(choice.count() - 1)
    choice.activated.emit(choice.count() - 1)
    assert choice.currentData() == str(terms)  # nothing was chosen: what was stays
    terms.unlink()
    sheet(page).refresh()
    settled()
    assert hint(page, "glossary")[0] == "bad"
    sheet(page)._no_rules.click()
    assert sheet(page).chosen.srx is None


def test_the_sheet_is_remembered(page, qtbot, desk, pool, theme, settled, tmp_path):
    sheet(page).register.setCurrentIndex(2)
    sheet(page).memory.click()
    sheet(page).outputs["xliff2"].click()
    sheet(page).lines["protect"].setPlainText("a\nb")
    sheet(page)._offer_glossaries(["Terms"], "Terms")
    chosen = sheet(page).chosen
    assert chosen != Chosen()
    second = TranslationPage(desk, pool, theme)
    qtbot.addWidget(second)
    second.restore_state(json.loads(json.dumps(page.save_state())))
    assert sheet(second).chosen == chosen
    damaged = {"options": [1, ["a"]], "also": 3, "register": "rude", "glossary": 4, "srx": []}
    sheet(second).restore_state(damaged)
    assert sheet(second).chosen == Chosen(glossary="Terms")
    settled()


def test_a_queue_goes_on_with_its_choices_in_the_next_window(
    page, tmp_path, qtbot, desk, pool, theme, settled
):
    source = tmp_path / "a.txt"
    source.write_text("The cat sleeps.", "utf-8")
    sheet(page).lines["protect"].setPlainText("cat")
    page.documents.queue.pause()
    page.open_files([source])
    settled()
    page.closing()
    second = TranslationPage(desk, pool, theme)
    qtbot.addWidget(second)
    second.begin()
    settled()
    (document,) = second.documents.queue.documents
    assert document.request == page.documents.queue.documents[0].request
    second.documents.queue.go_on()
    settled()
    assert (document.state, document.flagged) == ("done", 0)
    assert (tmp_path / "a.ko.txt").read_text("utf-8") == "cat이 잡니다."
