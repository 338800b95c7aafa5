"""Writes a draft as LaTeX, Markdown, Word or HTML, with what it cites and a report beside it.

The one law: nothing is exported silently. The entries of the `.bib` are the user's own, to the
letter; the report counts what was really written and lists every sentence with what backs it; and
either all files are there, complete, or none has changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError, readable
from agents.scholar import bib, formatted, marks, styles, word
from agents.scholar.export_text import to_markdown, to_tex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from agents.scholar.export_text import Cite
    from agents.store.drafts import Draft
    from agents.store.library import Entry

__all__ = [
    "SUFFIXES", "Form", "bibliography", "check_target", "report_of", "to_markdown", "to_tex",
    "write",
]  # fmt: skip

SUFFIXES = (".tex", ".md", ".docx", ".html")
FORMATTED = (".docx", ".html")  # citations are formatted here; the others leave that to a program
_COUNTS = {
    "sentences": "scholar.report_sentences",
    "citations": "scholar.report_citations",
    "supported": "scholar.report_supported",
    "flagged": "scholar.report_flagged",
    "unknown_keys": "scholar.report_unknown_keys",
}
_OURS = "% The works cited in a MoA Desk draft, as they stand in your library."


@dataclass(frozen=True, slots=True)
class Form:
    """How a draft is written out."""

    style: str = styles.DEFAULT  # see `styles.load`; of Word and HTML
    cite: Cite = "cite"  # of LaTeX
    zotero: bool = True  # Word: citations are fields that Zotero can take over


def check_target(path: Path, form: Form | None = None) -> None:
    """See that a draft may be written there, before the work begins.

    Raises:
        UserError: scholar.export_suffix, scholar.export_over_library, file.unreadable, and for a
            style those of `styles.load`.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError("scholar.export_suffix", path=str(path), known=", ".join(SUFFIXES))
    if suffix in FORMATTED:
        styles.load((form or Form()).style)
        return
    own = path.with_suffix(".bib")
    with readable(own):
        foreign = own.exists() and not own.read_bytes().startswith(_OURS.encode())
    if foreign:
        raise UserError("scholar.export_over_library", path=str(own))


def write(
    draft: Draft,
    path: Path,
    form: Form | None = None,
    say: Callable[[str], str] = str,
) -> tuple[Path, ...]:
    """Write the draft, and beside it `.report.json` and `.report.md`; LaTeX and Markdown: `.bib`.

    Args:
        draft: what is written.
        path: where to; `.tex`, `.md`, `.docx` or `.html`.
        form: how.
        say: the words of a code, for the readable report.

    Returns:
        The paths, the draft first.

    Raises:
        UserError: those of `check_target`, scholar.style_broken, and file.unwritable.
    """
    form = form or Form()
    check_target(path, form)
    suffix = path.suffix.lower()
    entries = bibliography(draft.entries)
    report = report_of(draft, entries)
    files = {path: _content(draft, path, form)}
    if suffix not in FORMATTED:
        files[path.with_suffix(".bib")] = entries.encode()
    readable = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
    files[path.with_suffix(".report.json")] = readable.encode()
    files[path.with_suffix(".report.md")] = readable_report(report, say).encode()
    _put(files)
    return tuple(files)


def _content(draft: Draft, path: Path, form: Form) -> bytes:
    suffix = path.suffix.lower()
    if suffix == ".tex":
        return to_tex(draft, path.stem, form.cite).encode()
    if suffix == ".md":
        return to_markdown(draft).encode()
    made = formatted.document(draft, styles.load(form.style))
    if suffix == ".html":
        return formatted.to_html(made).encode()
    return word.write(made, fields=form.zotero)


def _put(files: Mapping[Path, bytes]) -> None:
    """Write all files or none: each beside its place first, then all are moved there."""
    parts = {path: path.with_name(f"{path.name}.part") for path in files}
    first = next(iter(files))
    try:
        first.parent.mkdir(parents=True, exist_ok=True)
        for path, part in parts.items():
            part.write_bytes(files[path])
        for path, part in parts.items():
            part.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unwritable", path=str(first), reason=reason) from error
    finally:
        for part in parts.values():
            _remove(part)


def _remove(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:  # the folder is no folder, or may not be written: there is nothing in it
        return


def readable_report(report: Mapping[str, object], say: Callable[[str], str]) -> str:
    """The report for people, as Markdown: the sentences to be checked first, then the others."""
    plain = marks.plain
    counts = " · ".join(f"{say(code)} {report[name]}" for name, code in _COUNTS.items())
    lines = [f"# {say('scholar.report_title')}", "", plain(str(report["topic"])), "", counts, ""]
    details: Sequence[Mapping[str, object]] = report["details"]  # type: ignore[assignment]
    for support in ("flagged", "supported"):
        found = [one for one in details if one["support"] == support]
        if not found:
            continue
        lines += [f"## {say(_COUNTS[support]).rstrip(':')}", ""]
        for number, one in enumerate(found, start=1):
            keys: Sequence[str] = one["keys"]  # type: ignore[assignment]
            cites = f" ({', '.join(map(plain, keys))})" if keys else ""
            lines.append(f"{number}. {plain(str(one['text']))}{cites}")
            if one["reason"]:
                lines.append(f"    - {plain(say(str(one['reason'])))}")
            if one["evidence"]:
                lines.append(
                    f"    - {say('scholar.report_evidence')}: {plain(str(one['evidence']))}"
                )
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def bibliography(entries: Sequence[Entry]) -> str:
    """The entries verbatim, with the macros, preambles and crossref parents they lean on.

    A macro is written before the first entry that uses it, and again where another file gave the
    same name another meaning. Parents follow their children, as BibTeX wants.
    """
    parts = [_OURS]
    said: dict[str, str] = {}
    preambles = dict.fromkeys(block for entry in entries for block in entry.preambles)
    parents = dict.fromkeys(block for entry in entries for block in entry.parents)
    parts += preambles
    later: list[str] = []
    for entry in entries:
        for name, block in entry.macros:
            if said.get(name) != block:
                said[name] = block
                parts.append(block)
        (later if entry.raw in parents else parts).append(entry.raw)
    parts += dict.fromkeys((*parents, *later))
    return "\n\n".join(parts) + "\n"


def report_of(draft: Draft, bib_text: str) -> dict[str, object]:
    """What the report file holds: five counts, and every sentence with what backs it."""
    known = {entry.work.key for entry in bib.parse(bib_text).entries}
    sentences = [(p, s) for p in draft.paragraphs for s in p.sentences]
    keys = [key for _paragraph, sentence in sentences for key in sentence.keys]
    supported = sum(sentence.support == "supported" for _paragraph, sentence in sentences)
    return {
        "citations": len(keys),
        "unknown_keys": sum(key not in known for key in keys),
        "sentences": len(sentences),
        "supported": supported,
        "flagged": len(sentences) - supported,
        "dropped": len(draft.dropped),
        "quoted": sum(sentence.origin == "quote" for _paragraph, sentence in sentences),
        "topic": draft.topic,
        "model": draft.model,
        "state": draft.state,
        "details": [
            {
                "paragraph": paragraph.index,
                "text": sentence.text,
                "keys": list(sentence.keys),
                "support": sentence.support,
                "origin": sentence.origin,
                "evidence": sentence.evidence,
                "reason": sentence.reason,
            }
            for paragraph, sentence in sentences
        ],
        "dropped_details": [
            {"text": sentence.text, "keys": list(sentence.keys), "reason": sentence.reason}
            for sentence in draft.dropped
        ],
    }
