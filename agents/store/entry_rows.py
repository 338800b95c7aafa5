"""Entries as rows: what is the same work again, what is another under a taken key.

The one law: called within a transaction of `agents.store.library`; nothing that came in is
dropped, unless it is there already to the letter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.store import words
from agents.store.entries import (
    ENTRY_COLUMNS,
    Added,
    Entry,
    Renamed,
    digest,
    imported,
    likeness,
    rekeyed,
    same_work,
    to_entry,
    to_json,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.database import Session


def add(db: Session, entry: Entry, changed: list[tuple[Entry, Entry]]) -> Added:
    """Store one entry that came in; pairs of before and after are appended to `changed`."""
    name = imported(entry)
    merged = db.execute(
        "select imported from work_alias where key = ?", [entry.work.key]
    ).fetchone()
    if merged and merged[0] == name:
        return Added(duplicates=1)
    key, found = entry.work.key, _found(db, entry.work.key)
    number = 1
    while found and not same_work(found[0].work, entry.work):
        number += 1
        key = f"{entry.work.key}-{number}"
        found = _found(db, key)
    renamed: tuple[Renamed, ...] = ()
    if number > 1:
        renamed = (Renamed(entry.line, entry.work.key, key, "scholar.key_taken"),)
        entry = rekeyed(entry, key)
    if found is None:
        store(db, entry, None, name)
        return Added(added=1, renamed=renamed)
    mine, was = found
    if was == name or (not was and mine.raw == entry.raw):
        return Added(duplicates=1, renamed=renamed)
    files = (*mine.files, *(path for path in entry.files if path not in mine.files))
    new = replace(entry, work=replace(entry.work, id=mine.work.id), files=files)
    store(db, new, mine.work.id, name)
    changed.append((mine, new))
    return Added(updated=1, renamed=renamed)


def store(db: Session, entry: Entry, id_: int | None, name: str) -> int:
    """Write a row with its index; `name` is what `imported` said of the entry that came in."""
    work = entry.work
    cursor = db.execute(
        "insert or replace into work (id, key, kind, title, authors, year, venue, abstract, doi,"
        " keywords, likeness, place, raw, macros, preambles, parents, digest, format, original,"
        " files, arxiv, imported)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            id_,
            work.key,
            work.kind,
            work.title,
            to_json(work.authors),
            work.year,
            work.venue,
            work.abstract,
            work.doi,
            work.keywords,
            likeness(work),
            entry.place,
            entry.raw,
            to_json(entry.macros),
            to_json(entry.preambles),
            to_json(entry.parents),
            digest(work.text),
            entry.format,
            entry.original,
            to_json(entry.files),
            entry.arxiv,
            name,
        ],
    )
    rowid = id_ or int(cursor.lastrowid or 0)
    if id_ is not None:
        db.execute("delete from work_words where rowid = ?", [rowid])
    columns = (
        work.title,
        " ".join(work.authors),
        work.abstract,
        f"{work.venue} {work.year} {work.keywords} {work.key} {work.doi}",
    )
    db.execute(
        "insert into work_words (rowid, title, people, abstract, other) values (?, ?, ?, ?, ?)",
        [rowid, *map(words.index_text, columns)],
    )
    return rowid


def swap(db: Session, old: Sequence[Entry], new: Sequence[Entry], *, alias: bool = True) -> None:
    """Put `new` where `old` was. With `alias`, keys that vanish lead to the first of `new`."""
    names = {
        int(id_): str(name)
        for entry in old
        for id_, name in db.execute(
            "select id, imported from work where id = ?", [entry.work.id]
        ).fetchall()
    }
    kept = {entry.work.id for entry in new}
    for entry in old:
        if entry.work.id in kept:
            continue
        db.execute("delete from work_words where rowid = ?", [entry.work.id])
        db.execute("delete from work where id = ?", [entry.work.id])
        if alias and new:
            db.execute(
                "insert or replace into work_alias (key, work, imported) values (?, ?, ?)",
                [entry.work.key, new[0].work.id, names.get(entry.work.id, "")],
            )
            db.execute(
                "update work_alias set work = ? where work = ?", [new[0].work.id, entry.work.id]
            )
    for entry in new:
        id_, name = entry.work.id, names.get(entry.work.id)
        if name is None:  # it was merged away, and comes back
            if db.execute("select 1 from work where key = ?", [entry.work.key]).fetchone():
                raise UserError("scholar.changed_meanwhile", key=entry.work.key)
            if db.execute("select 1 from work where id = ?", [id_]).fetchone():
                id_ = None  # its number was given to another work since
            row = db.execute(
                "select imported from work_alias where key = ?", [entry.work.key]
            ).fetchone()
            name = row[0] if row else imported(entry)
            db.execute("delete from work_alias where key = ?", [entry.work.key])
        store(db, entry, id_, name)


def _found(db: Session, key: str) -> tuple[Entry, str] | None:
    """The entry of a key, and the name of what came in then."""
    row = db.execute(
        f"select {ENTRY_COLUMNS}, imported from work where key = ?",  # noqa: S608 - our own columns
        [key],
    ).fetchone()
    return (to_entry(row), str(row[-1])) if row else None
