"""Small PDFs, written by hand: what a test needs to see stands in plain sight."""

from __future__ import annotations

_IMAGE = "/Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
FONTS = ("Helvetica", "Helvetica-Bold", "Times-Italic", "Symbol")


def text(x, y, words, *, size=10, font=0, matrix="1 0 0 1", colour="0 g") -> str:
    """One line as one text object."""
    escaped = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT {colour} /F{font} {size} Tf {matrix} {x} {y} Tm ({escaped}) Tj ET"


def lines(x, y, rows, *, size=10, step=12, **more) -> str:
    """Lines below each other."""
    return "\n".join(text(x, y - step * at, row, size=size, **more) for at, row in enumerate(rows))


def image(x, y, width, height) -> str:
    """A grey picture."""
    return f"q {width} 0 0 {height} {x} {y} cm /Im0 Do Q"


def pdf(
    *pages: str,
    size=(400, 500),
    extra: dict[str, str] | None = None,
    objects: dict[int, str] | None = None,
    fonts: dict[str, int] | None = None,
    annotations: str = "",
    info: int = 0,
) -> bytes:
    """A PDF of pages with these contents.

    Args:
        pages: the content of each.
        size: of every page, in points.
        extra: goes into the catalogue.
        objects: more objects by their numbers, which leave none out from 90 on.
        fonts: more fonts by their names, and the numbers of their objects.
        annotations: an array, of the first page.
        info: the number of the object that has the title.
    """
    count = len(pages)
    first = 4 + len(FONTS)
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(count))
    more = " ".join(f"/{key} {value}" for key, value in (extra or {}).items())
    bodies = {
        1: f"<< /Type /Catalog /Pages 2 0 R {more} >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        3: f"<< /Type /XObject /Subtype /Image {_IMAGE} /Length 1 >>\nstream\n\x80\nendstream",
    }
    for at, name in enumerate(FONTS):
        coded = "" if name == "Symbol" else "/Encoding /WinAnsiEncoding "
        bodies[4 + at] = f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} {coded}>>"
    named = [f"/F{at} {4 + at} 0 R" for at in range(len(FONTS))]
    named += [f"/{name} {number} 0 R" for name, number in (fonts or {}).items()]
    for at, content in enumerate(pages):
        noted = f" /Annots {annotations}" if annotations and not at else ""
        bodies[first + 2 * at] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}]"
            f" /Resources << /Font << {' '.join(named)} >> /XObject << /Im0 3 0 R >> >>"
            f" /Contents {first + 2 * at + 1} 0 R{noted} >>"
        )
        length = len(content.encode("cp1252"))
        bodies[first + 2 * at + 1] = f"<< /Length {length} >>\nstream\n{content}\nendstream"
    bodies |= objects or {}
    out = b"%PDF-1.7\n"
    table = b"xref\n0 1\n0000000000 65535 f \n"
    for number, body in sorted(bodies.items()):
        table += f"{number} 1\n{len(out):010d} 00000 n \n".encode()
        encoding = "latin-1" if number == 3 else "cp1252"
        out += f"{number} 0 obj\n{body}\nendobj\n".encode(encoding)
    title = f" /Info {info} 0 R" if info else ""
    end = (
        f"trailer\n<< /Size {max(bodies) + 1} /Root 1 0 R{title} >>\nstartxref\n{len(out)}\n%%EOF\n"
    )
    return out + table + end.encode()


def embedded(font: bytes, name: str, number: int) -> dict[int, str]:
    """A TrueType font as three objects, the first of which is the font."""
    packed = font.hex() + ">"
    return {
        number: f"<< /Type /Font /Subtype /TrueType /BaseFont /{name} /FirstChar 32 /LastChar 126"
        f" /Widths [{'600 ' * 95}] /Encoding /WinAnsiEncoding"
        f" /FontDescriptor {number + 1} 0 R >>",
        number + 1: f"<< /Type /FontDescriptor /FontName /{name} /Flags 32"
        " /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700"
        f" /StemV 80 /FontFile2 {number + 2} 0 R >>",
        number
        + 2: f"<< /Length {len(packed)} /Filter /ASCIIHexDecode >>\nstream\n{packed}\nendstream",
    }


WORDS = "the letters of this page are only known by their shapes"


def shapes(words: str, codes: str) -> bytes:
    """A page in a font of Type 3, which does not say which letters it has."""
    glyph = "600 0 0 0 500 700 d1 0 0 500 700 re f"
    names = " ".join(f"/g{ord(one)}" for one in map(chr, range(33, 127)))
    procs = " ".join(f"/g{code} 91 0 R" for code in range(33, 127))
    objects = {
        90: "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 600 700] /FontMatrix [.001 0 0 .001 0 0]"
        f" /CharProcs << {procs} >> /Encoding << /Type /Encoding /Differences [33 {names}] >>"
        f" /FirstChar 33 /LastChar 126 /Widths [{'600 ' * 94}] >>",
        91: f"<< /Length {len(glyph)} >>\nstream\n{glyph}\nendstream",
    }
    coded = words.translate(str.maketrans("abcdefghijklmnopqrstuvwxyz", codes))
    rows = "\n".join(
        f"BT /T 10 Tf 1 0 0 1 50 {400 - 12 * at} Tm ({row}) Tj ET"
        for at, row in enumerate([coded] * 3)
    )
    return pdf(rows, objects=objects, fonts={"T": 90})


def unembedded(cmap: str, encoding: str, rows: list[str], *, across: bool = False) -> bytes:
    """A page in a Korean font of old office programs: named, coded by `cmap`, not embedded."""
    name = "HYSMyeongJo-Medium"
    objects = {
        90: f"<< /Type /Font /Subtype /Type0 /BaseFont /{name}-{cmap} /Encoding /{cmap}"
        " /DescendantFonts [91 0 R] >>",
        91: f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /{name} /CIDSystemInfo"
        " << /Registry (Adobe) /Ordering (Korea1) /Supplement 1 >>"
        " /FontDescriptor 92 0 R /DW 1000 /W [1 95 500 8094 8190 500] >>",
        92: f"<< /Type /FontDescriptor /FontName /{name} /Flags 6 /FontBBox [0 -148 1001 880]"
        " /ItalicAngle 0 /Ascent 752 /Descent -271 /CapHeight 737 /StemV 58 >>",
    }
    content = "\n".join(
        f"BT /K 12 Tf 1 0 0 1 {300 - 20 * at if across else 50} {400 - (0 if across else 18 * at)}"
        f" Tm <{row.encode(encoding).hex()}> Tj ET"
        for at, row in enumerate(rows)
    )
    return pdf(content, objects=objects, fonts={"K": 90})
