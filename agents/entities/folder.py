"""A model's folder: what its configuration says, and its tokenizer and graph, loaded.

The one law: whatever is wrong with a folder is said before anything is run with it.
`gliner_config.json` is what `GLiNER.save_pretrained` writes (gliner/config.py), the graph what
`GLiNER.export_to_onnx` writes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from agents.base import CancelToken

T = TypeVar("T")
INPUTS = {"input_ids", "attention_mask", "words_mask", "text_lengths", "span_idx", "span_mask"}
CONFIG, TOKENIZER = "gliner_config.json", "tokenizer.json"
ENTITY_MARK = "<<ENT>>"  # where the configuration names no other
POSITIONS = 512  # where the configuration does not say how many positions the encoder has
MOST_TOKENS = 2048  # DeBERTa's positions are relative, without end; this bounds its memory


@dataclass(frozen=True, slots=True)
class Shape:
    """What the configuration says."""

    entity: str  # token before each label
    separator: str  # token after the last label
    most_words: int
    most_tokens: int
    width: int  # words of the longest span


class Encoding(Protocol):
    """Sub-tokens, and the number of the word each belongs to (None: the tokenizer's own)."""

    ids: list[int]
    word_ids: list[int | None]


class Tokenizer(Protocol):
    """The part of `tokenizers.Tokenizer` that is used."""

    def encode(self, sequence: Sequence[str], *, is_pretokenized: bool) -> Encoding:
        """Sub-tokens of some words, with the tokenizer's own at both ends."""
        ...

    def token_to_id(self, token: str) -> int | None:
        """The number of one token of the vocabulary."""
        ...


class Session(Protocol):
    """The part of `onnxruntime.InferenceSession` that is used."""

    def run(
        self,
        output_names: Sequence[str],
        input_feed: dict[str, npt.NDArray[Any]],
        run_options: object,
    ) -> list[npt.NDArray[np.float32]]:
        """Evaluate the graph."""
        ...


def weights(folder: Path) -> Path | None:
    """The ONNX file of a model folder."""
    named = folder / "model.onnx"
    if named.is_file():
        return named
    return next(iter(sorted(folder.glob("*.onnx"))), None)


def read_shape(folder: Path) -> Shape:
    """Read the configuration.

    Raises:
        UserError: entities.folder (something is missing), entities.damaged,
            entities.unsupported (another kind of GLiNER).
    """
    for name in (CONFIG, TOKENIZER):
        if not (folder / name).is_file():
            raise UserError("entities.folder", path=str(folder), missing=name)
    if weights(folder) is None:
        raise UserError("entities.folder", path=str(folder), missing="model.onnx")
    try:
        config: dict[str, Any] = json.loads((folder / CONFIG).read_text("utf-8"))
        _refuse_other_kinds(folder, config)
        shape = Shape(
            entity=str(config.get("ent_token", ENTITY_MARK)),
            separator=str(config.get("sep_token", "<<SEP>>")),
            most_words=int(config.get("max_len", 384)),
            most_tokens=_most_tokens(folder, config),
            width=int(config.get("max_width", 12)),
        )
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise UserError("entities.damaged", path=str(folder), reason=str(error)) from error
    if shape.width < 1 or shape.most_words < shape.width:
        raise UserError("entities.damaged", path=str(folder), reason=CONFIG)
    return shape


def _refuse_other_kinds(folder: Path, config: dict[str, Any]) -> None:
    """Only span models with the labels in the prompt are read here.

    Whether the spans are marked by `markerV0` or otherwise is the graph's own affair.
    """
    mode = str(config.get("span_mode", "markerV0"))
    pooling = str(config.get("subtoken_pooling") or "first")
    splitter = str(config.get("words_splitter_type") or "whitespace")
    other = [
        what
        for what, is_other in (
            (mode, mode in {"token_level", "token-level"}),
            ("labels_encoder", bool(config.get("labels_encoder"))),
            ("labels_decoder", bool(config.get("labels_decoder"))),
            ("relations_layer", bool(config.get("relations_layer"))),
            ("streaming", "streaming" in str(config.get("model_type"))),
            ("precomputed_prompts_mode", bool(config.get("precomputed_prompts_mode"))),
            (pooling, pooling != "first"),
            (splitter, splitter != "whitespace"),
        )
        if is_other
    ]
    if other:
        raise UserError("entities.unsupported", path=str(folder), what=", ".join(other))


def _most_tokens(folder: Path, config: dict[str, Any]) -> int:
    """Sub-tokens the encoder reads at once: where `gliner` would cut."""
    encoder: dict[str, Any] = config.get("encoder_config") or {}
    most = MOST_TOKENS
    if (folder / "tokenizer_config.json").is_file():
        tokenizer = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
        most = min(most, int(tokenizer.get("model_max_length") or most))
    kind = str(encoder.get("model_type") or config.get("model_name") or "")
    if "deberta" not in kind or encoder.get("position_biased_input"):  # it counts positions
        most = min(most, int(encoder.get("max_position_embeddings") or POSITIONS))
    return most


def runtime() -> Any:  # noqa: ANN401 - onnxruntime has no types
    """ONNX Runtime's module, with its telemetry off; see `agents.entities`."""
    import onnxruntime  # noqa: PLC0415 - native, and slow to import

    found = cast("Any", onnxruntime)
    found.disable_telemetry_events()
    return found


def load(folder: Path, shape: Shape, threads: int) -> tuple[Session, Tokenizer]:
    """Load graph and tokenizer.

    Raises:
        UserError: entities.damaged, entities.unsupported.
    """
    import tokenizers  # noqa: PLC0415 - native, loaded with the first model

    try:
        tokenizer: Any = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        session: Any = runtime().InferenceSession(
            str(weights(folder)), session_options(threads), providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # both raise bare or private exceptions for a bad file
        raise UserError("entities.damaged", path=str(folder), reason=str(error)) from error
    if tokenizer.token_to_id(shape.entity) is None:  # then no label would ever be seen
        raise UserError("entities.damaged", path=str(folder), reason=f"{shape.entity}: {TOKENIZER}")
    inputs = {str(one.name) for one in session.get_inputs()}
    outputs = [one for one in session.get_outputs() if one.name == "logits"]
    if inputs != INPUTS or not outputs or len(outputs[0].shape) != 4:
        raise UserError("entities.unsupported", path=str(folder), what=", ".join(sorted(inputs)))
    return session, tokenizer


def session_options(threads: int) -> Any:  # noqa: ANN401 - onnxruntime has no types
    """Options of a graph."""
    options = runtime().SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # it keeps a plan of the memory for every length of text
    options.log_severity_level = 4
    return options


def run_options() -> Any:  # noqa: ANN401 - onnxruntime has no types
    """Options of one run: what a long text took of memory is given back after it."""
    options = runtime().RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def run_once(run: Callable[[Any], T], cancel: CancelToken) -> T:
    """Run a model once; `run` takes the options of the run. A cancel stops it in the middle.

    Raises:
        CancelledError: `cancel` was set.
        UserError: entities.failed.
    """
    options = run_options()
    cancel.check()
    forget = cancel.on_cancel(lambda: setattr(options, "terminate", True))
    try:
        found = run(options)
    except Exception as error:  # onnxruntime's own exceptions have no other base
        cancel.check()
        raise UserError("entities.failed", reason=str(error)) from error
    finally:
        forget()
    cancel.check()
    return found
