"""`moadesk library entities`, `entity` and `compare`: what works use, on the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from agents.base import Notice, Progress, UserError
from agents.scholar import comparison, entity_pages
from agents.scholar.entity_reading import ReadDone, ReadRequest
from app.cli.output import end_progress, show_json, show_notice, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from agents.scholar.comparison import Table
    from agents.scholar.entity_pages import EntityPage
    from agents.store.entities import EntityRow
    from app.build import Desk
    from app.cli.output import Commands


def add(actions: Commands) -> None:
    """Add the three actions."""
    reading = actions.add_parser(
        "entities",
        help=_("read the library for methods, datasets, people, ..."),
        description=_(
            "What was read is kept: a second call reads only what is new, and one that was stopped"
            " goes on where it was."
        ),
    )
    reading.add_argument("--model", default="", help=_("which entity model"))
    reading.add_argument(
        "--list", action="store_true", help=_("read nothing, list what was found so far")
    )
    reading.add_argument("--label", default="", help=_("list only this kind, for example dataset"))
    reading.add_argument("--limit", type=int, default=30, help=_("list at most so many (30)"))
    reading.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    reading.set_defaults(run=run_entities)
    page = actions.add_parser("entity", help=_("who uses it: works with the sentences"))
    page.add_argument("name", nargs="?", default="", help=_("a dataset, a method, a person, ..."))
    page.add_argument("--label", default="", help=_("only as this kind"))
    page.add_argument("--merge", metavar=_("OTHER"), help=_("take OTHER for the same"))
    page.add_argument("--rename", metavar=_("NEW"), help=_("call it so from now on"))
    page.add_argument("--hide", action="store_true", help=_("show it nowhere any more"))
    page.add_argument("--undo", action="store_true", help=_("take back the last of these changes"))
    page.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    page.set_defaults(run=run_entity)
    table = actions.add_parser("compare", help=_("a table of works and what they use"))
    table.add_argument("keys", nargs="+", metavar=_("KEY"), help=_("citation keys"))
    table.add_argument(
        "--columns",
        default=",".join(comparison.LABELS),
        help=_("what to compare, separated by commas"),
    )
    form = table.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_const", dest="form", const="csv", help="CSV")
    form.add_argument(
        "--markdown", action="store_const", dest="form", const="markdown", help=_("Pandoc Markdown")
    )
    form.add_argument(
        "--latex", action="store_const", dest="form", const="latex", help=_("a LaTeX table")
    )
    form.add_argument(
        "--json", action="store_const", dest="form", const="json", help=_("cells with evidence")
    )
    table.set_defaults(run=run_compare, form="markdown")


def run_entities(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Read, then list the most frequent; 1 if nothing was found."""
    if not args.list:
        model = args.model or desk.shelf.best("entities", desk.settings.entity_model)
        for event in desk.entity_reading.run(ReadRequest(model), cancel):
            if isinstance(event, Progress):
                show_progress(event, _("passages"))
            elif isinstance(event, Notice):
                show_notice(event)
            elif not args.json:
                end_progress()
                print(_said(event), file=sys.stderr)
        end_progress()
    rows = desk.entity_store.list(args.label, limit=max(0, args.limit))
    if args.json:
        show_json(rows)
    else:
        for row in rows:
            print(_line(row))
    return 0 if rows else 1


def run_entity(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Show the page of an entity, or change it; 1 if there is none of that name."""
    cancel.check()
    if args.undo:
        desk.entity_changes.undo()
        return 0
    row = _the_one(desk, args.name, args.label)
    if args.merge:
        other = _the_one(desk, args.merge, args.label)
        desk.entity_changes.merge([row.id, other.id], row.id)
    if args.rename:
        desk.entity_changes.rename(row.id, args.rename)
    if args.hide:
        desk.entity_changes.hide(row.id)
    page = entity_pages.page(desk.entity_store, desk.library, row.id)
    if page is None:
        raise UserError("scholar.entity_unknown", name=args.name)
    if args.json:
        show_json(page)
    else:
        _show_page(page)
    return 0


def run_compare(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print the table; 3 if a key is not of the library, 1 if none is."""
    cancel.check()
    by_key = {work.key: work.id for work in desk.library.list()} | desk.library.aliases()
    ids = [by_key[key] for key in args.keys if key in by_key]
    for key in args.keys:
        if key not in by_key:
            print(_("{key} is not in the library.", key=key), file=sys.stderr)
    labels = [label.strip() for label in str(args.columns).split(",") if label.strip()]
    made = comparison.make(desk.entity_store, desk.entity_changes, desk.library, ids, labels)
    if not made.rows:
        return 1
    if args.form == "json":
        show_json(_as_json(made))
    else:
        sys.stdout.write(comparison.render(made, args.form))
    return 0 if len(ids) == len(args.keys) else 3


def _the_one(desk: Desk, name: str, label: str) -> EntityRow:
    found = [
        row for row in entity_pages.find(desk.entity_store, name) if not label or row.label == label
    ]
    if not found:
        raise UserError("scholar.entity_unknown", name=name)
    return found[0]


def _said(done: ReadDone) -> str:
    return _(
        "{passages} passages read, {mentions} mentions found",
        passages=done.passages,
        mentions=done.mentions,
    )


def _line(row: EntityRow) -> str:
    return f"{row.label}\t{row.name}\t{row.works}\t{row.mentions}"


def _show_page(page: EntityPage) -> None:
    print(_line(page.entity))
    others = [row.text for row in page.names if row.text != page.entity.name]
    if others:
        print(_("also: {names}", names="; ".join(others)))
    for using in page.works:
        print(f"\n{using.work.key}\t{using.work.year}\t{using.work.title}")
        for said in using.said:
            where = _("page {page}", page=said.page) + ": " if said.page else ""
            print(f"  {where}{' '.join(said.text.split())}")


def _as_json(table: Table) -> list[dict[str, object]]:
    return [
        {
            "key": row.work.key,
            "title": row.work.title,
            "cells": {
                label: {
                    "text": cell.text,
                    "edited": cell.edited,
                    "found": [
                        {
                            "name": one.name,
                            "times": one.times,
                            "page": one.evidence.page,
                            "evidence": one.evidence.text,
                        }
                        for one in cell.found
                    ],
                }
                for label, cell in zip(table.labels, row.cells, strict=True)
            },
        }
        for row in table.rows
    ]
