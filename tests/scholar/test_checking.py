"""`moadesk verify`: texts written elsewhere against a library."""

from __future__ import annotations

import json

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.engine.port import TokenLogprob
from agents.scholar import verify, votes
from agents.scholar.events import ImportRequest, TextChecked, VerifyRequest
from agents.store.library import Work
from agents.store.passages import Piece
from tests.scholar.conftest import ATTENTION, OTHERS, WordEmbedder

TEX = r"""\begin{document}
Linear attention writes self-attention as a product of kernel feature maps \cite{linear20}.
Mamba~\citep[p.~3]{mamba23} makes the parameters of a state space model depend on the input.
Generation with Mamba reaches seven times the throughput of Transformers \cite{mamba23}.
Employment fell after the rise of the minimum wage in New Jersey \cite{wage94}.
Nobody et al. (2019) invented all of this.
Card and Krueger (1995) found that employment did not fall after the rise of the minimum wage.
Two helical chains are coiled round the same axis (Watson and Crick, 1953).
Self-attention is exact, and state space models depend on the input \cite{flash22,gone}.
직무 스트레스가 높으면 이직 의도도 높다(김영희, 2020).
최저임금이 올라도 고용은 줄지 않았다 \cite{wage94}.
This sentence cites nothing.
\end{document}
"""
VERDICTS = [
    "quoted", "quoted", "no support", "no support", "unknown work", "metadata mismatch", "quoted",
    "unknown work", "quoted", "not checked",
]  # fmt: skip


def _check(agent, request, cancel=None):
    *_events, done = agent.run(request, cancel or CancelToken())
    assert isinstance(done, TextChecked)
    return done


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "draft.tex"
    path.write_text(TEX, "utf-8")
    return path


def test_each_kind_of_verdict(scholar, text, bib_file):
    done = _check(scholar(), VerifyRequest(text, bib_file))
    assert [sentence.verdict for sentence in done.sentences] == VERDICTS
    by_line = {sentence.line: sentence for sentence in done.sentences}
    assert by_line[4].reason == "scholar.number_not_found"
    assert by_line[4].evidence == "Generation reaches five times the throughput of Transformers."
    assert by_line[5].reason == "scholar.contradicts"
    assert by_line[7].reason == "scholar.year_differs"
    assert by_line[7].keys == ("wage94",)
    assert by_line[9].keys == ("flash22", "gone")
    assert [work.verdict for work in by_line[9].works][1] == "unknown work"
    assert by_line[11].reason == "scholar.not_checkable"  # words tell nothing across languages
    assert not done.by_meaning


def test_the_library_s_pdfs_are_evidence_too(scholar, text, bib_file, tmp_path, database):
    from agents.store.passages import Passages

    agent = scholar()
    list(agent.run(ImportRequest(bib_file), CancelToken()))
    work = next(w for w in agent.library.list() if w.key == "flash22")
    draft = tmp_path / "own.md"
    draft.write_text("Tiles of 128 rows are kept in fast memory [@flash22].", "utf-8")
    assert _check(agent, VerifyRequest(draft)).sentences[0].verdict == "no support"
    piece = Piece("We tile. Tiles of 128 rows are kept in fast on-chip memory. So it is.", page=4)
    Passages(database).put(work.id, "text", [piece])
    (sentence,) = _check(agent, VerifyRequest(draft)).sentences
    assert (sentence.verdict, sentence.works[0].page) == ("quoted", 4)
    assert "128 rows" in sentence.evidence


def test_a_work_without_an_abstract_is_not_checked(scholar, tmp_path):
    bib = tmp_path / "a.bib"
    bib.write_text("@book{b, title={Rivers of the North}, author={Doe, J}, year=1990}", "utf-8")
    text = tmp_path / "a.txt"
    text.write_text("Sand moves in waves (Doe, 1990). Rivers of the North [@b].", "utf-8")
    first, second = _check(scholar(), VerifyRequest(text, bib)).sentences
    assert (first.verdict, first.reason) == ("not checked", "scholar.no_abstract")
    assert (second.verdict, second.evidence) == ("weak", "Rivers of the North")


def test_facts_of_another_cited_work_are_no_fault(scholar, tmp_path, bib_file):
    text = tmp_path / "a.md"
    text.write_text(
        "Employment did not fall after the rise of the minimum wage in New Jersey [@wage94], while"
        " the salt of deoxyribose nucleic acid has two helical chains coiled round the same axis"
        " [@dna53].",
        "utf-8",
    )
    (sentence,) = _check(scholar(), VerifyRequest(text, bib_file)).sentences
    assert sentence.verdict == "quoted"
    swapped = text.read_text("utf-8").replace("wage94", "x").replace("dna53", "wage94")
    text.write_text(swapped.replace("@x", "@dna53"), "utf-8")
    (sentence,) = _check(scholar(), VerifyRequest(text, bib_file)).sentences
    assert sentence.verdict != "quoted"


@pytest.mark.parametrize("content", [b"PK\x03\x04 word", bytes(range(256)) * 9])
def test_a_binary_file_is_named_as_what_it_is_not(scholar, tmp_path, bib_file, content):
    path = tmp_path / "draft.tex"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"scholar\.not_text"):
        _check(scholar(), VerifyRequest(path, bib_file))


def test_cancelling_stops_between_sentences(scholar, text, bib_file):
    cancel = CancelToken()
    events = scholar().run(VerifyRequest(text, bib_file), cancel)
    next(events)
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(events)


def test_with_an_embedder_meaning_counts_across_languages(scholar, text, bib_file):
    done = _check(scholar(embedder=WordEmbedder()), VerifyRequest(text, bib_file))
    assert done.by_meaning
    # these vectors know no translation: nothing is near, and so much is said
    assert done.sentences[-1].verdict == "no support"


def test_on_the_command_line(moadesk, tmp_path, text, bib_file):
    code, out, _err = moadesk("verify", "--library", bib_file, "--text", text, "--json")
    assert code == 3
    found = json.loads(out)
    assert [item["verdict"] for item in found][:4] == VERDICTS[:4]
    assert {"sentence", "keys", "verdict", "evidence"} <= set(found[0])
    good = tmp_path / "good.md"
    good.write_text("Mamba scales linearly in the sequence length [@mamba23].", "utf-8")
    code, out, _err = moadesk("verify", "--library", bib_file, "--text", good)
    assert (code, "1 quoted" in out) == (0, True)
    empty = tmp_path / "none.txt"
    empty.write_text("Nothing is cited here.", "utf-8")
    assert moadesk("verify", "--library", bib_file, "--text", empty, "--json")[:2] == (1, "[]\n")
    code, _out, err = moadesk("verify", "--library", tmp_path / "no.bib", "--text", good)
    assert (code, "There is no file" in err) == (1, True)
    broken = tmp_path / "broken.bib"
    broken.write_text(ATTENTION + "@misc{b, title={Not closed\n" + OTHERS, "utf-8")
    code, out, err = moadesk("verify", "--library", broken, "--text", good)
    assert (code, "1 quoted" in out, "cannot be read" in err) == (3, True, True)
    assert moadesk("verify", "--text", good)[0] == 1  # the library is empty


# --- the model's vote ---

CLAIM = "The chains are coiled round one axis."
TWO = tuple(
    Work(n, key, "article", "", (), "", "", abstract)
    for n, (key, abstract) in enumerate(
        [("dna", "Two helical chains are coiled round the same axis in the salt."),
         ("wage", "Employment did not fall after the rise of the minimum wage.")]
    )
)  # fmt: skip


class Vote:
    def __init__(self, value):
        self.value = value

    def vote(self, claim, passage, other):
        assert passage != other
        return self.value


def test_a_vote_moves_a_verdict_between_quoted_and_weak_only():
    text = "Two helical chains are coiled round the same axis."
    for value, grade in ((-2.0, "weak"), (0.0, "quoted"), (3.0, "quoted")):
        verdict = verify.Verifier(TWO, None, voter=Vote(value)).check(text, TWO[0])
        assert verdict.grade == grade
    wrong = "Seven helical chains are coiled round the same axis."
    assert verify.Verifier(TWO, None, voter=Vote(9.0)).check(wrong, TWO[0]).grade == "none"


def test_the_odds_of_an_answer():
    token = TokenLogprob("Yes", -0.1, ((" no", -2.5), (" Maybe", -5.0), (" yes", -6.0)))
    assert votes.odds(token) == pytest.approx(2.4, abs=0.05)
    assert votes.odds(TokenLogprob("The", -0.1)) == 0
