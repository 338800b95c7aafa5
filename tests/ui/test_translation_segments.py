"""The segment table: a hundred thousand rows, problems, heights."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from agents.store.segment_rows import StoredSegment
from app.ui.translation.segment_model import CHECKS, NUMBER, SOURCE, TARGET
from app.ui.translation.segments import SegmentTable


def segment(index, problems=(), state="translated", source="Source."):
    return StoredSegment(str(index), index, source, f"Target {index}.", state, problems)


@pytest.fixture
def table(qtbot, theme):
    table = SegmentTable(theme)
    qtbot.addWidget(table)
    table.resize(700, 400)
    table.show()
    return table


def cell(table, row, column):
    return table.segments.index(row, column).data()


def test_segments_come_in_any_order(table):
    table.segments.put(segment(2))
    table.segments.put(segment(0, ("loop",), "untranslated"))
    assert table.segments.rowCount() == 3
    assert [cell(table, row, NUMBER) for row in range(3)] == ["1", "2", "3"]
    assert cell(table, 1, TARGET) == "…"
    assert cell(table, 0, CHECKS) == "Repeats itself"
    assert cell(table, 2, CHECKS) == "✓"


def test_states_are_told_apart(table):
    table.segments.reset(
        [segment(0, state="from_memory"), segment(1, state="untranslated"), segment(2, ("tag",))]
    )
    assert [cell(table, row, CHECKS) for row in range(3)] == [
        "From memory",
        "Not translated",
        "A mark was lost",
    ]


def test_problems_are_counted_and_visited_in_a_circle(table):
    table.segments.reset([segment(row, ("tag",) if row in {3, 50} else ()) for row in range(80)])
    assert table.segments.problems == 2
    assert [table.go_to_next_problem() for _ in range(3)] == [3, 50, 3]
    table.segments.put(segment(3))
    assert table.segments.problems == 1
    table.segments.put(segment(50))
    assert table.go_to_next_problem() == -1


def test_a_hundred_thousand_rows_lay_out_only_those_on_the_screen(table, qtbot):
    wordy = "A long sentence that needs more than two lines in a narrow column. " * 4
    table.segments.reset([segment(row, source=wordy) for row in range(100_000)])
    least = table.verticalHeader().defaultSectionSize()
    qtbot.waitUntil(lambda: table.rowHeight(0) > least)
    assert table.rowHeight(99_000) == least
    table.scrollTo(table.segments.index(99_999, SOURCE))
    qtbot.waitUntil(lambda: table.rowHeight(99_999) > least)
    assert table.rowHeight(50_000) == least


def test_rows_follow_the_size_of_the_text(table, theme, qtbot):
    table.segments.reset([segment(0)])
    qtbot.wait(20)
    before = table.rowHeight(0)
    theme.use("dark", 200)
    qtbot.wait(20)
    assert table.rowHeight(0) > before


def test_focus_is_always_on_a_row(table, qtbot):
    table.segments.reset([segment(row) for row in range(5)])
    table.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    qtbot.waitUntil(lambda: table.currentIndex().row() == 0)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.currentIndex().row() == 1


def test_a_new_document_starts_over(table):
    table.segments.reset([segment(row, ("tag",)) for row in range(5)])
    table.segments.reset()
    assert table.segments.rowCount() == 0
    assert table.segments.problems == 0
    assert table.segments.segment(0) is None


def test_a_growing_document_is_followed_without_gaps_until_the_reader_moves(table, qtbot):
    table.clearFocus()
    bar = table.verticalScrollBar()
    table.put(segment(60))  # done early: not where one reads
    qtbot.wait(20)
    assert bar.value() == 0
    for row in range(30):
        table.put(segment(row))
    qtbot.wait(20)
    followed = bar.value()
    assert followed > 0
    assert table.rowAt(table.viewport().height() - 2) in {29, 30}
    bar.setValue(0)
    for row in range(30, 50):
        table.put(segment(row))
    qtbot.wait(20)
    assert bar.value() == 0


def test_a_row_that_was_gone_to_stays_on_the_screen_when_others_grow(table, qtbot):
    wordy = "A long sentence that needs more than two lines in a narrow column. " * 4
    table.segments.reset([segment(row, source=wordy) for row in range(1000)])
    table.go_to(500)
    qtbot.waitUntil(lambda: table._held is None and not table._settle.isActive())
    top = table.rowViewportPosition(500)
    assert 0 <= top < table.viewport().height()
    assert table.rowHeight(500) > table.verticalHeader().defaultSectionSize()
