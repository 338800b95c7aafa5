"""Other wordings of a sentence, and where sentences of a text stand."""

from __future__ import annotations

import re

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.store.memories import Memories
from agents.translation.agent import TranslationAgent
from agents.translation.alternatives import MOST, TRIES
from agents.translation.events import AlternativesRequest, TextRequest
from agents.translation.own import Own
from tests.translation.desk import EN_KO, last

SENTENCE = "The dog runs fast."
WORDINGS = (
    "개가 빨리 달린다.",
    "개가 빠르게 달린다.",
    "The dog runs fast.",  # no translation
    "개가  빨리 달린다.",  # the first one again
    "그 개는 빨리 달린다.",
    "개가 7배 빨리 달린다.",  # a number that is not there
    "그 개는 빠르게 달린다.",
    "개는 빨리 뛴다.",
)


def asked(desk, *known: str, text: str = SENTENCE, **more) -> list[str]:
    sentence = TextRequest(text, "ko", "model", "m", **more)
    return [event.text for event in desk.events(AlternativesRequest(sentence, known))]


def by_seed(request) -> str:
    return WORDINGS[request.sampling.seed - 1]


def test_each_wording_passed_the_checks_and_comes_once(setup):
    desk = setup(by_seed)
    assert asked(desk, "개가 빠르게 달린다.") == [
        "개가 빨리 달린다.",
        "그 개는 빨리 달린다.",
        "그 개는 빠르게 달린다.",
        "개는 빨리 뛴다.",
    ]
    requests = desk.engine.requests
    assert len({one.sampling.seed for one in requests}) == TRIES
    assert all(one.sampling.temperature > 0 for one in requests)
    assert {last(one) for one in requests} == {SENTENCE}


def test_no_more_than_a_few_are_offered(setup):
    many = ["개", "고양이", "소", "말", "양", "닭", "새", "곰"]
    desk = setup(lambda request: f"{many[request.sampling.seed - 1]}가 빨리 달린다.")
    assert len(asked(desk)) == MOST


def test_a_register_that_was_chosen_holds_for_all(setup):
    desk = setup(by_seed)
    made = asked(desk, register="formal")
    assert len(made) == MOST
    assert all(one.endswith("니다.") for one in made)


def test_what_a_person_confirmed_comes_first(setup, korean):
    desk = setup(by_seed)
    memories = Memories(desk.database)
    memories.add_human(SENTENCE, "그 개가 빠르게 달리는군요.", ("en", "ko"))
    desk.agent = TranslationAgent(desk.models, desk.store, korean, Own(memories))
    assert asked(desk)[0] == "그 개가 빠르게 달리는군요."


@pytest.mark.parametrize("text", ["12", "개가 달린다.", "It works. It works well."])
def test_what_is_not_one_sentence_to_translate_has_none(setup, text):
    desk = setup(by_seed)
    assert asked(desk, text=text) == []
    assert desk.engine.requests == []


def test_a_model_that_fails_every_time_is_a_sentence(setup):
    def broken(_request):
        raise UserError("engine.context_full", needed=9, context=5)

    with pytest.raises(UserError) as failed:
        asked(setup(broken))
    assert failed.value.code == "engine.context_full"
    with pytest.raises(UserError) as failed:
        setup(by_seed).events(AlternativesRequest(TextRequest(SENTENCE, "ko")))
    assert failed.value.code == "translation.no_model"


def test_the_search_can_be_stopped(setup):
    cancel = CancelToken()
    desk = setup(by_seed)
    events = desk.agent.run(AlternativesRequest(TextRequest(SENTENCE, "ko", "model", "m")), cancel)
    assert next(events).text == WORDINGS[0]
    cancel.cancel()
    with pytest.raises(CancelledError):
        next(events)


EN = re.compile("|".join(map(re.escape, EN_KO)))


def in_korean(text: str) -> str:
    return EN.sub(lambda found: EN_KO[found.group()], text)


@pytest.mark.parametrize(
    "text",
    [
        "The cat sleeps. The dog runs fast.\n\n  It works.\n",
        "  The cat sleeps.\n12\nIt works.",
        "🙂 The cat sleeps. It works. 🙂",
        "- The dog runs fast.\n- The cat sleeps.",
    ],
)
def test_pairs_say_where_each_sentence_stands(setup, text):
    done = setup(lambda request: in_korean(last(request))).text(text)
    assert done.text == in_korean(text)
    assert len(done.pairs) >= 2
    for pair in done.pairs:
        source, target = text[slice(*pair.source)], done.text[slice(*pair.target)]
        assert source.strip() == source != ""
        assert target == in_korean(source)
