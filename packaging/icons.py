"""Every size of the icon from its one source: `python packaging/icons.py [FOLDER]`.

The law: `assets/icons/app.svg` is the only picture anybody draws; what is made of it here is
never committed. Needs PySide6, which the freezing environments have. The containers of Windows
and macOS are written byte by byte: both are a table of pictures.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "assets" / "icons" / "app.svg"
FOLDER = ROOT / "build" / "icons"
SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
# Apple's four letters for a PNG of so many pixels.
ICNS_KINDS = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09"}
MAC_SHARE = 824 / 1024  # of a macOS icon's square that its plate fills
_AS_PNG = 256  # from here on Windows reads a PNG inside an .ico; before, not all programs do


def picture(size: int, share: float = 1.0) -> QImage:
    """The icon, `size` pixels wide and high, filling `share` of the square."""
    from PySide6.QtCore import QRectF  # noqa: PLC0415 - the containers need no Qt
    from PySide6.QtGui import QImage, QPainter  # noqa: PLC0415 - likewise
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415 - likewise

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    margin = round(size * (1 - share) / 2)
    inside = QRectF(margin, margin, size - 2 * margin, size - 2 * margin)
    QSvgRenderer(str(SOURCE)).render(painter, inside)
    painter.end()
    return image


def png(image: QImage) -> bytes:
    """The picture as a PNG file."""
    from PySide6.QtCore import QBuffer, QByteArray  # noqa: PLC0415 - as above

    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(content.data())


def bitmap(pixels: bytes, size: int) -> bytes:
    """Pixels (rows from the top, 4 bytes each: blue, green, red, opacity) as an .ico wants them.

    The rows go from the bottom up, and a mask of one bit a pixel follows, which opacity replaces.
    """
    head = struct.pack("<IiiHHIIiiII", 40, size, size * 2, 1, 32, 0, 0, 0, 0, 0, 0)
    rows = [pixels[at : at + size * 4] for at in range(0, len(pixels), size * 4)]
    mask = bytes((size + 31) // 32 * 4 * size)
    return head + b"".join(reversed(rows)) + mask


def ico(pictures: Mapping[int, bytes]) -> bytes:
    """A Windows icon of pictures by size: bitmaps, and PNG for 256 pixels."""
    place = 6 + 16 * len(pictures)
    table, body = struct.pack("<HHH", 0, 1, len(pictures)), b""
    for size, content in sorted(pictures.items()):
        side = size % 256  # 0 says 256
        table += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(content), place + len(body))
        body += content
    return table + body


def icns(pictures: Mapping[int, bytes]) -> bytes:
    """A macOS icon of PNG files by size."""
    body = b"".join(
        ICNS_KINDS[size] + struct.pack(">I", len(content) + 8) + content
        for size, content in sorted(pictures.items())
    )
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def make(folder: Path) -> None:
    """Write every size, `app.ico` and `app.icns` into the folder."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415 - as above

    kept = QGuiApplication.instance() or QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        (folder / f"{size}.png").write_bytes(png(picture(size)))
    windows = {
        size: (folder / f"{size}.png").read_bytes()
        if size >= _AS_PNG
        else bitmap(bytes(picture(size).constBits()), size)
        for size in ICO_SIZES
    }
    (folder / "app.ico").write_bytes(ico(windows))
    apple = {size: png(picture(size, MAC_SHARE)) for size in ICNS_KINDS}
    (folder / "app.icns").write_bytes(icns(apple))
    del kept


def main() -> int:
    """Make them all."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    make(folder)
    print(f"{folder}: {len(SIZES)} sizes, app.ico, app.icns")
    return 0


if __name__ == "__main__":
    sys.exit(main())
