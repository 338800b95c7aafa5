"""XML of which only some elements are for reading: tables of contents and metadata of e-books.

The one law: an element is read if it was asked for and holds nothing but text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.translation.formats.html_read import HtmlReader

if TYPE_CHECKING:
    from agents.translation.formats.html_tokens import Token


class LabelReader(HtmlReader):
    """Reads the text of some elements, in places that do not mean something else."""

    def __init__(self, text: str, wanted: frozenset[str], unless: frozenset[str]) -> None:
        """Take the decoded file.

        Args:
            text: the file.
            wanted: names of elements that are read.
            unless: names of elements in which they are not.
        """
        super().__init__(text, xml=True)
        self._wanted = wanted
        self._unless = unless
        self._path: list[str] = []
        self._label: list[Token] = []  # the text of the element at hand

    def _token(self, token: Token) -> None:
        if token.kind == "open":
            self._label = []
            if not token.empty:
                self._path.append(token.name)
            if len(self._path) == 1:
                self._element(token)
        elif token.kind == "text":
            self._label.append(token)
        elif token.kind == "close" and self._path:
            name = self._path.pop()
            if name == token.name == "language":
                self.codes += [(one.start, one.end) for one in self._label]
            elif name == token.name and name in self._wanted:
                self._read_label()
            self._label = []

    def _read_label(self) -> None:
        if self._unless.intersection(self._path):
            return
        for token in self._label:
            self._rows.add_text(token)
        self._rows.flush()
