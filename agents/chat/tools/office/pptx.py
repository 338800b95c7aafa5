"""An outline as a presentation: a title, then a slide for each heading.

The one law: what does not fit on a slide goes on the next; titles and texts stand in the
placeholders of a layout, so that another design can be put under them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.chat.tools.office.package import MAIN, OFFICE, relations, safe, zipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.chat.tools.outline import Outline

_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SPACES = f'xmlns:a="{_A}" xmlns:r="{OFFICE}" xmlns:p="{_P}"'
_KIND = f"{MAIN}.presentationml"
_WIDE, _HIGH = 12_192_000, 6_858_000  # 16:9, in English Metric Units
_LINES = 8  # of one slide
_LETTERS = 420  # of one slide
_EMPTY = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
_TITLE = (838_200, 365_125, 10_515_600, 1_325_563)
_BODY = (838_200, 1_825_625, 10_515_600, 4_351_338)
_FIRST_TITLE = (1_524_000, 1_900_000, 9_144_000, 1_600_000)
_FIRST_BODY = (1_524_000, 3_602_038, 9_144_000, 1_655_762)


@dataclass(slots=True)
class _Slide:
    title: str
    lines: list[str] = field(default_factory=list[str])


def write(outline: Outline) -> bytes:
    """The presentation."""
    slides = _slides(outline)
    kinds = {
        "ppt/presentation.xml": f"{_KIND}.presentation.main+xml",
        "ppt/slideMasters/slideMaster1.xml": f"{_KIND}.slideMaster+xml",
        "ppt/slideLayouts/slideLayout1.xml": f"{_KIND}.slideLayout+xml",
        "ppt/slideLayouts/slideLayout2.xml": f"{_KIND}.slideLayout+xml",
        "ppt/theme/theme1.xml": f"{MAIN}.theme+xml",
    }
    parts = {
        "ppt/presentation.xml": _presentation(len(slides)),
        "ppt/_rels/presentation.xml.rels": relations(
            [
                ("slideMaster", "slideMasters/slideMaster1.xml"),
                *(("slide", f"slides/slide{at}.xml") for at in range(1, len(slides) + 1)),
                ("theme", "theme/theme1.xml"),
            ]
        ),
        "ppt/slideMasters/slideMaster1.xml": _master(),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relations(
            [
                ("slideLayout", "../slideLayouts/slideLayout1.xml"),
                ("slideLayout", "../slideLayouts/slideLayout2.xml"),
                ("theme", "../theme/theme1.xml"),
            ]
        ),
        "ppt/slideLayouts/slideLayout1.xml": _layout(
            "title", "ctrTitle", "subTitle", _FIRST_TITLE, _FIRST_BODY
        ),
        "ppt/slideLayouts/slideLayout2.xml": _layout("obj", "title", "", _TITLE, _BODY),
        "ppt/theme/theme1.xml": _THEME,
    }
    for number in (1, 2):
        parts[f"ppt/slideLayouts/_rels/slideLayout{number}.xml.rels"] = relations(
            [("slideMaster", "../slideMasters/slideMaster1.xml")]
        )
    for number, slide in enumerate(slides, start=1):
        name = f"ppt/slides/slide{number}.xml"
        kinds[name] = f"{_KIND}.slide+xml"
        parts[name] = _slide(slide, first=number == 1)
        layout = f"../slideLayouts/slideLayout{1 if number == 1 else 2}.xml"
        parts[f"ppt/slides/_rels/slide{number}.xml.rels"] = relations([("slideLayout", layout)])
    return zipped("ppt/presentation.xml", kinds, parts)


def _slides(outline: Outline) -> list[_Slide]:
    slides = [_Slide(outline.title)]
    for block in outline.blocks:
        if block.kind == "heading":
            slides.append(_Slide(block.text))
            continue
        lines = [" · ".join(row) for row in block.rows] if block.kind == "table" else [block.text]
        for line in lines:
            if len(slides) == 1 and (len(outline.blocks) > 2 or slides[0].lines):
                slides.append(_Slide(outline.title))
            last = slides[-1]
            if len(last.lines) >= _LINES or sum(map(len, [*last.lines, line])) > _LETTERS:
                last = _Slide(last.title)
                slides.append(last)
            last.lines.append(line)
    return slides


def _slide(slide: _Slide, *, first: bool) -> str:
    title, body = ("ctrTitle", "subTitle") if first else ("title", "")
    shapes = _shape(2, "Title", title, [slide.title])
    if slide.lines or not first:
        shapes += _shape(3, "Content", body, slide.lines or [""])
    return (
        f"<p:sld {_SPACES}><p:cSld><p:spTree>{_EMPTY}{shapes}</p:spTree></p:cSld>"
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
    )


def _shape(
    number: int,
    name: str,
    kind: str,
    lines: Sequence[str],
    place: tuple[int, int, int, int] | None = None,
) -> str:
    what = f' type="{kind}"' if kind else ""
    index = ' idx="1"' if kind in ("", "body", "subTitle") else ""
    where = ""
    if place is not None:
        x, y, wide, high = place
        where = (
            f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        )
    text = "".join(
        f'<a:p><a:r><a:rPr lang="ko-KR" altLang="en-US"/><a:t>{safe(line)}</a:t></a:r></a:p>'
        if line
        else "<a:p/>"
        for line in lines
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name} {number}"/><p:cNvSpPr>'
        f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph{what}{index}/></p:nvPr></p:nvSpPr>'
        f"<p:spPr>{where}</p:spPr><p:txBody><a:bodyPr><a:normAutofit/></a:bodyPr><a:lstStyle/>{text}"
        "</p:txBody></p:sp>"
    )


def _layout(
    kind: str,
    title: str,
    body: str,
    place: tuple[int, int, int, int],
    below: tuple[int, int, int, int],
) -> str:
    shapes = _shape(2, "Title", title, [""], place) + _shape(3, "Content", body, [""], below)
    return (
        f'<p:sldLayout {_SPACES} type="{kind}" preserve="1"><p:cSld name="{kind}"><p:spTree>'
        f"{_EMPTY}{shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>"
        "</p:sldLayout>"
    )


def _presentation(count: int) -> str:
    slides = "".join(f'<p:sldId id="{255 + at}" r:id="rId{at + 1}"/>' for at in range(1, count + 1))
    return (
        f'<p:presentation {_SPACES}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/>'
        f"</p:sldMasterIdLst><p:sldIdLst>{slides}</p:sldIdLst>"
        f'<p:sldSz cx="{_WIDE}" cy="{_HIGH}"/><p:notesSz cx="{_HIGH}" cy="{_WIDE}"/>'
        "</p:presentation>"
    )


def _level(size: int, bullet: str, indent: int) -> str:
    return (
        f'<a:lvl1pPr marL="{indent}" indent="-{indent}" algn="l"><a:spcBef><a:spcPts val="800"/>'
        f'</a:spcBef>{bullet}<a:defRPr sz="{size}"><a:solidFill><a:schemeClr val="tx1"/>'
        '</a:solidFill><a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/></a:defRPr></a:lvl1pPr>'
    )


def _master() -> str:
    shapes = _shape(2, "Title", "title", [""], _TITLE) + _shape(3, "Text", "body", [""], _BODY)
    title = _level(4000, "<a:buNone/>", 0)
    body = _level(2400, '<a:buFont typeface="Arial"/><a:buChar char="•"/>', 285_750)
    return (
        f'<p:sldMaster {_SPACES}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/>'
        f"</a:solidFill><a:effectLst/></p:bgPr></p:bg><p:spTree>{_EMPTY}{shapes}</p:spTree></p:cSld>"
        '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2"'
        ' accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink"'
        ' folHlink="folHlink"/><p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/>'
        '<p:sldLayoutId id="2147483650" r:id="rId2"/></p:sldLayoutIdLst><p:txStyles>'
        f"<p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{body}</p:bodyStyle>"
        "<p:otherStyle/></p:txStyles></p:sldMaster>"
    )


def _colour(name: str, value: str) -> str:
    return f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>'


_COLOURS = "".join(
    _colour(name, value)
    for name, value in (
        ("dk1", "1F2328"), ("lt1", "FFFFFF"), ("dk2", "44546A"), ("lt2", "F2F4F7"),
        ("accent1", "2F6FDE"), ("accent2", "E07B39"), ("accent3", "8C8C8C"), ("accent4", "D9A400"),
        ("accent5", "4E9A51"), ("accent6", "7A5CC2"), ("hlink", "2F6FDE"), ("folHlink", "7A5CC2"),
    )
)  # fmt: skip
_FONT = '<a:latin typeface="Calibri"/><a:ea typeface="Malgun Gothic"/><a:cs typeface=""/>'
_FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
_LINE = f'<a:ln w="9525">{_FILL}</a:ln>'
_EFFECT = "<a:effectStyle><a:effectLst/></a:effectStyle>"
_THEME = (
    f'<a:theme xmlns:a="{_A}" name="MoA Desk"><a:themeElements><a:clrScheme name="MoA Desk">'
    f'{_COLOURS}</a:clrScheme><a:fontScheme name="MoA Desk"><a:majorFont>{_FONT}</a:majorFont>'
    f'<a:minorFont>{_FONT}</a:minorFont></a:fontScheme><a:fmtScheme name="MoA Desk">'
    f"<a:fillStyleLst>{_FILL * 3}</a:fillStyleLst><a:lnStyleLst>{_LINE * 3}</a:lnStyleLst>"
    f"<a:effectStyleLst>{_EFFECT * 3}</a:effectStyleLst><a:bgFillStyleLst>{_FILL * 3}"
    "</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
)
