"""Chat templates: the model's own Jinja, in a sandbox, with user text that cannot pose as control.

The one law: a control token in the prompt comes from the template, never from a message. Before
rendering, every text in a message that reads like a control token is replaced by a mark; after
rendering the prompt is split at the marks, so that those texts are tokenized as plain letters
and everything else exactly as the template wrote it.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from jinja2 import TemplateError, nodes

from agents.base import UserError
from agents.engine.reasoning import CLOSED, OPENED
from agents.engine.sandbox import Sandbox
from agents.engine.toolcalls import FORMS, listed, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.engine.port import Message, Tool, ToolCall

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_THINKING = (OPENED, CLOSED)  # an assistant's own turn may hold them: templates cut there

# Noncharacters: no text should hold them, and where one does it is marked like a control token.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_STRAY = re.compile(f"[{_OPEN}{_CLOSE}]")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the prompt; in a plain one nothing is a control token."""

    text: str
    plain: bool


class ChatTemplate:
    """One model's template. Safe to use from several threads."""

    def __init__(
        self, source: str, *, controls: Iterable[str], bos: str = "", eos: str = ""
    ) -> None:
        """Prepare the template.

        Args:
            source: Jinja text from the model file; empty = ChatML.
            controls: the texts of the vocabulary's control tokens.
            bos: text of the token a prompt begins with.
            eos: text of the token an answer ends with.
        """
        self._source = source or CHATML
        names = sorted({name for name in controls if name}, key=len, reverse=True)
        self._control = _pattern(names)
        self._assistant = _pattern([name for name in names if name not in _THINKING])
        self._globals = {"bos_token": bos, "eos_token": eos}
        self._liquid = FORMS[0][0] in names
        self._lock = threading.Lock()
        self._sandbox = Sandbox()
        self._template: Any = None
        self._words: frozenset[str] = frozenset()

    def render(
        self,
        messages: Sequence[Message],
        variables: Sequence[tuple[str, bool | str]] = (),
        tools: Sequence[Tool] = (),
        *,
        constrained: bool = False,
        thinks: bool = False,
    ) -> tuple[Part, ...]:
        """The prompt for the next answer, in parts.

        Args:
            messages: the conversation.
            variables: what the template may ask for. `enable_thinking` is off if not given.
            tools: what the model may call. A template that does not know them gets them in the
                system turn.
            constrained: the answer obeys a grammar, so there is no room for thoughts before it.
            thinks: the model is known to think. Where its template cannot keep it from that (it
                opens the thought itself), an empty thought is put before its answer.

        Raises:
            UserError: engine.template: the template is broken or refuses these messages, or a
                tool's parameters are no JSON.
        """
        hidden: list[str] = []
        # Whatever a template out of a file does wrong in Python is a fault of the file.
        try:
            with self._lock:
                template = self._template = self._template or self._prepared()
                extra = {name: self._hidden(value, "", hidden) for name, value in variables}
                if "enable_thinking" in self._words:
                    extra.setdefault("enable_thinking", False)
                told = [self._tool(tool, hidden) for tool in tools]
                turns = self._turns(messages, told, hidden)
                self._sandbox.begin()
                rendered = template.render(
                    {
                        **extra,
                        **self._globals,
                        **({"tools": told} if told else {}),
                        "messages": turns,
                        "add_generation_prompt": True,
                    }
                )
        except (
            TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError,
            RecursionError, TypeError, ValueError,
        ) as error:  # fmt: skip
            raise UserError("engine.template", reason=str(error) or type(error).__name__) from error
        parts = tuple(_split(rendered, hidden))
        off = extra.get("enable_thinking") is False
        if (constrained or off) and opens_thought(parts):
            return (*parts, Part(f"{CLOSED}\n", plain=False))  # the template opens one always
        if off and thinks and not constrained and "enable_thinking" not in self._words:
            return (*parts, Part(f"{OPENED}\n\n{CLOSED}\n\n", plain=False))
        return parts

    def _prepared(self) -> Any:  # noqa: ANN401 - jinja2.Template, with any context
        tree = self._sandbox.parse(self._source)
        names = {node.name for node in tree.find_all(nodes.Name)}
        attributes = {node.attr for node in tree.find_all(nodes.Getattr)}
        constants = {str(node.value) for node in tree.find_all(nodes.Const)}
        self._words = frozenset(names | attributes | constants)
        return self._sandbox.limited(tree)

    def _turns(
        self, messages: Sequence[Message], tools: list[dict[str, Any]], hidden: list[str]
    ) -> list[dict[str, Any]]:
        """The messages as templates expect them, the tools in them where the template has none."""
        turns = [self._turn(message, hidden) for message in messages]
        if tools and "tools" not in self._words:
            text = listed(tools, liquid=self._liquid)
            if turns and turns[0]["role"] == "system":
                turns[0]["content"] = f"{turns[0]['content']}\n\n{text}"
            else:
                turns.insert(0, {"role": "system", "content": text})
        return turns

    def _turn(self, message: Message, hidden: list[str]) -> dict[str, Any]:
        content = cast("str", self._hidden(message.content, message.role, hidden))
        turn: dict[str, Any] = {"role": message.role, "content": content}
        if message.tool_calls:
            calls = [
                self._call(number, call, hidden) for number, call in enumerate(message.tool_calls)
            ]
            if "tool_calls" in self._words:
                turn["tool_calls"] = calls
            else:
                text = written(calls, liquid=self._liquid)
                turn["content"] = f"{content}\n{text}" if content else text
        if message.role == "tool" and not (self._liquid or "tool" in self._words):
            turn = {"role": "user", "content": f"<tool_response>\n{content}\n</tool_response>"}
        return turn

    def _tool(self, tool: Tool, hidden: list[str]) -> dict[str, Any]:
        function = {
            "name": tool.name,
            "description": tool.description,
            "parameters": json.loads(tool.parameters or "{}"),
        }
        return {"type": "function", "function": self._hidden(function, "", hidden)}

    def _call(self, number: int, call: ToolCall, hidden: list[str]) -> dict[str, Any]:
        function = {"name": call.name, "arguments": json.loads(call.arguments or "{}")}
        # Some templates want an id, and of nine letters and digits.
        identity = f"call{number:05d}"
        return {
            "type": "function",
            "id": identity,
            "function": self._hidden(function, "", hidden),
        }

    def _hidden(self, value: object, role: str, hidden: list[str]) -> Any:  # noqa: ANN401 - as it came
        """A value of messages, tools or variables, its texts as `_hide` leaves them."""
        if isinstance(value, str):
            return self._hide(value, role, hidden)
        if isinstance(value, list):
            return [self._hidden(entry, role, hidden) for entry in cast("list[object]", value)]
        if isinstance(value, dict):
            return {
                self._hide(name, role, hidden): self._hidden(entry, role, hidden)
                for name, entry in cast("dict[str, object]", value).items()
            }
        return value

    def _hide(self, text: str, role: str, hidden: list[str]) -> str:
        def mark(found: re.Match[str]) -> str:
            hidden.append(found.group())
            return f"{_OPEN}{len(hidden) - 1}{_CLOSE}"

        return (self._assistant if role == "assistant" else self._control).sub(mark, text)


def opens_thought(parts: Sequence[Part]) -> bool:
    """Whether a prompt ends in the middle of a thought."""
    return bool(parts) and not parts[-1].plain and parts[-1].text.rstrip().endswith(OPENED)


def _pattern(names: list[str]) -> re.Pattern[str]:
    return re.compile("|".join([*map(re.escape, names), _OPEN, _CLOSE]))


def _split(rendered: str, hidden: list[str]) -> Iterable[Part]:
    at = 0
    for mark in _MARK.finditer(rendered):
        if mark.start() > at:
            yield Part(_STRAY.sub("", rendered[at : mark.start()]), plain=False)
        number = int(mark.group(1))
        if number < len(hidden):
            yield Part(hidden[number], plain=True)
        at = mark.end()
    if at < len(rendered):
        yield Part(_STRAY.sub("", rendered[at:]), plain=False)
