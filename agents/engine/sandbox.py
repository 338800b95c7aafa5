"""Where chat templates run: Jinja's sandbox, with an end to time and memory.

The one law: a template comes out of a file from anywhere, so nothing it can write may keep the
program busy or fill the memory. Three things see to that, all out of the template's reach:

- a **count**: each turn of a loop or macro, each call, filter and operation is counted, and what a
  step has to walk through is weighed: so many entries or stretches of text count as so many turns.
  A list is weighed with all that is in it when it is made, so none can grow by holding itself
  twice;
- a **size**: no text, number or repetition beyond reason; methods and filters that fill up to a
  width are missing or checked before they run, since a running one cannot be stopped;
- a **clock**, looked at whenever something is counted.

So each single step is short, and their number and time are limited.
"""

from __future__ import annotations

import functools
import json
import re
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, cast

from jinja2 import TemplateError, nodes
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2.parser import Parser

MAX_TURNS = 1_000_000  # of one rendering; half a second or so
MAX_SECONDS = 5.0  # of one rendering, on a machine that is busy with other things
MAX_TEXT = 16_000_000  # letters of one text; a context of 128,000 tokens is about 500,000
MAX_NUMBER = 1_000_000  # of a width, a count, a repetition
MAX_BITS = 4096  # of a whole number
MAX_DEPTH = 100  # lists in lists
MAX_INDENT = 100
_LETTERS = 10_000  # of a text weigh as much as a turn: they take as long
_ENTRIES = 64  # of a list that is only passed on weigh as much as a turn

# What templates of models use. Not here: what fills (center, wordwrap, batch, slice), what formats
# with a width (format), what adds up lists (sum), what makes pages (urlize, xmlattr, ...).
_PASSING = (
    "attr", "count", "d", "default", "first", "items", "last", "length", "list", "map", "reject",
    "rejectattr", "reverse", "select", "selectattr",
)  # fmt: skip
_WALKING = (
    "abs", "capitalize", "dictsort", "e", "escape", "float", "forceescape", "indent", "int",
    "join", "lower", "max", "min", "replace", "round", "safe", "sort", "string", "title", "trim",
    "unique", "upper", "wordcount",
)  # fmt: skip
_COMPARING = (
    "!=", "<", "<=", "==", ">", ">=", "eq", "equalto", "ge", "greaterthan", "gt", "in", "le",
    "lessthan", "lt", "ne",
)  # fmt: skip
_LISTING = frozenset({"join", "list", "max", "min", "reverse", "sort", "unique"})
_METHODS = frozenset({  # of texts
    "capitalize", "casefold", "count", "endswith", "find", "format", "index", "isalnum", "isalpha",
    "isdecimal", "isdigit", "islower", "isnumeric", "isspace", "istitle", "isupper", "join",
    "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex",
    "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase",
    "title", "upper",
})  # fmt: skip
_OURS = frozenset({"joined", "turn", "weighed"})
_WIDE = re.compile(r"[0-9]{4,}|%[^%a-zA-Z]*\*|\{[^}]*\{")  # a width over 999, or from outside


class _Generation(Extension):
    """`{% generation %}` marks what a model is trained on; for a prompt it means nothing."""

    tags = {"generation"}  # noqa: RUF012 - as the base class has it

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.Scope(body, lineno=line)


class Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox of transformers' `apply_chat_template`, with limits. One rendering at a time."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self) -> None:
        """With the filters and functions that templates of models use."""
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.loopcontrols", _Generation],
        )
        self._turns = 0
        self._deadline = float("inf")
        filters = self.filters
        tests = cast("dict[str, Callable[..., Any]]", self.tests)
        passing = {name: self._guarded(name, filters[name], self._glance) for name in _PASSING}
        walking = {name: self._guarded(name, filters[name], self.weighed) for name in _WALKING}
        self.filters = {**passing, **walking}
        self.filters["tojson"] = self._guarded("tojson", _tojson, self.weighed)
        self.tests.update(
            {name: self._guarded(name, tests[name], self.weighed) for name in _COMPARING}
        )
        self.globals = {
            **{name: self.globals[name] for name in ("range", "namespace")},
            "dict": self._dictionary,
            "raise_exception": _refuse,
            "strftime_now": _now,
        }
        self.finalize = self.weighed
        self.concat = self._concat  # pyright: ignore[reportAttributeAccessIssue] - a function there

    def begin(self) -> None:
        """A new rendering: count and clock start again."""
        self._turns = 0
        self._deadline = time.monotonic() + MAX_SECONDS

    def limited(self, tree: nodes.Template) -> Any:  # noqa: ANN401 - jinja2.Template, with any context
        """Compile, with a count in every loop and macro, and whatever is made weighed."""
        for kind in (nodes.For, nodes.Macro, nodes.CallBlock):
            for node in tree.find_all(kind):
                node.body.insert(0, nodes.ExprStmt(_ours("turn", []), lineno=node.lineno))
        _rewrite(tree)
        tree.set_environment(self)
        code = self.compile(tree)
        return self.template_class.from_code(self, code, self.make_globals(None))

    # ── what a template's steps come through ──
    def turn(self, weight: int = 1) -> None:
        """Count; an end to the rendering when it is too much."""
        self._turns += weight
        if self._turns > MAX_TURNS or time.monotonic() > self._deadline:
            raise TemplateError("the template does not come to an end")

    def weighed(self, value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - any value of a template
        """Count a value with all that is in it, and return it."""
        known = self._glance(value)
        if isinstance(value, Namespace):
            raise TemplateError("a namespace is no value")
        if isinstance(value, Mapping | list | tuple):
            if depth > MAX_DEPTH:
                raise TemplateError("a list is too deep")
            self.turn(len(cast("list[object]", value)))
            for entry in cast("Iterable[object]", value):
                self.weighed(entry, depth + 1)
            if isinstance(value, Mapping):
                for entry in cast("Mapping[object, object]", value).values():
                    self.weighed(entry, depth + 1)
        return known

    def joined(self, *parts: Any) -> str:  # noqa: ANN401 - any values of a template
        """What `~` does."""
        return self._concat(str(self.weighed(part)) for part in parts)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - of the base class
        """Compute; repeat and format within reason."""
        self._glance(left)
        self._glance(right)
        if operator == "**":
            raise TemplateError("powers are not allowed")
        if operator == "*":
            for one, other in ((left, right), (right, left)):
                if not isinstance(one, int | float) and isinstance(other, int):
                    _within(len(one) * other)
        elif operator == "+" and isinstance(left, str) and isinstance(right, str):
            self._room(len(left) + len(right))
        elif operator == "%" and isinstance(left, str):
            _narrow(left)
            self.weighed(right)
        made = super().call_binop(context, operator, left, right)
        # Adding makes a flat list of what was there: its length is what counts.
        return self._glance(made) if operator == "+" else self.weighed(made)

    def call(self, context: Any, function: Any, /, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - of the base class
        """Call a function or method that cannot make anything endless out of its arguments."""
        real = getattr(function, "__wrapped__", function)  # a text's `format` comes wrapped
        owner = getattr(real, "__self__", None)
        if owner is self and real.__name__ in _OURS:
            return function(*args)  # beside them only what Jinja needs for macros
        self.turn()
        if isinstance(owner, str):
            args = self._for_text(owner, str(real.__name__), args)
        for value in (*args, *named.values()):
            if isinstance(value, int) and not isinstance(owner, Mapping):
                _within(value)
            self._glance(value)
        return self._glance(super().call(context, function, *args, **named))

    # ── inside ──
    def _glance(self, value: Any) -> Any:  # noqa: ANN401 - any value of a template
        """Count a value by its length, and return it."""
        given, weight = value, 1
        if isinstance(value, str):
            if len(value) > MAX_TEXT:
                raise TemplateError("a text is too long")
            weight += len(value) // _LETTERS
        elif isinstance(value, int):
            if value.bit_length() > MAX_BITS:
                raise TemplateError("a number is too long")
        elif isinstance(value, Mapping | list | tuple):
            length = len(cast("list[object]", value))
            _within(length)
            weight += length // _ENTRIES
        self.turn(weight)
        return given

    def _concat(self, parts: Iterable[str]) -> str:
        made = list(parts)
        self._room(sum(map(len, made)))
        return "".join(made)

    def _dictionary(self, *args: Any, **named: Any) -> dict[Any, Any]:  # noqa: ANN401 - as `dict`
        made: dict[Any, Any] = dict(*args, **named)
        return self.weighed(made)

    def _room(self, letters: int) -> None:
        if letters > MAX_TEXT:
            raise TemplateError("a text is too long")
        self.turn(1 + letters // _LETTERS)

    def _for_text(self, owner: str, name: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments of a text's method, once it is known what will come of them."""
        if name not in _METHODS:
            raise TemplateError(f"{name} is not allowed")
        self._glance(owner)
        if name == "format":
            _narrow(owner)
            self.weighed(list(args))
        elif name == "join" and args:
            entries = self._listed(args[0])
            self._room(sum(len(str(entry)) + len(owner) for entry in entries))
            return (entries, *args[1:])
        elif name == "replace":
            self._for_replace(owner, *args[:2])
        return args

    def _for_replace(self, text: str, old: Any = "", new: Any = "", *_count: Any) -> None:  # noqa: ANN401 - of a template
        found = text.count(str(old)) if str(old) else len(text) + 1
        self._room(len(text) + found * len(str(new)))

    def _listed(self, value: Any) -> list[Any]:  # noqa: ANN401 - any value of a template
        """All of it: what comes out of another filter is made here, counted entry by entry."""
        made: list[Any] = []
        for entry in value:
            self.turn()
            made.append(entry)
        return made

    def _guarded(
        self, name: str, function: Callable[..., Any], weigh: Callable[[Any], Any]
    ) -> Callable[..., Any]:
        """A filter or test whose values are weighed before. It may be given a context first."""
        first = 1 if hasattr(function, "jinja_pass_arg") else 0

        @functools.wraps(function)
        def guarded(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - any values of a template
            values = list(args[first:])
            if name in _LISTING and not isinstance(values[0], str | Mapping | list | tuple):
                values[0] = self._listed(values[0])
            for value in (*values, *named.values()):
                weigh(value)
            self._before(name, values, named)
            return self._glance(function(*args[:first], *values, **named))

        return guarded

    def _before(self, name: str, values: list[Any], named: dict[str, Any]) -> None:
        if name == "replace":
            self._for_replace(str(values[0]), *values[1:3])
        elif name == "join":
            between = len(str(values[1] if len(values) > 1 else named.get("d", "")))
            self._room(sum(len(str(entry)) + between for entry in values[0]))
        elif name in ("indent", "tojson"):
            width = values[1] if len(values) > 1 else named.get("width", named.get("indent", 0))
            if width is not None and not (isinstance(width, int) and width <= MAX_INDENT):
                raise TemplateError("an indent is too wide")


def _rewrite(node: nodes.Node) -> None:
    """Let whatever makes or walks through values come through the sandbox."""
    for name, value in list(node.iter_fields()):
        if isinstance(value, nodes.Node):
            setattr(node, name, _rewritten(value))
        elif isinstance(value, list):
            entries = cast("list[Any]", value)
            entries[:] = [
                _rewritten(entry) if isinstance(entry, nodes.Node) else entry for entry in entries
            ]


def _rewritten(node: nodes.Node) -> nodes.Node:
    _rewrite(node)
    if isinstance(node, nodes.Concat):
        return _ours("joined", node.nodes)
    if isinstance(node, nodes.List | nodes.Dict) or (
        isinstance(node, nodes.Tuple) and node.ctx == "load"
    ):
        return _ours("weighed", [node])
    if isinstance(node, nodes.Compare):
        node.expr = _compared(node.expr)
        for operand in node.ops:
            operand.expr = _compared(operand.expr)
    return node


def _compared(node: nodes.Expr) -> nodes.Expr:
    return node if isinstance(node, nodes.Const) else _ours("weighed", [node])


def _ours(method: str, args: list[nodes.Expr]) -> nodes.Expr:
    return nodes.Call(nodes.EnvironmentAttribute(method), args, [], None, None)


def _within(number: int) -> None:
    if abs(number) > MAX_NUMBER:
        raise TemplateError("a repetition is too long")


def _narrow(form: str) -> None:
    if _WIDE.search(form):
        raise TemplateError("a width is too large")


def _tojson(
    value: object,
    indent: int | None = None,
    *,
    ensure_ascii: bool = False,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    return json.dumps(
        value,
        ensure_ascii=ensure_ascii,
        indent=indent,
        separators=separators,
        sort_keys=sort_keys,
    )


def _refuse(message: str) -> NoReturn:
    raise TemplateError(message)


def _now(form: str) -> str:
    _narrow(form)
    return datetime.now().astimezone().strftime(form)
