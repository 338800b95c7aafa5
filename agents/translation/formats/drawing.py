"""Text of drawings, charts and diagrams, which Word, PowerPoint and Excel files share (DrawingML).

The one law: a chart's cached strings and a diagram's cached picture say what the rest says; the
workbook in a chart, which holds the numbers too, stays as it is. ECMA-376 part 1, chapter 21.
"""

from __future__ import annotations

import copy
import itertools
import re
from typing import TYPE_CHECKING

from agents.translation import language
from agents.translation.formats.runs import Bit, Formats, Payload, visible
from agents.translation.formats.runs_write import ElementText, RunWriter
from agents.translation.inline import Rich, Style
from agents.translation.xml import canonical, children, local, space

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.translation.events import Language
    from agents.translation.formats.ooxml import Office
    from agents.translation.formats.parts import Held, PartsDocument
    from agents.translation.xml import Element

_CHARTS = r"drawingml\.chart(?:shapes)?\+xml|chartex\+xml|officedocument\.drawing\+xml"
_DIAGRAMS = r"drawingml\.diagramData\+xml"
_PICTURES = r"drawingml\.diagramDrawing\+xml"
_NAMED = frozenset({"strCache", "multiLvlStrCache", "tx"})
_LINKS = ("hlinkClick", "hlinkMouseOver")
_UNSEEN = frozenset(
    {"lang", "altLang", "dirty", "err", "noProof", "smtClean", "smtId", "bmk", "kumimoji"}
)
# What run properties may hold behind a link.
_AFTER_LINK = ("hlinkMouseOver", "rtl", "extLst")


def look(properties: Element | None) -> str:
    """What run properties look like: without language, links and other things of no look."""
    if properties is None:
        return ""
    attributes = sorted(pair for pair in properties.attrib.items() if pair[0] not in _UNSEEN)
    parts = [canonical(child) for child in properties if local(child) not in _LINKS]
    return f"{attributes}{parts}" if attributes or parts else ""


class Plain:
    """An element whose whole content is one text of one look."""

    def __init__(self, element: Element) -> None:
        """Read it."""
        self._element = element
        text = element.text or ""
        self.rich = Rich(text, (), (Style(0, len(text), 0),) if text else ())

    def write(self, rich: Rich) -> None:
        """Replace it."""
        self._element.text = rich.text


class _Writer(RunWriter):
    """Writes one a:p."""

    breaking = "\n"
    _link: Element | None = None
    _target: Language = "en"

    def speak(self, target: Language) -> None:
        """Name the language of new text."""
        self._target = target

    def _empty(self) -> None:
        self._last = next(children(self._element, "endParaRPr"), None)
        super()._empty()

    def write(self, rich: Rich) -> None:
        super().write(rich)
        if self._last is not None:
            self._element.append(self._last)

    def _open(self, where: Element, payload: Payload) -> Element:
        self._link = payload.shell
        return where

    def _close(self, inside: Element, where: Element, payload: Payload) -> None:
        del inside, where, payload
        self._link = None

    def _flush(self, where: Element, text: str, style: int) -> None:
        run = self._run(where, self._formats.samples[style])
        properties = next(children(run, "rPr"), None)
        if properties is None:
            properties = run.makeelement(self._space + "rPr")
            run.insert(0, properties)
        properties.attrib.pop("err", None)
        korean = self._target == "ko" and language.hangul(text) > 0
        properties.set("lang", "ko-KR" if korean else "en-US")
        for child in list(properties):
            if local(child) in _LINKS:
                properties.remove(child)
        if self._link is not None:
            later = [i for i, c in enumerate(properties) if local(c) in _AFTER_LINK]
            link = copy.deepcopy(self._link)
            properties.insert(later[0] if later else len(properties), link)
        element = run.makeelement(self._space + "t")
        element.text = text
        run.append(element)


class DrawnParagraph(ElementText):
    """One a:p."""

    def __init__(self, element: Element, formats: Formats, target: Language) -> None:
        """Read it."""
        self._target: Language = target
        super().__init__(element, formats)

    def _bits(self, element: Element) -> Sequence[Bit]:
        return _bits(element)

    def write(self, rich: Rich) -> None:
        """Replace its content."""
        writer = _Writer(self._element, self._payloads, self._breaks, self._formats)
        writer.speak(self._target)
        writer.write(rich)

    def _content(self, bits: Sequence[Bit], parent: int) -> None:
        """Runs that share a link stand in one wrap."""
        at = 0
        while at < len(bits):
            link, end = _link(bits[at]), at + 1
            while end < len(bits) and _same(link, _link(bits[end])):
                end += 1
            if link is None or parent >= 0:
                super()._content(bits[at:end], parent)
            else:
                self._around(bits[at:end], parent, Payload(shell=link))
            at = end

    def _between(self, bit: Bit, parent: int) -> None:
        if local(bit.element) == "fld":
            self._fixed(visible(bit.element), parent, Payload((bit,)), bit.element)
        else:
            super()._between(bit, parent)


def _bits(paragraph: Element) -> list[Bit]:
    bits: list[Bit] = []
    for child in paragraph:
        name = local(child)
        if name == "r":
            text = "".join(inner.text or "" for inner in children(child, "t"))
            text = re.sub(r"[\r\n\v\f\u2028\u2029]", " ", text)
            if text:
                bits.append(Bit("text", child, child, text))
        elif name == "br":
            bits.append(Bit("break", child, None, "\n"))
        elif name not in ("pPr", "endParaRPr"):
            bits.append(Bit("other", child))
    return bits


def _link(bit: Bit) -> Element | None:
    properties = next(children(bit.element, "rPr"), None) if bit.kind == "text" else None
    return None if properties is None else next(children(properties, "hlinkClick"), None)


def _same(one: Element | None, two: Element | None) -> bool:
    if one is None or two is None:
        return one is two
    return canonical(one) == canonical(two)


class Drawings:
    """Reads the text of drawings into a document."""

    def __init__(self, document: PartsDocument, target: Language) -> None:
        """Nothing is read yet."""
        self._document = document
        self._target: Language = target
        self._formats = Formats(look)

    def read(self, office: Office) -> None:
        """Everything in the parts that only hold drawings."""
        for part in office.parts(_CHARTS):
            self.part(part)
        diagrams: dict[str, tuple[str, Rich]] = {}
        for part in office.parts(_DIAGRAMS):
            for name, held in self.part(part).items():
                diagrams.setdefault(held.rich.text, (name, held.rich))
        for part in office.parts(_PICTURES):
            root = self._document.open(part)
            for element in drawn(root):
                held = self.paragraph(element)
                name, rich = diagrams.get(held.rich.text, ("", Rich("")))
                # The picture repeats the diagram; where it has other marks it stands alone.
                if name and rich.marks == held.rich.marks:
                    self._document.repeat(name, _Repeated(held), part)
                else:
                    self._document.add(part, held)

    def part(self, part: str) -> dict[str, Held]:
        """All text of one part; returns what was added, by id."""
        root = self._document.open(part)
        added = self._document.add_all(part, root, _texts, self._held)
        self._document.add_alternatives(part, root)
        return added

    def _held(self, element: Element) -> Held:
        return self.paragraph(element) if local(element) == "p" else Plain(element)

    def paragraph(self, element: Element) -> DrawnParagraph:
        """One a:p."""
        return DrawnParagraph(element, self._formats, self._target)


class _Repeated:
    """A paragraph that takes the words of another and keeps the look of its own beginning."""

    def __init__(self, held: Held) -> None:
        self.rich = held.rich
        self._held = held

    def write(self, rich: Rich) -> None:
        first = self.rich.styles[0].id
        self._held.write(Rich(rich.text, rich.marks, (Style(0, len(rich.text), first),)))


def drawn(root: Element) -> Iterator[Element]:
    """Paragraphs of DrawingML."""
    return (e for e in root.iter() if local(e) == "p" and "drawingml/" in space(e))


def _texts(root: Element) -> Iterator[Element]:
    """Paragraphs, and strings that a chart keeps of its workbook."""
    for element in root.iter():
        name = local(element)
        drawn_text = name == "p" and "drawingml/" in space(element)
        if drawn_text or (name == "v" and _NAMED & _near(element)):
            yield element


def _near(element: Element) -> set[str]:
    """What the elements right around one are called."""
    return {local(around) for around in itertools.islice(element.iterancestors(), 3)}
