"""Glossaries as TBX: version 2 (martif) and version 3, the Basic dialect written, any read.

The one law: a file from a stranger expands no entity; deprecated terms are words to avoid, never
words to use. <https://www.tbxinfo.net>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape

from agents.base import UserError
from agents.store.glossaries import StoredTerm
from agents.translation import xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agents.translation.xml import Element

Version = Literal["2", "3"]

_ENTRIES = ("termEntry", "conceptEntry")
_SETS = frozenset({"langSet", "langSec"})
_GROUPS = frozenset({"tig", "ntig", "termSec"})
_OLD = re.compile(r"deprecated|superseded|obsolete|notRecommended", re.IGNORECASE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DEPRECATED = '<termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote>'


def read(data: bytes, name: str) -> Iterator[StoredTerm | None]:
    """The terms of a file; None for an entry that has not both languages.

    Raises:
        UserError: translation.glossary_broken.
    """
    try:
        for kind in _ENTRIES:
            for entry in xml.elements(data, kind):
                yield from _terms(entry)
    except xml.BrokenXmlError as error:
        raise UserError("translation.glossary_broken", file=name, reason=str(error)) from error


def _terms(entry: Element) -> Iterator[StoredTerm | None]:
    used: dict[str, list[str]] = {}
    avoid: list[str] = []
    for part in entry:
        if xml.local(part) not in _SETS:
            continue
        language = re.split("[-_]", xml.attribute(part, "lang").lower())[0]
        for group in part:
            if xml.local(group) in _GROUPS:
                term, old = _term(group)
                if term and language in ("en", "ko"):
                    (avoid if old else used.setdefault(language, [])).append(term)
    if not used.get("en") or not used.get("ko"):
        yield None
        return
    note = next((_all(one) for one in entry.iter() if xml.local(one) == "note"), "")
    for en in used["en"]:
        yield StoredTerm(en, used["ko"][0], tuple(avoid), note)


def _term(group: Element) -> tuple[str, bool]:
    """The term of a group, and whether it is not to be used."""
    term, old = "", False
    for one in group.iter():
        name = xml.local(one)
        if name == "term" and not term:
            term = _all(one)
        elif name in ("termNote", "administrativeStatus", "normativeAuthorization"):
            old |= bool(_OLD.search(_all(one)))
    return term, old


def _all(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        parts += [_all(child) if xml.local(child) else "", child.tail or ""]
    return " ".join("".join(parts).split())


def write(terms: Iterable[StoredTerm], version: Version) -> bytes:
    """A file in the Basic dialect."""
    entry, section, group = (
        ("conceptEntry", "langSec", "termSec")
        if version == "3"
        else ("termEntry", "langSet", "tig")
    )
    body: list[str] = []
    for number, term in enumerate(terms, start=1):
        note = f"<note>{_text(term.note)}</note>" if term.note else ""
        sets = ""
        for language, word in (("en", term.en), ("ko", term.ko)):
            old = [one for one in term.avoid if _language(one) == language]
            words = [(word, ""), *((one, _DEPRECATED) for one in old)]
            inner = "".join(
                f"<{group}><term>{_text(text)}</term>{status}</{group}>" for text, status in words
            )
            sets += f'<{section} xml:lang="{language}">{inner}</{section}>'
        body.append(f'      <{entry} id="t{number}">{note}{sets}</{entry}>\n')
    head, tail = _FRAME[version]
    return (head + "".join(body) + tail).encode("utf-8")


_SOURCE = "<fileDesc><sourceDesc><p>MoA Desk</p></sourceDesc></fileDesc>"
_FRAME = {
    "2": (
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">\n'
            f'<martif type="TBX-Basic" xml:lang="en">\n  <martifHeader>{_SOURCE}'
            '<encodingDesc><p type="XCSURI">TBXBasicXCSV02.xcs</p></encodingDesc></martifHeader>\n'
            "  <text>\n    <body>\n"
        ),
        "    </body>\n  </text>\n</martif>\n",
    ),
    "3": (
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<tbx type="TBX-Basic" style="dca" xml:lang="en"'
            f' xmlns="urn:iso:std:iso:30042:ed-2">\n  <tbxHeader>{_SOURCE}</tbxHeader>\n'
            "  <text>\n    <body>\n"
        ),
        "    </body>\n  </text>\n</tbx>\n",
    ),
}


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))


def _language(word: str) -> str:
    return "ko" if re.search("[가-힣]", word) else "en"
