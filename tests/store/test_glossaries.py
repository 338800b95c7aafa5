from __future__ import annotations

import pytest

from agents.base import UserError
from agents.store.database import Database
from agents.store.glossaries import Glossaries, StoredTerm, TermRow


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


# -- steps that can be taken back ------------------------------------------------------------------

MODEL, DATA = StoredTerm("model", "모델", ("모형",), "통계"), StoredTerm("data", "자료")


def there_and_back(glossaries, name, change, before, after):
    """A step has been done: taken back, done again, taken back, all is as it was each time."""
    assert glossaries.rows(name) == after
    for back, wanted in ((True, before), (False, after), (True, before)):
        glossaries.apply(change, back=back)
        assert glossaries.rows(name) == wanted


def test_a_glossary_is_there_without_terms(glossaries):
    change = glossaries.create("논문")
    assert glossaries.names() == {"논문": 0}
    glossaries.apply(change, back=True)
    assert glossaries.names() == {}
    glossaries.apply(change)
    for name, code in (
        ("논문", "translation.glossary_there"),
        (" ", "translation.glossary_unnamed"),
    ):
        with pytest.raises(UserError) as caught:
            glossaries.create(name)
        assert caught.value.code == code


def test_terms_keep_their_place_through_undo(glossaries):
    glossaries.add("a", [MODEL, DATA])
    before = glossaries.rows("a")
    better = StoredTerm("model", "모형")
    change = glossaries.put("a", [better, DATA, StoredTerm("new", "새것")])
    assert (len(change.before), len(change.after)) == (1, 2)
    there_and_back(glossaries, "a", change, before, glossaries.rows("a"))
    change = glossaries.edit("a", before[0], StoredTerm("models", "모델"))
    after = (TermRow(before[0].id, StoredTerm("models", "모델")), before[1])
    there_and_back(glossaries, "a", change, before, after)
    change = glossaries.take_out("a", before[:1])
    there_and_back(glossaries, "a", change, before, before[1:])


def test_a_term_is_not_written_over_another_one(glossaries):
    glossaries.add("a", [MODEL, DATA])
    with pytest.raises(UserError) as caught:
        glossaries.edit("a", glossaries.rows("a")[1], StoredTerm("model", "자료"))
    assert caught.value.values == {"term": "model", "translation": "모델"}
    assert glossaries.terms("a") == (MODEL, DATA)


def test_a_glossary_is_called_something_else_or_deleted(glossaries):
    glossaries.add("a", [MODEL, DATA])
    rows = glossaries.rows("a")
    change = glossaries.rename("a", "b")
    assert (glossaries.names(), glossaries.rows("b")) == ({"b": 2}, rows)
    glossaries.apply(change, back=True)
    assert (glossaries.names(), glossaries.rows("a")) == ({"a": 2}, rows)
    glossaries.create("empty")
    with pytest.raises(UserError):
        glossaries.rename("a", "empty")
    change = glossaries.drop("a")
    assert glossaries.names() == {"empty": 0}
    glossaries.apply(change, back=True)
    assert (glossaries.names(), glossaries.rows("a")) == ({"a": 2, "empty": 0}, rows)


def test_an_id_that_went_to_another_line_is_not_touched(glossaries):
    glossaries.add("a", [MODEL])
    change = glossaries.take_out("a", glossaries.rows("a"))
    glossaries.add("b", [DATA])  # gets the id that is free
    glossaries.apply(change, back=True)
    glossaries.apply(change)
    assert glossaries.terms("b") == (DATA,)


def test_terms_put_into_a_new_glossary_take_it_along(glossaries):
    change = glossaries.put("new", [MODEL])
    glossaries.apply(change, back=True)
    assert glossaries.names() == {}
    glossaries.apply(change)
    assert glossaries.terms("new") == (MODEL,)
