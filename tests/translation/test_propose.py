"""The terms of a document, proposed before it is translated."""

from __future__ import annotations

import pytest

from agents.base import CancelledError, CancelToken, Progress, UserError
from agents.entities.agent import EntityAgent
from agents.entities.events import EntitiesFound, Span
from agents.store.database import Database
from agents.store.glossaries import Glossaries, StoredTerm
from agents.store.memories import Memories
from agents.translation.own import Own
from agents.translation.propose import LABELS, Proposals, ProposeRequest
from tests.entities.test_cli import TINY

ENGLISH = """# A study of Sparse Attention

The language model reads a document. Language models are trained on large corpora.
Each language model has attention heads, and attention heads are pruned.
We thank Jane Doe of Seoul National University. Jane Doe wrote the BERT code.
BERT and LoRA are used; LoRA adapts BERT. However, it is so. However, it is not.
"""
KOREAN = """언어모델은 문서를 읽는다. 언어모델의 크기는 다양하다.
서울대학교는 BERT를 쓴다. 서울대학교에서 BERT를 학습한다.
"""


class Names:
    """Stands for the entity model: finds "Jane Doe"."""

    def run(self, request, cancel):
        cancel.check()
        yield Progress(0, 1, "step")
        for number, text in enumerate(request.texts):
            at = text.find("Jane Doe")
            if at >= 0:
                yield EntitiesFound(number, (Span(at, at + 8, "Jane Doe", "person", 0.9),))


@pytest.fixture
def propose(tmp_path, korean):
    database = Database(tmp_path / "data.sqlite3")
    own = Own(Memories(database), Glossaries(database))

    def call(text, target="ko", cancel=None, names=None, **more):
        path = tmp_path / "a.md"
        path.write_text(text, "utf-8")
        request = ProposeRequest(path, target, **more)
        events = list(Proposals(korean, own, names).run(request, cancel or CancelToken()))
        return {one.term: one for one in events[-1].proposals}

    call.own = own
    yield call
    database.close()


def test_what_an_english_document_talks_about(propose):
    found = propose(ENGLISH)
    assert found["language model"].count == 3
    assert found["BERT"].kind == found["LoRA"].kind == "acronym"
    assert found["BERT"].count == 3
    assert (found["Jane Doe"].kind, found["Jane Doe"].count) == ("name", 2)
    assert found["attention heads"].count == 2
    assert not {"However", "the", "Jane", "Doe", "language", "Sparse Attention"} & found.keys()
    assert "Sparse Attention" in propose(ENGLISH, least=1)


def test_what_a_korean_document_talks_about(propose):
    found = propose(KOREAN, "en")
    assert found["언어모델"].count == 2
    assert found["서울대학교"].kind == "name"
    assert found["BERT"].kind == "acronym"
    assert "문서" not in found


def test_what_is_known_is_said_and_by_whom(propose):
    propose.own.glossaries.add("g", [StoredTerm("language model", "언어 모델")])
    propose.own.memories.add_human("Jane Doe", "제인 도", ("en", "ko"))
    found = propose(ENGLISH, glossary="g")
    assert (found["language model"].translation, found["language model"].known) == (
        "언어 모델",
        "glossary",
    )
    assert (found["Jane Doe"].translation, found["Jane Doe"].known) == ("제인 도", "memory")
    assert (found["BERT"].translation, found["BERT"].known) == ("", "")


def test_an_entity_model_names_what_it_finds(propose):
    assert propose(ENGLISH)["Jane Doe"].label == ""
    found = propose(ENGLISH, names=Names(), entity_model="m")
    assert (found["Jane Doe"].label, found["Jane Doe"].kind) == ("person", "name")
    assert propose(ENGLISH, names=Names())["Jane Doe"].label == ""  # no model, nobody asked


# -- with a real GLiNER of random weights: what it finds is noise, and noise must do no harm ------


@pytest.fixture
def gliner(korean):
    return EntityAgent(lambda name: TINY if name == "tiny" else None, korean.particles)


@pytest.mark.parametrize(("text", "target"), [(ENGLISH, "ko"), (KOREAN, "en")])
def test_what_a_real_model_finds_stands_in_the_document(propose, gliner, text, target):
    plain = propose(text, target, least=1)
    found = propose(text, target, names=gliner, entity_model="tiny", least=1)
    named = {term: one for term, one in found.items() if one.label}
    assert named
    for term, one in named.items():
        assert one.kind == "name"
        assert one.label in LABELS
        assert term in " ".join(text.split())
        assert 1 <= one.count == text.count(term)
        assert term in one.example
        assert any(sign.isalpha() for sign in term)
        assert term.lower() not in {"the", "a", "is", "and", "we"}
    # What stands there often is still found, and counted as before.
    kept = plain.keys() & found.keys()
    assert {"BERT"} < kept
    assert all(found[term].count == plain[term].count for term in kept - named.keys())


def test_a_real_model_stops_when_asked(propose, gliner):
    class Stops:
        """Cancels once the model is at work."""

        def run(self, request, cancel):
            for event in gliner.run(request, cancel):
                yield event
                if isinstance(event, EntitiesFound):
                    cancel.cancel()

    cancel = CancelToken()
    with pytest.raises(CancelledError):
        propose(ENGLISH, cancel=cancel, names=Stops(), entity_model="tiny")


def test_a_model_that_is_gone_is_a_sentence(propose, gliner):
    with pytest.raises(UserError) as caught:
        propose(ENGLISH, names=gliner, entity_model="another")
    assert (caught.value.code, caught.value.values["model"]) == ("model.missing", "another")


def test_at_most_so_many(propose):
    assert len(propose(ENGLISH, least=1, most=3)) == 3


def test_a_document_in_the_target_language_is_a_sentence(propose):
    with pytest.raises(UserError) as caught:
        propose(KOREAN, "ko")
    assert caught.value.code == "translation.already_there"


def test_it_stops_when_asked(propose):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        propose(ENGLISH, cancel=cancel)
