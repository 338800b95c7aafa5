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
    r"\{\{[^{}]*\}\}|\$\{[^{}]*\}|\{[\w.:!-]*\}"
    r"|%\([\w.]+\)[-+#0]*\d*(?:\.\d+)?[a-zA-Z]"  # %(name)s
    r"|%\d+\$[-+#0 ]?[\d.]*(?:hh?|ll?|[qjzt])?[a-zA-Z@]"  # %1$s
    r"|%[-+#0]*\d*(?:\.\d+)?(?:hh?|ll?|[qjzt])?[sdirfuxXoeEgGcp@](?![a-zA-Z])"
    r"|</?[A-Za-z][^<>]*>|</?\d{1,4}/?>|&\w+;"
)
_CITATION = re.compile(
    r"\[\d{1,4}(?:\s?[,;–-]\s?\d{1,4}){0,40}\]"  # [12], [3, 5-7]
    r"|\\[A-Za-z]*(?:cite|ref)[A-Za-z]*\*?(?:\[[^\[\]\n]{0,80}\]){0,2}\{[^{}\n]{1,300}\}"
    r"|\[-?@[\w:.#$%&+?<>~/-]+(?:[;,]\s?[^\[\]\n]{1,80}){0,9}\]"  # [@kim2020, p. 3]
    r"|\((?:see |e\.g\.,? |cf\. )?(?=[A-Z가-힣])(?:[^\W\d_][\w.'’-]*,?\s|&\s){0,9}"
    r"(?:[^\W\d_][\w.'’-]*,|al\.,?|외,?)\s(?:19|20)\d\d[a-z]?(?:[,;]\s?[^()\n]{1,80})?\)"
)
_FORMULA = re.compile(
    r"\$\$[^$\n]{1,500}\$\$|(?<![\w%$\\])\$(?![\s\d.,]+[\s$])[^\s$](?:[^$\n]{0,200}[^\s$\\])?\$(?!\d)"
    r"|\\\([^\n]{1,300}?\\\)|\\\[[^\n]{1,500}?\\\]"
)
_BACKTICKS = re.compile(r"(?<!`)(`{1,2})(?!`)[^`\n]{1,200}(?<!`)\1(?!`)")
_FILE_PATH = re.compile(
    r"(?<![\w./\\-])(?:[A-Za-z]:\\(?:[\w.+ -]{1,80}\\){0,20}[\w.+-]{1,80}"
    r"|(?:~|\.{1,2})?/[\w.+-]{1,80}(?:/[\w.+-]{1,80}){1,20}/?)",
    re.ASCII,
)
_PATH = re.compile(
    r"(?:[A-Za-z]:)?(?:[\\/][\w.+-]+){2,}[\\/]?|\b[\w-]+\.[A-Za-z]\w{0,4}\b(?!\s*\.)"
)
# What stays as it is in a sentence. The order says who wins where two of them overlap.
PROTECTED = (URL, _FORMULA, _BACKTICKS, _CITATION, PLACEHOLDER, _FILE_PATH)
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
