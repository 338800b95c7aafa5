"""HTML and XHTML cut into tags, text and the rest, each with its place in the file.

The one law: the tokens are the file, character for character and in one pass: whatever the markup
is like, each character is looked at a bounded number of times.
The rules are those of <https://html.spec.whatwg.org/multipage/parsing.html> that decide where a
token ends. Templates (`{{ }}`, `{% %}`, `<?php ?>`, `<% %>`) are tokens of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from agents.translation.language import word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.translation.formats.spliced import Span

# "raw" is the inside of a script or style, "rcdata" that of a title or textarea, "slot" `{{ }}`.
Kind = Literal["text", "open", "close", "raw", "rcdata", "slot", "other"]

VOID = word_set(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr"
)
_RAW = word_set("script style xmp iframe noembed noframes")
_RCDATA = frozenset(["title", "textarea"])
_FOREIGN = frozenset(["svg", "math"])
_HTML_WITHIN = word_set("foreignobject desc title annotation-xml")
# In svg or math these end it: they are HTML again.
_BREAKOUT = word_set(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i "
    "img li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt "
    "u ul var"
)
# None runs into the next one of its kind, so that many that never end cost no more than few.
_TEMPLATE = (
    r"\{\{(?:(?!\}\}|\{\{).){0,1000}\}\}|\{%(?:(?!%\}|\{%).){0,1000}%\}"
    r"|\{#(?:(?!#\}|\{#).){0,1000}#\}|<\?(?:php\b|=)(?:(?!\?>|<\?).)*\?>|<%(?:(?!%>|<%).)*%>"
)
_SPACE = " \t\n\f\r"
_NEXT = re.compile(r"<[A-Za-z/!?%]|\{[{%#]")
_OTHER = re.compile(_TEMPLATE, re.DOTALL)
_NAME = re.compile(rf"[A-Za-z][^{_SPACE}/>]*")
_BLANK = re.compile(rf"(?:[{_SPACE}/]++|{_TEMPLATE})*+", re.DOTALL)
_KEY = re.compile(rf"[^{_SPACE}/>][^{_SPACE}/>=]*+")
_EQUALS = re.compile(rf"[{_SPACE}]*+=[{_SPACE}]*+")
_VALUES = {
    quote: re.compile(rf"(?>[^{quote}{{<]++|{_TEMPLATE}|[{{<])*+", re.DOTALL) for quote in "\"'"
}
_BARE = re.compile(rf"[^{_SPACE}>]*+")
_SCRIPT = re.compile(rf"<!--|-->|<(/?)script(?=[{_SPACE}/>])", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """A part of the file."""

    kind: Kind
    start: int
    end: int
    name: str = ""  # of a tag, in small letters, without a prefix
    attributes: dict[str, Span] = field(default_factory=dict[str, "Span"])  # values, with quotes
    empty: bool = False  # a tag that needs no closing one
    foreign: bool = False  # a tag of SVG or MathML


class Tokens:
    """One pass through a text."""

    def __init__(self, text: str, *, xml: bool) -> None:
        """Take the text; `xml` says whether the rules are those of XML."""
        self._text = text
        self._xml = xml
        self._foreign: list[str] = []

    def __iter__(self) -> Iterator[Token]:
        """All tokens. Joined, they are the text."""
        text = self._text
        at = start = 0  # text that is not handed out yet begins at `start`
        while found := _NEXT.search(text, at):
            at = found.start()
            token = self._markup(at)
            if token is None:
                at += 1
                continue
            if start < at:
                yield Token("text", start, at)
            yield token
            at = start = token.end
            if token.kind == "open" and not self._xml and not token.foreign and not token.empty:
                inside = self._inside(token)
                if inside is not None:
                    yield inside
                    at = start = inside.end
        if start < len(text):
            yield Token("text", start, len(text))

    def _markup(self, at: int) -> Token | None:
        """The tag, comment or template at `at`; None if it is only a letter."""
        text = self._text
        if found := _OTHER.match(text, at):
            slot = found.group().startswith("{{")
            return Token("slot" if slot else "other", at, found.end())
        if text[at] == "{" or text.startswith("<%", at):
            return None
        closing = text[at + 1] == "/"
        if name := _NAME.match(text, at + 1 + closing):
            return self._tag(at, name.end(), name.group(), closing=closing)
        return Token("other", at, self._remark(at))

    def _remark(self, at: int) -> int:
        """The end of a comment, a declaration or an instruction."""
        text = self._text
        if text.startswith("<!--", at):
            comment = _COMMENT.match(text, at)
            return comment.end() if comment else len(text)
        if text.startswith("<![CDATA[", at) and (self._xml or self._in_foreign()):
            return self._after("]]>", at)
        if text[at + 1] == "?" and self._xml:
            return self._after("?>", at)
        return self._declaration(at)

    def _after(self, sign: str, at: int) -> int:
        end = self._text.find(sign, at)
        return len(self._text) if end < 0 else end + len(sign)

    def _declaration(self, at: int) -> int:
        """The end of a document type, with what an XML one declares inside."""
        end = self._after(">", at)
        bracket = self._text.find("[", at, end) if self._xml else -1
        return self._after("]>", bracket) if bracket >= 0 else end

    def _tag(self, start: int, at: int, name: str, *, closing: bool) -> Token:
        text = self._text
        attributes: dict[str, Span] = {}
        while True:
            at = self._past(_BLANK, at)
            if at >= len(text):  # a tag that does not end is no tag, and nothing follows it
                return Token("other", start, len(text))
            if text[at] == ">":
                break
            key_end = self._past(_KEY, at)
            key, at = text[at:key_end], key_end
            if equals := _EQUALS.match(text, at):
                value = self._value(equals.end())
                attributes.setdefault(key if self._xml else key.lower(), value)
                at = value[1]
        slash = text[at - 1] == "/"
        name = name.rpartition(":")[2].lower()
        foreign = self._nest(name, closing=closing, empty=slash)
        empty = (slash and (self._xml or foreign)) or (name in VOID and not foreign)
        return Token(
            "close" if closing else "open", start, at + 1, name, attributes, empty, foreign
        )

    def _past(self, pattern: re.Pattern[str], at: int) -> int:
        found = pattern.match(self._text, at)
        return found.end() if found else at

    def _value(self, at: int) -> Span:
        """Where an attribute's value stands, with its quotes."""
        quote = self._text[at : at + 1]
        if quote not in _VALUES:
            return at, self._past(_BARE, at)
        end = self._past(_VALUES[quote], at + 1)
        return at, min(end + 1, len(self._text))

    def _in_foreign(self) -> bool:
        return bool(self._foreign) and self._foreign[-1] not in _HTML_WITHIN

    def _nest(self, name: str, *, closing: bool, empty: bool) -> bool:
        """Keep track of SVG and MathML; whether this tag belongs to them."""
        if closing:
            foreign = self._in_foreign() or name in self._foreign
            if name in self._foreign:
                while self._foreign.pop() != name:
                    pass
            return foreign
        if self._in_foreign() and name in _BREAKOUT and not self._xml:
            self._foreign.clear()
        foreign = self._in_foreign() or name in _FOREIGN
        enters = name in _FOREIGN or (foreign and name in _HTML_WITHIN)
        if enters and not empty and len(self._foreign) < 100:
            self._foreign.append(name)
        return foreign

    def _inside(self, token: Token) -> Token | None:
        """What a tag makes text of, up to the tag that closes it."""
        if token.name == "script":
            return Token("raw", token.end, self._script_end(token.end))
        if token.name == "plaintext":
            return Token("raw", token.end, len(self._text))
        if token.name not in _RAW | _RCDATA:
            return None
        pattern = re.compile(rf"</{token.name}(?=[{_SPACE}/>])", re.IGNORECASE)
        found = pattern.search(self._text, token.end)
        end = found.start() if found else len(self._text)
        return Token("rcdata" if token.name in _RCDATA else "raw", token.end, end)

    def _script_end(self, at: int) -> int:
        """Where a script ends: a script that a comment in it writes does not end it."""
        commented = within = False
        for found in _SCRIPT.finditer(self._text, at):
            sign = found.group()
            if sign == "<!--":
                commented = True
            elif sign == "-->":
                commented = within = False
            elif not found.group(1):
                within = commented
            elif within:
                within = False
            else:
                return found.start()
        return len(self._text)
