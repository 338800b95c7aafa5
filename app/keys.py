"""Secrets live in the system's keyring and nowhere else.

The one law: a secret is never written to a file or a log of ours. Where this system has no
keyring, or a locked one, a secret is kept until the program ends, and whoever saved it is told.
"""

from __future__ import annotations

from contextlib import suppress

SERVICE = "MoA Desk"
HUB = "model-hub"
REMOTE = "remote-server"

# The secrets of this run that no keyring took. They belong to the process, as the language does.
_session: dict[str, str] = {}


def hub_token() -> str:
    """The user's hub token, or nothing where there is none."""
    return _read(HUB)


def set_hub_token(token: str) -> bool:
    """Keep the token; an empty one deletes it.

    Returns:
        True if the keyring did it. False where this system has none that works: then the token
        is kept until the program ends, and a deleted one may still be in the keyring.
    """
    return _write(HUB, token.strip())


def remote_key(host: str) -> str:
    """The key for the server at `host`, or nothing where there is none.

    Each server has a key of its own: it is never shown to another one.
    """
    return _read(f"{REMOTE} {host}")


def set_remote_key(host: str, key: str) -> bool:
    """Keep the key for the server at `host`; an empty one deletes it. Returns as for the token."""
    return _write(f"{REMOTE} {host}", key.strip())


def _read(name: str) -> str:
    if name in _session:
        return _session[name]
    found: str | None = None
    with suppress(Exception):  # no keyring, a locked one, no session bus: anything may be raised,
        # and what is raised could name the secret, so it is not logged either
        import keyring  # noqa: PLC0415 - looks for back ends on import

        found = keyring.get_password(SERVICE, name)
    return found or ""


def _write(name: str, secret: str) -> bool:
    done = False
    with suppress(Exception):  # as in `_read`
        import keyring  # noqa: PLC0415 - looks for back ends on import

        if secret:
            keyring.set_password(SERVICE, name, secret)
        elif keyring.get_password(SERVICE, name) is not None:
            keyring.delete_password(SERVICE, name)
        done = True
    if done:
        _session.pop(name, None)
    else:
        _session[name] = secret
    return done
