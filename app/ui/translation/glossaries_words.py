"""What is said about terms: what does not fit together, and what became of an import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import _
from app.ui import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.glossary_files import Reason
    from agents.translation.propose import Proposal
    from agents.translation.term_review import Finding, FindingKind, TakenIn

_SHOWN = 5  # rows that a sentence names


def finding(kind: FindingKind) -> str:
    """What is the matter with a term, short enough for a table cell."""
    return {
        "twice": _("Twice"),
        "conflict": _("Conflict"),
        "shared": _("Same Korean"),
        "avoided": _("To be avoided"),
    }[kind]


def finding_hint(one: Finding) -> str:
    """The same in a whole sentence."""
    said = {
        "twice": _("“{other}” is the same term."),
        "conflict": _("“{other}” is the same term with another translation."),
        "shared": _("“{other}” has the same Korean: only one of them can be meant."),
        "avoided": _("“{other}” says that this is not to be used."),
    }[one.kind]
    return said.format(other=one.other)


def findings(found: Sequence[Finding]) -> str:
    """All that is the matter, in a few words."""
    return " · ".join(dict.fromkeys(finding(one.kind) for one in found))


def taken_in(made: TakenIn) -> str:
    """What became of the rows of a file."""
    return figures.joined(
        _("Added: {count}", count=figures.number(made.new)),
        _("known already: {count}", count=figures.number(made.known)) if made.known else "",
        _("changed: {count}", count=figures.number(len(made.changed))) if made.changed else "",
        _("left out: {count}", count=figures.number(len(made.left_out))) if made.left_out else "",
    )


def details(made: TakenIn) -> str:
    """What was changed and what was left out, row by row."""
    lines = [
        _("{term}: {old} → {new}", term=en, old=old, new=new)
        for en, old, new in made.changed[:_SHOWN]
    ]
    lines += [
        _("Row {row}: {reason}", row=one.row, reason=reason(one.reason))
        + (f" ({one.text})" if one.text else "")
        for one in made.left_out[:_SHOWN]
    ]
    shown = min(len(made.changed), _SHOWN) + min(len(made.left_out), _SHOWN)
    rest = len(made.changed) + len(made.left_out) - shown
    if rest:
        lines.append(_("and {count} more", count=figures.number(rest)))
    return "\n".join(lines)


def reason(kind: Reason) -> str:
    """Why a row gave no term."""
    return {
        "no_english": _("there is no English"),
        "no_korean": _("there is no Korean"),
        "one_language": _("it has not both languages"),
        "too_long": _("a term has 200 characters at most"),
        "repeated": _("the same English stands further down with another Korean"),
    }[kind]


def kind(proposal: Proposal) -> str:
    """What a proposed term is."""
    labels = {
        "person": _("person"),
        "organisation": _("organisation"),
        "place": _("place"),
        "product": _("product"),
        "method": _("method"),
        "dataset": _("data set"),
    }
    if proposal.label in labels:
        return labels[proposal.label]
    return {"name": _("name"), "acronym": _("acronym"), "term": _("term")}[proposal.kind]


def known(proposal: Proposal) -> str:
    """By whom a translation is; empty if there is none."""
    return {
        "": "",
        "glossary": _("in the glossary already"),
        "memory": _("from the memory"),
    }[proposal.known]
