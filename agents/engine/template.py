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
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, cast

from jinja2 import TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.engine.port import Message

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
MAX_TURNS = 300_000  # of all loops of one rendering together; half a second or so
MAX_REPEAT = 1_000_000  # letters made by `*`
_THINKING = ("<think>", "</think>")  # an assistant's own turn may hold them: templates cut there

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
        self._lock = threading.Lock()
        self._environment = _Environment()
        self._template: Any = None

    def render(
        self, messages: Sequence[Message], variables: Sequence[tuple[str, bool | str]] = ()
    ) -> tuple[Part, ...]:
        """The prompt for the next answer, in parts.

        Raises:
            UserError: engine.template: the template is broken or refuses these messages.
        """
        hidden: list[str] = []
        turns = [
            {"role": message.role, "content": self._hide(message.content, message.role, hidden)}
            for message in messages
        ]
        extra = {
            name: self._hide(value, "", hidden) if isinstance(value, str) else value
            for name, value in variables
        }
        return tuple(_split(self._rendered(turns, extra), hidden))

    def _rendered(self, turns: list[dict[str, str]], extra: dict[str, bool | str]) -> str:
        try:
            with self._lock:
                if self._template is None:
                    self._template = self._environment.limited(self._source)
                self._environment.turns = 0
                return self._template.render(
                    {**extra, **self._globals, "messages": turns, "add_generation_prompt": True}
                )
        # Whatever a template out of a file does wrong in Python is a fault of the file.
        except (
            TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError,
            RecursionError, TypeError, ValueError,
        ) as error:  # fmt: skip
            raise UserError("engine.template", reason=str(error) or type(error).__name__) from error

    def _hide(self, text: str, role: str, hidden: list[str]) -> str:
        def mark(found: re.Match[str]) -> str:
            hidden.append(found.group())
            return f"{_OPEN}{len(hidden) - 1}{_CLOSE}"

        return (self._assistant if role == "assistant" else self._control).sub(mark, text)


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox of transformers' `apply_chat_template`, with an end to loops and repetition."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self) -> None:
        super().__init__(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        self.turns = 0
        self.filters["tojson"] = _tojson
        known = cast("dict[str, object]", self.globals)
        known["raise_exception"] = _refuse
        known["strftime_now"] = _now

    def limited(self, source: str) -> Any:  # noqa: ANN401 - jinja2.Template, with any context
        """Compile, with a count in every loop and macro that the template cannot reach."""
        tree = self.parse(source)
        for kind in (nodes.For, nodes.Macro, nodes.CallBlock):
            for node in tree.find_all(kind):
                count = nodes.Call(nodes.EnvironmentAttribute("turn"), [], [], None, None)
                node.body.insert(0, nodes.ExprStmt(count, lineno=node.lineno))
        tree.set_environment(self)
        code = self.compile(tree)
        return self.template_class.from_code(self, code, self.make_globals(None))

    def turn(self) -> None:
        """One more turn of a loop."""
        self.turns += 1
        if self.turns > MAX_TURNS:
            raise TemplateError("the template does not come to an end")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - of the base class
        """Multiply numbers; repeat texts and lists within reason."""
        if operator == "**":
            raise TemplateError("powers are not allowed")
        for one, other in ((left, right), (right, left)):
            if (
                not isinstance(one, int | float)
                and isinstance(other, int)
                and (len(one) * other > MAX_REPEAT)
            ):
                raise TemplateError("a repetition is too long")
        return super().call_binop(context, operator, left, right)


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


def _tojson(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _refuse(message: str) -> NoReturn:
    raise TemplateError(message)


def _now(form: str) -> str:
    return datetime.now().astimezone().strftime(form)
