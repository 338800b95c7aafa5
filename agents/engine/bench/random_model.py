"""Models of random weights in LFM2's shape and a real model's size: fast or slow like the real one.

The one law: only the numbers are random. Architecture, shapes, tensor formats, tokenizer and
template are what users run, so that time and memory are, too.

What such a model says is a salad of English words: every other token of the vocabulary is made
very unlikely. So each token has a text at once, an answer ends by its length and not by chance,
and an answer that is read again as text gives the same tokens.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.base import UserError
from agents.engine.bench.blocks import FILLERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from agents.engine.bench.figures import Quant

VERSION = 1  # of the recipe; part of the file's name
_ENDS = "<|im_end|>"
_BEGINS = "<|startoftext|>"
_WORD = re.compile("Ġ[a-z]+")  # a space and letters, as byte-level BPE writes them
_GAIN = 2.1  # how much a random matrix amplifies; enough that a layer outweighs its input
_TEMPLATE = (
    "{{- bos_token -}}\n"
    "{%- for message in messages -%}\n"
    '    {{- "<|im_start|>" + message["role"] + "\\n" + message["content"] + "<|im_end|>\\n" -}}\n'
    "{%- endfor -%}\n"
    "{%- if add_generation_prompt -%}\n"
    '    {{- "<|im_start|>assistant\\n" -}}\n'
    "{%- endif -%}\n"
)  # LFM2's, without its tools


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of an LFM2. `layers` has a letter for each: c is a short convolution, a attention."""

    width: int
    hidden: int
    layers: str
    heads: int
    groups: int  # key and value heads of an attention layer
    vocabulary: int
    context: int = 32_768


LFM2_1_2B = Shape(2048, 8192, "ccaccaccacacacac", heads=32, groups=8, vocabulary=65_536)
TINY = Shape(256, 256, "ca", heads=4, groups=2, vocabulary=49_408)


def file_name(shape: Shape, quant: Quant, seed: int) -> str:
    """What the model's file is called: another recipe has another name."""
    size = f"{shape.width}x{len(shape.layers)}"
    return f"random-lfm2-{size}-{quant}-{seed}-v{VERSION}.gguf"


def make(
    path: Path,
    tokenizer: Path,
    shape: Shape,
    quant: Quant,
    seed: int = 0,
) -> Iterator[tuple[int, int]]:
    """Write the model unless it is there; appears whole or not at all.

    Args:
        path: where to.
        tokenizer: a GGUF file with a byte-level BPE vocabulary smaller than the shape's.
        shape: how large.
        quant: format of the matrices.
        seed: of the random numbers; another seed is another model.

    Yields:
        The bytes written and the bytes in all, tensor by tensor.

    Raises:
        UserError: file.unwritable.
    """
    if path.is_file():
        return
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield from _write(part, tokenizer, shape, quant, seed)
        part.replace(path)
    except OSError as error:
        raise UserError("file.unwritable", path=str(path), reason=str(error)) from error
    finally:
        part.unlink(missing_ok=True)


def _write(
    path: Path, tokenizer: Path, shape: Shape, quant: Quant, seed: int
) -> Iterator[tuple[int, int]]:
    import gguf  # noqa: PLC0415 - only this needs it

    writer: Any = gguf.GGUFWriter(path, "lfm2")
    try:
        words = _vocabulary(gguf, writer, tokenizer, shape)
        _keys(writer, shape)
        tensors = [_Tensor(gguf, *each) for each in _tensors(shape, quant)]
        for tensor in tensors:
            writer.add_tensor_info(
                tensor.name, tensor.stored, tensor.dtype, tensor.bytes, raw_dtype=tensor.kind
            )
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        random = np.random.default_rng(seed)
        total = sum(tensor.bytes for tensor in tensors)
        done = 0
        for tensor in tensors:
            writer.write_tensor_data(tensor.made(random, words))
            done += tensor.bytes
            yield done, total
    finally:
        writer.close()


def _vocabulary(gguf: Any, writer: Any, tokenizer: Path, shape: Shape) -> npt.NDArray[np.bool_]:  # noqa: ANN401 - gguf has no types
    """Copy the tokenizer, filled up to the shape's size; which tokens the model may say."""
    fields: Any = gguf.GGUFReader(tokenizer).fields

    def texts(key: str) -> list[str]:
        field = fields[key]
        return [bytes(field.parts[at]).decode("utf-8", "surrogateescape") for at in field.data]

    tokens = texts("tokenizer.ggml.tokens")
    field = fields["tokenizer.ggml.token_type"]
    types = [int(field.parts[at][0]) for at in field.data]
    end = tokens.index(_ENDS)
    begin = len(tokens)
    tokens.append(_BEGINS)
    types.append(int(gguf.TokenType.CONTROL))
    missing = shape.vocabulary - len(tokens)
    if missing < 0:
        raise ValueError(f"the tokenizer has more than {shape.vocabulary} tokens")
    tokens += [f"Ġfiller{number}" for number in range(missing)]
    types += [int(gguf.TokenType.UNUSED)] * missing
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(texts("tokenizer.ggml.pre")[0])
    writer.add_token_list([token.encode("utf-8", "surrogateescape") for token in tokens])
    writer.add_token_types(types)
    writer.add_token_merges(texts("tokenizer.ggml.merges"))
    writer.add_bos_token_id(begin)
    writer.add_eos_token_id(end)
    writer.add_add_bos_token(True)  # noqa: FBT003 - gguf's own signature
    writer.add_chat_template(_TEMPLATE)
    normal = int(gguf.TokenType.NORMAL)
    return np.array(
        [
            kind == normal and _WORD.fullmatch(token) is not None
            for token, kind in zip(tokens, types, strict=True)
        ]
    )


def _keys(writer: Any, shape: Shape) -> None:  # noqa: ANN401 - gguf has no types
    writer.add_name(f"Random LFM2 {shape.width}")
    writer.add_block_count(len(shape.layers))
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv([shape.groups if kind == "a" else 0 for kind in shape.layers])
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(1e6)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_shortconv_l_cache(3)


def _tensors(shape: Shape, quant: Quant) -> Iterator[tuple[str, str, int, int]]:
    """Name, format, rows and columns of each tensor; 0 rows is a vector.

    The mix of Q4_K_M is llama.cpp's (llama-quant.cpp): the embedding, which is the output too,
    and half of the value and down matrices in 6 bits, everything else in 4.
    """
    small = "Q4_0" if quant == "q4_0" else "Q4_K"
    head = shape.width // shape.heads
    keys = shape.groups * head
    attentions = [number for number, kind in enumerate(shape.layers) if kind == "a"]

    def better(number: int, of: int) -> str:
        more = number < of // 8 or number >= 7 * of // 8 or (number - of // 8) % 3 == 2
        return "Q6_K" if quant == "q4_k_m" and more else small

    yield "token_embd.weight", "Q6_K" if quant == "q4_k_m" else small, shape.vocabulary, shape.width
    yield "token_embd_norm.weight", "F32", 0, shape.width
    for number, kind in enumerate(shape.layers):
        block = f"blk.{number}."
        yield f"{block}attn_norm.weight", "F32", 0, shape.width
        yield f"{block}ffn_norm.weight", "F32", 0, shape.width
        yield f"{block}ffn_gate.weight", small, shape.hidden, shape.width
        yield f"{block}ffn_up.weight", small, shape.hidden, shape.width
        down = better(number, len(shape.layers))
        yield f"{block}ffn_down.weight", down, shape.width, shape.hidden
        if kind == "a":
            value = better(attentions.index(number), len(attentions))
            yield f"{block}attn_q_norm.weight", "F32", 0, head
            yield f"{block}attn_k_norm.weight", "F32", 0, head
            yield f"{block}attn_q.weight", small, shape.width, shape.width
            yield f"{block}attn_k.weight", small, keys, shape.width
            yield f"{block}attn_v.weight", value, keys, shape.width
            yield f"{block}attn_output.weight", small, shape.width, shape.width
        else:
            yield f"{block}shortconv.conv.weight", "F32", shape.width, 3
            yield f"{block}shortconv.in_proj.weight", small, 3 * shape.width, shape.width
            yield f"{block}shortconv.out_proj.weight", small, shape.width, shape.width


class _Tensor:
    """One tensor: its place in the file, and its random content when it is written."""

    def __init__(self, gguf: Any, name: str, kind: str, rows: int, columns: int) -> None:  # noqa: ANN401 - gguf has no types
        self.name = name
        self.kind = gguf.GGMLQuantizationType[kind]
        self._shape: tuple[int, ...] = (rows, columns) if rows else (columns,)
        self._format = kind
        if kind == "F32":
            self.stored, self.dtype = self._shape, np.dtype(np.float32)
        else:
            size, of = gguf.GGML_QUANT_SIZES[self.kind]
            self.stored, self.dtype = (rows, columns // size * of), np.dtype(np.uint8)
        self.bytes = int(np.prod(self.stored)) * self.dtype.itemsize

    def made(
        self, random: np.random.Generator, words: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.float32] | npt.NDArray[np.uint8]:
        """The content; of the embedding, only `words` are likely to be said."""
        if self._format == "F32":
            if len(self._shape) == 1:
                return np.ones(self._shape, np.float32)
            return random.standard_normal(self._shape, np.float32) * np.float32(0.3)
        likely = words if self.name == "token_embd.weight" else np.ones(self.stored[0], np.bool_)
        deviation = _GAIN / np.sqrt(self._shape[-1])
        return FILLERS[self._format](random, self.stored, deviation, likely)
