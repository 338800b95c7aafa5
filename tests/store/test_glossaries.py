from __future__ import annotations

import pytest

from agents.store.database import Database
from agents.store.glossaries import Glossaries, StoredTerm


@pytest.fixture
def glossaries(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield Glossaries(database)
    database.close()


def test_a_term_added_again_is_changed(glossaries):
    assert glossaries.add("논문", [StoredTerm("model", "모델"), StoredTerm("data", "자료")]) == (
        2,
        0,
    )
    better = StoredTerm("model", "모형", ("모델",), "통계")
    assert glossaries.add("논문", [better, StoredTerm("data", "자료")]) == (0, 1)
    assert glossaries.terms("논문") == (better, StoredTerm("data", "자료"))


def test_glossaries_are_apart(glossaries):
    glossaries.add("a", [StoredTerm("model", "모델")])
    glossaries.add("b", [StoredTerm("model", "모형"), StoredTerm("data", "자료")])
    assert glossaries.names() == {"a": 1, "b": 2}
    assert glossaries.terms("c") == ()
    assert glossaries.remove("b", ["model", "none"]) == 1
    assert glossaries.terms("b") == (StoredTerm("data", "자료"),)
    assert glossaries.remove("a") == 1
    assert glossaries.names() == {"b": 1}
