"""Drafts of related work, stored sentence by sentence.

The one law: a sentence is in the database before the next one is written, with the works it was
planned from, so a draft can be read, exported and gone on with whatever happens.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import msgspec

from agents.store import draft_places, draft_rows, outlines, owner
from agents.store.drafted import (
    Begun,
    Draft,
    DraftReport,
    DraftRow,
    DraftState,
    Origin,
    Paragraph,
    Plan,
    Sentence,
    Support,
    report,
)
from agents.store.library import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.store.database import Database, Session
    from agents.store.outlines import Outline, Step

__all__ = [
    "Begun", "Draft", "DraftReport", "DraftRow", "DraftState", "Drafts", "Origin", "Paragraph",
    "Plan", "Sentence", "Support", "report",
]  # fmt: skip

# planned: all that was asked for is there, and that is a plan. The others say how the work ended.
# As a person sees it: a plan that waits for them is no finished draft.
_STATE = "case when state = 'done' and step <> 'text' then 'planned' else state end"


class Drafts:
    """Reads and writes drafts. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def start(
        self,
        topic: str,
        model: str,
        seed: int,
        source: str,
        plan: Plan,
        outline: Outline | None = None,
        step: Step = "text",
    ) -> int:
        """Begin a draft with what is planned of it; returns its id."""
        with self._database.write() as db:
            cursor = db.execute(
                "insert into draft (topic, model, seed, source, state, owner, themes, left_out,"
                " outline, step) values (?, ?, ?, ?, 'writing', ?, ?, ?, ?, ?)",
                [
                    *(topic, model, seed, source, owner.me(), draft_rows.dump(plan.themes)),
                    *(plan.left_out, outlines.dump(outline) if outline else "", step),
                ],
            )
            id_ = int(cursor.lastrowid or 0)
            draft_rows.add_entries(db, id_, plan.entries)
            return id_

    def begun(self, draft: int) -> Begun | None:
        """What a draft was begun with, or None if it is gone."""
        row = self._database.read().execute(
            f"select topic, model, seed, source, {_STATE}, step, outline from draft"  # noqa: S608 - our own columns
            " where id = ?",
            [draft],
        ).fetchone()  # fmt: skip
        if not row:
            return None
        topic, model, seed, source, state, step, outline = row
        return Begun(topic, model, seed, source, state, step, outlines.load(outline))

    def keep_outline(
        self,
        draft: int,
        outline: Outline,
        step: Step,
        entries: Sequence[Entry] = (),
        left_out: int | None = None,
    ) -> None:
        """Store what was planned, while it is being planned.

        Args:
            draft: its id.
            outline: what is planned now.
            step: how far the draft is with that.
            entries: works that may not be stored with the draft yet.
            left_out: how many works have nothing to do with the topic; None = as it was.
        """
        with self._database.write() as db:
            draft_rows.keep(db, draft, outline, step)
            draft_rows.add_entries(db, draft, entries)
            if left_out is not None:
                db.execute("update draft set left_out = ? where id = ?", [left_out, draft])
            draft_rows.touch(db, draft)

    def replan(self, draft: int, outline: Outline, entries: Sequence[Entry] = ()) -> bool:
        """Store an outline that the user has changed, with the sentences where they belong now.

        Sentences whose plan is the same stay; the others are written when the draft is gone on
        with. Returns False, with nothing done, if the draft is gone or being written.
        """
        with self._database.write() as db:
            row = db.execute(
                "select state, owner, step, outline from draft where id = ?", [draft]
            ).fetchone()
            if not row or (row[0] == "writing" and owner.alive(row[1])):
                return False
            if outlines.load(row[3]) == outline:
                return True
            _rearrange(db, draft, outline, row[2])
            draft_rows.add_entries(db, draft, entries)
            if row[2] == "text" and row[0] == "done" and draft_rows.unwritten(db, draft, outline):
                db.execute("update draft set state = 'stopped' where id = ?", [draft])
            draft_rows.touch(db, draft)
            return True

    def rearrange(self, draft: int, outline: Outline) -> None:
        """Store what the text is written from, by who writes it; what is written follows."""
        with self._database.write() as db:
            _rearrange(db, draft, outline, "text")

    def rename(
        self, draft: int, names: Mapping[str, str], outline: Outline, entries: Sequence[Entry]
    ) -> None:
        """Let what cites works under old keys cite them under new ones.

        Args:
            draft: its id.
            names: old keys and new ones.
            outline: the outline with the new keys.
            entries: the works under the new keys.
        """
        with self._database.write() as db:
            row = db.execute("select step from draft where id = ?", [draft]).fetchone()
            if not row:
                return
            draft_rows.add_entries(db, draft, entries)
            draft_rows.keep(db, draft, outline, row[0])
            for paragraph, position, one in _sentences(db, draft):
                keys = tuple(dict.fromkeys(names.get(key, key) for key in one.keys))
                refs = tuple(
                    dataclasses.replace(ref, key=names.get(ref.key, ref.key))
                    for ref in one.passages
                )
                if keys != one.keys or refs != one.passages:
                    changed = dataclasses.replace(one, keys=keys, passages=refs)
                    draft_rows.put(db, draft, paragraph, position, changed)

    def add_planned(
        self, draft: int, paragraph: int, order: Sequence[int], sentence: Sentence
    ) -> int:
        """Store a sentence where its plan has it, instead of what was written of that plan before.

        Returns its position.

        Args:
            draft: its id.
            paragraph: index of its theme.
            order: the ids of the planned sentences of the paragraph.
            sentence: it, with the id of what it was written from in `planned`.
        """
        with self._database.write() as db:
            made = [(at, one) for part, at, one in _sentences(db, draft) if part == paragraph]
            old = [position for position, one in made if one.planned == sentence.planned]
            if old and sentence.planned:
                draft_rows.put(db, draft, paragraph, old[0], sentence)
                draft_rows.touch(db, draft)
                return old[0]
            at = draft_places.place(made, order, sentence.planned)
            if any(position == at for position, _one in made):
                for position, one in reversed(made):
                    if position >= at:
                        draft_rows.put(db, draft, paragraph, position + 1, one)
            draft_rows.put(db, draft, paragraph, at, sentence)
            draft_rows.touch(db, draft)
            return at

    def take_out(self, draft: int, paragraph: int, sentence: Sentence) -> None:
        """Note a sentence that is not in the text because nothing supports it."""
        with self._database.write() as db:
            draft_rows.drop(db, draft, paragraph, sentence.planned, sentence)
            db.execute(
                "delete from draft_sentence where draft = ?"
                " and json_extract(sentence, '$.planned') = ?",
                [draft, sentence.planned],
            )
            draft_rows.touch(db, draft)

    def taken_out(self, draft: int) -> dict[int, Sentence]:
        """Sentences that are not in the text because nothing supports them, by planned id."""
        rows = self._database.read().execute(
            "select planned, sentence from draft_dropped where draft = ?"
            " order by paragraph, planned",
            [draft],
        )
        return {int(row[0]): msgspec.json.decode(row[1], type=Sentence) for row in rows}

    def written(self, draft: int) -> set[int]:
        """The ids of the planned sentences that are in the text."""
        rows = self._database.read().execute(
            "select json_extract(sentence, '$.planned') from draft_sentence where draft = ?",
            [draft],
        )
        return {int(row[0]) for row in rows if row[0]}

    def add(self, draft: int, paragraph: int, position: int, sentence: Sentence) -> None:
        """Store one sentence."""
        with self._database.write() as db:
            draft_rows.put(db, draft, paragraph, position, sentence)
            draft_rows.touch(db, draft)

    def finish(self, draft: int, state: DraftState) -> None:
        """Record how the writing ended."""
        with self._database.write() as db:
            db.execute("update draft set state = ?, owner = '' where id = ?", [state, draft])
            draft_rows.touch(db, draft)

    def go_on(self, draft: int, model: str, *, again: bool = False) -> bool:
        """Take a draft up again; False if it is gone, done, or being written elsewhere.

        Args:
            draft: its id.
            model: what writes from now on.
            again: also one that is done, because something of it is to be written anew.
        """
        with self._database.write() as db:
            row = db.execute(
                "select state, owner, step from draft where id = ?", [draft]
            ).fetchone()
            if not row or (row[0] == "writing" and owner.alive(row[1])):
                return False
            if row[0] == "done" and row[2] == "text" and not again:
                return False
            db.execute(
                "update draft set state = 'writing', owner = ?, model = ? where id = ?",
                [owner.me(), model, draft],
            )
            return True

    def list(self, limit: int = 200) -> tuple[DraftRow, ...]:
        """The latest first."""
        rows = self._database.read().execute(
            f"""
            select d.id, d.topic, d.model, {_STATE}, count(s.draft),
                coalesce(sum(json_extract(s.sentence, '$.support') = 'flagged'), 0), d.updated,
                d.step
            from draft d left join draft_sentence s on s.draft = d.id
            group by d.id order by d.updated desc, d.id desc limit ?
            """,  # noqa: S608 - our own columns
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
        begun, plan = self.begun(draft), self.plan(draft)
        if not begun or not plan:
            return None
        made: dict[int, list[Sentence]] = {}
        for paragraph, _position, sentence in _sentences(self._database.read(), draft):
            made.setdefault(paragraph, []).append(sentence)
        paragraphs = tuple(
            Paragraph(index, plan.themes[index][0], tuple(sentences))
            for index, sentences in made.items()
        )
        by_key = {entry.work.key: entry for entry in plan.entries}
        cited = dict.fromkeys(key for p in paragraphs for s in p.sentences for key in s.keys)
        entries = tuple(by_key[key] for key in cited if key in by_key)
        dropped = tuple(self.taken_out(draft).values())
        return Draft(
            id=draft,
            topic=begun.topic,
            paragraphs=paragraphs,
            works=tuple(entry.work for entry in entries),
            report=report(paragraphs, by_key, len(dropped)),
            entries=entries,
            model=begun.model,
            state=begun.state,
            language=begun.outline.language if begun.outline else "",
            dropped=dropped,
            step=begun.step,
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


def _sentences(db: Session, draft: int) -> list[tuple[int, int, Sentence]]:
    """Paragraph, position and sentence of all there is, in order."""
    rows = db.execute(
        "select paragraph, position, sentence from draft_sentence where draft = ?"
        " order by paragraph, position",
        [draft],
    )
    return [
        (int(paragraph), int(position), msgspec.json.decode(sentence, type=Sentence))
        for paragraph, position, sentence in rows
    ]


def _rearrange(db: Session, draft: int, outline: Outline, step: Step) -> None:
    """Store another outline, and every sentence where it belongs now."""
    (stored,) = db.execute("select outline from draft where id = ?", [draft]).fetchone()
    before = outlines.load(stored)
    made = [(paragraph, one) for paragraph, _at, one in _sentences(db, draft)]
    lined = draft_places.rearranged(made, before, outline)
    db.execute("delete from draft_sentence where draft = ?", [draft])
    for paragraph, sentences in enumerate(lined.paragraphs):
        for position, sentence in enumerate(sentences):
            draft_rows.put(db, draft, paragraph, position, sentence)
    draft_rows.forget_dropped(db, draft, before, outline)
    for number, (paragraph, sentence) in enumerate(lined.lost):
        draft_rows.drop(db, draft, paragraph, -1 - number, sentence)
    draft_rows.keep(db, draft, outline, step)
