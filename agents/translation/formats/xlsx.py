"""Excel workbooks: texts of cells, comments, charts and shapes.

The one law: no formula and no result of one is touched, and no text that a formula, a table or a
filter finds by its words. Such texts (headings of tables and pivots, texts in quotation marks in
formulas and in lists of allowed values) are shown as not translated. What else names things (sheet
names, defined names, headers and footers with their codes) stays as it is.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from agents.translation.formats.drawing import Drawings, Plain, look
from agents.translation.formats.ooxml import Office
from agents.translation.formats.parts import PartsDocument
from agents.translation.formats.runs import Bit, Formats
from agents.translation.formats.runs_write import ElementText, RunWriter, put_text
from agents.translation.xml import attribute, children, local

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.translation.events import Language
    from agents.translation.inline import Rich
    from agents.translation.xml import Element

_MAIN = (
    r"spreadsheetml\.(?:sheet|template)\.main\+xml"
    r"|ms-excel\.(?:sheet|template)\.macroEnabled\.main\+xml"
)
_STRINGS = r"spreadsheetml\.sharedStrings\+xml"
_SHEETS = r"spreadsheetml\.worksheet\+xml"
_COMMENTS = r"spreadsheetml\.comments\+xml"
_THREADS = r"ms-excel\.threadedcomments\+xml"
_TABLES = r"spreadsheetml\.table\+xml"
_NAMES = rf"{_TABLES}|spreadsheetml\.pivotCacheDefinition\+xml"
_FORMULA = re.compile(
    rb"<(?:\w+:)?(?:f|formula|formula1|formula2|definedName)(?:\s[^<>]*)?>([^<]+)<"
)
_FILTER = re.compile(rb"<(?:\w+:)?filter\s[^<>]*?val=\"([^\"<>]*)\"")
_LITERAL = re.compile(r'"((?:[^"]|"")+)"')
_ESCAPE = re.compile(r"(_x[0-9A-Fa-f]{4}_)")  # a control character


class _Writer(RunWriter):
    breaking = ""  # a line break is a letter here

    def _empty(self) -> None:
        self._simple = not any(local(child) == "r" for child in self._element)
        for child in [c for c in self._element if local(c) in ("r", "t")]:
            self._element.remove(child)
        self._rest = list(self._element)

    def write(self, rich: Rich) -> None:
        super().write(rich)
        for child in self._rest:  # how Japanese sounds stands behind the text
            for name in ("sb", "eb"):
                if child.get(name) is not None:
                    child.set(name, str(min(int(child.get(name) or 0), len(rich.text))))
            self._element.append(child)

    def _flush(self, where: Element, text: str, style: int) -> None:
        self._put(where, text, self._formats.samples[style])

    def _append(self, where: Element, bits: Sequence[Bit]) -> None:
        for bit in bits:
            properties = None if bit.run is None else next(children(bit.run, "rPr"), None)
            self._put(where, bit.text, properties)

    def _put(self, where: Element, text: str, properties: Element | None) -> None:
        known = next(children(where, "t"), None) if self._simple else None
        if known is not None:
            put_text(known, (known.text or "") + text)
            return
        home = where if self._simple else self._run(where, properties)
        element = home.makeelement(self._space + "t")
        put_text(element, text)
        home.append(element)


class CellText(ElementText):
    """The text of a cell or comment (CT_Rst): one t, or runs of text."""

    writer = _Writer

    def _bits(self, element: Element) -> Sequence[Bit]:
        return _bits(element)


def _bits(element: Element) -> list[Bit]:
    bits: list[Bit] = []
    for child in element:
        run = child if local(child) == "r" else None
        for inner in (child,) if run is None else child:
            if local(inner) == "t":
                for number, text in enumerate(_ESCAPE.split(inner.text or "")):
                    if text:
                        bits.append(Bit("inline" if number % 2 else "text", inner, run, text))
    return bits


class XlsxDocument(PartsDocument):
    """One .xlsx."""

    def __init__(self, data: bytes, name: str, target: Language) -> None:
        """Open and read everything.

        Raises:
            UserError: see `ooxml.Office`.
        """
        office = Office(data, name, _MAIN, "workbook")
        super().__init__(office.package, frozenset({"r", "t"}))
        self._office = office
        self._formats = Formats(look)
        self._named = self._find_named()
        for part in office.parts(_STRINGS):
            self._texts(part, "si")
        for part in office.parts(_SHEETS):
            if b"inlineStr" in self._package.read(part):
                self._texts(part, "is")
        for part in office.parts(_COMMENTS):
            self._texts(part, "text")
        for part in office.parts(_THREADS):
            for element in self.open(part).iter():
                if local(element) == "text":
                    self.add(part, Plain(element))
        for part in office.parts(_TABLES):
            if b"altText" in self._package.read(part):
                self.add_alternatives(part, self.open(part))
        Drawings(self, target).read(office)

    def _texts(self, part: str, name: str) -> None:
        for element in self.open(part).iter():
            if local(element) == name:
                text = CellText(element, self._formats)
                self.add(part, text, readable=text.rich.text.strip().lower() not in self._named)

    def _find_named(self) -> frozenset[str]:
        """Texts that something in the workbook finds by their words."""
        found: set[str] = set()
        for part in self._office.parts(_NAMES):
            for element in self._package.xml(part).getroot().iter():
                if local(element) in ("tableColumn", "cacheField"):
                    found.add(_ESCAPE.sub("\n", attribute(element, "name")))
        for part in self._office.parts(f"{_MAIN}|{_SHEETS}"):
            found.update(_literals(self._package.read(part)))
        return frozenset(text.strip().lower() for text in found)


def _literals(xml: bytes) -> Iterator[str]:
    """Texts in formulas, in lists of allowed values, and in filters."""
    for match in _FILTER.finditer(xml):
        yield html.unescape(match.group(1).decode("utf-8", "replace"))
    formulas = {match.group(1) for match in _FORMULA.finditer(xml)}
    for formula in formulas:
        for literal in _LITERAL.findall(html.unescape(formula.decode("utf-8", "replace"))):
            text = literal.replace('""', '"')
            yield text
            yield from text.split(",")
