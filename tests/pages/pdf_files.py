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


def pdf(*pages: str, size=(400, 500), extra: dict[str, str] | None = None) -> bytes:
    """A PDF of pages with these contents; `extra` goes into the catalogue."""
    count = len(pages)
    first = 4 + len(FONTS)
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(count))
    more = " ".join(f"/{key} {value}" for key, value in (extra or {}).items())
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {more} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        f"<< /Type /XObject /Subtype /Image {_IMAGE} /Length 1 >>\nstream\n\x80\nendstream",
    ]
    objects += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} "
        + ("" if name == "Symbol" else "/Encoding /WinAnsiEncoding ")
        + ">>"
        for name in FONTS
    ]
    fonts = " ".join(f"/F{at} {4 + at} 0 R" for at in range(len(FONTS)))
    for at, content in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}]"
            f" /Resources << /Font << {fonts} >> /XObject << /Im0 3 0 R >> >>"
            f" /Contents {first + 2 * at + 1} 0 R >>"
        )
        data = content.encode("cp1252")
        objects.append(f"<< /Length {len(data)} >>\nstream\n{content}\nendstream")
    out = b"%PDF-1.7\n"
    places: list[int] = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        encoding = "latin-1" if number == 3 else "cp1252"
        out += f"{number} 0 obj\n{body}\nendobj\n".encode(encoding)
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    )
    return out
