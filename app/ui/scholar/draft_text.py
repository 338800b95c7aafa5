"""A draft as rich text: headings, sentences, citation chips, quiet underlines.

Every citation and every marked sentence is a link `s:<paragraph>:<sentence>:<key>`, so the page
knows what is pointed at. Pure functions.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from app.ui.scholar import words

if TYPE_CHECKING:
    from agents.scholar.events import Sentence, Work
    from app.ui.theme import Theme


@dataclass(slots=True)
class Written:
    """What is shown of a draft, as it grows. Changed on the GUI thread only."""

    themes: list[str] = field(default_factory=list)
    sentences: dict[tuple[int, int], Sentence] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)  # by key
    growing: str = ""  # the sentence that is being written
    at: int = 0  # the paragraph it belongs to

    def paragraph(self, index: int) -> list[tuple[int, Sentence]]:
        """The sentences of a paragraph, in order."""
        return sorted(
            ((at, sentence) for (part, at), sentence in self.sentences.items() if part == index),
            key=lambda item: item[0],
        )

    def sentence(self, link: str) -> tuple[Sentence, str] | None:
        """The sentence of a link and the key that was pointed at, if any."""
        kind, _colon, rest = link.partition(":")
        parts = rest.split(":", 2)
        if kind != "s" or len(parts) != 3 or not (parts[0] + parts[1]).isdecimal():
            return None
        found = self.sentences.get((int(parts[0]), int(parts[1])))
        return (found, unquote(parts[2])) if found else None


def page(written: Written, theme: Theme, picked: str = "") -> str:
    """The draft as HTML; `picked` is the link whose evidence is shown."""
    made: list[str] = []
    for index, title in enumerate(written.themes):
        sentences = written.paragraph(index)
        growing = written.growing if index == written.at else ""
        colour = theme.hex("text" if sentences or growing else "muted")
        made.append(
            f'<h3 style="font-size:{theme.px(15)}px; color:{colour}">'
            f'<a name="theme-{index}"></a>{html.escape(title)}</h3>'
        )
        parts = [
            _sentence(written, theme, (index, at), sentence, picked) for at, sentence in sentences
        ]
        if growing:
            parts.append(f'<span style="color:{theme.hex("muted")}">{html.escape(growing)}</span>')
        if parts:
            made.append(f'<p style="line-height:165%">{" ".join(parts)}</p>')
    return "".join(made)


def _sentence(
    written: Written, theme: Theme, place: tuple[int, int], sentence: Sentence, picked: str
) -> str:
    link = f"s:{place[0]}:{place[1]}:"
    body = html.escape(sentence.text)
    ground = f"background:{theme.hex('accent_soft')};" if picked.startswith(link) else ""
    colour = theme.hex("text")
    if sentence.support == "flagged":
        body = (
            f'<a href="{link}" style="color:{colour}; text-decoration:underline; {ground}">'
            f"{body}</a>"
        )
    else:
        body = f'<a href="{link}" style="color:{colour}; text-decoration:none; {ground}">{body}</a>'
    keys = [_chip(written, theme, link, key) for key in sentence.keys]
    if not keys:
        return body
    end = "." if sentence.text.endswith(".") else ""
    if end:  # the citation stands before the full stop
        at = body.rindex(".")
        body = body[:at] + body[at + 1 :]
    return f"{body} [{'; '.join(keys)}]{end}"


def _chip(written: Written, theme: Theme, link: str, key: str) -> str:
    work = written.works.get(key)
    name = html.escape(words.author_year(work) if work else key)
    style = f"color:{theme.hex('accent')}; text-decoration:none"
    return f'<a href="{link}{quote(key, safe="")}" style="{style}">{name}</a>'
