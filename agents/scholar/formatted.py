"""A draft with its citations formatted in a style, and as HTML.

The one law: the same citations and entries, whatever file they go into.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.scholar import cited, csl_processor, csl_text, export_text, terms

if TYPE_CHECKING:
    from agents.scholar.csl_text import Run
    from agents.scholar.styles import Style
    from agents.store.drafts import Draft, Sentence
    from agents.store.entries import Entry

_REFERENCES = {"en": "References", "ko": "참고문헌"}
_HEAD = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 42em; margin: 2em auto; padding: 0 1em; line-height: 1.6;
  font-family: Georgia, "Noto Serif KR", "Batang", serif; }}
h1, h2 {{ line-height: 1.3; }}
.bibliography p {{ padding-left: 2em; text-indent: -2em; margin: 0.4em 0; }}
</style>
</head>
<body>
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One citation: the keys of its works, and how the style writes it."""

    keys: tuple[str, ...]
    runs: tuple[Run, ...]


Part = str | Cluster


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, paragraph by paragraph."""

    title: str
    paragraphs: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A draft with formatted citations."""

    heading: str
    references: str  # the heading of the bibliography
    language: str  # "en" or "ko"
    style: Style
    sections: tuple[Section, ...]
    entries: tuple[tuple[str, tuple[Run, ...]], ...]  # of the bibliography: key and text
    works: tuple[Entry, ...]


def document(draft: Draft, style: Style) -> Document:
    """Format a draft.

    Raises:
        UserError: scholar.style_broken.
    """
    clusters: list[tuple[str, ...]] = [
        piece
        for paragraph in draft.paragraphs
        for sentence in paragraph.sentences
        for piece in cited.pieces(sentence)
        if not isinstance(piece, str)
    ]
    made = csl_processor.render(style, draft.entries, clusters)
    waiting = iter(made.citations)

    def parts(sentences: list[Sentence]) -> tuple[Part, ...]:
        found: list[Part] = []
        for number, sentence in enumerate(sentences):
            words = cited.pieces(sentence)
            for at, piece in enumerate(words):
                if isinstance(piece, str):
                    found.append(f" {piece}" if number and not at else piece)
                    continue
                runs = next(waiting)
                before = words[at - 1] if at else " " if number else ""
                apart = before and before[-1] not in cited.OPENING
                raised = bool(runs) and "sup" in runs[0].looks
                if (apart and not raised) or (number and not at):
                    found.append(" ")
                found.append(Cluster(piece, runs))
        return tuple(found)

    text = " ".join(s.text for p in draft.paragraphs for s in p.sentences[:3])
    language = terms.language(text)
    return Document(
        heading=export_text.heading(draft),
        references=_REFERENCES[language],
        language=language,
        style=style,
        sections=tuple(
            Section(paragraph.theme, tuple(map(parts, export_text.blocks(paragraph))))
            for paragraph in draft.paragraphs
        ),
        entries=made.entries,
        works=draft.entries,
    )


def to_html(made: Document) -> str:
    """A page of its own: no scripts, nothing loaded from elsewhere."""
    lines = [_HEAD.format(language=made.language, title=html.escape(made.heading))]
    lines.append(f"<h1>{html.escape(made.heading)}</h1>")
    for section in made.sections:
        if section.title:
            lines.append(f"<h2>{html.escape(section.title)}</h2>")
        lines += [f"<p>{''.join(map(_html, one))}</p>" for one in section.paragraphs]
    if made.entries:
        lines.append(f'<section class="bibliography">\n<h2>{html.escape(made.references)}</h2>')
        for key, runs in made.entries:
            lines.append(f'<p id="ref-{html.escape(key)}">{csl_text.to_html(runs)}</p>')
        lines.append("</section>")
    lines.append("</body>\n</html>\n")
    return "\n".join(lines)


def _html(part: Part) -> str:
    if isinstance(part, str):
        return html.escape(part, quote=False)
    target = html.escape(f"#ref-{part.keys[0]}")
    inner = csl_text.to_html(part.runs)
    return f'<a class="citation" href="{target}">{inner}</a>' if len(part.keys) == 1 else inner
