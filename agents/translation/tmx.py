"""Translation memories as TMX 1.4: read from anybody, written for anybody.

The one law: no entity is expanded and no document type is loaded; what is written is valid by the
document type of TMX 1.4, whatever the texts hold. <https://www.gala-global.org/tmx-14b>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from agents.base import UserError
from agents.translation import xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agents.store.memory_rows import Entry
    from agents.translation.xml import Element

Row = dict[str, str]  # language: text

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})  # native codes, not text
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # in any XML


def read(data: bytes, name: str) -> Iterator[Row]:
    """The units of a file.

    Raises:
        UserError: translation.memory_broken.
    """
    try:
        for unit in xml.elements(data, "tu"):
            yield {_language(child): _segment(child) for child in xml.children(unit, "tuv")}
    except xml.BrokenXmlError as error:
        raise UserError("translation.memory_broken", file=name, reason=str(error)) from error


def write(entries: Iterable[Entry], version: str, note: str = "") -> Iterator[bytes]:
    """A file, piece by piece. `version` is that of the program; `note` is for its header."""
    said = f">\n    <note>{_text(note)}</note>\n  </header>\n" if note else "/>\n"
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
        '<tmx version="1.4">\n'
        f'  <header creationtool="MoA Desk" creationtoolversion={quoteattr(version)}'
        ' segtype="sentence" o-tmf="MoA Desk" adminlang="en" srclang="*all*"'
        f' datatype="plaintext"{said}'
        "  <body>\n"
    ).encode()
    for entry in entries:
        yield _unit(entry).encode("utf-8")
    yield b"  </body>\n</tmx>\n"


def _unit(entry: Entry) -> str:
    target = entry.target_language
    source = "en" if target == "ko" else "ko"
    facts = [("creationdate", _date(entry.created))] if entry.created else []
    facts.append(("srclang", source))
    if entry.uses:
        facts += [("usagecount", str(entry.uses)), ("lastusagedate", _date(entry.used))]
    props = [("x-origin", entry.origin), ("x-model", entry.model), ("x-project", entry.name)]
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in facts)
    inner = f"<note>{_text(entry.note)}</note>" if entry.note else ""
    inner += "".join(f'<prop type="{name}">{_text(value)}</prop>' for name, value in props if value)
    inner += "".join(
        f'<tuv xml:lang="{language}"><seg>{_text(text)}</seg></tuv>'
        for language, text in ((source, entry.source), (target, entry.target))
    )
    return f"    <tu{attributes}>{inner}</tu>\n"


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))


def _date(moment: str) -> str:
    """ISO 8601 as TMX writes it: 20260131T235900Z."""
    return re.sub(r"[-:]|\.\d+", "", moment)


def _language(variant: Element) -> str:
    code = variant.get(_LANG) or variant.get("lang") or ""
    return re.split("[-_]", code.lower())[0]


def _segment(variant: Element) -> str:
    return next((_segment_text(child) for child in variant if xml.local(child) == "seg"), "")


def _segment_text(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if xml.local(child) and xml.local(child) not in _CODES:
            parts.append(_segment_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
