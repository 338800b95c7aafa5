"""What outputs are made of, and how text of strangers is put into markup.

The one law: nothing from a document, a model or a file name reaches markup unescaped, and no
character that XML forbids reaches it at all.
"""

from __future__ import annotations

import html
import re
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.store.segment_rows import StoredSegment
    from agents.translation.events import Language, Receipt

MARK = "moadesk-output:"  # is in every output of ours
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What outputs say around the segments, in the language of whoever reads them."""

    language: Language
    receipt: str  # "Translation receipt"
    bilingual: str
    source_file: str
    translated_file: str
    languages: str
    engine: str
    model: str
    segments: str
    translated: str
    untranslated: str
    from_memory: str
    retried: str
    seconds: str
    problems: str
    no_problems: str
    all_translated: str
    not_all_translated: str  # a sentence: some of it still stands in the source language
    trial: str  # a sentence: it was a round trip or a layout preview
    look_at: str  # a sentence: all is translated, some of it needs a look
    number: str
    kind: str
    source: str
    target: str
    answer: str  # what was answered, where it was refused
    names: Mapping[str, str]  # of languages and engines
    kinds: Mapping[str, str]  # problems in words


@dataclass(frozen=True, slots=True)
class Material:
    """One translated file: its receipt, its segments in order, and the words to use."""

    receipt: Receipt
    segments: tuple[StoredSegment, ...]
    words: Words
    version: str = ""  # of the program, where a format asks for it


def mark(translated: str) -> str:
    """What an output carries to say which document it was made for; letters of ASCII."""
    return MARK + urllib.parse.quote(translated.encode("utf-8", "surrogatepass"), "")


def escape(text: str) -> str:
    """`text` for the content or a quoted attribute of HTML and XML."""
    return html.escape(_FORBIDDEN.sub("\ufffd", text))
