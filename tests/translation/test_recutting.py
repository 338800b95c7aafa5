"""Segments cut and joined: what is stored, what the file says, and what is refused."""

from __future__ import annotations

import json

import docx
import pytest

from agents.base import CancelToken, UserError
from agents.translation import cutting
from agents.translation.again import Again, AgainRequest
from agents.translation.review import Review

KOREAN = {
    "Cats sleep; dogs run fast.": "고양이는 잔다; 개는 빨리 달린다.",
    "It works.": "작동한다.",
    "Nobody knows why.": "아무도 이유를 모른다.",
    "See the full report for details.": "자세한 내용은 전체 보고서를 보십시오.",
    "Run `make all` now, then rest.": "지금 `make all`을 실행하고 쉬십시오.",
    "Run make all now, then rest.": "지금 make all을 실행하고 쉬십시오.",
    "Refused sentence here.": "Refused sentence here.",
    "Twelve of 30 cats sleep.": "고양이 30마리 중 12마리가 잔다.",
    "dogs run fast.": "개들이 빨리 달린다.",
    "Cats sleep;": "고양이는 잔다;",
}
TEXT = "Cats sleep; dogs run fast. It works.\n\nNobody knows why.\n"


class Desk:
    """A finished document and its review."""

    def __init__(self, made, source, **more):
        self.made, self.source = made, source
        self.done = made.document(source, **more)
        self.job = self.done.job
        self.review = Review(made.models, made.store, made.agent._documents._korean)

    @property
    def rows(self):
        return self.made.store.segments(self.job)

    @property
    def pairs(self):
        return [(row.source, row.target) for row in self.rows]

    def name(self, place):
        return self.rows[place].segment

    def written(self):
        return self.review.export(self.job)

    def code(self, act, *values):
        before = self.rows
        with pytest.raises(UserError) as caught:
            act(self.job, *values)
        assert self.rows == before
        return caught.value.code


@pytest.fixture
def desk(setup):
    made = setup(KOREAN)
    return Desk(made, made.file("a.txt", TEXT))


def cut(desk):
    row = desk.rows[0]
    return desk.review.split(
        desk.job, row.segment, row.source.index("dogs"), row.target.index("개는")
    )


def test_a_segment_is_cut_in_two_where_a_person_says(desk):
    before = desk.rows
    assert len(before) == 3
    change = cut(desk)
    assert desk.pairs == [
        ("Cats sleep;", "고양이는 잔다;"),
        ("dogs run fast.", "개는 빨리 달린다."),
        ("It works.", "작동한다."),
        ("Nobody knows why.", "아무도 이유를 모른다."),
    ]
    assert [row.position for row in desk.rows] == [0, 1, 2, 3]
    assert len({row.segment for row in desk.rows}) == 4
    assert [row.state for row in desk.rows] == ["translated"] * 4
    assert desk.made.store.job(desk.job).segments == 4
    assert [one.segment for one in change.after] == [desk.name(0), desk.name(1)]


def test_the_file_and_its_receipt_have_what_was_cut(desk):
    cut(desk)
    desk.review.edit(desk.job, desk.name(1), "개들은 날쌔다.")
    done = desk.written()
    said = "고양이는 잔다; 개들은 날쌔다. 작동한다.\n\n아무도 이유를 모른다.\n"
    assert done.output.read_text("utf-8") == said
    receipt = json.loads(done.receipt_path.read_text("utf-8"))
    assert (receipt["segments"], receipt["translated"], receipt["untranslated"]) == (4, 4, 0)
    assert desk.review.as_it_stands(desk.job, CancelToken()).decode("utf-8") == said


def test_another_review_sees_the_same_segments(desk):
    cut(desk)
    again = Review(desk.made.models, desk.made.store, desk.made.agent._documents._korean)
    units, _judge = again.opened(desk.job)
    assert list(units) == [row.segment for row in desk.rows]
    assert [unit.text for unit in units.values()] == [row.source for row in desk.rows]
    again.join(desk.job, desk.name(0))
    assert len(desk.rows) == 3


def test_all_of_the_translation_may_go_to_the_first_part(desk):
    row = desk.rows[0]
    desk.review.split(desk.job, row.segment, row.source.index("dogs"))
    first, second = desk.rows[:2]
    assert first.target == row.target
    assert (second.state, second.target, second.problems) == (
        "untranslated",
        "dogs run fast.",
        ("empty",),
    )
    done = desk.written()
    assert done.receipt.untranslated == 1
    assert [(one.segment, one.kind) for one in done.receipt.problems if one.kind == "empty"] == [
        (second.segment, "empty")
    ]
    again = list(
        Again(desk.review).run(
            AgainRequest(desk.job, (second.segment,), "model", "m"), CancelToken()
        )
    )[-1]
    assert again.kept == 0
    assert desk.rows[1].target == "개들이 빨리 달린다."


def test_joined_again_everything_is_as_it_was(desk):
    before = desk.pairs
    cut(desk)
    desk.review.join(desk.job, desk.name(0))
    assert desk.pairs == before
    assert desk.made.store.job(desk.job).segments == 3


def test_two_segments_are_joined_and_written(desk):
    desk.review.confirm(desk.job, [desk.name(0), desk.name(1)])
    desk.review.comment(desk.job, desk.name(1), "Really?")
    change = desk.review.join(desk.job, desk.name(0))
    (row,) = change.after
    assert row.source == "Cats sleep; dogs run fast. It works."
    assert row.target == "고양이는 잔다; 개는 빨리 달린다. 작동한다."
    assert (row.confirmed, row.comment, row.state) == (True, "Really?", "translated")
    assert [row.position for row in desk.rows] == [0, 1]
    assert desk.written().receipt.segments == 2
    assert desk.done.output.read_text("utf-8").endswith("작동한다.\n\n아무도 이유를 모른다.\n")


def test_steps_are_taken_back_and_done_again(desk):
    before = desk.rows
    steps = [
        cut(desk),
        desk.review.edit(desk.job, desk.name(3), "다른 말이다."),
        desk.review.join(desk.job, desk.name(1)),
        desk.review.edit(desk.job, desk.name(1), "둘이 하나다."),
    ]
    after = desk.rows
    assert [row.source for row in after] == [
        "Cats sleep;",
        "dogs run fast. It works.",
        "Nobody knows why.",
    ]
    for step in reversed(steps):
        desk.review.apply(step, back=True)
    assert desk.rows == before
    assert desk.made.store.cuts(desk.job) == {}
    for step in steps:
        desk.review.apply(step)
    assert desk.rows == after
    assert desk.written().receipt.segments == 3


def test_a_new_run_keeps_what_was_cut(desk):
    cut(desk)
    desk.review.edit(desk.job, desk.name(1), "개들은 날쌔다.")
    rows = desk.rows
    done = desk.made.document(desk.source)
    assert done.job == desk.job
    assert desk.rows == rows
    assert "개들은 날쌔다." in done.output.read_text("utf-8")
    assert done.receipt.segments == 4


def test_what_a_part_lacks_is_found(setup):
    made = setup(KOREAN)
    desk = Desk(made, made.file("b.txt", "Twelve of 30 cats sleep.\n"))
    desk.review.split(desk.job, desk.name(0), len("Twelve of"), len("고양이 30마리"))
    assert desk.pairs == [("Twelve of", "고양이 30마리"), ("30 cats sleep.", "중 12마리가 잔다.")]
    assert all("number" in row.problems for row in desk.rows)


def test_an_untranslated_segment_is_cut_and_joined_untranslated(setup):
    made = setup(KOREAN)
    desk = Desk(made, made.file("b.txt", "Refused sentence here. It works.\n"))
    assert desk.rows[0].state == "untranslated"
    desk.review.split(desk.job, desk.name(0), len("Refused"))
    assert [row.state for row in desk.rows] == ["untranslated", "untranslated", "translated"]
    assert desk.written().receipt.untranslated == 2
    assert desk.done.output.read_text("utf-8") == "Refused sentence here. 작동한다.\n"
    desk.review.edit(desk.job, desk.name(2), "잘 된다.")
    change = desk.review.join(desk.job, desk.name(1))
    (row,) = change.after
    assert (row.state, row.made_by) == ("untranslated", "human")
    assert row.target == "sentence here. 잘 된다."  # kept, though the file has the source
    assert desk.written().receipt.untranslated == 2
    assert desk.done.output.read_text("utf-8") == "Refused sentence here. It works.\n"


def test_marks_stay_where_they_belong(setup, tmp_path):
    known = {**KOREAN, "full report": "전체 보고서"}
    made = setup(lambda request: known.get(request.messages[-1].content, ""))
    document = docx.Document()
    paragraph = document.add_paragraph("See the ")
    paragraph.add_run("full report").bold = True
    paragraph.add_run(" for details.")
    document.save(tmp_path / "a.docx")
    desk = Desk(made, tmp_path / "a.docx")
    row = desk.rows[0]
    desk.review.split(desk.job, row.segment, row.source.index("report"), row.target.index("보고서"))
    desk.review.edit(desk.job, desk.name(0), "보십시오, 전체")
    desk.review.edit(desk.job, desk.name(1), "보고서를, 자세히.")
    runs = docx.Document(desk.written().output).paragraphs[0].runs
    assert "".join(run.text for run in runs) == "보십시오, 전체 보고서를, 자세히."
    bold = "".join(run.text for run in runs if run.bold)
    assert bold.startswith("전체 보고서")
    assert desk.written().receipt.untranslated == 0


def test_pseudo_and_identity_say_what_the_table_shows(setup):
    made = setup()
    source = made.file("a.txt", TEXT)
    for engine in ("pseudo", "identity"):
        desk = Desk(made, source, engine=engine)
        row = desk.rows[0]
        desk.review.split(desk.job, row.segment, row.source.index("dogs"), len(row.target) // 2)
        halves = [one.target for one in desk.rows[:2]]
        assert desk.written().output.read_text("utf-8").startswith(" ".join(halves))


def test_what_cannot_be_cut_is_a_sentence(setup):
    made = setup(KOREAN)
    desk = Desk(made, made.file("b.md", "Run `make all` now, then rest.\n"))
    split, name = desk.review.split, desk.name(0)
    assert desk.code(split, name, 0) == "translation.split_empty"
    assert desk.code(split, name, 99) == "translation.split_empty"
    assert desk.code(split, name, desk.rows[0].source.index("all")) == "translation.split_inside"
    assert desk.code(split, "nowhere", 3) == "translation.job_gone"
    assert desk.code(desk.review.join, name) == "translation.join_last"


def test_what_cannot_be_joined_is_a_sentence(setup, tmp_path):
    long = "word " * 150 + "end."
    made = setup(lambda request: "말 " * 150 + "끝.")
    document = docx.Document()
    paragraph = document.add_paragraph("It works.")
    paragraph.add_run().add_break()
    paragraph.add_run("Nobody knows why.")
    document.add_paragraph(f"{long} {long}".replace("word", "Word", 1))
    document.save(tmp_path / "a.docx")
    desk = Desk(made, tmp_path / "a.docx")
    assert desk.code(desk.review.join, desk.name(0)) == "translation.join_break"
    assert desk.code(desk.review.join, desk.name(1)) == "translation.join_last"
    assert desk.code(desk.review.join, desk.name(2)) in {
        "translation.join_long",
        "translation.join_last",
    }


def test_a_document_under_way_is_left_alone(desk):
    with desk.made.database.write() as db:
        db.execute("update translation_job set state = 'running', owner = ?", [_me()])
    assert desk.code(desk.review.split, desk.name(0), 11) == "translation.still_running"
    assert desk.code(desk.review.join, desk.name(0)) == "translation.still_running"


def _me():
    from agents.store import owner

    return owner.me()


def test_a_changed_file_is_a_sentence(desk):
    desk.source.write_text("Something else.\n", "utf-8")
    assert desk.code(desk.review.split, desk.name(0), 11) == "translation.source_changed"
    desk.source.unlink()
    assert desk.code(desk.review.join, desk.name(0)) == "file.missing"


def test_white_space_of_the_file_is_not_counted():
    assert cutting._place("Cats  sleep;\n dogs run.", 11, 12) == (12, 14)
    assert cutting._place("a b", 1, 2) == (1, 2)
    assert cutting._place("ab", 1, 1) == (1, 1)
