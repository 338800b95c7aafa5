"""Markdown to the HTML a QTextDocument understands.

The one law: nothing in it is fetched or run. Raw HTML is shown as text, a picture becomes its
description, and a link is only ever opened by a click.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from app.ui.theme import Theme

COPY = "moadesk-copy"  # scheme of the "Copy" link of a code block: moadesk-copy:3

_SAFE = ("http://", "https://", "mailto:")
_FLAT = 100_000  # characters; a longer answer is shown as plain text


class Renderer:
    """Turns Markdown into HTML in the colours of a theme. `codes` holds its code blocks."""

    def __init__(self, theme: Theme, copy_word: str) -> None:
        self._theme = theme
        self._copy = html.escape(copy_word)
        self._parser: MarkdownIt | None = None
        self.codes: list[str] = []

    def render(self, text: str) -> str:
        """The HTML body of one text; an unfinished one (still streaming) is fine."""
        self.codes = []
        if len(text) > _FLAT:
            return f"<p>{html.escape(text).replace(chr(10), '<br>')}</p>"
        return self._blocks(self._markdown().parse(text))

    def _markdown(self) -> MarkdownIt:
        if self._parser is None:
            from markdown_it import MarkdownIt  # noqa: PLC0415 - 40 ms that the start can save

            self._parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
            self._parser.enable(["table", "strikethrough"])
        return self._parser

    def _blocks(self, tokens: Sequence[Token]) -> str:
        made = []
        for token in tokens:
            if token.type == "inline":
                made.append(self._inline(token.children or ()))
            elif token.type in ("fence", "code_block"):
                made.append(self._code(token.content, token.info.strip().split(" ")[0]))
            elif token.type == "hr":
                made.append("<hr>")
            elif token.hidden:  # the paragraph of a tight list
                continue
            else:
                made.append(self._tag(token))
        return "".join(made)

    def _tag(self, token: Token) -> str:
        if token.nesting < 0:
            return f"</{token.tag}>"
        line = self._theme.hex("line")
        more = {
            # Lines between cells are the table's own ground: Qt draws borders unevenly.
            "table": f' cellspacing="1" cellpadding="{self._theme.px(6)}" bgcolor="{line}"'
            ' style="margin-top: 6px; margin-bottom: 10px"',
            "th": f' bgcolor="{self._theme.hex("sunken")}" align="left"',
            "td": f' bgcolor="{self._theme.hex("surface")}"',
            "blockquote": f' style="color: {self._theme.hex("muted")}; margin-left: 16px"',
            "p": ' style="margin-top: 0; margin-bottom: 10px; line-height: 140%"',
            "li": ' style="margin-bottom: 4px; line-height: 135%"',
        }.get(token.tag, "")
        if token.tag == "ol":
            more = f' start="{token.attrGet("start") or 1}"'
        if token.tag in ("h1", "h2"):  # an answer is not a page: its headings stay small
            size = self._theme.px(17 if token.tag == "h1" else 16)
            more = f' style="font-size: {size}px; margin-top: 12px; margin-bottom: 6px"'
        elif token.tag in ("h3", "h4", "h5", "h6"):
            size = self._theme.px(15)
            more = f' style="font-size: {size}px; margin-top: 10px; margin-bottom: 4px"'
        return f"<{token.tag}{more}>"

    def _inline(self, tokens: Sequence[Token]) -> str:
        made, links = [], []
        for token in tokens:
            match token.type:
                case "text":
                    made.append(html.escape(token.content))
                case "code_inline":
                    made.append(self._code_inline(token.content))
                case "softbreak" | "hardbreak":
                    made.append("<br>")
                case "image":
                    words = html.escape(token.content or str(token.attrGet("src") or ""))
                    made.append(f"<i>[{words}]</i>")
                case "link_open":
                    target = str(token.attrGet("href") or "")
                    links.append(target.lower().startswith(_SAFE))
                    if links[-1]:
                        colour = self._theme.hex("accent")
                        made.append(f'<a href="{html.escape(target)}" style="color: {colour}">')
                case "link_close":
                    made.append("</a>" if links and links.pop() else "")
                case _:
                    made.append(f"<{'/' if token.nesting < 0 else ''}{token.tag}>")
        return "".join(made)

    def _code_inline(self, code: str) -> str:
        ground = self._theme.hex("sunken")
        return f'<span style="{self._mono()}; background: {ground}">{html.escape(code)}</span>'

    def _code(self, code: str, language: str) -> str:
        number = len(self.codes)
        self.codes.append(code)
        size, muted, accent = (
            self._theme.px(12),
            self._theme.hex("muted"),
            self._theme.hex("accent"),
        )
        pad = "padding: {0}px {1}px {0}px {1}px".format(self._theme.px(4), self._theme.px(12))
        lines = html.escape(code.rstrip("\n")) or " "
        return (
            f'<table width="100%" cellspacing="0" cellpadding="0"'
            f' bgcolor="{self._theme.hex("sunken")}" style="margin-top: 4px; margin-bottom: 10px">'
            f'<tr><td style="{pad}; color: {muted}; font-size: {size}px">'
            f'{html.escape(language)}</td><td align="right" style="{pad}">'
            f'<a href="{COPY}:{number}" style="color: {accent};'
            f' font-size: {size}px; text-decoration: none">{self._copy}</a></td></tr>'
            f'<tr><td colspan="2" style="{pad}"><pre style="{self._mono()}; white-space: pre-wrap;'
            f' margin: 0">{lines}</pre></td></tr></table>'
        )

    def _mono(self) -> str:
        names = ", ".join(f"'{name}'" for name in self._theme.families(mono=True))
        return f"font-family: {names}; font-size: {self._theme.px(13)}px"
