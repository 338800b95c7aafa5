"""XLIFF 1.2 and 2.x: sources are read, targets are written beside them.

A target that is there already and is marked final, signed off, approved, reviewed or translated
stays; so does everything that says `translate="no"`. A target that is written here is marked as
machine-made: `needs-review-translation` in 1.2, `translated` (not yet reviewed) in 2.x. Codes
inside a text (g, x, ph, pc, mrk …) are marks: each is in the target exactly once.

The one law: nothing but targets and their states changes, and a unit that could not be
translated whole keeps what it had. Where nothing was translated the file is the same, byte for
byte. Standards: <https://docs.oasis-open.org/xliff/>.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation import xml
from agents.translation.formats.base import protected, walk
from agents.translation.formats.bilingual import whole
from agents.translation.inline import Mark, Paragraph, Rich

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agents.translation.events import Language
    from agents.translation.inline import Piece
    from agents.translation.xml import Element

_WRAPS = frozenset({"g", "pc", "mrk"})
_DONE = frozenset(
    {"final", "signed-off", "translated", "reviewed"}
    | {"needs-review-translation", "needs-review-l10n", "needs-review-adaptation"}
)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DEEPEST = 100  # codes inside codes


@dataclass(slots=True)
class _Unit:
    """A source, and what its marks are in the file."""

    source: Element
    rich: Rich
    codes: dict[int, Element] = field(default_factory=dict[int, "Element"])


class XliffDocument:
    """One .xlf or .xliff file."""

    def __init__(self, data: bytes, name: str, target: Language) -> None:
        """Read the units of `data`.

        Raises:
            UserError: translation.xliff_{broken,version,language}.
        """
        self._data = data
        self._target: Language = target
        try:
            self._tree = xml.parse(data)
        except xml.BrokenXmlError as error:
            raise UserError("translation.xliff_broken", file=name, reason=str(error)) from error
        root = self._tree.getroot()
        if xml.local(root) != "xliff":
            raise UserError("translation.xliff_broken", file=name, reason=f"<{xml.local(root)}>")
        version = root.get("version") or ""
        if version[:2] not in ("1.", "2."):
            raise UserError("translation.xliff_version", file=name, version=version)
        self._two = version.startswith("2.")
        self._check_language(name)
        self._units: dict[str, _Unit] = {}
        self._paragraphs: list[Paragraph] = []
        for number, source in enumerate(self._sources()):
            name = f"u{number}"
            unit = _Reader().read(source)
            if unit is None:
                text = Rich(" ".join("".join(_texts(source)).split()))
                self._paragraphs.append(Paragraph(name, text, readable=False))
            elif unit.rich.text.strip():
                self._units[name] = unit
                self._paragraphs.append(Paragraph(name, protected(unit.rich)))

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """All sources without a finished target."""
        return self._paragraphs

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Codes in XML do not depend on the words around them."""
        del paragraph, piece, target
        return True

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The file with its new targets; a document can be written once."""
        changed = False
        for paragraph in self._paragraphs:
            made = whole(paragraph.rich, targets.get(paragraph.id, ()), self._target)
            if made is not None and paragraph.readable:
                self._write(self._units[paragraph.id], made)
                changed = True
        if not changed:
            return self._data
        for element in self._bearers():
            if not element.get(self._attribute):
                element.set(self._attribute, self._target)
        return xml.same_kind(self._tree)

    # -- reading ------------------------------------------------------------------------------

    @property
    def _attribute(self) -> str:
        return "trgLang" if self._two else "target-language"

    def _bearers(self) -> list[Element]:
        """The elements that say which languages they hold."""
        root = self._tree.getroot()
        return [root] if self._two else list(xml.children(root, "file"))

    def _check_language(self, name: str) -> None:
        for element in self._bearers():
            given = element.get(self._attribute) or ""
            if given and given.replace("_", "-").lower().split("-")[0] != self._target:
                raise UserError("translation.xliff_language", file=name, language=given)

    def _sources(self) -> Iterator[Element]:
        """Sources that should be translated, in order."""
        closed: dict[Element, bool] = {}  # elements whose content stays
        for element in self._tree.getroot().iter():
            parent = element.getparent()
            stays = closed.get(parent, False) if parent is not None else False
            if xml.local(element) in ("file", "group", "unit", "trans-unit", "bin-unit"):
                said = element.get("translate")
                stays = said == "no" if said else stays
                stays = stays or element.get("approved") == "yes"
            closed[element] = stays
            home = "segment" if self._two else "trans-unit"
            if (
                xml.local(element) == "source"
                and not stays
                and parent is not None
                and xml.local(parent) == home
                and not self._finished(parent)
            ):
                yield element

    def _finished(self, home: Element) -> bool:
        """Whether a unit has a target that somebody is done with."""
        target = next(xml.children(home, "target"), None)
        if target is None or not (len(target) or (target.text or "").strip()):
            return False
        state = (home if self._two else target).get("state")
        return state is None or state in _DONE

    # -- writing ------------------------------------------------------------------------------

    def _write(self, unit: _Unit, made: Rich) -> None:
        home = unit.source.getparent()
        if home is None:
            return
        target = next(xml.children(home, "target"), None)
        if target is None:
            tag = str(unit.source.tag)
            target = unit.source.makeelement(tag[: -len("source")] + "target")
            space = unit.source.get(_SPACE)
            if space:
                target.set(_SPACE, space)
            # In 1.2 a segmented source stands between the two.
            before = next(xml.children(home, "seg-source"), unit.source)
            target.tail, before.tail = before.tail, before.tail
            home.insert(home.index(before) + 1, target)
        else:
            for child in list(target):
                target.remove(child)
        _Writer(unit, target).write(made)
        (home if self._two else target).set(
            "state", "translated" if self._two else "needs-review-translation"
        )
        if self._two and home.get("subState"):
            del home.attrib["subState"]  # which told more about the state before


class _Reader:
    """A source as text with marks."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._length = 0
        self._marks: list[Mark] = []
        self._codes: dict[int, Element] = {}

    def read(self, source: Element) -> _Unit | None:
        """The unit; None if codes are nested beyond reason."""
        if not self._content(source, -1, 0):
            return None
        marks = tuple(sorted(self._marks, key=lambda mark: mark.id))
        return _Unit(source, Rich("".join(self._text), marks), self._codes)

    def _content(self, element: Element, parent: int, depth: int) -> bool:
        if depth > _DEEPEST:
            return False
        self._add(element.text)
        for child in element:
            number = len(self._codes)
            self._codes[number] = child
            start = self._length
            name = xml.local(child)
            if name in _WRAPS and _keeps(child):
                self._add("".join(_texts(child)))
                self._mark(number, start, parent, wrap="fixed")
            elif name in _WRAPS:
                if not self._content(child, number, depth + 1):
                    return False
                self._mark(number, start, parent, wrap="wrap")
            else:
                self._marks.append(Mark(number, "point", start, start, parent))
            self._add(child.tail)
        return True

    def _mark(self, number: int, start: int, parent: int, *, wrap: str) -> None:
        kind = "point" if self._length == start else "fixed" if wrap == "fixed" else "wrap"
        self._marks.append(Mark(number, kind, start, self._length, parent))

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(text)
            self._length += len(text)


class _Writer:
    """A text with marks as the content of a target."""

    def __init__(self, unit: _Unit, target: Element) -> None:
        self._unit = unit
        self._target = target

    def write(self, rich: Rich) -> None:
        """Fill the target."""
        self._target.text = None
        around = [self._target]
        for kind, mark, start, end in walk(rich):
            if mark is None:
                _append(around[-1], rich.text[start:end])
            elif kind == "close":
                around.pop()
            elif mark.id not in self._unit.codes:  # protected text, no code of the file
                _append(around[-1], rich.text[start:end])
            elif kind == "open":
                original = self._unit.codes[mark.id]
                code = original.makeelement(str(original.tag))
                for key, value in original.attrib.items():
                    code.set(key, value)
                around[-1].append(code)
                around.append(code)
            else:
                code = copy.deepcopy(self._unit.codes[mark.id])
                code.tail = None
                around[-1].append(code)


def _append(element: Element, text: str) -> None:
    if len(element):
        last = element[len(element) - 1]
        last.tail = (last.tail or "") + text
    else:
        element.text = (element.text or "") + text


def _keeps(code: Element) -> bool:
    return code.get("translate") == "no" or code.get("mtype") == "protected"


def _texts(element: Element) -> Iterator[str]:
    """All text in an element."""
    for one in element.iter():
        if xml.local(one):
            yield one.text or ""
        if one is not element:
            yield one.tail or ""
