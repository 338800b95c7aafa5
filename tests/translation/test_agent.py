"""The agent: nothing is called done that was not checked, nothing done is done again."""
# ruff: noqa: E501 - a case is a line

from __future__ import annotations

import dataclasses
import json

import pytest

from agents.base import CancelledError, CancelToken, Notice, Progress, Token, UserError
from agents.engine.port import Priority, Sampling
from agents.translation.events import (
    DocumentDone,
    DocumentRequest,
    DocumentStarted,
    SegmentDone,
    TextDone,
    TextRequest,
)
from tests.engine.scripted import INFO
from tests.translation.desk import EN_KO, last
from tests.translation.word_files import document, paragraph, part, run

LONG = "The committee approved the budget for the new library after a long discussion on Monday."
LONG_KO = "위원회는 월요일에 긴 토론 끝에 새 도서관의 예산을 승인했다."


def counts(receipt) -> tuple[int, int, int, int, int]:
    return (
        receipt.segments,
        receipt.translated,
        receipt.untranslated,
        receipt.retried,
        receipt.from_memory,
    )


def test_a_document_its_receipt_and_its_events(setup):
    desk = setup()
    source = desk.file("a.docx", document(paragraph(run("The cat sleeps. The dog runs fast."))))
    request = DocumentRequest(source, "ko", desk.folder / "out", "model", "m")
    events = desk.events(request)
    assert isinstance(events[0], DocumentStarted)
    assert (events[0].segments, events[0].resumed, events[0].source_language) == (2, 0, "en")
    done = events[-1]
    assert isinstance(done, DocumentDone)
    assert done.output == desk.folder / "out" / "a.ko.docx"
    assert "고양이가 잔다. 개가 빨리 달린다." in part(done.output.read_bytes())
    segments = [event for event in events if isinstance(event, SegmentDone)]
    assert [(s.source, s.target, s.state) for s in segments] == [
        ("The cat sleeps.", "고양이가 잔다.", "translated"),
        ("The dog runs fast.", "개가 빨리 달린다.", "translated"),
    ]
    progress = [event for event in events if isinstance(event, Progress)]
    assert (progress[-1].done, progress[-1].total) == (2, 2)
    assert progress[-1].rate > 0
    written = json.loads(done.receipt_path.read_text("utf-8"))
    assert done.receipt_path.name == "a.ko.docx.receipt.json"
    assert written["segments"] == written["translated"] == 2
    assert written["problems"] == []
    assert (written["source"], written["output"]) == ("a.docx", "a.ko.docx")
    assert (written["source_language"], written["target_language"]) == ("en", "ko")
    assert {"untranslated", "retried", "from_memory", "engine", "model", "seconds"} <= set(written)


def test_the_model_is_asked_as_it_was_trained(setup):
    desk = setup()
    desk.document(desk.file("a.txt", "The cat sleeps.\n"))
    request = desk.engine.requests[0]
    assert [(m.role, m.content) for m in request.messages] == [
        ("system", "Translate the following text to Korean."),
        ("user", "The cat sleeps."),
    ]
    assert request.sampling == Sampling()  # greedy
    assert request.priority is Priority.BACKGROUND
    assert request.prefix_key


def test_many_are_in_flight_and_equal_ones_are_asked_once(setup):
    desk = setup(lambda request: f"{last(request)[-3:-1]}번 고양이가 잔다.", newest_first=True)
    text = (
        "\n\n".join(f"The cat sleeps in house {n}." for n in range(10, 40))
        + "\n\nThe cat sleeps in house 10.\n"
    )
    done = desk.document(desk.file("a.txt", text))
    assert counts(done.receipt) == (31, 31, 0, 0, 0)
    assert len(desk.asked) == 30
    assert desk.engine.most_in_flight == 8
    lines = done.output.read_text("utf-8").split("\n\n")
    assert lines[0] == lines[30].strip() == "10번 고양이가 잔다."
    assert lines[29] == "39번 고양이가 잔다."


FAULTS = {
    "empty": "",
    "same_as_source": LONG,
    "loop": "위원회는 예산을 " * 20,
    "truncated": "예산.",
}


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.docx"])
def test_a_fault_is_tried_again_in_another_way_and_then_reported(setup, kind, name):
    desk = setup(lambda request: EN_KO.get(last(request), FAULTS[kind]))
    source = f"{LONG} It works.\n"
    data = document(paragraph(run(source.strip()))) if name.endswith("docx") else source
    done = desk.document(desk.file(name, data))
    assert counts(done.receipt) == (2, 1, 1, 1, 0)
    problem = done.receipt.problems[0]
    assert (problem.kind, problem.source) == (kind, LONG)
    assert problem.target == " ".join(FAULTS[kind].split())
    first, second = (request for request in desk.engine.requests if last(request) == LONG)
    assert first.sampling != second.sampling
    assert second.sampling.temperature > 0
    text = done.output.read_bytes()
    text = part(text) if name.endswith("docx") else text.decode()
    assert LONG in text  # the source stays
    assert "작동한다." in text


def test_a_second_try_that_passes_counts_as_retried(setup):
    answers = iter(["", LONG_KO])
    desk = setup(lambda _request: next(answers))
    done = desk.document(desk.file("a.txt", LONG))
    assert counts(done.receipt) == (1, 1, 0, 1, 0)
    assert done.output.read_text("utf-8") == LONG_KO


def test_a_second_try_uses_the_sampling_of_the_model(setup):
    own = Sampling(temperature=0.7, top_k=5, repeat_penalty=1.3)
    desk = setup("", info=dataclasses.replace(INFO, sampling=own))
    desk.document(desk.file("a.txt", LONG))
    assert dataclasses.replace(desk.engine.requests[-1].sampling, seed=0) == own
    assert desk.engine.requests[-1].sampling.seed != 0


def test_an_answer_cut_by_length_is_a_problem(setup):
    desk = setup(lambda _request: "위원회는 " + " ".join(f"말{n}" for n in range(900)))
    done = desk.document(desk.file("a.txt", LONG))
    assert done.receipt.problems[0].kind in ("truncated", "loop")
    assert done.receipt.untranslated == 1


def test_a_lost_mark_is_a_problem(setup):
    desk = setup(lambda _request: "고양이.")
    done = desk.document(desk.file("a.md", "The [cat](a) and the [dog](b) sleep.\n"))
    assert [problem.kind for problem in done.receipt.problems] == ["tag"]
    assert done.output.read_text("utf-8") == "The [cat](a) and the [dog](b) sleep.\n"


def test_addresses_that_an_answer_left_out_are_a_problem(setup):
    desk = setup(lambda _request: "고양이를 보라.")
    done = desk.document(desk.file("a.txt", "See the cat at https://cats.org/a now.\n"))
    assert [problem.kind for problem in done.receipt.problems] == ["tag"]


def test_one_segment_that_fails_does_not_stop_the_others(setup):
    def say(request):
        if "cat" in last(request):
            raise UserError("engine.context_full", needed=9, context=8)
        return EN_KO[last(request)]

    desk = setup(say)
    done = desk.document(desk.file("a.txt", "The cat sleeps. It works."))
    assert [problem.kind for problem in done.receipt.problems] == ["truncated"]
    assert done.output.read_text("utf-8") == "The cat sleeps. 작동한다."


def test_a_model_that_fails_on_everything_is_an_error_and_writes_nothing(setup):
    def say(_request):
        raise UserError("model.damaged", path="x", reason="y")

    desk = setup(say)
    with pytest.raises(UserError) as caught:
        desk.document(desk.file("a.txt", "The cat sleeps. It works."))
    assert caught.value.code == "model.damaged"
    assert list((desk.folder / "out").iterdir()) == []
    assert desk.store.jobs()[0].state == "failed"


def test_what_has_no_words_is_done_and_never_asked(setup):
    desk = setup()
    done = desk.document(
        desk.file("a.txt", "1,204\n\nhttps://a.b/c\n\nIt works.\n\n한국어는 그대로.\n")
    )
    assert desk.asked == ["It works."]
    assert counts(done.receipt) == (4, 4, 0, 0, 0)


def test_bold_words_are_asked_for_so_that_they_are_found_again(setup):
    desk = setup()
    done = desk.document(desk.file("a.md", "See the **full report** for details.\n"))
    assert done.output.read_text("utf-8") == "자세한 내용은 **전체 보고서**를 보십시오.\n"
    assert counts(done.receipt) == (1, 1, 0, 0, 0)


def test_a_phrase_that_cannot_be_had_harms_nothing(setup):
    desk = setup(lambda request: EN_KO[last(request)] if "See" in last(request) else "")
    done = desk.document(desk.file("a.md", "See the **full report** for details.\n"))
    assert done.output.read_text("utf-8").count("**") == 2
    assert done.receipt.problems == ()


# -- engines without a model ---------------------------------------------------------------------


@pytest.mark.parametrize("text", ["The cat sleeps.  \r\n\r\n`x` **b**\r\n", "고양이가 잔다.\n"])
@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_identity_gives_bytes_back(setup, name, text):
    desk = setup()
    done = desk.document(desk.file(name, text), engine="identity")
    assert done.output.read_bytes() == text.encode()
    assert done.receipt.problems == ()
    assert done.receipt.untranslated == 0
    assert desk.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "The cat sleeps at https://a.b/c in 2024, {name}.\n",
        "고양이가 2024년에 https://a.b/c 에서 {name} 잔다.\n",
    ],
)
def test_pseudo_is_longer_framed_and_keeps_what_must_stay(setup, text):
    desk = setup()
    done = desk.document(desk.file("a.txt", text), engine="pseudo")
    made = done.output.read_text("utf-8").strip()
    assert made.startswith("[")
    assert made.endswith("]")
    assert 1.15 * len(text) < len(made) < 1.6 * len(text)
    for kept in ("https://a.b/c", "2024", "{name}"):
        assert kept in made
    assert made != text
    assert done.receipt.problems == ()


def test_memory_fills_in_what_it_knows_through_the_same_checks(setup):
    desk = setup()
    rows = [
        ("It works.", "작동한다."),
        ("The cat sleeps.", "The cat sleeps."),
        ("The dog runs fast.", "개 " * 40),
    ]
    memory = desk.file("m.jsonl", "\n".join(json.dumps({"en": a, "ko": b}) for a, b in rows))
    source = desk.file("a.txt", "It works. The cat sleeps. The dog runs fast. Unknown words. 12")
    done = desk.document(source, engine="memory", memory=memory)
    assert counts(done.receipt) == (5, 2, 3, 0, 1)
    assert [p.kind for p in done.receipt.problems] == ["same_as_source", "loop", "empty"]
    assert (
        done.output.read_text("utf-8")
        == "작동한다. The cat sleeps. The dog runs fast. Unknown words. 12"
    )


def test_a_model_with_a_memory_is_asked_only_for_the_rest(setup):
    desk = setup()
    memory = desk.file("m.jsonl", json.dumps({"en": "It works.", "ko": "돌아간다."}))
    done = desk.document(desk.file("a.txt", "It works. The cat sleeps."), memory=memory)
    assert desk.asked == ["The cat sleeps."]
    assert counts(done.receipt) == (2, 2, 0, 0, 1)
    assert done.output.read_text("utf-8") == "돌아간다. 고양이가 잔다."


# -- going on --------------------------------------------------------------------------------------


def interrupted(desk, source, after=3):
    cancel = CancelToken()
    request = DocumentRequest(source, "ko", desk.folder / "out", "model", "m")
    seen = 0
    with pytest.raises(CancelledError):
        for event in desk.agent.run(request, cancel):
            seen += isinstance(event, SegmentDone)
            if seen == after:
                cancel.cancel()
    return request


def many(request) -> str:
    return f"고양이 {last(request).split()[-1]} 잔다."


TEXT = "\n\n".join(f"The cat sleeps in house {n}." for n in range(20, 40))


def test_a_cancelled_job_goes_on_where_it_was(setup):
    desk = setup(many)
    source = desk.file("a.txt", TEXT)
    request = interrupted(desk, source)
    assert not (desk.folder / "out" / "a.ko.txt").exists()
    job = desk.store.jobs()[0]
    assert job.state == "cancelled"
    assert job.stored >= 3
    stored = {segment.source for segment in desk.store.segments(job.id)}
    before = len(desk.asked)
    events = desk.events(request)
    assert events[0].resumed == len(stored)
    assert not stored & set(desk.asked[before:])
    assert counts(events[-1].receipt) == (20, 20, 0, 0, 0)
    assert desk.store.jobs()[0].state == "done"


def test_a_reader_who_leaves_is_a_cancel(setup):
    desk = setup(many)
    running = desk.agent.run(
        DocumentRequest(desk.file("a.txt", TEXT), "ko", desk.folder / "out", "model", "m"),
        CancelToken(),
    )
    for event in running:
        if isinstance(event, SegmentDone):
            break
    running.close()
    assert desk.store.jobs()[0].state == "cancelled"


@pytest.mark.parametrize("change", ["content", "target", "model", "engine"])
def test_anything_that_changes_the_words_starts_anew(setup, change):
    desk = setup(
        lambda request: "It is fine." if "English" in request.messages[0].content else many(request)
    )
    desk.models.engines["n"] = desk.engine
    desk.models.borrowed["n"] = 0
    source = desk.file("a.txt", TEXT)
    request = interrupted(desk, source)
    if change == "content":
        source.write_text(TEXT + " More.", "utf-8")
    elif change == "target":
        source.write_text(TEXT, "utf-8")
        request = dataclasses.replace(request, target="en", engine="identity")
    elif change == "model":
        request = dataclasses.replace(request, model="n")
    else:
        request = dataclasses.replace(request, engine="pseudo")
    assert desk.events(request)[0].resumed == 0


def test_a_finished_job_asks_again_only_for_what_failed(setup):
    answers = {"The cat sleeps.": "", "It works.": "작동한다."}
    desk = setup(lambda request: answers[last(request)])
    source = desk.file("a.txt", "The cat sleeps. It works.")
    assert desk.document(source).receipt.untranslated == 1
    answers["The cat sleeps."] = "고양이가 잔다."
    before = len(desk.asked)
    done = desk.document(source)
    assert desk.asked[before:] == ["The cat sleeps."]
    assert counts(done.receipt) == (2, 2, 0, 0, 0)
    assert done.output.read_text("utf-8") == "고양이가 잔다. 작동한다."


# -- bad input ---------------------------------------------------------------------------------------


def test_a_model_that_lacks_korean_says_so_first_and_goes_on(setup):
    desk = setup(info=dataclasses.replace(INFO, languages=("en",)))
    request = DocumentRequest(
        desk.file("a.txt", "It works."), "ko", desk.folder / "out", "model", "m"
    )
    events = desk.events(request)
    assert isinstance(events[0], Notice)
    assert events[0].code == "translation.model_lacks_korean"
    assert isinstance(events[-1], DocumentDone)
    events = desk.events(TextRequest("It works.", "ko", "model", "m"))
    assert isinstance(events[0], Notice)


@pytest.mark.parametrize(
    ("name", "data", "more", "code"),
    [
        ("a.docx", b"", {}, "translation.empty_file"),
        ("a.docx", b"no zip", {}, "translation.wrong_ending"),
        ("a.doc", b"x", {}, "translation.old_format"),
        ("a.xyz", b"%PDF", {}, "translation.unknown_format"),
        ("a.txt", b"\0\1\2", {}, "translation.not_text"),
        ("a.txt", "고양이가 잔다.".encode(), {}, "translation.already_there"),
        ("a.txt", b"It works.", {"model": ""}, "translation.no_model"),
        ("a.txt", b"It works.", {"model": "gone"}, "model.missing"),
        ("a.txt", b"It works.", {"engine": "memory"}, "translation.no_memory"),
        ("a.txt", None, {}, "file.missing"),
    ],
)
def test_bad_requests_are_sentences_and_write_nothing(setup, name, data, more, code):
    desk = setup()
    source = desk.file(name, data) if data is not None else desk.folder / name
    request = DocumentRequest(source, "ko", desk.folder / "out", "model", "m")
    with pytest.raises(UserError) as caught:
        desk.events(dataclasses.replace(request, **more))
    assert caught.value.code == code
    assert not (desk.folder / "out").exists() or not list((desk.folder / "out").iterdir())


def test_a_folder_is_no_document(setup):
    desk = setup()
    (desk.folder / "b.txt").mkdir()
    with pytest.raises(UserError) as caught:
        desk.document(desk.folder / "b.txt")
    assert caught.value.code == "translation.not_a_file"


def test_nothing_that_is_not_ours_is_written_over(setup):
    desk = setup()
    source = desk.file("a.txt", "It works.")
    (desk.folder / "out").mkdir()
    (desk.folder / "out" / "a.ko.txt").write_text("mine", "utf-8")
    with pytest.raises(UserError) as caught:
        desk.document(source)
    assert caught.value.code == "translation.output_exists"
    assert (desk.folder / "out" / "a.ko.txt").read_text("utf-8") == "mine"


def test_our_own_output_is_written_again(setup):
    desk = setup()
    source = desk.file("a.txt", "It works.")
    desk.document(source)
    source.write_text("The cat sleeps.", "utf-8")
    assert desk.document(source).output.read_text("utf-8") == "고양이가 잔다."
    assert sorted(p.name for p in (desk.folder / "out").iterdir()) == [
        "a.ko.txt",
        "a.ko.txt.receipt.json",
    ]


def test_an_output_folder_that_is_a_file_is_a_sentence(setup):
    desk = setup()
    desk.file("out", "x")
    with pytest.raises(UserError) as caught:
        desk.document(desk.file("a.txt", "It works."))
    assert caught.value.code == "file.unwritable"


# -- texts -------------------------------------------------------------------------------------------


def test_a_text_streams_and_ends_checked(setup):
    desk = setup()
    request = TextRequest("The cat sleeps. The dog runs fast.\n\n  It works.\n", "ko", "model", "m")
    events = desk.events(request)
    streamed = "".join(event.text for event in events if isinstance(event, Token))
    done = events[-1]
    assert isinstance(done, TextDone)
    assert streamed == done.text == "고양이가 잔다. 개가 빨리 달린다.\n\n  작동한다.\n"
    assert done.source_language == "en"
    assert counts(done.receipt) == (3, 3, 0, 0, 0)
    assert all(request.priority is Priority.INTERACTIVE for request in desk.engine.requests)


def test_a_sentence_of_a_text_that_fails_stays_as_it_was(setup):
    desk = setup(lambda request: EN_KO.get(last(request), ""))
    done = desk.text("It works. This fails. It works.")
    assert done.text == "작동한다. This fails. 작동한다."
    assert counts(done.receipt) == (3, 2, 1, 1, 0)
    assert done.receipt.problems[0].kind == "empty"


def test_korean_text_becomes_english(setup):
    desk = setup({"고양이가 잔다.": "The cat sleeps."})
    assert desk.text("고양이가 잔다.", "en").text == "The cat sleeps."
    assert desk.engine.requests[0].messages[0].content == "Translate the following text to English."


@pytest.mark.parametrize(
    ("text", "more", "code"),
    [
        (" \n", {}, "translation.empty_text"),
        ("고양이가 잔다.", {}, "translation.text_already_there"),
        ("It works.", {"engine": "memory"}, "translation.no_memory"),
    ],
)
def test_bad_texts_are_sentences(setup, text, more, code):
    desk = setup()
    with pytest.raises(UserError) as caught:
        desk.text(text, **more)
    assert caught.value.code == code


def test_cancelling_a_text_stops_what_was_asked_ahead(setup):
    desk = setup(lambda _request: "고양이 " * 50, delay=0.01)
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        for event in desk.agent.run(
            TextRequest("One cat. Two cats. Three cats.", "ko", "model", "m"), cancel
        ):
            if isinstance(event, Token):
                cancel.cancel()
    assert desk.models.borrowed["m"] == 0
