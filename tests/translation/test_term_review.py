"""Terms on their way into a glossary, and what does not fit together in it."""

from __future__ import annotations

import pytest

from agents.store.database import Database
from agents.store.glossaries import Glossaries, StoredTerm, TermRow
from agents.translation import glossary_files, term_review


@pytest.fixture
def glossaries(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield Glossaries(database)
    database.close()


def test_what_becomes_of_each_row_is_told(glossaries):
    glossaries.add("a", [StoredTerm("model", "모델"), StoredTerm("data", "자료")])
    before = glossaries.rows("a")
    loaded = glossary_files.pasted("model\t모델\ndata\t데이터\nnew\t새것\nlost\t\n", "clipboard")
    made = term_review.take_in(glossaries, "a", loaded)
    assert (made.new, made.known, made.changed) == (1, 1, (("data", "자료", "데이터"),))
    assert [(one.row, one.reason) for one in made.left_out] == [(4, "no_korean")]
    glossaries.apply(made.change, back=True)
    assert glossaries.rows("a") == before


def kinds(*terms):
    rows = [TermRow(number, term) for number, term in enumerate(terms, start=1)]
    found = term_review.findings(rows)
    return {id_: [(one.kind, one.other) for one in own] for id_, own in found.items()}


def test_terms_that_do_not_fit_together_are_found():
    assert kinds(StoredTerm("model", "모델"), StoredTerm("data", "자료")) == {}
    assert kinds(
        StoredTerm("Language Model", "언어 모델"), StoredTerm("language-models", "언어모델")
    ) == {
        1: [("twice", "language-models")],
        2: [("twice", "Language Model")],
    }
    assert kinds(StoredTerm("model", "모델"), StoredTerm("Model", "모형")) == {
        1: [("conflict", "Model")],
        2: [("conflict", "model")],
    }
    assert kinds(StoredTerm("data", "자료"), StoredTerm("material", "자료")) == {
        1: [("shared", "material")],
        2: [("shared", "data")],
    }
    assert kinds(StoredTerm("model", "모델", ("모형",)), StoredTerm("mock-up", "모형")) == {
        2: [("avoided", "model")]
    }
    assert kinds(StoredTerm("gas", "가스"), StoredTerm("ga", "가")) == {}  # too short for a plural
