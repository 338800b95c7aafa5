"""Small e-books for tests, made member by member."""
# ruff: noqa: E501 - XML is kept on the lines it has

from __future__ import annotations

import io
import zipfile

CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
METADATA = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:x</dc:identifier>
<dc:title>The cat sleeps.</dc:title><dc:creator>The Author</dc:creator><dc:language>en-US</dc:language>
<dc:description>It works.</dc:description><meta property="dcterms:modified">2020-01-01T00:00:00Z</meta>
<meta property="belongs-to-collection">The dog runs fast.</meta></metadata>
<manifest><item id="b" href="ch%202.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/one.html" media-type="application/xhtml+xml"/>
<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="gone" href="gone.xhtml" media-type="application/xhtml+xml"/>
<item id="p" href="p.png" media-type="image/png"/></manifest>
<spine toc="ncx"><itemref idref="a"/><itemref idref="b"/><itemref idref="gone"/></spine></package>"""
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en"><head><title>It works.</title></head>
<body><p id="x">{}</p><a id="y"/><script/><img src="p.png" alt="The cat sleeps."/></body></html>"""
NCX = """<?xml version="1.0"?>
<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" xml:lang="en"><docTitle><text>The cat sleeps.</text></docTitle>
<docAuthor><text>The dog runs fast.</text></docAuthor><navMap><navPoint id="n"><navLabel><text>It works.</text></navLabel>
<content src="text/one.html"/></navPoint></navMap></ncx>"""


def members(**more: str | bytes | None) -> dict[str, str | bytes]:
    """The members of a book; `more` replaces some by their last name, None leaves one out."""
    whole: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": METADATA,
        "OEBPS/text/one.html": PAGE.format("See the <a href='x'>full report</a> for details."),
        "OEBPS/ch 2.xhtml": PAGE.format("The cat&#160;sleeps."),
        "OEBPS/nav.xhtml": PAGE.format("<a href='text/one.html'>It works.</a>"),
        "OEBPS/toc.ncx": NCX,
        "OEBPS/p.png": b"\x89PNG\0",
    }
    for key, value in more.items():
        name = next(n for n in whole if n.endswith(key.replace("_", ".")))
        if value is None:
            del whole[name]
        else:
            whole[name] = value
    return whole


def book(parts: dict[str, str | bytes]) -> bytes:
    """The bytes of a book."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, data in parts.items():
            stored = name == "mimetype"
            kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            target.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, kind)
    return out.getvalue()
