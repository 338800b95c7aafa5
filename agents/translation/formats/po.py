"""Gettext catalogues: what has no translation, or a fuzzy one, is translated from its msgid.

A message that has a translation is left alone. A message that was translated here is marked
`fuzzy`: a translator finds it, and no program shows it before somebody has looked at it. One that
could not be translated whole keeps its msgstr as it was: empty.

The one law: everything else in the file (comments, references, obsolete messages, line breaks)
stays byte for byte, and a translation has the format placeholders of its source, in an order that
a program can fill.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats import po_read, spliced
from agents.translation.formats.base import protected
from agents.translation.formats.bilingual import whole
from agents.translation.inline import Paragraph, Rich

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.translation.events import Language
    from agents.translation.formats.po_read import Entry, Field
    from agents.translation.formats.spliced import Span
    from agents.translation.inline import Piece

_WIDTH = 76  # columns of a line of a long string, as gettext wraps
_PLURALS = {"ko": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
_SPEC = re.compile(
    r"%(?:%|(\d+\$|\([\w.]+\))?[-+#0 ]*[\d*]*(?:\.[\d*]+)?(?:hh?|ll?|[qjztL])?[a-zA-Z@])"
)
_BRACE = re.compile(r"\{[^{}\s]*\}")
_CHARSET = re.compile(r"(?<=charset=)[\w-]+")


class PoDocument:
    """One .po or .pot file."""

    def __init__(self, data: bytes, name: str, target: Language) -> None:
        """Read the messages of `data`.

        Raises:
            UserError: translation.not_text, translation.po_broken, translation.po_language.
        """
        self._target: Language = target
        self._file = _decoded(data, name)
        self._end = "\r\n" if "\r\n" in self._file.text else "\n"
        self._header: Entry | None = None
        self._entries: dict[str, list[tuple[str, Entry]]] = {}
        self._open: list[tuple[Entry, list[str]]] = []
        self._paragraphs: dict[str, Paragraph] = {}
        found = list(po_read.entries(self._file.text, name))
        self._foreign = False
        for number, entry in enumerate(found):
            source = entry.get("msgid")
            if source is None:
                raise UserError("translation.po_broken", file=name, line=1)
            if not source.text and entry.get("msgctxt") is None:
                self._header = self._header or entry
                self._foreign = not self._is_target(self._field("Language"))
            elif "fuzzy" in entry.flagged or not all(slot.text for slot in entry.slots):
                self._open.append((entry, self._read(number, entry, source)))
        messages = [entry for entry in found if entry is not self._header]
        if self._foreign and any(slot.text for entry in messages for slot in entry.slots):
            language = self._field("Language")
            raise UserError("translation.po_language", file=name, language=language)

    def _read(self, number: int, entry: Entry, source: Field) -> list[str]:
        """The paragraphs of a message: one for each form that the target language has."""
        plural = entry.get("msgid_plural")
        forms = [source] if plural is None else [source, plural][-self._forms() :]
        names: list[str] = []
        for form, one in enumerate(forms):
            name = f"m{number}" if plural is None else f"m{number}.{form}"
            self._paragraphs[name] = Paragraph(name, protected(Rich(po_read.plain(one.text))))
            names.append(name)
        return names

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """All messages without a translation that somebody has looked at."""
        return list(self._paragraphs.values())

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Whether a program can still fill in what the message leaves open."""
        del paragraph
        return _specs(piece.rich.text) == _specs(target.text)

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The catalogue with its new translations."""
        changes: list[tuple[Span, str]] = []
        for entry, names in self._open:
            made = [
                whole(self._paragraphs[name].rich, targets.get(name, ()), self._target)
                for name in names
            ]
            texts = [one.text for one in made if one is not None]
            if len(texts) == len(names):
                changes += self._changes(entry, texts)
        if changes:
            changes += self._header_changes("".join(text for _at, text in changes))
        return self._file.encode(spliced.splice(self._file.text, changes))

    def _changes(self, entry: Entry, texts: Sequence[str]) -> list[tuple[Span, str]]:
        end = self._end
        plural = entry.get("msgid_plural") is not None
        count = self._forms() if plural else 1
        forms = [texts[min(form, len(texts) - 1)] for form in range(count)]
        wrapped = any(one.lines > 1 for one in entry.fields if one.name.startswith("msgid"))
        written = [
            _string(f"msgstr[{form}]" if plural else "msgstr", text, end, wrapped=wrapped)
            for form, text in enumerate(forms)
        ]
        changes = [((entry.slots[0].start, entry.slots[-1].end), end.join(written))]
        if "fuzzy" not in entry.flagged:
            if entry.flags:
                start = entry.flags[0][0][0]
                changes.append(((start, start + 2), "#, fuzzy,"))
            else:
                at = entry.previous if entry.previous >= 0 else entry.start
                changes.append(((at, at), f"#, fuzzy{end}"))
        return changes

    # -- the header ---------------------------------------------------------------------------

    def _field(self, name: str) -> str:
        text = po_read.plain(self._header.slots[0].text) if self._header else ""
        found = re.search(rf"^{name}:[ \t]*(.*)$", text, re.MULTILINE | re.IGNORECASE)
        return found.group(1).strip() if found else ""

    def _forms(self) -> int:
        """How many plural forms a translation has."""
        given = "" if self._foreign else self._field("Plural-Forms")
        found = re.match(r"nplurals\s*=\s*([1-6])\s*;", given)
        return int(found.group(1)) if found else (1 if self._target == "ko" else 2)

    def _is_target(self, language: str) -> bool:
        """Whether a header's language is the target, or none yet."""
        return re.split("[-_@.]", language.lower())[0] in ("", "language", self._target)

    def _header_changes(self, new: str) -> list[tuple[Span, str]]:
        if self._header is None:
            return []
        slot = self._header.slots[0]
        old = text = po_read.plain(slot.text)
        now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M+0000")
        text = _set(text, "PO-Revision-Date", now)
        if self._field("Language").lower() in ("", "language") or self._foreign:
            text = _set(text, "Language", self._target)
        if self._foreign or not re.match(r"nplurals\s*=\s*\d", self._field("Plural-Forms")):
            text = _set(text, "Plural-Forms", _PLURALS[self._target])
        charset = _CHARSET.search(text)
        if charset and (charset.group() == "CHARSET" or not self._holds(new)):
            text = text.replace(f"charset={charset.group()}", "charset=UTF-8", 1)
        if text == old:
            return []
        return [((slot.start, slot.end), _string("msgstr", text, self._end, wrapped=False))]

    def _holds(self, text: str) -> bool:
        """Whether the file's encoding holds `text`."""
        try:
            text.encode(self._file.encoding)
        except UnicodeEncodeError:
            return False
        return True


def _decoded(data: bytes, name: str) -> spliced.Decoded:
    """By the charset of the header; by what is in the file where there is none."""
    found = re.search(rb"charset=([\w-]+)", data[:20_000])
    try:
        encoding = found.group(1).decode("ascii") if found else "CHARSET"
        text = data.decode(encoding)
        if text.encode(encoding) == data and not text.startswith("\ufeff") and "\0" not in text:
            return spliced.Decoded(text, encoding)
    except (LookupError, UnicodeError):
        pass  # a wrong name, or one that does not fit the bytes
    return spliced.decode(data, name)


def _set(header: str, name: str, value: str) -> str:
    """A header with a field set, at the end if it was not there."""
    line = re.compile(rf"^{name}:.*$", re.MULTILINE | re.IGNORECASE)
    if line.search(header):
        return line.sub(f"{name}: {value}", header, count=1)
    return header + ("" if header.endswith("\n") else "\n") + f"{name}: {value}\n"


def _specs(text: str) -> tuple[list[str], list[str], list[str]]:
    """Placeholders: those filled by order in their order, the others sorted."""
    found = [match for match in _SPEC.finditer(text) if match.group() != "%%"]
    ordered = [match.group() for match in found if not match.group(1)]
    named = sorted(match.group() for match in found if match.group(1))
    return ordered, named, sorted(_BRACE.findall(text))


def _string(keyword: str, text: str, end: str, *, wrapped: bool) -> str:
    """A field with its string, one line or several."""
    one = f'{keyword} "{po_read.raw(text)}"'
    if "\n" not in text[:-1] and (not wrapped or _columns(one) <= _WIDTH + 3):
        return one
    lines = [f'{keyword} ""']
    for part in re.findall(r"[^\n]*\n|[^\n]+", text):
        line = ""
        for word in re.findall(r"\S*\s+|\S+", part):
            if line and wrapped and _columns(line + po_read.raw(word)) > _WIDTH:
                lines.append(f'"{line}"')
                line = ""
            line += po_read.raw(word)
        lines.append(f'"{line}"')
    return end.join(lines)


def _columns(text: str) -> int:
    return sum(2 if letter >= "\u1100" else 1 for letter in text)
