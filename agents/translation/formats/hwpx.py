"""Hangul documents (OWPML, KS X 6101): every text of every section, edited in place.

The one law: Hangul must open the result as its own. Header, manifest and settings stay as they
are; the cached lines of a changed section are dropped, because Hangul lays a paragraph out anew
only where it finds none, and lines of the old text would lie over each other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats import hwpx_preview
from agents.translation.formats.drawing import Plain
from agents.translation.formats.hwpx_text import HwpxParagraph, look
from agents.translation.formats.odf import mime_type, refuse_encrypted
from agents.translation.formats.package import Package
from agents.translation.formats.parts import PartsDocument
from agents.translation.formats.runs import Formats
from agents.translation.xml import children, local, space

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.translation.xml import Element

_SECTION = re.compile(r"Contents/(section|masterpage)(\d+)\.xml", re.IGNORECASE)
_HEADER = "Contents/header.xml"
_LINES = "linesegarray"
_COMMENT = "shapeComment"
_OWN_COMMENT = re.compile(r"\s*[가-힣 ]{1,12}입니다\.(?:\s*원본 그림의 |\s*$)|\s*$")
# Spaces and hyphens of their own kind become letters where a text is written anew.
_FREE = frozenset({"run", "t", _LINES, "lineseg", "fwSpace", "nbSpace", "hyphen"})


class HwpxDocument(PartsDocument):
    """One .hwpx."""

    def __init__(self, data: bytes, name: str) -> None:
        """Open and read everything.

        Raises:
            UserError: translation.encrypted, translation.wrong_ending; see `Package` for others.
        """
        package = Package(data, name)
        super().__init__(package, _FREE)
        if not mime_type(package).startswith("application/hwp"):
            raise package.wrong_ending()
        refuse_encrypted(package)
        found = [match for member in package.names if (match := _SECTION.fullmatch(member))]
        if not found or _HEADER not in package.names:
            raise UserError("translation.damaged", file=name, reason=_HEADER)
        self._formats = Formats(look)
        self._sections: dict[str, Element] = {}
        for match in sorted(found, key=lambda m: (m[1].lower() != "section", int(m[2]), m[0])):
            root = self.open(match[0])
            self.add_all(match[0], root, _paragraphs, self._hold)
            self._comments(match[0], root)
            if match[1].lower() == "section":
                self._sections[match[0]] = root

    def _hold(self, element: Element) -> HwpxParagraph:
        return HwpxParagraph(element, self._formats)

    def _settle(self, root: Element) -> None:
        """Drop all cached lines: where one paragraph grows, those behind it move."""
        for paragraph in list(_paragraphs(root)):
            for lines in list(children(paragraph, _LINES)):
                paragraph.remove(lines)

    def _comments(self, part: str, root: Element) -> None:
        """What is said of pictures and tables, unless Hangul itself has said it."""
        for element in root.iter():
            if local(element) == _COMMENT and not _OWN_COMMENT.match(element.text or ""):
                self.add(part, Plain(element), kind="alt")

    def _also(self, changed: set[str]) -> dict[str, bytes]:
        """The preview, if it shows text of before."""
        if hwpx_preview.NAME not in self._package.names or changed.isdisjoint(self._sections):
            return {}
        old = self._package.read(hwpx_preview.NAME)
        return {hwpx_preview.NAME: hwpx_preview.preview(self._sections.values(), old)}


def _paragraphs(root: Element) -> Iterator[Element]:
    return (e for e in root.iter() if local(e) == "p" and space(e).endswith("/paragraph"))
