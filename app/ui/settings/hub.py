"""The settings of the model hub: a mirror, a proxy, and the token.

The one law: a token that was entered is never shown again, not even its length, and where it is
kept is always said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit

from agents.base import UserError
from app import keys, setting_rules
from app.i18n import _
from app.jobs import Latest
from app.ui.settings.rows import Section, fit
from app.ui.theme import mark
from app.ui.widgets.basic import button, row

if TYPE_CHECKING:
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.keys import Place
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars


class HubSection(Section):
    """The card. It says what is wanted; the page stores it."""

    wanted = Signal(str, object)  # the name of a setting and its new value

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, bars: Bars) -> None:
        super().__init__(theme, _("Model hub"))
        self._desk, self._pool, self._bars = desk, pool, bars
        self._tokens = Latest(pool, self._token_read, self)
        self._address = self._field(_("Mirror"), setting_rules.HUB, "hub_address")
        self._proxy = self._field(_("Proxy"), setting_rules.PROXY, "hub_proxy")
        self._token = QLineEdit()
        self._token.setEchoMode(QLineEdit.EchoMode.Password)
        self._token.setAccessibleName(_("Access token"))
        self._token.setPlaceholderText(_("Paste a token"))
        self._token.setMinimumWidth(theme.px(90))
        self._token.returnPressed.connect(self._save_token)
        self._forget = button(_("Remove"), lambda: self._keep_token(""))
        keep = button(_("Keep"), self._save_token)
        self.add(
            _("Mirror"),
            _("Another address that has the same models. Empty: the hub itself."),
            self._address,
            setting="hub_address",
        )
        self.add(
            _("Proxy"),
            _("What downloads go through. Empty: as the system says."),
            self._proxy,
            setting="hub_proxy",
        )
        self._token_state = self.add(
            _("Access token"), _about_token(""), row(self._token, keep, self._forget)
        )

    def show_settings(self) -> None:
        """Make every control say what is set."""
        self._address.setText(self._desk.settings.hub_address)
        self._proxy.setText(self._desk.settings.hub_proxy)

    def look_for_token(self) -> None:
        """See whether a token is kept for the hub or its mirror."""
        # A keyring may ask the user for its own password: never wait for that here.
        self._tokens.ask(keys.hub_place, self._desk.mirror)

    def _field(self, name: str, example: str, setting: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(example)
        fit(made, self._theme)
        made.editingFinished.connect(lambda: self._take(made, setting))
        return made

    def _take(self, field: QLineEdit, setting: str) -> None:
        try:
            typed = setting_rules.address(setting, field.text())
        except UserError:
            words = _("{address} is no address. Write it like {example}.", address=field.text(),
                      example=field.placeholderText())  # fmt: skip
            self._bars.say("error", words, key=setting)
            return
        self._bars.close_bar(setting)
        field.setText(typed)
        if typed != getattr(self._desk.settings, setting):
            self.wanted.emit(setting, typed)
            self.look_for_token()

    # --- the token ---

    @Slot(object)
    def _token_read(self, outcome: Outcome) -> None:
        place: Place = outcome.value if outcome.state == "done" else ""
        self._token_state.setText(_about_token(place))
        mark(self._token_state, kind="warn" if place == "session" else "small")
        self._forget.setVisible(bool(place))

    @Slot()
    def _save_token(self) -> None:
        token = self._token.text().strip()
        if not token.isascii() or not token.isprintable():
            words = _("A key has only Latin letters, digits and signs. Copy it once more.")
            self._bars.say("error", words, key="token")
            return
        self._bars.close_bar("token")
        self._token.clear()
        if token:
            self._keep_token(token)

    def _keep_token(self, token: str) -> None:
        job = self._pool.call(keys.set_hub_token, token, self._desk.mirror)
        job.finished.connect(self._token_kept)

    @Slot(object)
    def _token_kept(self, outcome: Outcome) -> None:
        if outcome.state == "done" and not outcome.value:
            words = _("This system has no keyring: the token is kept until you close MoA Desk.")
            self._bars.say("warn", words, key="token")
        self.look_for_token()


def _about_token(place: Place) -> str:
    return {
        "keyring": _("A token is kept in this system's keyring."),
        "session": _("No keyring took the token: it is kept until you close MoA Desk."),
        "": _("Only for models that ask for one. It is kept in the system's keyring."),
    }[place]
