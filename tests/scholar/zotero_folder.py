"""A Zotero data folder with the tables of Zotero 7 (schema 107 and later) that hold a library."""

from __future__ import annotations

import sqlite3

TABLES = """
create table libraries (libraryID integer primary key, type text not null, editable int not null,
  filesEditable int not null, version int not null default 0, storageVersion int not null default 0,
  lastSync int not null default 0, archived int not null default 0);
create table feeds (libraryID integer primary key, name text not null, url text not null unique);
create table itemTypes (itemTypeID integer primary key, typeName text, templateItemTypeID int,
  display int default 1);
create table fields (fieldID integer primary key, fieldName text, fieldFormatID int);
create table creatorTypes (creatorTypeID integer primary key, creatorType text);
create table items (itemID integer primary key, itemTypeID int not null,
  dateAdded timestamp not null default current_timestamp,
  dateModified timestamp not null default current_timestamp,
  clientDateModified timestamp not null default current_timestamp, libraryID int not null,
  key text not null, version int not null default 0, synced int not null default 0,
  unique (libraryID, key));
create table itemDataValues (valueID integer primary key, value unique);
create table itemData (itemID int, fieldID int, valueID, primary key (itemID, fieldID));
create table itemNotes (itemID integer primary key, parentItemID int, note text, title text);
create table itemAttachments (itemID integer primary key, parentItemID int, linkMode int,
  contentType text, charsetID int, path text, syncState int default 0, storageModTime int,
  storageHash text);
create table tags (tagID integer primary key, name text not null unique);
create table itemTags (itemID int not null, tagID int not null, type int not null,
  primary key (itemID, tagID));
create table creators (creatorID integer primary key, firstName text, lastName text, fieldMode int,
  unique (lastName, firstName, fieldMode));
create table itemCreators (itemID int not null, creatorID int not null,
  creatorTypeID int not null default 1, orderIndex int not null default 0,
  primary key (itemID, creatorID, creatorTypeID, orderIndex), unique (itemID, orderIndex));
create table collections (collectionID integer primary key, collectionName text not null,
  parentCollectionID int default null, libraryID int not null, key text not null);
create table collectionItems (collectionID int not null, itemID int not null,
  orderIndex int not null default 0, primary key (collectionID, itemID));
create table deletedItems (itemID integer primary key,
  dateDeleted default current_timestamp not null);
"""
TYPES = {
    1: "note", 2: "book", 3: "bookSection", 4: "journalArticle", 14: "attachment",
    33: "conferencePaper", 37: "annotation", 38: "preprint",
}  # fmt: skip


class ZoteroFolder:
    """A data folder that a running Zotero has open: its last words are in the log only."""

    def __init__(self, path):
        path.mkdir(exist_ok=True)
        self.path = path
        self.db = sqlite3.connect(path / "zotero.sqlite", isolation_level=None)
        self.db.execute("pragma journal_mode = wal")
        self.db.executescript(TABLES)
        self.db.executemany(
            "insert into itemTypes (itemTypeID, typeName) values (?, ?)", TYPES.items()
        )
        self.db.execute(
            "insert into libraries (libraryID, type, editable, filesEditable)"
            " values (1, 'user', 1, 1)"
        )
        self.db.execute(
            "insert into creatorTypes values (1, 'author'), (2, 'contributor'), (3, 'editor')"
        )
        self.db.execute("pragma wal_checkpoint(truncate)")
        self.items = 0

    def add(self, kind, people=(), *, library=1, tags=(), **fields):
        """An item; people are (type, family, given)."""
        self.items += 1
        number = next(id_ for id_, name in TYPES.items() if name == kind)
        self.db.execute(
            "insert into items (itemID, itemTypeID, libraryID, key) values (?, ?, ?, ?)",
            [self.items, number, library, f"KEY{self.items:05}"],
        )
        for name, value in fields.items():
            field = self._id("fields", "fieldID", "fieldName", name)
            value_id = self._id("itemDataValues", "valueID", "value", value)
            self.db.execute("insert into itemData values (?, ?, ?)", [self.items, field, value_id])
        for at, (role, family, given) in enumerate(people):
            self.db.execute(
                "insert or ignore into creators (firstName, lastName, fieldMode) values (?, ?, ?)",
                [given, family, int(not given)],
            )
            self.db.execute(
                "insert into itemCreators select ?, creatorID,"
                " (select creatorTypeID from creatorTypes where creatorType = ?), ?"
                " from creators where lastName = ? and firstName = ?",
                [self.items, role, at, family, given],
            )
        for tag in tags:
            self.db.execute(
                "insert into itemTags values (?, ?, 0)",
                [self.items, self._id("tags", "tagID", "name", tag)],
            )
        return self.items

    def attach(self, parent, name, data, *, path=""):
        """A stored PDF of an item."""
        item = self.add("attachment", title="Full Text PDF")
        self.db.execute(
            "insert into itemAttachments (itemID, parentItemID, linkMode, contentType, path)"
            " values (?, ?, 1, 'application/pdf', ?)",
            [item, parent, path or f"storage:{name}"],
        )
        if not path:
            folder = self.path / "storage" / f"KEY{item:05}"
            folder.mkdir(parents=True)
            (folder / name).write_bytes(data)

    def note(self, parent, html):
        """A note of an item."""
        item = self.add("note")
        self.db.execute(
            "insert into itemNotes (itemID, parentItemID, note) values (?, ?, ?)",
            [item, parent, html],
        )

    def _id(self, table, id_, name, value):
        """The number of a value, which is added where it is new."""
        found = f"select {id_} from {table} where {name} = ?"  # noqa: S608 - the test's own names
        if self.db.execute(found, [value]).fetchone() is None:
            self.db.execute(f"insert into {table} ({name}) values (?)", [value])  # noqa: S608
        return self.db.execute(found, [value]).fetchone()[0]
