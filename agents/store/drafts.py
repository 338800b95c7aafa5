"""Drafts of related work, stored sentence by sentence.

The one law: a sentence is in the database before the next one is written, with the works it was
planned from, so a draft can be read, exported and gone on with whatever happens.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from agents.store import owner
from agents.store.library import Entry, Work

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from agents.store.database import Database, Session

DraftState = Literal["writing", "done", "stopped", "interrupted"]
Support = Literal["supported", "flagged"]
Origin = Literal["model", "quote", "title", "lead", "person"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the draft with the keys it cites and what backs it."""

    text: str  # without citation marks
    keys: tuple[str, ...]
    support: Support
    evidence: str = ""  # quoted from the abstract of a cited work
    reason: str = ""  # a code of `app.messages`, where flagged
    # who worded it: the model; a verbatim quotation; the title alone (there is no abstract);
    # an opening that names what the cited works share; a person
    origin: Origin = "model"
    # where each key is cited, as an offset into `text`; empty = all before the final full stop
    places: tuple[int, ...] = ()
    opens: bool = False  # begins a new paragraph under its heading


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of sentences, checked and stored."""

    index: int
    theme: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class DraftReport:
    """The counts of the report beside the draft, all integers."""

    citations: int
    unknown_keys: int
    sentences: int
    supported: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole draft, or what there is of one that was stopped."""

    id: int
    topic: str
    paragraphs: tuple[Paragraph, ...]
    works: tuple[Work, ...]  # what is cited, in order of first citation
    report: DraftReport
    entries: tuple[Entry, ...] = ()  # the verbatim BibTeX of `works`, in the same order
    model: str = ""
    state: DraftState = "done"


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft of the list. Times are ISO 8601, UTC."""

    id: int
    topic: str
    model: str
    state: DraftState
    sentences: int
    flagged: int
    updated: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a draft is written from: headings with the keys that they may cite, and the entries."""

    themes: tuple[tuple[str, tuple[str, ...]], ...]
    entries: tuple[Entry, ...]
    left_out: int = 0


class Drafts:
    """Reads and writes drafts. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def start(self, topic: str, model: str, seed: int, source: str, plan: Plan) -> int:
        """Begin a draft with its plan; returns its id."""
        with self._database.write() as db:
            cursor = db.execute(
                "insert into draft (topic, model, seed, source, state, owner, themes, left_out)"
                " values (?, ?, ?, ?, 'writing', ?, ?, ?)",
                [topic, model, seed, source, owner.me(), _dump(plan.themes), plan.left_out],
            )
            id_ = int(cursor.lastrowid or 0)
            for position, entry in enumerate(plan.entries):
                db.execute(
                    "insert into draft_entry (draft, position, entry) values (?, ?, ?)",
                    [id_, position, _dump(entry)],
                )
            return id_

    def add(self, draft: int, paragraph: int, position: int, sentence: Sentence) -> None:
        """Store one sentence."""
        with self._database.write() as db:
            db.execute(
                "insert or replace into draft_sentence (draft, paragraph, position, sentence)"
                " values (?, ?, ?, ?)",
                [draft, paragraph, position, _dump(sentence)],
            )
            _touch(db, draft)

    def replace(self, draft: int, paragraph: int, sentences: Sequence[Sentence]) -> bool:
        """Store a paragraph as it was edited, instead of what was stored of it; False if gone.

        Only what changed is written.
        """
        with self._database.write() as db:
            if not db.execute("select 1 from draft where id = ?", [draft]).fetchone():
                return False
            stored = dict(
                db.execute(
                    "select position, sentence from draft_sentence"
                    " where draft = ? and paragraph = ?",
                    [draft, paragraph],
                ).fetchall()
            )
            wanted = dict(enumerate(map(_dump, sentences)))
            changed = [at for at, sentence in wanted.items() if stored.get(at) != sentence]
            gone = [at for at in stored if at not in wanted]
            db.connection.executemany(
                "insert or replace into draft_sentence (draft, paragraph, position, sentence)"
                " values (?, ?, ?, ?)",
                [(draft, paragraph, at, wanted[at]) for at in changed],
            )
            db.connection.executemany(
                "delete from draft_sentence where draft = ? and paragraph = ? and position = ?",
                [(draft, paragraph, at) for at in gone],
            )
            if changed or gone:
                _touch(db, draft)
        return True

    def retitle(self, draft: int, paragraph: int, title: str) -> bool:
        """Give a paragraph another heading; False if it is gone."""
        with self._database.write() as db:
            row = db.execute("select themes from draft where id = ?", [draft]).fetchone()
            themes: list[list[object]] = json.loads(row[0]) if row else []
            if not 0 <= paragraph < len(themes):
                return False
            themes[paragraph][0] = title
            db.execute("update draft set themes = ? where id = ?", [_dump(themes), draft])
            _touch(db, draft)
        return True

    def cite(self, draft: int, entries: Sequence[Entry]) -> None:
        """Keep further entries with a draft, so that it can cite them; known keys stay."""
        with self._database.write() as db:
            known = {
                str(row[0])
                for row in db.execute(
                    "select json_extract(entry, '$.work.key') from draft_entry where draft = ?",
                    [draft],
                )
            }
            for entry in entries:
                if entry.work.key not in known:
                    known.add(entry.work.key)
                    db.execute(
                        "insert into draft_entry (draft, position, entry) select ?1,"
                        " coalesce(max(position), -1) + 1, ?2 from draft_entry where draft = ?1",
                        [draft, _dump(entry)],
                    )

    def finish(self, draft: int, state: DraftState) -> None:
        """Record how the writing ended."""
        with self._database.write() as db:
            db.execute("update draft set state = ?, owner = '' where id = ?", [state, draft])
            _touch(db, draft)

    def go_on(self, draft: int, model: str) -> bool:
        """Take a stopped draft up again; False if it is gone, done, or being written elsewhere."""
        with self._database.write() as db:
            row = db.execute("select state, owner from draft where id = ?", [draft]).fetchone()
            if not row or row[0] == "done" or (row[0] == "writing" and owner.alive(row[1])):
                return False
            db.execute(
                "update draft set state = 'writing', owner = ?, model = ? where id = ?",
                [owner.me(), model, draft],
            )
            return True

    def list(self, limit: int = 200) -> tuple[DraftRow, ...]:
        """The latest first."""
        rows = self._database.read().execute(
            """
            select d.id, d.topic, d.model, d.state, count(s.draft),
                coalesce(sum(json_extract(s.sentence, '$.support') = 'flagged'), 0), d.updated
            from draft d left join draft_sentence s on s.draft = d.id
            group by d.id order by d.updated desc, d.id desc limit ?
            """,
            [limit],
        )
        return tuple(DraftRow(*row) for row in rows)

    def plan(self, draft: int) -> Plan | None:
        """The plan of a draft, or None if it is gone."""
        db = self._database.read()
        row = db.execute("select themes, left_out from draft where id = ?", [draft]).fetchone()
        if not row:
            return None
        themes = msgspec.json.decode(row[0], type=tuple[tuple[str, tuple[str, ...]], ...])
        entries = db.execute(
            "select entry from draft_entry where draft = ? order by position", [draft]
        )
        return Plan(
            themes,
            tuple(msgspec.json.decode(item[0], type=Entry) for item in entries),
            int(row[1]),
        )

    def sentences(self, draft: int, paragraph: int) -> dict[int, Sentence]:
        """What there is of a paragraph, by position."""
        rows = self._database.read().execute(
            "select position, sentence from draft_sentence where draft = ? and paragraph = ?",
            [draft, paragraph],
        )
        return {int(row[0]): msgspec.json.decode(row[1], type=Sentence) for row in rows}

    def load(self, draft: int) -> Draft | None:
        """Everything there is of a draft, or None if it is gone."""
        db = self._database.read()
        row = db.execute("select topic, model, state from draft where id = ?", [draft]).fetchone()
        plan = self.plan(draft)
        if not row or not plan:
            return None
        made: dict[int, list[Sentence]] = {}
        for paragraph, sentence in db.execute(
            "select paragraph, sentence from draft_sentence where draft = ?"
            " order by paragraph, position",
            [draft],
        ):
            made.setdefault(paragraph, []).append(msgspec.json.decode(sentence, type=Sentence))
        paragraphs = tuple(
            Paragraph(index, plan.themes[index][0], tuple(sentences))
            for index, sentences in made.items()
        )
        by_key = {entry.work.key: entry for entry in plan.entries}
        cited = dict.fromkeys(key for p in paragraphs for s in p.sentences for key in s.keys)
        entries = tuple(by_key[key] for key in cited if key in by_key)
        return Draft(
            id=draft,
            topic=row[0],
            paragraphs=paragraphs,
            works=tuple(entry.work for entry in entries),
            report=report(paragraphs, by_key),
            entries=entries,
            model=row[1],
            state=row[2],
        )

    def delete(self, draft: int) -> None:
        """Delete a draft with all its sentences."""
        with self._database.write() as db:
            db.execute("delete from draft where id = ?", [draft])

    def mark_interrupted(self) -> int:
        """Mark drafts that a dead process left unfinished; returns how many."""
        with self._database.write() as db:
            dead = [
                int(draft)
                for draft, writer in db.execute(
                    "select id, owner from draft where state = 'writing'"
                )
                if not owner.alive(writer)
            ]
            for draft in dead:
                db.execute(
                    "update draft set state = 'interrupted', owner = '' where id = ?", [draft]
                )
        return len(dead)


def report(paragraphs: Sequence[Paragraph], known: Container[str]) -> DraftReport:
    """Count what a draft holds. `known` are the keys that exist."""
    sentences = [sentence for paragraph in paragraphs for sentence in paragraph.sentences]
    keys = [key for sentence in sentences for key in sentence.keys]
    supported = sum(sentence.support == "supported" for sentence in sentences)
    return DraftReport(
        citations=len(keys),
        unknown_keys=sum(key not in known for key in keys),
        sentences=len(sentences),
        supported=supported,
        flagged=len(sentences) - supported,
    )


def _touch(db: Session, draft: int) -> None:
    db.execute(
        "update draft set updated = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') where id = ?", [draft]
    )


def _dump(value: object) -> str:
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
