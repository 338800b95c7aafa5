"""Fifty thousand works: nothing that is done to a library may depend on its size in a bad way."""

from __future__ import annotations

import re

import pytest

from agents.base import CancelToken, drained
from agents.scholar import bib
from agents.scholar.events import ImportRequest
from agents.scholar.importing import run
from agents.scholar.retrieval import Index
from agents.store.library import Library
from agents.store.passages import Passages
from app.ui.scholar.works import WorkModel

COUNT = 50_000
_SUBJECTS = ("attention", "kernels", "corpora", "parsing", "speech", "vision", "wombats")


def entry(number):
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    return (
        f"@article{{k{number}, author = {{Kim{number % 977}, A}}, year = {{{1990 + number % 35}}},"
        f" title = {{On {subject} number {number}}}, abstract = {{We study {subject}.}}}}\n"
    )


@pytest.mark.timeout(600)
def test_fifty_thousand_entries_come_in_are_found_and_shown(database, tmp_path):
    path = tmp_path / "large.bib"
    broken = "@article{broken, title = {Never closed\n\n"
    half = COUNT // 2
    entries = [entry(number) for number in range(COUNT)]
    path.write_text("".join([*entries[:half], broken, *entries[half:]]), "utf-8")
    library, passages = Library(database), Passages(database)
    *_told, done = run(ImportRequest(path), library, CancelToken())
    assert done.added >= COUNT - 1
    (lost,) = done.broken
    assert lost.line == half + 1
    kept = tmp_path / "large.broken.bib"
    assert done.kept_in == str(kept)
    assert re.search(r"% line \d+\n@article\{broken", kept.read_text("utf-8"))
    index = Index(passages, library)
    drained(index.refresh(None, CancelToken()))
    (best, *_others) = index.search("wombats number 49741", None, "", 10)
    (passage,) = passages.get([best])
    assert "49741" in passage.text
    works = library.list()
    model = WorkModel()
    model.show_works(works)
    assert model.rowCount() == len(works) >= COUNT - 1
    assert model.row(works[-1].id) == len(works) - 1
    assert bib.parse(entries[0]).entries[0].work.title == works[-1].title
