"""Writes a draft as Markdown or LaTeX, with the `.bib` of what it cites and a report.

The one law: the entries of the `.bib` are the user's own, to the letter, and the report counts
what was really written: the keys in the text are held against the `.bib` as it is read back.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.scholar import bib, latex, marks, terms
from agents.scholar.prompts import PHRASES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from agents.store.drafts import Draft, Sentence
    from agents.store.library import Entry

SUFFIXES = (".tex", ".md")
_OURS = "% The works cited in a MoA Desk draft, as they stand in your library."
_TEX_HEAD = (
    "% Related work drafted by MoA Desk. UTF-8; \\input it into your document and add\n"
    "% \\bibliography{{{name}}} there. Korean text needs XeLaTeX, LuaLaTeX or kotex.\n"
)


def check_target(path: Path) -> None:
    """See that a draft may be written there, before the work begins.

    Raises:
        UserError: scholar.export_suffix, scholar.export_over_library, file.unreadable.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UserError("scholar.export_suffix", path=str(path))
    own = path.with_suffix(".bib")
    try:
        foreign = own.exists() and not own.read_bytes().startswith(_OURS.encode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unreadable", path=str(own), reason=reason) from error
    if foreign:
        raise UserError("scholar.export_over_library", path=str(own))


def write(draft: Draft, path: Path) -> tuple[Path, Path, Path]:
    """Write `path` (`.tex` or `.md`), and beside it its `.bib` and `.report.json`.

    Each file is complete or not there. Returns the three paths.

    Raises:
        UserError: those of `check_target`, and file.unwritable.
    """
    check_target(path)
    bib_path, report_path = path.with_suffix(".bib"), path.with_suffix(".report.json")
    tex = path.suffix.lower() == ".tex"
    text = to_tex(draft, bib_path.stem) if tex else to_markdown(draft)
    entries = bibliography(draft.entries)
    report = json.dumps(report_of(draft, entries), ensure_ascii=False, indent=2) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for target, content in ((bib_path, entries), (report_path, report), (path, text)):
            part = target.with_name(target.name + ".part")
            part.write_text(content, "utf-8")
            part.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unwritable", path=str(path), reason=reason) from error
    return path, bib_path, report_path


def to_markdown(draft: Draft) -> str:
    """Pandoc Markdown with `[@key]` citations."""
    lines = [f"## {PHRASES[_language(draft)].heading}", ""]
    for paragraph in draft.paragraphs:
        if paragraph.theme:
            lines += [f"### {marks.plain(paragraph.theme)}", ""]
        text = " ".join(
            _cited(
                sentence,
                marks.plain,
                " [" + "; ".join(f"@{marks.key(key)}" for key in sentence.keys) + "]",
            )
            for sentence in paragraph.sentences
        )
        # a number at the beginning of a line would begin a list
        lines += [re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", text), ""]
    return "\n".join(lines).rstrip() + "\n"


def to_tex(draft: Draft, bibliography_name: str) -> str:
    r"""A LaTeX fragment with `\cite`."""
    lines = [
        _TEX_HEAD.format(name=bibliography_name),
        f"\\section{{{PHRASES[_language(draft)].heading}}}",
        "",
    ]
    for paragraph in draft.paragraphs:
        text = " ".join(
            _cited(sentence, latex.write, f"~\\cite{{{','.join(sentence.keys)}}}")
            for sentence in paragraph.sentences
        )
        head = f"\\paragraph{{{latex.write(paragraph.theme)}.}}\n" if paragraph.theme else ""
        lines += [f"{head}{text}", ""]
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
    }


def _cited(sentence: Sentence, escape: Callable[[str], str], mark: str) -> str:
    """The sentence with its mark before the full stop, and after a closing quotation mark."""
    text = sentence.text.rstrip()
    if not sentence.keys:
        return escape(text)
    quoted = text.endswith("”")
    body = text.removesuffix("”").rstrip(".") + ("”" if quoted else "")
    return f"{escape(body)}{mark}."


def _language(draft: Draft) -> str:
    return terms.language(" ".join(s.text for p in draft.paragraphs for s in p.sentences[:3]))
