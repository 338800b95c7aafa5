"""Exporting a draft: an example of what was chosen, the file, and what goes wrong."""

from __future__ import annotations

import pytest

from agents.scholar import styles


def test_the_example_of_an_export_is_not_cut(page, theme, qtbot):
    theme.use("light", 200)
    drafts = page.drafts
    drafts._ask_export()
    dialog = drafts.exporter.dialog
    qtbot.waitUntil(lambda: not dialog.busy and bool(dialog.example.text()))
    label = dialog.example
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))


@pytest.fixture
def dialog(page, draft, settled):
    dialog = page.drafts.exporter.dialog
    page.drafts._ask_export()
    settled()
    return dialog


def choose(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_the_export_shows_an_example_and_writes_what_was_chosen(dialog, page, settled, tmp_path):
    assert dialog.suffix == ".docx"
    assert "(Gu &amp; Dao, 2023; Vaswani et al., 2017)" in dialog.example.text()
    choose(dialog.style_box, "ieee")
    settled()
    assert "[1], [2]" in dialog.example.text()
    assert "“Mamba,” 2023" in dialog.example.text()
    choose(dialog.form, ".tex")
    choose(dialog.cite, "citep")
    settled()
    assert "\\citep{gu2023mamba,vaswani2017attention}" in dialog.example.text()
    assert not dialog.style_box.isVisible()
    assert dialog.path.text().endswith("related-work.tex")
    choose(dialog.form, ".html")
    dialog.path.setText(str(tmp_path / "out" / "mine.html"))
    dialog._go.click()
    settled()
    written = (tmp_path / "out" / "mine.html").read_text("utf-8")
    assert "[1]" in written
    assert (tmp_path / "out" / "mine.report.md").is_file()
    said = [bar.words for bar in page.drafts.bars.shown]
    assert said[-1] == "Written: mine.html, with its report beside it."
    state = page.save_state()["drafts"]["export"]
    assert state["suffix"] == ".html"
    assert state["style"] == "ieee"
    assert state["folder"] == str(tmp_path / "out")
    dialog.restore_state({"suffix": ".tex", "style": "gone.csl", "cite": "citep", "zotero": False})
    assert (dialog.suffix, dialog.wanted.style, dialog.wanted.cite) == (".tex", "apa", "citep")
    assert not dialog.zotero.isChecked()


def test_a_style_file_that_is_none_is_said_in_the_example(dialog, settled, tmp_path):
    own = tmp_path / "odd.csl"
    own.write_text("<style/>")
    dialog._take_own(str(own))
    dialog._show_example()
    settled()
    assert "cannot be used as a citation style" in dialog.example.text()
    assert not dialog._go.isEnabled()
    own.write_bytes((styles.FOLDER / "nature.csl").read_bytes())
    dialog._show_example()
    settled()
    assert "<sup>" in dialog.example.text()
    assert dialog._go.isEnabled()


def test_an_export_into_a_folder_that_cannot_be_written_is_a_sentence(
    dialog, page, settled, tmp_path
):
    (tmp_path / "file").write_text("x")
    dialog.path.setText(str(tmp_path / "file" / "mine.docx"))
    dialog._go.click()
    settled()
    assert "mine.docx" in [bar.words for bar in page.drafts.bars.shown][-1]
    assert list(tmp_path.glob("**/*.part")) == []


def test_exporting_keeps_a_version(dialog, desk, draft, settled, tmp_path):
    dialog.path.setText(str(tmp_path / "mine.docx"))
    dialog._go.click()
    settled()
    assert [version.reason for version in desk.versions.list(draft)] == ["export"]
