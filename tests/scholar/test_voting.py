"""The entity model's vote on who has written a PDF: heard, never believed beyond the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.entities.agent import EntityAgent
from agents.entities.events import EntitiesFound, Span
from agents.pages.front import Front
from agents.scholar import importers
from agents.scholar.bylines import people
from agents.scholar.voting import Vote, Voter
from tests.pages.pdf_files import lines, pdf, text

TINY = Path(__file__).parents[1] / "entities" / "tiny_gliner"
BODY = lines(60, 300, ["A paper has a body in small letters that goes on and on."] * 9, size=9)


class Finder:
    """Says of what it knows by heart who is who; fails with `error`."""

    def __init__(self, error=None, **known):
        self.known = known
        self.error = error
        self.asked = []

    def run(self, request, cancel):
        for index, said in enumerate(request.texts):
            cancel.check()
            self.asked.append(said)
            if self.error:
                raise self.error
            spans = [
                Span(found.start(), found.end(), found[0], label, score)
                for label, names in self.known.items()
                for name, score in names.items()
                for found in re.finditer(re.escape(name), said)
            ]
            yield EntitiesFound(index, tuple(sorted(spans, key=lambda span: span.start)))


def paper(*byline, title="Turing Machines Revisited"):
    return pdf("\n".join([text(60, 440, title, size=18), lines(60, 410, byline), BODY]))


@pytest.fixture
def authors(tmp_path):
    def read(data, finder=None, model="m"):
        path = tmp_path / "paper.pdf"
        path.write_bytes(data)
        voter = Voter(finder, lambda: model) if finder else None
        (entry,) = importers.read(path, CancelToken(), voter).entries
        return entry.work.authors

    return read


def test_who_looks_like_nobody_is_a_person_where_the_model_says_so(authors):
    page = paper("Madonna, Ada Lovelace")
    assert authors(page) == ()  # half of a line are no names: it says nothing of people
    finder = Finder(person={"Madonna": 0.9, "Ada Lovelace": 0.9})
    assert authors(page, finder) == ("Madonna", "Lovelace, Ada")


def test_what_looks_like_a_person_is_an_organisation_where_the_model_is_sure(authors):
    page = paper("Ada Lovelace, Bell Atlantic")
    assert authors(page) == ("Lovelace, Ada", "Atlantic, Bell")
    sure = Finder(person={"Ada Lovelace": 0.9}, organisation={"Bell Atlantic": 0.8})
    assert authors(page, sure) == ("Lovelace, Ada",)
    unsure = Finder(person={"Ada Lovelace": 0.9}, organisation={"Bell Atlantic": 0.6})
    assert authors(page, unsure) == ("Lovelace, Ada", "Atlantic, Bell")


def test_a_name_in_the_middle_of_a_line_is_found(authors):
    page = paper("as presented by Ada Lovelace to the society")
    assert authors(page) == ()
    assert authors(page, Finder(person={"Ada Lovelace": 0.9})) == ("Lovelace, Ada",)


def test_the_title_and_what_cannot_be_a_name_name_nobody(authors):
    page = paper("Ada Lovelace, University of Here, ada@here.org")
    wrong = {"Turing": 0.99, "University of Here": 0.99, "ada@here.org": 0.99, "Ada Lovelace": 0.9}
    assert authors(page, Finder(person=wrong)) == ("Lovelace, Ada",)


def test_what_is_not_on_the_page_is_never_taken(authors):
    class Liar(Finder):
        def run(self, request, cancel):
            for index, said in enumerate(request.texts):
                start = said.index("as told")
                spans = (Span(start, start + 7, "Grace Hopper", "person", 0.99),)
                yield EntitiesFound(index, spans)

    assert authors(paper("as told by nobody in particular"), Liar()) == ()


@pytest.mark.parametrize("error", [UserError("entities.failed"), UserError("model.missing")])
def test_a_model_that_fails_stops_no_import(authors, error):
    finder = Finder(error)
    assert authors(paper("Ada Lovelace"), finder) == ("Lovelace, Ada",)
    assert len(finder.asked) == 1


def test_nobody_is_asked_without_a_model_or_without_lines():
    finder = Finder(person={"Ada Lovelace": 0.9})
    page = Front("", "A title", "", "", False, {}, ("Ada Lovelace",))
    bare = Front("", "A title", "", "", False, {})
    assert Voter(finder, lambda: "").votes([page], CancelToken()) == (Vote(),)
    assert Voter(finder, lambda: "m").votes([bare], CancelToken()) == (Vote(),)
    assert not finder.asked
    assert Voter(finder, lambda: "m").votes([bare, page], CancelToken()) == (
        Vote(),
        Vote(("Ada Lovelace",)),
    )


def test_a_cancelled_import_asks_no_further(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.pdf").write_bytes(paper("Ada Lovelace", title=f"Paper {number}"))
    cancel = CancelToken()

    class Stopped(Finder):
        def run(self, request, cancel_):
            cancel.cancel()
            return super().run(request, cancel_)

    finder = Stopped()
    with pytest.raises(CancelledError):
        importers.read(tmp_path, cancel, Voter(finder, lambda: "m"))
    assert not finder.asked


def test_korean_people_and_their_institutes():
    vote = Vote(("남궁 민수", "허균"), ("한빛",))
    assert people(["남궁 민수, 허균"], vote=vote) == ("남궁민수", "허균")
    assert people(["김한빛, 한빛"]) == ("김한빛", "한빛")
    assert people(["김한빛, 한빛"], vote=vote) == ("김한빛",)
    assert people(["아무도 없음"], vote=vote) == ()  # who is not printed is nobody


def test_a_real_model_is_heard(authors):
    agent = EntityAgent(lambda _model: TINY, lambda _words: None)
    printed = ("Ada Lovelace, Charles Babbage", "Analytical Society of London")
    for name in authors(paper(*printed), agent):
        # random weights say anything: whoever is named stands there
        family, _comma, given = name.partition(", ")
        assert f"{given} {family}".strip() in " ".join(printed)
