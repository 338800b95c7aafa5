"""Conversations as one HTML page that needs nothing else.

The one law: what was said is text. Nothing of it runs and nothing is fetched.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from agents.chat.exchange.reading import branch, day, who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt

    from agents.chat.exchange.reading import Words
    from agents.store.whole import Talk

_STYLE = """
:root { color-scheme: light dark; --soft: #DDEEEC; --line: #E2E2DE; --muted: #666962; }
@media (prefers-color-scheme: dark) { :root { --soft: #1F3A39; --line: #363834; --muted: #A0A39B; } }
body { font: 16px/1.6 system-ui, "Malgun Gothic", "Apple SD Gothic Neo", "Noto Sans KR", sans-serif;
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; word-break: keep-all; overflow-wrap: anywhere; }
h2 { font-size: .85rem; font-weight: 600; color: var(--muted); margin: 1.5rem 0 .25rem; }
.time { color: var(--muted); }
.user { background: var(--soft); border-radius: 10px; padding: .1rem 1rem; white-space: pre-wrap; }
pre { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; padding: .75rem; }
table { border-collapse: collapse; } td, th { border: 1px solid var(--line); padding: .25rem .5rem; }
article + article { border-top: 1px solid var(--line); margin-top: 3rem; }
""".strip()  # noqa: E501 - style sheet
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def parser() -> MarkdownIt:
    """Reads what was said: no raw HTML, no pictures, only links that are safe."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - start-up time

    made = MarkdownIt("commonmark", {"html": False, "breaks": True})
    return made.enable(["table", "strikethrough"]).disable("image")


def write(talks: Sequence[Talk], words: Words) -> bytes:
    """The page."""
    title = html.escape(talks[0].title if len(talks) == 1 else words.title)
    reader = parser()
    body = "\n".join(_talk(talk, words, reader) for talk in talks)
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(words.language)}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n{body}\n</body>\n"
        "</html>\n"
    ).encode()


def _talk(talk: Talk, words: Words, reader: MarkdownIt) -> str:
    parts = [
        f'<article>\n<h1>{html.escape(talk.title)}</h1>\n<p class="time">{day(talk.created)}</p>'
    ]
    for message in branch(talk):
        said = (
            f"<p>{html.escape(message.content)}</p>"
            if message.role == "user"
            else reader.render(message.content)
        )
        name = html.escape(who(message, words))
        parts.append(f'<h2>{name}</h2>\n<div class="{message.role}">{said}</div>')
    return "\n".join([*parts, "</article>"])
