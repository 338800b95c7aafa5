"""Random-weight embedding models, under a megabyte each, and a BERT in numpy to hold them against.

A two-layer BERT with a WordPiece vocabulary of single letters, and an LFM2 that looks both ways,
as LFM2.5-Embedding does. Tensor names and shapes follow llama.cpp's `src/models/*.cpp`.
"""

from __future__ import annotations

import math
import string
from typing import TYPE_CHECKING

import gguf
import numpy as np

from tests.engine.tiny_models import CONTROLS, MERGES, byte_letters

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Weights = dict[str, npt.NDArray[np.float32]]

WIDTH, HIDDEN, HEADS, GROUPS, LAYERS, EPSILON = 64, 96, 4, 2, 2, 1e-5
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
UNKNOWN, FIRST, LAST = 1, 2, 3
LETTERS = string.ascii_lowercase + string.digits + string.punctuation
POOLINGS = {"none": 0, "mean": 1, "cls": 2, "last": 3, "rank": 4}


def bert(
    path: Path,
    *,
    name: str = "tiny bert",
    pooling: str = "mean",
    context: int = 512,
    seed: int = 0,
    poison: str = "",
    width: int = WIDTH,
    layers: int = LAYERS,
) -> Weights:
    """Write a BERT; `pooling` "" leaves the key out, `poison` is a letter that is no number."""
    tokens = SPECIALS + ["▁" + letter for letter in LETTERS] + list(LETTERS)
    weights = _bert_weights(len(tokens), context, seed, width, layers)
    if poison:
        weights["token_embd.weight"][tokens.index("▁" + poison)] = np.nan
    w = _writer(path, "bert", name, pooling, context, tokens, width)
    w.add_block_count(layers)
    w.add_feed_forward_length(HIDDEN)
    w.add_head_count(HEADS)
    w.add_layer_norm_eps(EPSILON)
    w.add_causal_attention(False)
    w.add_tokenizer_model("bert")
    w.add_token_types([3] * len(SPECIALS) + [1] * 2 * len(LETTERS))
    w.add_token_type_count(2)
    w.add_unk_token_id(UNKNOWN)
    w.add_sep_token_id(LAST)
    w.add_pad_token_id(0)
    w.add_bos_token_id(FIRST)
    w.add_mask_token_id(4)
    return _close(w, weights)


def lfm2(
    path: Path,
    *,
    name: str = "LFM2.5 Embedding tiny",
    pooling: str = "cls",
    causal: bool = False,
    seed: int = 0,
) -> None:
    """Write an LFM2 for embeddings: convolution, attention, convolution."""
    tokens = CONTROLS + [letter for _byte, letter in sorted(byte_letters().items())]
    tokens += [merge.replace(" ", "") for merge in MERGES]
    w = _writer(path, "lfm2", name, pooling, 4096, tokens, WIDTH)
    kinds = "cac"
    w.add_block_count(len(kinds))
    w.add_feed_forward_length(HIDDEN)
    w.add_head_count(HEADS)
    w.add_array("lfm2.attention.head_count_kv", [GROUPS if kind == "a" else 0 for kind in kinds])
    w.add_layer_norm_rms_eps(EPSILON)
    w.add_rope_freq_base(1e6)
    w.add_vocab_size(len(tokens))
    w.add_uint32("lfm2.shortconv.l_cache", 3)
    w.add_causal_attention(causal)
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("gpt-2")
    w.add_token_types([3] * len(CONTROLS) + [1] * (len(tokens) - len(CONTROLS)))
    w.add_token_merges(MERGES)
    w.add_bos_token_id(1)
    w.add_eos_token_id(3)
    w.add_add_bos_token(True)
    _close(w, _lfm2_weights(len(tokens), kinds, seed))


def bert_tokens(text: str) -> list[int]:
    """What the BERT's tokenizer makes of words of lower-case letters, with [CLS] and [SEP]."""
    found = [FIRST]
    for word in text.split():
        for place, letter in enumerate(word):
            found.append(len(SPECIALS) + LETTERS.index(letter) + (len(LETTERS) if place else 0))
    return [*found, LAST]


def bert_vector(weights: Weights, tokens: list[int]) -> npt.NDArray[np.float32]:
    """The mean of the last layer, length 1: BERT as its paper has it, one text, no padding."""
    at = weights["token_embd.weight"][tokens] + weights["token_types.weight"][0]
    at = _norm(at + weights["position_embd.weight"][: len(tokens)], weights, "token_embd_norm")
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        query, key, value = (
            _heads(_linear(at, weights, f"{block}attn_{part}")) for part in ("q", "k", "v")
        )
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ value
        mixed = mixed.transpose(1, 0, 2).reshape(at.shape)
        at = _norm(
            at + _linear(mixed, weights, f"{block}attn_output"), weights, f"{block}attn_output_norm"
        )
        inner = _gelu(_linear(at, weights, f"{block}ffn_up"))
        at = _norm(
            at + _linear(inner, weights, f"{block}ffn_down"), weights, f"{block}layer_output_norm"
        )
    mean = at.mean(axis=0)
    return mean / np.linalg.norm(mean)


def _linear(at: npt.NDArray[np.float32], weights: Weights, name: str) -> npt.NDArray[np.float32]:
    return at @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def _heads(at: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return at.reshape(len(at), HEADS, -1).transpose(1, 0, 2)


def _norm(at: npt.NDArray[np.float32], weights: Weights, name: str) -> npt.NDArray[np.float32]:
    centred = at - at.mean(axis=-1, keepdims=True)
    centred /= np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
    return centred * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _gelu(at: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return 0.5 * at * (1 + np.tanh(math.sqrt(2 / math.pi) * (at + 0.044715 * at**3)))


def _bert_weights(vocabulary: int, context: int, seed: int, width: int, layers: int) -> Weights:
    made = _Maker(seed)
    made.matrix("token_embd.weight", vocabulary, width, scale=1)
    made.matrix("token_types.weight", 2, width, scale=1)
    made.matrix("position_embd.weight", context, width, scale=1)
    made.norm("token_embd_norm", width)
    for layer in range(layers):
        block = f"blk.{layer}."
        for part in ("q", "k", "v", "output"):
            made.linear(f"{block}attn_{part}", width, width)
        made.norm(f"{block}attn_output_norm", width)
        made.linear(f"{block}ffn_up", HIDDEN, width)
        made.linear(f"{block}ffn_down", width, HIDDEN)
        made.norm(f"{block}layer_output_norm", width)
    return made.weights


def _lfm2_weights(vocabulary: int, kinds: str, seed: int) -> Weights:
    made = _Maker(seed)
    made.matrix("token_embd.weight", vocabulary, WIDTH, scale=1)
    made.ones("token_embd_norm.weight", WIDTH)
    head = WIDTH // HEADS
    for layer, kind in enumerate(kinds):
        block = f"blk.{layer}."
        made.ones(f"{block}attn_norm.weight", WIDTH)
        made.ones(f"{block}ffn_norm.weight", WIDTH)
        made.matrix(f"{block}ffn_gate.weight", HIDDEN, WIDTH)
        made.matrix(f"{block}ffn_up.weight", HIDDEN, WIDTH)
        made.matrix(f"{block}ffn_down.weight", WIDTH, HIDDEN)
        if kind == "a":
            made.ones(f"{block}attn_q_norm.weight", head)
            made.ones(f"{block}attn_k_norm.weight", head)
            made.matrix(f"{block}attn_q.weight", WIDTH, WIDTH)
            made.matrix(f"{block}attn_k.weight", GROUPS * head, WIDTH)
            made.matrix(f"{block}attn_v.weight", GROUPS * head, WIDTH)
            made.matrix(f"{block}attn_output.weight", WIDTH, WIDTH)
        else:
            made.matrix(f"{block}shortconv.conv.weight", WIDTH, 3)
            made.matrix(f"{block}shortconv.in_proj.weight", 3 * WIDTH, WIDTH)
            made.matrix(f"{block}shortconv.out_proj.weight", WIDTH, WIDTH)
    return made.weights


class _Maker:
    """Random tensors by name; shapes are numpy's, the reverse of ggml's."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self.weights: Weights = {}

    def matrix(self, name: str, rows: int, columns: int, scale: float = 0.0) -> None:
        scale = scale or 1 / math.sqrt(columns)
        made = self._random.normal(0, scale, (rows, columns))
        self.weights[name] = made.astype(np.float32)

    def ones(self, name: str, size: int) -> None:
        self.weights[name] = np.ones(size, np.float32)

    def norm(self, name: str, size: int) -> None:
        self.weights[f"{name}.weight"] = self._random.normal(1, 0.1, size).astype(np.float32)
        self.weights[f"{name}.bias"] = self._random.normal(0, 0.1, size).astype(np.float32)

    def linear(self, name: str, rows: int, columns: int) -> None:
        self.matrix(f"{name}.weight", rows, columns)
        self.weights[f"{name}.bias"] = self._random.normal(0, 0.1, rows).astype(np.float32)


def _writer(
    path: Path,
    architecture: str,
    name: str,
    pooling: str,
    context: int,
    tokens: list[str],
    width: int,
) -> gguf.GGUFWriter:
    w = gguf.GGUFWriter(path, architecture)
    w.add_name(name)
    w.add_context_length(context)
    w.add_embedding_length(width)
    if pooling:
        w.add_uint32(f"{architecture}.pooling_type", POOLINGS[pooling])
    w.add_token_list(tokens)
    return w


def _close(w: gguf.GGUFWriter, weights: Weights) -> Weights:
    for name, tensor in weights.items():
        w.add_tensor(name, tensor)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    return weights
