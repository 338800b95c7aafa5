"""What is said of a picture to those who cannot see it: alternative texts of office documents.

They are attributes: of drawings, of tables, of VML shapes, in Excel also of tables.

The one law: names that a program gave (file names, addresses, "Picture 3") are no text for people.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.translation.formats.machine import is_machine
from agents.translation.inline import Rich, Style
from agents.translation.xml import attribute, local, space

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.translation.xml import Element

# ECMA-376 part 1: 20.1.2.2.8 (drawings), 17.4.62 and 17.4.63 (tables of Word); the last is Excel's.
_BEARERS = {
    "docPr": ("title", "descr"),
    "cNvPr": ("title", "descr"),
    "tblCaption": ("val",),
    "tblDescription": ("val",),
    "table": ("altText", "altTextSummary"),
}
_VML = "urn:schemas-microsoft-com:vml"
_FILE = re.compile(r".*\.(?:png|jpe?g|gif|bmp|emf|wmf|svg|tiff?|webp|ico|eps|pdf)", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:[A-Z][a-z]+ ?){1,2}\d+|[가-힣]{1,6} ?\d+")


class AttributeText:
    """An attribute whose value is one text."""

    def __init__(self, element: Element, key: str) -> None:
        """Read it; `key` is its full name."""
        self._element = element
        self._key = key
        text = element.get(key) or ""
        self.rich = Rich(text, (), (Style(0, len(text), 0),) if text else ())

    def write(self, rich: Rich) -> None:
        """Replace it."""
        self._element.set(self._key, rich.text)


def alternatives(root: Element) -> Iterator[AttributeText]:
    """All alternative texts under `root`, in the order of the part."""
    for element in root.iter():
        wanted = ("alt",) if space(element) == _VML else _BEARERS.get(local(element), ())
        for key in element.attrib:
            if key.rpartition("}")[2] in wanted and not _is_given(element, key):
                yield AttributeText(element, key)


def _is_given(element: Element, key: str) -> bool:
    """Whether a program, not a person, has filled the attribute."""
    text = (element.get(key) or "").strip()
    if is_machine(text) or _FILE.fullmatch(text):
        return True
    return text == attribute(element, "name").strip() or _NUMBERED.fullmatch(text) is not None
