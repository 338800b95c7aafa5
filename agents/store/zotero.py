"""Reads the library of a Zotero data folder.

The one law: Zotero's own files are only copied. What is read is the copy, with the write-ahead log
beside it, so that what a running Zotero has just saved is seen, and nothing of it is locked.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Generator

DATABASE = "zotero.sqlite"
_NOT_WORKS = ("attachment", "note", "annotation")


@dataclass(slots=True)
class ZoteroItem:
    """One item of a library or group, in Zotero's own words."""

    id: int
    key: str
    kind: str
    fields: dict[str, str] = field(default_factory=dict[str, str])
    creators: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    tags: list[str] = field(default_factory=list[str])
    collections: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])  # HTML
    files: list[str] = field(default_factory=list[str])  # paths of attachments that are there
    missing: list[str] = field(default_factory=list[str])  # attachments that are not


def read(folder: Path) -> list[ZoteroItem]:
    """The items of a data folder, without those in the bin and those of feeds.

    Raises:
        UserError: file.unreadable, scholar.not_zotero.
    """
    with tempfile.TemporaryDirectory(prefix="zotero-") as place, _copied(folder, place) as db:
        try:
            return _items(db, folder)
        except sqlite3.DatabaseError as error:
            raise UserError("scholar.not_zotero", path=str(folder), reason=str(error)) from error


@contextlib.contextmanager
def _copied(folder: Path, place: str) -> Generator[sqlite3.Connection]:
    source, copy = folder / DATABASE, Path(place) / DATABASE
    try:
        # The log first: a checkpoint between the two copies then costs nothing, as the log only
        # repeats what the database has by then.
        for name in (f"{DATABASE}-wal", f"{DATABASE}-journal", DATABASE):
            if (folder / name).exists():
                shutil.copyfile(folder / name, Path(place) / name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unreadable", path=str(source), reason=reason) from error
    connection = sqlite3.connect(copy)
    try:
        yield connection
    finally:
        connection.close()


def _items(db: sqlite3.Connection, folder: Path) -> list[ZoteroItem]:
    rows = db.execute(
        "select i.itemID, i.key, t.typeName from items i join itemTypes t using (itemTypeID)"
        " where t.typeName not in (?, ?, ?)"
        " and i.itemID not in (select itemID from deletedItems)"
        " and i.libraryID not in (select libraryID from feeds) order by i.itemID",
        _NOT_WORKS,
    )
    items = {int(row[0]): ZoteroItem(int(row[0]), str(row[1]), str(row[2])) for row in rows}
    for id_, name, value in db.execute(
        "select d.itemID, f.fieldName, v.value from itemData d join fields f using (fieldID)"
        " join itemDataValues v using (valueID)"
    ):
        if id_ in items:
            items[id_].fields[str(name)] = str(value)
    for id_, kind, family, given in db.execute(
        "select ic.itemID, t.creatorType, c.lastName, c.firstName from itemCreators ic"
        " join creators c using (creatorID) join creatorTypes t using (creatorTypeID)"
        " order by ic.itemID, ic.orderIndex"
    ):
        if id_ in items:
            items[id_].creators.append((str(kind), str(family or ""), str(given or "")))
    for id_, tag in db.execute(
        "select it.itemID, t.name from itemTags it join tags t using (tagID) order by t.name"
    ):
        if id_ in items:
            items[id_].tags.append(str(tag))
    for id_, name in db.execute(
        "select ci.itemID, c.collectionName from collectionItems ci"
        " join collections c using (collectionID) order by c.collectionName"
    ):
        if id_ in items:
            items[id_].collections.append(str(name))
    _with_children(db, folder, items)
    return list(items.values())


def _with_children(db: sqlite3.Connection, folder: Path, items: dict[int, ZoteroItem]) -> None:
    for id_, note in db.execute(
        "select parentItemID, note from itemNotes where parentItemID is not null"
        " and itemID not in (select itemID from deletedItems) order by itemID"
    ):
        if id_ in items and note:
            items[id_].notes.append(str(note))
    for id_, key, path in db.execute(
        "select a.parentItemID, i.key, a.path from itemAttachments a join items i using (itemID)"
        " where a.parentItemID is not null and a.path is not null"
        " and a.itemID not in (select itemID from deletedItems) order by a.itemID"
    ):
        if id_ not in items:
            continue
        place = _attached(folder, str(key), str(path))
        (items[id_].files if place.is_file() else items[id_].missing).append(str(place))


def _attached(folder: Path, key: str, path: str) -> Path:
    """Where an attachment is: in the storage, beside it, or wherever it was linked from."""
    kind, colon, name = path.partition(":")
    if colon and kind == "storage":
        return folder / "storage" / key / name
    if colon and kind == "attachments":  # relative to a folder that only Zotero's settings know
        return folder / name
    return Path(path)
