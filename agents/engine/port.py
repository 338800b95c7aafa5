"""The port between agents and whatever generates text.

Three implementations stand behind it: llama.cpp in this process, an OpenAI-compatible server
elsewhere, and a scripted one in tests. The one law: values in, values out; a caller never sees
a native handle, and never waits longer than 100 ms after its token was cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.base import CancelToken, UserError

Role = Literal["system", "user", "assistant", "tool"]
Finish = Literal["stop", "length", "context", "cancelled", "failed"]  # "failed" only from `map`
TextKind = Literal["query", "passage"]


class Priority(IntEnum):
    """Who goes first when several requests wait."""

    INTERACTIVE = 0
    BACKGROUND = 1


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model asks for a tool: an event of a stream, and part of a turn that is given back."""

    name: str
    arguments: str  # a JSON object, as JSON text


@dataclass(frozen=True, slots=True)
class Tool:
    """Something the model may ask for."""

    name: str
    description: str
    parameters: str  # JSON Schema of the arguments object, as JSON text


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation. A tool's result is a turn of the role "tool"."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()  # what an assistant's turn asked for


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen. The defaults are greedy; set every value from the catalogue."""

    temperature: float = 0.0
    top_k: int = 0  # 0 = off
    top_p: float = 1.0  # 1 = off
    min_p: float = 0.0  # 0 = off
    repeat_penalty: float = 1.0  # 1 = off
    seed: int = 0


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """Everything one generation needs."""

    messages: tuple[Message, ...]
    sampling: Sampling = Sampling()
    max_tokens: int = 512
    stop: tuple[str, ...] = ()
    grammar: str = ""  # GBNF; empty = free text
    json_schema: str = ""  # JSON Schema as JSON text; the answer obeys it. Not beside `grammar`
    logit_bias: tuple[tuple[str, float], ...] = ()  # added to the logits of each token of a text
    logprobs: bool = False  # give the log-probability of each token
    alternatives: int = 0  # and of so many others at its place, at most 20
    tools: tuple[Tool, ...] = ()
    priority: Priority = Priority.INTERACTIVE
    id: str = ""
    prefix_key: str = ""  # requests with the same key share what comes before their last message
    conversation: str = ""  # requests with the same name continue one sequence
    template_variables: tuple[tuple[str, bool | str], ...] = ()


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """How likely a token was: natural logarithms, before sampling changed anything."""

    text: str  # of the token alone; part of a letter is shown as \\x and its bytes
    logprob: float
    alternatives: tuple[tuple[str, float], ...] = ()  # likeliest first


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of the answer (never half a character)."""

    text: str


@dataclass(frozen=True, slots=True)
class ThoughtPiece:
    """A piece of what a reasoning model thinks before it answers."""

    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The context is full of others' work: the request waits for room. Tokens."""

    needed: int
    free: int


StreamEvent = TextPiece | ThoughtPiece | ToolCall | Waiting


@dataclass(frozen=True, slots=True)
class Completion:
    """What came out, and what it cost. Times are seconds."""

    text: str
    finish: Finish
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prefill_seconds: float = 0.0
    decode_seconds: float = 0.0
    problem: UserError | None = None  # set when `finish` is "failed"
    reasoning: str = ""  # what was thought; not part of `text`
    tool_calls: tuple[ToolCall, ...] = ()
    logprobs: tuple[TokenLogprob, ...] = ()
    reused_tokens: int = 0  # of the prompt that were not evaluated again

    @property
    def tokens_per_second(self) -> float:
        """Decoding speed; 0 when nothing was decoded."""
        return self.completion_tokens / self.decode_seconds if self.decode_seconds > 0 else 0.0


class Stream(Protocol):
    """A running generation: iterate it for pieces of text (never half a character)."""

    def __iter__(self) -> Iterator[str]:
        """Yield the answer's text as it is made.

        Raises:
            CancelledError: the request's token was cancelled.
            UserError: the model cannot answer (context full, model damaged, ...).
        """
        ...

    def events(self) -> Iterator[StreamEvent]:
        """Yield everything as it happens: text, thoughts, tool calls. Raises as iterating does."""
        ...

    def result(self) -> Completion:
        """Wait for the end and return everything. Raises as iterating does."""
        ...

    @property
    def so_far(self) -> Completion:
        """What has been made until now; the partial result after a cancellation."""
        ...


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What an agent may know about a loaded model."""

    id: str
    name: str
    languages: tuple[str, ...]  # "en", "ko"; empty = unknown
    context: int  # tokens of one sequence
    sampling: Sampling
    template: str  # family: "lfm2", "falcon-h1", "chatml", ...
    thinks: bool = False


class Engine(Protocol):
    """One loaded model, shared by everybody who borrowed it."""

    @property
    def info(self) -> ModelInfo:
        """Name, languages, context and catalogue sampling of the model."""
        ...

    def submit(self, request: GenerationRequest, cancel: CancelToken) -> Stream:
        """Queue one request and return at once."""
        ...

    def map(
        self, requests: Iterable[GenerationRequest], in_flight: int, cancel: CancelToken
    ) -> Iterator[tuple[str, Completion]]:
        """Run many requests, at most `in_flight` at a time; yield `(id, completion)` as they end.

        `requests` is consumed lazily, so a generator may decide late what comes next. A request
        that fails ends as a completion with `finish` "failed" and its `problem`: one bad
        segment does not stop the others. Leaving the iterator early cancels what still runs.

        Raises:
            CancelledError: `cancel` was set.
        """
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` without BOS."""
        ...


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def id(self) -> str:
        """Name and version; vectors of different ids are not comparable."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of one vector."""
        ...

    def embed(
        self, texts: Sequence[str], kind: TextKind, cancel: CancelToken
    ) -> npt.NDArray[np.float32]:
        """Return an array (len(texts), dimensions), float32, each row of length 1."""
        ...


@dataclass(frozen=True, slots=True)
class Resident:
    """A model in memory, for the status bar."""

    id: str
    name: str
    bytes: int
    since: float  # seconds since the epoch
    borrowed: int  # how many users hold it now
    running: int = 0  # requests running
    tokens_per_second: float = 0.0  # over the last few seconds


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a model fits this machine. Bytes."""

    needed: int
    available: int
    budget: int
    fits: bool
    suggestion: str = ""  # id of a smaller model, where there is one


class Models(Protocol):
    """Lends engines by model id; implemented by `agents.engine.cache.ModelCache`."""

    def borrow(self, model_id: str, cancel: CancelToken | None = None) -> EngineLoan:
        """Load the model if needed and keep it until the loan is closed.

        Raises:
            UserError: model.missing, model.damaged, model.too_big, model.unsupported.
        """
        ...

    def resident(self) -> tuple[Resident, ...]:
        """What is in memory now."""
        ...

    def free(self, model_id: str = "") -> int:
        """Unload idle models (all, or one); returns how many bytes were given back."""
        ...

    def forget(self, conversation: str) -> None:
        """Drop what is kept of a conversation, in memory and on disk; returns at once."""
        ...


class EngineLoan(Protocol):
    """A context manager around a borrowed engine."""

    def __enter__(self) -> Engine:
        """Return the engine."""
        ...

    def __exit__(self, *exc: object) -> None:
        """Give it back."""
        ...


__all__ = [
    "Completion",
    "Embedder",
    "Engine",
    "EngineLoan",
    "Finish",
    "Fit",
    "GenerationRequest",
    "Message",
    "ModelInfo",
    "Models",
    "Priority",
    "Resident",
    "Role",
    "Sampling",
    "Stream",
    "StreamEvent",
    "TextKind",
    "TextPiece",
    "ThoughtPiece",
    "TokenLogprob",
    "Tool",
    "ToolCall",
    "Waiting",
]
