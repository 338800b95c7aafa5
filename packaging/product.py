"""What every installer says of the product, and the documents it opens.

The law: name, version and texts are those of `pyproject.toml`; an installer states nothing that
stands there. Standard library only.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
TITLE = "MoA Desk"  # as `app.paths` has it
PUBLISHER = "MoA Desk"
_PLACEHOLDER = re.compile(r"@([A-Z_]+)@")


class Product(NamedTuple):
    """What `pyproject.toml` says."""

    name: str
    version: str
    summary: str
    homepage: str
    licence: str

    @property
    def identifier(self) -> str:
        """The name in reverse order of domains, as AppStream and macOS want it."""
        host, owner, name = re.match(r"https://([\w.]+)/([\w-]+)/([\w-]+)", self.homepage).groups()
        return f"{'io.github' if host == 'github.com' else host}.{owner}.{name}"

    @property
    def address(self) -> str:
        """Where mail about a package goes."""
        return f"{self.name}@users.noreply.github.com"


class Document(NamedTuple):
    """A kind of file we translate or read, that a double-click may open with us."""

    ending: str
    mime: str
    name: str


DOCUMENTS = (
    Document(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word document",
    ),
    Document(
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "PowerPoint presentation",
    ),
    Document(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Excel workbook",
    ),
    Document("odt", "application/vnd.oasis.opendocument.text", "OpenDocument text"),
    Document("odp", "application/vnd.oasis.opendocument.presentation", "OpenDocument slides"),
    Document("ods", "application/vnd.oasis.opendocument.spreadsheet", "OpenDocument sheet"),
    Document("hwpx", "application/vnd.hancom.hwpx", "Hangul document"),
    Document("pdf", "application/pdf", "PDF document"),
    Document("epub", "application/epub+zip", "EPUB book"),
    Document("html", "text/html", "Web page"),
    Document("xhtml", "application/xhtml+xml", "Web page"),
    Document("md", "text/markdown", "Markdown document"),
    Document("txt", "text/plain", "Plain text"),
    Document("srt", "application/x-subrip", "Subtitles"),
    Document("vtt", "text/vtt", "Subtitles"),
    Document("po", "text/x-gettext-translation", "Translation catalogue"),
    Document("pot", "text/x-gettext-translation-template", "Translation catalogue"),
    Document("xlf", "application/xliff+xml", "XLIFF document"),
    Document("csv", "text/csv", "Table"),
    Document("tsv", "text/tab-separated-values", "Table"),
    Document("json", "application/json", "JSON data"),
)


def product(root: Path = ROOT) -> Product:
    """Read `pyproject.toml`."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    homepage = project["urls"]["Homepage"]
    return Product(
        project["name"], project["version"], project["description"], homepage, project["license"]
    )


def filled(template: str, values: Mapping[str, str]) -> str:
    """A template with each `@NAME@` in place.

    Raises:
        KeyError: the template asks for a value that is not given.
    """
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)


def values(found: Product, **more: str) -> dict[str, str]:
    """What the templates may ask for."""
    return {
        "NAME": found.name,
        "TITLE": TITLE,
        "PUBLISHER": PUBLISHER,
        "VERSION": found.version,
        "SUMMARY": found.summary,
        "HOMEPAGE": found.homepage,
        "LICENCE": found.licence,
        "ID": found.identifier,
        "ADDRESS": found.address,
        **more,
    }


def folder_size(folder: Path) -> int:
    """Bytes of the files below; links count nothing."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return sum(file.stat().st_size for file in files)
