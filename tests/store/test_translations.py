"""Translation jobs: found again only by what makes their words."""

from __future__ import annotations

import dataclasses
import time

import pytest

from agents.store.database import Database
from agents.store.segment_rows import StoredSegment
from agents.store.translations import Translations


@pytest.fixture
def kept(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield Translations(database)
    database.close()


def begin(kept, identity="i", **more):
    values = {
        "source": "/a.docx",
        "output": "/a.ko.docx",
        "languages": ("en", "ko"),
        "engine": "model",
        "model": "m",
        "segments": 2,
    }
    return kept.start(identity, **(values | more))


ONE = StoredSegment("p0.0", 0, "One.", "하나.", "translated")
BAD = StoredSegment(
    "p0.1", 1, "Two.", "Two.", "untranslated", ("loop", "tag"), "둘둘둘", retried=True
)


def test_segments_come_back_as_they_were_stored_in_order(kept):
    job = begin(kept)
    kept.save(job, [BAD], 0.5)
    kept.save(job, [ONE], 0.25)
    assert kept.segments(job) == (ONE, BAD)
    found = kept.job(job)
    assert (found.stored, found.flagged, found.segments, found.seconds) == (2, 1, 2, 0.75)
    assert (found.source, found.output, found.model) == ("/a.docx", "/a.ko.docx", "m")


def test_the_same_identity_is_the_same_job_and_another_is_not(kept):
    job = begin(kept)
    kept.save(job, [ONE])
    assert begin(kept, source="/b.docx") == job
    assert kept.segments(job) == (ONE,)
    assert kept.job(job).source == "/b.docx"
    other = begin(kept, "other")
    assert other != job
    assert kept.segments(other) == ()


def test_a_finished_job_that_starts_again_forgets_only_what_failed(kept):
    job = begin(kept)
    kept.save(job, [ONE, BAD], 3.0)
    assert begin(kept) == job
    assert len(kept.segments(job)) == 2  # it was not finished: both are done
    kept.finish(job, "done", "/r.json", 1.0)
    assert kept.job(job).receipt == "/r.json"
    begin(kept)
    assert kept.segments(job) == (ONE,)
    assert kept.job(job).seconds == 0


def test_a_dead_process_leaves_an_interrupted_job(kept):
    job = begin(kept)
    assert kept.job(job).state == "running"
    with kept._database.write() as db:
        db.execute("update translation_job set owner = '999999999:1.00'")
    assert kept.jobs()[0].state == "interrupted"


@pytest.mark.parametrize("state", ["done", "cancelled", "failed"])
def test_how_it_ended_is_kept(kept, state):
    job = begin(kept)
    kept.finish(job, state)
    assert kept.jobs()[0].state == state


def test_the_latest_job_is_first_and_the_list_ends(kept):
    jobs = [begin(kept, str(n)) for n in range(5)]
    time.sleep(0.01)  # the clock of the database counts milliseconds
    kept.save(jobs[1], [ONE])
    assert [job.id for job in kept.jobs(limit=3)] == [jobs[1], jobs[4], jobs[3]]


def test_phrases_are_kept_with_their_job(kept):
    job = begin(kept)
    kept.save_phrases(job, {"full report": "전체 보고서", "x": ""})
    kept.save_phrases(job, {"x": "엑스"})
    assert kept.phrases(job) == {"full report": "전체 보고서", "x": "엑스"}


def test_deleting_deletes_everything_of_the_job(kept):
    job = begin(kept)
    kept.save(job, [ONE])
    kept.save_phrases(job, {"a": "b"})
    kept.delete(job)
    assert kept.job(job) is None
    assert kept.segments(job) == ()
    assert kept.phrases(job) == {}
    assert not kept.made("/a.ko.docx")


def test_our_outputs_are_known(kept):
    begin(kept)
    assert kept.made("/a.ko.docx")
    assert not kept.made("/b.ko.docx")


HUMAN = dataclasses.replace(BAD, target="둘.", state="translated", problems=(), made_by="human")


def test_a_run_never_writes_over_what_a_person_wrote_or_confirmed(kept):
    job = begin(kept)
    kept.save(job, [ONE, BAD])
    confirmed = dataclasses.replace(ONE, confirmed=True)
    kept.review(job, [confirmed, HUMAN])
    kept.save(job, [dataclasses.replace(ONE, target="딴것."), BAD])
    assert kept.segments(job) == (confirmed, HUMAN)
    assert [version.target for version in kept.history(job, "p0.1")] == ["Two.", "둘."]


def test_a_finished_job_that_starts_again_keeps_a_persons_words(kept):
    job = begin(kept)
    flagged = dataclasses.replace(HUMAN, problems=("number",))
    accepted = dataclasses.replace(ONE, problems=("length",), confirmed=True)
    kept.save(job, [ONE, BAD])
    kept.review(job, [accepted, flagged])
    kept.finish(job, "done")
    assert kept.job(job).flagged == 1  # what a person confirmed is no problem any more
    begin(kept)
    assert kept.segments(job) == (accepted, flagged)


def test_another_source_under_the_same_name_is_another_segment(kept):
    job = begin(kept)
    kept.save(job, [BAD])
    kept.review(job, [HUMAN])
    other = dataclasses.replace(BAD, source="Three.", target="Three.")
    kept.save(job, [other])
    assert kept.segments(job) == (other,)


def test_the_history_says_who_and_when_and_comments_are_no_version(kept):
    job = begin(kept)
    kept.save(job, [ONE])
    kept.review(job, [dataclasses.replace(ONE, comment="?")])
    kept.review(job, [dataclasses.replace(ONE, target="일.", made_by="human", comment="?")])
    kept.review(job, [dataclasses.replace(ONE, target="1.", made_by="model:x")])
    history = kept.history(job, "p0.0")
    assert [(one.target, one.made_by) for one in history] == [
        ("하나.", ""),
        ("일.", "human"),
        ("1.", "model:x"),
    ]
    assert all(one.made_at.endswith("Z") for one in history)
    kept.delete(job)
    assert kept.history(job, "p0.0") == ()


def test_some_segments_are_read_alone(kept):
    job = begin(kept)
    kept.save(job, [ONE, BAD])
    assert kept.segments(job, ["p0.1", "gone"]) == (BAD,)
    assert kept.segments(job, []) == ()
