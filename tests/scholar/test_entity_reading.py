"""The library is read for entities, whatever stops it; what a person decides stays."""

from __future__ import annotations

import re

import pytest

from agents.base import CancelledError, CancelToken, Progress, UserError
from agents.entities.events import EntitiesFound, Span
from agents.scholar import bib, entity_pages, entity_reading
from agents.scholar.entity_reading import EntityReading, ReadDone, ReadRequest
from agents.store.database import Database
from agents.store.entities import Entities
from agents.store.entity_changes import EntityChanges
from agents.store.library import Library
from agents.store.passages import Narrowed, Passages, Piece

BIB = """
@article{one, title={A study}, author={Kim, A}, year=2020,
  abstract={We use Masked Language Modelling (MLM) on the SQuAD dataset. It works.}}
@article{two, title={MLM revisited}, author={Lee, B}, year=2021,
  abstract={On SQuAD we compare. SQuAD is old, and masked-language modeling is not.}}
@article{three, title={Nothing of it}, author={Park, C}, year=2022, abstract={No names here.}}
"""
PATTERNS = {
    "method": r"Masked Language Modelling(?: \(MLM\))?|MLM|masked-language modeling|BERT",
    "dataset": r"(?:the )?SQuAD(?: dataset)?|WMT",
}


class Finder:
    """Finds by patterns, as an entity model would; stops with `stop` before text number `at`."""

    def __init__(self, at=-1, stop=None):
        self.texts = []
        self._at, self._stop = at, stop

    def run(self, request, cancel):
        yield Progress(0, 0, "step")
        for index, text in enumerate(request.texts):
            if len(self.texts) == self._at:
                raise self._stop
            cancel.check()
            self.texts.append(text)
            spans = [
                Span(match.start(), match.end(), match[0], label, 0.9)
                for label, pattern in PATTERNS.items()
                if label in request.labels
                for match in re.finditer(pattern, text)
            ]
            yield EntitiesFound(index, tuple(sorted(spans, key=lambda span: span.start)))


class World:
    """A library on disk that can be opened again, as after a kill."""

    def __init__(self, folder):
        self.folder = folder
        self.open()

    def open(self):
        self.database = Database(self.folder / "moa.db")
        self.library = Library(self.database)
        self.passages = Passages(self.database)
        self.entities = Entities(self.database)
        self.changes = EntityChanges(self.database)

    def bring(self, text):
        file = self.folder / "refs.bib"
        file.write_text(text, "utf-8")
        self.library.add(bib.read_file(file).entries)

    def read(self, finder=None, cancel=None, **asked):
        finder = finder or Finder()
        agent = EntityReading(finder, self.entities, self.passages, self.library)
        events = list(agent.run(ReadRequest("m", **asked), cancel or CancelToken()))
        assert isinstance(events[-1], ReadDone)
        return events[-1]

    def named(self, name, label=""):
        found = [
            row for row in entity_pages.find(self.entities, name) if not label or row.label == label
        ]
        assert len(found) == 1, found
        return found[0]

    def everything(self):
        return {
            (row.label, row.name, row.works, row.mentions)
            for row in self.entities.list(hidden=True)
        }

    def facets(self):
        ids = self.library.ids()
        return dict(self.passages.facets(ids).get("entity", []))


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    made.bring(BIB)
    yield made
    made.database.close()


ALL = {("method", "Masked Language Modelling", 2, 3), ("dataset", "SQuAD", 2, 3)}


def test_names_are_linked_and_become_the_facet(world):
    done = world.read()
    assert done == ReadDone(3, 6)
    assert world.everything() == ALL
    assert world.facets() == {"Masked Language Modelling": 2, "SQuAD": 2}
    (one, two, _three) = world.library.ids()
    assert world.passages.works_in(Narrowed(entities=("SQuAD",))) == {one, two}
    page = entity_pages.page(world.entities, world.library, world.named("squad").id)
    assert {using.work.key: [said.text for said in using.said] for using in page.works} == {
        "one": ["We use Masked Language Modelling (MLM) on the SQuAD dataset."],
        "two": ["On SQuAD we compare.", "SQuAD is old, and masked-language modeling is not"],
    }
    for using in page.works:
        for said in using.said:
            assert "SQuAD" in said.text[said.start : said.stop]


def test_only_what_has_changed_is_read_again(world):
    world.read()
    finder = Finder()
    assert world.read(finder) == ReadDone(0, 0)
    assert finder.texts == []
    world.bring(BIB.replace("No names here", "BERT is here"))
    world.passages.put(world.library.ids()[0], "text", [Piece("We train on WMT.", page=3)])
    assert world.read(finder) == ReadDone(2, 2)
    assert finder.texts == ["Nothing of it. BERT is here", "We train on WMT."]
    assert world.named("BERT").works == 1
    page = entity_pages.page(world.entities, world.library, world.named("WMT").id)
    assert page.works[0].said[0].page == 3


def test_a_removed_work_takes_its_mentions_along(world):
    world.read()
    world.library.delete([world.library.ids()[0]])
    world.read()
    assert world.everything() == {
        ("method", "masked-language modeling", 1, 1),
        ("method", "MLM", 1, 1),  # what it stood for was said in the work that is gone
        ("dataset", "SQuAD", 1, 2),
    }


class Killed(BaseException):
    """As a kill: nothing catches it."""


@pytest.mark.parametrize("at", range(7))
def test_a_reading_that_is_killed_goes_on_where_it_was(world, monkeypatch, at):
    monkeypatch.setattr(entity_reading, "BATCH", 2)
    more = "\n".join(
        f"@article{{more{n}, title={{More {n}}}, author={{Han, D}}, year=2019,"
        f" abstract={{SQuAD and BERT once more.}}}}"
        for n in range(4)
    )
    world.bring(BIB + more)
    first = Finder(at, Killed())
    with pytest.raises(Killed):
        world.read(first)
    world.database.close()
    world.open()
    second = Finder()
    world.read(second)
    assert len(second.texts) == 7 - at // 2 * 2, "at most the batch that was read is read again"
    expected = {
        ("method", "Masked Language Modelling", 2, 3),
        ("dataset", "SQuAD", 6, 7),
        ("method", "BERT", 4, 4),
    }
    assert world.everything() == expected
    assert world.facets() == {"Masked Language Modelling": 2, "SQuAD": 6, "BERT": 4}


def test_a_cancelled_reading_keeps_what_it_has(world, monkeypatch):
    monkeypatch.setattr(entity_reading, "BATCH", 1)
    cancel = CancelToken()

    class Cancelling(Finder):
        def run(self, request, cancel_):
            yield from super().run(request, cancel_)
            cancel.cancel()

    with pytest.raises(CancelledError):
        world.read(Cancelling(), cancel)
    assert world.entities.spans(world.library.ids()[0], "abstract")
    rest = Finder()
    world.read(rest)
    assert len(rest.texts) == 2


def test_what_another_model_or_other_labels_found_is_told_apart(world):
    world.read()
    world.read(labels=("dataset",))
    assert world.everything() == {("dataset", "SQuAD", 2, 3)}
    assert world.facets() == {"SQuAD": 2}
    finder = Finder()
    world.read(finder)  # the first one again: it has read everything
    assert finder.texts == []
    assert world.everything() == ALL
    assert world.facets() == {"Masked Language Modelling": 2, "SQuAD": 2}


def read_anew(world):
    """Everything is read again, by a model that was never here."""
    world.read(threshold=0.25)


def test_merge_holds_when_everything_is_read_again_and_can_be_taken_back(world):
    world.read()
    mlm, squad = world.named("MLM").id, world.named("SQuAD").id
    change = world.changes.merge([squad, mlm], mlm)
    merged = {("method", "Masked Language Modelling", 2, 6)}
    assert world.everything() == merged
    assert world.facets() == {"Masked Language Modelling": 2}
    read_anew(world)
    assert world.everything() == merged
    world.changes.undo(change.id)
    assert world.everything() == ALL
    assert world.facets() == {"Masked Language Modelling": 2, "SQuAD": 2}


def test_split_holds_when_everything_is_read_again_and_can_be_taken_back(world):
    world.read()
    mlm = world.named("MLM").id
    names = {row.text: row.id for row in world.entities.names(mlm)}
    assert set(names) == {"Masked Language Modelling", "MLM"}
    change, made = world.changes.split(mlm, [names["MLM"]], "")
    apart = {("method", "Masked Language Modelling", 2, 2), ("method", "MLM", 1, 1)}
    world.entities.link(entity_reading.linked(world.entities))
    assert world.everything() == {*apart, ("dataset", "SQuAD", 2, 3)}
    read_anew(world)
    assert world.everything() == {*apart, ("dataset", "SQuAD", 2, 3)}
    assert world.named("MLM").id == made
    world.changes.undo(change.id)
    assert world.everything() == ALL
    with pytest.raises(UserError) as caught:
        world.changes.split(mlm, list(names.values()), "all")
    assert caught.value.code == "scholar.entity_split_all"


def test_a_name_and_a_hidden_entity_stay_and_can_be_taken_back(world):
    world.read()
    squad, mlm = world.named("SQuAD").id, world.named("MLM").id
    first = world.changes.rename(squad, "  Stanford   QA ")
    second = world.changes.hide(mlm)
    read_anew(world)
    assert [row.name for row in world.entities.list()] == ["Stanford QA"]
    assert world.facets() == {"Stanford QA": 2}
    assert world.named("squad").name == "Stanford QA"
    with pytest.raises(UserError) as caught:
        world.changes.undo(first.id)
    assert caught.value.code == "scholar.undo_later_first"
    world.changes.undo(second.id)
    world.changes.undo()
    assert world.everything() == ALL
    assert world.facets() == {"Masked Language Modelling": 2, "SQuAD": 2}
    with pytest.raises(UserError) as caught:
        world.changes.undo()
    assert caught.value.code == "scholar.nothing_to_undo"


def test_what_cannot_be_changed_is_said(world):
    world.read()
    for change in (
        lambda: world.changes.merge([999], world.named("SQuAD").id),
        lambda: world.changes.hide(999),
        lambda: world.changes.rename(999, "x"),
    ):
        with pytest.raises(UserError) as caught:
            change()
        assert caught.value.code == "scholar.entity_gone"
    with pytest.raises(UserError) as caught:
        world.changes.rename(world.named("SQuAD").id, "  ")
    assert caught.value.code == "scholar.entity_no_name"
    assert world.everything() == ALL


def test_a_short_form_of_two_things_is_neither(world):
    world.read()
    world.passages.put(
        world.library.ids()[2], "text", [Piece("Maximum Likelihood Method (MLM) and BERT.")]
    )
    assert world.named("MLM").name == "Masked Language Modelling"

    class Both(Finder):
        def run(self, request, cancel):
            for event in super().run(request, cancel):
                if isinstance(event, EntitiesFound):
                    text = request.texts[event.index]
                    at = text.find("Maximum Likelihood Method")
                    long = Span(at, at + 25, "Maximum Likelihood Method", "method", 0.9)
                    yield EntitiesFound(event.index, (*([long] if at >= 0 else []), *event.spans))

    world.read(Both())
    assert world.named("MLM").name == "MLM"
    assert world.named("maximum likelihood methods").works == 1


def test_years_are_years_and_clauses_are_no_names():
    spans = [
        Span(0, 4, "2017", "year", 0.9),
        Span(0, 4, "recent years", "year", 0.9),
        Span(0, 200, "x" * 200, "method", 0.9),
        Span(0, 1, "x", "method", 0.9),
    ]
    assert [one.text for one in entity_reading.reading("", spans).spans] == ["2017"]


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("One. Two SQuAD here. Three.", "SQuAD", "Two SQuAD here."),
        ("SQuAD", "SQuAD", "SQuAD"),
        ("As e.g. SQuAD shows. Then.", "SQuAD", "As e.g. SQuAD shows."),
        ("x " * 400 + "SQuAD" + " y" * 400, "SQuAD", None),
    ],
)
def test_the_sentence_around(text, name, sentence):
    at = text.index(name)
    begin, end = entity_pages.around(text, at, at + len(name))
    if sentence is not None:
        assert text[begin:end] == sentence
    assert begin <= at < at + len(name) <= end
    assert end - begin < 700
