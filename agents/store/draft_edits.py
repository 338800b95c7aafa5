"""What a person changes in a draft that is written.

The one law: a change is stored whole and touches nothing else: sentences that stayed are not
written again, and what is planned of a draft knows its new headings.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from agents.store import draft_rows, outlines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.database import Database
    from agents.store.drafts import Sentence
    from agents.store.entries import Entry
    from agents.store.outlines import Step


class DraftEdits:
    """Writes into drafts. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def replace(self, draft: int, paragraph: int, sentences: Sequence[Sentence]) -> bool:
        """Store what stands under a heading, instead of what was stored; False if it is gone."""
        with self._database.write() as db:
            if not db.execute("select 1 from draft where id = ?", [draft]).fetchone():
                return False
            stored = {
                int(row[0]): str(row[1])
                for row in db.execute(
                    "select position, sentence from draft_sentence"
                    " where draft = ? and paragraph = ?",
                    [draft, paragraph],
                )
            }
            wanted = dict(enumerate(map(draft_rows.dump, sentences)))
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
                draft_rows.touch(db, draft)
        return True

    def retitle(self, draft: int, paragraph: int, title: str) -> bool:
        """Give a heading other words; False if it is gone."""
        with self._database.write() as db:
            row = db.execute(
                "select themes, outline, step from draft where id = ?", [draft]
            ).fetchone()
            themes: list[list[object]] = json.loads(row[0]) if row else []
            if not 0 <= paragraph < len(themes):
                return False
            outline = outlines.load(row[1])
            if outline is not None and paragraph < len(outline.themes):
                planned = list(outline.themes)
                planned[paragraph] = dataclasses.replace(planned[paragraph], title=title)
                step: Step = row[2]
                draft_rows.keep(
                    db, draft, dataclasses.replace(outline, themes=tuple(planned)), step
                )
            else:
                themes[paragraph][0] = title
                db.execute(
                    "update draft set themes = ? where id = ?", [draft_rows.dump(themes), draft]
                )
            draft_rows.touch(db, draft)
        return True

    def cite(self, draft: int, entries: Sequence[Entry]) -> None:
        """Keep further works with a draft, so that it can cite them; known keys stay."""
        with self._database.write() as db:
            draft_rows.add_entries(db, draft, entries)
