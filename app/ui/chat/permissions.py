"""What tools ask, in the window: a bar above the question, never a box.

The one law: nothing happens before a button is pressed; an answer that is stopped takes its
questions along.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QFrame, QVBoxLayout, QWidget

from agents.chat.tools.asked import WITH_FOLDER, ClipboardAsked, Decision, PermissionAsked
from app.i18n import _
from app.permitting import wish
from app.ui.widgets.basic import Icon, button, row, text
from app.ui.widgets.flow import Flow
from app.ui.widgets.yielding import as_high_as_needed

if TYPE_CHECKING:
    from agents.chat.tools.asked import Asked, Scope
    from app.build import Desk
    from app.ui.chat.answering import Answering
    from app.ui.theme import Theme


class PermissionBars(QWidget):
    """The questions of tools that wait for an answer, oldest first."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        super().__init__()
        self._desk, self._theme = desk, theme
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(theme.px(40), theme.space("s"), theme.px(40), 0)
        self._layout.setSpacing(theme.space("xs"))
        self.setSizePolicy(as_high_as_needed())
        self.hide()

    def follow(self, answering: Answering) -> None:
        """Ask whatever the tools of an answer ask."""
        answering.wanted.connect(partial(self._ask, answering))

    @property
    def shown(self) -> list[PermissionBar]:
        """The bars of now."""
        items = (self._layout.itemAt(at) for at in range(self._layout.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [one for one in widgets if isinstance(one, PermissionBar)]

    def _ask(self, answering: Answering, asked: Asked) -> None:
        if isinstance(asked, ClipboardAsked):
            self._desk.asked.answer(asked.number, self._clipboard(asked.text))
            return
        bar = PermissionBar(self._theme, asked)
        bar.decided.connect(partial(self._decided, bar))
        answering.ended.connect(bar.leave)
        self._layout.addWidget(bar)
        self.show()

    def _decided(self, bar: PermissionBar, decision: Decision) -> None:
        self._desk.asked.answer(bar.asked.number, decision)
        self._gone(bar)

    def _gone(self, bar: PermissionBar) -> None:
        self._layout.removeWidget(bar)
        bar.hide()
        bar.deleteLater()
        self.setVisible(bool(self.shown))

    @staticmethod
    def _clipboard(text_: str | None) -> str:
        clipboard = QGuiApplication.clipboard()
        if text_ is None:
            return clipboard.text()
        clipboard.setText(text_)
        return ""


class PermissionBar(QFrame):
    """One question, and the ways to answer it."""

    decided = Signal(object)  # Decision

    def __init__(self, theme: Theme, asked: PermissionAsked) -> None:
        super().__init__()
        self.asked = asked
        self._over = False
        self.setProperty("kind", "bar-info")
        self.setSizePolicy(as_high_as_needed())
        self.words = wish(asked)
        label = text(self.words, wrap=True)
        choices = QWidget()
        flow = Flow(theme.px(6))
        choices.setLayout(flow)
        for name, scope in _scopes(asked):
            flow.addWidget(button(name, partial(self._decide, scope)))
        if asked.tool in WITH_FOLDER:
            flow.addWidget(button(_("Another folder"), self._choose))
        flow.addWidget(button(_("No"), partial(self._decide, "no")))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8))
        layout.setSpacing(theme.px(6))
        head = row(Icon(theme, "key", 18, "accent"), label, gap=theme.space("s"))
        head.layout().setStretch(1, 1)
        layout.addWidget(head)
        layout.addWidget(choices)
        self.setAccessibleName(self.words)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.words))

    @Slot()
    def leave(self) -> None:
        """Nobody waits for the answer any more."""
        self._decide("no")

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Another folder"), self.asked.folder)
        if folder:
            self._decide("once", folder)

    def _decide(self, scope: Scope, folder: str = "") -> None:
        if not self._over:
            self._over = True
            self.decided.emit(Decision(scope, folder))


def _scopes(asked: PermissionAsked) -> list[tuple[str, Scope]]:
    always = _("Always in this folder") if asked.folder else _("Always")
    return [
        (_("This once"), "once"),
        (_("In this conversation"), "conversation"),
        (always, "always"),
    ]
