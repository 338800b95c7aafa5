from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap

import pytest

from agents.base import CancelledError, CancelToken, Progress
from agents.scholar.agent import ScholarAgent
from agents.scholar.checking import Checker
from agents.scholar.events import (
    ImportRequest,
    PaperRead,
    PapersRead,
    ReadRequest,
    SearchDone,
    SearchRequest,
    VerifyRequest,
)
from agents.scholar.papers import PaperReader
from agents.store.database import Database
from agents.store.drafts import Drafts
from agents.store.library import Library
from agents.store.papers import Papers
from agents.store.passages import Passages
from tests.engine.scripted import ScriptedModels
from tests.pages.locked_files import USER
from tests.pages.pdf_files import image, lines, pdf, text
from tests.pages.test_sections import HIDDEN, PAPER

ABSTRACT = [
    "Lists of references are found on the last pages of papers, and",
    "each of them is told by the line at which it begins there.",
]
FOUND = [
    "We found that 87 percent of all wombats read the appendix",
    "first, and that nobody had ever asked them for the reason.",
]
OTHER = pdf(
    "\n".join(
        [
            text(70, 470, "On the References of Papers", size=18),
            text(120, 445, "Jan van der Berg"),
            text(180, 420, "Abstract", font=1),
            lines(70, 400, ABSTRACT),
            text(50, 350, "1 Introduction", font=1, size=12),
            lines(50, 330, FOUND),
        ]
    )
)
SCAN = pdf(image(0, 0, 400, 500))


class Desk:
    def __init__(self, database):
        self.library, self.passages = Library(database), Passages(database)
        self.papers = Papers(database)
        self.reader = PaperReader(self.library, self.passages, self.papers)
        models = ScriptedModels({})
        self.agent = ScholarAgent(
            models, self.library, Drafts(database), lambda: None, self.passages
        )
        self.checker = Checker(models, self.library, self.passages, None)

    def bring(self, path):
        *_events, done = self.agent.run(ImportRequest(path), CancelToken())
        return done

    def read(self, cancel=None, *, again=False):
        return list(self.reader.run(ReadRequest(again=again), cancel or CancelToken()))

    def search(self, query):
        request = SearchRequest(query, "words")
        *_events, done = self.agent.run(request, CancelToken())
        assert isinstance(done, SearchDone)
        return done.hits

    def id(self, title):
        return next(work.id for work in self.library.list() if title in work.title)


@pytest.fixture
def desk(database):
    return Desk(database)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "논문"
    folder.mkdir()
    (folder / "one.pdf").write_bytes(PAPER)
    (folder / "two.pdf").write_bytes(OTHER)
    return folder


def test_a_paper_comes_in_with_people_abstract_and_keywords(desk, folder):
    done = desk.bring(folder)
    assert (done.added, done.broken) == (2, ())
    work = next(work for work in desk.library.list() if "Headings" in work.title)
    assert work.authors == ("Lee, Ann B.", "van der Berg, Jan")
    assert work.abstract.startswith("We show that headings can be told")
    assert work.keywords == "headings, pages"


def test_papers_are_read_to_passages_headings_and_references(desk, folder):
    desk.bring(folder)
    events = desk.read()
    done = events[-1]
    assert isinstance(done, PapersRead)
    assert done.counts == {"read": 2}
    told = [event for event in events if isinstance(event, Progress)]
    assert all(event.unit == "paper" for event in told)
    assert (told[0].done, told[0].total) == (0, 2)
    first, second = desk.id("Headings"), desk.id("References")
    paper = desk.papers.get(first)
    assert [(one.title, one.page) for one in paper.headings][:2] == [
        ("Abstract", 1),
        ("1 Introduction", 1),
    ]
    assert [one.year for one in paper.references] == ["2019", "2021"]
    assert paper.references[0].doi == "10.1000/xyz.123"
    assert paper.references[0].page == 2
    pieces = desk.passages.of_work(second, "text")
    (found,) = [piece for piece in pieces if "wombats" in piece.text]
    assert found.page == 1
    assert "87 percent of all wombats read the appendix first" in found.text


def test_references_are_linked_to_works_of_the_library(desk, folder):
    desk.bring(folder)
    done = desk.read()[-1]
    first, second = desk.id("Headings"), desk.id("References")
    assert done.links == 1
    assert desk.papers.cites(first) == (second,)
    assert desk.papers.cited_by(second) == (first,)
    assert desk.papers.cited_by(first) == ()
    desk.library.delete([second])
    assert desk.papers.cites(first) == ()
    assert desk.read()[-1].links == 0
    assert desk.papers.get(second) is None


def test_a_work_that_comes_later_is_linked_too(desk, folder, tmp_path):
    desk.bring(folder / "one.pdf")
    assert desk.read()[-1].links == 0
    refs = tmp_path / "refs.bib"
    refs.write_text(
        "@article{b, author={van der Berg, Jan}, title={On the References of Papers}, year={2020}}",
        "utf-8",
    )
    desk.bring(refs)
    assert desk.read()[-1].links == 1
    assert desk.papers.cites(desk.id("Headings")) == (desk.id("References"),)


def test_what_stands_only_in_the_pdf_is_found_and_quoted_with_its_page(desk, folder, tmp_path):
    desk.bring(folder)
    desk.read()
    (hit, *_others) = desk.search("wombats")
    assert "References" in hit.work.title
    assert hit.passage.source == "text"
    assert hit.passage.page == 1
    draft = tmp_path / "draft.md"
    draft.write_text(
        f"As was shown, 87 percent of all wombats read the appendix first [@{hit.work.key}].",
        "utf-8",
    )
    *_events, done = desk.checker.run(VerifyRequest(draft), CancelToken())
    (sentence,) = done.sentences
    assert sentence.verdict == "quoted"
    assert sentence.works[0].page == 1


def test_what_was_read_is_not_read_again_until_the_file_is_another(desk, folder):
    desk.bring(folder)
    desk.read()
    assert [event for event in desk.read() if isinstance(event, PaperRead)] == []
    (folder / "two.pdf").write_bytes(OTHER.replace(b"wombats", b"badgers"))
    (again,) = [event for event in desk.read() if isinstance(event, PaperRead)]
    assert again.path.endswith("two.pdf")
    assert desk.search("wombats") == ()
    assert desk.search("badgers") != ()
    assert len([one for one in desk.read(again=True) if isinstance(one, PaperRead)]) == 2


def test_what_cannot_be_read_is_said_and_the_rest_is_read(desk, tmp_path):
    files = {"a": SCAN, "b": b"%PDF-1.7 broken", "c": USER, "d": OTHER, "e": OTHER}
    entries = []
    for name, data in files.items():
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(data)
        entries.append(f"@misc{{{name}, title={{Work {name} of some length}}, file={{{path}}}}}")
    refs = tmp_path / "refs.bib"
    refs.write_text("\n".join(entries), "utf-8")
    desk.bring(refs)
    (tmp_path / "d.pdf").unlink()
    states = {
        desk.library.works([event.work])[0].key: event.state
        for event in desk.read()
        if isinstance(event, PaperRead)
    }
    expected = {"a": "scanned", "b": "damaged", "c": "locked", "d": "gone", "e": "read"}
    assert states == expected


def test_hidden_instructions_are_no_passage_and_no_evidence(desk, tmp_path):
    hidden = text(50, 300, HIDDEN, colour="1 1 1 rg")
    page = lines(50, 400, ["Visible words about nothing in particular stand on this page."])
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(text(70, 470, "A Paper With a Secret", size=18) + page + "\n" + hidden))
    desk.bring(path)
    desk.read()
    work = desk.id("Secret")
    said = " ".join(piece.text for piece in desk.passages.of_work(work, "text"))
    assert "Visible words" in said
    assert "instructions" not in said
    assert desk.search("previous instructions") == ()


def test_visible_instructions_are_only_data(desk, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(text(70, 470, "A Paper of Orders", size=18) + lines(50, 400, [HIDDEN])))
    desk.bring(path)
    desk.read()
    (piece,) = [p for p in desk.passages.of_work(desk.id("Orders"), "text") if "Ignore" in p.text]
    assert piece.text == HIDDEN


def test_reading_is_cancelled_and_goes_on_where_it_was(desk, folder):
    desk.bring(folder)
    cancel = CancelToken()
    events = desk.reader.run(ReadRequest(), cancel)
    first = next(event for event in events if isinstance(event, PaperRead))
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(events)
    read = [event.work for event in desk.read() if isinstance(event, PaperRead)]
    assert len(read) == 1
    assert first.work not in read


KILLED = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from agents.base import CancelToken
    from agents.scholar.events import ReadRequest
    from agents.scholar.papers import PaperReader
    from agents.store.database import Database
    from agents.store.library import Library
    from agents.store.papers import Papers
    from agents.store.passages import Passages

    database = Database(Path(sys.argv[1]))
    passages, papers = Passages(database), Papers(database)
    at = int(sys.argv[2])

    def killed(owner, name):
        real = getattr(owner, name)

        def call(*args):
            global at
            at -= 1
            if at == 0:
                os._exit(9)
            return real(*args)

        setattr(owner, name, call)

    killed(passages, "put")
    for name in ("put", "link", "keep_linked"):
        killed(papers, name)
    list(PaperReader(Library(database), passages, papers).run(ReadRequest(), CancelToken()))
    """
)


@pytest.mark.parametrize("step", range(1, 7))
def test_reading_that_was_killed_goes_on(tmp_path, folder, step):
    file = tmp_path / "moadesk.sqlite"
    database = Database(file)
    desk = Desk(database)
    desk.bring(folder)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", KILLED, str(file), str(step)], env=environment, check=False
    )
    assert run.returncode == 9
    desk.read()
    first, second = desk.id("Headings"), desk.id("References")
    assert desk.papers.cites(first) == (second,)
    assert len(desk.papers.get(first).references) == 2
    starts = [piece.start for piece in desk.passages.of_work(first, "text")]
    assert starts == sorted(set(starts))
    assert desk.passages.of_work(second, "text")
    database.close()


def test_long_paragraphs_are_cut_at_sentences(desk, tmp_path):
    said = [f"Sentence number {n} of a paragraph that does not come to an end." for n in range(60)]
    path = tmp_path / "a.pdf"
    path.write_bytes(
        pdf(text(50, 980, "A Long Paragraph", size=18) + lines(50, 940, said), size=(500, 1000))
    )
    desk.bring(path)
    desk.read()
    pieces = desk.passages.of_work(desk.id("Long"), "text")
    assert len(pieces) > 2
    assert all(len(piece.text) <= 1500 and piece.text.endswith(".") for piece in pieces)
    numbers = [n for piece in pieces for n in re.findall(r"number (\d+)", piece.text)]
    assert numbers == [str(n) for n in range(60)]
