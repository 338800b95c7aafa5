"""The paragraphs of an HTML or XHTML file.

The one law: block elements divide paragraphs, inline ones are marks, and what is not for reading
(scripts, styles, code, mathematics, `translate="no"`, another language) is not even read.

Preformatted text is read line by line, unless it is code: by its class or that of the element
around it, or because tags for code or colours stand in it.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.translation.formats import html_names as names
from agents.translation.formats.html_rows import Rows
from agents.translation.formats.html_tokens import Tokens
from agents.translation.formats.tagged import Item

if TYPE_CHECKING:
    from agents.translation.formats.html_tokens import Token
    from agents.translation.formats.spliced import Span, Spliced

_DEEPEST = 8  # elements read apart, one in the other
_ROOTS = ("html", "package", "ncx")
_LONGEST_VALUE = 10_000  # a longer attribute is data
_IN_CODE = re.compile(r"<(?:code|kbd|samp|tt|var)\b|<span[^>]{0,80}\sclass", re.IGNORECASE)
_TEMPLATE = re.compile(r"<[?%]|\{%|\{\{")


@dataclass(slots=True)
class _Element:
    """An element that is open."""

    name: str
    silent: str = ""  # why it is not read: "name", "no", "lang"; empty if it is read
    pre: bool = False
    code: bool = False  # its class says that preformatted text in it is code
    block: bool = True
    apart: Item | None = None  # what it is in the paragraph around it


class HtmlReader:
    """Reads one file."""

    def __init__(self, text: str, *, xml: bool) -> None:
        """Take the decoded file; `xml` says whether it is XHTML."""
        self._text = text
        self._xml = xml
        self._elements: list[_Element] = []
        self._open: Counter[str] = Counter()
        self._rows = Rows(text)
        self._fixed: tuple[Item, int, str] | None = None  # text that stays, tags of its name open
        self.languages: list[Span] = []  # values that say which language the document is in
        self.codes: list[Span] = []  # texts that do

    def read(self) -> dict[str, Spliced]:
        """The paragraphs in the order of the file."""
        for token in Tokens(self._text, xml=self._xml):
            self._token(token)
        self._end_fixed(len(self._text))
        while self._elements:
            self._pop(len(self._text))
        self._rows.flush()
        return self._rows.paragraphs()

    @property
    def values(self) -> set[int]:
        """Where attributes begin that were read."""
        return self._rows.values

    @property
    def bare(self) -> set[int]:
        """Where other texts begin in which nothing is a tag."""
        return self._rows.bare

    # -- tokens -------------------------------------------------------------------------------

    def _token(self, token: Token) -> None:
        if token.kind == "open":
            self._start(token)
        elif token.kind == "close":
            self._close(token)
        elif token.kind == "raw" or self._silent:
            return
        elif self._fixed is not None:
            if token.kind in ("text", "slot"):
                self._fixed[0].name += self._rows.plain(token.start, token.end)
        elif token.kind in ("text", "rcdata"):
            self._rows.add_text(token)
        elif token.kind == "slot":
            self._rows.add(
                Item("fixed", token.start, token.end, self._text[token.start : token.end])
            )
        else:
            self._rows.add(Item("point", token.start, token.end))

    def _start(self, token: Token) -> None:
        name = token.name
        self._imply(name)
        element = self._element(token)
        block = element.block
        if not element.silent:
            self._attributes(token)
        if self._fixed is not None:
            item, depth, fixed = self._fixed
            if not block:
                self._fixed = (item, depth + (name == fixed and not token.empty), fixed)
                return
            self._end_fixed(token.start)  # a block in it: all of it stays
            self._push(_Element(fixed, "no", block=False))
            element.silent = element.silent or "no"
        if self._silent:
            self._within_silence(token, element)
        elif name in names.FIXED and not token.foreign and not token.empty:
            self._fixed = (Item("fixed", token.start, token.end), 1, name)
        elif block or self._is_apart(token):
            self._start_element(token, element)
        elif element.silent and not token.empty:
            self._fixed = (Item("fixed", token.start, token.end), 1, name)
        elif name == "br" and not token.foreign:
            self._rows.add(Item("break", token.start, token.end))
        else:
            self._rows.add(Item("point" if token.empty else "open", token.start, token.end, name))

    def _start_element(self, token: Token, element: _Element) -> None:
        if token.empty:
            if element.block:
                self._rows.flush()
            else:
                self._rows.add(Item("point", token.start, token.end))
            return
        if self._is_apart(token) and self._rows.depth <= _DEEPEST:
            element.apart = Item("point", token.start, token.end)
            self._rows.begin(element.apart)
        else:
            self._rows.flush()
        self._push(element)

    def _within_silence(self, token: Token, element: _Element) -> None:
        if not token.empty:
            if not element.silent:  # `translate="yes"` within what is not translated
                self._rows.flush()
                element.block = True
            self._push(element)

    def _close(self, token: Token) -> None:
        name = token.name
        block = self._is_block(token)
        if self._fixed is not None:
            item, depth, fixed = self._fixed
            if name == fixed and depth <= 1:
                self._end_fixed(token.end)
                return
            if not block and not self._open[name]:
                self._fixed = (item, depth - (name == fixed), fixed)
                return
            self._end_fixed(token.start)
        if self._open[name]:
            while self._elements[-1].name != name:
                self._pop(token.start)
            self._pop(token.end)
        elif self._silent:
            return
        elif block or name == "br":
            self._rows.flush()
        else:
            self._rows.add(Item("close", token.start, token.end, name))

    # -- elements -----------------------------------------------------------------------------

    @property
    def _silent(self) -> str:
        return self._elements[-1].silent if self._elements else ""

    def _is_block(self, token: Token) -> bool:
        if token.foreign:
            return token.name not in names.SVG_INLINE and token.name not in ("svg", "math")
        return token.name in names.BLOCKS

    @staticmethod
    def _is_apart(token: Token) -> bool:
        return token.name in names.APART and (not token.foreign or token.name in ("svg", "math"))

    def _element(self, token: Token) -> _Element:
        """What the tag and the elements around it say about its text."""
        name, around = token.name, self._elements[-1] if self._elements else None
        silent = around.silent if around else ""
        language = re.split("[-_]", (self._value(token, "lang", "xml:lang") or "").lower())[0]
        if name in (*_ROOTS, "body", "head"):  # too often left over from a template
            if name in _ROOTS:
                found = [token.attributes.get(key) for key in ("lang", "xml:lang")]
                self.languages += [span for span in found if span is not None]
        elif language in ("ko", "en"):
            silent = "" if silent == "lang" else silent
        elif language not in names.NOT_A_LANGUAGE and not silent:
            silent = "lang"
        wish = (self._value(token, "translate") or "").lower()
        classes = (self._value(token, "class") or "").lower()
        if wish == "no" or "notranslate" in classes.split():
            silent = "no"
        elif wish == "yes" and "translate" in token.attributes:
            silent = ""
        if name in (names.SVG_SILENT if token.foreign else names.SILENT) or name == "math":
            silent = "name"
        code = bool(classes) and any(sign in classes for sign in names.CODE)
        pre = name in names.PRE or bool(around and around.pre)
        if (
            name in ("pre", "listing")
            and not silent
            and self._is_code(token, code=code, around=around)
        ):
            silent = "no"
        return _Element(name, silent, pre, code, self._is_block(token))

    def _is_code(self, token: Token, *, code: bool, around: _Element | None) -> bool:
        return (
            code
            or bool(around and around.code)
            or _IN_CODE.search(self._text, token.end, token.end + 1000) is not None
        )

    def _imply(self, name: str) -> None:
        """End what may do without a closing tag."""
        if self._xml:
            return
        ended = names.ENDS.get(name, names.ENDED_BY_BLOCK if name in names.BLOCKS else frozenset())
        while self._elements and self._elements[-1].name in ended:
            self._pop(-1)

    def _push(self, element: _Element) -> None:
        self._elements.append(element)
        self._open[element.name] += 1
        self._rows.pre = element.pre

    def _pop(self, end: int) -> None:
        element = self._elements[-1]
        if element.apart is not None or (element.block and not element.silent):
            self._rows.flush()
        self._elements.pop()
        self._open[element.name] -= 1
        self._rows.pre = bool(self._elements) and self._elements[-1].pre
        if element.apart is not None:
            self._rows.end(element.apart, end)

    def _end_fixed(self, end: int) -> None:
        if self._fixed is not None:
            item = self._fixed[0]
            self._fixed = None
            item.end = end
            item.name = " ".join(item.name.split())
            item.blank = not item.name
            self._rows.add(item)

    # -- attributes ---------------------------------------------------------------------------

    def _value(self, token: Token, *keys: str) -> str | None:
        for key in keys:
            if (span := token.attributes.get(key)) is not None:
                return html.unescape(self._text[span[0] : min(span[1], span[0] + 200)].strip("\"'"))
        return None

    def _attributes(self, token: Token) -> None:
        for key, span in token.attributes.items():
            if not self._is_text(token, key):
                continue
            quoted = self._text[span[0]] in "\"'"
            self._rows.add_value(span[0] + quoted, span[1] - quoted)

    def _is_text(self, token: Token, key: str) -> bool:
        name, key = token.name, key.lower()
        if key in names.EVERYWHERE:
            return key != "title" or name not in names.NO_TITLE
        if name == "input" and key == "value":
            return (self._value(token, "type") or "").lower() in names.BUTTONS
        if name == "meta" and key == "content":
            return any(
                (self._value(token, k) or "").lower() in names.META for k in ("name", "property")
            )
        return key in names.ATTRIBUTES.get(name, ())
