"""What the sheet of options is made of: fields of lines, what they say, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit

from agents.base import UserError
from agents.translation import srx
from app import i18n

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agents.translation.events import Register
    from app.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the sheet says; the names are those of `DocumentRequest`."""

    register: Register = ""
    glossary: str = ""
    use_memory: bool = True
    also: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    srx: Path | None = None


class Lines(QPlainTextEdit):
    """A few lines of text; each is one value."""

    def __init__(self, theme: Theme, name: str, example: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(example)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFixedHeight(theme.px(64))
        self.setMinimumWidth(theme.px(160))

    @property
    def values(self) -> tuple[str, ...]:
        """What is written, without empty lines."""
        lines = (line.strip() for line in self.toPlainText().splitlines())
        return tuple(line for line in lines if line)


def reason(test: Callable[[str], object], values: tuple[str, ...]) -> str:
    """Why one of the values cannot be used."""
    for value in values:
        try:
            test(value)
        except UserError as error:
            return i18n.explain(error)
    return ""


def rules(path: Path) -> tuple[Path, str]:
    """A file of segmentation rules, and why it cannot be used; reads it."""
    try:
        srx.load(path)
    except UserError as error:
        return path, i18n.explain(error)
    return path, ""


def is_pair(one: object) -> bool:
    """Whether a stored value is a name and its value."""
    return isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one)
