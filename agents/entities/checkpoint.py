"""Checkpoints that have only PyTorch weights: exported to ONNX once, by the `gliner` package.

The one law: PyTorch never enters this process. The export runs in a process of its own, without
a network, into a temporary file that is renamed when it is whole.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.base import UserError
from agents.entities.folder import CONFIG, ENTITY_MARK, TOKENIZER

if TYPE_CHECKING:
    from agents.base import CancelToken

TORCH_WEIGHTS = ("pytorch_model.bin", "model.safetensors")
NEEDED = ("gliner", "torch", "onnx")

# Run in the process of its own: argument 1 is the checkpoint, argument 2 a folder to fill.
_EXPORT = """
import sys
from gliner import GLiNER
model = GLiNER.from_pretrained(sys.argv[1], local_files_only=True, map_location="cpu")
model.export_to_onnx(save_dir=sys.argv[2], onnx_filename="model.onnx", quantize=False)
"""


def export_if_needed(folder: Path, cancel: CancelToken) -> None:
    """Make `model.onnx` in a folder that has none.

    Raises:
        CancelledError: `cancel` was set; nothing is left behind.
        UserError: entities.needs_gliner, entities.export_failed.
    """
    has_torch = any((folder / name).is_file() for name in TORCH_WEIGHTS)
    if any(folder.glob("*.onnx")) or not has_torch:
        return
    if getattr(sys, "frozen", False) or not all(map(importlib.util.find_spec, NEEDED)):
        raise UserError("entities.needs_gliner", path=str(folder))
    try:
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as made:
            _run(folder, Path(made), cancel)
            if not _has_marks(folder):  # the export's own has the tokens that were added to it
                (Path(made) / TOKENIZER).replace(folder / TOKENIZER)
            (Path(made) / "model.onnx").replace(folder / "model.onnx")
    except OSError as error:
        raise UserError("entities.export_failed", path=str(folder), reason=str(error)) from error


def _has_marks(folder: Path) -> bool:
    """Whether the tokenizer knows the token that stands before each label."""
    try:
        config: dict[str, Any] = json.loads((folder / CONFIG).read_text("utf-8"))
        mark = str(config.get("ent_token", ENTITY_MARK))
        return mark in (folder / TOKENIZER).read_text("utf-8")
    except (FileNotFoundError, ValueError):
        return False


def _run(folder: Path, made: Path, cancel: CancelToken) -> None:
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own text
        # -P: what lies in the current folder is never imported
        [sys.executable, "-P", "-c", _EXPORT, str(folder), str(made)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    forget = cancel.on_cancel(process.kill)
    try:
        _out, said = process.communicate()
    finally:
        forget()
    cancel.check()
    if process.returncode or not (made / "model.onnx").is_file():
        reason = said.strip().splitlines()[-1] if said.strip() else str(process.returncode)
        raise UserError("entities.export_failed", path=str(folder), reason=reason)
