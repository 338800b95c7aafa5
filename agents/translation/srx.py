"""Segmentation rules in SRX 2.0, read and applied.

The one law: a rules file is somebody else's file. It is parsed without entities, its patterns are
compiled before any text is split, and one that is not understood, or that takes forever on a
line, ends in a sentence that names it.
<https://www.gala-global.org/srx-20-april-7-2008>.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from agents.base import UserError
from agents.translation import xml
from agents.translation.formats.base import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agents.translation.events import Language
    from agents.translation.xml import Element

LARGEST = 4 * 2**20  # bytes of a rules file
MOST_RULES = 5_000
SECONDS = 1.0  # for one line and all rules together, and again for every
LETTERS = 20_000  # letters of it


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: at places that fit, a sentence ends, or none does."""

    pattern: regex.Pattern[str]  # group 1 ends at the place
    breaks: bool
    name: str  # of its set, and which of it: "English 3"


@dataclass(frozen=True, slots=True)
class Rules:
    """A rules file. Each language has its rules in the order in which they are tried."""

    languages: dict[Language, tuple[Rule, ...]]
    digest: str
    file: str  # its name
    own: bool = False  # whether the user's own file

    def places(self, text: str, language: Language) -> dict[int, bool]:
        """Every place that a rule fits, and whether a sentence ends there.

        Raises:
            UserError: translation.srx_slow.
        """
        found: dict[int, bool] = {}
        limit = SECONDS * (1 + len(text) / LETTERS) if self.own else math.inf
        until = time.monotonic() + limit
        for rule in self.languages[language]:
            try:
                for place in _places(rule.pattern, text, until):
                    found.setdefault(place, rule.breaks)
            except TimeoutError as error:
                raise UserError("translation.srx_slow", file=self.file, rule=rule.name) from error
        return found


def _places(pattern: regex.Pattern[str], text: str, until: float) -> Iterator[int]:
    """Where the pattern fits; TimeoutError at `until`."""
    at = 0
    # `concurrent`: the window goes on while an endless pattern runs.
    while match := pattern.search(text, at, timeout=_left(until), concurrent=True):
        place = match.end(1)
        yield place
        at = max(match.start() + 1, place if place > match.start() else 0)


def _left(until: float) -> float | None:
    """Seconds until then; None for ever."""
    return max(0.01, until - time.monotonic()) if math.isfinite(until) else None


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
    except (xml.BrokenXmlError, regex.error, OverflowError, RecursionError, ValueError) as error:
        raise UserError("translation.srx_broken", file=name, reason=str(error)) from error
    if not any(languages.values()):
        raise UserError("translation.srx_broken", file=name, reason="en, ko: 0")
    return Rules(languages, hashlib.sha256(data).hexdigest(), name, own)


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
        and regex.fullmatch(xml.attribute(element, "languagepattern"), language)
    ]
    rules: list[Rule] = []
    for name in maps if cascade else maps[:1]:
        if name not in named:
            raise ValueError(name)
        rules += [
            _rule(element, f"{name} {number}")
            for number, element in enumerate(xml.children(named[name], "rule"), start=1)
        ]
    if len(rules) > MOST_RULES:
        raise ValueError(f"> {MOST_RULES}")
    return tuple(rules)


def _rule(element: Element, name: str) -> Rule:
    before, after = (
        "".join(child.text or "" for child in xml.children(element, side))
        for side in ("beforebreak", "afterbreak")
    )
    # Groups of the file are numbered in Python from our own on, so they may not be referred to.
    pattern = regex.compile(f"({before})(?={after})")
    return Rule(pattern, xml.attribute(element, "break") != "no", name)
