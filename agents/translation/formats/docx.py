"""Word documents: every paragraph that holds text, in every part, edited in place.

The one law: what is not text comes out as it went in. Before a part is written, the things that
must survive (footnote marks, images, fields, bookmarks …) are counted against the original.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats.base import protected
from agents.translation.formats.docx_read import Formats, ParagraphReader, WordParagraph
from agents.translation.formats.docx_write import ParagraphWriter
from agents.translation.formats.package import Package
from agents.translation.inline import Paragraph, join
from agents.translation.xml import local, serialise, space

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agents.translation.events import Language
    from agents.translation.inline import Piece, Rich
    from agents.translation.xml import Element, Tree

_FREE = frozenset({"r", "t", "proofErr", "noBreakHyphen"})


@dataclass(slots=True)
class _Part:
    tree: Tree
    counted: Counter[str]


class DocxDocument:
    """One .docx."""

    def __init__(self, data: bytes, name: str, target: Language) -> None:
        """Open and read all paragraphs.

        Raises:
            UserError: see `package.Package`.
        """
        self._target: Language = target
        self._name = name
        self._package = Package(data, name)
        self._formats = Formats()
        self._parts: dict[str, _Part] = {}
        self._words: dict[str, WordParagraph] = {}
        self._twins: dict[str, list[WordParagraph]] = {}
        self._homes: dict[str, str] = {}
        self._paragraphs: list[Paragraph] = []
        for part in self._package.parts:
            tree = self._package.xml(part)
            self._parts[part] = _Part(tree, _count(tree.getroot()))
            self._read(part, tree.getroot())

    def _read(self, part: str, root: Element) -> None:
        prefix = part.rpartition("/")[2].removesuffix(".xml")
        twins = _twins(root)
        first: dict[Element, str] = {}
        for number, element in enumerate(_paragraphs(root)):
            word = ParagraphReader(self._formats).read(element)
            if not word.rich.text.strip():
                continue
            twin = first.get(twins[element], "") if element in twins else ""
            if twin and _alike(self._words[twin], word):
                self._twins[twin].append(word)
                continue
            name = f"{prefix}:{number}"
            first[element] = name
            self._words[name] = word
            self._twins[name] = []
            self._homes[name] = part
            self._paragraphs.append(Paragraph(name, protected(word.rich)))

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """All paragraphs with text."""
        return self._paragraphs

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Structure in XML does not depend on the words around it."""
        del paragraph, piece, target
        return True

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The translated file; a document can be written once.

        Raises:
            UserError: translation.structure (something would be lost: nothing is written).
        """
        changed: set[str] = set()
        sources = {paragraph.id: paragraph.rich for paragraph in self._paragraphs}
        for name, pieces in targets.items():
            if all(target is None or target == piece.rich for piece, target in pieces):
                continue
            rich = join([target or piece.rich for piece, target in pieces], sources[name])
            for word in (self._words[name], *self._twins[name]):
                ParagraphWriter(word, self._formats, self._target).write(rich)
            changed.add(self._homes[name])
        for name in changed:
            part = self._parts[name]
            if _count(part.tree.getroot()) != part.counted:
                raise UserError("translation.structure", file=self._name, part=name)
        return self._package.write({name: serialise(self._parts[name].tree) for name in changed})


def _paragraphs(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if local(element) == "p" and _is_word(element))


def _is_word(element: Element) -> bool:
    return "wordprocessingml" in space(element)


def _twins(root: Element) -> dict[Element, Element]:
    """Paragraphs of a fallback drawing, each with the paragraph of the real one it repeats."""
    twins: dict[Element, Element] = {}
    for element in root.iter():
        if local(element) != "AlternateContent":
            continue
        choices = [child for child in element if local(child) == "Choice"]
        for fallback in (child for child in element if local(child) == "Fallback"):
            if choices:
                own, other = list(_paragraphs(choices[0])), list(_paragraphs(fallback))
                if len(own) == len(other):
                    twins.update(zip(other, own, strict=True))
    return twins


def _alike(one: WordParagraph, two: WordParagraph) -> bool:
    """Whether the same target can be written to both."""
    return one.rich == two.rich and len(one.breaks) == len(two.breaks)


def _count(root: Element) -> Counter[str]:
    """What must be there again after writing: everything but runs, their looks and their text."""
    counted: Counter[str] = Counter()
    waiting = [root]
    while waiting:
        element = waiting.pop()
        name = local(element)
        if name == "rPr":
            continue
        if name not in _FREE:
            counted[name] += 1
        waiting += element
    return counted
