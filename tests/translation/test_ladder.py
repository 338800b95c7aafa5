"""The ladder: each step asks in another way, and the best answer is taken."""

from __future__ import annotations

import dataclasses
import json

import pytest

from agents.base import CancelToken, UserError
from agents.engine.port import Priority
from agents.translation import clauses, work
from agents.translation.agent import TranslationAgent
from agents.translation.events import DocumentRequest, SegmentDone
from agents.translation.formats.text import TextDocument
from agents.translation.glossary import Glossary, Term
from agents.translation.inline import Mark, Rich
from tests.engine.scripted import INFO, ScriptedEngine
from tests.translation.desk import last

SALES = "Sales rose by 12 percent in the second quarter."
SALES_KO = "2분기에 매출이 12% 늘었다."
LONG = (
    "The committee approved the budget for the new library on Monday,"
    " but the mayor did not sign the contract with the builders."
)
FIRST, SECOND = (
    "The committee approved the budget for the new library on Monday.",
    "but the mayor did not sign the contract with the builders.",
)
FIRST_KO, SECOND_KO = (
    "위원회는 월요일에 새 도서관의 예산을 승인했다.",
    "그러나 시장은 건설업자들과의 계약서에 서명하지 않았다.",
)


def climb(text, answers, korean, *, others=(), engine=None, **judging):
    """The outcomes of one text, by engine answers in the order asked."""
    document = TextDocument.of(text)
    _pieces, units = work.read(document, korean)
    judge = work.Judge(document, "ko", korean, **judging)
    engine = engine or ScriptedEngine(answers)
    translator = work.Translator(engine, "ko", judge, others=others)
    made = dict.fromkeys(unit.id for unit in units)
    for unit, outcome in translator.documents(units, CancelToken()):
        assert made[unit.id] is None  # each segment comes out once
        made[unit.id] = outcome
    return list(made.values()), engine


def test_a_soft_problem_stays_in_the_document_and_is_flagged(korean):
    (outcome,), engine = climb(SALES, lambda _request: "2분기에 매출이 21% 늘었다.", korean)
    assert (outcome.state, outcome.problems) == ("translated", ("number",))
    assert outcome.target == "2분기에 매출이 21% 늘었다."
    assert outcome.retried
    assert [request.sampling.temperature > 0 for request in engine.requests] == [False, True]


def test_a_hard_problem_leaves_the_source(korean):
    (outcome,), _engine = climb(SALES, lambda _request: "", korean)
    assert (outcome.state, outcome.problems, outcome.target) == ("untranslated", ("empty",), SALES)


@pytest.mark.parametrize(
    ("answers", "target", "problems"),
    [
        (["2분기에 매출이 21% 늘었다.", SALES_KO], SALES_KO, ()),
        (["2분기에 매출이 21% 늘었다.", ""], "2분기에 매출이 21% 늘었다.", ("number",)),
        (["", "2분기에 매출이 21% 늘었다."], "2분기에 매출이 21% 늘었다.", ("number",)),
        (["매출이 21% 늘었다.", "매출이 22% 늘었다."], "매출이 21% 늘었다.", ("number",)),
    ],
)
def test_the_best_answer_is_taken_and_of_equals_the_first(korean, answers, target, problems):
    text = "Sales rose by 12 percent." if "매출이 21" in answers[0][:7] else SALES
    (outcome,), _engine = climb(text, answers, korean)
    assert (outcome.target, outcome.problems) == (target, problems)


def test_a_long_sentence_is_asked_in_parts_and_judged_as_a_whole(korean):
    def say(request):
        return {FIRST: FIRST_KO, SECOND: SECOND_KO}.get(last(request), FIRST_KO[:12])

    (outcome,), engine = climb(LONG, say, korean)
    assert [last(request) for request in engine.requests] == [LONG, LONG, FIRST, SECOND]
    assert (outcome.target, outcome.problems) == (f"{FIRST_KO} {SECOND_KO}", ())


def test_parts_that_do_not_make_a_whole_are_no_answer(korean):
    def say(request):
        return {FIRST: FIRST_KO, SECOND: ""}.get(last(request), FIRST_KO[:12])

    (outcome,), _engine = climb(LONG, say, korean)
    assert (outcome.state, outcome.problems) == ("untranslated", ("truncated", "length"))


def test_another_model_is_asked_last(korean):
    other = ScriptedEngine({SALES: SALES_KO})
    (outcome,), engine = climb(SALES, lambda _request: "", korean, others=(other,))
    assert outcome.target == SALES_KO
    assert len(engine.requests) == 2
    assert [last(request) for request in other.requests] == [SALES]


def test_a_good_first_answer_asks_nobody_again(korean):
    other = ScriptedEngine({})
    (outcome,), engine = climb(SALES, {SALES: SALES_KO}, korean, others=(other,))
    assert not outcome.retried
    assert (len(engine.requests), other.requests) == (1, [])


def test_all_rounds_go_in_batches(korean):
    texts = [f"Sales rose by {n} percent in the second quarter." for n in range(30, 50)]
    engine = ScriptedEngine(
        lambda _request: "2분기에 회사의 매출이 예상보다 크게 늘었다.", newest_first=True
    )
    outcomes, _engine = climb("\n\n".join(texts), None, korean, engine=engine)
    assert engine.most_in_flight == work.IN_FLIGHT
    assert {outcome.problems for outcome in outcomes} == {("number",)}
    assert len(engine.requests) == 2 * len(texts)


def test_an_answer_of_the_segment_before_is_found(korean):
    same = "개가 공원에서 빨리 달린다."
    outcomes, _engine = climb(
        "The dog runs fast in the park.\n\nThe cat sleeps on the sofa.", lambda _r: same, korean
    )
    assert [outcome.problems for outcome in outcomes] == [(), ("neighbour",)]
    assert outcomes[1].state == "untranslated"


def test_a_lost_term_is_flagged(korean):
    (outcome,), _engine = climb(
        SALES,
        lambda _request: SALES_KO,
        korean,
        terms=Glossary([Term("quarter", "사분기")], "ko"),
    )
    assert outcome.problems == ("term",)


def test_the_register_that_is_asked_for(korean):
    (outcome,), engine = climb(SALES, {SALES: SALES_KO}, korean, register="formal")
    assert outcome.target == "2분기에 매출이 12% 늘었습니다."
    assert len(engine.requests) == 1
    (outcome,), _engine = climb(
        "The weather is good today.",
        lambda _r: "오늘은 날씨가 참 좋네요.",
        korean,
        register="plain",
    )
    assert (outcome.state, outcome.problems) == ("translated", ("register",))


# -- through the agent -----------------------------------------------------------------------------


def test_a_document_is_brought_into_one_register(setup):
    answers = {
        "The cat sleeps.": "고양이가 잔다.",
        "The dog runs.": "개가 달립니다.",
        "It is warm.": "따뜻하다.",
        "How nice it is.": "참 좋네요.",
    }
    desk = setup(answers)
    source = desk.file("a.txt", " ".join(answers))
    request = DocumentRequest(source, "ko", desk.folder / "out", "model", "m")
    events = desk.events(request)
    done = events[-1]
    assert done.output.read_text("utf-8") == "고양이가 잔다. 개가 달린다. 따뜻하다. 참 좋네요."
    problem = done.receipt.problems[0]
    assert (problem.kind, problem.target) == ("register", "참 좋네요.")
    assert (done.receipt.translated, done.receipt.untranslated) == (4, 0)
    later = [event for event in events if isinstance(event, SegmentDone)][-2:]
    assert [event.target for event in later] == ["개가 달린다.", "참 좋네요."]
    assert desk.store.jobs()[0].flagged == 1
    text = desk.text(" ".join(answers))
    assert text.text == "고양이가 잔다. 개가 달린다. 따뜻하다. 참 좋네요."
    assert [problem.kind for problem in text.receipt.problems] == ["register"]


def test_another_register_is_another_job(setup):
    desk = setup({"The cat sleeps.": "고양이가 잔다."})
    source = desk.file("a.txt", "The cat sleeps.")
    assert desk.document(source).output.read_text("utf-8") == "고양이가 잔다."
    done = desk.document(source, register="formal")
    assert done.output.read_text("utf-8") == "고양이가 잡니다."


def test_a_memory_passes_the_same_guards(setup):
    desk = setup()
    memory = desk.file("m.jsonl", json.dumps({"en": SALES, "ko": "2분기에 매출이 21% 늘었다."}))
    done = desk.document(desk.file("a.txt", SALES), engine="memory", memory=memory)
    problem = done.receipt.problems[0]
    assert (problem.kind, problem.source) == ("number", SALES)
    assert problem.target == "2분기에 매출이 21% 늘었다."
    assert done.receipt.from_memory == 1
    assert done.output.read_text("utf-8") == problem.target


def test_a_sentence_of_a_text_climbs_too(setup):
    desk = setup(iter_answers(["매출이 21% 늘었다.", SALES_KO]))
    done = desk.text(SALES)
    assert (done.text, done.receipt.problems, done.receipt.retried) == (SALES_KO, (), 1)
    assert {request.priority for request in desk.engine.requests} == {Priority.INTERACTIVE}


def iter_answers(answers):
    left = iter(answers)
    return lambda _request: next(left)


def test_a_failure_of_one_step_does_not_end_the_others(setup):
    asked = []

    def say(request):
        asked.append(last(request))
        if len(asked) == 1:
            return ""
        raise UserError("engine.context_full", needed=9, context=8)

    done = setup(say).document(setup("").file("a.txt", SALES))
    assert done.receipt.problems[0].kind == "truncated"


def test_what_an_older_version_stored_is_read(setup):
    desk = setup({SALES: ""})
    desk.document(desk.file("a.txt", SALES))
    job = desk.store.jobs()[0].id
    for refused, kind in (("", "empty"), ("매출이", "truncated")):
        with desk.database.write() as db:
            db.execute(
                "update translation_segment set problems = 'missing', refused = ?", [refused]
            )
        assert desk.store.segments(job)[0].problems == (kind,)


# -- parts ----------------------------------------------------------------------------------------


def test_a_sentence_is_cut_only_where_no_mark_is():
    assert clauses.parts(Rich(LONG)) == (FIRST, SECOND)
    border = LONG.index(", but")
    crossing = Mark(0, "wrap", border - 6, border + 10)
    assert clauses.parts(Rich(LONG, (crossing,))) == (LONG,)
    before = Mark(0, "wrap", 4, 13)
    assert len(clauses.parts(Rich(LONG, (before,)))) == 2


@pytest.mark.parametrize("text", ["It works, but slowly.", "A, B, and C were there.", "짧다.", ""])
def test_short_sentences_stay_whole(text):
    assert clauses.parts(Rich(text)) == (text,)


def test_korean_is_cut_after_its_connective_endings():
    text = (
        "위원회는 월요일에 새 도서관의 예산을 승인했지만 시장은 아직 그 계약서에 서명하지 않았다."
    )
    assert clauses.parts(Rich(text)) == (
        "위원회는 월요일에 새 도서관의 예산을 승인했지만,",
        "시장은 아직 그 계약서에 서명하지 않았다.",
    )


def engine_of(model_id, answers, languages=("en", "ko")):
    info = dataclasses.replace(INFO, id=model_id, languages=languages)
    return ScriptedEngine(answers, info)


@pytest.mark.parametrize("languages", [("en",), ("ko",)])
def test_a_model_that_lacks_a_language_is_asked_once(korean, languages):
    engine = engine_of("small", lambda _request: "", languages)
    (outcome,), _engine = climb(LONG, None, korean, engine=engine)
    assert (outcome.state, outcome.problems) == ("untranslated", ("empty",))
    assert [last(request) for request in engine.requests] == [LONG]


def test_another_model_helps_a_model_that_lacks_the_language(korean):
    engine = engine_of("small", lambda _request: "", ("en",))
    other = engine_of("other", lambda _request: SALES_KO)
    (outcome,), _engine = climb(SALES, None, korean, engine=engine, others=[other])
    assert (outcome.target, outcome.problems, outcome.by) == (SALES_KO, (), "model:other")
    assert (len(engine.requests), len(other.requests)) == (1, 1)


def test_other_models_are_borrowed_only_when_it_is_their_turn(setup, korean):
    """And given back; one that is gone is passed over; nobody passes their words off as his."""
    made = setup(lambda request: SALES_KO if "12" in last(request) else "")
    made.models.engines["other"] = engine_of("other", lambda _request: "개가 빨리 달린다.")
    made.models.borrowed["other"] = 0
    wanted = []

    def further(model, target):
        wanted.append((model, target))
        return ("gone", "other")

    made.agent = TranslationAgent(made.models, made.store, korean, further=further)
    done = made.document(made.file("good.txt", SALES))
    assert (wanted, done.receipt.problems) == ([], ())  # nothing was missing
    done = made.document(made.file("bad.txt", "The dog runs fast."))
    assert wanted == [("m", "ko")]
    assert done.output.read_text("utf-8") == "개가 빨리 달린다."
    assert [row.made_by for row in made.store.segments(done.job)] == ["model:other"]
    assert made.models.borrowed == {"m": 0, "other": 0}


def test_what_is_looked_at_is_asked_next(setup):
    lines = [f"The cat sleeps in house h{n}." for n in range(60)]
    made = setup(lambda request: f"고양이가 {last(request).split()[-1]} 잔다.")
    source = made.file("a.txt", "\n\n".join(lines))
    request = DocumentRequest(source, "ko", made.folder / "out", "model", "m")
    done = []
    for event in made.agent.run(request, CancelToken()):
        if isinstance(event, SegmentDone):
            if not done:
                job = made.store.jobs()[0].id
                made.agent.look(job + 1, 50, 55)  # another document: no hint for this one
                made.agent.look(job, 40, 44)
            done.append(event.index)
    asked = [lines.index(text) for text in made.asked]
    first = work.IN_FLIGHT  # were under way when somebody looked
    assert asked == [*range(first), *range(40, 45), *range(first, 40), *range(45, 60)]
    assert sorted(done) == list(range(60))
    assert [row.position for row in made.store.segments(job)] == list(range(60))
    out = (made.folder / "out" / "a.ko.txt").read_text("utf-8")
    assert [line.split()[1] for line in out.split("\n\n")] == [f"h{n}." for n in range(60)]
