"""What a document is to be translated with, in words that can be stored and read again.

The one law: what is read is checked. Stored words may be of another version, or damaged; they
become a request that means the same, or none.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from agents.translation.events import DocumentRequest, EngineKind, Language, Register

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS = ("target", "engine", "model", "register", "glossary")


def absolute(path: Path) -> Path:
    """The path from the root of the file system; links stay as they were named."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow links


def written(request: DocumentRequest) -> dict[str, object]:
    """A request as plain JSON values."""
    said: dict[str, object] = {
        "source": str(absolute(request.source)),
        "out": str(absolute(request.out_dir)),
        "memory": _path(request.memory),
        "srx": _path(request.srx),
        "options": [list(option) for option in request.options],
        "also": list(request.also),
        "use_memory": request.use_memory,
    }
    return said | {name: getattr(request, name) for name in _TEXTS}


def as_json(request: DocumentRequest) -> str:
    """A request as it is stored beside its job."""
    return json.dumps(written(request), ensure_ascii=False)


def read(words: object) -> DocumentRequest | None:
    """The request again; None if it is not one."""
    if not isinstance(words, dict):
        return None
    said = cast("Mapping[str, object]", words)
    target, engine, register = (said.get(name, "") for name in ("target", "engine", "register"))
    source, out = said.get("source"), said.get("out")
    known = target in get_args(Language) and engine in get_args(EngineKind)
    if not (known and register in get_args(Register)):
        return None
    if not (isinstance(source, str) and source and isinstance(out, str) and out):
        return None
    return DocumentRequest(
        source=Path(source),
        target=cast("Language", target),
        out_dir=Path(out),
        engine=cast("EngineKind", engine),
        model=_text(said, "model"),
        memory=_read_path(said, "memory"),
        register=cast("Register", register),
        options=_options(said.get("options")),
        use_memory=said.get("use_memory") is not False,
        glossary=_text(said, "glossary"),
        srx=_read_path(said, "srx"),
        also=_texts(said.get("also")),
    )


def from_json(text: str) -> DocumentRequest | None:
    """What `as_json` wrote; None if it is not that."""
    try:
        return read(json.loads(text))
    except ValueError:
        return None


def _path(path: Path | None) -> str:
    return "" if path is None else str(absolute(path))


def _read_path(said: Mapping[str, object], name: str) -> Path | None:
    text = _text(said, name)
    return Path(text) if text else None


def _text(said: Mapping[str, object], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, str))


def _options(value: object) -> tuple[tuple[str, str], ...]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    pairs = [_texts(item) for item in items]
    return tuple((pair[0], pair[1]) for pair in pairs if len(pair) == 2)
