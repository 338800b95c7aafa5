"""Office files written by hand, and their translation through a table of answers."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from agents.translation import inline, work
from agents.translation.korean import Korean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.translation.events import Language
    from agents.translation.formats.base import Document
    from agents.translation.inline import Rich

KOREAN = Korean()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
XXE = '<!DOCTYPE lolz [<!ENTITY b SYSTEM "file:///etc/hostname">]>'
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def zipped(members: Mapping[str, str | bytes], stored: tuple[str, ...] = ()) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            package.writestr(name, data, kind)
    return out.getvalue()


def office(kinds: Mapping[str, str], members: Mapping[str, str | bytes]) -> bytes:
    """A file of Office Open XML; `kinds` are the content types of parts it may have."""
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{kind}"/>'
        for part, kind in kinds.items()
        if part in members
    )
    types = f'<?xml version="1.0"?><Types xmlns="{TYPES}">{overrides}</Types>'
    return zipped({"[Content_Types].xml": types, **members})


def rooted(
    parts: Mapping[str, str], names: Mapping[str, tuple[str, str]], spaces: str
) -> dict[str, str]:
    """Parts by their member; `names` says which member and root each has."""
    made: dict[str, str] = {}
    for kind, inside in parts.items():
        name, root = names[kind]
        made[name] = f"<{root} {spaces}>{inside}</{root}>"
    return made


def member(data: bytes, name: str) -> str:
    """One member as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode("utf-8")


def changed(before: bytes, after: bytes) -> set[str]:
    """The members that are not the same bytes; their order must be the same."""
    one, two = zipfile.ZipFile(io.BytesIO(before)), zipfile.ZipFile(io.BytesIO(after))
    assert one.namelist() == two.namelist()
    return {name for name in one.namelist() if one.read(name) != two.read(name)}


def segments(opened: Document) -> list[str]:
    """The text of all segments."""
    return [unit.text for unit in work.read(opened, KOREAN)[1]]


def translate(opened: Document, answers: Mapping[str, str], target: Language = "ko") -> bytes:
    """Every sentence through a table; what is not in it stays."""
    judge = work.Judge(opened, target, KOREAN)
    pieces, units = work.read(opened, KOREAN)
    known = {(u.paragraph.id, u.piece.segment): u for u in units}
    targets = {
        name: [
            (
                piece,
                judge.place(unit, answers[unit.text], lambda text: answers.get(text, ""))
                if (unit := known.get((name, piece.segment))) and unit.text in answers
                else None,
            )
            for piece in parts
        ]
        for name, parts in pieces.items()
    }
    return opened.write(targets)


def pseudo(opened: Document, target: Language = "ko") -> tuple[bytes, list[str]]:
    """The layout preview of a file, and what its paragraphs must say when it is read again."""
    judge = work.Judge(opened, target, KOREAN)
    pieces, units = work.read(opened, KOREAN)
    made = {
        (u.paragraph.id, u.piece.segment): work.pseudo_rich(u, judge)
        for u in units
        if u.paragraph.readable
    }
    targets: dict[str, list[tuple[inline.Piece, Rich | None]]] = {
        name: [(piece, made.get((name, piece.segment))) for piece in parts]
        for name, parts in pieces.items()
    }
    wanted = [
        "".join((target or piece.rich).text for piece, target in parts)
        for parts in targets.values()
    ]
    return opened.write(targets), wanted
