"""An outline as a Word document.

The one law: headings are headings, items are a list and tables are tables, so that whoever goes on
with it has its structure and not only its looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.chat.tools.office.package import MAIN, relations, safe, zipped

if TYPE_CHECKING:
    from agents.chat.tools.outline import Block, Outline

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KIND = f"{MAIN}.wordprocessingml"


def _style(id_: str, name: str, paragraph: str, size: int) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{id_}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr>{paragraph}</w:pPr>'
        f'<w:rPr><w:b/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def _heading(level: int, size: int) -> str:
    return _style(
        f"Heading{level}",
        f"heading {level}",
        f'<w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="{level - 1}"/>',
        size,
    )


_STYLES = (
    f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri" w:eastAsia="Malgun Gothic"/>'
    '<w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="en-US" w:eastAsia="ko-KR"/>'
    "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
    '<w:spacing w:after="120" w:line="300" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/><w:qFormat/></w:style>'
    + _style("Title", "Title", '<w:spacing w:after="240"/>', 36)
    + "".join(_heading(level, size) for level, size in ((1, 28), (2, 25), (3, 23)))
    + "</w:styles>"
)
_NUMBERING = (
    f'<w:numbering xmlns:w="{_W}"><w:abstractNum w:abstractNumId="0">'
    '<w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="567" w:hanging="283"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440"'
    ' w:bottom="1440" w:left="1440" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
)
_EDGES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_WIDE = 9_026  # twentieths of a point between the margins


def write(outline: Outline) -> bytes:
    """The document."""
    body = _paragraph(outline.title, "Title") + "".join(map(_block, outline.blocks))
    return zipped(
        "word/document.xml",
        {
            "word/document.xml": f"{_KIND}.document.main+xml",
            "word/styles.xml": f"{_KIND}.styles+xml",
            "word/numbering.xml": f"{_KIND}.numbering+xml",
        },
        {
            "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}{_PAGE}</w:body>'
            "</w:document>",
            "word/styles.xml": _STYLES,
            "word/numbering.xml": _NUMBERING,
            "word/_rels/document.xml.rels": relations(
                [("styles", "styles.xml"), ("numbering", "numbering.xml")]
            ),
        },
    )


def _block(block: Block) -> str:
    if block.kind == "heading":
        return _paragraph(block.text, f"Heading{min(3, max(1, block.level))}")
    if block.kind == "item":
        listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        return _paragraph(block.text, "", listed)
    if block.kind == "table":
        return _table(block.rows)
    return _paragraph(block.text)


def _paragraph(text: str, style: str = "", more: str = "", look: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f"<w:p><w:pPr>{named}{more}</w:pPr><w:r><w:rPr>{look}</w:rPr>"
        f'<w:t xml:space="preserve">{safe(text)}</w:t></w:r></w:p>'
    )


def _table(rows: tuple[tuple[str, ...], ...]) -> str:
    columns = max(map(len, rows))
    width = _WIDE // columns
    grid = f'<w:gridCol w:w="{width}"/>' * columns
    made: list[str] = []
    for number, row in enumerate(rows):
        bold = "" if number else "<w:b/>"
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f"{_paragraph(row[at] if at < len(row) else '', look=bold)}</w:tc>"
            for at in range(columns)
        )
        head = "" if number else "<w:trPr><w:tblHeader/></w:trPr>"
        made.append(f"<w:tr>{head}{cells}</w:tr>")
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{_WIDE}" w:type="dxa"/><w:tblBorders>{_EDGES}'
        f"</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(made)}</w:tbl><w:p/>"
    )
