"""What a job was asked to do is stored with it: who goes on with it goes on with the same."""

from __future__ import annotations

import json

import pytest

from agents.base import CancelToken
from agents.store.glossaries import Glossaries, StoredTerm
from agents.translation import choices
from agents.translation.document_job import asked
from agents.translation.events import DocumentRequest
from agents.translation.own import Own
from agents.translation.review import Review
from tests.translation.desk import Setup, last
from tests.translation.killing import killed
from tests.translation.test_srx import OWN

DATA = {"title": "The cat sleeps.", "note": "The dog runs fast.", "code": "It works."}


def test_choices_survive_being_stored(tmp_path):
    request = DocumentRequest(
        tmp_path / "a.json",
        "ko",
        tmp_path / "out",
        "model",
        "m",
        tmp_path / "m.tmx",
        "polite",
        (("json.include", "$.title"), ("protect", "[A-Z]+-\\d+")),
        use_memory=False,
        glossary="Terms",
        srx=tmp_path / "own.srx",
        also=("receipt-html", "xliff"),
    )
    assert choices.from_json(choices.as_json(request)) == request


@pytest.mark.parametrize(
    "damage",
    [
        {"target": "fr"},
        {"engine": "oracle"},
        {"register": "rude"},
        {"source": ""},
        {"out": None},
    ],
)
def test_what_is_no_request_is_none(tmp_path, damage):
    request = DocumentRequest(tmp_path / "a.txt", "ko", tmp_path)
    assert choices.read(choices.written(request) | damage) is None
    assert choices.read(["?"]) is None
    assert choices.from_json("{") is None


def test_damaged_details_are_left_out(tmp_path):
    words = choices.written(DocumentRequest(tmp_path / "a.txt", "ko", tmp_path))
    read = choices.read(words | {"options": [["a"], 3, ["protect", "x"]], "also": [1, "xliff"]})
    assert read is not None
    assert (read.options, read.also) == ((("protect", "x"),), ("xliff",))


def review(made, **own):
    korean = made.agent._documents._korean
    return Review(made.models, made.store, korean, own=Own(**own))


def test_a_job_with_options_is_written_again(setup):
    made = setup()
    source = made.file("a.json", json.dumps(DATA))
    done = made.document(source, options=(("json.include", "$.title"), ("protect", "cat")))
    assert made.store.job(done.job).segments == 1
    (segment,) = made.store.segments(done.job)
    looked = review(made)
    change = looked.edit(done.job, segment.segment, "cat이 자고 있다.")
    assert change.after[0].problems == ()  # "cat" is protected: it has to stand there
    again = looked.export(done.job)
    assert json.loads(again.output.read_text("utf-8")) == DATA | {"title": "cat이 자고 있다."}


def test_a_job_with_own_rules_is_written_again(setup, tmp_path):
    made = setup(lambda request: f"고양이 {last(request)} 잔다.")
    rules = tmp_path / "own.srx"
    rules.write_text(OWN.format(cascade="yes", before=";"), "utf-8")
    source = made.file("a.txt", "The cat sleeps; the dog does not. Look at them. It works.")
    done = made.document(source, srx=rules)
    plain = made.document(made.file("b.txt", source.read_bytes()))
    assert done.receipt.segments != plain.receipt.segments
    assert review(made).export(done.job).receipt.segments == done.receipt.segments


def test_a_person_is_held_to_the_glossary_of_the_job(setup):
    made = setup(lambda _request: "보고서가 완성되었다.")
    glossaries = Glossaries(made.database)
    glossaries.add("Terms", [StoredTerm("report", "보고서")])
    own = Own(None, glossaries)
    made.agent._documents._own = own
    source = made.file("a.txt", "The report is complete.")
    done = made.document(source, glossary="Terms")
    (segment,) = made.store.segments(done.job)
    looked = review(made, glossaries=glossaries)
    change = looked.edit(done.job, segment.segment, "리포트가 완성되었다.")
    assert change.after[0].problems == ("term",)
    glossaries.remove("Terms")
    assert review(made, glossaries=glossaries).export(done.job).output.read_text("utf-8") == (
        "리포트가 완성되었다."
    )


def test_a_job_of_an_older_version_is_what_its_columns_say(setup):
    made = setup()
    done = made.document(made.file("a.txt", "The cat sleeps."))
    with made.database.write() as db:
        db.execute("update translation_job set choices = '{}'")
    job = made.store.job(done.job)
    assert asked(job) == DocumentRequest(
        made.folder / "a.txt", "ko", made.folder / "out", "model", "m"
    )
    assert review(made).export(done.job).output == done.output


def test_a_killed_job_with_options_goes_on_with_them(tmp_path):
    count = 30
    data = [{"text": f"The cat sleeps in house h{n}.", "id": f"Keep me {n}."} for n in range(count)]
    (tmp_path / "a.json").write_text(json.dumps(data), "utf-8")
    options = [["json.include", "$[*].text"], ["protect", "house"]]
    store = killed(tmp_path, "a.json", options)
    (job,) = store.jobs()
    assert (job.state, job.segments) == ("interrupted", count)
    assert 5 <= job.stored < count

    setup = Setup(tmp_path, lambda request: f"고양이가 house {last(request).split()[-1]} 잔다.")
    done = list(setup.agent.run(asked(job), CancelToken()))[-1]
    assert done.job == job.id
    assert len(setup.asked) == count - job.stored
    made = json.loads(done.output.read_text("utf-8"))
    assert [one["id"] for one in made] == [one["id"] for one in data]
    assert all(one["text"].startswith("고양이") and "house" in one["text"] for one in made)
