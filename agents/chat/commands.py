"""What can be ordered by name: "/요약", "/translate", and the user's own saved texts.

The one law: an order says what is to be done with which text, and that text reaches the model as
it is, told apart from the order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.chat import variables
from agents.chat.language import language_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.chat.language import Language
    from agents.chat.routing.router import Route

Name = Literal["summarise", "translate", "polite", "explain", "grammar"]
LONGEST = 24  # letters of a command's name


@dataclass(frozen=True, slots=True)
class Command:
    """One command. The first name of a language is shown, the others are understood."""

    key: str  # of `Name`, or "own"
    names: Mapping[Language, tuple[str, ...]]
    asks: Mapping[Language, str]  # with {{text}}, or the text is put below
    route: Route | None = "answer"  # who takes it; None = the router decides


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked by a command."""

    question: str
    route: Route | None
    command: str  # whose hand takes it, "" = whoever has the route


BUILT_IN: tuple[Command, ...] = (
    Command(
        "summarise",
        {"en": ("summarise", "summarize", "summary"), "ko": ("요약",)},
        {
            "en": "Summarise the following text in a few sentences.",
            "ko": "다음 글을 몇 문장으로 요약해 줘.",
        },
    ),
    Command(
        "translate",
        {"en": ("translate",), "ko": ("번역",)},
        {"en": "Translate the following text:", "ko": "다음 글을 번역해 줘:"},
        "translate",
    ),
    Command(
        "polite",
        {"en": ("polite", "jondaetmal"), "ko": ("존댓말", "높임말")},
        {
            "en": "Rewrite the following Korean text in 존댓말, without changing what it says.",
            "ko": "다음 글을 내용은 그대로 두고 존댓말로 바꿔 줘.",
        },
    ),
    Command(
        "explain",
        {"en": ("explain",), "ko": ("설명", "풀이")},
        {"en": "Explain the following in plain words.", "ko": "다음을 쉬운 말로 설명해 줘."},
    ),
    Command(
        "grammar",
        {"en": ("grammar", "proofread", "fix"), "ko": ("맞춤법", "교정", "문법")},
        {
            "en": "Correct grammar and spelling of the following text and change nothing else.",
            "ko": "다음 글의 맞춤법과 문법만 고치고 나머지는 그대로 둬.",
        },
    ),
)


def own(name: str, text: str) -> Command:
    """A command of the user's own."""
    called = called_as(name)
    return Command("own", {"en": (called,), "ko": (called,)}, {"en": text, "ko": text}, None)


def called_as(name: str) -> str:
    """A name as it is written after the slash: no space, no slash, not too long."""
    return "".join(name.split()).replace("/", "")[:LONGEST]


def parsed(written: str, commands: Sequence[Command]) -> tuple[Command, str] | None:
    """The command a text begins with, and what follows it; None where it is no command.

    The user's own come after the built-in ones and win where they have the same name.
    """
    if not written.startswith("/"):
        return None
    first, *rest = written[1:].split(maxsplit=1)[:2] or [""]
    for command in reversed(commands):
        if first.lower() in (name.lower() for name in _all_names(command)):
            return command, rest[0].strip() if rest else ""
    return None


def matching(begun: str, commands: Sequence[Command]) -> tuple[Command, ...]:
    """The commands whose name begins with, or else contains, what is typed after the slash.

    The names of all languages count; those that begin with it come first, the order is kept.
    """
    typed = begun.lower()
    first = [one for one in commands if any(n.lower().startswith(typed) for n in _all_names(one))]
    also = [
        one
        for one in commands
        if one not in first and any(typed in name.lower() for name in _all_names(one))
    ]
    return (*first, *also)


def order(
    command: Command, text: str, language: Language, values: Mapping[str, str] | None = None
) -> Order:
    """What to ask.

    Args:
        command: what is to be done.
        text: with what; "" where a command of one's own needs none.
        language: of the user.
        values: of the command's own variables, and of those that are known.
    """
    asks = command.asks[language]
    if command.key == "own":
        question = variables.filled(asks, {**(values or {}), variables.TEXT: text})
        if text and not variables.takes_text(asks):
            question = f"{question}\n\n{text}"
        return Order(question, command.route, "")
    return Order(f"{asks}\n\n{text}", command.route, command.key)


def handed_over(question: str) -> str:
    """The text that an order of `order` is about: what stands below its first line."""
    _asks, _line, text = question.partition("\n\n")
    return text.strip()


def written_in(command: Command) -> Language:
    """The language a command of one's own is written in."""
    return language_of(command.asks["en"])


def _all_names(command: Command) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in command.names.values() for name in names))
