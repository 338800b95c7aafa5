"""LibreOffice documents (text, sheets, slides): every text, edited in place.

The one law: white space is what ODF says it is (runs of it are one space unless spelt out), and
results of formulas, fields and deleted text stay as they are. OpenDocument 1.3 part 3, chapter 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats.drawing import Plain
from agents.translation.formats.odf_text import OdfParagraph, look
from agents.translation.formats.package import Package
from agents.translation.formats.parts import PartsDocument
from agents.translation.formats.runs import Formats
from agents.translation.xml import BrokenXmlError, attribute, elements, local, space

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.translation.formats.parts import Held
    from agents.translation.xml import Element

_KINDS = {
    ".odt": "text",
    ".ott": "text",
    ".ods": "spreadsheet",
    ".ots": "spreadsheet",
    ".odp": "presentation",
    ".otp": "presentation",
}
_MANIFEST = "META-INF/manifest.xml"
_MIME = "application/vnd.oasis.opendocument."
_CHART = b"opendocument:xmlns:chart"
_FREE = frozenset({"span", "s", "soft-page-break"})
# Text that does not stand in paragraphs: alternative texts, and headers and footers of slides.
_PLAIN = frozenset({"title", "desc", "header-decl", "footer-decl"})
_SKIPPED = frozenset({"tracked-changes", "forms", "scripts", "automatic-styles"})
_MARGINS = ("header", "footer", "header-left", "footer-left", "header-first", "footer-first")


class OdfDocument(PartsDocument):
    """One .odt, .ods or .odp."""

    def __init__(self, data: bytes, name: str) -> None:
        """Open and read everything.

        Raises:
            UserError: translation.encrypted, translation.wrong_ending; see `Package` for others.
        """
        package = Package(data, name)
        super().__init__(package, _FREE)
        kind = _MIME + _KINDS["." + name.rpartition(".")[2].lower()]
        if "content.xml" not in package.names or not mime_type(package).startswith(kind):
            raise package.wrong_ending()
        refuse_encrypted(package)
        self._formats = Formats(look)
        self.add_all("content.xml", self.open("content.xml"), _texts, self._hold)
        if "styles.xml" in package.names:
            self.add_all("styles.xml", self.open("styles.xml"), _margins, self._hold)
        for part in sorted(package.names):
            if part.endswith("/content.xml") and _CHART in package.read(part):
                self.add_all(part, self.open(part), _texts, self._hold)

    def _hold(self, element: Element) -> Held:
        if local(element) in ("p", "h"):
            return OdfParagraph(element, self._formats)
        return Plain(element)


def mime_type(package: Package) -> str:
    """What a container says it is, in its first member or, in older files, in its manifest."""
    if "mimetype" in package.names:
        return package.read("mimetype").decode("ascii", "replace").strip()
    if _MANIFEST not in package.names:
        return ""
    entries = elements(package.read(_MANIFEST), "file-entry")
    whole = (entry for entry in entries if attribute(entry, "full-path") == "/")
    try:
        return next((attribute(entry, "media-type") for entry in whole), "")
    except BrokenXmlError:
        return ""


def refuse_encrypted(package: Package) -> None:
    """Nothing can be read in a protected file.

    Raises:
        UserError: translation.encrypted.
    """
    if _MANIFEST in package.names and b"encryption-data" in package.read(_MANIFEST):
        raise UserError("translation.encrypted", file=package.name)


def _texts(root: Element) -> Iterator[Element]:
    """Whatever holds text, in the order of the document."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        name = local(element)
        if name in _SKIPPED or (
            name in ("table-cell", "covered-table-cell") and _computed(element)
        ):
            continue
        if _is_text(element, name):
            yield element
        waiting += reversed(list(element))


def _is_text(element: Element, name: str) -> bool:
    where = space(element)
    if name in ("p", "h"):
        return where.endswith("xmlns:text:1.0")
    return name in _PLAIN and where.endswith(("svg-compatible:1.0", "presentation:1.0"))


def _computed(cell: Element) -> bool:
    """Whether what a cell shows comes from a formula or a number."""
    if attribute(cell, "formula"):
        return True
    return any(
        key.rpartition("}")[2] == "value-type" and value != "string"
        for key, value in cell.attrib.items()
    )


def _margins(root: Element) -> Iterator[Element]:
    """Headers and footers of pages; the rest of the styles only shows what a style is like."""
    for element in root.iter():
        if local(element) in _MARGINS and space(element).endswith("xmlns:style:1.0"):
            yield from _texts(element)
