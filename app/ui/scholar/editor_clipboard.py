"""What of a draft goes over the clipboard: lines as themselves, and as text in three forms.

The one law: what comes back cites only works that the draft knows; everything else is plain text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData

from agents.scholar import latex, marks
from app.ui.scholar import chips

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.scholar.draft_text import Written
    from app.ui.scholar.editor_document import Line

OWN = "application/x-moadesk-draft"


def packed(lines: list[Line], said: str) -> QMimeData:
    """Lines to copy, for us and, as `said`, for other programs."""
    made = QMimeData()
    made.setText(said)
    made.setData(OWN, json.dumps(lines, ensure_ascii=False).encode())
    return made


def readable(source: QMimeData) -> bool:
    """Whether there is something to paste."""
    return source.hasFormat(OWN) or source.hasText()


def as_text(lines: list[Line], name: Callable[[str], str]) -> str:
    """Lines with their citations in words: (Kim, 2021; Lee, 2020)."""
    return _written(lines, str, lambda keys: f"({'; '.join(map(name, keys))})")


def as_latex(lines: list[Line]) -> str:
    r"""Lines with `\\cite`."""
    return _written(lines, latex.write, lambda keys: f"\\cite{{{','.join(keys)}}}")


def as_markdown(lines: list[Line]) -> str:
    """Lines with `[@key]`, as Pandoc reads them."""
    return _written(
        lines, marks.plain, lambda keys: f"[{'; '.join(f'@{marks.key(k)}' for k in keys)}]"
    )


def lines_of(source: QMimeData, written: Written) -> list[Line]:
    """What is pasted: our own lines, or plain text."""
    if source.hasFormat(OWN):
        try:
            found: object = json.loads(bytes(source.data(OWN).data()))
        except ValueError:
            found = None
        lines = _checked(found, written)
        if lines is not None:
            return lines
    text = source.text().replace(chips.LETTER, "").replace("\r\n", "\n").replace("\r", "\n")
    return [[line] if line else [] for line in text.split("\n")]


def _checked(found: object, written: Written) -> list[Line] | None:
    """Lines from the clipboard; works that this draft does not know become words."""
    if not isinstance(found, list):
        return None
    made: list[Line] = []
    for line in found:
        if not isinstance(line, list):
            return None
        pieces: Line = []
        for piece in line:
            if isinstance(piece, str):
                pieces.append(piece.replace(chips.LETTER, ""))
            elif isinstance(piece, list):
                keys = [str(key) for key in piece]
                known = tuple(key for key in keys if key in written.works)
                pieces.append(known if len(known) == len(keys) else f"({'; '.join(keys)})")
        made.append(pieces)
    return made


def _written(
    lines: list[Line], escape: Callable[[str], str], mark: Callable[[tuple[str, ...]], str]
) -> str:
    return "\n".join(
        "".join(escape(piece) if isinstance(piece, str) else mark(tuple(piece)) for piece in line)
        for line in lines
    )
