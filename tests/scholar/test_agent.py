"""Import and search through the agent."""

from __future__ import annotations

import pytest

from agents.base import CancelledError, CancelToken, Progress, UserError
from agents.scholar.events import ImportDone, ImportRequest, SearchDone, SearchRequest
from tests.scholar.conftest import ATTENTION, WordEmbedder


def ask(agent, request, cancel=None):
    return list(agent.run(request, cancel or CancelToken()))


def test_an_import_says_what_came_in_and_again_changes_nothing(scholar, bib_file):
    agent = scholar()
    done = ask(agent, ImportRequest(bib_file))[-1]
    assert isinstance(done, ImportDone)
    assert (done.added, done.updated, done.duplicates, done.total) == (7, 0, 0, 7)
    again = ask(agent, ImportRequest(bib_file))[-1]
    assert (again.added, again.updated, again.duplicates, again.total) == (0, 0, 7, 7)


def test_broken_and_renamed_entries_are_listed_and_kept(scholar, bib_file, tmp_path):
    agent = scholar()
    ask(agent, ImportRequest(bib_file))
    other = tmp_path / "other.bib"
    other.write_text(
        "@misc{mamba23, title={Snakes of Africa}}\n@misc{x, title={Never closed\n", "utf-8"
    )
    done = ask(agent, ImportRequest(other))[-1]
    assert [(item.line, item.reason) for item in done.broken] == [(2, "scholar.entry_unreadable")]
    assert [(item.line, item.key, item.new, item.reason) for item in done.renamed] == [
        (1, "mamba23", "mamba23-2", "scholar.key_taken")
    ]
    assert [item for _source, item in agent.library.broken()] == list(done.broken)
    other.write_text("@misc{x, title={Closed now}}\n", "utf-8")
    assert ask(agent, ImportRequest(other))[-1].broken == ()
    assert agent.library.broken() == ()


def test_a_cancelled_import_keeps_what_it_has(scholar, tmp_path):
    agent = scholar()
    many = tmp_path / "many.bib"
    many.write_text(
        "".join(f"@misc{{k{i}, title={{A title number {i}}}}}\n" for i in range(500)), "utf-8"
    )
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        for event in agent.run(ImportRequest(many), cancel):
            assert isinstance(event, Progress)
            cancel.cancel()
    assert 0 < agent.library.count() < 500


def test_search_by_words_without_an_embedder(scholar, bib_file):
    agent = scholar()
    ask(agent, ImportRequest(bib_file))
    (done,) = ask(agent, SearchRequest("간호사 스트레스"))
    assert not done.by_meaning
    assert [(hit.work.key, hit.ways) for hit in done.hits] == [("nurse20", ("words",))]
    (nothing,) = ask(agent, SearchRequest("xyzzy ((( *"))
    assert nothing == SearchDone((), by_meaning=False)


def test_both_ways_are_fused_by_rank_and_vectors_are_kept(scholar, bib_file):
    embedder = WordEmbedder()
    agent = scholar(embedder=embedder)
    ask(agent, ImportRequest(bib_file))
    *progress, done = ask(agent, SearchRequest("linear attention", limit=3))
    assert progress[-1].done == progress[-1].total == 7
    assert done.by_meaning
    assert done.hits[0].work.key == "linear20"
    assert done.hits[0].ways == ("words", "meaning")
    assert len(done.hits) == 3
    assert [hit.score for hit in done.hits] == sorted((h.score for h in done.hits), reverse=True)
    embedder.asked.clear()
    assert ask(agent, SearchRequest("linear attention"))[-1].by_meaning
    assert embedder.asked == [("linear attention",)]  # no work is embedded twice


def test_a_cancelled_indexing_goes_on_where_it_was(scholar, tmp_path):
    embedder = WordEmbedder()
    agent = scholar(embedder=embedder)
    many = tmp_path / "many.bib"
    many.write_text(
        "".join(f"@misc{{k{i}, title={{A title number {i}}}}}\n" for i in range(30)), "utf-8"
    )
    ask(agent, ImportRequest(many))
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        for _event in agent.run(SearchRequest("title", "meaning"), cancel):
            cancel.cancel()
    first = sum(len(texts) for texts in embedder.asked)
    embedder.asked.clear()
    ask(agent, SearchRequest("title", "meaning"))
    assert 0 < first < 30
    assert sum(len(texts) for texts in embedder.asked) == 30 - first + 1


def test_a_picture_is_no_bibliography(scholar, tmp_path):
    wrong = tmp_path / "a.bib"
    wrong.write_bytes(b"\x89PNG\r\n" + bytes(500))
    with pytest.raises(UserError, match=r"scholar\.not_bib"):
        ask(scholar(), ImportRequest(wrong))


def test_latin_and_korean_names_are_found_without_their_accents(scholar, tmp_path):
    agent = scholar()
    file = tmp_path / "a.bib"
    file.write_text(ATTENTION, "utf-8")
    ask(agent, ImportRequest(file))
    assert ask(agent, SearchRequest("Francois"))[-1].hits[0].work.key == "linear20"
