"""What Word, PowerPoint and Excel files share: content types say which part is what.

The one law: a file is what its content types say, whatever it is called.
"""

from __future__ import annotations

import re

from agents.translation import xml
from agents.translation.formats.package import Package

_TYPES = "[Content_Types].xml"


class Office:
    """A container of Office Open XML."""

    def __init__(self, data: bytes, name: str, main: str, root: str) -> None:
        """Check the container.

        Args:
            data: the file.
            name: its name, for messages.
            main: the content types of the main part, as a pattern.
            root: the name of the element around the main part.

        Raises:
            UserError: translation.wrong_ending (another kind of file); see `Package` for others.
        """
        self.package = Package(data, name)
        self._types = self._read_types() if _TYPES in self.package.names else {}
        mains = self.parts(main)
        if not any(xml.local(self.package.xml(part).getroot()) == root for part in mains):
            raise self.package.wrong_ending()

    def parts(self, kinds: str) -> list[str]:
        """The parts whose content type matches, in the order of the file; main parts first."""
        found = [part for part, kind in self._types.items() if re.search(kinds, kind)]
        return sorted(found, key=lambda part: ".main+xml" not in self._types[part])

    def _read_types(self) -> dict[str, str]:
        """Each part's content type: its own, or that of its ending (ECMA-376 part 2, 7.2.3)."""
        own: dict[str, str] = {}
        defaults: dict[str, str] = {}
        for element in self.package.xml(_TYPES).getroot():
            kind = xml.attribute(element, "ContentType")
            if part := xml.attribute(element, "PartName").lstrip("/"):
                own[part] = kind
            elif ending := xml.attribute(element, "Extension").lower():
                defaults[ending] = kind
        here = self.package.names
        rest = (m.filename for m in self.package.members if m.filename not in own)
        given = {part: defaults[_ending(part)] for part in rest if _ending(part) in defaults}
        return {part: kind for part, kind in own.items() if part in here} | given


def _ending(part: str) -> str:
    return part.rpartition("/")[2].rpartition(".")[2].lower()
