"""lxml behind types: what this package uses of it, and how XML from strangers is parsed.

The one law: no entity is expanded, no document type is loaded, nothing is fetched.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping


class BrokenXmlError(Exception):
    """The bytes are not well-formed XML, or are built to harm."""


class Element(Protocol):
    """An element of a tree."""

    tag: object  # a string, but for comments and processing instructions
    text: str | None
    tail: str | None
    attrib: MutableMapping[str, str]

    def __iter__(self) -> Iterator[Element]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> Element: ...
    def __delitem__(self, index: int) -> None: ...
    def get(self, key: str) -> str | None:
        """An attribute by its full name."""
        ...

    def set(self, key: str, value: str) -> None:
        """Set an attribute."""
        ...

    def append(self, element: Element) -> None:
        """Move an element to the end."""
        ...

    def insert(self, index: int, element: Element) -> None:
        """Move an element here."""
        ...

    def remove(self, element: Element) -> None:
        """Take a child out."""
        ...

    def index(self, child: Element) -> int:
        """Where a child stands."""
        ...

    def iter(self) -> Iterator[Element]:
        """This element and all below it, in document order."""
        ...

    def iterancestors(self) -> Iterator[Element]:
        """Those around it, the nearest first."""
        ...

    def getparent(self) -> Element | None:
        """The element around it."""
        ...

    def getprevious(self) -> Element | None:
        """The element before it."""
        ...

    def makeelement(self, tag: str) -> Element:
        """A new element that stands nowhere yet."""
        ...

    def clear(self) -> None:
        """Drop everything in it."""
        ...


class Tree(Protocol):
    """A parsed document."""

    def getroot(self) -> Element:
        """The outermost element."""
        ...


def parse(data: bytes, *, named_type: bool = False) -> Tree:
    """Parse a document that has no document type, or one that only names itself.

    Args:
        data: the document.
        named_type: whether a document type without declarations of its own is let through. What
            it names is never loaded.

    Raises:
        BrokenXmlError: not well-formed, nested too deep, or with a document type.
    """
    etree = _etree()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        tree = etree.parse(io.BytesIO(data), parser)
    except etree.XMLSyntaxError as error:
        raise BrokenXmlError(_reason(error)) from error
    dtd = tree.docinfo.internalDTD
    declares = dtd is not None and any(any(kind()) for kind in (dtd.iterentities, dtd.iterelements))
    if tree.docinfo.doctype and (declares or not named_type):
        raise BrokenXmlError("DOCTYPE")
    return cast("Tree", tree)


def elements(data: bytes, name: str) -> Iterator[Element]:
    """Each element called `name`, forgotten after use. A document type may name itself only.

    Raises:
        BrokenXmlError: not well-formed, nested too deep, or with entities of its own.
    """
    etree = _etree()
    events = etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for _event, element in events:
            dtd = element.getroottree().docinfo.internalDTD
            if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
                raise BrokenXmlError("ENTITY")
            if local(element) == name:
                yield cast("Element", element)
                _forget(element)
    except etree.XMLSyntaxError as error:
        raise BrokenXmlError(_reason(error)) from error


def _reason(error: SyntaxError) -> str:
    """What is wrong with a document, in few words."""
    message = str(error.msg).strip()
    return "ENTITY" if "amplification" in message or "reference loop" in message else message


def _forget(element: Element) -> None:
    parent = element.getparent()
    element.clear()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def serialise(tree: Tree) -> bytes:
    """The bytes of a document, as Office programs write them."""
    etree = _etree()
    return cast(
        "bytes", etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    )


def same_kind(tree: Tree) -> bytes:
    """The bytes of a document in its own encoding, with a declaration."""
    etree = _etree()
    info = cast("Any", tree).docinfo
    return cast(
        "bytes",
        etree.tostring(
            tree,
            xml_declaration=True,
            encoding=info.encoding or "UTF-8",
            standalone=info.standalone,
        ),
    )


def canonical(element: Element) -> str:
    """An element for comparison."""
    return cast("bytes", _etree().tostring(element, method="c14n", with_tail=False)).decode()


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def space(element: Element) -> str:
    """The namespace of an element, empty if it has none."""
    tag = element.tag
    return tag.rpartition("}")[0].lstrip("{") if isinstance(tag, str) else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """Children of that local name."""
    return (child for child in element if local(child) == name)


def attribute(element: Element, name: str) -> str:
    """An attribute by its local name; empty if it is not there."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def _etree() -> Any:  # noqa: ANN401 - lxml has no types
    from lxml import etree  # noqa: PLC0415 - a native library  # pyright: ignore[reportUnknownVariableType, reportAttributeAccessIssue]

    return cast("Any", etree)
