# ruff: noqa: E501 - a case is a line
"""Documents with the user's own memory and glossaries."""

from __future__ import annotations

import dataclasses

import pytest

from agents.base import UserError
from agents.store.glossaries import Glossaries, StoredTerm
from agents.store.memories import Memories
from agents.store.memory_rows import Maker
from agents.translation import prompts
from agents.translation.agent import TranslationAgent
from agents.translation.own import Own
from tests.translation.desk import EN_KO, last

TEXT = "The cat sleeps.\n\nThe dog runs fast.\n\n2024\n"


@pytest.fixture
def desk(setup, korean):
    """Make a `Setup` whose agent has a memory and glossaries."""

    def make(answers=None, **engine):
        made = setup(answers, **engine)
        made.memories, made.glossaries = Memories(made.database), Glossaries(made.database)
        own = Own(made.memories, made.glossaries)
        made.agent = TranslationAgent(made.models, made.store, korean, own)
        return made

    return make


def test_what_a_model_said_is_not_asked_again(desk):
    one = desk()
    one.document(one.file("a.txt", TEXT))
    assert one.memories.stats().machine == 2  # "2024" is no translation
    done = one.document(one.file("b.txt", "The dog runs fast.\n\nIt works.\n"))
    assert done.output.read_text("utf-8") == "개가 빨리 달린다.\n\n작동한다.\n"
    assert one.asked == ["The cat sleeps.", "The dog runs fast.", "It works."]
    assert done.receipt.from_memory == 1
    assert one.memories.stats().uses == 1
    (entry,) = one.memories.exact("It works.", "ko", Maker("m", prompts.RECIPE, ""))
    assert (entry.name, entry.model) == ("b.txt", "m")


def test_another_model_is_asked_anew(desk):
    one = desk()
    one.memories.add_machine([("It works.", "옛 모델")], "ko", Maker("other", prompts.RECIPE, ""))
    one.memories.add_machine([("It works.", "옛 방식")], "ko", Maker("m", "0", ""))
    done = one.document(one.file("a.txt", "It works.\n"))
    assert done.output.read_text("utf-8") == "작동한다.\n"
    assert done.receipt.from_memory == 0


def test_what_a_person_said_is_taken_and_no_model_asked(desk):
    one = desk()
    one.memories.add_human("It works.", "잘 됩니다.", ("en", "ko"))
    done = one.document(one.file("a.txt", "It works.\n"))
    assert done.output.read_text("utf-8") == "잘 됩니다.\n"
    assert one.asked == []
    assert one.memories.stats().machine == 0


def test_the_memory_can_be_left_alone(desk):
    one = desk()
    one.memories.add_human("It works.", "잘 됩니다.", ("en", "ko"))
    done = one.document(one.file("a.txt", "It works.\n"), use_memory=False)
    assert done.output.read_text("utf-8") == "작동한다.\n"
    assert one.memories.stats().machine == one.memories.stats().uses == 0


def test_a_faulty_memory_does_not_pass_and_the_next_best_does(desk):
    one = desk()
    one.memories.add_human("It works.", "작동", ("en", "ko"))
    one.memories.add_human("It works.", "It works.", ("en", "ko"))
    done = one.document(one.file("a.txt", "It works.\n"))
    assert done.output.read_text("utf-8") == "작동\n"
    two = one.document(one.file("b.txt", "See the full report for details.\n"))
    assert two.receipt.from_memory == 0


def test_alike_is_not_enough(desk):
    one = desk()
    one.memories.add_human("It works!", "됩니다!", ("en", "ko"))
    one.document(one.file("a.txt", "It works.\n"))
    assert one.asked == ["It works."]


def test_a_correction_reaches_a_finished_document(desk):
    one = desk()
    source = one.file("a.txt", "It works.\n\nThe cat sleeps.\n")
    one.document(source)
    one.memories.add_human("It works.", "잘 된다.", ("en", "ko"))
    done = one.document(source)
    assert done.output.read_text("utf-8") == "잘 된다.\n\n고양이가 잔다.\n"
    assert len(one.asked) == 2


def test_marks_are_put_back_into_what_the_memory_says(desk):
    one = desk()
    sentence = "See the full report for details."
    one.memories.add_human(sentence, EN_KO[sentence], ("en", "ko"))
    one.memories.add_human("full report", EN_KO["full report"], ("en", "ko"))
    done = one.document(one.file("a.md", "See the **full report** for details.\n"))
    assert (done.receipt.problems, done.receipt.from_memory) == ((), 1)
    assert one.asked == []
    assert done.output.read_text("utf-8") == "자세한 내용은 **전체 보고서**를 보십시오.\n"


def test_a_text_uses_the_memory_and_adds_nothing(desk):
    one = desk()
    one.memories.add_human("It works.", "잘 된다.", ("en", "ko"))
    assert one.text("It works. The cat sleeps.").text == "잘 된다. 고양이가 잔다."
    assert one.asked == ["The cat sleeps."]
    assert one.memories.stats().machine == 0
    assert one.text("It works.", use_memory=False).text == "작동한다."


GLOSSARY = [StoredTerm("cat", "고양이"), StoredTerm("dog", "반려견")]


def test_the_terms_of_a_sentence_are_said_and_no_others(desk):
    one = desk(lambda request: EN_KO[last(request).split("\n")[-1]].replace("개가", "반려견이"))
    one.glossaries.add("집", [*GLOSSARY, StoredTerm("horse", "말")])
    one.document(one.file("a.txt", TEXT + "\nIt works.\n"), glossary="집")
    assert one.asked == [
        "cat = 고양이\n\nThe cat sleeps.",
        "dog = 반려견\n\nThe dog runs fast.",
        "It works.",
    ]
    assert len({request.messages[0] for request in one.engine.requests}) == 1
    assert len({request.prefix_key for request in one.engine.requests}) == 1


def test_a_missing_term_is_tried_again_and_then_flagged(desk):
    one = desk(lambda request: EN_KO[last(request).split("\n")[-1]])
    one.glossaries.add("집", GLOSSARY)
    done = one.document(one.file("a.txt", TEXT), glossary="집")
    assert one.asked.count("dog = 반려견\n\nThe dog runs fast.") == 2
    (problem,) = done.receipt.problems
    assert (problem.kind, problem.source) == ("term", "The dog runs fast.")
    assert "개가 빨리 달린다." in done.output.read_text("utf-8")
    assert one.memories.stats().machine == 1  # what lacks a term is not kept


def test_a_term_left_in_english_is_put_right(desk):
    one = desk(lambda _request: "dog는 빨리 달린다.")
    one.glossaries.add("집", GLOSSARY)
    done = one.document(one.file("a.txt", "The dog runs fast.\n"), glossary="집")
    assert done.output.read_text("utf-8") == "반려견은 빨리 달린다.\n"
    assert done.receipt.problems == ()


def test_the_line_of_terms_does_not_get_into_the_document(desk):
    one = desk(lambda _request: "dog = 반려견\n\n반려견이 빨리 달린다.")
    one.glossaries.add("집", GLOSSARY)
    done = one.document(one.file("a.txt", "The dog runs fast.\n"), glossary="집")
    assert done.output.read_text("utf-8") == "반려견이 빨리 달린다.\n"
    assert one.text("The dog runs fast.", glossary="집").text == "반려견이 빨리 달린다."


def test_another_glossary_is_another_job(desk):
    one = desk(lambda request: EN_KO[last(request).split("\n")[-1]])
    source = one.file("a.txt", "The cat sleeps.\n")
    first = one.document(source)
    path = one.file("terms.csv", "cat,고양이\n")
    second = one.document(source, glossary=str(path))
    assert first.job != second.job
    assert len(one.asked) == 2  # what was said without the glossary is not taken for it
    assert one.document(source, glossary=str(path)).job == second.job
    assert len(one.asked) == 2


def test_a_memory_file_that_breaks_the_glossary_shows(desk):
    one = desk()
    one.glossaries.add("집", GLOSSARY)
    known = one.file("m.jsonl", '{"en": "The dog runs fast.", "ko": "개가 빨리 달린다."}')
    done = one.document(
        one.file("a.txt", "The dog runs fast.\n"), engine="memory", memory=known, glossary="집"
    )
    assert [problem.kind for problem in done.receipt.problems] == ["term"]


def test_a_glossary_that_is_not_there_is_a_sentence(desk):
    one = desk()
    with pytest.raises(UserError) as caught:
        one.document(one.file("a.txt", TEXT), glossary="none")
    assert caught.value.code == "translation.no_glossary"
    with pytest.raises(UserError):
        one.text("It works.", glossary="none")


# -- sentences that differ in their numbers only ---------------------------------------------------


def test_a_known_sentence_with_other_numbers_is_taken_with_them(desk):
    one = desk()
    known = "그 회사는 2023년에 3억 5,000만 원을 투자했다."
    one.memories.add_human("The company invested 350 million won in 2023.", known, ("en", "ko"))
    source = one.file("a.txt", "The company invested 1.2 billion won in 2025.\n")
    done = one.document(source)
    assert done.output.read_text("utf-8") == "그 회사는 2025년에 12억 원을 투자했다.\n"
    assert (done.receipt.from_memory, done.receipt.problems, one.asked) == (1, (), [])
    assert one.memories.stats().uses == 1
    back = one.text("그 회사는 2021년에 4억 2,000만 원을 투자했다.", target="en")
    assert back.text == "The company invested 420 million won in 2021."


def test_what_is_not_certain_about_numbers_is_asked(desk):
    one = desk({"사과가 1개 있다.": "There is 1 apple."})
    one.memories.add_human("사과가 3개 있다.", "There are 3 apples.", ("ko", "en"))
    assert one.text("사과가 1개 있다.", target="en").text == "There is 1 apple."
    assert one.asked == ["사과가 1개 있다."]


def test_a_persons_sentence_with_other_numbers_goes_before_a_models(desk):
    one = desk()
    maker = Maker("m", prompts.RECIPE, "")
    one.memories.add_human("It grew by 5%.", "5% 성장했다.", ("en", "ko"))
    one.memories.add_machine([("It grew by 7%.", "7% 커졌다.")], "ko", maker)
    assert one.text("It grew by 9%.").text == "9% 성장했다."


def test_a_memory_file_knows_sentences_by_their_numbers_too(desk):
    one = desk()
    row = '{"en": "Table 1 shows sales in March 2024.", "ko": "표 1은 2024년 3월의 매출을 보여 준다."}'
    source = one.file("a.txt", "Table 2 shows sales in July 2025.\n\nTable 2 is empty.\n")
    done = one.document(source, engine="memory", memory=one.file("m.jsonl", row))
    assert done.output.read_text("utf-8").startswith("표 2는 2025년 7월의 매출을 보여 준다.\n")
    assert (done.receipt.from_memory, done.receipt.untranslated) == (1, 1)


# -- what a person confirmed stands word for word --------------------------------------------------

PLAIN = "고양이가 잔다."


def test_the_register_that_is_asked_for_does_not_rewrite_what_a_person_confirmed(desk):
    one = desk()
    one.memories.add_human("The cat sleeps.", PLAIN, ("en", "ko"))
    source = one.file("a.txt", "The cat sleeps.\n\nThe dog runs fast.\n")
    done = one.document(source, register="formal")
    assert done.output.read_text("utf-8") == PLAIN + "\n\n개가 빨리 달립니다.\n"
    assert [(one.kind, one.target) for one in done.receipt.problems] == [("register", PLAIN)]
    text = one.text("The cat sleeps. The dog runs fast.", register="formal")
    assert text.text == PLAIN + " 개가 빨리 달립니다."
    assert [problem.kind for problem in text.receipt.problems] == ["register"]


def test_one_register_of_a_document_does_not_rewrite_it_either(desk):
    formal = {
        "The dog runs.": "개가 달립니다.",
        "It is warm.": "따뜻합니다.",
        "It rains.": "비가 옵니다.",
    }
    one = desk(formal)
    one.memories.add_human("The cat sleeps.", PLAIN, ("en", "ko"))
    words = "The cat sleeps. " + " ".join(formal)
    done = one.document(one.file("a.txt", words))
    assert done.output.read_text("utf-8") == f"{PLAIN} " + " ".join(formal.values())
    assert [problem.kind for problem in done.receipt.problems] == ["register"]
    assert one.text(words).text.startswith(PLAIN)


def test_what_was_imported_or_made_by_a_model_is_still_put_right(desk):
    one = desk({"The dog runs.": "개가 달립니다.", "It is warm.": "따뜻합니다."})
    batch = one.memories.imports.begin("m.tmx")
    one.memories.imports.add(batch, [("The cat sleeps.", PLAIN)], "ko")
    text = one.text("The cat sleeps. The dog runs. It is warm.")
    assert text.text == "고양이가 잡니다. 개가 달립니다. 따뜻합니다."
    assert text.receipt.problems == ()


def test_a_confirmed_segment_of_a_document_stands_when_it_goes_on(desk):
    formal = {"The dog runs.": "개가 달립니다.", "It is warm.": "따뜻합니다."}
    one = desk({**formal, "The cat sleeps.": "고양이가 잡니다."})
    source = one.file("a.txt", "The cat sleeps. The dog runs. It is warm.")
    done = one.document(source)
    row = one.store.segments(done.job)[0]
    written = dataclasses.replace(row, target=PLAIN, made_by="human", confirmed=True)
    one.store.review(done.job, [written])
    again = one.document(source)
    assert again.output.read_text("utf-8").startswith(PLAIN)
