"""Documents that are a zip of XML parts: text is edited in place, part by part.

The one law: what is not text comes out as it went in. Before a part is written, the things that
must survive (footnote marks, images, fields, bookmarks …) are counted against the original.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from agents.base import UserError
from agents.translation.formats.alternatives import alternatives
from agents.translation.formats.base import protected
from agents.translation.inline import Paragraph, join
from agents.translation.xml import children, local, serialise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from agents.translation.formats.package import Package
    from agents.translation.inline import Piece, Rich
    from agents.translation.xml import Element, Tree

    Find = Callable[[Element], Iterable[Element]]

_LOOKS = frozenset({"rPr", "rPh"})  # how runs look and sound: they are split with their runs


class Held(Protocol):
    """A paragraph as it stands in a tree."""

    @property
    def rich(self) -> Rich:
        """What it says."""
        ...

    def write(self, rich: Rich) -> None:
        """Say something else, once."""
        ...


@dataclass(slots=True)
class _Part:
    tree: Tree
    counted: Counter[str]
    prefix: str
    sizes: Counter[str] = field(default_factory=Counter[str])  # paragraphs of each kind


class PartsDocument:
    """One container. Subclasses add what they find when they are made."""

    def __init__(self, package: Package, free: frozenset[str]) -> None:
        """Nothing is read yet.

        Args:
            package: the container.
            free: local names of elements that hold text and need not be there again.
        """
        self._package = package
        self._free = free
        self._parts: dict[str, _Part] = {}
        self._prefixes: set[str] = set()
        self._held: dict[str, list[Held]] = {}
        self._homes: dict[str, set[str]] = {}
        self._paragraphs: list[Paragraph] = []

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """All paragraphs with text."""
        return self._paragraphs

    def open(self, part: str) -> Element:
        """The root of a part that may be changed.

        Raises:
            UserError: translation.damaged, translation.too_big.
        """
        tree = self._package.xml(part)
        prefix = part.rpartition("/")[2].removesuffix(".xml")
        if prefix in self._prefixes:
            prefix = part
        self._prefixes.add(prefix)
        self._parts[part] = _Part(tree, _count(tree.getroot(), self._free), prefix)
        return tree.getroot()

    def add(self, part: str, held: Held, *, readable: bool = True, kind: str = "") -> str:
        """Take a paragraph of an opened part; returns its id, or nothing if it has no text.

        Each kind is numbered by itself: ids stay what they were when another kind is read too.
        """
        home = self._parts[part]
        home.sizes[kind] += 1
        if not held.rich.text.strip():
            return ""
        name = f"{home.prefix}:{kind}{home.sizes[kind] - 1}"
        self._held[name] = [held]
        self._homes[name] = {part}
        self._paragraphs.append(Paragraph(name, protected(held.rich), readable))
        return name

    def add_all(
        self, part: str, root: Element, find: Find, make: Callable[[Element], Held]
    ) -> dict[str, Held]:
        """Take all paragraphs that `find` finds; returns those that were added, by id.

        What a fallback repeats of the drawing it stands for is written along with it.
        """
        repeated = _twins(root, find)
        first: dict[Element, str] = {}
        added: dict[str, Held] = {}
        for element in find(root):
            held = make(element)
            known = first.get(repeated[element], "") if element in repeated else ""
            # The same target is written to both only if both say the same in the same way.
            if known and added[known].rich == held.rich:
                self.repeat(known, held)
            elif name := self.add(part, held):
                first[element] = name
                added[name] = held
        return added

    def add_alternatives(self, part: str, root: Element) -> None:
        """Take what is said of the pictures in an opened part."""
        for held in alternatives(root):
            self.add(part, held, kind="alt")

    def _settle(self, root: Element) -> None:
        """Drop what does not hold any more in a part that was changed."""

    def _also(self, changed: set[str]) -> dict[str, bytes]:
        """Members that repeat what stood in the parts that were changed."""
        del changed
        return {}

    def repeat(self, name: str, held: Held, part: str = "") -> None:
        """Write to `held` too whatever is written to the paragraph `name`."""
        self._held[name].append(held)
        if part:
            self._homes[name].add(part)

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
            for held in self._held[name]:
                held.write(rich)
            changed |= self._homes[name]
        for name in changed:
            part = self._parts[name]
            self._settle(part.tree.getroot())
            if _count(part.tree.getroot(), self._free) != part.counted:
                raise UserError("translation.structure", file=self._package.name, part=name)
        parts = {name: serialise(self._parts[name].tree) for name in changed}
        return self._package.write(parts | self._also(changed))


def _twins(root: Element, find: Find) -> dict[Element, Element]:
    """Paragraphs of a fallback drawing, each with the paragraph of the real one it repeats."""
    twins: dict[Element, Element] = {}
    for element in root.iter():
        if local(element) != "AlternateContent":
            continue
        choices = list(children(element, "Choice"))
        for fallback in children(element, "Fallback"):
            if choices:
                own, other = list(find(choices[0])), list(find(fallback))
                if len(own) == len(other):
                    twins.update(zip(other, own, strict=True))
    return twins


def _count(root: Element, free: frozenset[str]) -> Counter[str]:
    """What must be there again after writing: everything but runs, their looks and their text."""
    counted: Counter[str] = Counter()
    waiting = [root]
    while waiting:
        element = waiting.pop()
        name = local(element)
        if name in _LOOKS:
            continue
        if name not in free:
            counted[name] += 1
        waiting += element
    return counted
