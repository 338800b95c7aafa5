"""A formatted draft as a Word document (Office Open XML, ECMA-376), written part by part.

The one law: a small whole document that any word processor opens, and the same draft gives the
same bytes. Citations are fields as Zotero's plug-in writes them (see `word_fields`): in Word with
Zotero they can be changed, in any other program they are the text that stands in them.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import TYPE_CHECKING

from agents.scholar import csl_items, word_fields
from agents.scholar.csl_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.scholar.csl_text import Look, Run
    from agents.scholar.formatted import Cluster, Document, Part

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_MAIN = "application/vnd.openxmlformats-officedocument"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml"'
    f' ContentType="{_MAIN}.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml"'
    f' ContentType="{_MAIN}.wordprocessingml.styles+xml"/>'
    '<Override PartName="/docProps/custom.xml"'
    f' ContentType="{_MAIN}.custom-properties+xml"/></Types>'
)
_ROOT_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/custom-properties" Target="docProps/custom.xml"/>'
    "</Relationships>"
)
_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
)


def _style(id_: str, name: str, paragraph: str, letters: str = "", next_: str = "") -> str:
    after = f'<w:next w:val="{next_}"/>' if next_ else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{id_}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/>{after}<w:qFormat/><w:pPr>{paragraph}</w:pPr>'
        f"<w:rPr>{letters}</w:rPr></w:style>"
    )


_STYLES = (
    f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"'
    ' w:eastAsia="Batang"/><w:sz w:val="22"/><w:szCs w:val="22"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="320" w:lineRule="auto"/></w:pPr>'
    "</w:pPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    "<w:qFormat/></w:style>"
    + _style(
        "Heading1",
        "heading 1",
        '<w:keepNext/><w:spacing w:before="240" w:after="120"/><w:outlineLvl w:val="0"/>',
        '<w:b/><w:sz w:val="30"/><w:szCs w:val="30"/>',
        "Normal",
    )
    + _style(
        "Heading2",
        "heading 2",
        '<w:keepNext/><w:spacing w:before="200" w:after="80"/><w:outlineLvl w:val="1"/>',
        '<w:b/><w:sz w:val="25"/><w:szCs w:val="25"/>',
        "Normal",
    )
    + _style(
        "Bibliography",
        "Bibliography",
        '<w:tabs><w:tab w:val="left" w:pos="567"/></w:tabs><w:spacing w:after="80"/>'
        '<w:ind w:left="567" w:hanging="567"/>',
    )
    + "</w:styles>"
)
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440"'
    ' w:bottom="1440" w:left="1440" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
)
_LANGUAGES = {
    "en": '<w:lang w:val="en-US" w:eastAsia="ko-KR"/>',
    "ko": '<w:lang w:val="ko-KR" w:eastAsia="ko-KR"/>',
}
_LOOKS: tuple[tuple[Look, str], ...] = (  # in the order of the schema
    ("bold", "<w:b/>"),
    ("italic", "<w:i/>"),
    ("caps", "<w:smallCaps/>"),
    ("underline", '<w:u w:val="single"/>'),
    ("sup", '<w:vertAlign w:val="superscript"/>'),
    ("sub", '<w:vertAlign w:val="subscript"/>'),
)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same draft gives the same bytes


def write(made: Document, *, fields: bool = True) -> bytes:
    """The document.

    Args:
        made: a draft with formatted citations.
        fields: citations and bibliography are Zotero's fields; otherwise plain text.
    """
    preferences = word_fields.preferences(made.style, bibliography=bool(made.entries))
    members = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT_RELATIONS,
        "word/document.xml": _document(made, fields=fields),
        "word/styles.xml": _STYLES,
        "word/_rels/document.xml.rels": _RELATIONS,
        "docProps/custom.xml": _properties(preferences if fields else ()),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, _WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, (_HEAD + text).encode())
    return out.getvalue()


def _document(made: Document, *, fields: bool) -> str:
    lang = _LANGUAGES[made.language]
    items = {entry.work.key: csl_items.item_of(entry, entry.work.key) for entry in made.works}
    number = 0

    def part(one: Part) -> str:
        nonlocal number
        if isinstance(one, str):
            return _run(one, lang)
        number += 1
        return _cited(one, items, number, lang) if fields else _runs(one.runs, lang)

    body = [_paragraph(_run(made.heading, lang), "Heading1")]
    for section in made.sections:
        if section.title:
            body.append(_paragraph(_run(section.title, lang), "Heading2"))
        body += [_paragraph("".join(map(part, paragraph))) for paragraph in section.paragraphs]
    if made.entries:
        body.append(_paragraph(_run(made.references, lang), "Heading1"))
        body += _bibliography(made.entries, lang, fields=fields)
    return f'<w:document xmlns:w="{_W}"><w:body>{"".join(body)}{_PAGE}</w:body></w:document>'


def _bibliography(
    entries: Sequence[tuple[str, tuple[Run, ...]]], lang: str, *, fields: bool
) -> list[str]:
    """A paragraph for each entry, all of them inside one field."""
    texts = [_runs(runs, lang) for _key, runs in entries]
    if fields:
        texts[0] = _begin(word_fields.BIBLIOGRAPHY) + texts[0]
        texts[-1] += _END
    return [_paragraph(text, "Bibliography") for text in texts]


def _cited(one: Cluster, items: dict[str, csl_items.Item], number: int, lang: str) -> str:
    known = [items[key] for key in one.keys if key in items]
    if not known:
        return _runs(one.runs, lang)
    code = word_fields.citation(known, plain(one.runs), number)
    return _begin(code) + _runs(one.runs, lang) + _END


_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _begin(code: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {_escaped(code)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def _paragraph(inner: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{inner}</w:p>"


def _runs(found: Iterable[Run], lang: str) -> str:
    return "".join(_run(run.text, lang, run.looks) for run in found)


def _run(text: str, lang: str, looks: frozenset[Look] = frozenset()) -> str:
    marks = [mark for look, mark in _LOOKS if look in looks]
    inner = "".join(
        "<w:tab/>" if part == "\t" else f'<w:t xml:space="preserve">{_escaped(part)}</w:t>'
        for part in re.split(r"(\t)", text)
        if part
    )
    return f"<w:r><w:rPr>{''.join(marks)}{lang}</w:rPr>{inner}</w:r>"


def _properties(preferences: Sequence[str]) -> str:
    """The document's own properties: Zotero reads there in which style its fields are."""
    made = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number + 1}"'
        f' name="ZOTERO_PREF_{number}"><vt:lpwstr>{_escaped(part)}</vt:lpwstr></property>'
        for number, part in enumerate(preferences, start=1)
    )
    return f'<Properties xmlns="{_CUSTOM}" xmlns:vt="{_VALUES}">{made}</Properties>'


def _escaped(text: str) -> str:
    return html.escape(_FORBIDDEN.sub("\ufffd", text), quote=True)
