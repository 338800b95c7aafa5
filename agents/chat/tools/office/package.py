"""The zip around an office file that we write.

The one law: only what XML can hold is written, and the same outline gives the same bytes.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WHEN = (1980, 1, 1, 0, 0, 0)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def safe(text: str) -> str:
    """A text as it may stand in XML."""
    return html.escape(_FORBIDDEN.sub("", text), quote=True)


def relations(of: Sequence[tuple[str, str]]) -> str:
    """Relations (kind, target), numbered from rId1."""
    inside = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(of, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def zipped(document: str, kinds: Mapping[str, str], parts: Mapping[str, str]) -> bytes:
    """The file.

    Args:
        document: the member that is the document itself.
        kinds: the content type of each member that has one of its own.
        parts: the XML of each member, without its head.
    """
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items()
    )
    all_ = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>'
        ),
        "_rels/.rels": relations([("officeDocument", document)]),
        **parts,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, inside in all_.items():
            info = zipfile.ZipInfo(name, _WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, (_HEAD + inside).encode("utf-8"))
    return out.getvalue()
