"""The receipt as a page that a client can read and print.

The one law: it says no more than the receipt, and "all translated" only where all of it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.translation.outputs.material import escape
from agents.translation.outputs.page import cell, page

if TYPE_CHECKING:
    from agents.translation.events import Problem
    from agents.translation.outputs.material import Material


def make(made: Material) -> bytes:
    """The page."""
    receipt, words = made.receipt, made.words
    body = (
        f"<h1>{escape(words.receipt)}</h1>\n"
        f"<p>{escape(receipt.output)}</p>\n{_verdict(made)}\n{_facts(made)}\n"
        f"<h2>{escape(words.problems)} · {len(receipt.problems)}</h2>\n{_problems(made)}"
    )
    return page(made, f"{words.receipt} · {receipt.output}", body)


def _verdict(made: Material) -> str:
    receipt, words = made.receipt, made.words
    if receipt.engine in ("pseudo", "identity"):
        look, text = "soft", words.trial
    elif receipt.untranslated:
        look, text = "bad", words.not_all_translated
    elif receipt.problems:
        look, text = "bad", words.look_at
    else:
        look, text = "good", words.all_translated
    return f'<p class="{look}"><strong>{escape(text)}</strong></p>'


def _facts(made: Material) -> str:
    receipt, words = made.receipt, made.words
    names = words.names
    rows = [
        (words.source_file, receipt.source),
        (words.translated_file, receipt.output),
        (
            words.languages,
            f"{names[receipt.source_language]} → {names[receipt.target_language]}",
        ),
        (words.engine, names[receipt.engine]),
        *([(words.model, receipt.model)] if receipt.model else []),
        (words.segments, f"{receipt.segments:,}"),
        (words.translated, f"{receipt.translated:,}"),
        (words.untranslated, f"{receipt.untranslated:,}"),
        (words.from_memory, f"{receipt.from_memory:,}"),
        (words.retried, f"{receipt.retried:,}"),
        (words.seconds, f"{receipt.seconds:,.1f}"),
    ]
    lines = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in rows
    )
    return f'<table class="facts">\n{lines}\n</table>'


def _problems(made: Material) -> str:
    words = made.words
    if not made.receipt.problems:
        return f'<p class="soft">{escape(words.no_problems)}</p>'
    places = {one.segment: one.position + 1 for one in made.segments}
    head = "".join(
        f"<th{look}>{escape(name)}</th>"
        for look, name in (
            (' class="number"', words.number),
            ("", words.kind),
            ("", words.source),
            ("", words.answer),
        )
    )
    rows = "\n".join(
        _row(made, problem, places.get(problem.segment)) for problem in made.receipt.problems
    )
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _row(made: Material, problem: Problem, place: int | None) -> str:
    receipt = made.receipt
    number = "" if place is None else str(place)
    return (
        f'<tr><td class="number" title="{escape(problem.segment)}">{number}</td>'
        f"<td>{escape(made.words.kinds[problem.kind])}</td>"
        f"{cell(problem.source, receipt.source_language)}"
        f"{cell(problem.target, receipt.target_language)}</tr>"
    )
