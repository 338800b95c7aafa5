"""A person's words stand: edited, confirmed, replaced, undone, written again without a model."""

from __future__ import annotations

import json

import docx
import pytest

from agents.base import CancelToken, UserError
from agents.translation.again import Again, AgainDone, AgainRequest
from agents.translation.review import Review
from agents.translation.search import Search
from tests.engine.scripted import ScriptedEngine
from tests.translation.desk import EN_KO

TEXT = "The cat sleeps.\n\nThe dog runs fast.\n\nIt works.\n"


class Desk:
    """A finished translation and its review."""

    def __init__(self, made, source) -> None:
        self.made, self.source, self.told = made, source, []
        self.done = made.document(source)
        self.job = self.done.job
        self.asked = len(made.engine.requests)
        self.review = Review(
            made.models, made.store, made.agent._documents._korean, self._confirmed
        )
        self.ids = [row.segment for row in self.rows]

    def _confirmed(self, source, target, languages):
        self.told.append((source, target, languages))

    @property
    def rows(self):
        return self.made.store.segments(self.job)

    @property
    def targets(self):
        return [row.target for row in self.rows]

    def again(self, *segments, **more):
        events = list(
            Again(self.review).run(AgainRequest(self.job, segments, **more), CancelToken())
        )
        assert isinstance(events[-1], AgainDone)
        return events[-1]


@pytest.fixture
def desk(setup):
    made = setup()
    return Desk(made, made.file("a.txt", TEXT))


@pytest.fixture
def word(setup, tmp_path):
    made = setup(lambda request: EN_KO.get(request.messages[-1].content, ""))
    document = docx.Document()
    paragraph = document.add_paragraph("See the ")
    paragraph.add_run("full report").bold = True
    paragraph.add_run(" for details.")
    document.save(tmp_path / "a.docx")
    return Desk(made, tmp_path / "a.docx")


def test_an_edit_stands_and_is_written_again_without_a_model(desk):
    change = desk.review.edit(desk.job, desk.ids[0], "  고양이가\n자고 있다. ")
    assert (change.before[0].target, change.after[0].target) == (
        "고양이가 잔다.",
        "고양이가 자고 있다.",
    )
    done = desk.review.export(desk.job)
    written = done.output.read_text("utf-8")
    assert written == "고양이가 자고 있다.\n\n개가 빨리 달린다.\n\n작동한다.\n"
    assert len(desk.made.engine.requests) == desk.asked
    assert json.loads(done.receipt_path.read_text("utf-8"))["translated"] == 3


def test_formatting_is_put_into_a_persons_words(word):
    word.review.edit(word.job, word.ids[0], "전체 보고서에서 자세히 볼 수 있다.")
    done = word.review.export(word.job)
    runs = docx.Document(done.output).paragraphs[0].runs
    assert "".join(run.text for run in runs) == "전체 보고서에서 자세히 볼 수 있다."
    assert "".join(run.text for run in runs if run.bold).startswith("전체 보고서")


def test_the_same_words_are_no_step(desk):
    assert desk.review.edit(desk.job, desk.ids[0], "고양이가 잔다. ") is None
    assert desk.review.comment(desk.job, desk.ids[0], " ") is None
    assert desk.review.confirm(desk.job, desk.ids, confirmed=False) is None


def test_a_problem_in_a_persons_words_is_said_and_the_words_stand(desk):
    change = desk.review.edit(desk.job, desk.ids[0], "The cat sleeps.")
    assert change.after[0].problems == ("same_as_source",)
    assert change.after[0].state == "translated"
    receipt = desk.review.export(desk.job).receipt
    assert [(one.segment, one.kind) for one in receipt.problems] == [
        (desk.ids[0], "same_as_source")
    ]


def test_words_that_cannot_hold_their_marks_are_not_called_translated(setup):
    made = setup({"Run make all now.": "지금 make all을 실행하십시오."})
    found = Desk(made, made.file("b.md", "Run `make all` now.\n"))
    change = found.review.edit(found.job, found.ids[0], "지금 실행하십시오.")
    assert (change.after[0].state, change.after[0].problems) == ("untranslated", ("tag",))
    done = found.review.export(found.job)
    assert done.output.read_text("utf-8") == "Run `make all` now.\n"
    assert done.receipt.untranslated == 1
    assert found.targets == ["지금 실행하십시오."]  # nothing a person wrote is lost


def test_emptied_words_are_not_called_translated(desk):
    change = desk.review.edit(desk.job, desk.ids[0], "  ")
    assert (change.after[0].state, change.after[0].problems) == ("untranslated", ("empty",))


def test_what_is_confirmed_is_told_at_once(desk):
    desk.review.edit(desk.job, desk.ids[0], "냥이가 잔다.", confirm=True)
    desk.review.confirm(desk.job, desk.ids)
    assert desk.told == [
        ("The cat sleeps.", "냥이가 잔다.", ("en", "ko")),
        ("The dog runs fast.", "개가 빨리 달린다.", ("en", "ko")),
        ("It works.", "작동한다.", ("en", "ko")),
    ]
    assert all(row.confirmed for row in desk.rows)
    desk.review.edit(desk.job, desk.ids[0], "고양이.")
    assert not desk.rows[0].confirmed


def test_a_source_that_a_person_lets_stand_is_translated(setup):
    made = setup({"Samsung SDI": "Samsung SDI"})
    desk = Desk(made, made.file("a.txt", "Samsung SDI\n"))
    assert desk.rows[0].state == "untranslated"
    change = desk.review.confirm(desk.job, desk.ids)
    assert desk.review.export(desk.job).receipt.untranslated == 0
    assert desk.told == []  # it is no translation
    desk.review.apply(change, back=True)
    assert desk.rows[0].state == "untranslated"


def test_every_step_can_be_taken_back_and_done_again(desk):
    before = desk.rows
    steps = [
        desk.review.edit(desk.job, desk.ids[0], "하나."),
        desk.review.comment(desk.job, desk.ids[1], "Which dog?"),
        desk.review.replace(desk.job, Search(r"(\w+)한다", r"\1합니다", pattern=True)),
        desk.review.confirm(desk.job, desk.ids),
    ]
    after = desk.rows
    assert after != before
    for step in reversed(steps):
        desk.review.apply(step, back=True)
    assert desk.rows == before
    for step in steps:
        desk.review.apply(step)
    assert desk.rows == after
    assert "하나." in [one.target for one in desk.review.history(desk.job, desk.ids[0])]


def test_a_new_run_keeps_a_persons_words(desk):
    desk.review.edit(desk.job, desk.ids[0], "The cat sleeps.")  # with a problem: tried again else
    again = desk.made.document(desk.source)
    assert again.job == desk.job
    assert desk.rows[0].target == "The cat sleeps."
    assert desk.rows[0].edited


def test_words_and_patterns_are_found_and_replaced_in_one_step(desk):
    assert desk.review.find(desk.job, Search("다.")) == tuple((row, 1) for row in desk.rows)
    assert desk.review.find(desk.job, Search(".", pattern=True))[0][1] == len("고양이가 잔다.")
    change = desk.review.replace(desk.job, Search("다.", "다!\\1"))
    assert len(change.after) == 3
    assert desk.targets[0] == "고양이가 잔다!\\1"
    assert desk.review.replace(desk.job, Search("nowhere", "x")) is None
    assert desk.review.find(desk.job, Search("")) == ()


@pytest.mark.parametrize(
    ("find", "put"), [("(", ""), ("[z-a]", ""), ("다", r"\9"), ("다", "\\g<x>")]
)
def test_a_bad_pattern_is_a_sentence(desk, find, put):
    before = desk.rows
    with pytest.raises(UserError) as caught:
        desk.review.replace(desk.job, Search(find, put, pattern=True))
    assert caught.value.code == "translation.bad_pattern"
    assert desk.rows == before


def test_an_endless_pattern_is_a_sentence(desk, monkeypatch):
    monkeypatch.setattr("agents.translation.search.SECONDS", 0.2)
    desk.review.edit(desk.job, desk.ids[0], "a" * 60 + "!")
    with pytest.raises(UserError) as caught:
        desk.review.find(desk.job, Search("(a|aa|a?)+$", pattern=True))
    assert caught.value.code == "translation.slow_pattern"


def test_chosen_segments_through_another_model(desk):
    desk.made.models.engines["other"] = ScriptedEngine({"It works.": "됩니다."})
    desk.made.models.borrowed["other"] = 0
    desk.review.comment(desk.job, desk.ids[2], "Better?")
    done = desk.again(desk.ids[2], model="other")
    assert done.kept == 0
    row = desk.rows[2]
    assert (row.target, row.made_by, row.comment) == ("됩니다.", "model:other", "Better?")
    desk.review.apply(done.change, back=True)
    assert desk.targets[2] == "작동한다."


def test_a_worse_answer_replaces_nothing(desk):
    desk.made.models.engines["bad"] = ScriptedEngine("It works.")
    desk.made.models.borrowed["bad"] = 0
    done = desk.again(desk.ids[2], model="bad")
    assert (done.change, done.kept) == (None, 1)
    assert desk.targets[2] == "작동한다."


def test_chosen_segments_from_a_memory(desk):
    memory = desk.made.file("m.jsonl", '{"en": "It works.", "ko": "잘 됩니다."}\n')
    done = desk.again(*desk.ids, engine="memory", memory=memory)
    assert done.kept == 2
    assert desk.targets[2] == "잘 됩니다."


def test_pseudo_and_untouched_files_take_a_persons_words(setup):
    made = setup()
    source = made.file("a.txt", "It works.\n")
    for engine in ("pseudo", "identity"):
        job = made.document(source, engine=engine).job
        review = Review(made.models, made.store, made.agent._documents._korean)
        review.edit(job, made.store.segments(job)[0].segment, "작동한다.")
        assert review.export(job).output.read_text("utf-8") == "작동한다.\n"


def test_what_cannot_be_written_again_is_a_sentence(desk):
    def refused():
        with pytest.raises(UserError) as caught:
            desk.review.export(desk.job)
        return caught.value.code

    desk.source.write_text("The cat sleeps.\n\nSomething else.\n\nIt works.\n", "utf-8")
    assert refused() == "translation.source_changed"
    desk.source.unlink()
    assert refused() == "file.missing"
    desk.source.write_text(TEXT, "utf-8")
    assert desk.review.export(desk.job).output.is_file()
    with desk.made.database.write() as db:
        db.execute("delete from translation_segment where segment = ?", [desk.ids[1]])
    assert refused() == "translation.unfinished"
    desk.made.store.delete(desk.job)
    assert refused() == "translation.job_gone"


def test_an_edit_whose_file_is_gone_is_kept_and_checked_by_its_words(desk):
    desk.source.unlink()
    change = desk.review.edit(desk.job, desk.ids[0], "The cat sleeps.")
    assert change.after[0].problems == ("same_as_source",)
    assert desk.targets[0] == "The cat sleeps."
