"""How much memory llama.cpp takes beside the weights, computed from the shapes in the file.

The one law: nothing is loaded or started to know it; the numbers follow the graphs that llama.cpp
builds (`src/llama-graph.cpp`, `src/models/*.cpp`), and a test holds them against real loads.

llama.cpp lays all results of one evaluation into one buffer in which dead ones make way, so its
size is that of the widest moment: a feed-forward, the experts, the scan of the states of *all*
sequences, or the logits; and all the time the attention mask, a 16-bit number for each token of
the batch and each cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.engine import mapped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.engine.facts import Facts
    from agents.engine.gguf_file import Head, Tensor

BASE = 3 << 20  # tokenizer tables, graph, threads' stacks
PER_WORD = 160  # bytes of each token and each merge in llama.cpp's tables and ours
_FLOAT = 4
_MASK = 2  # bytes of a mask's entry
_CELLS = 256  # llama.cpp pads the cells it looks at to a multiple of this

# Number formats that are quicker in a layout of their own, by the numbers of `enum ggml_type`:
# Q4_0 and IQ4_NL. See `weights.repacked` for what was measured.
_QUICKER = frozenset({2, 20})


@dataclass(frozen=True, slots=True)
class Widths:
    """Numbers that the layers of a model make of one token; 0 = it has no such layer."""

    model: int
    dense: int  # inside a feed-forward
    query: int
    keys: int  # keys and values together
    experts: int
    used: int  # experts for one token
    expert: int  # inside an expert
    gated: bool  # experts multiply two projections
    convolution: bool  # short convolutions (LFM2)
    projected: int  # of a state-space layer's first projection
    mixed: int  # those of them that go through its convolution
    inner: int
    state: int  # of one sequence in one state-space layer
    beside: bool  # attention and state space in the same layer


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes of the weights."""

    all: int
    embedding: int  # the token embedding, of which an evaluation reads single rows
    tied: bool  # it is the output matrix as well
    quicker: int  # those that gain from a layout of their own


def widths(head: Head, facts: Facts, architecture: str, model: int, layers: int) -> Widths:
    """Read them off the tensors, whose shapes are the same thing in every architecture."""

    def widest(*names: str) -> int:
        return max((tensor.shape[1] for tensor in _tensors(head, names)), default=0)

    projected = widest("ssm_in.weight")
    inner = facts.number(f"{architecture}.ssm.inner_size")
    keys = widest("attn_k.weight") + widest("attn_v.weight")
    return Widths(
        model=model,
        dense=max(widest("ffn_up.weight"), widest("ffn_up_shexp.weight")),
        query=widest("attn_q.weight") or widest("attn_qkv.weight"),
        keys=keys,
        experts=facts.number(f"{architecture}.expert_count"),
        used=max(facts.per_layer(f"{architecture}.expert_used_count", layers, 0)),
        expert=widest("ffn_up_exps.weight"),
        gated=any(True for _tensor in _tensors(head, ("ffn_gate_exps.weight",))),
        convolution=bool(facts.number(f"{architecture}.shortconv.l_cache")),
        projected=projected,
        mixed=widest("ssm_conv1d.weight"),
        inner=inner,
        state=inner * facts.number(f"{architecture}.ssm.state_size"),
        beside=any(
            f"blk.{number}.ssm_in.weight" in head.tensors
            and f"blk.{number}.attn_q.weight" in head.tensors
            for number in range(layers)
        ),
    )


def stored(head: Head) -> Stored:
    """What the weights are made of."""
    embedding = head.tensors.get("token_embd.weight")
    tied = "output.weight" not in head.tensors
    quicker = sum(
        tensor.size
        for name, tensor in head.tensors.items()
        if tensor.type in _QUICKER
        and len(tensor.shape) > 1
        and (tied or name != "token_embd.weight")
    )
    size = embedding.size if embedding else 0
    return Stored(head.data_size, size, tied, quicker)


def weights(what: Stored, *, repack: bool) -> int:
    """Bytes of the weights in memory.

    Repacked, there are copies instead of the mapped file: as large, but llama.cpp makes two of an
    embedding that is the output matrix, too (one to read rows from, one to multiply with). Where
    the mapping is kept, its rows are read from there, and the pages of those in use come back:
    they are counted as half.
    """
    if not repack or not what.tied:
        return what.all
    return what.all + (what.embedding // 2 if mapped.CAN_GIVE_BACK else what.embedding)


def evaluation(
    of: Widths, *, chunk: int, running: int, sequences: int, cells: int, vocabulary: int
) -> int:
    """Bytes touched in the buffer in which a batch is evaluated, and of the results read from it.

    llama.cpp reserves for a chunk in which all sequences take part. We evaluate a chunk of one,
    or one token of each that is running, so the states of the others are never written there.
    """
    moments = [
        chunk * (3 * of.dense + 3 * of.model),
        chunk * (2 * of.model + 3 * of.query + 2 * of.keys),
        running * (vocabulary + 2 * of.model),
    ]
    if of.convolution:
        moments.append(chunk * 7 * of.model)
    if of.expert:
        each = 3 * of.expert if of.gated else of.expert + of.model
        moments.append(chunk * (of.used * each + 4 * of.model + 3 * of.experts))
    if of.projected:
        around = (2 if of.beside else 1) * of.model
        wide = of.projected + 2 * of.mixed + 2 * of.inner + around
        state = of.state + 6 * of.mixed
        moments += [chunk * wide + state, running * (wide + state)]
    padded = -(-cells // _CELLS) * _CELLS
    mask = _MASK * padded * chunk if of.query else 0
    results = _FLOAT * sequences * vocabulary
    return _FLOAT * max(moments) + mask + results


def tables(words: int) -> int:
    """Bytes of the tokenizer and of all that is small.

    Args:
        words: tokens and merges in the vocabulary.
    """
    return BASE + PER_WORD * words


def _tensors(head: Head, names: Iterable[str]) -> Iterable[Tensor]:
    endings = tuple(f".{name}" for name in names)
    return (
        tensor
        for name, tensor in head.tensors.items()
        if name.endswith(endings) and len(tensor.shape) > 1
    )
