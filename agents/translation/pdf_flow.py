"""A translated PDF as flowing text: headings, paragraphs and page breaks, as HTML or .docx.

The one law: every paragraph of the source is there, in reading order, translated or not; formulas,
code and drawings are there as pictures; nothing from the document reaches markup unescaped.
"""

from __future__ import annotations

import base64
import html
import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import CancelToken
from agents.pages import reading
from agents.pages.figures import figures
from agents.pages.render import on_picture, render_page
from agents.translation.formats.pdf import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agents.pages.figures import Figure
    from agents.pages.reading import Book
    from agents.store.segment_rows import StoredSegment
    from agents.translation.events import Language

_HEADS = ((1.6, 1), (1.3, 2), (1.12, 3))  # times the usual size, and the level of the heading
_LONGEST_HEAD = 160  # characters; longer text in big letters is text
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STYLE = """
img { max-width: 100%; height: auto; background: #fff; }
body { margin: 2rem auto; max-width: 44rem; padding: 0 1rem; line-height: 1.6;
  font-family: "Noto Sans KR", "Malgun Gothic", "Apple SD Gothic Neo", sans-serif; }
hr { border: 0; border-top: 1px dashed #999; } p.note { font-size: .85em; }
:lang(ko) { word-break: keep-all; overflow-wrap: anywhere; }
@media print { hr { break-after: page; visibility: hidden; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_SCALE = 2.5  # pixels of a point: 180 dots per inch
_SHOWN: Mapping[Language, str] = {
    "ko": "원문 {page}쪽의 수식이나 그림",
    "en": "A formula or drawing of page {page} of the source",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph. `level` is 0 for text, 1 to 3 for headings, -1 for small print.

    Or a part of a page as it was: `picture` is a PNG file then, `size` its width and height in
    points.
    """

    page: int
    level: int
    text: str
    picture: bytes = b""
    size: tuple[float, float] = (0.0, 0.0)


def parts(
    original: bytes, segments: Iterable[StoredSegment], cancel: CancelToken | None = None
) -> list[Part]:
    """The paragraphs of a PDF with the translations of their segments, and what is no text.

    Raises:
        CancelledError: `cancel` was set.
        LockedPdfError, BrokenPdfError: the file cannot be read.
    """
    texts: dict[str, list[str]] = {}
    for one in sorted(segments, key=lambda one: one.position):
        texts.setdefault(one.segment.rpartition(".")[0], []).append(one.target)
    book = reading.read(original, cancel)
    usual = book.size
    pictures = _pictures(original, book, cancel or CancelToken())
    found: list[Part] = []
    names = {id(passage): name for name, passage in named(book.passages)}
    for number, passage in enumerate(book.passages):
        found += pictures.pop(number, [])
        if name := names.get(id(passage)):
            text = " ".join(texts.get(name, [passage.text]))
            found.append(Part(passage.page, _level(passage.size / usual, text), text))
    return found + [part for rest in pictures.values() for part in rest]


def _pictures(original: bytes, book: Book, cancel: CancelToken) -> dict[int, list[Part]]:
    """Parts of pages as they were, by the number of the paragraph they precede."""
    by_page: dict[int, list[Figure]] = {}
    for one in figures(book):
        by_page.setdefault(one.page, []).append(one)
    found: dict[int, list[Part]] = {}
    for page, shown in by_page.items():
        sheet = book.sheets[page].box
        image = render_page(original, page, width_px=round(sheet.width * _SCALE), cancel=cancel)
        for one in shown:
            png = image.cropped(*on_picture(one.box, sheet, image)).png()
            part = Part(page, 0, "", png, (one.box.width, one.box.height))
            found.setdefault(one.before, []).append(part)
    return dict(sorted(found.items()))


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
        if part.picture:
            rows.append(_picture(part, language))
            continue
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


def _picture(part: Part, language: Language) -> str:
    data = base64.b64encode(part.picture).decode("ascii")
    alt = _SHOWN[language].format(page=part.page + 1)
    wide = f"{part.size[0] * 4 / 3:.0f}"  # CSS pixels
    return f'<p><img alt="{alt}" width="{wide}" src="data:image/png;base64,{data}"></p>'


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
    '<Default Extension="png" ContentType="image/png"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_MAIN}.styles+xml"/></Types>'
)
_SIZES = {1: 36, 2: 30, 3: 26}  # half points
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_EMU = 12_700  # of a point
_TEXT_WIDTH = 451.0  # points between the margins
_CODES = {"ko": "ko-KR", "en": "en-US"}
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same paragraphs give the same bytes


def as_docx(found: Sequence[Part], language: Language, mark: str = "") -> bytes:
    """A Word document with real headings, and page breaks where the pages of the PDF ended."""
    rows: list[str] = []
    pictures: list[bytes] = []
    for number, part in enumerate(found):
        new = number > 0 and part.page != found[number - 1].page
        if part.picture:
            pictures.append(part.picture)
        rows.append(_paragraph(part, len(pictures), language, new_page=new))
    images = [(f"image{at}", "image", f"media/image{at}.png") for at in _numbers(pictures)]
    members = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations([("rId1", "officeDocument", "word/document.xml")]),
        "word/document.xml": (
            f'<w:document xmlns:w="{_W}" xmlns:r="{_OFFICE}"><w:body>{"".join(rows)}'
            '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440"'
            ' w:bottom="1440" w:left="1440" w:header="720" w:footer="720" w:gutter="0"/>'
            "</w:sectPr></w:body></w:document>"
        ),
        "word/styles.xml": _styles(language),
        "word/_rels/document.xml.rels": _relations([("rId1", "styles", "styles.xml"), *images]),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.comment = mark.encode("ascii")
        for name, text in members.items():
            info = zipfile.ZipInfo(name, _WHEN)
            package.writestr(info, (_XML + text).encode("utf-8"), zipfile.ZIP_DEFLATED)
        for at, png in zip(_numbers(pictures), pictures, strict=True):
            package.writestr(zipfile.ZipInfo(f"word/media/image{at}.png", _WHEN), png)
    return out.getvalue()


def _numbers(pictures: Sequence[bytes]) -> range:
    return range(1, len(pictures) + 1)


def _relations(rows: Iterable[tuple[str, str, str]]) -> str:
    """Relations of a part: name, kind and target of each."""
    each = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for name, kind, target in rows
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


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


def _paragraph(part: Part, picture: int, language: Language, *, new_page: bool) -> str:
    style = f"Heading{part.level}" if part.level > 0 else "SmallPrint" if part.level else "Normal"
    broken = "<w:pageBreakBefore/>" if new_page else ""
    run = f'<w:t xml:space="preserve">{_escaped(part.text)}</w:t>'
    if part.picture:
        run = _drawing(part, picture, _SHOWN[language].format(page=part.page + 1))
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{broken}</w:pPr><w:r>{run}</w:r></w:p>'


def _drawing(part: Part, number: int, alt: str) -> str:
    """A picture of its own size, or as wide as the text (ECMA-376 part 1, 20.4.2.8)."""
    scale = min(1.0, _TEXT_WIDTH / part.size[0]) * _EMU
    size = f'cx="{round(part.size[0] * scale)}" cy="{round(part.size[1] * scale)}"'
    named = f'id="{number}" name="image{number}" descr="{alt}"'
    return (
        f'<w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing"><wp:extent {size}/>'
        f'<wp:docPr {named}/><a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData'
        f' uri="{_DRAWING}/picture"><pic:pic xmlns:pic="{_DRAWING}/picture"><pic:nvPicPr>'
        f"<pic:cNvPr {named}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>"
        f'<a:blip r:embed="image{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect">'
        "<a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing>"
    )
