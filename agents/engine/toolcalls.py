"""Tools: told to a model in its own words, and its calls read out of what it writes.

The one law: nothing is lost and nothing raises. A call that cannot be read is text, tags and all;
whether a call makes sense is for whoever runs it.

Forms, by the models' own templates: LFM2 and LFM2.5 write `<|tool_call_start|>[f(a="x", n=3)]
<|tool_call_end|>` (Python calls, or a JSON list when told so); Falcon-H1, Qwen, Hermes and others
`<tool_call>` around a JSON object or a list of them; Nemotron Nano 2 `<TOOLCALL>[...]</TOOLCALL>`;
Nemotron 3 and Qwen-Coder
`<tool_call><function=f><parameter=a>x</parameter></function></tool_call>`.
"""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any, NoReturn, cast

from agents.engine.port import ToolCall
from agents.engine.textout import overlap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.engine.port import Tool

FORMS = (
    ("<|tool_call_start|>", "<|tool_call_end|>"),
    ("<tool_call>", "</tool_call>"),
    ("<TOOLCALL>", "</TOOLCALL>"),
)
MAX_CALL = 100_000  # letters; Python's own parser should not be given more

_FUNCTION = re.compile(r"<function=([^>\n]+)>(.*?)(?:</function>|\Z)", re.DOTALL)
_PARAMETER = re.compile(r"<parameter=([^>\n]+)>\n?(.*?)\n?</parameter>", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = {"true": True, "false": False, "null": None}


class ToolCalls:
    """Parts an answer into text and calls, while it is written."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        """Look for calls; the tools tell the order and kinds of arguments where a form does not."""
        self._kinds = {tool.name: _kinds(tool.parameters) for tool in tools}
        self._held = ""  # text that may become a tag, or white space that may end the text
        self._form: tuple[str, str] | None = None
        self._gap = ""  # white space before the tag: shown only if there is more to show

    def feed(self, text: str) -> list[str | ToolCall]:
        """Take more of the answer; return what is certain now."""
        made: list[str | ToolCall] = []
        self._held += text
        while form := self._form or self._opens(made):
            opened, closing = form
            body, found, rest = self._held.partition(closing)
            if not found:
                return made
            made += self._calls(body) or [f"{self._gap}{opened}{body}{closing}"]
            self._form, self._held, self._gap = None, rest, ""
        return made

    def end(self) -> list[str | ToolCall]:
        """The answer has ended: a call without its closing tag may still be one."""
        held, self._held = self._held, ""
        if self._form is None:
            return [held] if held.strip() else []
        return [*self._calls(held)] or [f"{self._gap}{self._form[0]}{held}"]

    def _opens(self, made: list[str | ToolCall]) -> tuple[str, str] | None:
        """Give out the text before a call; the form of the call, if one begins."""
        held = self._held
        starts = [(held.find(form[0]), form) for form in FORMS if form[0] in held]
        if starts:
            at, self._form = min(starts)
            before = held[:at].rstrip()
            self._gap = held[len(before) : at]
            self._held = held[at + len(self._form[0]) :]
        else:
            keep = max(overlap(held, form[0]) for form in FORMS)
            before = held[: len(held) - keep].rstrip()
            self._held = held[len(before) :]
        if before:
            made.append(before)
        return self._form

    def _calls(self, body: str) -> list[ToolCall]:
        text = body.strip()
        if len(text) > MAX_CALL:
            return []
        for read in (self._from_json, self._from_tags, self._from_python):
            try:
                calls = [_call(name, arguments) for name, arguments in read(text)]
            # Whatever a model wrote wrong, or so deep that it cannot be read.
            except (
                AttributeError, LookupError, MemoryError, RecursionError, SyntaxError, TypeError,
                ValueError,
            ):  # fmt: skip
                continue
            if calls:
                return calls
        return []

    def _from_json(self, text: str) -> list[tuple[object, object]]:
        """One object, a list, or several one after the other."""
        decoder = json.JSONDecoder(parse_constant=_refuse)
        found: list[Any] = []
        at = 0
        while at < len(text):
            value, at = decoder.raw_decode(text, at)
            found += cast("list[Any]", value) if isinstance(value, list) else [value]
            while at < len(text) and (text[at].isspace() or text[at] in ",;"):
                at += 1
        return [_named(entry.get("function", entry)) for entry in found]

    def _from_tags(self, text: str) -> list[tuple[str, object]]:
        if _FUNCTION.sub("", text).strip():
            raise ValueError("there is more than calls")
        found: list[tuple[str, object]] = []
        for name, body in _FUNCTION.findall(text):
            if _PARAMETER.sub("", body).strip():
                raise ValueError("there is more than parameters")
            kinds = self._kinds.get(name.strip(), {})
            arguments = {
                key.strip(): _typed(value, kinds.get(key.strip(), ""))
                for key, value in _PARAMETER.findall(body)
            }
            found.append((name.strip(), arguments))
        return found

    def _from_python(self, text: str) -> list[tuple[str, object]]:
        tree = ast.parse(_ESCAPE.sub(_escaped, text), mode="eval").body
        calls = tree.elts if isinstance(tree, ast.List | ast.Tuple) else [tree]
        found: list[tuple[str, object]] = []
        for call in calls:
            if not isinstance(call, ast.Call):
                raise TypeError("not a call")
            name = ast.unparse(call.func)
            order = list(self._kinds.get(name, {}))
            arguments = {order[at]: _literal(value) for at, value in enumerate(call.args)}
            for keyword in call.keywords:
                if keyword.arg is None:  # **{...}
                    arguments.update(cast("Mapping[str, object]", _literal(keyword.value)))
                else:
                    arguments[keyword.arg] = _literal(keyword.value)
            found.append((name, arguments))
        return found


def listed(tools: Sequence[Mapping[str, object]], *, liquid: bool) -> str:
    """The tools for the system turn of a model whose template does not know them.

    Args:
        tools: in the form that templates expect.
        liquid: whether the model is one of Liquid's.
    """
    texts = [json.dumps(tool["function"], ensure_ascii=False) for tool in tools]
    if liquid:
        return f"List of tools: [{', '.join(texts)}]"
    lines = "\n".join(texts)
    return (
        "You may call these functions:\n"
        f"<tools>\n{lines}\n</tools>\n"
        "For each call write a JSON object with its name and arguments inside these tags:\n"
        '<tool_call>\n{"name": <name>, "arguments": <object>}\n</tool_call>'
    )


def written(calls: Sequence[Mapping[str, Any]], *, liquid: bool) -> str:
    """What the model had written to make these calls. Arguments as in `listed`."""
    functions = [cast("Mapping[str, Any]", call["function"]) for call in calls]
    if liquid:
        opened, closing = FORMS[0]
        texts = [f"{one['name']}({_python(one['arguments'])})" for one in functions]
        return f"{opened}[{', '.join(texts)}]{closing}"
    opened, closing = FORMS[1]
    return "\n".join(f"{opened}\n{_json(dict(one))}\n{closing}" for one in functions)


def _kinds(parameters: str) -> dict[str, str]:
    """The JSON types of a tool's arguments, in their order."""
    try:
        properties = json.loads(parameters)["properties"]
        return {name: str(schema.get("type", "")) for name, schema in properties.items()}
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return {}


def _named(call: Mapping[str, object]) -> tuple[object, object]:
    return call["name"], call.get("arguments", call.get("parameters", {}))


def _call(name: object, arguments: object) -> ToolCall:
    if isinstance(arguments, str):
        arguments = json.loads(arguments, parse_constant=_refuse)
    arguments = {} if arguments is None else arguments
    if not (isinstance(name, str) and name and isinstance(arguments, dict)):
        raise TypeError("not a call")
    return ToolCall(name, _json(cast("dict[str, object]", arguments)))


def _typed(text: str, kind: str) -> object:
    """A value that was written without quotes."""
    if kind == "string":
        return text
    try:
        return json.loads(text.strip(), parse_constant=_refuse)
    except (RecursionError, ValueError):
        return _PLAIN.get(text.strip().lower(), text)


def _literal(node: ast.expr) -> object:
    """A value, with JSON's names for those that Python calls otherwise."""
    for part in ast.walk(node):
        for field, value in ast.iter_fields(part):
            if isinstance(value, ast.Name) and value.id in _PLAIN:
                setattr(part, field, ast.Constant(_PLAIN[value.id]))
            elif isinstance(value, list):
                entries = cast("list[Any]", value)
                entries[:] = [
                    ast.Constant(_PLAIN[entry.id])
                    if isinstance(entry, ast.Name) and entry.id in _PLAIN
                    else entry
                    for entry in entries
                ]
    if isinstance(node, ast.Name) and node.id in _PLAIN:
        return _PLAIN[node.id]
    return ast.literal_eval(node)


def _escaped(found: re.Match[str]) -> str:
    """A backslash before anything that is no escape of JSON is meant as one."""
    return found.group() if found.group(1) in "\\'\"abfnrtu\n" else f"\\{found.group()}"


def _python(arguments: Mapping[str, object]) -> str:
    return ", ".join(
        f"{name}={_json(value) if isinstance(value, str) else repr(value)}"
        for name, value in arguments.items()
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
