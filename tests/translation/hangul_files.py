"""Hangul documents written by hand, and the rules of their package."""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

from tests.translation.office_files import zipped

HWPML = "http://www.hancom.co.kr/hwpml/2011/"
NAMES = (
    f'xmlns:hp="{HWPML}paragraph" xmlns:hs="{HWPML}section" xmlns:hh="{HWPML}head" '
    f'xmlns:hc="{HWPML}core"'
)
SECTION = "Contents/section0.xml"
LINES = '<hp:linesegarray><hp:lineseg textpos="0" vertpos="0"/></hp:linesegarray>'
_LOOKS = ("charPr", "paraPr", "style")


def run(*content: str, look: int = 0) -> str:
    """A run of things and texts."""
    return f'<hp:run charPrIDRef="{look}">{"".join(content)}</hp:run>'


def text(words: str) -> str:
    """A text element; `words` may hold elements."""
    return f"<hp:t>{words}</hp:t>"


def paragraph(*runs: str) -> str:
    """A paragraph with the lines that Hangul remembers."""
    return f'<hp:p id="1" paraPrIDRef="0" styleIDRef="0">{"".join(runs)}{LINES}</hp:p>'


def document(
    *sections: str,
    mime: str = "application/hwp+zip",
    manifest: str = "<manifest/>",
    prolog: str = "",
    **more: bytes,
) -> bytes:
    """An .hwpx with three character shapes."""
    shapes = "".join(f'<hh:charPr id="{number}"/>' for number in range(3))
    looks = f'{shapes}<hh:paraPr id="0"/><hh:style id="0"/>'
    items = '<opf:item id="header" href="Contents/header.xml" media-type="application/xml"/>'
    spine = '<opf:itemref idref="header"/>'
    members: dict[str, str | bytes] = {
        "mimetype": mime,
        "version.xml": "<version/>",
        "Contents/header.xml": f'<hh:head {NAMES} secCnt="{len(sections)}">{looks}</hh:head>',
    }
    for number, inside in enumerate(sections):
        name = f"Contents/section{number}.xml"
        members[name] = f"{prolog}<hs:sec {NAMES}>{inside}</hs:sec>"
        items += f'<opf:item id="section{number}" href="{name}" media-type="application/xml"/>'
        spine += f'<opf:itemref idref="section{number}"/>'
    members |= {
        "settings.xml": "<settings/>",
        "BinData/image1.png": bytes(range(256)),
        "Preview/PrvText.txt": "preview",
        "META-INF/container.xml": (
            '<ocf:container xmlns:ocf="urn:oasis:names:tc:opendocument:xmlns:container">'
            '<ocf:rootfiles><ocf:rootfile full-path="Contents/content.hpf" '
            'media-type="application/hwpml-package+xml"/></ocf:rootfiles></ocf:container>'
        ),
        "META-INF/manifest.xml": manifest,
        "Contents/content.hpf": (
            '<opf:package xmlns:opf="http://www.idpf.org/2007/opf/">'
            f"<opf:manifest>{items}</opf:manifest><opf:spine>{spine}</opf:spine></opf:package>"
        ),
        **more,
    }
    return zipped(members, stored=("mimetype", "version.xml"))


def broken_rules(data: bytes) -> list[str]:
    """What Hangul would not accept in a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = {info.filename: package.read(info) for info in package.infolist()}
        first = package.infolist()[0]
    broken: list[str] = []
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED:
        broken.append("mimetype is not first and stored")
    if members.get("mimetype") != b"application/hwp+zip":
        broken.append("mimetype is another")
    trees = {
        name: etree.fromstring(content)
        for name, content in members.items()
        if name.endswith((".xml", ".hpf"))
    }
    needed = {"version.xml", "Contents/header.xml", "META-INF/container.xml"}
    broken += [f"{name} is missing" for name in needed - trees.keys()]
    roots = trees["META-INF/container.xml"].findall(".//{*}rootfile")
    broken += [
        f"{path} is missing" for root in roots if (path := root.get("full-path")) not in members
    ]
    hpf = trees["Contents/content.hpf"]
    items = {item.get("id"): item.get("href") for item in hpf.iter("{*}item")}
    broken += [f"{href} is missing" for href in items.values() if href not in members]
    spine = [item.get("idref") for item in hpf.iter("{*}itemref")]
    broken += [f"{name} is in no manifest" for name in spine if name not in items]
    head = trees["Contents/header.xml"]
    sections = [name for name in trees if re.fullmatch(r"Contents/section\d+\.xml", name)]
    if head.get("secCnt") != str(len(sections)):
        broken.append("sections are miscounted")
    known = {name: {one.get("id") for one in head.iter("{*}" + name)} for name in _LOOKS}
    for name in sections:
        broken += _broken_section(trees[name], known)
    return broken


def _broken_section(section: etree._Element, known: dict[str, set[str | None]]) -> list[str]:
    broken: list[str] = []
    for element in section.iter("{*}p", "{*}run"):
        for look in _LOOKS:
            used = element.get(look + "IDRef")
            if used is not None and used not in known[look]:
                broken.append(f"{look} {used} is not defined")
    for one in section.iter("{*}p"):
        kinds = [etree.QName(child).localname for child in one]
        if "linesegarray" in kinds[:-1]:
            broken.append("cached lines stand before runs")
        length = sum(len("".join(t.itertext())) for t in one.findall("{*}run/{*}t"))
        starts = [int(seg.get("textpos")) for seg in one.findall("{*}linesegarray/{*}lineseg")]
        if any(start > length for start in starts):
            broken.append("cached lines go beyond the text")
    outside = [t for t in section.iter("{*}t") if etree.QName(t.getparent()).localname != "run"]
    return broken + ["text stands outside a run"] * len(outside)
