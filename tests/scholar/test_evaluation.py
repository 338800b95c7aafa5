"""`moadesk eval scholar`: how its sets are built, and that its figures can go wrong."""

from __future__ import annotations

import json
import random

import pytest

from agents.base import CancelToken
from agents.scholar import bib, terms
from agents.scholar.evaluation import citing, claims, retrieving, rewording, verifying
from agents.scholar.evaluation.retrieving import Found
from tests.engine.scripted import ScriptedEngine, ScriptedModels
from tests.scholar.conftest import ATTENTION, OTHERS, WordEmbedder

MORE = r"""
@article{tex84, author = {Knuth, Donald E.}, title = {The {TeX}book}, year = 1984,
  abstract = {This paper describes how the TeX program breaks paragraphs into lines. In 1984 the
  program was tested with 250 books, which contained 15 kinds of formulas. The method is not
  restricted to English texts and it uses the font metrics of METAFONT for all characters.}}
@article{sgml90, author = {Goldfarb, Charles and Rubin, Yuri}, title = {The {SGML} handbook},
  year = 1990, abstract = {We present a language for the markup of documents that was adopted by
  the ISO in 1986. The SGML parser can process 40 documents in a minute, and it reports errors
  with their places. Authors of large manuals do not need to know the commands of a formatter.}}
"""
ENTRIES = bib.parse(ATTENTION + OTHERS + MORE).entries
WORKS = [entry.work for entry in ENTRIES]


def _result(events):
    while True:
        try:
            next(events)
        except StopIteration as end:
            return end.value


def test_the_set_is_the_same_each_time_and_its_false_sentences_are_false():
    made = claims.build(WORKS)
    assert made == claims.build(WORKS)
    assert {claim.kind for claim in made} == set(claims.KINDS)
    for claim in made:
        known = f"{claim.work.title} {claim.work.abstract} {claim.work.year}"
        if claim.kind == "number":
            assert terms.numbers(claim.text, words=True) - terms.numbers(known, words=True)
        elif claim.kind == "name":
            assert set(terms.names(claim.text)) - set(terms.names(known))
        elif claim.true:
            assert claim.text.rstrip(".") not in known  # nothing is judged that is a copy
    assert claims.build(WORKS[:2]) == []


def test_a_rewording_is_said_of_whom_it_is_to_be_said():
    sentence = "This paper describes how the TeX program breaks paragraphs into lines."
    work = next(work for work in WORKS if work.key == "tex84")
    assert rewording.reworded(sentence, work, random.Random(3)).startswith("Knuth ")
    other = next(work for work in WORKS if work.key == "sgml90")
    assert rewording.reworded(sentence, other, random.Random(3)).startswith("Goldfarb and Rubin ")


def test_the_verifier_is_measured():
    judged = _result(verifying.run(WORKS, CancelToken()))
    assert judged.made.total() == len(claims.build(WORKS))
    assert judged.passed["number"] == judged.passed["name"] == 0
    assert judged.recall > 0.6
    both = judged + judged
    assert (both.precision, both.made["true"]) == (judged.precision, 2 * judged.made["true"])


def test_titles_find_their_abstracts():
    found = _result(retrieving.run(WORKS, WordEmbedder(), CancelToken()))
    assert set(found) == {"lexical", "vector", "hybrid"}
    assert all(len(ways.places) == len(WORKS) for ways in found.values())
    assert found["lexical"].recall > 0.5
    assert set(_result(retrieving.run(WORKS, None, CancelToken()))) == {"lexical"}
    assert Found((1, 2, 0, 20)).recall == 0.5
    assert Found((1, 2, 0, 20)).mrr == pytest.approx((1 + 0.5 + 0 + 0.05) / 4)


@pytest.mark.parametrize(
    ("answer", "citations", "invented"),
    [
        ("The method reads less memory [2].", 1, 0),
        ("It is good [1] and new [3].", 2, 0),
        ("It is good [99].", 1, 1),
        ("It is good [smith20].", 1, 1),
        (r"It is good \cite{smith20} [1].", 2, 1),
    ],
)
def test_invented_citations_would_be_counted(answer, citations, invented):
    models = ScriptedModels({"m": ScriptedEngine(answer)})
    cited = _result(citing.run(models, "m", ENTRIES, 4, CancelToken()))
    each = cited.citations / cited.asked
    assert (each, cited.invented / cited.asked) == (citations, invented)


def test_on_the_command_line(moadesk, tmp_path):
    path = tmp_path / "refs.bib"
    path.write_text(ATTENTION + OTHERS + MORE, "utf-8")
    arguments = ("eval", "scholar", "--bib", path, "--only", "verifier")
    code, out, _err = moadesk(*arguments, "--json")
    found = json.loads(out)
    good = found["verifier_precision"] >= 0.95 and found["verifier_recall"] >= 0.85
    assert code == (0 if good else 3)
    assert found["files"][0] | {"abstracts": 9, "file": "refs.bib"} == found["files"][0]
    code, out, err = moadesk(*arguments, "--misses")
    assert "9 with an abstract" in out
    assert "scholar." in err or good
    few = tmp_path / "few.bib"
    few.write_text("@misc{a, title={No abstract here}}", "utf-8")
    code, _out, err = moadesk("eval", "scholar", "--bib", few)
    assert (code, "Fewer than three" in err) == (1, True)
    assert moadesk("eval", "scholar", "--bib", few, "--citations", "0")[0] == 2
