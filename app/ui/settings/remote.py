"""The settings of a server elsewhere: whether it is used, where it is, which model, with what key.

The one law: nothing is sent before it is switched on, except the question behind the button that
tests the connection; and a key that was entered is never shown again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit

from agents.base import UserError
from agents.engine import endpoint
from agents.engine.connection import probe
from agents.engine.endpoint import Endpoint
from app import i18n, keys
from app.i18n import _
from app.jobs import Latest
from app.ui.settings.rows import Choice, Section, fit
from app.ui.switch import Switch
from app.ui.theme import mark
from app.ui.widgets.basic import button, row

if TYPE_CHECKING:
    from agents.engine.connection import Offer
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.keys import Place
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars

_NAMED = 4  # models of a server that are named in a sentence


class RemoteSection(Section):
    """The card. It says what is wanted; the page stores it."""

    wanted = Signal(str, object)  # the name of a setting and its new value

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, bars: Bars) -> None:
        super().__init__(theme, _("Remote server"))
        self._desk, self._pool, self._bars = desk, pool, bars
        self._keys = Latest(pool, self._key_read, self)
        self._use = Switch(_("Use a remote server"), [("", _("Off")), ("on", _("On"))])
        self._use.chosen.connect(self._switch)
        self._address = _field(_("Address"), "http://localhost:8080/v1")
        fit(self._address, theme)
        self._address.editingFinished.connect(self._take_address)
        self._model = Choice(theme)
        self._model.setEditable(True)
        self._model.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._model.lineEdit().setAccessibleName(_("Model on the server"))
        self._model.lineEdit().setPlaceholderText(_("Its name there"))
        self._model.lineEdit().editingFinished.connect(self._take_model)
        self._model.textActivated.connect(lambda _name: self._take_model())
        self._key = _field(_("Key of the server"), _("Paste a key"))
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._key.setMinimumWidth(theme.px(90))
        self._key.returnPressed.connect(self._save_key)
        keep = button(_("Keep"), self._save_key)
        keep.setAccessibleName(_("Keep the key"))
        self._forget = button(_("Remove"), lambda: self._store_key(""))
        self._forget.setAccessibleName(_("Remove the key"))
        self._test = button(_("Test the connection"), self.test)
        self.add(
            _("Use a remote server"),
            _("While it is on, what you give to a remote model is sent to that server."),
            self._use,
            wide=False,
        )
        self._about_address = self.add(
            _("Address"), _about_address(open_to_others=False), self._address
        )
        self.add(
            _("Model on the server"),
            _("It is offered beside the models of this machine."),
            self._model,
        )
        self._about_key = self.add(
            _("Key of the server"), _about_key(""), row(self._key, keep, self._forget)
        )
        self._about_test = self.add(
            _("Connection"), _("Asks the server which models it has."), self._test, wide=False
        )
        self.show_settings()

    def show_settings(self) -> None:
        """Make every control say what is set."""
        settings = self._desk.settings
        self._use.blockSignals(True)  # noqa: FBT003 - Qt's own
        self._use.choose("on" if settings.remote_enabled else "")
        self._use.blockSignals(False)  # noqa: FBT003 - Qt's own
        self._address.setText(settings.remote_url)
        if self._model.currentText() != settings.remote_model:
            self._model.setEditText(settings.remote_model)
        readable = endpoint.is_open(settings.remote_url)
        self._about_address.setText(_about_address(open_to_others=readable))
        kind = "warn" if readable else "small"
        if self._about_address.property("kind") != kind:
            mark(self._about_address, kind=kind)

    def look_for_key(self) -> None:
        """See whether a key is kept for this server."""
        # A keyring may ask the user for its own password: never wait for that here.
        self._keys.ask(_place, self._host())

    # --- changing ---

    @Slot(str)
    def _switch(self, value: str) -> None:
        if value and not self._desk.settings.remote_url:
            self._bars.say("warn", _("Enter the address of the server first."), key="remote")
            self.show_settings()
            self._address.setFocus()
            return
        self._bars.close_bar("remote")
        self.wanted.emit("remote_enabled", bool(value))

    @Slot()
    def _take_address(self) -> None:
        typed = self._address.text().strip()
        try:
            url = endpoint.normal(typed) if typed else ""
        except UserError as error:
            self._bars.say("error", i18n.explain(error), key="remote")
            return
        self._bars.close_bar("remote")
        self._address.setText(url)
        if url == self._desk.settings.remote_url:
            return
        if not url and self._desk.settings.remote_enabled:
            self.wanted.emit("remote_enabled", False)  # noqa: FBT003 - a signal's value
        self.wanted.emit("remote_url", url)
        self.look_for_key()

    @Slot()
    def _take_model(self) -> None:
        self.wanted.emit("remote_model", self._model.currentText().strip())

    # --- the key ---

    def _host(self) -> str:
        return endpoint.host(self._desk.settings.remote_url)

    @Slot(object)
    def _key_read(self, outcome: Outcome) -> None:
        place: Place = outcome.value if outcome.state == "done" else ""
        self._about_key.setText(_about_key(place))
        mark(self._about_key, kind="warn" if place == "session" else "small")
        self._forget.setVisible(bool(place))

    @Slot()
    def _save_key(self) -> None:
        key = self._key.text().strip()
        if key and not self._host():
            self._bars.say("warn", _("Enter the address of the server first."), key="remote")
            return
        if not key.isascii() or not key.isprintable():
            words = _("A key has only Latin letters, digits and signs. Copy it once more.")
            self._bars.say("error", words, key="key")
            return
        self._bars.close_bar("key")
        self._key.clear()
        if key:
            self._store_key(key)

    def _store_key(self, key: str) -> None:
        job = self._pool.call(keys.set_remote_key, self._host(), key)
        job.finished.connect(self._key_kept)

    @Slot(object)
    def _key_kept(self, outcome: Outcome) -> None:
        if outcome.state == "done" and not outcome.value:
            words = _("This system has no keyring: the key is kept until you close MoA Desk.")
            self._bars.say("warn", words, key="key")
        self.look_for_key()

    # --- the test ---

    @Slot()
    def test(self) -> None:
        """Ask the server what it has, on a worker."""
        self._take_address()
        settings = self._desk.settings
        if not settings.remote_url:
            self._bars.say("warn", _("Enter the address of the server first."), key="remote")
            return
        self._test.setEnabled(False)
        self._about_test.setText(_("Asking {host} …", host=self._host()))
        mark(self._about_test, kind="small")
        job = self._pool.call(_probe, self._desk, settings.remote_url, settings.remote_model)
        job.finished.connect(self._tested)

    @Slot(object)
    def _tested(self, outcome: Outcome) -> None:
        self._test.setEnabled(True)
        if outcome.error is not None:
            self._about_test.setText(i18n.explain(outcome.error))
            mark(self._about_test, kind="bad")
            return
        if outcome.state != "done":
            self._about_test.setText(_("Asks the server which models it has."))
            return
        offer: Offer = outcome.value
        self._about_test.setText(_found(offer))
        mark(self._about_test, kind="ok")
        wish = self._desk.settings.remote_model or (
            offer.models[0] if len(offer.models) == 1 else ""
        )
        self._model.blockSignals(True)  # noqa: FBT003 - Qt's own
        self._model.clear()
        self._model.addItems(offer.models)
        self._model.setEditText(wish)
        self._model.blockSignals(False)  # noqa: FBT003 - Qt's own
        self._take_model()


def _about_address(*, open_to_others: bool) -> str:
    if open_to_others:
        return _("Not encrypted: others on the way can read what you send. Use https://.")
    return _("Of any OpenAI-compatible server: llama-server, vLLM, LM Studio, Ollama.")


def _about_key(place: Place) -> str:
    return {
        "keyring": _("A key for this server is kept."),
        "session": _("No keyring took the key: it is kept until you close MoA Desk."),
        "": _("Only if the server asks for one. It is kept in the system's keyring."),
    }[place]


def _found(offer: Offer) -> str:
    names = ", ".join(offer.models[:_NAMED])
    if not offer.models:
        return _("The server answers, but names no models.")
    if len(offer.models) > _NAMED:
        return _(
            "The server answers. {count} models: {names}, …", count=len(offer.models), names=names
        )
    return _("The server answers. Models: {names}", names=names)


def _field(name: str, example: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(example)
    return made


def _place(host: str) -> Place:
    return keys.remote_place(host) if host else ""


def _probe(desk: Desk, url: str, model: str) -> Offer:
    """Ask the server what it has, with the key that is kept for it."""
    return probe(Endpoint(url, keys.remote_key(endpoint.host(url))), model, wire=desk.wire)
