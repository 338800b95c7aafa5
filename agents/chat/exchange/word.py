"""Conversations as a Word document (Office Open XML, ECMA-376), written part by part.

The one law: a small whole document that any word processor opens, whatever was said in it.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import TYPE_CHECKING

from agents.chat.exchange.page import parser
from agents.chat.exchange.reading import branch, day, who

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from agents.chat.exchange.reading import Words
    from agents.store.whole import Talk

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_MAIN}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    ),
    "word/_rels/document.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
}
_CODE = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:eastAsia="D2Coding"/>'
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST_LEVELS = 8


def write(talks: Sequence[Talk], words: Words) -> bytes:
    """The document."""
    body = "".join(_talk(talk, words, first=not at) for at, talk in enumerate(talks))
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418"'
        ' w:bottom="1418" w:left="1418" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
    )
    members = {
        **_PARTS,
        "word/styles.xml": _styles(),
        "word/document.xml": (
            f'<w:document xmlns:w="{_W}"><w:body>{body}{page}</w:body></w:document>'
        ),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in members.items():
            package.writestr(name, _HEAD + text)
    return out.getvalue()


def _styles() -> str:
    lang = '<w:lang w:val="en-US" w:eastAsia="ko-KR"/>'
    made = [
        _style("Title", "Title", "<w:b/><w:sz w:val='34'/>", before=0),
        _style("Speaker", "Speaker", "<w:b/><w:color w:val='0B6E6E'/>", before=240, keep=True),
        _style("Time", "Time", "<w:color w:val='666962'/><w:sz w:val='18'/>"),
        _style("Code", "Code", f"{_CODE}<w:sz w:val='19'/>"),
        *(
            _style(f"Heading{level}", f"heading {level}", "<w:b/>", before=160, keep=True)
            for level in (1, 2, 3)
        ),
    ]
    return (
        f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts'
        ' w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Malgun Gothic"/><w:sz w:val="21"/>'
        f"{lang}</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing"
        ' w:after="100" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        f"</w:style>{''.join(made)}</w:styles>"
    )


def _style(id_: str, name: str, letters: str, *, before: int = 0, keep: bool = False) -> str:
    next_ = "<w:keepNext/>" if keep else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{id_}"><w:name w:val="{name}"/><w:basedOn'
        f' w:val="Normal"/><w:pPr>{next_}<w:spacing w:before="{before}"/></w:pPr>'
        f"<w:rPr>{letters}</w:rPr></w:style>"
    )


def _talk(talk: Talk, words: Words, *, first: bool) -> str:
    made = [
        _paragraph(_run(talk.title), "Title", new_page=not first),
        _paragraph(_run(day(talk.created)), "Time"),
    ]
    reader = parser()
    for message in branch(talk):
        made.append(_paragraph(_run(who(message, words)), "Speaker"))
        if message.role == "user":
            made += [_paragraph(_run(line)) for line in message.content.splitlines() if line]
        else:
            made += _Blocks(reader.parse(message.content)).made
    return "".join(made)


class _Blocks:
    """Walks over the blocks of an answer; `made` is what they become."""

    def __init__(self, tokens: list[Token]) -> None:
        self.made: list[str] = []
        self._lists: list[int] = []  # next number of each open list; 0 = bullets
        self._style, self._mark = "", ""
        self._cell = False
        self._cells: list[str] = []
        self._rows: list[str] = []
        for token in tokens:
            getattr(self, f"_on_{token.type}", self._other)(token)

    def _other(self, token: Token) -> None:
        """What leaves no trace in a document: the frame of paragraphs, rules, raw HTML."""

    def _on_heading_open(self, token: Token) -> None:
        self._style = f"Heading{min(int(token.tag[1]), 3)}"

    def _on_heading_close(self, _token: Token) -> None:
        self._style = ""

    def _on_bullet_list_open(self, _token: Token) -> None:
        self._lists.append(0)

    def _on_ordered_list_open(self, token: Token) -> None:
        self._lists.append(int(token.attrGet("start") or 1))

    def _on_bullet_list_close(self, _token: Token) -> None:
        self._lists.pop()

    _on_ordered_list_close = _on_bullet_list_close

    def _on_list_item_open(self, _token: Token) -> None:
        number = self._lists[-1]
        self._mark = f"{number}. " if number else "• "
        self._lists[-1] += bool(number)

    def _on_tr_open(self, _token: Token) -> None:
        self._cells = []

    def _on_td_open(self, _token: Token) -> None:
        self._cell = True

    _on_th_open = _on_td_open

    def _on_tr_close(self, _token: Token) -> None:
        row = "".join(f"<w:tc><w:tcPr/>{_paragraph(cell)}</w:tc>" for cell in self._cells)
        self._rows.append(f"<w:tr>{row}</w:tr>")

    def _on_table_close(self, _token: Token) -> None:
        self.made.append(_table(self._rows, len(self._cells)))
        self._rows = []

    def _on_fence(self, token: Token) -> None:
        level = len(self._lists)
        lines = token.content.rstrip("\n").split("\n")
        self.made += [_paragraph(_run(line), "Code", level=level) for line in lines]

    _on_code_block = _on_fence

    def _on_inline(self, token: Token) -> None:
        said = "".join(_runs(token.children or []))
        if self._cell:
            self._cells.append(said)
            self._cell = False
            return
        mark, self._mark = (_run(self._mark) if self._mark else ""), ""
        self.made.append(_paragraph(mark + said, self._style, level=len(self._lists)))


def _table(rows: list[str], columns: int) -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "<w:gridCol/>" * columns
    return (
        f"<w:tbl><w:tblPr><w:tblBorders>{sides}</w:tblBorders></w:tblPr><w:tblGrid>{grid}"
        f"</w:tblGrid>{''.join(rows)}</w:tbl>{_paragraph('')}"
    )


def _runs(tokens: list[Token]) -> Iterator[str]:
    looks: list[str] = []
    for token in tokens:
        look = {"strong": "<w:b/>", "em": "<w:i/>", "s": "<w:strike/>"}.get(
            token.type.rpartition("_")[0], ""
        )
        if look:
            looks.append(look) if token.nesting > 0 else looks.remove(look)
        elif token.type == "code_inline":
            yield _run(token.content, _CODE + "".join(looks))
        elif token.type in ("softbreak", "hardbreak"):
            yield "<w:r><w:br/></w:r>"
        elif token.type == "link_close":
            continue
        elif token.content:
            yield _run(token.content, "".join(looks))


def _run(words: str, look: str = "") -> str:
    said = html.escape(_NOT_XML.sub("\ufffd", words), quote=False)
    style = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{style}<w:t xml:space="preserve">{said}</w:t></w:r>'


def _paragraph(runs: str, style: str = "", *, level: int = 0, new_page: bool = False) -> str:
    parts = [
        f'<w:pStyle w:val="{style}"/>' if style else "",
        "<w:pageBreakBefore/>" if new_page else "",
        f'<w:ind w:left="{360 * min(level, _MOST_LEVELS)}"/>' if level else "",
    ]
    return f"<w:p><w:pPr>{''.join(parts)}</w:pPr>{runs}</w:p>"
