"""E-books (.epub): chapters, tables of contents, and the title and description of the book.

The one law: a member that was not translated keeps its bytes, and a chapter that was well-formed
is well-formed afterwards.

The title and the description of the book are translated where they stand, for they are what a
library shows; its language becomes the new one. Authors, identifiers and dates stay. A protected
book and one of a fixed layout, whose texts have their places on pictures, end in a sentence.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from agents.base import UserError
from agents.translation import xml
from agents.translation.formats.html import HtmlDocument
from agents.translation.formats.labels import LabelReader
from agents.translation.formats.package import Package
from agents.translation.inline import Paragraph

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.translation.events import Language
    from agents.translation.inline import Piece, Rich

LARGEST = 64 * 2**20  # bytes of all chapters together
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS = (  # these hide fonts alone
    "http://www.idpf.org/2008/embedding",
    "http://ns.adobe.com/pdf/enc#RC",
)
_CHAPTERS = frozenset(
    ["application/xhtml+xml", "image/svg+xml", "text/html", "text/x-oeb1-document"]
)
_CONTENTS = "application/x-dtbncx+xml"


class EpubDocument:
    """One book."""

    def __init__(self, data: bytes, name: str, target: Language) -> None:
        """Read the paragraphs of all chapters.

        Raises:
            UserError: translation.{wrong_ending,damaged,unsafe,book_protected,
                book_fixed_layout,encrypted,too_big,not_text}.
        """
        self._data = data
        self._name = name
        self._target: Language = target
        self._left = LARGEST
        self._book = Package(data, name)
        self._members = self._book.names
        if _CONTAINER not in self._members:
            raise self._book.wrong_ending()
        try:
            self._check_protection()
            self._documents = self._open()
        except xml.BrokenXmlError as error:
            raise UserError("translation.damaged", file=name, reason=str(error)) from error

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """Everything that can be translated, chapter by chapter."""
        return [
            Paragraph(f"{number}.{paragraph.id}", paragraph.rich, paragraph.readable)
            for number, (_member, document) in enumerate(self._documents)
            for paragraph in document.paragraphs
        ]

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Whether the translated sentence holds the same tags."""
        number, _, name = paragraph.partition(".")
        return self._documents[int(number)][1].fits(name, piece, target)

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The translated book.

        Raises:
            UserError: translation.structure, translation.damaged, translation.too_big.
        """
        wanted: dict[int, dict[str, Sequence[tuple[Piece, Rich | None]]]] = {}
        for paragraph, pieces in targets.items():
            if any(target not in (None, piece.rich) for piece, target in pieces):
                number, _, name = paragraph.partition(".")
                wanted.setdefault(int(number), {})[name] = pieces
        if not wanted:
            return self._data
        wanted.setdefault(0, {})  # the metadata, which names the new language
        changed: dict[str, bytes] = {}
        for number, pieces in wanted.items():
            member, document = self._documents[number]
            changed[member] = document.write(pieces)
            if not _well_formed(changed[member]) and _well_formed(self._read(member)):
                raise UserError("translation.structure", file=self._name, part=member)
        return self._book.write(changed)

    # -- reading ------------------------------------------------------------------------------

    def _read(self, member: str) -> bytes:
        return self._book.read(member, LARGEST)

    def _check_protection(self) -> None:
        if _ENCRYPTION not in self._members:
            return
        methods = [
            xml.attribute(element, "Algorithm")
            for data in xml.elements(self._read(_ENCRYPTION), "EncryptedData")
            for element in xml.children(data, "EncryptionMethod")
        ]
        if any(method not in _FONTS for method in methods):
            raise UserError("translation.book_protected", file=self._name)

    def _open(self) -> list[tuple[str, HtmlDocument]]:
        """The metadata first, then the chapters in their order, then what is left."""
        root = self._root()
        data = self._read(root)
        if any(_fixed(element) for element in xml.elements(data, "meta")):
            raise UserError("translation.book_fixed_layout", file=self._name)
        items = {
            xml.attribute(item, "id"): (
                _resolved(root, xml.attribute(item, "href")),
                xml.attribute(item, "media-type"),
            )
            for item in xml.elements(data, "item")
        }
        order = [xml.attribute(one, "idref") for one in xml.elements(data, "itemref")]
        chapters = [
            items[name][0] for name in order if name in items and items[name][1] in _CHAPTERS
        ]
        if not any(chapter in self._members for chapter in chapters):
            raise UserError("translation.damaged", file=self._name, reason=f"{root}: spine")
        others = [
            path
            for path, kind in items.values()
            if kind in ("application/xhtml+xml", _CONTENTS) and path not in chapters
        ]
        contents = {path for path, kind in items.values() if kind == _CONTENTS}
        metadata = self._labels(data, root, ["title", "description"], ["collection"])
        paths = [path for path in dict.fromkeys(chapters + others) if path in self._members]
        return [
            (root, metadata),
            *((path, self._document(path, contents=path in contents)) for path in paths),
        ]

    def _root(self) -> str:
        for element in xml.elements(self._read(_CONTAINER), "rootfile"):
            path = xml.attribute(element, "full-path")
            if path in self._members:
                return path
        raise self._book.wrong_ending()

    def _document(self, path: str, *, contents: bool) -> HtmlDocument:
        data = self._read(path)
        self._left -= len(data)
        if self._left < 0:
            raise UserError("translation.too_big", file=self._name)
        if contents:
            return self._labels(data, path, ["text"], ["docauthor"])
        return HtmlDocument(data, f"{self._name}: {path}", self._target, xml=True)

    def _labels(
        self, data: bytes, path: str, wanted: Sequence[str], unless: Sequence[str]
    ) -> HtmlDocument:
        def reader(text: str) -> LabelReader:
            return LabelReader(text, frozenset(wanted), frozenset(unless))

        name = f"{self._name}: {path}"
        return HtmlDocument(data, name, self._target, xml=True, reader=reader)


def _resolved(root: str, href: str) -> str:
    path = unquote(href.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(root), path))


def _fixed(meta: xml.Element) -> bool:
    """Whether a line of metadata says that the layout is fixed."""
    said = xml.attribute(meta, "property") or xml.attribute(meta, "name")
    value = (meta.text or xml.attribute(meta, "content")).strip().lower()
    return (said, value) in (
        ("rendition:layout", "pre-paginated"),
        ("fixed-layout", "true"),
    )


def _well_formed(data: bytes) -> bool:
    try:
        for _element in xml.elements(data, ""):
            pass
    except xml.BrokenXmlError:
        return False
    return True
