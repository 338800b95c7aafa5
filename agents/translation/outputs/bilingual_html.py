"""Source and translation side by side, segment by segment, as a page.

The one law: every stored segment is a row, in the order of the document; what was not translated
is marked, and its right side is in the language it is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.translation.outputs.material import escape
from agents.translation.outputs.page import page

if TYPE_CHECKING:
    from agents.store.segment_rows import StoredSegment
    from agents.translation.outputs.material import Material


def make(made: Material) -> bytes:
    """The page."""
    receipt, words = made.receipt, made.words
    sides = ((words.source, receipt.source_language), (words.target, receipt.target_language))
    head = "".join(
        f"<th>{escape(side)} ({escape(words.names[language])})</th>" for side, language in sides
    )
    rows = "\n".join(_row(made, one) for one in made.segments)
    body = (
        f"<h1>{escape(words.bilingual)}</h1>\n"
        f'<p class="soft">{escape(receipt.source)} → {escape(receipt.output)}</p>\n'
        f'<table>\n<thead><tr><th class="number">{escape(words.number)}</th>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table>"
    )
    return page(made, f"{words.bilingual} · {receipt.output}", body)


def _row(made: Material, one: StoredSegment) -> str:
    receipt, words = made.receipt, made.words
    untranslated = one.state == "untranslated"
    language = receipt.source_language if untranslated else receipt.target_language
    look = ' class="flag"' if one.problems else ""
    why = "".join(
        f'<div class="why" lang="{words.language}">{escape(words.kinds[kind])}</div>'
        for kind in one.problems
    )
    return (
        f'<tr{look}><td class="number" title="{escape(one.segment)}">{one.position + 1}</td>'
        f'<td lang="{receipt.source_language}" dir="auto">{escape(one.source)}</td>'
        f'<td><div lang="{language}" dir="auto">{escape(one.target)}</div>{why}</td></tr>'
    )
