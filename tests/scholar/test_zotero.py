"""A Zotero data folder: read from a copy, with what only its log has."""

from __future__ import annotations

import hashlib
import json

import pytest

from agents.base import CancelToken, UserError
from agents.scholar import bib, importers
from tests.scholar.zotero_folder import ZoteroFolder


@pytest.fixture
def folder(tmp_path):
    folder = ZoteroFolder(tmp_path / "Zotero")
    yield folder
    folder.db.close()


def read(path):
    return importers.read(path, CancelToken())


def state(folder):
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.path.rglob("*")
        if file.is_file() and not file.name.endswith("-shm")
    }


def test_items_people_tags_notes_and_attachments(folder):
    paper = folder.add(
        "journalArticle",
        [
            ("author", "Gödel", "Kurt"),
            ("author", "World Health Organization", ""),
            ("editor", "김", "영희"),
        ],
        tags=["logic", "수학"],
        title="On Undecidable Propositions & More",
        publicationTitle="Monatshefte für Mathematik",
        date="1931-12-01 December 1, 1931",
        volume="38",
        pages="173–198",
        DOI="10.1007/BF01700692",
        extra="Citation Key: godel31\ntex.mark: yes",
        libraryCatalog="Somewhere",
    )
    folder.attach(paper, "goedel.pdf", b"%PDF-1.4")
    folder.attach(paper, "gone.pdf", b"", path="storage:gone.pdf")
    folder.note(paper, "<p>Read <b>this</b>.</p>")
    (entry,) = read(folder.path).entries
    assert entry.work.key == "godel31"
    assert entry.work.authors == ("Gödel, Kurt", "World Health Organization")
    assert (entry.work.title, entry.work.venue, entry.work.year) == (
        "On Undecidable Propositions & More",
        "Monatshefte für Mathematik",
        "1931",
    )
    values = bib.values_of(entry)
    assert values["pages"] == "173--198"
    assert values["editor"] == "김, 영희"
    assert values["keywords"] == "logic; 수학"
    assert values["x-zotero-librarycatalog"] == "Somewhere"
    assert "Read" in values["x-zotero-notes"]
    assert entry.files == (str(folder.path / "storage" / "KEY00002" / "goedel.pdf"),)
    assert json.loads(entry.original)["fields"]["extra"].startswith("Citation Key")


def test_only_a_copy_is_read_while_zotero_runs(folder):
    folder.add("book", [("author", "Ostrom", "Elinor")], title="Governing the Commons", date="1990")
    folder.db.execute("begin exclusive")  # as Zotero holds it
    before = state(folder)
    assert before["zotero.sqlite-wal"]  # what was just added is in the log only
    (entry,) = read(folder.path / "zotero.sqlite").entries
    assert (entry.work.kind, entry.work.key) == ("book", "ostrom1990governing")
    assert state(folder) == before
    folder.db.execute("rollback")


def test_the_bin_and_feeds_are_left_out_and_groups_are_not(folder):
    gone = folder.add("book", title="Thrown away by its owner")
    folder.db.execute("insert into deletedItems (itemID) values (?)", [gone])
    folder.db.execute(
        "insert into libraries (libraryID, type, editable, filesEditable)"
        " values (2, 'feed', 0, 0), (3, 'group', 1, 1)"
    )
    folder.db.execute("insert into feeds values (2, 'News', 'http://example.org')")
    folder.add("journalArticle", title="From a feed", library=2)
    folder.add("preprint", title="From a group", library=3, archiveID="arXiv:2312.00752")
    (entry,) = read(folder.path).entries
    assert (entry.work.title, entry.arxiv) == ("From a group", "2312.00752")


def test_a_damaged_folder_is_said(tmp_path):
    (tmp_path / "zotero.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(UserError, match=r"scholar\.not_zotero"):
        read(tmp_path)
