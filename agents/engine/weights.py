"""What a model file says of itself, whether it can be right, and how much memory it will take.

The one law: the native loader never sees a file that was not read here first. llama.cpp answers
some bad files with an abort of the process; here they are a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import psutil

from agents.base import UserError
from agents.engine.gguf_file import FLOAT32, read_head
from agents.engine.pooling import ENCODERS, pooling
from agents.engine.port import Fit, Sampling

if TYPE_CHECKING:
    from pathlib import Path

    from agents.engine.gguf_file import Head, MetaValue

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

MAX_EXPERTS = 1024  # LLAMA_MAX_EXPERTS
_MAMBA2 = frozenset({"falcon-h1", "nemotron_h", "nemotron_h_moe", "mamba2", "granitehybrid"})
_STATE_SIZES = ("inner_size", "time_step_rank", "group_count")

CHUNK = 128  # tokens of a prompt evaluated in one call: bounds the length of a step
DEFAULT_CONTEXTS = (32768, 16384, 8192, 4096, 2048)
CACHE_SHARE = 256 << 20  # bytes the attention cache may take by default
STATE_SHARE = 256 << 20  # bytes the recurrent states may take
MAX_RUNNING = 16  # sequences that are decoded together by default: more gain little on a CPU
MIN_RUNNING = 2
KEPT = 8  # sequences beside them, for shared prefixes and kept conversations
PREFILL = 256  # tokens of a prompt in one call at most; the scheduler may choose fewer
OVERHEAD = 48 << 20  # graph, tokenizer, allocator
BUDGET_SHARE = 0.8  # of the machine's memory, where the user set no budget


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
    bytes: int  # memory it will take


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
    facts = _Facts(head, path)
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
    _check_tensors(head, facts, architecture, width)
    _check_divisors(facts, architecture, layers)
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
        cache_bytes_per_token=_cache_bytes(facts, architecture, layers, width),
        state_bytes_per_sequence=_state_bytes(facts, architecture, layers, width),
        sampling=_sampling(facts),
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


class _Facts:
    """Typed look-ups; a value of another type than expected is a damaged file."""

    def __init__(self, head: Head, path: Path) -> None:
        self._meta = head.meta
        self._path = path

    def damaged(self, reason: str) -> UserError:
        return UserError("model.damaged", path=str(self._path), reason=reason)

    def number(self, key: str, default: int = 0) -> int:
        value = self._meta.get(key, default)
        if not isinstance(value, int) or value < 0:
            raise self.damaged(f"{key} is no number")
        return value

    def real(self, key: str, default: float) -> float:
        value = self._meta.get(key, default)
        if not isinstance(value, int | float):
            raise self.damaged(f"{key} is no number")
        return float(value)

    def per_layer(self, key: str, layers: int, default: int) -> tuple[int, ...]:
        """A number for all layers or one for each."""
        value: MetaValue = self._meta.get(key, default)
        if isinstance(value, int):
            return (value,) * layers
        given = value if isinstance(value, tuple) else ()
        numbers = tuple(one for one in given if isinstance(one, int))
        if len(numbers) != len(given) or len(numbers) < layers:
            raise self.damaged(f"{key} does not fit {layers} layers")
        return numbers[:layers]

    def text(self, key: str) -> str:
        value = self._meta.get(key, "")
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._meta.get(key, ())
        return (
            tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()
        )

    def has(self, key: str) -> bool:
        return key in self._meta


def _check_tensors(head: Head, facts: _Facts, architecture: str, width: int) -> None:
    """Shapes and formats that llama.cpp takes for granted."""
    embedding = head.tensors.get("token_embd.weight")
    if embedding is None or embedding.shape[0] != width:
        raise facts.damaged("its token embedding is missing or of another width")
    heads = facts.per_layer(f"{architecture}.attention.head_count", 1, 0)[0]
    query = head.tensors.get("blk.0.attn_q.weight")
    if query is not None and heads and query.shape[-1] % heads:
        raise facts.damaged(f"its attention does not divide into {heads} heads")
    for name, tensor in head.tensors.items():
        if name.endswith((".ssm_a", ".ssm_d")) and tensor.type != FLOAT32:
            raise facts.damaged(f"{name} is not in 32-bit numbers")


def _check_divisors(facts: _Facts, architecture: str, layers: int) -> None:
    """Numbers that llama.cpp divides by or asserts on (llama-model.cpp: load_hparams)."""

    def number(name: str) -> int:
        return facts.number(f"{architecture}.{name}")

    for key in ("layer_norm_rms_epsilon", "layer_norm_epsilon"):
        if not 0 <= facts.real(f"{architecture}.attention.{key}", 0) < 1:
            raise facts.damaged(f"its {key} is no small number")
    heads = f"{architecture}.attention.head_count"
    if facts.has(heads) and not any(facts.per_layer(heads, layers, 0)):
        raise facts.damaged("it has no attention heads")
    experts = number("expert_count")
    used = facts.per_layer(f"{architecture}.expert_used_count", layers, 0)
    if experts > MAX_EXPERTS or max(used) > experts or (experts > 0 and not any(used)):
        raise facts.damaged(f"it uses {max(used)} of {experts} experts")
    groups = number("expert_group_count")
    if groups and (not experts or groups >= experts or experts % groups):
        raise facts.damaged(f"it has {groups} groups of {experts} experts")
    inner, ranks, parts = (number(f"ssm.{name}") for name in _STATE_SIZES)
    if (
        inner
        and architecture in _MAMBA2
        and (not ranks or not parts or inner % ranks or inner % parts)
    ):
        raise facts.damaged(f"its states of {inner} do not fit {ranks} heads in {parts} groups")


def _cache_bytes(facts: _Facts, architecture: str, layers: int, width: int) -> int:
    """Keys and values of one token in every attention layer, two bytes a number."""
    heads = max(facts.per_layer(f"{architecture}.attention.head_count", layers, 0))
    groups = facts.per_layer(f"{architecture}.attention.head_count_kv", layers, heads)
    size = width // heads if heads else 0
    key = facts.number(f"{architecture}.attention.key_length", default=size)
    value = facts.number(f"{architecture}.attention.value_length", default=size)
    return 2 * sum(groups) * (key + value)


def _state_bytes(facts: _Facts, architecture: str, layers: int, width: int) -> int:
    """Running states of one sequence, 4 bytes a number (llama-hparams.cpp: n_embd_r, n_embd_s)."""
    groups = facts.per_layer(f"{architecture}.attention.head_count_kv", layers, 0)
    dense = facts.per_layer(f"{architecture}.feed_forward_length", layers, 0)
    recurrent = sum(1 for group in groups if group == 0)
    if kernel := facts.number(f"{architecture}.shortconv.l_cache"):
        return 4 * recurrent * (kernel - 1) * width
    inner = facts.number(f"{architecture}.ssm.inner_size")
    if not inner:
        return 0
    state = facts.number(f"{architecture}.ssm.state_size")
    kernel = facts.number(f"{architecture}.ssm.conv_kernel")
    mixed = inner + 2 * facts.number(f"{architecture}.ssm.group_count") * state
    if architecture == "falcon-h1":  # every layer has both attention and a state
        recurrent = layers
    elif any(
        size == 0 for size in dense
    ):  # Nemotron-H: layers that are neither dense nor attention
        recurrent = sum(not group and not size for group, size in zip(groups, dense, strict=True))
    return 4 * recurrent * (max(0, kernel - 1) * mixed + state * inner)


def _sampling(facts: _Facts) -> Sampling | None:
    if not facts.has("general.sampling.temp"):
        return None
    return Sampling(
        temperature=facts.real("general.sampling.temp", 0.0),
        top_k=facts.number("general.sampling.top_k"),
        top_p=facts.real("general.sampling.top_p", 1.0),
        min_p=facts.real("general.sampling.min_p", 0.0),
        repeat_penalty=facts.real("general.sampling.penalty_repeat", 1.0),
    )


def _plan(info: WeightsInfo, cells: int, running: int, kept: int, chunk: int) -> Plan:
    sequences, chunk = running + kept, max(chunk, running)
    compute = 4 * (chunk * 24 * info.width + running * info.vocabulary)
    needed = (
        info.file_bytes
        + info.cache_bytes_per_token * cells
        + info.state_bytes_per_sequence * sequences
        + compute
        + OVERHEAD
    )
    return Plan(cells, running, sequences, chunk, needed)
