"""Checkpoints that have only PyTorch weights: exported to ONNX once, by their own package.

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
from agents.entities.gliner2_folder import SEPARATOR, is_gliner2

if TYPE_CHECKING:
    from agents.base import CancelToken

TORCH_WEIGHTS = ("pytorch_model.bin", "model.safetensors")
NEEDED = ("gliner", "torch", "onnx")
NEEDED_2 = ("gliner2", "torch", "onnx")

# Run in the process of its own: argument 1 is the checkpoint, argument 2 a folder to fill.
_EXPORT = """
import sys
from gliner import GLiNER
model = GLiNER.from_pretrained(sys.argv[1], local_files_only=True, map_location="cpu")
model.export_to_onnx(save_dir=sys.argv[2], onnx_filename="model.onnx", quantize=False)
"""

# The same of a GLiNER2, whose package has no export: one graph, as it lies on the hub, and what
# the model counts beside it.
_EXPORT_2 = """
import os, shutil, sys
import torch
from gliner2 import GLiNER2

source, made = sys.argv[1:]
flat = os.path.join(source, "encoder_config.json")
if os.path.isfile(flat):  # as an imported model lies; the package wants a folder for it
    again = os.path.join(made, "source")
    os.makedirs(os.path.join(again, "encoder_config"))
    for name in os.listdir(source):
        place = os.path.join(source, name)
        if os.path.isfile(place) and place != flat:
            try:
                os.link(place, os.path.join(again, name))
            except OSError:
                shutil.copy2(place, again)
    shutil.copy2(flat, os.path.join(again, "encoder_config", "config.json"))
    source = again

torch.backends.mha.set_fastpath_enabled(False)  # ONNX has no such operator
model = GLiNER2.from_pretrained(source, map_location="cpu").eval()

def attend(self, query, key, value, **_others):
    def heads(x):
        return x.reshape(x.shape[0], x.shape[1], self.num_heads, self.head_dim).transpose(1, 2)

    # PyTorch's own writes the number of labels of the example into the graph
    mixed = torch.nn.functional.linear(query, self.in_proj_weight, self.in_proj_bias)
    q, k, v = map(heads, mixed.chunk(3, -1))
    weights = torch.softmax(q @ k.transpose(-1, -2) / self.head_dim**0.5, -1)
    both = (weights @ v).transpose(1, 2)
    both = both.reshape(query.shape[0], query.shape[1], self.embed_dim)
    return self.out_proj(both), None

torch.nn.MultiheadAttention.forward = attend

class Whole(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.span_rep = model.encoder, model.span_rep
        self.count_embed, self.count_pred = model.count_embed, model.count_pred

    def forward(self, input_ids, attention_mask, text_positions, schema_positions, span_idx):
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        hidden = hidden.last_hidden_state[0]
        words, schema = hidden[text_positions], hidden[schema_positions]
        spans = self.span_rep(words.unsqueeze(0), span_idx).squeeze(0)
        labels = self.count_embed(schema[1:], 1)  # of more than one, entities take the first
        scores = torch.sigmoid(torch.einsum("lkd,bpd->bplk", spans, labels))
        return scores, self.count_pred(schema[:1])

width = model.max_width
words, labels = 5, 3
tokens = torch.arange(4, 4 + 2 * words + labels).unsqueeze(0) % model.encoder.config.vocab_size
starts = torch.arange(words).repeat_interleave(width)
ends = starts + torch.arange(width).repeat(words)
spans = torch.stack([starts, ends], 1) * (ends < words).unsqueeze(1)
names = ["input_ids", "attention_mask", "text_positions", "schema_positions", "span_idx"]
with torch.no_grad():
    torch.onnx.export(
        Whole(),
        (tokens, torch.ones_like(tokens), torch.arange(words) + 3, torch.arange(labels + 1),
         spans.unsqueeze(0)),
        os.path.join(made, "model.onnx"),
        input_names=names,
        output_names=["span_scores", "count_logits"],
        dynamic_axes={
            "input_ids": {1: "tokens"}, "attention_mask": {1: "tokens"},
            "text_positions": {0: "words"}, "schema_positions": {0: "marks"},
            "span_idx": {1: "spans"}, "span_scores": {1: "labels", 2: "words"},
        },
        opset_version=18,
        dynamo=False,
    )
model.processor.tokenizer.save_pretrained(made)
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
    second = is_gliner2(folder)
    needed, script = (NEEDED_2, _EXPORT_2) if second else (NEEDED, _EXPORT)
    if getattr(sys, "frozen", False) or not all(map(importlib.util.find_spec, needed)):
        raise UserError("entities.needs_gliner", path=str(folder))
    try:
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as made:
            _run(script, folder, Path(made), cancel)
            if not _has_marks(
                folder, second=second
            ):  # the export's own has the tokens that were added to it
                (Path(made) / TOKENIZER).replace(folder / TOKENIZER)
            (Path(made) / "model.onnx").replace(folder / "model.onnx")
    except OSError as error:
        raise UserError("entities.export_failed", path=str(folder), reason=str(error)) from error


def _has_marks(folder: Path, *, second: bool) -> bool:
    """Whether the tokenizer knows the tokens of the prompt."""
    try:
        if second:
            return f'"{SEPARATOR}"' in (folder / TOKENIZER).read_text("utf-8")
        config: dict[str, Any] = json.loads((folder / CONFIG).read_text("utf-8"))
        mark = str(config.get("ent_token", ENTITY_MARK))
        return mark in (folder / TOKENIZER).read_text("utf-8")
    except (FileNotFoundError, ValueError):
        return False


def _run(script: str, folder: Path, made: Path, cancel: CancelToken) -> None:
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own text
        # -P: what lies in the current folder is never imported
        [sys.executable, "-P", "-c", script, str(folder), str(made)],
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
