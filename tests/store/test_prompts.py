"""Personas, commands and how a conversation is answered, with a real database and real files."""

from __future__ import annotations

import json

import pytest

from agents.base import UserError
from agents.store.conversations import Conversations
from agents.store.database import Database
from agents.store.prompts import Chosen, Prompt, Prompts
from app import prompt_files


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "data.sqlite3")
    yield made
    made.close()


@pytest.fixture
def prompts(database):
    return Prompts(database)


def test_names_are_kept_apart_within_a_kind(prompts):
    one = prompts.add("persona", "Editor", "a")
    two = prompts.add("persona", "editor", "b")
    same = prompts.add("command", "editor", "c")
    third = prompts.add("command", "Editor", "d")
    assert (one.name, two.name) == ("Editor", "editor 2")
    assert (same.name, third.name) == ("editor", "Editor2")  # a command has no space
    assert prompts.change(Prompt(two.id, "persona", "EDITOR", "b")).name == "EDITOR 2"
    assert prompts.change(Prompt(one.id, "persona", "Editor", "new")).name == "Editor"
    assert [p.text for p in prompts.list("persona")] == ["new", "b"]


def test_a_conversation_keeps_how_it_is_answered(database, prompts):
    conversation = Conversations(database).start("t", "m")
    persona = prompts.add("persona", "p", "text")
    chosen = Chosen("m2", persona.id, (("subject", "식물"),), thinking=False, temperature=0.5)
    prompts.choose(conversation, chosen)
    assert prompts.chosen(conversation) == chosen
    assert prompts.chosen(conversation + 1) == Chosen()
    prompts.choose(conversation + 1, chosen)  # it is gone: nothing is kept, nothing is raised
    assert prompts.chosen(conversation + 1) == Chosen()


def test_deleting_a_persona_can_be_taken_back_where_it_answered_too(database, prompts):
    conversation = Conversations(database).start("t", "m")
    persona = prompts.add("persona", "p", "text")
    prompts.choose(conversation, Chosen(persona=persona.id))
    used = prompts.delete(persona.id)
    assert used == (conversation,)
    assert prompts.chosen(conversation).persona == 0
    prompts.restore(persona, used)
    assert prompts.get(persona.id) == persona
    assert prompts.chosen(conversation).persona == persona.id


def test_deleting_a_conversation_takes_its_manner_along(database, prompts):
    kept = Conversations(database)
    conversation = kept.start("t", "m")
    prompts.choose(conversation, Chosen("m2"))
    kept.delete(conversation)
    assert prompts.chosen(conversation) == Chosen()


def test_a_file_goes_out_and_comes_in(prompts, tmp_path):
    prompts.add("persona", "조교", "당신은 {{분야}} 조교이다.")
    prompts.add("command", "mail", "Write {{text}}")
    path = tmp_path / "mine.json"
    both = (*prompts.list("persona"), *prompts.list("command"))
    assert prompt_files.write(both, path) == 2
    assert prompt_files.read(path, prompts) == 0  # all of it is here
    other = Database(tmp_path / "other.sqlite3")
    fresh = Prompts(other)
    assert prompt_files.read(path, fresh) == 2
    assert [(p.name, p.text) for p in fresh.list("persona")] == [
        ("조교", "당신은 {{분야}} 조교이다.")
    ]
    fresh.change(Prompt(fresh.list("command")[0].id, "command", "mail", "Another"))
    assert prompt_files.read(path, fresh) == 1
    assert [p.name for p in fresh.list("command")] == ["mail", "mail2"]
    other.close()
    assert [item.name for item in tmp_path.iterdir() if item.name.endswith(".part")] == []


def holding(*prompts, version=1):
    return json.dumps({"moadesk": "prompts", "version": version, "prompts": prompts}).encode()


GOOD = {"kind": "persona", "name": "a", "text": "b"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        holding(GOOD, version=2),
        holding(GOOD | {"kind": "x"}),
        holding(GOOD | {"name": " "}),
        holding(GOOD, {}),
    ],
)
def test_what_is_no_such_file_is_refused_and_nothing_is_kept(prompts, tmp_path, content):
    path = tmp_path / "foreign.json"
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        prompt_files.read(path, prompts)
    assert caught.value.code == "chat.no_prompts"
    assert prompts.list("persona") == ()


def test_a_file_that_is_not_there_or_cannot_be_written(prompts, tmp_path):
    with pytest.raises(UserError) as caught:
        prompt_files.read(tmp_path / "none.json", prompts)
    assert caught.value.code == "file.unreadable"
    with pytest.raises(UserError) as caught:
        prompt_files.write((), tmp_path / "no" / "such.json")
    assert caught.value.code == "file.unwritable"
