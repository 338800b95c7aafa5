"""Works beside each other: cells with their evidence, and the table as text."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess

import pytest

from agents.scholar import comparison
from agents.scholar.comparison import Cell
from agents.store.entities import Mention
from agents.store.library import Work
from agents.store.passages import Passage
from tests.scholar.test_entity_reading import world  # noqa: F401 - a fixture

TEXT = "We use BERT_base & 50% of SQuAD. BERT_base is good. It reaches 93.2."


def work(id_, key):
    return Work(id_, key, "article", "A = B | study", ("Kim, Minsu",), "2020", "J", "")


def mention(id_, name, label, at=0):
    start = TEXT.index(name, at)
    passage = Passage(id_, id_, "text", 4, 0, TEXT)
    return Mention(passage, start, start + len(name), label, 1, name)


@pytest.fixture
def table():
    mentions = [
        mention(1, "SQuAD", "dataset"),
        mention(1, "BERT_base", "method"),
        mention(1, "BERT_base", "method", 20),
        mention(1, "93.2", "result"),
    ]
    works = [work(1, "kim2020"), work(2, "odd:key/2.")]
    return comparison.build(works, mentions, {(2, "method"): "=ours, but\nbetter"})


def test_cells_have_their_evidence_and_what_a_person_wrote_stands(table):
    assert table.labels == ("method", "dataset", "metric", "result", "task")
    first, second = table.rows
    assert [cell.text for cell in first.cells] == ["BERT_base", "SQuAD", "", "93.2", ""]
    (found,) = first.cells[0].found
    assert (found.times, found.evidence.page) == (2, 4)
    assert found.evidence.text == "We use BERT_base & 50% of SQuAD."
    assert second.cells[0] == Cell("=ours, but\nbetter", (), edited=True)
    assert second.cells[1] == Cell("")


def test_a_cell_can_be_written_and_put_back(table):
    changed = comparison.with_cell(table, 0, 0, "mine")
    assert (changed.rows[0].cells[0].text, changed.rows[0].cells[0].edited) == ("mine", True)
    assert changed.rows[0].cells[0].found == table.rows[0].cells[0].found
    assert comparison.with_cell(changed, 0, 0, None) == table


def test_csv_is_read_back_and_no_formula_is_among_it(table):
    text = comparison.render(table, "csv", {"work": "문헌"})
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["key", "문헌", "method", "dataset", "metric", "result", "task",
                       "authors", "year"]  # fmt: skip
    assert rows[1][:4] == ["kim2020", "A = B | study", "BERT_base", "SQuAD"]
    assert rows[2][2] == "'=ours, but\nbetter"
    assert comparison.render(comparison.with_cell(table, 0, 3, "-3.5%"), "csv").count("'") == 1


def test_markdown_cites_each_work_and_keeps_every_sign(table):
    lines = comparison.render(table, "markdown").splitlines()
    assert lines[0] == "| work | method | dataset | metric | result | task |"
    assert lines[2] == r"| [@kim2020] | BERT\_base | SQuAD |  | 93.2 |  |"
    assert lines[3] == "| [@{odd:key/2.}] | =ours, but better |  |  |  |  |"
    assert all(line.count(" | ") == 5 for line in lines)


def test_latex_cites_each_work_and_keeps_every_sign(table):
    text = comparison.render(comparison.with_cell(table, 0, 4, "a & b_c 50%"), "latex")
    assert r"\cite{kim2020} & BERT\_base & SQuAD &  & 93.2 & a \& b\_c 50\% \\" in text
    assert r"\cite{odd:key/2.} & =ours, but better &" in text


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX here")
def test_latex_compiles(table, tmp_path):
    body = comparison.render(table, "latex")
    file = tmp_path / "t.tex"
    file.write_text(f"\\documentclass{{article}}\\begin{{document}}{body}\\end{{document}}")
    done = subprocess.run(  # noqa: S603 - our own file
        [shutil.which("pdflatex"), "-interaction=nonstopmode", "-halt-on-error", file.name],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="no Pandoc here")
def test_pandoc_reads_the_table(table):
    done = subprocess.run(  # noqa: S603 - our own text
        [shutil.which("pandoc"), "-f", "markdown", "-t", "native"],
        input=comparison.render(table, "markdown").encode(),
        capture_output=True,
        check=True,
    )
    said = done.stdout.decode()
    assert "Table" in said
    assert said.count("citationId") == 2


def test_the_table_of_a_library(world):  # noqa: F811 - the fixture
    world.read()
    one, two, three = world.library.ids()
    made = comparison.make(world.entities, world.changes, world.library, [two, 999, one, three])
    assert [row.work.key for row in made.rows] == ["two", "one", "three"]
    assert [row.cells[1].text for row in made.rows] == ["SQuAD", "SQuAD", ""]
    assert [one.times for one in made.rows[0].cells[0].found] == [2]
    change = world.changes.write_cell(three, "dataset", "WMT")
    world.changes.write_cell(three, "dataset", "WMT 14")
    world.read(threshold=0.3)
    made = comparison.make(world.entities, world.changes, world.library, [three])
    assert made.rows[0].cells[1] == Cell("WMT 14", (), edited=True)
    world.changes.undo()
    assert world.changes.cells([three]) == {(three, "dataset"): "WMT"}
    world.changes.undo(change.id)
    assert world.changes.cells([three]) == {}
