"""The rows of a draft, written within a transaction of `agents.store.drafts`.

The one law: nothing here begins or ends a transaction.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from agents.store import outlines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.database import Session
    from agents.store.drafts import Sentence
    from agents.store.entries import Entry
    from agents.store.outlines import Outline, Step


def put(db: Session, draft: int, paragraph: int, position: int, sentence: Sentence) -> None:
    """Store a sentence at a position of a paragraph."""
    db.execute(
        "insert or replace into draft_sentence (draft, paragraph, position, sentence)"
        " values (?, ?, ?, ?)",
        [draft, paragraph, position, dump(sentence)],
    )


def drop(db: Session, draft: int, paragraph: int, planned: int, sentence: Sentence) -> None:
    """Store a sentence that is not in the text."""
    db.execute(
        "insert or replace into draft_dropped (draft, paragraph, planned, sentence)"
        " values (?, ?, ?, ?)",
        [draft, paragraph, planned, dump(sentence)],
    )


def forget_dropped(db: Session, draft: int, before: Outline | None, after: Outline) -> None:
    """Sentences that were taken out may be written again where their plan has changed."""
    for (planned,) in db.execute(
        "select planned from draft_dropped where draft = ? and planned > 0", [draft]
    ).fetchall():
        same = after.sentence(planned)
        if before is None or same is None or not same.same(before.sentence(planned)):
            db.execute(
                "delete from draft_dropped where draft = ? and planned = ?", [draft, planned]
            )


def unwritten(db: Session, draft: int, outline: Outline) -> bool:
    """Whether a planned sentence is neither in the text nor taken out."""
    wanted = {sentence.id for theme in outline.themes for sentence in theme.sentences}
    wanted -= {
        int(row[0])
        for row in db.execute(
            "select coalesce(json_extract(sentence, '$.planned'), 0) from draft_sentence"
            " where draft = ? union select planned from draft_dropped where draft = ?",
            [draft, draft],
        )
    }
    return bool(wanted) or any(not theme.planned for theme in outline.themes)


def keep(db: Session, draft: int, outline: Outline, step: Step) -> None:
    """Store an outline, and what of it is shown without reading it."""
    themes = tuple((theme.title, theme.keys) for theme in outline.themes)
    db.execute(
        "update draft set outline = ?, themes = ?, step = ? where id = ?",
        [outlines.dump(outline), dump(themes), step, draft],
    )


def add_entries(db: Session, draft: int, entries: Sequence[Entry]) -> None:
    """Store works with a draft, each once."""
    known = {
        str(row[0])
        for row in db.execute(
            "select json_extract(entry, '$.work.key') from draft_entry where draft = ?", [draft]
        )
    }
    for entry in entries:
        if entry.work.key not in known:
            known.add(entry.work.key)
            db.execute(
                "insert into draft_entry (draft, position, entry) values (?, ?, ?)",
                [draft, len(known), dump(entry)],
            )


def touch(db: Session, draft: int) -> None:
    """Note that a draft has changed."""
    db.execute(
        "update draft set updated = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') where id = ?", [draft]
    )


def dump(value: object) -> str:
    """A value as JSON."""
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
