"""A GLiNER2 folder: what its configuration says, and its tokenizer and graphs, loaded.

The one law: whatever is wrong with a folder is said before anything is run with it.

Two layouts are known, both as they lie on the hub:

- one graph (`lion-ai/gliner2-multi-v1-onnx`): `input_ids` and `attention_mask` (1, tokens),
  `text_positions` (words), `schema_positions` (1 + labels), `span_idx` (1, words x width, 2) in,
  `span_scores` (1, labels, words, width), sigmoid taken, out. Ours has `count_logits` beside it.
- its parts (`lmo3/gliner2-large-v1-onnx`), named in `gliner2_config.json`: encoder, span_rep,
  count_embed, and count_pred where there is one.

Only the span architecture is read; that of GLiNER2.5 ("boundary") is another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from agents.base import UserError
from agents.entities.folder import MOST_TOKENS, TOKENIZER, runtime, session_options, weights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from agents.entities.folder import Encoding, Session

    Scores = npt.NDArray[np.float32]
    Ids = npt.NDArray[np.int64]

CONFIG, PARTS = "config.json", "gliner2_config.json"
PROMPT, ENTITY, SEPARATOR = "[P]", "[E]", "[SEP_TEXT]"
INPUTS = {"input_ids", "attention_mask", "text_positions", "schema_positions", "span_idx"}
_V1 = "gliner_config.json"
_WIDTH = 8  # words of the longest span, where nothing says
_MOST_WORDS = 384  # of a window; the reference has no bound of its own
_PRECISIONS = ("fp32", "fp16")
_NEEDED, _GATE = ("encoder", "span_rep", "count_embed"), "count_pred"


@dataclass(frozen=True, slots=True)
class Shape:
    """What the configuration says."""

    most_words: int
    most_tokens: int
    width: int  # words of the longest span


@dataclass(frozen=True, slots=True)
class Prompted:
    """One text with its labels, as the model reads it."""

    ids: Ids  # (1, tokens)
    words: Ids  # (words,): where each word of the text begins
    schema: Ids  # (1 + labels,): where "[P]" and each "[E]" stand
    spans: Ids  # (1, words x width, 2): first and last word; (0, 0) beyond the text


class Tokenizer(Protocol):
    """The part of `tokenizers.Tokenizer` that is used."""

    def encode_batch(self, input: list[str], *, add_special_tokens: bool) -> list[Encoding]:  # noqa: A002 - its name there
        """Sub-tokens of some words, each by itself."""
        ...

    def token_to_id(self, token: str) -> int | None:
        """The number of one token of the vocabulary."""
        ...


class Scorer(Protocol):
    """The graphs of a model."""

    def scores(self, text: Prompted, options: object) -> Scores | None:
        """Scores of each label, word and width, shape (labels, words, width), 0..1.

        None: the model says that there is nothing of these labels in the text.
        """
        ...


def is_gliner2(folder: Path) -> bool:
    """Whether a folder holds a GLiNER2 (of any architecture), by its configuration.

    Some exports come without one; their tokenizer knows the marks of the prompt.
    """
    if (folder / PARTS).is_file():
        return True
    if (folder / _V1).is_file():
        return False
    try:
        config: Any = json.loads((folder / CONFIG).read_text("utf-8"))
        if str(config.get("model_type")) == "extractor":
            return True
    except (OSError, ValueError, AttributeError):
        pass
    try:
        return f'"{SEPARATOR}"' in (folder / TOKENIZER).read_text("utf-8")
    except (OSError, ValueError):
        return False


def read_shape(folder: Path) -> Shape:
    """Read the configuration.

    Raises:
        UserError: entities.folder (something is missing), entities.damaged,
            entities.unsupported (another architecture).
    """
    if not (folder / TOKENIZER).is_file():
        raise UserError("entities.folder", path=str(folder), missing=TOKENIZER)
    try:
        config = _configuration(folder)
        kind = str(config.get("architecture") or "span")
        pooling = str(config.get("token_pooling") or "first")
        head: dict[str, Any] = config.get("span_head") or {}
        shape = Shape(
            most_words=int(config.get("max_len") or _MOST_WORDS),
            most_tokens=MOST_TOKENS,
            width=int(head.get("max_width") or config.get("max_width") or _WIDTH),
        )
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise UserError("entities.damaged", path=str(folder), reason=str(error)) from error
    if kind != "span" or pooling != "first":
        what = kind if kind != "span" else pooling
        raise UserError("entities.unsupported", path=str(folder), what=what)
    if shape.width < 1 or shape.most_words < shape.width:
        raise UserError("entities.damaged", path=str(folder), reason=CONFIG)
    return shape


def load(folder: Path, threads: int) -> tuple[Scorer, Tokenizer]:
    """Load graphs and tokenizer.

    Raises:
        UserError: entities.folder, entities.damaged, entities.unsupported.
    """
    import tokenizers  # noqa: PLC0415 - native, loaded with the first model

    parts = _parts(folder)
    single = weights(folder) if not parts else None
    if not parts and single is None:
        raise UserError("entities.folder", path=str(folder), missing="model.onnx")
    try:
        tokenizer: Any = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        sessions = {
            name: runtime().InferenceSession(
                str(file), session_options(threads), providers=["CPUExecutionProvider"]
            )
            for name, file in (parts or {"": single}).items()
        }
    except Exception as error:  # both raise bare or private exceptions for a bad file
        raise UserError("entities.damaged", path=str(folder), reason=str(error)) from error
    for mark in (PROMPT, ENTITY, SEPARATOR):
        if tokenizer.token_to_id(mark) is None:
            raise UserError("entities.damaged", path=str(folder), reason=f"{mark}: {TOKENIZER}")
    if parts:
        return _Parts(sessions), tokenizer
    inputs = {str(one.name) for one in sessions[""].get_inputs()}
    outputs = {str(one.name) for one in sessions[""].get_outputs()}
    if inputs != INPUTS or "span_scores" not in outputs:
        raise UserError("entities.unsupported", path=str(folder), what=", ".join(sorted(inputs)))
    return _Single(sessions[""], counts="count_logits" in outputs), tokenizer


class _Single:
    """All in one graph."""

    def __init__(self, session: Session, *, counts: bool) -> None:
        self._session = session
        self._outputs = ["span_scores", *(["count_logits"] if counts else [])]

    def scores(self, text: Prompted, options: object) -> Scores | None:
        """See `Scorer`."""
        inputs = {
            "input_ids": text.ids,
            "attention_mask": np.ones_like(text.ids),
            "text_positions": text.words,
            "schema_positions": text.schema,
            "span_idx": text.spans,
        }
        scores, *counts = self._session.run(self._outputs, inputs, options)
        if counts and _is_none(counts[0]):
            return None
        return scores[0].astype(np.float32)


class _Parts:
    """Encoder and heads in graphs of their own. Their inputs and outputs are taken in order."""

    def __init__(self, sessions: dict[str, Any]) -> None:
        self._sessions = sessions

    def scores(self, text: Prompted, options: object) -> Scores | None:
        """See `Scorer`."""
        (hidden,) = self._run("encoder", options, text.ids, np.ones_like(text.ids))
        schema = hidden[0, text.schema]
        if _GATE in self._sessions:
            (counts,) = self._run(_GATE, options, schema[:1])
            if _is_none(counts):
                return None
        words = hidden[:, text.words]
        spans = self._run("span_rep", options, words, text.spans[..., 0], text.spans[..., 1])[0]
        labels = self._run("count_embed", options, schema[1:])[0]
        width = text.spans.shape[1] // max(1, len(text.words))
        logits = spans.reshape(len(text.words), width, -1).astype(np.float32) @ (
            labels.reshape(-1, labels.shape[-1]).astype(np.float32).T
        )
        with np.errstate(over="ignore"):
            scores = np.float32(1) / (np.float32(1) + np.exp(-logits))
        return scores.transpose(2, 0, 1)

    def _run(
        self, name: str, options: object, *values: npt.NDArray[Any]
    ) -> Sequence[npt.NDArray[Any]]:
        session = self._sessions[name]
        names = [str(one.name) for one in session.get_inputs()]
        return session.run(None, dict(zip(names, values, strict=True)), options)


def _is_none(counts: npt.NDArray[Any]) -> bool:
    """Whether the model counts none: then the reference gives no span, whatever the scores."""
    return int(counts.reshape(-1).argmax()) == 0


def _configuration(folder: Path) -> dict[str, Any]:
    """What both files say; nothing where there is none."""
    found: dict[str, Any] = {}
    for name in (CONFIG, PARTS):
        if (folder / name).is_file():
            found |= json.loads((folder / name).read_text("utf-8"))
    return found


def _parts(folder: Path) -> dict[str, Path]:
    """The graphs that the configuration names; empty where they are one.

    Raises:
        UserError: entities.folder, entities.damaged, entities.unsupported.
    """
    if not (folder / PARTS).is_file():
        return {}
    try:
        named: dict[str, dict[str, str]] = json.loads((folder / PARTS).read_text("utf-8"))[
            "onnx_files"
        ]
        order = sorted(named, key=lambda one: (one not in _PRECISIONS, one != _PRECISIONS[0]))
        sets = [{part: _file(folder, str(at)) for part, at in named[one].items()} for one in order]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UserError("entities.damaged", path=str(folder), reason=PARTS) from error
    wanted = (*_NEEDED, _GATE)
    for files in sets:
        if all(files.get(part) for part in _NEEDED):
            return {part: file for part in wanted if (file := files.get(part))}
    lacking = next((part for part in _NEEDED if not (sets and sets[0].get(part))), _NEEDED[0])
    raise UserError("entities.folder", path=str(folder), missing=f"{lacking}.onnx")


def _file(folder: Path, named: str) -> Path | None:
    """Where a graph lies: as it is named, or by its bare name in the folder itself."""
    bare = named.replace("\\", "/").rsplit("/", 1)[-1]
    places = (folder / "onnx" / bare, folder / bare)
    return next((place for place in places if place.is_file()), None)
