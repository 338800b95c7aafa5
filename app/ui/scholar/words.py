"""How works, drafts and entity labels are called on the Scholar page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import Notice
from app import i18n
from app.i18n import _
from app.ui import figures

if TYPE_CHECKING:
    from agents.scholar.events import DraftReport, ImportDone, Work
    from agents.store.drafts import DraftRow, Sentence


def families(work: Work) -> str:
    """The people of a work, as a citation names them."""
    names = [author.split(",")[0].strip() for author in work.authors]
    names = [name for name in names if name and name.lower() != "others"]
    others = len(names) != len(work.authors)
    if not names:
        return work.title[:40] or work.key
    if len(names) == 1 and not others:
        return names[0]
    if len(names) == 2 and not others:
        return f"{names[0]} & {names[1]}"
    return _("{name} et al.", name=names[0])


def author_year(work: Work) -> str:
    """Gu & Dao 2023."""
    return f"{families(work)} {work.year}".strip()


def cited(work: Work) -> str:
    """Gu & Dao, 2023."""
    return ", ".join(part for part in (families(work), work.year) if part)


def people(work: Work) -> str:
    """All authors, given names first."""
    return ", ".join(
        " ".join(reversed([part.strip() for part in author.split(",", 1)]))
        for author in work.authors
    )


def label(name: str) -> str:
    """An entity label."""
    known = {
        "person": _("person"),
        "organisation": _("organisation"),
        "method": _("method"),
        "dataset": _("dataset"),
        "task": _("task"),
        "metric": _("metric"),
        "result": _("result"),
        "year": _("year"),
        "venue": _("venue"),
    }
    return known.get(name, name)


def imported(done: ImportDone) -> str:
    """What an import brought."""
    return figures.joined(
        _("added {count}", count=done.added),
        _("updated {count}", count=done.updated) if done.updated else "",
        _("already here {count}", count=done.duplicates) if done.duplicates else "",
        _("could not be read {count}", count=len(done.broken)) if done.broken else "",
        _("under another key: {keys}", keys=_keys(done)) if done.renamed else "",
    )


def _keys(done: ImportDone) -> str:
    """The first few keys that are not those the file has."""
    shown = ", ".join(f"{item.key or '?'} → {item.new}" for item in done.renamed[:3])
    return f"{shown} …" if len(done.renamed) > 3 else shown


def counts(report: DraftReport) -> str:
    """The figures of a draft."""
    return figures.joined(
        _("sentences {count}", count=report.sentences),
        _("supported {count}", count=report.supported),
        _("to check {count}", count=report.flagged),
    )


def draft_state(row: DraftRow) -> str:
    """How a draft stands."""
    if row.state == "writing":
        return _("being written")
    state = {
        "done": "",
        "planned": _("planned"),
        "stopped": _("stopped"),
        "interrupted": _("interrupted"),
    }[row.state]
    return figures.joined(
        _("sentences {count}", count=row.sentences),
        _("to check {count}", count=row.flagged) if row.flagged else "",
        state,
    )


def reason(sentence: Sentence) -> str:
    """Why a sentence is marked."""
    if not sentence.reason:
        return _("Nothing in the cited abstracts supports this sentence.")
    return explained(sentence.reason)


def tip(work: Work | None, sentence: Sentence | None, key: str) -> str:
    """What is said of a citation under the pointer: title, people, and what it is cited for."""
    if work is None:
        return explained("scholar.unknown_work")
    lines = [work.title, figures.joined(people(work), work.year, work.venue)]
    quoted = next((r.text for r in sentence.passages if r.key == key), "") if sentence else ""
    if not quoted and sentence is not None and len(sentence.keys) == 1:
        quoted = sentence.evidence
    if quoted:
        lines.append(f"“{quoted}”")
    return "\n\n".join(line for line in lines if line)


def explained(code: str) -> str:
    """The sentence of a code."""
    return i18n.explain(Notice(code))


def origin(sentence: Sentence) -> str:
    """Who worded a sentence; empty for the model."""
    return {
        "model": "",
        "quote": _("Quoted from the abstract"),
        "title": _("There is no abstract: only the title is reported"),
        "lead": _("An opening that names what these works share"),
        "person": _("Written by you"),
        "own": _("In your own words"),
    }[sentence.origin]
