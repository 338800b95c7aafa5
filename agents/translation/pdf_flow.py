"""A translated PDF as flowing text: headings, paragraphs and page breaks, as HTML or .docx.

The one law: every paragraph of the source is there, in reading order, translated or not; nothing
from the document reaches markup unescaped.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.pages import reading
from agents.translation.formats.pdf import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.base import CancelToken
    from agents.store.segment_rows import StoredSegment
    from agents.translation.events import Language

_HEADS = ((1.6, 1), (1.3, 2), (1.12, 3))  # times the usual size, and the level of the heading
_LONGEST_HEAD = 160  # characters; longer text in big letters is text
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STYLE = """
body { margin: 2rem auto; max-width: 44rem; padding: 0 1rem; line-height: 1.6;
  font-family: "Noto Sans KR", "Malgun Gothic", "Apple SD Gothic Neo", sans-serif; }
hr { border: 0; border-top: 1px dashed #999; } p.note { font-size: .85em; }
:lang(ko) { word-break: keep-all; overflow-wrap: anywhere; }
@media print { hr { break-after: page; visibility: hidden; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph. `level` is 0 for text, 1 to 3 for headings, -1 for small print."""

    page: int
    level: int
    text: str


def parts(
    original: bytes, segments: Iterable[StoredSegment], cancel: CancelToken | None = None
) -> list[Part]:
    """The paragraphs of a PDF with the translations of their segments."""
    texts: dict[str, list[str]] = {}
    for one in sorted(segments, key=lambda one: one.position):
        texts.setdefault(one.segment.rpartition(".")[0], []).append(one.target)
    book = reading.read(original, cancel)
    usual = book.size
    found: list[Part] = []
    for name, passage in named(book.passages):
        text = " ".join(texts.get(name, [passage.text]))
        found.append(Part(passage.page, _level(passage.size / usual, text), text))
    return found


def _level(ratio: float, text: str) -> int:
    if len(text) <= _LONGEST_HEAD:
        for least, level in _HEADS:
            if ratio >= least:
                return level
    return -1 if ratio < 0.88 else 0


def _escaped(text: str) -> str:
    return html.escape(_FORBIDDEN.sub("\ufffd", text))


def as_html(found: Sequence[Part], language: Language, title: str, mark: str = "") -> bytes:
    """One page of HTML, with a rule where a page of the PDF ended; `mark` says whose it is."""
    rows: list[str] = []
    for number, part in enumerate(found):
        if number and part.page != found[number - 1].page:
            rows.append("<hr>")
        tag = f"h{part.level}" if part.level > 0 else "p"
        small = ' class="note"' if part.level < 0 else ""
        rows.append(f'<{tag}{small} dir="auto">{_escaped(part.text)}</{tag}>')
    body = "\n".join(rows)
    text = (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="made-for" content="{_escaped(mark)}">\n'
        f"<title>{_escaped(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )
    return text.encode("utf-8")


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_MAIN}.styles+xml"/></Types>'
)
_SIZES = {1: 36, 2: 30, 3: 26}  # half points
_CODES = {"ko": "ko-KR", "en": "en-US"}
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same paragraphs give the same bytes


def as_docx(found: Sequence[Part], language: Language, mark: str = "") -> bytes:
    """A Word document with real headings, and page breaks where the pages of the PDF ended."""
    rows: list[str] = []
    for number, part in enumerate(found):
        new = number > 0 and part.page != found[number - 1].page
        rows.append(_paragraph(part, new_page=new))
    members = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations("officeDocument", "word/document.xml"),
        "word/document.xml": (
            f'<w:document xmlns:w="{_W}"><w:body>{"".join(rows)}'
            '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440"'
            ' w:bottom="1440" w:left="1440" w:header="720" w:footer="720" w:gutter="0"/>'
            "</w:sectPr></w:body></w:document>"
        ),
        "word/styles.xml": _styles(language),
        "word/_rels/document.xml.rels": _relations("styles", "styles.xml"),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.comment = mark.encode("ascii")
        for name, text in members.items():
            info = zipfile.ZipInfo(name, _WHEN)
            package.writestr(info, (_XML + text).encode("utf-8"), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _relations(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def _styles(language: Language) -> str:
    code = _CODES[language]
    heads = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/>'
        f'<w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr>'
        "</w:style>"
        for level, size in _SIZES.items()
    )
    return (
        f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts'
        ' w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Malgun Gothic"/><w:sz w:val="21"/>'
        f'<w:lang w:val="{code}" w:eastAsia="{code}"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:pPr><w:spacing w:after="120"/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="SmallPrint"><w:name w:val="Small Print"/>'
        f'<w:basedOn w:val="Normal"/><w:rPr><w:sz w:val="17"/></w:rPr></w:style>{heads}</w:styles>'
    )


def _paragraph(part: Part, *, new_page: bool) -> str:
    style = f"Heading{part.level}" if part.level > 0 else "SmallPrint" if part.level else "Normal"
    broken = "<w:pageBreakBefore/>" if new_page else ""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{broken}</w:pPr>'
        f'<w:r><w:t xml:space="preserve">{_escaped(part.text)}</w:t></w:r></w:p>'
    )
