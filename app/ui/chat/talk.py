"""What is said in the conversation that is shown, or what stands where nothing is said yet.

The one law: the transcript is made with the first message; a window that opens on a new
conversation does not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

from app.i18n import _
from app.ui.widgets.basic import EmptyState, button
from app.ui.widgets.yielding import YieldingStack

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.jobs import JobPool
    from app.ui.chat.branches import TurnWishes
    from app.ui.chat.extras import Helpers
    from app.ui.chat.models import ChatModels
    from app.ui.chat.transcript import Transcript
    from app.ui.theme import Theme

_LEAST = 40  # pixels of it that stay


class Talk(YieldingStack):
    """An empty state or a transcript."""

    def __init__(
        self,
        theme: Theme,
        pool: JobPool,
        wishes: TurnWishes,
        helpers: Callable[[], Helpers],
        models_wanted: Callable[[], object],
    ) -> None:
        """Show that nothing is said yet.

        Args:
            theme: how it looks.
            pool: where formulas are drawn.
            wishes: what is wanted of a message.
            helpers: what answers share, asked for once.
            models_wanted: goes to where models come from.
        """
        super().__init__()
        self._theme, self._pool, self._wishes, self._helpers = theme, pool, wishes, helpers
        self._transcript: Transcript | None = None
        self._empty = EmptyState(theme, "chat", _("What would you like to know?"), "")
        self._get_model = button(_("Get a model"), models_wanted, "primary")
        self._empty.offer(self._get_model)
        self.addWidget(self._empty)

    def sizeHint(self) -> QSize:
        """It gives way to what asks or is attached, and takes what that leaves."""
        return QSize(super().sizeHint().width(), self._theme.px(_LEAST))

    def minimumSizeHint(self) -> QSize:
        """Likewise."""
        return QSize(super().minimumSizeHint().width(), self._theme.px(_LEAST))

    @property
    def transcript(self) -> Transcript:
        """Where the messages stand; made when it is first asked for."""
        if self._transcript is None:
            from app.ui.chat.transcript import Transcript  # noqa: PLC0415 - with the first message

            self._transcript = made = Transcript(self._theme, self._pool, self._wishes)
            made.equip(self._helpers())
            self.addWidget(made)
        return self._transcript

    @property
    def texts(self) -> list[str]:
        """What was said, oldest first."""
        return self._transcript.texts() if self._transcript is not None else []

    def clear(self) -> None:
        """Nothing is said any more."""
        if self._transcript is not None:
            self._transcript.clear()

    def show_begun(self, *, begun: bool) -> None:
        """Show the messages, or that there are none yet."""
        self.setCurrentWidget(self.transcript if begun else self._empty)

    def show_models(self, models: ChatModels) -> None:
        """Say who would answer."""
        self._get_model.setVisible(not models.chosen)
        words = _("To chat you need a model. Choose one that fits this machine.")
        if models.remote:
            words = _("{model} answers elsewhere: what you write is sent there.", model=models.name)
        elif models.chosen:
            words = _(
                "{model} answers on this machine. Nothing you write leaves it.", model=models.name
            )
        self._empty.say(words)
