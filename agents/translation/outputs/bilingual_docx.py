"""Source and translation side by side as a Word document: one table, one row a segment.

The one law: a small whole document of its own; nothing of the source file is copied into it, and
the same segments give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from agents.translation.outputs.material import escape, mark

if TYPE_CHECKING:
    from agents.store.segment_rows import StoredSegment
    from agents.translation.events import Language
    from agents.translation.outputs.material import Material

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELS = "application/vnd.openxmlformats-package.relationships+xml"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="{_RELS}"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_MAIN}.styles+xml"/></Types>'
)
_ROOT_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
_STYLES = (
    f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri"'
    ' w:hAnsi="Calibri" w:eastAsia="Malgun Gothic"/><w:sz w:val="20"/></w:rPr></w:rPrDefault>'
    '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name'
    ' w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="Title"><w:name'
    ' w:val="Title"/><w:basedOn w:val="Normal"/><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>'
    "</w:styles>"
)
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_WIDTHS = (700, 6900, 6900)  # twentieths of a point, on a page on its side
_PAGE = (
    '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1134"'
    ' w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
    "</w:sectPr>"
)
_LANGUAGES: dict[Language, str] = {
    "en": '<w:lang w:val="en-US" w:eastAsia="en-US"/>',
    "ko": '<w:lang w:val="ko-KR" w:eastAsia="ko-KR"/>',
}
_SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="FFF4D6"/>'
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same segments give the same bytes


def make(made: Material) -> bytes:
    """The document."""
    members = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT_RELATIONS,
        "word/document.xml": _document(made),
        "word/styles.xml": _STYLES,
        "word/_rels/document.xml.rels": _RELATIONS,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.comment = mark(made.receipt.output).encode("ascii")
        for name, text in members.items():
            info = zipfile.ZipInfo(name, _WHEN)
            package.writestr(info, (_HEAD + text).encode("utf-8"), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _document(made: Material) -> str:
    receipt, words = made.receipt, made.words
    own = words.language
    names = f"{receipt.source} → {receipt.output}"
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
    head = [
        words.number,
        f"{words.source} ({words.names[receipt.source_language]})",
        f"{words.target} ({words.names[receipt.target_language]})",
    ]
    cells = "".join(
        _cell(_paragraph(text, own, "<w:b/>"), width)
        for text, width in zip(head, _WIDTHS, strict=True)
    )
    rows = "".join(_row(made, one) for one in made.segments)
    return (
        f'<w:document xmlns:w="{_W}"><w:body>'
        f"{_paragraph(words.bilingual, own, style='Title')}{_paragraph(names, own)}"
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(_WIDTHS)}" w:type="dxa"/><w:tblBorders>{_BORDERS}'
        f'</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{cells}</w:tr>{rows}</w:tbl>"
        f"{_paragraph('', own)}{_PAGE}</w:body></w:document>"
    )


def _row(made: Material, one: StoredSegment) -> str:
    receipt, words = made.receipt, made.words
    untranslated = one.state == "untranslated"
    language = receipt.source_language if untranslated else receipt.target_language
    notes = "".join(
        _paragraph(words.kinds[kind], words.language, '<w:i/><w:color w:val="7A4B00"/>')
        for kind in one.problems
    )
    shade = _SHADE if one.problems else ""
    contents = (
        _paragraph(str(one.position + 1), words.language),
        _paragraph(one.source, receipt.source_language),
        _paragraph(one.target, language) + notes,
    )
    cells = "".join(
        _cell(content, width, shade) for content, width in zip(contents, _WIDTHS, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _cell(content: str, width: int, shade: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{content}</w:tc>'


def _paragraph(text: str, language: Language, look: str = "", style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = (
        f"<w:r><w:rPr>{look}{_LANGUAGES[language]}</w:rPr>"
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )
    return f"<w:p>{named}{run if text else ''}</w:p>"
