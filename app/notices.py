"""Whose work MoA Desk carries, under which licences: what the About box shows.

The law: the frozen build has the list of what is in it, with every text; a source tree says what
its environment says of itself. No Qt.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import msgspec

LIST = "licences/components.json"  # below the frozen folder; written by packaging/notices.py
_TEXT = re.compile(r"(LICEN[CS]E|COPYING|NOTICE)", re.IGNORECASE)
_NAME = re.compile(r"[\w.-]+")


class Component(msgspec.Struct, frozen=True):
    """One work."""

    name: str
    version: str
    licence: str
    text: str


def components() -> list[Component]:
    """Every work that comes with this installation, by name."""
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle:
        content = (Path(bundle) / LIST).read_bytes()
        return msgspec.json.decode(content, type=list[Component])
    return sorted(_environment("moadesk", {}).values(), key=lambda one: one.name.lower())


def _environment(name: str, found: dict[str, Component]) -> dict[str, Component]:
    """What `name` needs, and what that needs."""
    try:
        package = distribution(name)
    except PackageNotFoundError:  # on other systems only
        return found
    found[name.lower()] = _component(package)
    for wanted in package.requires or ():
        needed = _NAME.match(wanted)
        if needed and "extra ==" not in wanted and needed[0].lower() not in found:
            _environment(needed[0], found)
    return found


def _component(package: Distribution) -> Component:
    stated = package.metadata.json
    licence = str(stated.get("license_expression") or stated.get("license") or "")
    files = [
        Path(str(file.locate()))
        for file in package.files or ()
        if any(_TEXT.match(part) for part in file.parts) and file.suffix in ("", ".txt", ".md")
    ]
    text = "\n\n".join(file.read_text("utf-8", "replace") for file in files if file.is_file())
    return Component(str(stated["name"]), package.version, licence.split("\n", maxsplit=1)[0], text)
