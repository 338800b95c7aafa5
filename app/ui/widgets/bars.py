"""Bars: what an inline sentence can say is never said by a modal box."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.widgets.basic import Icon, IconButton, button, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.ui.theme import Theme

Kind = Literal["info", "warn", "error"]
Action = tuple[str, "Callable[[], object]"]

_COLOURS = {"info": "accent", "warn": "warn", "error": "bad"}


class InlineBar(QFrame):
    """A sentence with what can be done about it. An action closes the bar."""

    closed = Signal()  # it goes without an action: closed, replaced, the time is up
    gone = Signal()  # it goes, however

    def __init__(
        self,
        theme: Theme,
        kind: Kind,
        words: str,
        actions: Sequence[Action] = (),
        *,
        closable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._over = False
        self.setProperty("kind", f"bar-{kind}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._label = text(words, wrap=True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(theme.px(12), theme.px(7), theme.px(7), theme.px(7))
        self._layout.setSpacing(theme.space("s"))
        self._layout.addWidget(Icon(theme, kind, 18, _COLOURS[kind]))
        self._layout.addWidget(self._label, 1)
        for name, act in actions:
            self._layout.addWidget(button(name, partial(self._go, act)))
        if closable:
            self._layout.addWidget(
                IconButton(theme, "close", _("Close this message"), self.dismiss)
            )
        announcement = QAccessibleAnnouncementEvent(self, words)
        QAccessible.updateAccessibility(announcement)

    @property
    def words(self) -> str:
        """What it says."""
        return self._label.text()

    def expire(self, seconds: float) -> None:
        """Close by itself after a while."""
        QTimer.singleShot(round(seconds * 1000), self, self.dismiss)

    @Slot()
    def dismiss(self) -> None:
        """Go away without an action."""
        self._go(None)

    def _go(self, act: Callable[[], object] | None) -> None:
        if self._over:
            return
        self._over = True
        self.hide()
        self.gone.emit()
        if act is None:
            self.closed.emit()
        else:
            act()
        self.deleteLater()


class Bars(QWidget):
    """The place of a page where bars appear, newest last; takes no room while empty."""

    def __init__(self, theme: Theme, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> None:
        super().__init__()
        self._theme = theme
        self._shown: dict[str, InlineBar] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(*margins)
        self._layout.setSpacing(theme.space("xs"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def say(
        self,
        kind: Kind,
        words: str,
        actions: Sequence[Action] = (),
        *,
        key: str = "",
        closable: bool = True,
        on_closed: Callable[[], object] | None = None,
        seconds: float = 0.0,
    ) -> InlineBar:
        """Show a bar.

        Args:
            kind: info, warn or error.
            words: the sentence.
            actions: (name, function) of each button.
            key: a bar of the same key is replaced; without one, of the same words.
            closable: whether it has a cross.
            on_closed: called when it goes without one of its actions (closed, time is up,
                replaced).
            seconds: closes by itself after so long; 0 = stays.
        """
        key = key or words
        self.close_bar(key)
        bar = InlineBar(self._theme, kind, words, actions, closable=closable)
        if on_closed is not None:
            bar.closed.connect(on_closed)
        bar.gone.connect(lambda: self._gone(key, bar))
        self._shown[key] = bar
        self._layout.addWidget(bar)
        self.show()
        if seconds:
            bar.expire(seconds)
        return bar

    def close_bar(self, key: str) -> None:
        """Take a bar away."""
        bar = self._shown.pop(key, None)
        if bar is not None:
            bar.dismiss()
        self._fit()

    def clear(self) -> None:
        """Take all bars away."""
        for key in list(self._shown):
            self.close_bar(key)

    @property
    def shown(self) -> list[InlineBar]:
        """The bars of now, oldest first."""
        return list(self._shown.values())

    def _gone(self, key: str, bar: InlineBar) -> None:
        if self._shown.get(key) is bar:
            del self._shown[key]
        self._fit()

    def _fit(self) -> None:
        self.setVisible(bool(self._shown))
