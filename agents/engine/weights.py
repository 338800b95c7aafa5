"""What a model file says of itself, whether it can be right, and how much memory it will take.

The one law: the native loader never sees a file that was not read here first. llama.cpp answers
some bad files with an abort of the process; here they are a sentence.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import psutil

from agents.base import UserError
from agents.engine import footprint
from agents.engine.facts import (
    Facts,
    cache_bytes,
    check_divisors,
    check_tensors,
    sampling,
    state_bytes,
)
from agents.engine.gguf_file import read_head
from agents.engine.pooling import ENCODERS, pooling
from agents.engine.port import Fit

if TYPE_CHECKING:
    from pathlib import Path

    from agents.engine.footprint import Stored, Widths
    from agents.engine.port import Sampling

# Architectures of the llama.cpp in llama-cpp-python 0.3.36 that write text (llama-arch.cpp
# without encoders, vision, speech and draft heads). A test finds each name in the library.
ARCHITECTURES = frozenset(
    """
    llama llama4 deci falcon grok gpt2 gptj gptneox mpt baichuan starcoder refact bloom stablelm
    qwen qwen2 qwen2moe qwen2vl qwen3 qwen3moe qwen3next qwen3vl qwen3vlmoe qwen35 qwen35moe phi2
    phi3 phimoe plamo plamo2 plamo3 codeshell orion internlm2 minicpm minicpm3 gemma gemma2 gemma3
    gemma3n gemma4 starcoder2 mamba mamba2 jamba falcon-h1 xverse command-r cohere2 cohere2moe
    dbrx olmo olmo2 olmoe openelm arctic deepseek deepseek2 deepseek32 chatglm glm4 glm4moe bitnet
    jais jais2 nemotron nemotron_h nemotron_h_moe exaone exaone4 exaone-moe rwkv6 rwkv6qwen2 rwkv7
    arwkv7 granite granitemoe granitehybrid chameleon plm bailingmoe bailingmoe2 dots1 arcee afmoe
    ernie4_5 ernie4_5-moe hunyuan-moe hunyuan-dense smollm3 gpt-oss lfm2 lfm2moe smallthinker
    seed_oss grovemoe apertus minimax-m2 pangu-embedded mistral3 mistral4 mimo2 kimi-linear
    """.split()  # noqa: SIM905 - a list of ninety quoted names is harder to read
)

CHUNK = 128  # tokens of a prompt evaluated in one call: bounds the length of a step
DEFAULT_CONTEXTS = (32768, 16384, 8192, 4096, 2048)
CACHE_SHARE = 256 << 20  # bytes the attention cache may take by default
STATE_SHARE = 256 << 20  # bytes the recurrent states may take
MAX_RUNNING = 16  # sequences that are decoded together by default: more gain little on a CPU
MIN_RUNNING = 2
KEPT = 8  # sequences beside them, for shared prefixes and kept conversations
PREFILL = 256  # tokens of a prompt in one call at most; the scheduler may choose fewer
BUDGET_SHARE = 0.8  # of the machine's memory, where the user set no budget
_WORTH = 0.5  # of the weights must gain by it before they are copied


@dataclass(frozen=True, slots=True)
class WeightsInfo:
    """Facts from the file. Bytes and tokens; empty or 0 where the file does not say."""

    path: Path
    architecture: str
    name: str
    languages: tuple[str, ...]
    template: str  # the chat template's Jinja text
    context: int  # tokens the model was trained for
    layers: int
    width: int  # numbers per token inside the model
    vocabulary: int  # tokens
    file_bytes: int
    cache_bytes_per_token: int  # of the attention cache, 16-bit numbers
    state_bytes_per_sequence: int  # of recurrent and convolution layers
    sampling: Sampling | None  # what the file recommends
    widths: Widths
    stored: Stored
    words: int  # tokens and merges
    pooling: str = ""  # a key of `pooling.POOLINGS` where it makes vectors of texts; else it writes
    dimensions: int = 0  # of those vectors

    @property
    def hybrid(self) -> bool:
        """Whether part of the memory is a running state that cannot be cut back."""
        return self.state_bytes_per_sequence > 0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model will be opened."""

    cells: int  # tokens of context, shared by all sequences
    running: int  # sequences that are decoded together at most
    sequences: int  # those, and room for shared prefixes and kept conversations
    chunk: int  # tokens of one call at most
    bytes: int  # memory it will take, within a tenth
    repack: bool = False  # the weights are copied into the processor's favourite layout


def read(path: Path, use: Literal["text", "embedding", "any"] = "text") -> WeightsInfo:
    """Read and check a GGUF file.

    Args:
        path: the file.
        use: what it has to be able to do.

    Raises:
        UserError: file.unreadable, model.damaged, model.unsupported, model.split;
            model.only_finds: it is for embeddings and text was wanted; model.only_writes: the
            other way round.
    """
    head = read_head(path)
    facts = Facts(head, path)
    if facts.number("split.count", default=1) > 1:
        raise UserError("model.split", path=str(path))
    architecture = facts.text("general.architecture")
    if architecture not in ARCHITECTURES | ENCODERS:
        raise UserError("model.unsupported", path=str(path), kind=architecture or "?")
    layers = facts.number(f"{architecture}.block_count")
    width = facts.number(f"{architecture}.embedding_length")
    vocabulary = head.counts.get("tokenizer.ggml.tokens", 0)
    if not (0 < layers <= 1024 and 0 < width <= 1 << 20 and 0 < vocabulary <= 1 << 24):
        raise facts.damaged("its layers, width or vocabulary are missing")
    check_tensors(head, facts, architecture, width)
    check_divisors(facts, architecture, layers)
    pooled = pooling(facts, path, architecture, width)
    if pooled and use == "text":
        raise UserError("model.only_finds", path=str(path))
    if not pooled and use == "embedding":
        raise UserError("model.only_writes", path=str(path))
    return WeightsInfo(
        path=path,
        architecture=architecture,
        name=facts.text("general.name"),
        languages=facts.texts("general.languages"),
        template=facts.text("tokenizer.chat_template"),
        context=facts.number(f"{architecture}.context_length"),
        layers=layers,
        width=width,
        vocabulary=vocabulary,
        file_bytes=head.data_size,
        cache_bytes_per_token=cache_bytes(facts, architecture, layers, width),
        state_bytes_per_sequence=state_bytes(facts, architecture, layers, width),
        sampling=sampling(facts),
        widths=footprint.widths(head, facts, architecture, width, layers),
        stored=footprint.stored(head),
        words=vocabulary + head.counts.get("tokenizer.ggml.merges", 0),
        pooling=pooled,
        dimensions=facts.number(f"{architecture}.embedding_length_out") or width,
    )


def plan(
    info: WeightsInfo,
    room: int = 1 << 62,
    *,
    running: int = 0,
    cells: int = 0,
    chunk: int = PREFILL,
) -> Plan:
    """Choose context and sequences for `room` bytes; the smallest plan if none fits.

    Args:
        info: the model.
        room: bytes it may take.
        running: sequences that are decoded together; 0 = chosen.
        cells: tokens of context; 0 = chosen.
        chunk: tokens of one call at most.
    """
    trained = info.context or DEFAULT_CONTEXTS[-1]
    sizes = sorted({min(size, trained) for size in DEFAULT_CONTEXTS}, reverse=True)
    if cells:
        sizes = [cells]
    state = info.state_bytes_per_sequence
    affordable = STATE_SHARE // state if state else 1 << 30
    wanted = running or max(MIN_RUNNING, min(MAX_RUNNING, affordable - KEPT))
    kept = max(2, min(KEPT, affordable - wanted))
    made = [_plan(info, size, wanted, kept, chunk) for size in sizes]
    if not running:
        made.append(_plan(info, sizes[-1], MIN_RUNNING, 2, chunk))
    for one in made:
        within = cells or info.cache_bytes_per_token * one.cells <= CACHE_SHARE
        if within and one.bytes <= room:
            return one
    return made[-1]


def fit(needed: int, *, budget: int = 0, resident: int = 0, idle: int = 0) -> Fit:
    """Whether `needed` more bytes fit.

    Args:
        needed: bytes of the model to be loaded.
        budget: bytes all models together may take; 0 = a share of this machine's memory.
        resident: bytes the loaded models take now.
        idle: bytes of them that nobody uses, which would be given back first.
    """
    memory = psutil.virtual_memory()
    limit = budget or int(memory.total * BUDGET_SHARE)
    available = min(memory.available + idle, limit - (resident - idle))
    return Fit(needed, max(0, available), limit, needed <= available)


def repacked(info: WeightsInfo, plan: Plan) -> Plan:
    """The same plan with copied weights, where that brings something; else the same plan.

    The rule is measured (AVX2, 2 busy cores, best of 14 to 25 interleaved; speed copied / mapped):

    | format | prompt | answer |
    |---|---|---|
    | Q4_0 | 1.3 | 1.3 |
    | IQ4_NL | 1.4 | 1.5 |
    | Q4_K | 0.9 to 1.0 | 1.0 |
    | MXFP4 | 1.5 | 0.8 to 0.9 |

    The other formats have no layout of their own on a PC. Where there is nothing to gain the
    mapped file is better: it loads ten times as quickly, and the system may drop its pages.
    """
    if info.stored.quicker < _WORTH * info.stored.all:
        return plan
    more = footprint.weights(info.stored, repack=True) - footprint.weights(
        info.stored, repack=False
    )
    return dataclasses.replace(plan, repack=True, bytes=plan.bytes + more)


def _plan(info: WeightsInfo, cells: int, running: int, kept: int, chunk: int) -> Plan:
    sequences, chunk = running + kept, max(chunk, running)
    needed = (
        footprint.weights(info.stored, repack=False)
        + info.cache_bytes_per_token * cells
        + info.state_bytes_per_sequence * sequences
        + footprint.evaluation(
            info.widths,
            chunk=chunk,
            running=running,
            sequences=sequences,
            cells=cells,
            vocabulary=info.vocabulary,
        )
        + footprint.tables(info.words)
    )
    return Plan(cells, running, sequences, chunk, needed)
