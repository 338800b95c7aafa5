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

from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation import xml
from agents.translation.formats import icu
from agents.translation.formats.base import fixed, protected
from agents.translation.formats.bilingual import whole
from agents.translation.formats.xliff_text import Reader, Unit, Writer, texts
from agents.translation.inline import Paragraph, Rich

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agents.translation.events import Language
    from agents.translation.inline import Piece
    from agents.translation.xml import Element

_DONE = frozenset(
    {"final", "signed-off", "translated", "reviewed"}
    | {"needs-review-translation", "needs-review-l10n", "needs-review-adaptation"}
)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


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
            self._tree = xml.parse(data, named_type=True)
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
        self._units: dict[str, Unit] = {}
        self._paragraphs: list[Paragraph] = []
        for number, source in enumerate(self._sources()):
            name = f"u{number}"
            unit = Reader().read(source)
            if unit is None:
                text = Rich(" ".join("".join(texts(source)).split()))
                self._paragraphs.append(Paragraph(name, text, readable=False))
            elif unit.rich.text.strip():
                self._units[name] = unit
                shaped = fixed(unit.rich, icu.spans(unit.rich.text))
                self._paragraphs.append(Paragraph(name, protected(shaped)))

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """All sources without a finished target."""
        return self._paragraphs

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Codes in XML do not depend on the words around them; branches of a message do."""
        del paragraph
        before = icu.branches(piece.rich)
        return len(before) == 1 or before == icu.branches(target)

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
                # Segments that another tool made are marks: the target has them, too.
                yield next(xml.children(parent, "seg-source"), element)

    def _finished(self, home: Element) -> bool:
        """Whether a unit has a target that somebody is done with."""
        target = next(xml.children(home, "target"), None)
        if target is None or not (len(target) or (target.text or "").strip()):
            return False
        state = (home if self._two else target).get("state")
        return state is None or state in _DONE

    # -- writing ------------------------------------------------------------------------------

    def _write(self, unit: Unit, made: Rich) -> None:
        home = unit.source.getparent()
        if home is None:
            return
        target = next(xml.children(home, "target"), None)
        if target is None:
            tag = str(unit.source.tag)
            target = unit.source.makeelement(tag[: tag.rfind("}") + 1] + "target")
            space = unit.source.get(_SPACE)
            if space:
                target.set(_SPACE, space)
            target.tail = unit.source.tail
            home.insert(home.index(unit.source) + 1, target)
        else:
            for child in list(target):
                target.remove(child)
        Writer(unit, target).write(made)
        (home if self._two else target).set(
            "state", "translated" if self._two else "needs-review-translation"
        )
        if self._two and home.get("subState"):
            del home.attrib["subState"]  # which told more about the state before
