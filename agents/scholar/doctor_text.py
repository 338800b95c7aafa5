"""Titles and other text: capitals that a style would lose, broken accents, signs LaTeX trips over.

The one law: what a reader would see unharmed is left alone; a fix changes letters only where the
broken form can mean one thing.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

from agents.scholar import latex
from agents.scholar.doctor_names import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.scholar.doctor_base import Finding, Patient

TEXT = (
    "title", "subtitle", "booktitle", "journal", "journaltitle", "author", "editor", "publisher",
    "school", "institution", "organization", "series", "note", "abstract", "keywords", "address",
    "location", "howpublished",
)  # fmt: skip
_PRINTED = frozenset(TEXT) - {"abstract", "keywords"}
_KEEPS_CAPITALS = frozenset({"book", "proceedings", "collection", "mvbook", "manual", "periodical"})
# UTF-8 that was read as Windows-1252: a lead byte's letter, then letters of continuation bytes
_CONTINUED = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_MOJIBAKE = re.compile(f"(?:[\u00c2-\u00df][{_CONTINUED}]|[\u00e0-\u00ef][{_CONTINUED}]{{2}}"
                       f"|[\u00f0-\u00f4][{_CONTINUED}]{{3}})+")  # fmt: skip
_LOST = re.compile(r"\ufffd|(?<=[^\W\d_])\?(?=[a-zà-ÿ])")
_ENTITY = re.compile(r"\\?&(#\d{2,5}|#x[0-9a-fA-F]{2,4}|[a-zA-Z]{2,8});")
_BARE_SIGN = re.compile(r"(?<!\\)[&%#]")
_BARE_SCRIPT = re.compile(r"(?<!\\)_")
_NO_TEXT = re.compile(r"\\(?:url|path|href|verb|nolinkurl|doi|includegraphics)\b|\\cite")
_MATH = re.compile(r"(?<!\\)\$")
_WORD = re.compile(r"[^\W_](?:[\w+'’]|[-/.](?=\w))*", re.UNICODE)


def check(patient: Patient) -> Iterator[Finding]:
    """Everything about the texts of one entry; at most one fix for each field."""
    for name in TEXT:
        value = patient.own.get(name, "")
        if not value.strip():
            continue
        found = next(_damage(patient, name, value), None)
        if found or (name in _PRINTED and (found := next(_signs(patient, name, value), None))):
            yield found
        elif name == "title" and patient.entry.work.kind not in _KEEPS_CAPITALS:
            yield from _capitals(patient, value)


def _damage(patient: Patient, name: str, value: str) -> Iterator[Finding]:
    mended = _MOJIBAKE.sub(lambda found: unspoiled(found[0]), value)
    if mended != value:
        yield _mended(patient, "scholar.doctor_mojibake", name, value, mended)
    plain = _ENTITY.sub(_entity, value)
    if plain != value:
        yield _mended(patient, "scholar.doctor_entity", name, value, plain)
    if _LOST.search(value) and "http" not in value:
        yield patient.finding(
            "error", "scholar.doctor_lost_letter", name, value=latex.read(value)[:120]
        )
    composed = unicodedata.normalize("NFC", value)
    if composed != value:
        yield _mended(patient, "scholar.doctor_decomposed", name, value, composed)


def _mended(patient: Patient, code: str, name: str, value: str, new: str) -> Finding:
    before, after = latex.read(value), latex.read(new)
    at = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    shown = slice(max(0, at - 30), at + 60)
    return patient.setting(
        "error", code, name, new, value=before[shown].strip(), new=after[shown].strip()
    )


def unspoiled(text: str) -> str:
    """UTF-8 that was read as Windows-1252, read right; anything else as it was."""
    try:
        data = b"".join(_byte(sign) for sign in text)
        found = data.decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return text
    return (
        text if any(unicodedata.category(sign) in ("Cc", "Cn", "Co") for sign in found) else found
    )


def _byte(sign: str) -> bytes:
    return bytes([ord(sign)]) if ord(sign) < 0xA0 else sign.encode("cp1252")


def _entity(found: re.Match[str]) -> str:
    whole = found[0].removeprefix("\\")
    said = html.unescape(whole)
    return found[0] if said == whole else latex.write(said) if said in "&%#_$<>" else said


def _signs(patient: Patient, name: str, value: str) -> Iterator[Finding]:
    if _NO_TEXT.search(value):
        return
    if len(_MATH.findall(value)) % 2:
        yield patient.finding("error", "scholar.doctor_dollar", name, value=latex.read(value)[:120])
        return
    pieces = _MATH.split(value)  # every other one is mathematics
    for at in range(0, len(pieces), 2):
        pieces[at] = _BARE_SIGN.sub(r"\\\g<0>", _BARE_SCRIPT.sub(r"\_", pieces[at]))
    new = "$".join(pieces)
    if new != value:
        yield patient.setting("error", "scholar.doctor_bare_sign", name, new, value=value[:120])


def _capitals(patient: Patient, title: str) -> Iterator[Finding]:
    letters = [sign for sign in latex.read(title) if sign.isalpha()]
    if len(letters) > 12 and sum(sign.isupper() for sign in letters) > 0.7 * len(letters):
        if not title.startswith("{"):
            yield patient.finding("warning", "scholar.doctor_all_capitals", "title")
        return
    spots = [spot for spot in _bare_words(title) if needs_braces(spot[2])]
    if spots:
        new = title
        for start, end, word in reversed(spots):
            new = f"{new[:start]}{{{word}}}{new[end:]}"
        names = ", ".join(dict.fromkeys(word for _start, _end, word in spots))
        yield patient.setting("warning", "scholar.doctor_capitals", "title", new, words=names)


def needs_braces(word: str) -> bool:
    """Whether a style that lowers capitals would spoil a word: BERT, mRNA, ImageNet, Korean."""
    core = word.removesuffix("'s").removesuffix("’s")
    parts = re.split("[-/]", core)
    letters = [sign for sign in core if sign.isalpha()]
    shouted = len(letters) > 1 and all(sign.isupper() for sign in letters)
    inner = any(sign.isupper() for part in parts for sign in part[1:])
    # a small letter, then a capital behind a hyphen: e-Science
    mixed = core[0].islower() and any(sign.isupper() for sign in core)
    return shouted or inner or mixed or any(part in NAMES for part in (core, *parts))


def _bare_words(title: str) -> Iterator[tuple[int, int, str]]:
    """Words outside of braces, mathematics and commands: start, end, word."""
    depth, math = 0, False
    protected = bytearray(len(title) + 1)
    at = 0
    while at < len(title):
        sign = title[at]
        if sign == "\\":
            command = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL).match(title, at)
            size = len(command[0]) if command else 1
            protected[at : at + size] = b"\1" * size
            at += size
            continue
        if sign == "$":
            math = not math
        depth += (sign == "{") - (sign == "}")
        if depth > 0 or math or sign in "{}$":
            protected[at] = 1
        at += 1
    for found in _WORD.finditer(title):
        if not any(protected[found.start() : found.end()]):
            yield found.start(), found.end(), found[0]
