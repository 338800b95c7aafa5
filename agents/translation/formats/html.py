"""HTML and XHTML: translated sentences and attributes are spliced into the file's own characters.

The one law: no tag, comment, script or template is touched, none is made, and nothing is run or
loaded; a translated sentence is cut into tokens again before it is accepted. The `lang` of the
document names the new language as soon as something was translated.
"""

from __future__ import annotations

import bisect
import codecs
import re
from collections import Counter
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats import spliced, tagged
from agents.translation.formats.html_read import HtmlReader
from agents.translation.formats.html_tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from agents.translation.events import Language
    from agents.translation.formats.spliced import Decoded, Span
    from agents.translation.inline import Paragraph, Piece, Rich

LARGEST = 32 * 2**20  # bytes; a bigger page is data
_CHARSET = re.compile(
    rb"<meta\s[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)|\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
# What a page says, and what browsers take it for.
_MEANT = {
    "euc-kr": "cp949", "euc_kr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949",
    "uhc": "cp949", "windows-949": "cp949", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "us-ascii": "cp1252", "ascii": "cp1252", "utf-16": "utf-8", "utf-16le": "utf-8",
    "utf-16be": "utf-8",
}  # fmt: skip
_TEXTUAL = re.compile(r"(?:utf|cp|iso|koi|windows|euc|shift|big|gb|hz|mac|tis|latin|johab)[\w-]*")
_UNQUOTED = re.compile("[ \\t\\n\\f\\r\"'=<>`]")


class HtmlDocument:
    """One HTML or XHTML file."""

    def __init__(
        self,
        data: bytes,
        name: str,
        target: Language,
        *,
        xml: bool | None = None,
        reader: Callable[[str], HtmlReader] | None = None,
    ) -> None:
        """Read the paragraphs of `data`.

        Args:
            data: the file.
            name: its name.
            target: the language it is translated into.
            xml: whether it is XHTML; None where the file itself has to say so.
            reader: what finds its paragraphs, if it is no page.

        Raises:
            UserError: translation.not_text, translation.too_big.
        """
        if len(data) > LARGEST:
            raise UserError("translation.too_big", file=name)
        self._file = decode(data, name)
        self._text = self._file.text
        self._target: Language = target
        self._xml = self._text.lstrip().startswith("<?xml") if xml is None else xml
        read = reader(self._text) if reader else HtmlReader(self._text, xml=self._xml)
        self._parts = read.read()
        self._values = read.values
        self._bare = read.values | read.bare
        self._languages = read.languages
        self._codes = read.codes[:1]

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """All texts and attributes that people read."""
        return [part.paragraph for part in self._parts.values()]

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Whether the translated sentence, cut into tokens again, holds the same tags."""
        if self._parts[paragraph].raws[0][0] in self._bare:
            return True  # whatever is written there is read as text
        low, high = self._parts[paragraph].place(piece)
        made = self._written(paragraph, target, lambda start, end: self._text[start:end])
        return self._tags(self._text[low:high]) == self._tags(made)

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The file with its translated sentences."""
        wanted = [
            (name, piece, target)
            for name, pieces in targets.items()
            for piece, target in pieces
            if target is not None and target != piece.rich
        ]
        changes = tagged.changes(self._parts, wanted, self._written, self._text)
        if changes or self._codes:  # metadata is written where anything else was translated
            said = [(span, f'"{self._target}"') for span in self._foreign(self._languages)]
            said += [(span, self._target) for span in self._foreign(self._codes)]
            # A stray <html> in the middle of a sentence goes where its sentence goes, as it is.
            written = sorted(span for span, _words in changes)
            changes += [one for one in said if not _met(one[0], written)]
        return _encode(self._file, spliced.splice(self._text, changes))

    def _foreign(self, spans: Sequence[Span]) -> list[Span]:
        """Codes of languages that are not the new one: `en-GB` stays for English."""
        codes = [self._text[slice(*span)].strip("\"' \t\r\n").lower() for span in spans]
        return [
            span
            for span, code in zip(spans, codes, strict=True)
            if re.split("[-_]", code)[0] != self._target
        ]

    def _written(self, name: str, target: Rich, raw: Callable[[int, int], str]) -> str:
        part = self._parts[name]
        start = part.raws[0][0]
        quote = ""
        if start in self._values:
            before = self._text[start - 1]
            quote = before if before in "\"'" else " "
        return tagged.render(part, target, raw, lambda text: self._escaped(text, quote))

    def _escaped(self, text: str, quote: str) -> str:
        """`text` for between tags, or for an attribute in these quotes (a space: in none)."""
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = text.replace("\xa0", "&#160;" if self._xml else "&nbsp;")
        if quote == " ":
            text = _UNQUOTED.sub(lambda found: f"&#{ord(found.group())};", text)
        elif quote:
            text = text.replace(quote, f"&#{ord(quote)};")
        encoding = self._file.encoding
        return text.encode(encoding, "xmlcharrefreplace").decode(encoding)

    def _tags(self, text: str) -> tuple[Counter[str], list[str]]:
        """The markup of a sentence; and that which stands alone, in its order."""
        found: Counter[str] = Counter()
        alone: list[tuple[str, str]] = []
        for token in Tokens(text, xml=self._xml):
            raw = text[token.start : token.end]
            if token.kind in ("text", "rcdata"):
                continue
            found[raw] += 1
            if token.kind == "close" and alone and alone[-1][0] == token.name:
                alone.pop()
            elif token.kind in ("open", "close") and not token.empty:
                alone.append((token.name if token.kind == "open" else "", raw))
            elif raw.startswith(("{%", "<?", "<%")):
                alone.append(("", raw))
        return found, [raw for _name, raw in alone]


def decode(data: bytes, name: str) -> Decoded:
    """Find the encoding as a browser does: mark, then what the page says, then by its bytes.

    Raises:
        UserError: translation.not_text.
    """
    if not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        said = _CHARSET.search(data, 0, 4096)
        encoding = (said.group(1) or said.group(2)).decode("ascii").lower() if said else "utf-8"
        encoding = _MEANT.get(encoding, encoding)
        for errors in ("strict", "surrogateescape"):
            text = _exact(data, encoding, errors)
            if text is not None and (said or b"<" in data):
                return spliced.Decoded(text, encoding)
            if not said:
                break
    return spliced.decode(data, name)


def _exact(data: bytes, encoding: str, errors: str) -> str | None:
    if not _TEXTUAL.fullmatch(encoding):
        return None
    try:
        text = data.decode(encoding, errors)
        same = text.encode(encoding, errors) == data
    except (UnicodeError, LookupError):
        return None
    broken = sum("\ud800" <= letter <= "\udfff" for letter in text) if errors != "strict" else 0
    binary = text.count("\0") * 4 > len(text) or broken * 50 > len(text)
    return text if same and not binary else None


def _encode(file: Decoded, text: str) -> bytes:
    return file.bom + text.encode(file.encoding, "surrogateescape")


def _met(one: Span, spans: Sequence[Span]) -> bool:
    """Whether a place lies in one of these, which are sorted and apart."""
    at = bisect.bisect_left(spans, (one[1], 0))
    return at > 0 and spans[at - 1][1] > one[0]
