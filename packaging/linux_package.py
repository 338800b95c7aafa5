"""The installers of Linux: a `.deb`, and one file that installs itself for one user.

The law: a package is written file by file from the frozen folder and from templates, by Python
alone; it runs no script of ours as root, so removing it leaves nothing but the user's data. The
same input gives the same bytes (order, owner and times are fixed).
"""

from __future__ import annotations

import email.utils
import gzip
import hashlib
import io
import os
import platform
import re
import stat
import tarfile
import textwrap
import time
from typing import TYPE_CHECKING, NamedTuple

import elf
import product
import release_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TEMPLATES = product.ROOT / "packaging" / "linux"
DEBIAN = {"x86_64": "amd64", "aarch64": "arm64"}
# Text recognition and page views are used where they are installed.
RECOMMENDED = "xdg-utils"
SUGGESTED = "libreoffice-core, tesseract-ocr, tesseract-ocr-kor"
# What no library asks for: where fonts are, and one with Hangul; without them all text is boxes.
ALWAYS = "fontconfig-config, fonts-nanum | fonts-noto-cjk | fonts-unfonts-core"
_GLIBC = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1"}
_PAYLOAD = "__PAYLOAD__"


class Entry(NamedTuple):
    """A file in a package: where it goes, and its content, a file or a link's target."""

    path: str
    content: bytes | Path
    mode: int = 0o644
    link: str = ""


def machine() -> str:
    """This processor's family, as `uname -m` says it."""
    return platform.machine()


def when() -> int:
    """Seconds since 1970 of what is built: `SOURCE_DATE_EPOCH`, else now."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())


def date() -> str:
    """The same as a day."""
    return time.strftime("%Y-%m-%d", time.gmtime(when()))


def template(name: str, found: product.Product, **more: str) -> bytes:
    """One of our templates, filled."""
    kinds = [document.mime for document in product.DOCUMENTS]
    elements = "\n".join(f"    <mediatype>{kind}</mediatype>" for kind in dict.fromkeys(kinds))
    values = product.values(
        found,
        DATE=date(),
        YEAR=date()[:4],
        MIME=";".join(dict.fromkeys(kinds)),
        MIME_ELEMENTS=elements,
        MACHINE=machine(),
        **more,
    )
    return product.filled((TEMPLATES / name).read_text("utf-8"), values).encode()


def program(folder: Path, to: str) -> list[Entry]:
    """The frozen folder below `to`."""
    entries: list[Entry] = []
    for file in sorted(folder.rglob("*")):
        path = f"{to}/{file.relative_to(folder).as_posix()}"
        if file.is_symlink():
            entries.append(Entry(path, b"", link=os.readlink(file)))  # noqa: PTH115 - as it is written
        elif file.is_file():
            runs = file.stat().st_mode & stat.S_IXUSR and ".so" not in file.name
            entries.append(Entry(path, file, 0o755 if runs else 0o644))
    return entries


def shared(found: product.Product, icons: Path, launcher: str) -> list[Entry]:
    """What a desktop wants to know, below `share`."""
    name = found.name
    desktop = template(f"{name}.desktop", found, EXEC=launcher, TRYEXEC=launcher)
    manual = gzip.compress(template(f"{name}.1", found), mtime=0)
    entries = [
        Entry(f"share/applications/{name}.desktop", desktop),
        Entry(
            f"share/metainfo/{found.identifier}.metainfo.xml",
            template(f"{name}.metainfo.xml", found),
        ),
        Entry(f"share/mime/packages/{name}.xml", template(f"{name}.mime.xml", found)),
        Entry(f"share/man/man1/{name}.1.gz", manual),
    ]
    for picture in sorted(icons.glob("*.png")):
        size = picture.stem
        entries.append(Entry(f"share/icons/hicolor/{size}x{size}/apps/{name}.png", picture))
    source = product.ROOT / "assets" / "icons" / "app.svg"
    entries.append(Entry(f"share/icons/hicolor/scalable/apps/{name}.svg", source))
    return entries


def changelog(found: product.Product) -> bytes:
    """What the changelog says of this version, as Debian writes it.

    Raises:
        ValueError: it says nothing.
    """
    text = (product.ROOT / "CHANGELOG.md").read_text("utf-8")
    said = release_files.notes(text, found.version)
    points = [
        textwrap.fill(" ".join(point.split()), 78, initial_indent="  * ", subsequent_indent="    ")
        for point in re.split(r"^- ", said, flags=re.MULTILINE)[1:]
    ]
    day = email.utils.formatdate(when()).replace("-0000", "+0000")  # as Debian writes it
    head = f"{found.name} ({found.version}) unstable; urgency=medium"
    foot = f" -- {product.PUBLISHER} <{found.address}>  {day}"
    return gzip.compress("\n".join((head, "", *points, "", foot, "")).encode(), mtime=0)


def tar(entries: Iterable[Entry], *, preset: int) -> bytes:
    """The entries and the folders they need as a `.tar.xz`; a plain `.tar` for preset 0."""
    made: set[str] = set()
    content = io.BytesIO()
    with (
        tarfile.open(fileobj=content, mode="w:xz", preset=preset, format=tarfile.GNU_FORMAT)
        if preset
        else tarfile.open(fileobj=content, mode="w", format=tarfile.GNU_FORMAT)
    ) as out:
        for entry in entries:
            parts = entry.path.split("/")[:-1]
            for depth in range(1, len(parts) + 1):
                parent = "/".join(parts[:depth])
                if parent not in made and parent != ".":
                    made.add(parent)
                    out.addfile(_info(parent, tarfile.DIRTYPE, 0o755))
            if entry.link:
                info = _info(entry.path, tarfile.SYMTYPE, 0o777)
                info.linkname = entry.link
                out.addfile(info)
                continue
            body = entry.content if isinstance(entry.content, bytes) else entry.content.read_bytes()
            info = _info(entry.path, tarfile.REGTYPE, entry.mode)
            info.size = len(body)
            out.addfile(info, io.BytesIO(body))
    return content.getvalue()


def _info(path: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(path)
    info.type, info.mode, info.mtime = kind, mode, when()
    info.uname = info.gname = "root"
    return info


def ar(members: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive as `ar` makes it, which is what a `.deb` is."""
    whole = b"!<arch>\n"
    for name, body in members:
        head = f"{name:<16}{when():<12}{0:<6}{0:<6}{0o100644:<8o}{len(body):<10}`\n"
        whole += head.encode() + body + b"\n" * (len(body) % 2)
    return whole


def depends(asked: elf.Asked, known: dict[str, str]) -> str:
    """The `Depends` line: packages of the libraries that are asked for, and glibc's version.

    Raises:
        ValueError: nobody knows whose a library is; the package could not be installed.
    """
    names = {name for name in asked.libraries if name not in _GLIBC and not name.startswith("ld-")}
    lost = sorted(names - known.keys())
    if lost:
        raise ValueError(f"No Debian package is known for {', '.join(lost)}.")
    owners = {known[name] for name in names}
    glibc = f"libc6 (>= {asked.glibc[0]}.{asked.glibc[1]})"
    return ", ".join([glibc, *sorted(owners - {"libc6"}), ALWAYS])


def deb(folder: Path, icons: Path, out: Path, *, preset: int, needs: str) -> Path:
    """Write the Debian package; returns it.

    Args:
        folder: the frozen folder.
        icons: the PNG files by size.
        out: where the package goes.
        preset: how hard xz tries, 1 to 9; 0 does without it.
        needs: the `Depends` line.
    """
    found = product.product()
    name = found.name
    entries = [
        *program(folder, f"./usr/lib/{name}"),
        Entry(f"./usr/bin/{name}", b"", link=f"../lib/{name}/{name}"),
        Entry(f"./usr/share/doc/{name}/copyright", template("copyright", found)),
        Entry(f"./usr/share/doc/{name}/changelog.gz", changelog(found)),
        Entry(f"./usr/share/lintian/overrides/{name}", template("lintian", found)),
        *(
            entry._replace(path=f"./usr/{entry.path}")
            for entry in shared(found, icons, f"/usr/bin/{name}")
        ),
    ]
    entries.sort(key=lambda entry: entry.path)
    sums = "".join(f"{_md5(entry)}  {entry.path[2:]}\n" for entry in entries if not entry.link)
    architecture = DEBIAN[machine()]
    control = template(
        "control",
        found,
        ARCHITECTURE=architecture,
        SIZE=str(product.folder_size(folder) // 1024),
        DEPENDS=needs,
        RECOMMENDS=RECOMMENDED,
        SUGGESTS=SUGGESTED,
    )
    told = [Entry("./control", control), Entry("./md5sums", sums.encode())]
    ending = "tar.xz" if preset else "tar"
    members = [
        ("debian-binary", b"2.0\n"),
        (f"control.{ending}", tar(told, preset=preset)),
        (f"data.{ending}", tar(entries, preset=preset)),
    ]
    file = out / f"{name}_{found.version}_{architecture}.deb"
    return _written(file, ar(members))


def _md5(entry: Entry) -> str:
    body = entry.content if isinstance(entry.content, bytes) else entry.content.read_bytes()
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def self_extracting(folder: Path, icons: Path, out: Path, *, preset: int) -> Path:
    """Write the one file that installs itself for one user; returns it."""
    found = product.product()
    # Where the program will lie is known when it is installed: the script fills it in.
    launcher = "__LAUNCHER__"
    entries = [*program(folder, "program"), *shared(found, icons, launcher)]
    payload = tar(sorted(entries, key=lambda entry: entry.path), preset=max(preset, 1))
    size = product.folder_size(folder) // 1024 + 1
    head = template(
        "install.sh",
        found,
        SHA=hashlib.sha256(payload).hexdigest(),
        KIB=str(size),
        PAYLOAD=_PAYLOAD,
    )
    file = out / f"{product.TITLE.replace(' ', '-')}-{found.version}-linux-{machine()}.run"
    _written(file, head + payload)
    file.chmod(0o755)
    return file


def _written(file: Path, content: bytes) -> Path:
    """Write the file at once, or not at all."""
    draft = file.with_name(file.name + ".part")
    draft.write_bytes(content)
    return draft.replace(file)


def build(folder: Path, icons: Path, out: Path, *, preset: int) -> list[Path]:
    """Both installers of this system."""
    asked = elf.asked(folder)
    needs = depends(asked, elf.packages(asked.libraries))
    return [
        deb(folder, icons, out, preset=preset, needs=needs),
        self_extracting(folder, icons, out, preset=preset),
    ]
