"""What was read in the files of works: headings, references, and which works they are.

The one law: a paper is stored as a whole or not at all, after its passages: what is here was read
to its end, and whatever is not here is read again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agents.store.database import Database

PaperState = Literal["read", "scanned", "locked", "damaged", "gone"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a paper."""

    title: str
    level: int  # 1 for the highest
    page: int  # 1-based
    start: int  # its offset in the text of the file


@dataclass(frozen=True, slots=True)
class PaperReference:
    """A reference of a paper, as it is printed and as far as it was understood."""

    text: str
    page: int = 0  # 1-based
    mark: str = ""  # "12" of "[12]"
    authors: tuple[str, ...] = ()  # "Family, Given"
    year: str = ""
    title: str = ""
    doi: str = ""
    arxiv: str = ""
    cited: int = 0  # the work of the library that it is; 0 = none


@dataclass(frozen=True, slots=True)
class Paper:
    """What became of the file of a work."""

    work: int
    path: str
    stamp: str = ""
    state: PaperState = "read"
    pages: int = 0
    headings: tuple[Heading, ...] = ()
    references: tuple[PaperReference, ...] = ()


class Papers:
    """Reads and writes what was read in files. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def put(self, paper: Paper) -> None:
        """Store a paper instead of what was stored of its work before."""
        with self._database.write() as db:
            db.execute("delete from paper where work = ?", [paper.work])
            db.execute(
                "insert into paper (work, path, stamp, state, pages) values (?, ?, ?, ?, ?)",
                [paper.work, paper.path, paper.stamp, paper.state, paper.pages],
            )
            db.connection.executemany(
                "insert into paper_section (work, position, level, page, start, title)"
                " values (?, ?, ?, ?, ?, ?)",
                [
                    (paper.work, at, one.level, one.page, one.start, one.title)
                    for at, one in enumerate(paper.headings)
                ],
            )
            db.connection.executemany(
                "insert into paper_reference (work, position, page, mark, text, authors, year,"
                " title, doi, arxiv, cited) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        *(paper.work, at, one.page, one.mark, one.text),
                        json.dumps(one.authors, ensure_ascii=False),
                        *(one.year, one.title, one.doi, one.arxiv, one.cited),
                    )
                    for at, one in enumerate(paper.references)
                ],
            )
            db.execute("delete from paper_linked")

    def stamps(self) -> dict[int, tuple[str, str]]:
        """Path and stamp of the file that was read of each work."""
        rows = self._database.read().execute("select work, path, stamp from paper")
        return {int(work): (path, stamp) for work, path, stamp in rows}

    def files(self) -> dict[int, tuple[str, ...]]:
        """The PDFs that belong to works, by work, the latest first."""
        rows = self._database.read().execute(
            "select id, files from work where files like '%.pdf%' order by id desc"
        )
        found = {
            int(id_): tuple(path for path in json.loads(files) if path.lower().endswith(".pdf"))
            for id_, files in rows
        }
        return {work: paths for work, paths in found.items() if paths}

    def get(self, work: int) -> Paper | None:
        """What was read of a work; None where nothing was."""
        db = self._database.read()
        row = db.execute(
            "select path, stamp, state, pages from paper where work = ?", [work]
        ).fetchone()
        if row is None:
            return None
        headings = db.execute(
            "select title, level, page, start from paper_section where work = ? order by position",
            [work],
        )
        references = db.execute(
            "select text, page, mark, authors, year, title, doi, arxiv, cited"
            " from paper_reference where work = ? order by position",
            [work],
        )
        path, stamp, state, pages = row
        return Paper(
            work,
            path,
            stamp,
            state,
            pages,
            tuple(Heading(*one) for one in headings),
            tuple(
                PaperReference(text, page, mark, tuple(json.loads(authors)), *rest)
                for text, page, mark, authors, *rest in references
            ),
        )

    def cites(self, work: int) -> tuple[int, ...]:
        """The works of the library that a work cites, in the order of its references."""
        rows = self._database.read().execute(
            "select cited from paper_reference where work = ? and cited <> 0"
            " and cited in (select id from work) order by position",
            [work],
        )
        return tuple(dict.fromkeys(int(row[0]) for row in rows))

    def cited_by(self, work: int) -> tuple[int, ...]:
        """The works of the library that cite a work, the latest added first."""
        rows = self._database.read().execute(
            "select distinct work from paper_reference where cited = ?"
            " and work in (select id from work) order by work desc",
            [work],
        )
        return tuple(int(row[0]) for row in rows)

    # Linking

    def linked(self) -> bool:
        """Whether every reference was looked up among the works there are now."""
        row = self._database.read().execute(
            "select exists (select 1 from paper_linked where (works, newest) ="
            " (select count(*), coalesce(max(id), 0) from work))"
        )
        return bool(row.fetchone()[0])

    def references(
        self, after: int, limit: int
    ) -> dict[int, tuple[tuple[int, PaperReference], ...]]:
        """References with their positions, by work, of the next `limit` papers beyond `after`."""
        db = self._database.read()
        works = db.execute(
            "select work from paper where work > ? order by work limit ?", [after, limit]
        )
        found: dict[int, tuple[tuple[int, PaperReference], ...]] = {}
        for (work,) in works.fetchall():
            rows = db.execute(
                "select position, text, page, mark, authors, year, title, doi, arxiv, cited"
                " from paper_reference where work = ? order by position",
                [work],
            )
            found[int(work)] = tuple(
                (
                    int(position),
                    PaperReference(text, page, mark, tuple(json.loads(authors)), *rest),
                )
                for position, text, page, mark, authors, *rest in rows
            )
        return found

    def link(self, links: Mapping[tuple[int, int], int]) -> None:
        """Note which work each reference (work, position) is; 0 for none."""
        with self._database.write() as db:
            db.connection.executemany(
                "update paper_reference set cited = ? where work = ? and position = ?",
                [(cited, work, at) for (work, at), cited in links.items()],
            )

    def keep_linked(self, works: Sequence[int]) -> None:
        """Note that all references were looked up among these works."""
        with self._database.write() as db:
            db.execute("delete from paper_linked")
            db.execute(
                "insert into paper_linked (works, newest) values (?, ?)",
                [len(works), max(works, default=0)],
            )

    def forget(self, works: Iterable[int]) -> None:
        """Delete what was read of works that are gone."""
        with self._database.write() as db:
            db.execute(
                "delete from paper where work in (select value from json_each(?))",
                [json.dumps(list(works))],
            )

    def lone(self) -> tuple[int, ...]:
        """Papers whose work is gone."""
        rows = self._database.read().execute(
            "select work from paper where work not in (select id from work)"
        )
        return tuple(int(row[0]) for row in rows)
