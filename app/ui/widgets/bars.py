"""Bars: what an inline sentence can say is never said by a modal box."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.widgets.basic import Icon, IconButton, button, text
from app.ui.widgets.flow import Flow
from app.ui.widgets.yielding import as_high_as_needed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QPushButton

    from app.ui.theme import Theme

Kind = Literal["info", "warn", "error"]
Action = tuple[str, "Callable[[], object]"]

_WORDS, _AROUND = 220, 84  # px a sentence wants at least, and of what stands around it
_COLOURS = {"info": "accent", "warn": "warn", "error": "bad"}


class InlineBar(QFrame):
    """A sentence with what can be done about it. An action closes the bar."""

    def __init__(
        self,
        theme: Theme,
        kind: Kind,
        words: str,
        actions: Sequence[Action] = (),
        *,
        closable: bool = True,
        on_gone: Callable[[], object] | None = None,
        on_closed: Callable[[], object] | None = None,
    ) -> None:
        """Make a bar.

        Args:
            theme: how it looks.
            kind: info, warn or error.
            words: the sentence.
            actions: (name, function) of each button.
            closable: whether it has a cross.
            on_gone: called when it goes, however.
            on_closed: called when it goes without one of its actions.
        """
        super().__init__()
        # Plain calls, forgotten when the bar goes: a connection would keep its page alive until
        # this widget is taken apart, and free it from within.
        self._on_gone, self._on_closed = on_gone, on_closed
        self._actions = [act for _name, act in actions]
        self._over = False
        self.setProperty("kind", f"bar-{kind}")
        self.setSizePolicy(as_high_as_needed())
        self._label = text(words, wrap=True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(theme.px(12), theme.px(7), theme.px(7), theme.px(7))
        self._grid.setSpacing(theme.space("s"))
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(Icon(theme, kind, 18, _COLOURS[kind]), 0, 0)
        self._grid.addWidget(self._label, 0, 1)
        self._acts = QWidget(self)
        acts = Flow(theme.space("s"))
        self._acts.setLayout(acts)
        self._acts.setVisible(bool(actions))
        self._buttons: list[QPushButton] = []
        for number, (name, _act) in enumerate(actions):
            made = button(name)
            made.setProperty("number", number)
            made.clicked.connect(self._act)
            acts.addWidget(made)
            self._buttons.append(made)
        if closable:
            cross = IconButton(theme, "close", _("Close this message"))
            cross.clicked.connect(self.dismiss)
            self._grid.addWidget(cross, 0, 3)
        self._put_actions(below=False)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def minimumSizeHint(self) -> QSize:
        """Never so wide that the page cannot become narrow."""
        return QSize(self._theme.px(_WORDS), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put what can be done below the words, where there is no room for both."""
        super().resizeEvent(event)
        below = event.size().width() < self._along() + self._theme.px(_WORDS + _AROUND)
        if self._buttons and below != self._below:
            self._put_actions(below=below)

    def _along(self) -> int:
        """Pixels of all buttons side by side."""
        widths = [made.sizeHint().width() for made in self._buttons]
        return sum(widths) + self._theme.space("s") * max(0, len(widths) - 1)

    def _put_actions(self, *, below: bool) -> None:
        self._below = below
        self._grid.removeWidget(self._acts)
        self._acts.setMinimumWidth(0 if below else self._along())
        middle = Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(self._acts, int(below), 1 if below else 2, middle)

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

    @Slot()
    def _act(self) -> None:
        self._go(self._actions[self.sender().property("number")])

    def _go(self, act: Callable[[], object] | None) -> None:
        if self._over:
            return
        self._over = True
        on_gone, on_closed = self._on_gone, self._on_closed
        self._on_gone, self._on_closed, self._actions = None, None, []
        self.hide()
        if on_gone is not None:
            on_gone()
        if act is not None:
            act()
        elif on_closed is not None:
            on_closed()
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
        self.setSizePolicy(as_high_as_needed())
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
        bar = InlineBar(
            self._theme,
            kind,
            words,
            actions,
            closable=closable,
            on_gone=partial(self._forget, key),
            on_closed=on_closed,
        )
        self._shown[key] = bar
        self._layout.addWidget(bar)
        self.show()
        if seconds:
            bar.expire(seconds)
        return bar

    def close_bar(self, key: str) -> None:
        """Take a bar away."""
        bar = self._shown.get(key)
        if bar is not None:
            bar.dismiss()

    def clear(self) -> None:
        """Take all bars away."""
        for key in list(self._shown):
            self.close_bar(key)

    @property
    def shown(self) -> list[InlineBar]:
        """The bars of now, oldest first."""
        return list(self._shown.values())

    def _forget(self, key: str) -> None:
        self._shown.pop(key, None)
        self.setVisible(bool(self._shown))
