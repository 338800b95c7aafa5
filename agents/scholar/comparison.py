"""Works beside each other: a row for each, with what it uses and finds in the columns.

The one law: what stands in a cell was found in that work and can be shown there, or was written
by the person; an empty cell says that nothing was found, never that there is nothing.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from agents.scholar import entity_pages, latex, marks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.scholar.entity_pages import Said
    from agents.store.entities import Entities, Mention
    from agents.store.entity_changes import EntityChanges
    from agents.store.library import Library, Work

Form = Literal["csv", "markdown", "latex"]

LABELS = ("method", "dataset", "metric", "result", "task")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST = 6  # names in a cell; a long text names hundreds


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a cell: how often the work has it, and the sentence where it has it first."""

    name: str
    times: int
    evidence: Said


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell. Where a person has written into it, `text` is theirs, and `found` still stands."""

    text: str
    found: tuple[Found, ...] = ()
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One work."""

    work: Work
    cells: tuple[Cell, ...]  # one for each label


@dataclass(frozen=True, slots=True)
class Table:
    """Works by labels."""

    labels: tuple[str, ...]
    rows: tuple[Row, ...]


def make(
    entities: Entities,
    changes: EntityChanges,
    library: Library,
    works: Sequence[int],
    labels: Sequence[str] = LABELS,
) -> Table:
    """The table of these works, in this order; works that are gone are left out."""
    rows = library.works(works)
    ids = [work.id for work in rows]
    return build(rows, entities.of_works(ids, labels), changes.cells(ids), labels)


def build(
    works: Sequence[Work],
    mentions: Sequence[Mention],
    written: Mapping[tuple[int, str], str],
    labels: Sequence[str] = LABELS,
) -> Table:
    """A table of what was found.

    Args:
        works: the rows.
        mentions: what is named in them, in the order of the text.
        written: what a person has written: (work, label) to text.
        labels: the columns.
    """
    places: dict[tuple[int, str], list[Mention]] = {}
    for mention in mentions:
        places.setdefault((mention.passage.work, mention.label), []).append(mention)
    return Table(
        tuple(labels),
        tuple(
            Row(
                work,
                tuple(
                    _cell(places.get((work.id, label), ()), written.get((work.id, label)))
                    for label in labels
                ),
            )
            for work in works
        ),
    )


def with_cell(table: Table, row: int, column: int, text: str | None) -> Table:
    """The table with another text in a cell; None puts back what was found."""
    old = table.rows[row]
    cell = old.cells[column]
    new = Cell(_joined(cell.found) if text is None else text, cell.found, edited=text is not None)
    cells = (*old.cells[:column], new, *old.cells[column + 1 :])
    rows = (*table.rows[:row], replace(old, cells=cells), *table.rows[row + 1 :])
    return replace(table, rows=rows)


def render(table: Table, form: Form, heads: Mapping[str, str] | None = None) -> str:
    r"""The table as a text: CSV, Pandoc Markdown with `[@key]`, LaTeX with `\cite{key}`.

    Markdown and LaTeX can stand in a draft as they are; they need no package.

    Args:
        table: what is written.
        form: how.
        heads: names of the columns by label, and of the first by "work"; the labels themselves
            by default.
    """
    names = [(heads or {}).get(label, label) for label in ("work", *table.labels)]
    return {"csv": _csv, "markdown": _markdown, "latex": _latex}[form](table, names)


def _cell(mentions: Sequence[Mention], written: str | None) -> Cell:
    times = Counter(mention.name for mention in mentions)
    first: dict[str, Mention] = {}
    for mention in mentions:
        first.setdefault(mention.name, mention)
    order = sorted(first, key=lambda name: (-times[name], list(first).index(name)))[:_MOST]
    found = tuple(Found(name, times[name], entity_pages.said(first[name])) for name in order)
    return Cell(_joined(found) if written is None else written, found, edited=written is not None)


def _joined(found: Sequence[Found]) -> str:
    return "; ".join(one.name for one in found)


def _csv(table: Table, names: Sequence[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # as RFC 4180 has it
    writer.writerow(["key", *names, "authors", "year"])
    for row in table.rows:
        cells = [_harmless(cell.text) for cell in row.cells]
        work = row.work
        authors = _harmless("; ".join(work.authors))
        writer.writerow([work.key, _harmless(work.title), *cells, authors, work.year])
    return out.getvalue()


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text.rstrip("%"))
    except ValueError:
        return False
    return True


def _markdown(table: Table, names: Sequence[str]) -> str:
    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cells)} |"

    lines = [line([_one_line(name) for name in names]), line(["---"] * len(names))]
    for row in table.rows:
        cited = f"[@{marks.key(row.work.key)}]"
        lines.append(line([cited, *(_one_line(cell.text) for cell in row.cells)]))
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return marks.plain(" ".join(text.split()))


def _latex(table: Table, names: Sequence[str]) -> str:
    wide = 0.84 / max(1, len(table.labels))
    columns = "l" + f"p{{{wide:.2f}\\linewidth}}" * len(table.labels)
    lines = [
        "\\begin{table}",
        "\\centering",
        "\\small",
        f"\\begin{{tabular}}{{{columns}}}",
        "\\hline",
        " & ".join(latex.write(name) for name in names) + " \\\\",
        "\\hline",
    ]
    for row in table.rows:
        cells = [latex.write(" ".join(cell.text.split())) for cell in row.cells]
        cited = f"\\cite{{{row.work.key}}}"
        lines.append(" & ".join([cited, *cells]) + " \\\\")
    lines += ["\\hline", "\\end{tabular}", "\\end{table}"]
    return "\n".join(lines) + "\n"
