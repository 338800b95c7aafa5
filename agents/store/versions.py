"""Versions of drafts: what a draft was at a time, whole.

The one law: a version never changes. Going back to one keeps what there is as a version first, in
the same transaction, so that nothing that was ever written is lost by looking back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from agents.store import draft_rows
from agents.store.drafts import Paragraph, Sentence

if TYPE_CHECKING:
    from agents.store.database import Database, Session

Reason = Literal["writing", "export", "editing", "restore", "named"]

_KEPT = 200  # versions of a draft that nobody named


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the list. `made` is ISO 8601, UTC."""

    id: int
    draft: int
    reason: Reason
    name: str
    sentences: int
    made: str


@dataclass(frozen=True, slots=True)
class _Content:
    themes: tuple[tuple[str, tuple[str, ...]], ...]
    outline: str  # JSON, see `outlines`
    sentences: tuple[tuple[Sentence, ...], ...]  # of each theme


class Versions:
    """Reads and writes versions. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def keep(self, draft: int, reason: Reason, *, name: str = "", minutes: int = 0) -> int:
        """Keep a draft as it is now.

        Args:
            draft: which.
            reason: why.
            name: what the user calls it.
            minutes: not if one was kept for this reason so short a time ago.

        Returns:
            The version; 0 if nothing was kept: it is as the last one, empty, gone, or too soon.
        """
        with self._database.write() as db:
            if minutes and _lately(db, draft, reason, minutes):
                return 0
            return _keep(db, draft, reason, name)

    def list(self, draft: int) -> tuple[Version, ...]:
        """The versions of a draft, the latest first."""
        rows = self._database.read().execute(
            "select id, draft, reason, name, sentences, made from draft_version"
            " where draft = ? order by id desc",
            [draft],
        )
        return tuple(Version(*row) for row in rows)

    def load(self, version: int) -> tuple[Paragraph, ...]:
        """The paragraphs of a version, headings without sentences included; empty if it is gone."""
        row = (
            self._database.read()
            .execute("select content from draft_version where id = ?", [version])
            .fetchone()
        )
        return _paragraphs(row[0]) if row else ()

    def now(self, draft: int) -> tuple[Paragraph, ...]:
        """The paragraphs of a draft as it is, in the same form."""
        found = _content(self._database.read(), draft)
        return _paragraphs(found[0]) if found else ()

    def restore(self, version: int) -> int:
        """Make a draft what it was, its plan as well.

        Returns:
            The version that holds what it is now; 0 if the version is gone.
        """
        with self._database.write() as db:
            row = db.execute(
                "select draft, content from draft_version where id = ?", [version]
            ).fetchone()
            if not row:
                return 0
            draft = int(row[0])
            kept = _keep(db, draft, "restore", "") or _latest(db, draft)
            content = msgspec.json.decode(row[1], type=_Content)
            db.execute("delete from draft_sentence where draft = ?", [draft])
            for number, sentences in enumerate(content.sentences):
                for at, sentence in enumerate(sentences):
                    draft_rows.put(db, draft, number, at, sentence)
            db.execute(
                "update draft set themes = ?, outline = ? where id = ?",
                [draft_rows.dump(content.themes), content.outline, draft],
            )
            draft_rows.touch(db, draft)
            return kept

    def rename(self, version: int, name: str) -> None:
        """Give a version a name, or take it away; one with a name stays for ever."""
        with self._database.write() as db:
            db.execute("update draft_version set name = ? where id = ?", [name, version])

    def delete(self, version: int) -> None:
        """Forget a version."""
        with self._database.write() as db:
            db.execute("delete from draft_version where id = ?", [version])


def _keep(db: Session, draft: int, reason: Reason, name: str) -> int:
    found = _content(db, draft)
    if found is None:
        return 0
    content, count = found
    digest = hashlib.sha256(content.encode()).hexdigest()
    last = db.execute(
        "select id, digest from draft_version where draft = ? order by id desc limit 1", [draft]
    ).fetchone()
    if last and last[1] == digest:
        if name:
            db.execute("update draft_version set name = ? where id = ?", [name, last[0]])
        return int(last[0]) if name else 0
    cursor = db.execute(
        "insert into draft_version (draft, reason, name, content, digest, sentences)"
        " values (?, ?, ?, ?, ?, ?)",
        [draft, reason, name, content, digest, count],
    )
    db.execute(
        "delete from draft_version where draft = ?1 and name = '' and id not in (select id from"
        " draft_version where draft = ?1 and name = '' order by id desc limit ?2)",
        [draft, _KEPT],
    )
    return int(cursor.lastrowid or 0)


def _lately(db: Session, draft: int, reason: Reason, minutes: int) -> bool:
    row = db.execute(
        "select 1 from draft_version where draft = ? and reason = ?"
        " and made > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?) limit 1",
        [draft, reason, f"-{minutes} minutes"],
    ).fetchone()
    return row is not None


def _latest(db: Session, draft: int) -> int:
    row = db.execute(
        "select id from draft_version where draft = ? order by id desc limit 1", [draft]
    ).fetchone()
    return int(row[0]) if row else 0


def _content(db: Session, draft: int) -> tuple[str, int] | None:
    """A draft as it is kept, and how many sentences it has; None if there are none."""
    row = db.execute("select themes, outline from draft where id = ?", [draft]).fetchone()
    if not row:
        return None
    themes: tuple[tuple[str, tuple[str, ...]], ...] = msgspec.json.decode(
        row[0], type=tuple[tuple[str, tuple[str, ...]], ...]
    )
    made: list[list[Sentence]] = [[] for _theme in themes]
    for paragraph, sentence in db.execute(
        "select paragraph, sentence from draft_sentence where draft = ?"
        " order by paragraph, position",
        [draft],
    ):
        if paragraph < len(made):
            made[int(paragraph)].append(msgspec.json.decode(sentence, type=Sentence))
    count = sum(map(len, made))
    content = _Content(themes, str(row[1] or ""), tuple(map(tuple, made)))
    return (draft_rows.dump(content), count) if count else None


def _paragraphs(content: str) -> tuple[Paragraph, ...]:
    found = msgspec.json.decode(content, type=_Content)
    return tuple(
        Paragraph(index, theme[0], sentences)
        for index, (theme, sentences) in enumerate(zip(found.themes, found.sentences, strict=True))
    )
