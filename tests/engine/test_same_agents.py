"""The agents keep the same promises with a model on this machine and with one on a server."""

from __future__ import annotations

import pytest

from agents.base import CancelledError, CancelToken, Notice, Progress, Token
from agents.chat.agent import ChatAgent
from agents.chat.events import ChatDone, ChatRequest, ChatStarted, ChatStored
from agents.engine.port import GenerationRequest, Message, TextPiece
from agents.scholar.agent import ScholarAgent
from agents.scholar.events import DraftDone, DraftRequest, PlanMade, SentenceDone
from agents.store.conversations import Conversations
from agents.store.database import Database
from agents.store.drafts import Drafts
from agents.store.library import Library
from agents.store.passages import Passages
from agents.store.translations import Translations
from agents.translation.agent import TranslationAgent
from agents.translation.events import (
    DocumentDone,
    DocumentRequest,
    DocumentStarted,
    SegmentDone,
    TextDone,
    TextRequest,
)
from agents.translation.korean import Korean
from tests.engine.servers import everywhere
from tests.scholar.conftest import ATTENTION, OTHERS, TOPIC, WordEmbedder

SENTENCES = ("The cat sleeps.", "The dog runs fast.", "See the report for details.")


@pytest.fixture(params=["here", "elsewhere"])
def lent(request, starter_models):
    """(what lends the model, its id)."""
    if request.param == "here":
        yield starter_models, "smol"
        return
    models = everywhere(request.getfixturevalue("llama_server"))
    yield models, "remote:smol"
    models.close()


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield database
    database.close()


@pytest.fixture
def chat(lent, database):
    models, model = lent
    kept = Conversations(database)
    return ChatAgent(models, kept, "Be brief."), kept, model


def test_an_answer_streams_and_is_stored(chat):
    agent, kept, model = chat
    request = ChatRequest("What colour is the sky?", model, max_tokens=12)
    events = list(agent.run(request, CancelToken()))
    assert [type(event) for event in events[:2]] == [ChatStored, ChatStarted]
    done = events[-1]
    assert isinstance(done, ChatDone)
    assert all(isinstance(event, Token) for event in events[2:-1])
    assert "".join(event.text for event in events[2:-1]) == done.text
    assert done.text
    assert 0 < done.tokens <= 12
    assert 0 < done.context_used <= done.context_size
    question, answer = kept.turns(done.conversation)
    assert question.content == "What colour is the sky?"
    state = {"stop": "done", "length": "length"}[done.finish]
    assert (answer.content, answer.state) == (done.text, state)


def test_a_conversation_goes_on_and_its_last_answer_is_made_anew(chat):
    agent, kept, model = chat

    def say(question="", **more):
        request = ChatRequest(question, model, max_tokens=6, **more)
        return list(agent.run(request, CancelToken()))[-1]

    first = say("Name a colour.")
    say("And another.", conversation=first.conversation)
    again = say(conversation=first.conversation, regenerate=True, seed=3)
    turns = kept.turns(first.conversation)
    assert [turn.role for turn in turns] == ["user", "assistant", "user", "assistant"]
    assert turns[1].content == first.text
    assert turns[-1].content == again.text


def test_a_stopped_answer_is_kept_as_far_as_it_came(chat):
    agent, kept, model = chat
    cancel = CancelToken()
    got = []
    request = ChatRequest("Write a long story about a river.", model, max_tokens=900)
    with pytest.raises(CancelledError):
        for event in agent.run(request, cancel):
            if isinstance(event, Token):
                got.append(event.text)
                if len(got) == 4:
                    cancel.cancel()
    answer = kept.turns(kept.list()[0].id)[-1]
    assert answer.state == "stopped"
    assert answer.content == "".join(got)
    assert list(agent.run(ChatRequest("Hi", model, max_tokens=2), CancelToken()))


def test_a_reader_who_leaves_stops_the_answer(chat):
    agent, kept, model = chat
    running = agent.run(ChatRequest("Tell me a long story.", model, max_tokens=900), CancelToken())
    while not isinstance(next(running), Token):
        pass
    running.close()
    assert kept.turns(kept.list()[0].id)[-1].state == "stopped"


def test_a_text_is_translated_sentence_by_sentence(lent, database):
    models, model = lent
    agent = TranslationAgent(models, Translations(database), Korean())
    request = TextRequest(" ".join(SENTENCES), "ko", "model", model)
    events = list(agent.run(request, CancelToken()))
    done = events[-1]
    assert isinstance(done, TextDone)
    segments = [event for event in events if isinstance(event, SegmentDone)]
    assert tuple(one.source for one in segments) == SENTENCES
    assert done.receipt.segments == len(SENTENCES)
    assert done.receipt.translated + done.receipt.untranslated == len(SENTENCES)
    assert done.text == " ".join(one.target for one in segments)


def test_a_document_is_translated_and_written(lent, database, tmp_path):
    """Many segments through `map`; a model without Korean leaves them as they were, and says so."""
    models, model = lent
    store = Translations(database)
    agent = TranslationAgent(models, store, Korean())
    source = tmp_path / "a.txt"
    source.write_text("\n\n".join(SENTENCES) + "\n", "utf-8")
    request = DocumentRequest(source, "ko", tmp_path / "out", "model", model)
    events = list(agent.run(request, CancelToken()))
    started = next(event for event in events if not isinstance(event, Notice))
    assert isinstance(started, DocumentStarted)
    assert started.segments == len(SENTENCES)
    done = events[-1]
    assert isinstance(done, DocumentDone)
    segments = {event.index: event for event in events if isinstance(event, SegmentDone)}
    assert [segments[at].source for at in range(len(SENTENCES))] == list(SENTENCES)
    progress = [event for event in events if isinstance(event, Progress)][-1]
    assert (progress.done, progress.total) == (len(SENTENCES), len(SENTENCES))
    written = done.output.read_text("utf-8").split("\n\n")
    assert [line.strip() for line in written] == [
        segments[at].target for at in range(len(SENTENCES))
    ]
    assert done.receipt_path.exists()


def test_a_cancelled_document_goes_on_where_it_was(lent, database, tmp_path):
    models, model = lent
    agent = TranslationAgent(models, Translations(database), Korean())
    source = tmp_path / "a.txt"
    source.write_text("\n\n".join(SENTENCES) + "\n", "utf-8")
    request = DocumentRequest(source, "ko", tmp_path / "out", "model", model)
    cancel = CancelToken()
    finished = []
    with pytest.raises(CancelledError):
        for event in agent.run(request, cancel):
            if isinstance(event, SegmentDone):
                finished.append(event.index)
                cancel.cancel()
    started = next(
        event for event in agent.run(request, CancelToken()) if isinstance(event, DocumentStarted)
    )
    assert started.segments == len(SENTENCES)
    assert started.resumed <= len(finished)  # only what passed the checks is not asked again


def test_a_draft_cites_only_what_is_in_the_library(lent, database, tmp_path):
    models, model = lent
    library = tmp_path / "refs.bib"
    library.write_text(ATTENTION + OTHERS, "utf-8")
    agent = ScholarAgent(
        models, Library(database), Drafts(database), WordEmbedder, Passages(database)
    )
    request = DraftRequest(TOPIC, model, library, max_themes=1)
    events = list(agent.run(request, CancelToken()))
    plan = next(event for event in events if isinstance(event, PlanMade))
    done = events[-1]
    assert isinstance(done, DraftDone)
    allowed = {work.key for theme in plan.themes for work in theme.works}
    sentences = [event.sentence for event in events if isinstance(event, SentenceDone)]
    assert sentences
    assert {key for one in sentences for key in one.keys} <= allowed


def test_the_engine_itself(lent):
    models, model = lent
    with models.borrow(model) as engine:
        request = GenerationRequest((Message("user", "Say hello."),), max_tokens=5)
        stream = engine.submit(request, CancelToken())
        events = list(stream.events())
        assert all(isinstance(event, TextPiece) for event in events)
        assert "".join(event.text for event in events) == stream.result().text
        requests = [
            GenerationRequest((Message("user", f"Say {n}."),), max_tokens=3, id=str(n))
            for n in range(5)
        ]
        made = dict(engine.map(iter(requests), 2, CancelToken()))
        assert sorted(made) == list("01234")
        assert {(one.problem, bool(one.text)) for one in made.values()} == {(None, True)}
        assert engine.count_tokens("") == 0
        assert engine.count_tokens("one two three") >= 3
