"""A request in the words of OpenAI's API, and what comes back in ours.

The one law: every sampling value is sent, since a server's own defaults are anybody's guess; and
nothing that comes back is trusted to have the right type.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from agents.base import UserError
from agents.engine.port import ThoughtPiece, TokenLogprob, ToolCall
from agents.engine.reasoning import Thoughts
from agents.engine.remote_errors import BrokenError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.engine.port import Finish, GenerationRequest, Message
    from agents.engine.stream import AnswerStream

MAX_SEED = 0xFFFFFFFF  # llama.cpp takes this one for "choose a seed yourself"
_THOUGHTS = ("reasoning_content", "reasoning")  # llama-server, LM Studio; vLLM, Ollama
_MOST_ALTERNATIVES = 20


def estimate(text: str) -> int:
    """Tokens of `text` where nobody can count them; rather too many than too few."""
    plain = sum(letter.isascii() for letter in text)
    return math.ceil(plain / 3) + len(text) - plain


def whole(text: str) -> str:
    """The text with a mark for halves of surrogate pairs, which no UTF-8 can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def body_of(model: str, request: GenerationRequest) -> dict[str, Any]:
    """What is sent. `logit_bias` is left out: it needs the server's tokenizer.

    Raises:
        UserError: engine.grammar: a JSON schema is not JSON.
    """
    sampling = request.sampling
    extra: dict[str, Any] = {
        "top_k": sampling.top_k,
        "min_p": sampling.min_p,
        "repeat_penalty": sampling.repeat_penalty,
        "repetition_penalty": sampling.repeat_penalty,  # vLLM's name for it
    }
    if request.grammar:
        extra["grammar"] = whole(request.grammar)
    if request.template_variables:
        extra["chat_template_kwargs"] = dict(request.template_variables)
    body: dict[str, Any] = {
        "model": model,
        "messages": _messages(request.messages),
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "seed": sampling.seed % MAX_SEED,
        "max_tokens": request.max_tokens,
        "extra_body": extra,
    }
    if request.stop:
        body["stop"] = [whole(text) for text in request.stop]
    if request.json_schema:
        schema = _object(request.json_schema)
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": schema},
        }
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": _object(tool.parameters),
                },
            }
            for tool in request.tools
        ]
    if request.logprobs:
        body["logprobs"] = True
        body["top_logprobs"] = min(request.alternatives, _MOST_ALTERNATIVES)
    return body


def _object(text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text)
    except ValueError as error:
        raise UserError("engine.grammar", reason=str(error)) from error


def _messages(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Turns, with names for tool calls: a result belongs to the first call still without one."""
    made: list[dict[str, Any]] = []
    names = 0
    waiting: list[str] = []
    for message in messages:
        turn: dict[str, Any] = {"role": message.role, "content": whole(message.content)}
        if message.tool_calls:
            waiting = [f"call_{names + number}" for number in range(len(message.tool_calls))]
            names += len(waiting)
            turn["tool_calls"] = [
                {
                    "id": name,
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments},
                }
                for name, call in zip(waiting, message.tool_calls, strict=True)
            ]
        if message.role == "tool":
            turn["tool_call_id"] = waiting.pop(0) if waiting else f"call_{max(0, names - 1)}"
        made.append(turn)
    return made


class Reader:
    """Reads the chunks of one answer into its stream."""

    def __init__(
        self, request: GenerationRequest, stream: AnswerStream, *, thinks: bool = False
    ) -> None:
        """Nothing has been read. `thinks`: the model is known to think."""
        self._request = request
        self._stream = stream
        self._thoughts = Thoughts("", thinks=thinks)  # of servers that leave them in the text
        self._reason = ""
        self._counted = False
        self._calls: dict[int, list[str]] = {}  # by index: name, arguments

    def take(self, chunk: Any) -> None:  # noqa: ANN401 - openai's, which checks no types
        """One chunk: a piece of text, of a thought, of a call, or what it cost."""
        self._count(getattr(chunk, "usage", None))
        for choice in (getattr(chunk, "choices", None) or ())[:1]:
            delta = choice.delta
            for name in _THOUGHTS:
                thought = getattr(delta, name, None)
                if isinstance(thought, str) and thought:
                    self._stream.tokens += 1
                    self._put(thought, "")
                    break
            if isinstance(delta.content, str) and delta.content:
                # Servers send a token at a time; `usage` corrects the count.
                self._stream.tokens += 1
                self._stream.begin()
                self._put(*self._thoughts.feed(delta.content))
            for call in delta.tool_calls or ():
                self._take_call(call)
            if self._request.logprobs and choice.logprobs is not None:
                self._stream.logprobs += [_logprob(one) for one in choice.logprobs.content or ()]
            if isinstance(choice.finish_reason, str):
                self._reason = choice.finish_reason

    def end(self, context: int) -> None:
        """Nothing more comes.

        Raises:
            BrokenError: the server did not say that this is the end.
        """
        if not self._reason:
            raise BrokenError("the end is missing")
        self._put(*self._thoughts.end())
        self._tell_calls()
        if not self._counted:
            texts = [message.content for message in self._request.messages]
            self._stream.prompt_tokens = sum(map(estimate, texts))
        self._stream.finish(self._how(context))

    def _how(self, context: int) -> Finish:
        if self._reason != "length":
            return "stop"
        stream = self._stream
        full = stream.prompt_tokens + stream.tokens >= context
        short = stream.tokens < self._request.max_tokens
        return "context" if self._counted and full and short else "length"

    def _put(self, thought: str, answer: str) -> None:
        if thought or answer:
            self._stream.begin()
        if thought:
            self._stream.put(ThoughtPiece(thought))
        if answer:
            self._stream.put(answer)

    def _take_call(self, call: Any) -> None:  # noqa: ANN401 - as in `take`
        if call.index not in self._calls:
            self._tell_calls()
            self._calls[call.index] = ["", ""]
        self._stream.begin()
        own = self._calls[call.index]
        if call.function is not None:
            own[0] += call.function.name or ""
            own[1] += call.function.arguments or ""

    def _tell_calls(self) -> None:
        """Give out the calls that are whole: those before the one that is being written."""
        for name, arguments in self._calls.values():
            if name:
                self._stream.put(ToolCall(name, arguments or "{}"))
        self._calls = {}

    def _count(self, usage: Any) -> None:  # noqa: ANN401 - as in `take`
        asked, made = (
            getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens")
        )
        if isinstance(asked, int) and isinstance(made, int):
            self._counted = True
            self._stream.prompt_tokens, self._stream.tokens = asked, made
            details = getattr(usage, "prompt_tokens_details", None)
            reused = getattr(details, "cached_tokens", None)
            if isinstance(reused, int):
                self._stream.reused_tokens = reused


def _logprob(one: Any) -> TokenLogprob:  # noqa: ANN401 - as in `take`
    others = tuple((str(other.token), float(other.logprob)) for other in one.top_logprobs or ())
    return TokenLogprob(str(one.token), float(one.logprob), others)
