"""Secrets live in the system's keyring and nowhere else.

The one law: a secret is never written to a file or a log of ours, nor by a keyring that only
writes it to a file. Where this system has no keyring, or a locked one, a secret is kept until the
program ends, and whoever saved it is told.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Place = Literal["", "keyring", "session"]

SERVICE = "MoA Desk"
HUB = "model-hub"
REMOTE = "remote-server"
PATIENCE = 60.0  # seconds: a locked keyring asks the user for its own password
_FILES = "keyrings.alt."  # back ends that write to files, some of them readable

# The secrets of this run that no keyring took. They belong to the process, as the language does.
_session: dict[str, str] = {}


def hub_token(mirror: str = "") -> str:
    """The user's hub token, or nothing where there is none.

    Args:
        mirror: host of a mirror in place of the hub: it has a token of its own, and never sees
            the hub's.
    """
    return _read(f"{HUB} {mirror}".strip())


def set_hub_token(token: str, mirror: str = "") -> bool:
    """Keep the token; an empty one deletes it.

    Returns:
        True if the keyring did it. False where this system has none that works: then the token
        is kept until the program ends, and a deleted one may still be in the keyring.
    """
    return _write(f"{HUB} {mirror}".strip(), token.strip())


def hub_place(mirror: str = "") -> Place:
    """Where the hub token is kept; empty where there is none."""
    return _place(f"{HUB} {mirror}".strip())


def remote_key(host: str) -> str:
    """The key for the server at `host`, or nothing where there is none.

    Each server has a key of its own: it is never shown to another one.
    """
    return _read(f"{REMOTE} {host}")


def set_remote_key(host: str, key: str) -> bool:
    """Keep the key for the server at `host`; an empty one deletes it. Returns as for the token."""
    return _write(f"{REMOTE} {host}", key.strip())


def remote_place(host: str) -> Place:
    """Where the key for the server at `host` is kept; empty where there is none."""
    return _place(f"{REMOTE} {host}")


class _Safe(Protocol):
    """A keyring's back end, as far as it is used here."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


def _place(name: str) -> Place:
    if not _read(name):
        return ""
    return "session" if name in _session else "keyring"


def _read(name: str) -> str:
    if name in _session:
        return _session[name]
    found: str | None = None
    with suppress(Exception):  # no keyring, a locked one, no session bus: anything may be raised,
        # and what is raised could name the secret, so it is not logged either
        found = _in_time(lambda: _keyring().get_password(SERVICE, name))
    return found or ""


def _write(name: str, secret: str) -> bool:
    done = False

    def write() -> None:
        keyring = _keyring()
        if secret:
            keyring.set_password(SERVICE, name, secret)
        elif keyring.get_password(SERVICE, name) is not None:
            keyring.delete_password(SERVICE, name)

    with suppress(Exception):  # as in `_read`
        _in_time(write)
        done = True
    if done:
        _session.pop(name, None)
    else:
        _session[name] = secret
    return done


def _keyring() -> _Safe:
    """The system's keyring.

    Raises:
        RuntimeError: there is none but those that write secrets to a file.
    """
    import keyring  # noqa: PLC0415 - looks for back ends on import

    chosen = keyring.get_keyring()
    for one in getattr(chosen, "backends", (chosen,)):
        if not type(one).__module__.startswith(_FILES):
            return cast("_Safe", one)
    raise RuntimeError


def _in_time(work: Callable[[], T]) -> T:
    """Do it on a thread of its own: a keyring whose question nobody sees never answers.

    Raises:
        TimeoutError: it took longer than `PATIENCE`; and whatever the work raises.
    """
    made: list[T] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            made.append(work())
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            failed.append(error)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if failed:
        raise failed[0]
    if not made:
        raise TimeoutError
    return made[0]
