"""Segmentation rules in SRX 2.0, read and applied.

The one law: a rules file is somebody else's file. It is parsed without entities, its patterns are
compiled before any text is split, and one that is not understood ends in a sentence.
<https://www.gala-global.org/srx-20-april-7-2008>.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation import xml
from agents.translation.formats.base import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from agents.translation.events import Language
    from agents.translation.xml import Element

LARGEST = 4 * 2**20  # bytes of a rules file
MOST_RULES = 5_000
# Properties of letters as SRX files write them, which `re` does not know.
_PROPERTIES = {
    "L": r"A-Za-zÀ-ÖØ-öø-ʯͰ-ϿЀ-ӿᄀ-ᇿ぀-ヿ㄰-㆏一-鿿가-힣",
    "Lu": r"A-ZÀ-ÖØ-ÞΑ-ΩА-Я",
    "Ll": r"a-zß-öø-ÿα-ωа-я",
    "N": r"0-9",
    "Nd": r"0-9",
    "Ps": r"(\[{（［｛「『《〈",
    "Pe": r")\]}）］｝」』》〉",
    "Pi": r"“‘«‹",
    "Pf": r"”’»›",
    "P": r"!-/:-@\[-`{-~¡-¿‐-‧、-〃",
    "Z": r"\s",
    "Zs": r"\s",
}
_PROPERTY = re.compile(r"\\(p)\{(?:Is|General_Category=|gc=)?(\w+)\}|\\P\{\w+\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: at places that fit, a sentence ends, or none does."""

    pattern: re.Pattern[str]  # group 1 ends at the place
    breaks: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """A rules file. Each language has its rules in the order in which they are tried."""

    languages: dict[Language, tuple[Rule, ...]]
    digest: str
    own: bool = False  # whether the user's own file

    def places(self, text: str, language: Language) -> dict[int, bool]:
        """Every place that a rule fits, and whether a sentence ends there."""
        found: dict[int, bool] = {}
        for rule in self.languages[language]:
            at = 0
            while match := rule.pattern.search(text, at):
                place = match.end(1)
                found.setdefault(place, rule.breaks)
                at = max(match.start() + 1, place if place > match.start() else 0)
        return found


def built_in() -> Rules:
    """The rules that come along."""
    from importlib.resources import files  # noqa: PLC0415 - only where texts are split

    data = files("agents.translation").joinpath("segmentation.srx").read_bytes()
    return parse(data, "segmentation.srx")


def load(path: Path) -> Rules:
    """The user's own rules.

    Raises:
        UserError: file.*, translation.srx_broken, translation.too_big.
    """
    data = read_bytes(path)
    if len(data) > LARGEST:
        raise UserError("translation.too_big", file=path.name)
    return parse(data, path.name, own=True)


def parse(data: bytes, name: str, *, own: bool = False) -> Rules:
    """Read a rules file.

    Raises:
        UserError: translation.srx_broken.
    """
    try:
        root = xml.parse(data).getroot()
        languages: dict[Language, tuple[Rule, ...]] = {
            "en": _of("en", root),
            "ko": _of("ko", root),
        }
    except (xml.BrokenXmlError, re.error, OverflowError, RecursionError, ValueError) as error:
        raise UserError("translation.srx_broken", file=name, reason=str(error)) from error
    if not any(languages.values()):
        raise UserError("translation.srx_broken", file=name, reason="en, ko: 0")
    return Rules(languages, hashlib.sha256(data).hexdigest(), own)


def _of(language: Language, root: Element) -> tuple[Rule, ...]:
    """The rules of a language: those of the first map that fits, or of all that do (cascade)."""
    cascade = any(
        xml.attribute(element, "cascade") == "yes"
        for element in root.iter()
        if xml.local(element) == "header"
    )
    named = {
        xml.attribute(element, "languagerulename"): element
        for element in root.iter()
        if xml.local(element) == "languagerule"
    }
    maps = [
        xml.attribute(element, "languagerulename")
        for element in root.iter()
        if xml.local(element) == "languagemap"
        and re.fullmatch(_python(xml.attribute(element, "languagepattern")), language)
    ]
    rules: list[Rule] = []
    for name in maps if cascade else maps[:1]:
        if name not in named:
            raise ValueError(name)
        rules += [_rule(element) for element in xml.children(named[name], "rule")]
    if len(rules) > MOST_RULES:
        raise ValueError(f"> {MOST_RULES}")
    return tuple(rules)


def _rule(element: Element) -> Rule:
    sides = {
        name: "".join(child.text or "" for child in xml.children(element, name))
        for name in ("beforebreak", "afterbreak")
    }
    before, after = (_python(side) for side in sides.values())
    # Groups of the file are numbered in Python from our own on, so they may not be referred to.
    pattern = re.compile(f"({before})(?={after})")
    return Rule(pattern, breaks=xml.attribute(element, "break") != "no")


def _python(pattern: str) -> str:
    """An ICU pattern as Python writes it."""
    made: list[str] = []
    at = depth = 0  # depth: whether inside a class of letters
    for match in re.finditer(r"\\[pP]\{[^}]*\}|\\.|\[|\]", pattern, re.DOTALL):
        made.append(pattern[at : match.start()])
        made.append(_piece(match.group(), inside=depth > 0))
        depth = {"[": 1, "]": 0}.get(match.group(), depth)
        at = match.end()
    return "".join(made) + pattern[at:]


def _piece(found: str, *, inside: bool) -> str:
    if not found.startswith((r"\p", r"\P")):
        return {r"\h": r"[ \t\u00a0]", r"\R": r"(?:\r\n|[\n\r])"}.get(found, found)
    known = _PROPERTY.fullmatch(found)
    letters = _PROPERTIES.get(known.group(2)) if known and known.group(1) else None
    if letters is None:
        raise ValueError(found)
    return letters if inside else f"[{letters}]"
