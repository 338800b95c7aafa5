"""A draft as LaTeX and as Pandoc Markdown: marked-up text with keys for others to format.

The one law: every letter of a draft stands for itself in what is written; only our own marks mean
something.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from agents.scholar import cited, latex, marks, terms
from agents.scholar.prompts import PHRASES

if TYPE_CHECKING:
    from agents.store.drafts import Draft, Paragraph, Sentence

Cite = Literal["cite", "citep", "autocite"]  # what a citation in LaTeX is

_TEX_HEAD = (
    "% Related work drafted by MoA Desk. UTF-8; \\input it into your document and add\n"
    "% \\bibliography{{{name}}} there. Korean text needs XeLaTeX, LuaLaTeX or kotex.\n"
)
_PACKAGES = {
    "cite": "",
    "citep": "% It uses \\citep and \\citet: \\usepackage{natbib}.\n",
    "autocite": "% It uses \\autocite and \\textcite: \\usepackage{biblatex}.\n",
}
_SUBJECT = {"cite": "cite", "citep": "citet", "autocite": "textcite"}


def heading(draft: Draft) -> str:
    """What the section is called, in the language of the draft."""
    text = " ".join(s.text for p in draft.paragraphs for s in p.sentences[:3])
    return PHRASES[terms.language(text)].heading


def blocks(paragraph: Paragraph) -> list[list[Sentence]]:
    """The sentences under one heading, paragraph by paragraph."""
    made: list[list[Sentence]] = []
    for sentence in paragraph.sentences:
        if sentence.opens or not made:
            made.append([])
        made[-1].append(sentence)
    return made


def to_markdown(draft: Draft) -> str:
    """Pandoc Markdown with `[@key]` citations; one that begins a sentence is `@key`."""
    lines = [f"## {heading(draft)}", ""]
    for paragraph in draft.paragraphs:
        if paragraph.theme:
            lines += [f"### {marks.plain(paragraph.theme)}", ""]
        for block in blocks(paragraph):
            text = " ".join(cited.joined(each, marks.plain, _markdown_mark) for each in block)
            # a number at the beginning of a line would begin a list
            lines += [re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", text), ""]
    return "\n".join(lines).rstrip() + "\n"


def to_tex(draft: Draft, bibliography_name: str, cite: Cite = "cite") -> str:
    r"""A LaTeX fragment.

    Args:
        draft: what is written.
        bibliography_name: of the `.bib` file, without its suffix.
        cite: `\cite`, natbib's `\citep` or biblatex's `\autocite`; a citation that begins a
            sentence is its subject (`\citet`, `\textcite`).
    """

    def mark(keys: tuple[str, ...], first: bool) -> str:  # noqa: FBT001 - see `cited.joined`
        return f"\\{_SUBJECT[cite] if first else cite}{{{','.join(keys)}}}"

    lines = [
        _TEX_HEAD.format(name=bibliography_name) + _PACKAGES[cite],
        f"\\section{{{heading(draft)}}}",
        "",
    ]
    for paragraph in draft.paragraphs:
        head = f"\\paragraph{{{latex.write(paragraph.theme)}.}}\n" if paragraph.theme else ""
        for block in blocks(paragraph):
            text = " ".join(cited.joined(each, latex.write, mark, "~") for each in block)
            lines += [f"{head}{text}", ""]
            head = ""
    return "\n".join(lines).rstrip() + "\n"


def _markdown_mark(keys: tuple[str, ...], first: bool) -> str:  # noqa: FBT001 - see `cited.joined`
    found = "; ".join(f"@{marks.key(key)}" for key in keys)
    return found if first and len(keys) == 1 else f"[{found}]"
