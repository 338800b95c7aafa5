"""Makes a random-weight GLiNER2: the fixture `tiny_gliner2`, and the reference of the parity tests.

Needs the extra `gliner` and PyTorch: python tests/entities/make_tiny_gliner2.py FOLDER
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def make(folder: Path, *, seed: int = 7, count: int = 1, layer="count_lstm", loudness=1.0):
    """Write checkpoint and tokenizer into `folder`, as the package does; returns the reference.

    Args:
        folder: is made.
        seed: of the weights.
        count: how many entities of a kind the model counts in any text; 0 = none.
        layer: the kind of its counting layer.
        loudness: a factor on the logits.
    """
    import torch
    from gliner2 import GLiNER2
    from gliner2.configuration import ExtractorConfig
    from gliner2.models.span.model import SpanExtractorModel
    from transformers import DebertaV2Config

    from tests.entities.make_tiny_gliner import tokenizer_of

    hidden = 16
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = tokenizer_of(200)
    encoder = DebertaV2Config(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=2 * hidden,
        max_position_embeddings=512,
        relative_attention=True,
        position_buckets=16,
        pos_att_type=["p2c", "c2p"],
        norm_rel_ebd="layer_norm",
        share_att_key=True,
        type_vocab_size=0,
        position_biased_input=False,
        pad_token_id=0,
    )
    config = ExtractorConfig(
        model_name="tiny",
        max_width=6,
        counting_layer=layer,
        token_pooling="first",
    )
    config.attn_implementation = "eager"
    core = SpanExtractorModel(config, encoder_config=encoder, tokenizer=tokenizer)
    with torch.no_grad():
        for weight in core.parameters():  # spread the scores over both sides of 0.5
            weight.add_(torch.randn_like(weight) * 0.2)
        for weight in core.span_rep.span_rep_layer.out_project[-1].parameters():
            weight.mul_(loudness)
        core.count_pred[-1].weight.zero_()
        core.count_pred[-1].bias.copy_(torch.eye(20)[count])
    core.eval()
    core.save_pretrained(str(folder))
    return GLiNER2.from_pretrained(str(folder), map_location="cpu").eval()


def write_parts(reference, folder: Path, *, gate: bool) -> None:
    """Export in parts, as `lmo3/gliner2-large-v1-onnx` lies on the hub; `gate`: with count_pred."""
    import torch

    class Encoder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = reference.encoder

        def forward(self, input_ids, attention_mask):
            return self.encoder(input_ids=input_ids, attention_mask=attention_mask)[0]

    class SpanRep(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = reference.span_rep.span_rep_layer

        def forward(self, hidden_states, span_start_idx, span_end_idx):
            wide = (-1, -1, hidden_states.shape[-1])
            starts = torch.gather(
                self.layer.project_start(hidden_states), 1, span_start_idx[..., None].expand(wide)
            )
            ends = torch.gather(
                self.layer.project_end(hidden_states), 1, span_end_idx[..., None].expand(wide)
            )
            return self.layer.out_project(torch.cat([starts, ends], dim=-1).relu())

    class CountEmbed(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = reference.count_embed

        def forward(self, label_embeddings):
            return self.layer(label_embeddings, 1)[0]

    hidden = reference.encoder.config.hidden_size
    tokens = torch.arange(8)[None]
    states, places = torch.randn(1, 6, hidden), torch.arange(4)[None]
    graphs = {
        "encoder": (
            Encoder(),
            (tokens, torch.ones_like(tokens)),
            {"input_ids": {0: "batch", 1: "tokens"}, "attention_mask": {0: "batch", 1: "tokens"}},
        ),
        "span_rep": (
            SpanRep(),
            (states, places, places),
            {
                "hidden_states": {0: "batch", 1: "words"},
                "span_start_idx": {0: "batch", 1: "spans"},
                "span_end_idx": {0: "batch", 1: "spans"},
            },
        ),
        "count_embed": (CountEmbed(), (states[0],), {"label_embeddings": {0: "labels"}}),
        "classifier": (reference.classifier, (states[0],), {"hidden_state": {0: "batch"}}),
    }
    if gate:
        graphs["count_pred"] = (reference.count_pred, (states[0],), {"hidden_state": {0: "batch"}})
    (folder / "onnx").mkdir(parents=True)
    named = {name: f"onnx/{name}.onnx" for name in graphs}
    for name, (module, example, axes) in graphs.items():
        torch.onnx.export(
            module.eval(),
            example,
            str(folder / named[name]),
            input_names=list(axes),
            output_names=["out"],
            dynamic_axes=axes,
            opset_version=18,
            dynamo=False,
        )
    tokenizer = reference.processor.tokenizer
    tokenizer.save_pretrained(folder)
    said = {
        "max_width": reference.max_width,
        "special_tokens": {
            mark: tokenizer.convert_tokens_to_ids(mark) for mark in ("[P]", "[E]", "[SEP_TEXT]")
        },
        "onnx_files": {"fp32": named},
    }
    (folder / "gliner2_config.json").write_text(json.dumps(said), "utf-8")
    small = {"hidden_size": hidden, "vocab_size": len(tokenizer)}
    (folder / "config.json").write_text(json.dumps(small), "utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from agents.base import CancelToken
    from agents.entities.checkpoint import export_if_needed

    place = Path(sys.argv[1])
    make(place)
    export_if_needed(place, CancelToken())
    shutil.rmtree(place / "encoder_config")
    for left in place.iterdir():
        if left.name not in ("model.onnx", "tokenizer.json", "config.json"):
            left.unlink()
    config_file = place / "config.json"
    told = json.loads(config_file.read_text("utf-8"))
    told["model_name"] = "tiny"
    config_file.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")
