"""`moadesk library search`: by words and meaning, narrowed to years, venues, people, entities."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from agents.base import Progress, UserError
from agents.scholar.events import SearchDone, SearchRequest
from agents.store.passages import Narrowed
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from agents.scholar.events import Work
    from app.build import Desk
    from app.cli.output import Commands

_YEARS = re.compile(r"(\d{4})?\s*([-–~])?\s*(\d{4})?")  # as people type it
_LAST = 9999


def add(actions: Commands) -> None:
    """Add `library search`."""
    searching = actions.add_parser("search", help=_("search by words and meaning"))
    searching.add_argument("query", help=_("what to look for"))
    searching.add_argument(
        "--way", choices=("words", "meaning", "both"), default="both", help=_("how to search")
    )
    searching.add_argument(
        "--year", default="", metavar="2019-2021", help=_("only works of these years")
    )
    for name, words in (
        ("venue", _("only works of this journal or conference; may be repeated")),
        ("author", _("only works of this person; may be repeated")),
        ("entity", _("only works that name this; may be repeated")),
    ):
        searching.add_argument(
            f"--{name}", action="append", default=[], metavar=_("NAME"), help=words
        )
    searching.add_argument(
        "--rerank", default="", metavar="MODEL", help=_("a model that sorts the first hits anew")
    )
    searching.add_argument("--limit", type=int, default=20, help=_("at most so many works"))
    searching.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    searching.set_defaults(run=run_search)


def run_search(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Search; 1 if nothing was found."""
    narrowed = Narrowed(
        years(args.year) if args.year else None,
        tuple(args.venue),
        tuple(args.author),
        tuple(args.entity),
    )
    request = SearchRequest(
        args.query, args.way, max(1, args.limit), narrowed or None, rerank=args.rerank
    )
    found = SearchDone((), by_meaning=False)
    for event in desk.scholar.run(request, cancel):
        if isinstance(event, Progress):
            show_progress(event, _("works"))
        elif isinstance(event, SearchDone):
            found = event
    end_progress()
    if args.json:
        show_json(found)
    else:
        _show(found, meant=args.way != "words" and bool(args.query.strip()), narrowed=narrowed)
    return 0 if found.hits else 1


def _show(found: SearchDone, *, meant: bool, narrowed: Narrowed) -> None:
    if meant and not found.by_meaning:
        print(
            _(
                "Search by meaning needs an embedding model on this machine. Download one with"
                " `moadesk models pull`."
            ),
            file=sys.stderr,
        )
    for hit in found.hits:
        print(line(hit.work))
        if hit.passage is not None and hit.passage.page:
            place = _("page {page}", page=hit.passage.page)
            print(f"    {place}: {' '.join(hit.passage.text.split())[:200]}")
    if not found.hits:
        nothing = _("Nothing fits these filters.") if narrowed else _("Nothing was found.")
        print(nothing, file=sys.stderr)


def years(written: str) -> tuple[int, int]:
    """The first and the last year of "2019-2021", "2019", "2019-" or "-2021".

    Raises:
        UserError: scholar.bad_years.
    """
    match = _YEARS.fullmatch(written.strip())
    first, dash, last = match.groups() if match else (None, None, None)
    if not (first or last):
        raise UserError("scholar.bad_years", years=written)
    begin = int(first or 0)
    end = int(last) if last else _LAST if dash else begin
    if begin > end:
        raise UserError("scholar.bad_years", years=written)
    return begin, end


def line(work: Work) -> str:
    """A work on one line, its parts apart by tabs."""
    people = "; ".join(work.authors[:3]) + (" …" if len(work.authors) > 3 else "")
    return f"{work.key}\t{people}\t{work.year}\t{work.title}"
