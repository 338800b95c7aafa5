"""What the entries of a GGUF file say, held against what llama.cpp takes for granted.

The one law: a value of another type or size than llama.cpp expects is a damaged file, said before
the native loader sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import UserError
from agents.engine.gguf_file import FLOAT32
from agents.engine.port import Sampling

if TYPE_CHECKING:
    from pathlib import Path

    from agents.engine.gguf_file import Head, MetaValue

MAX_EXPERTS = 1024  # LLAMA_MAX_EXPERTS
_MAMBA2 = frozenset({"falcon-h1", "nemotron_h", "nemotron_h_moe", "mamba2", "granitehybrid"})
_STATE_SIZES = ("inner_size", "time_step_rank", "group_count")


class Facts:
    """Typed look-ups; a value of another type than expected is a damaged file."""

    def __init__(self, head: Head, path: Path) -> None:
        """Look up in `head`; `path` is for the errors."""
        self._meta = head.meta
        self._path = path

    def damaged(self, reason: str) -> UserError:
        """The error to raise."""
        return UserError("model.damaged", path=str(self._path), reason=reason)

    def number(self, key: str, default: int = 0) -> int:
        """A whole number that is not negative."""
        value = self._meta.get(key, default)
        if not isinstance(value, int) or value < 0:
            raise self.damaged(f"{key} is no number")
        return value

    def real(self, key: str, default: float) -> float:
        """Any number."""
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
        """A text; empty if there is none."""
        value = self._meta.get(key, "")
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty if there is none."""
        value = self._meta.get(key, ())
        return (
            tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()
        )

    def has(self, key: str) -> bool:
        """Whether the file says anything of it."""
        return key in self._meta


def check_tensors(head: Head, facts: Facts, architecture: str, width: int) -> None:
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


def check_divisors(facts: Facts, architecture: str, layers: int) -> None:
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


def cache_bytes(facts: Facts, architecture: str, layers: int, width: int) -> int:
    """Keys and values of one token in every attention layer, two bytes a number."""
    heads = max(facts.per_layer(f"{architecture}.attention.head_count", layers, 0))
    groups = facts.per_layer(f"{architecture}.attention.head_count_kv", layers, heads)
    size = width // heads if heads else 0
    key = facts.number(f"{architecture}.attention.key_length", default=size)
    value = facts.number(f"{architecture}.attention.value_length", default=size)
    return 2 * sum(groups) * (key + value)


def state_bytes(facts: Facts, architecture: str, layers: int, width: int) -> int:
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


def sampling(facts: Facts) -> Sampling | None:
    """What the file recommends; None if it recommends nothing."""
    if not facts.has("general.sampling.temp"):
        return None
    return Sampling(
        temperature=facts.real("general.sampling.temp", 0.0),
        top_k=facts.number("general.sampling.top_k"),
        top_p=facts.real("general.sampling.top_p", 1.0),
        min_p=facts.real("general.sampling.min_p", 0.0),
        repeat_penalty=facts.real("general.sampling.penalty_repeat", 1.0),
    )
