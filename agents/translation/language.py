"""Which language a text is in, by its script; and whether it holds words at all.

The one law: only what has no words (numbers, addresses, code, symbols) may stay as it is and
still count as done.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.translation.events import Language


def word_set(words: str) -> frozenset[str]:
    """The words of a list that is easier to read as text."""
    return frozenset(words.split())


# One Hangul syllable says about as much as this many Latin letters.
_WEIGHT = 2.5

_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
URL = re.compile(
    r"(?:https?://|ftp://|file://|www\.|mailto:|doi:)[^\s<>\"'“”‘’가-힣]*[^\s<>\"'“”‘’가-힣.,;:!?)\]}]"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b10\.\d{4,9}/[^\s가-힣]+",
    re.ASCII,
)
PLACEHOLDER = re.compile(
    r"\{\{[^{}]*\}\}|\$\{[^{}]*\}|\{[\w.:!-]*\}|%\([\w]+\)[sdrf]|%[sdrfx](?![a-z])|</?[A-Za-z][^<>]*>|&\w+;"
)
_PATH = re.compile(
    r"(?:[A-Za-z]:)?(?:[\\/][\w.+-]+){2,}[\\/]?|\b[\w-]+\.[A-Za-z]\w{0,4}\b(?!\s*\.)"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CODE = re.compile(r"\w*(?:\d\w*|_\w+|[a-z][A-Z]\w*)\b")
_ROMAN = re.compile(r"[IVXLCDM]+|[ivxlcdm]+")
_FILE_ENDINGS = word_set(
    "txt md docx doc pdf py js ts json xml html htm css csv tsv toml yaml yml ini cfg zip gz tar"
    " png jpg jpeg gif svg bib tex cls sty hwp hwpx pptx xlsx com org net io edu gov kr ai dev"
)


def hangul(text: str) -> int:
    """How many Hangul letters."""
    return len(_HANGUL.findall(text))


def latin(text: str) -> int:
    """How many Latin letters."""
    return len(_LATIN.findall(text))


def detect(text: str) -> Language:
    """The language most of `text` is in; English where there are no letters of either script."""
    plain = PLACEHOLDER.sub(" ", URL.sub(" ", text))
    return "ko" if hangul(plain) * _WEIGHT > latin(plain) else "en"


def other(language: Language) -> Language:
    """The other side of the pair."""
    return "en" if language == "ko" else "ko"


def has_words(text: str) -> bool:
    """Whether there is anything to translate in `text`.

    Not words: addresses, placeholders, file names, tokens with digits or inner capitals (LFM2,
    PyTorch), single letters, Roman numbers, and abbreviations without a vowel (GPU, kg, PDF).
    A name such as "Samsung" is a word.
    """
    plain = PLACEHOLDER.sub(" ", URL.sub(" ", unicodedata.normalize("NFC", text)))
    plain = _PATH.sub(_not_a_file, plain)
    plain = _CODE.sub(" ", plain)
    return any(_is_word(found.group()) for found in _WORD.finditer(plain))


def _not_a_file(match: re.Match[str]) -> str:
    found = match.group()
    if "/" in found or "\\" in found:
        return " "
    return " " if found.rsplit(".", 1)[-1].lower() in _FILE_ENDINGS else found


def _is_word(word: str) -> bool:
    if _HANGUL.search(word):
        return True
    if len(word) < 2 or _ROMAN.fullmatch(word):
        return False
    if not _LATIN.search(word):
        return unicodedata.category(word[0]) in {"Lo", "Lu", "Ll"} and len(word) > 1
    plain = unicodedata.normalize("NFD", word.lower())
    return len(word) > 5 or any(letter in "aeiouyæøœ" for letter in plain)


def needs(text: str, target: Language) -> bool:
    """Whether `text` has words that are not in the `target` language already."""
    return has_words(text) and not (
        (hangul(text) or latin(text)) and detect(text) == target and _speaks(text, target)
    )


def _speaks(text: str, language: Language) -> bool:
    return bool(hangul(text)) if language == "ko" else bool(latin(text))
