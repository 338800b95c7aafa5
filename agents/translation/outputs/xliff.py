"""A job's segments as XLIFF 1.2 and XLIFF 2.1, for other translation programs.

The one law: what was not translated has no translation here either; an empty target says so, and
what needs a look says so by its state and a note.
<https://docs.oasis-open.org/xliff/v1.2/os/xliff-core.html>,
<https://docs.oasis-open.org/xliff/xliff-core/v2.1/xliff-core-v2.1.html>.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.translation.outputs.material import escape, mark

if TYPE_CHECKING:
    from agents.store.segment_rows import StoredSegment
    from agents.translation.outputs.material import Material

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def version_1(made: Material) -> bytes:
    """XLIFF 1.2."""
    receipt = made.receipt
    units = "\n".join(_unit_1(made, one) for one in made.segments)
    return (
        f'{_HEAD}<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">\n'
        f'<file original="{escape(receipt.source)}" source-language="{receipt.source_language}"'
        f' target-language="{receipt.target_language}" datatype="plaintext">\n'
        f'<header><note from="moadesk">{mark(receipt.output)}</note></header>\n'
        f"<body>\n{units}\n</body>\n</file>\n</xliff>\n"
    ).encode()


def _unit_1(made: Material, one: StoredSegment) -> str:
    if one.state == "untranslated":
        target = '<target state="needs-translation"></target>'
    else:
        state = "needs-review-translation" if one.problems else "translated"
        origin = ' state-qualifier="exact-match"' if one.state == "from_memory" else ""
        target = f'<target state="{state}"{origin}>{escape(one.target)}</target>'
    notes = "".join(
        f'<note from="moadesk">{escape(kind)}: {escape(made.words.kinds[kind])}</note>'
        for kind in one.problems
    )
    return (
        f'<trans-unit id="{escape(one.segment)}" xml:space="preserve">'
        f"<source>{escape(one.source)}</source>{target}{notes}</trans-unit>"
    )


def version_2(made: Material) -> bytes:
    """XLIFF 2.1."""
    receipt = made.receipt
    # A file holds at least one unit or group.
    units = "\n".join(_unit_2(made, one) for one in made.segments) or '<group id="none"/>'
    return (
        f'{_HEAD}<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1"'
        f' srcLang="{receipt.source_language}" trgLang="{receipt.target_language}">\n'
        f'<file id="f1" original="{escape(receipt.source)}">\n'
        f'<notes><note category="moadesk">{mark(receipt.output)}</note></notes>\n'
        f"{units}\n</file>\n</xliff>\n"
    ).encode()


def _unit_2(made: Material, one: StoredSegment) -> str:
    # An id is a name token here; the segment's own may hold any character.
    number = one.position + 1
    notes = "".join(
        f'<note category="{escape(kind)}">{escape(made.words.kinds[kind])}</note>'
        for kind in one.problems
    )
    notes = f"<notes>{notes}</notes>" if notes else ""
    target, state = "", "initial"
    if one.state != "untranslated":
        target, state = f"<target>{escape(one.target)}</target>", "translated"
        if one.problems:
            state += '" subState="moadesk:needs-review'
    return (
        f'<unit id="u{number}" name="{escape(one.segment)}" xml:space="preserve">{notes}'
        f'<segment id="s1" state="{state}"><source>{escape(one.source)}</source>{target}'
        "</segment></unit>"
    )
