"""The steps of a draft on the Scholar page: themes and papers, sentence plan, text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from agents.store.outlines import STEPS
from app.ui.scholar.plan_tree import CHILD
from tests.ui.test_scholar_drafts import (  # noqa: F401 - fixtures
    TOPIC,
    drafted,
    engine,
    page,
    panel,
    said,
    shown_drafts,
    stocked,
)


def press(widget, name):
    found = [b for b in widget.findChildren(QPushButton) if b.text() == name and not b.isHidden()]
    assert len(found) == 1, name
    found[0].click()


@pytest.fixture
def planned(panel, settled):  # noqa: F811
    panel.compose()
    panel.form.topic.setPlainText(TOPIC)
    panel.form._plan.click()
    settled()
    return panel


def rows(tree):
    """The tree as it is shown: titles with their children."""
    return {
        tree.topLevelItem(at).text(0): [
            tree.topLevelItem(at).child(row).data(0, CHILD)
            for row in range(tree.topLevelItem(at).childCount())
        ]
        for at in range(tree.topLevelItemCount())
    }


def outline_of(stocked):  # noqa: F811
    return stocked.drafts.begun(stocked.drafts.list()[0].id).outline


def test_planning_waits_with_themes_and_papers(planned, stocked):  # noqa: F811
    assert planned.stepper.step == "themes"
    (row,) = stocked.drafts.list()
    assert (row.state, row.step) == ("planned", "themes")
    outline = outline_of(stocked)
    assert rows(planned.plan.themes.tree) == {t.title: list(t.keys) for t in outline.themes}
    assert planned.plan.themes.question.text() == outline.themes[0].question
    buttons = planned.stepper._buttons
    assert [buttons[step].isEnabled() for step in STEPS] == [True, True, False, False]
    assert planned.list.drafts.item(0).text() == TOPIC


def test_large_text_in_a_small_window_cuts_no_button_of_a_plan(
    planned,
    theme,
    settled,
    qtbot,
):
    theme.use("light", 200)
    planned.window().resize(1232, 658)  # what a window of 1366 by 768 leaves of itself
    for step in ("themes", "sentences"):
        planned._go_to(step)
        settled()
        shown = [made for made in planned.pages.findChildren(QPushButton) if made.isVisible()]
        assert len(shown) > 6
        for made in shown:
            qtbot.waitUntil(lambda one=made: one.width() >= one.sizeHint().width())
            qtbot.waitUntil(lambda one=made: one.height() >= one.sizeHint().height())
    assert planned.plan.themes.tree.width() > theme.px(240)


def test_a_paper_is_dragged_to_another_theme(planned, stocked, settled, qtbot):  # noqa: F811
    before = outline_of(stocked)
    first, second = before.themes[:2]
    tree = planned.plan.themes.tree
    paper = tree.topLevelItem(0).child(0)
    key = paper.data(0, CHILD)
    tree.put(paper, tree.topLevelItem(1), below=False, onto=True)
    qtbot.waitUntil(lambda: key in rows(tree)[second.title])
    settled()
    after = outline_of(stocked)
    assert key not in after.theme(first.id).keys
    assert after.theme(second.id).keys == (*second.keys, key)
    assert tree.chosen == (second.id, key)
    planned.plan.edit.undo()
    settled()
    assert outline_of(stocked) == before
    planned.plan.edit.redo()
    settled()
    assert outline_of(stocked) == after


def test_themes_by_keyboard(planned, stocked, settled, qtbot):  # noqa: F811
    tree = planned.plan.themes.tree
    before = outline_of(stocked)
    tree.choose(before.themes[0].id)
    tree.setFocus()
    tree.step(1)
    qtbot.waitUntil(lambda: list(rows(tree))[1] == before.themes[0].title)
    tree.currentItem().setText(0, "Kernels")
    renamed = before.themes[0].id
    qtbot.waitUntil(lambda: planned.plan.edit.outline.theme(renamed).title == "Kernels")
    settled()
    after = outline_of(stocked)
    assert [theme.id for theme in after.themes][:2] == [t.id for t in before.themes[:2]][::-1]
    assert after.theme(before.themes[0].id).title == "Kernels"
    planned.plan.themes.remove()
    settled()
    assert len(outline_of(stocked).themes) == len(before.themes) - 1


def test_a_new_theme_finds_its_papers(planned, stocked, settled, qtbot):  # noqa: F811
    themes = planned.plan.themes
    themes.add_theme()
    settled()
    new = next(t for t in planned.plan.edit.outline.themes if t.title == "New theme")
    assert not new.keys
    assert "no papers yet" in themes.hint.text()
    themes.search.setText("state space models")
    qtbot.keyClick(themes.search, Qt.Key.Key_Return)
    settled()
    assert themes.found.count()
    work = themes.found.item(0).data(int(Qt.ItemDataRole.UserRole))
    themes.found.setCurrentRow(0)
    press(themes, "Add to the theme")
    settled()
    assert outline_of(stocked).theme(new.id).keys == (work.key,)
    themes.pin()
    settled()
    assert outline_of(stocked).theme(new.id).pinned == (work.key,)


def test_the_sentences_are_planned_and_changed_then_written(planned, stocked, settled, qtbot):  # noqa: F811
    press(planned.plan.themes, "Plan the sentences")
    settled()
    assert planned.stepper.step == "sentences"
    outline = outline_of(stocked)
    tree = planned.plan.sentences.tree
    assert rows(tree) == {t.title: [s.id for s in t.sentences] for t in outline.themes}
    claim = next(s for t in outline.themes for s in t.sentences if s.kind == "claim")
    theme = next(t for t in outline.themes if claim in t.sentences)
    tree.choose(theme.id, claim.id)
    settled()
    sheet = planned.plan.sentences
    assert sheet.evidence.count() > 1
    texts = [sheet.evidence.item(at).text() for at in range(sheet.evidence.count())]
    assert claim.evidence[0].text in texts
    other = next(at for at, text in enumerate(texts) if text != claim.evidence[0].text)
    sheet.evidence.setCurrentRow(other)
    press(sheet, "Use this")
    settled()
    assert outline_of(stocked).sentence(claim.id).evidence[0].text == texts[other]
    sheet.lock()
    settled()
    assert outline_of(stocked).sentence(claim.id).locked
    gone = next(s for s in theme.sentences if s.id != claim.id)
    tree.choose(theme.id, gone.id)
    sheet.remove()
    settled()
    press(sheet, "Write the text")
    settled()
    assert planned.stepper.step == "text"
    draft = stocked.drafts.load(stocked.drafts.list()[0].id)
    assert (draft.state, draft.step) == ("done", "text")
    made = {s.planned: s for p in draft.paragraphs for s in p.sentences}
    assert gone.id not in made
    assert made[claim.id].evidence == texts[other]
    assert texts[other].rstrip(".") in " ".join(planned.reading.editor.toPlainText().split())


def test_just_writing_it_from_the_themes(planned, stocked, settled):  # noqa: F811
    press(planned.plan.themes, "Just write it")
    settled()
    assert stocked.drafts.list()[0].state == "done"
    assert planned.stepper.step == "text"
    assert all(button.isEnabled() for button in planned.stepper._buttons.values())


def test_a_finished_draft_is_changed_and_only_that_is_written(panel, stocked, settled):  # noqa: F811
    drafted(panel, settled)
    draft = stocked.drafts.load(stocked.drafts.list()[0].id)
    panel.stepper._buttons["themes"].click()
    settled()
    assert panel.stepper.step == "themes"
    key = next(k for t in outline_of(stocked).themes for k in t.keys)
    theme = next(t for t in outline_of(stocked).themes if key in t.keys)
    panel.plan.themes.tree.choose(theme.id, key)
    panel.plan.themes.remove()
    settled()
    panel.stepper._buttons["text"].click()
    settled()
    assert panel.reading._go_on.isVisible()
    panel.reading._go_on.click()
    settled()
    after = stocked.drafts.load(draft.id)
    assert after.state == "done"
    assert key not in {k for p in after.paragraphs for s in p.sentences for k in s.keys}
    kept = [s for p in draft.paragraphs[1:] for s in p.sentences]
    assert [s for p in after.paragraphs[1:] for s in p.sentences] == kept


def test_other_wordings_and_a_paragraph_anew(panel, stocked, settled):  # noqa: F811
    drafted(panel, settled)
    id_ = stocked.drafts.list()[0].id
    draft = stocked.drafts.load(id_)
    panel.stepper._buttons["sentences"].click()
    sheet = panel.plan.sentences
    quoted = next(s for s in draft.paragraphs[0].sentences if s.origin == "quote")
    theme = outline_of(stocked).themes[0]
    sheet.tree.choose(theme.id, quoted.planned)
    settled()
    sheet.other_wordings()
    settled()
    assert sheet.evidence.count()
    offered = sheet.evidence.item(0).text()
    sheet.evidence.setCurrentRow(0)
    press(sheet, "Use this")
    settled()
    assert offered in [s.text for s in stocked.drafts.load(id_).paragraphs[0].sentences]
    panel.stepper._buttons["text"].click()
    settled()
    panel.list.outline.setCurrentRow(0)
    panel.list.again_button.click()
    settled()
    assert stocked.drafts.load(id_).state == "done"
    assert not panel.reading._go_on.isVisible()


def test_a_topic_from_a_file(panel, settled, tmp_path):  # noqa: F811
    path = tmp_path / "paper.md"
    path.write_text("# Linear attention\n\nWe avoid the quadratic cost.\n", "utf-8")
    panel.form.read(path)
    settled()
    assert panel.form.topic.toPlainText().startswith("# Linear attention")
    panel.form.read(tmp_path / "none.docx")
    settled()
    assert panel.form.said.isVisible()
    assert "none.docx" in panel.form.said.text()


def test_a_change_that_cannot_be_stored_is_told(planned, stocked, settled):  # noqa: F811
    before = planned.plan.edit.outline
    stocked.drafts.delete(planned.plan.edit.draft)
    planned.plan.themes.remove()
    settled()
    assert said(planned)[-1].startswith("The plan has changed since")
    assert planned.plan.edit.outline == before


def test_what_was_composed_comes_back(panel):  # noqa: F811
    panel.form.own.setPlainText("Ours is small.")
    panel.form.themes.setValue(7)
    panel.form.unsupported.setCurrentIndex(1)
    state = panel.save_state()
    panel.form.own.clear()
    panel.form.themes.setValue(1)
    panel.form.unsupported.setCurrentIndex(0)
    panel.restore_state(state)
    request = panel.form.request("themes")
    assert (request.own, request.max_themes, request.unsupported) == ("Ours is small.", 7, "drop")
    assert request.questions
