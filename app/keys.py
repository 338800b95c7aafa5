"""Secrets live in the system's keyring and nowhere else."""

from __future__ import annotations

import keyring
import keyring.errors

SERVICE = "MoA Desk"
HUB = "model-hub"


def hub_token() -> str:
    """The user's hub token, or nothing where there is none or no keyring."""
    try:
        return keyring.get_password(SERVICE, HUB) or ""
    except keyring.errors.KeyringError:
        return ""


def set_hub_token(token: str) -> bool:
    """Keep the token (an empty one deletes it); False where this system has no keyring."""
    try:
        if token:
            keyring.set_password(SERVICE, HUB, token)
        elif keyring.get_password(SERVICE, HUB):
            keyring.delete_password(SERVICE, HUB)
    except keyring.errors.KeyringError:
        return False
    return True
