r"""JSON Schema to GBNF: what an answer must look like, in llama.cpp's grammar.

The one law: an answer that obeys the grammar obeys the schema. What cannot be kept by a grammar of
reasonable size is refused by name, never left out (but `oneOf` is read as `anyOf`). Properties come
in the order of the schema, and no others where it names some.

llama-cpp-python carries a converter; it leaves out bounds of numbers and required names without a
schema, refuses a schema that is only described, cannot do recursion, allows raw line breaks inside
strings, and lets Korean words only be written as `\uXXXX`. So this one is our own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_SCHEMA = 200_000  # letters
MAX_RULES = 5_000
MAX_REPEAT = 2_000  # of items, letters; the grammar writes them out

# Told, or of no use for generating.
_NOTES = frozenset({
    "$comment", "$defs", "$id", "$schema", "default", "definitions", "deprecated", "description",
    "examples", "readOnly", "title", "writeOnly",
})  # fmt: skip
_KEPT = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "prefixItems", "minItems", "maxItems"},
    "string": {"minLength", "maxLength"},
    "integer": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"},
    "number": set[str](),
    "boolean": set[str](),
    "null": set[str](),
}
_BASE = {
    # A space now and then is what models like to write; more would never have to end.
    "ws": '" "?',
    # Half of a pair of surrogates would be no letter.
    "letter": r'[^"\\\x00-\x1f] | "\\" (["\\/bfnrt] | "u" coded)',
    "coded": "[0-9a-cA-CefEF] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2}",
    "string": r'"\"" letter* "\""',
    "digits": "[0-9]{1,16}",
    "integer": '"-"? ("0" | [1-9] [0-9]{0,15})',
    "number": 'integer ("." digits)? ([eE] [-+]? [0-9]{1,3})?',
    "boolean": '"true" | "false"',
    "null": '"null"',
    "value": "object | array | string | number | boolean | null",
    "array": '"[" ws (value ("," ws value)*)? ws "]"',
    "object": '"{" ws (string ":" ws value ("," ws string ":" ws value)*)? ws "}"',
}


def grammar_of(schema: str) -> str:
    """The grammar of a schema.

    Args:
        schema: JSON text.

    Raises:
        UserError: engine.schema: it is no JSON Schema, or wants what no grammar can keep.
    """
    if len(schema) > MAX_SCHEMA:
        raise UserError("engine.schema", reason="it is too long")
    try:
        return _Writer(json.loads(schema)).grammar()
    except _RefusedError as error:
        raise UserError("engine.schema", reason=str(error)) from error
    except RecursionError as error:
        raise UserError("engine.schema", reason="it is too deep") from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise UserError("engine.schema", reason=f"it is no JSON Schema: {error}") from error


class _RefusedError(Exception):
    """With the reason."""


class _Writer:
    """Collects the rules of one grammar."""

    def __init__(self, schema: object) -> None:
        self._schema = schema
        self._rules: dict[str, str] = {}
        self._places: dict[str, str] = {}  # rules by the place they are made from

    def grammar(self) -> str:
        root = self._rule(self._schema)
        rules = {"root": f"ws {root} ws", **_BASE, **self._rules}
        return "\n".join(f"{name} ::= {body}" for name, body in rules.items())

    def _add(self, body: str) -> str:
        """A rule for this; its name."""
        if len(self._rules) >= MAX_RULES:
            raise _RefusedError("it is too large")
        name = f"r{len(self._rules)}"
        self._rules[name] = body
        return name

    def _rule(self, schema: object) -> str:
        """What the value of a schema looks like: a name, or a rule's name."""
        if schema is True:
            return "value"
        if not isinstance(schema, dict):
            raise _RefusedError(
                "false allows no answer" if schema is False else "a schema is an object"
            )
        entries = cast("dict[str, Any]", schema)
        wanted = {name for name in entries if name not in _NOTES}
        for name, make in self._makers().items():
            if name in wanted:
                # Beside them only a type may stand, which they say already.
                self._only(wanted, {name, "type"} if name in ("const", "enum") else {name})
                return make(entries)
        return self._typed(entries, wanted)

    def _makers(self) -> dict[str, Callable[[dict[str, Any]], str]]:
        return {
            "$ref": lambda entries: self._reference(entries["$ref"]),
            "const": lambda entries: self._one_of(entries, [entries["const"]]),
            "enum": lambda entries: self._one_of(entries, entries["enum"]),
            "anyOf": lambda entries: self._any(entries["anyOf"]),
            "oneOf": lambda entries: self._any(entries["oneOf"]),
        }

    def _typed(self, entries: dict[str, Any], wanted: set[str]) -> str:
        given = entries.get("type")
        if given is None:
            kinds = [kind for kind, kept in _KEPT.items() if kept & wanted]
            if not wanted:
                return "value"
            if len(kinds) != 1:
                raise _RefusedError(f"there is no type beside {', '.join(sorted(wanted))}")
        else:
            kinds = cast("list[str]", given if isinstance(given, list) else [given])
        if unknown := [kind for kind in kinds if kind not in _KEPT]:
            raise _RefusedError(f"the type {unknown[0]} is not known")
        self._only(wanted, {"type"}.union(*(_KEPT[kind] for kind in kinds)))
        return self._choice([self._of(kind, entries) for kind in kinds])

    def _of(self, kind: str, entries: dict[str, Any]) -> str:
        if not _KEPT[kind] & entries.keys():
            return kind
        if kind == "object":
            return self._object(entries)
        if kind == "array":
            return self._array(entries)
        if kind == "string":
            low, high = _bounds(entries, "minLength", "maxLength")
            return self._add(f'"\\"" {_times("letter", low, high)} "\\""')
        return self._integer(entries)

    @staticmethod
    def _only(wanted: set[str], known: set[str]) -> None:
        if unknown := sorted(wanted - known):
            raise _RefusedError(f"{unknown[0]} cannot be kept")

    def _reference(self, path: str) -> str:
        if path not in self._places:
            if not path.startswith("#"):
                raise _RefusedError(f"{path} is elsewhere")
            found: Any = self._schema
            for step in path[1:].split("/")[1:]:
                key = step.replace("~1", "/").replace("~0", "~")
                found = cast("Any", found[int(key)] if isinstance(found, list) else found[key])
            # Known by its name before it is made: it may refer to itself.
            name = self._places[path] = self._add("")
            self._rules[name] = self._rule(found)
        return self._places[path]

    def _one_of(self, entries: dict[str, Any], values: list[Any]) -> str:
        kind = entries.get("type")
        kinds = [kind] if isinstance(kind, str) else kind
        fitting = [value for value in values if kinds is None or _kind(value) & set(kinds)]
        if not fitting:
            raise _RefusedError("enum allows no answer")
        return self._add(" | ".join(_literal(_text(value)) for value in fitting))

    def _any(self, schemas: list[Any]) -> str:
        return self._choice([self._rule(schema) for schema in schemas])

    def _choice(self, names: Sequence[str]) -> str:
        if not names:
            raise _RefusedError("there is nothing to choose from")
        return names[0] if len(names) == 1 else self._add(" | ".join(dict.fromkeys(names)))

    def _array(self, entries: dict[str, Any]) -> str:
        low, high = _bounds(entries, "minItems", "maxItems")
        first = [self._rule(schema) for schema in entries.get("prefixItems", [])]
        more = entries.get("items", True)
        if first:
            # As many as there are schemas for, unless it says what follows.
            if "items" in entries and more is not False:
                raise _RefusedError("items beside prefixItems cannot be kept")
            if low > len(first) or (high is not None and high < len(first)):
                raise _RefusedError("prefixItems and the number of items do not fit")
            together = ' "," ws '.join(first)
            return self._add(f'"[" ws {together} ws "]"')
        item = self._rule(more)
        if high == 0:
            return self._add('"[" ws "]"')
        rest = _times(f'("," ws {item})', max(0, low - 1), None if high is None else high - 1)
        body = f"{item} {rest}".rstrip()
        return self._add(f'"[" ws {body if low else f"({body})?"} ws "]"')

    def _object(self, entries: dict[str, Any]) -> str:
        properties = cast("dict[str, Any]", entries.get("properties", {}))
        required = cast("list[str]", entries.get("required", []))
        if missing := [name for name in required if name not in properties]:
            raise _RefusedError(f"{missing[0]} is required and has no schema")
        pairs = [
            (self._add(f'{_literal(_text(name))} ":" ws {self._rule(schema)}'), name in required)
            for name, schema in properties.items()
        ]
        if not pairs and (others := entries.get("additionalProperties", True)) is not False:
            pair = self._add(f'string ":" ws {self._rule(others)}')
            return self._add(f'"{{" ws ({pair} ("," ws {pair})*)? ws "}}"')
        # What may follow when something stands before (with a comma), and when nothing does.
        after, first = "", ""
        for pair, needed in reversed(pairs):
            follows = f'"," ws {pair} {after}'.rstrip()
            begins = f"{pair} {after}".rstrip()
            if needed:
                first, after = self._add(begins), self._add(follows)
            else:
                rest = f" | {after}" if after else ""
                first = self._add(f"{begins} | {first}" if first else f"({begins})?")
                after = self._add(f"{follows}{rest}" if rest else f"({follows})?")
        return self._add(f'"{{" ws {first} ws "}}"')

    def _integer(self, entries: dict[str, Any]) -> str:
        low, high = entries.get("minimum"), entries.get("maximum")
        if (more := entries.get("exclusiveMinimum")) is not None:
            low = more + 1 if low is None else max(low, more + 1)
        if (less := entries.get("exclusiveMaximum")) is not None:
            high = less - 1 if high is None else min(high, less - 1)
        if any(bound is not None and bound != int(bound) for bound in (low, high)):
            raise _RefusedError("a bound of an integer is not whole")
        low = -(10**16) + 1 if low is None else int(low)
        high = 10**16 - 1 if high is None else int(high)
        if low > high or max(abs(low), abs(high)) >= 10**16:
            raise _RefusedError("no integer is within its bounds")
        parts: list[str] = []
        if low < 0:
            negative = _between(max(1, -high), -low)
            parts.append(f'"-" ({negative})')
        if high >= 0:
            parts.append(_between(max(0, low), high))
        return self._add(" | ".join(parts))


def _between(low: int, high: int) -> str:
    """The whole numbers from `low` (0 or more) to `high`, without leading zeros."""
    parts: list[str] = []
    while low <= high:
        # As far as the number of digits stays the same.
        top = min(high, 10 ** len(str(low)) - 1)
        parts.append(_same_length(str(low), str(top)))
        low = top + 1
    return " | ".join(parts)


def _same_length(low: str, high: str) -> str:
    """Numbers of as many digits as both have."""
    if not low:
        return ""
    size = len(low) - 1
    if low[1:] == "0" * size and high[1:] == "9" * size:
        return f"{_digit(low[0], high[0])} {f'[0-9]{{{size}}}' if size else ''}".rstrip()
    if low[0] == high[0]:
        return f"{_digit(low[0], high[0])} ({_same_length(low[1:], high[1:])})"
    parts: list[str] = []
    begin, end = int(low[0]), int(high[0])
    if low[1:] != "0" * size:
        parts.append(f"{_digit(low[0], low[0])} ({_same_length(low[1:], '9' * size)})")
        begin += 1
    last = ""
    if high[1:] != "9" * size:
        last = f"{_digit(high[0], high[0])} ({_same_length('0' * size, high[1:])})"
        end -= 1
    if begin <= end:
        parts.append(_same_length(f"{begin}{'0' * size}", f"{end}{'9' * size}"))
    return " | ".join([*parts, last] if last else parts)


def _digit(low: str, high: str) -> str:
    return f"[{low}]" if low == high else f"[{low}-{high}]"


def _bounds(entries: dict[str, Any], lowest: str, highest: str) -> tuple[int, int | None]:
    low, high = int(entries.get(lowest, 0)), entries.get(highest)
    high = None if high is None else int(high)
    if low < 0 or (high is not None and high < low) or max(low, high or 0) > MAX_REPEAT:
        raise _RefusedError(f"{lowest} and {highest} do not fit")
    return low, high


def _times(what: str, low: int, high: int | None) -> str:
    if high is None:
        return f"{what}*" if low == 0 else f"{what}{{{low},}}"
    return f"{what}{{{low},{high}}}" if high else ""


def _kind(value: object) -> set[str]:
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, int):
        return {"integer", "number"}
    kinds: dict[object, str] = {str: "string", float: "number", list: "array", dict: "object"}
    return {kinds.get(type(value), "null")}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _literal(text: str) -> str:
    """A text in the quotes of a grammar; letters that could end a line or the text are coded."""
    made = "".join(
        f"\\{letter}"
        if letter in '"\\'
        else letter
        if letter.isprintable()
        else f"\\U{ord(letter):08x}"
        for letter in text
    )
    return f'"{made}"'
