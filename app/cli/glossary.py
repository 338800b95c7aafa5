"""`moadesk glossary`: terms added, listed, removed, in and out as files, and proposed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from agents.base import Progress
from agents.store.glossaries import StoredTerm
from agents.translation import glossary_files
from agents.translation.propose import ProposeRequest
from agents.translation.receipt import write_whole
from agents.translation.tbx import Version
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from agents.translation.propose import Proposal
    from app.build import Desk
    from app.cli.output import Commands

DONE, NOTHING, USAGE, PROBLEMS = 0, 1, 2, 3


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("glossary", help=_("glossaries: how terms are translated"))
    actions = command.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    one = actions.add_parser("add", help=_("add a term, or change its translation"))
    one.add_argument("name", metavar=_("NAME"), help=_("which glossary"))
    one.add_argument("en", help=_("the term in English"))
    one.add_argument("ko", help=_("the term in Korean"))
    one.add_argument(
        "--avoid", action="append", default=[], help=_("a word that must not stand for it")
    )
    one.add_argument("--note", default="", help=_("a remark"))
    one.set_defaults(run=run_add, wrong_use=one.error)
    one = actions.add_parser("list", help=_("list the glossaries, or the terms of one"))
    one.add_argument("name", nargs="?", default="", metavar=_("NAME"), help=_("which glossary"))
    one.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    one.set_defaults(run=run_list)
    one = actions.add_parser("remove", help=_("remove terms by their English"))
    one.add_argument("name", metavar=_("NAME"), help=_("which glossary"))
    one.add_argument("terms", nargs="*", metavar=_("TERM"), help=_("the terms in English"))
    one.add_argument("--all", action="store_true", help=_("the whole glossary"))
    one.set_defaults(run=run_remove, wrong_use=one.error)
    one = actions.add_parser("import", help=_("add the terms of a CSV or TBX file"))
    one.add_argument("name", metavar=_("NAME"), help=_("which glossary"))
    one.add_argument("file", type=Path, metavar="FILE", help=_("CSV or TBX"))
    one.set_defaults(run=run_import)
    one = actions.add_parser("export", help=_("write a glossary as CSV or TBX"))
    one.add_argument("name", metavar=_("NAME"), help=_("which glossary"))
    one.add_argument("file", type=Path, metavar="FILE", help=_("its ending says which: .csv, .tbx"))
    one.add_argument(
        "--tbx-version", choices=get_args(Version), default="3", help=_("version of TBX")
    )
    one.set_defaults(run=run_export)
    one = actions.add_parser("propose", help=_("the names and terms of a document"))
    one.add_argument("file", type=Path, metavar=_("FILE"), help=_("a document"))
    one.add_argument("--to", required=True, choices=("ko", "en"), help=_("target language"))
    one.add_argument("--glossary", default="", metavar=_("NAME"), help=_("what is known already"))
    one.add_argument("--model", default="", help=_("which entity model"))
    one.add_argument("--least", type=int, default=2, help=_("how often a term stands there"))
    one.add_argument("--limit", type=int, default=100, help=_("at most so many terms"))
    one.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    one.set_defaults(run=run_propose)


def run_add(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Add or change one term."""
    cancel.check()
    term = glossary_files.tidy(StoredTerm(args.en, args.ko, tuple(args.avoid), args.note))
    if term is None or not args.name.strip():
        args.wrong_use(_("A term has a word in each language, of 200 characters at most."))
        return USAGE
    new, changed = desk.glossaries.add(args.name, [term])
    _show_added(args.name, new, changed, 0)
    return DONE


def run_list(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print names and counts, or the terms of one glossary; 1 if there are none."""
    cancel.check()
    if not args.name:
        names = desk.glossaries.names()
        if args.json:
            show_json(names)
        for name, count in () if args.json else names.items():
            print(f"{name}\t{count}")
        if not names:
            print(_("There are no glossaries yet."), file=sys.stderr)
        return DONE if names else NOTHING
    terms = desk.glossaries.terms(args.name)
    if args.json:
        show_json(terms)
    for term in () if args.json else terms:
        print("\t".join((term.en, term.ko, "|".join(term.avoid), term.note)).rstrip())
    return DONE if terms else _missing(args.name)


def run_remove(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Remove terms, or all of them; 1 if none was there."""
    cancel.check()
    if bool(args.terms) == args.all:
        args.wrong_use(_("Name terms to remove, or --all."))
    gone = desk.glossaries.remove(args.name, None if args.all else args.terms)
    print(_("{name}: {count} terms removed", name=args.name, count=gone))
    return DONE if gone else NOTHING


def run_import(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Add the terms of a file; 3 if rows were left out."""
    cancel.check()
    loaded = glossary_files.load(args.file)
    new, changed = desk.glossaries.add(args.name, loaded.terms)
    _show_added(args.name, new, changed, len(loaded.left_out))
    return PROBLEMS if loaded.left_out else DONE


def run_export(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Write a glossary; 1 if it is not there. A file that is there is written over."""
    cancel.check()
    terms = desk.glossaries.terms(args.name)
    if not terms:
        return _missing(args.name)
    write_whole(args.file, glossary_files.dump(terms, args.file.suffix, args.tbx_version))
    print(args.file)
    return DONE


def run_propose(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print the terms of a document as rows that can be imported; 1 if there are none."""
    model = args.model or desk.shelf.best("entities", desk.settings.entity_model)
    request = ProposeRequest(
        args.file, args.to, args.glossary, model, max(args.least, 1), max(args.limit, 1)
    )
    proposals: tuple[Proposal, ...] = ()
    for event in desk.proposals.run(request, cancel):
        if isinstance(event, Progress):
            show_progress(event, args.file.name)
        else:
            proposals = event.proposals
    end_progress()
    if args.json:
        show_json(proposals)
    for one in () if args.json else proposals:
        pair = (one.term, one.translation) if args.to == "ko" else (one.translation, one.term)
        print("\t".join((*pair, "", f"{one.label or one.kind}, {one.count}×")))
    if not proposals:
        print(_("Nothing was found."), file=sys.stderr)
    return DONE if proposals else NOTHING


def _show_added(name: str, new: int, changed: int, skipped: int) -> None:
    print(
        _(
            "{name}: {new} terms added, {changed} changed, {skipped} left out",
            name=name,
            new=new,
            changed=changed,
            skipped=skipped,
        )
    )


def _missing(name: str) -> int:
    print(_("There is no glossary called {name}.", name=name), file=sys.stderr)
    return NOTHING
