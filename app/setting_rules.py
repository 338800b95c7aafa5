"""What each setting may be, as a person types it: read, checked, and explained.

The one law: nothing is accepted here that the window would not offer.
"""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from agents.base import Notice, UserError, readable
from agents.engine import endpoint
from app.i18n import _
from app.settings import Settings, valid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import msgspec

HUB, PROXY, SERVER = "https://hub.example.org", "http://proxy:8080", "http://localhost:8080/v1"

_SCHEMES = ("http", "https")  # of the hub, and of a proxy: no other kind is spoken
_EXAMPLES = {"hub_address": HUB, "hub_proxy": PROXY, "remote_url": SERVER}
_YES, _NO = frozenset({"true", "on", "yes", "1"}), frozenset({"false", "off", "no", "0"})
_HINTS = get_type_hints(Settings, include_extras=True)
NAMES = tuple(field.name for field in dataclasses.fields(Settings))


def known(name: str) -> str:
    """The name, if it is one of a setting.

    Raises:
        UserError: settings.unknown.
    """
    if name not in NAMES:
        raise UserError("settings.unknown", name=name, known=", ".join(NAMES))
    return name


def rule(name: str) -> str:
    """What the setting may be, in the user's language."""
    hint = _HINTS[name]
    if get_origin(hint) is Literal:
        return ", ".join(f'"{value}"' for value in get_args(hint))
    if hint is bool:
        return "true, false"
    if get_origin(hint) is Annotated:
        limits: msgspec.Meta = get_args(hint)[1]
        if limits.le is None:
            return _("a whole number from {least}", least=limits.ge)
        return _("a whole number from {least} to {most}", least=limits.ge, most=limits.le)
    return _("a text")


def typed(name: str, text: str) -> str | int:
    """The value that a person typed for a setting.

    Raises:
        UserError: settings.unknown, settings.value, settings.address.
    """
    hint = _HINTS[known(name)]
    value: str | int = text.strip()
    if hint is bool and text.strip().lower() in _YES | _NO:
        value = text.strip().lower() in _YES
    elif get_origin(hint) is Annotated and text.strip().lstrip("+-").isdecimal():
        value = int(text)
    if not valid(name, value):
        raise UserError("settings.value", name=name, value=text, rule=rule(name))
    return address(name, text) if name in _EXAMPLES else value


def address(name: str, text: str) -> str:
    """The address a person typed for a setting that is one, as it is stored; may be empty.

    Raises:
        UserError: settings.address.
    """
    found = text.strip()
    refused = UserError("settings.address", name=name, value=found, example=_EXAMPLES[name])
    if not found:
        return ""
    if name == "remote_url":
        try:
            return endpoint.normal(found)
        except UserError as error:
            raise refused from error
    if "://" not in found:
        found = f"{'https' if name == 'hub_address' else 'http'}://{found}"
    found = found.rstrip("/")
    try:
        parts = urlsplit(found)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError as error:
        raise refused from error
    plain = parts.hostname and not any(map(str.isspace, found))
    if parts.scheme not in _SCHEMES or not plain:
        raise refused
    return found


def problems(settings: Settings, here: Callable[[], frozenset[str]]) -> tuple[Notice, ...]:
    """What does not fit this machine in settings that are valid each for itself.

    Args:
        settings: as they are, or as they would be.
        here: the ids of the models on this machine; asked only where a model is named.
    """
    found: list[Notice] = []
    for name in _EXAMPLES:
        try:
            address(name, getattr(settings, name))
        except UserError as error:
            found.append(Notice(error.code, tuple(error.values.items())))
    for name in NAMES:
        value = getattr(settings, name)
        model = name.endswith("_model") and name != "remote_model"
        if model and value and not value.startswith(endpoint.PREFIX) and value not in here():
            found.append(Notice("settings.no_model", (("name", name), ("value", value))))
    if settings.output_dir and not Path(settings.output_dir).is_dir():
        values = (("name", "output_dir"), ("value", settings.output_dir))
        found.append(Notice("settings.no_folder", values))
    if settings.remote_enabled and not settings.remote_url:
        found.append(Notice("settings.no_server"))
    return tuple(found)


def read(path: Path) -> Mapping[str, object]:
    """The values of a settings file as they stand there.

    Raises:
        UserError: file.missing, file.unreadable, settings.no_toml.
    """
    with readable(path):
        content = path.read_bytes()
    try:
        return tomllib.loads(content.decode("utf-8"))
    except ValueError as error:  # no TOML, or no UTF-8
        raise UserError("settings.no_toml", path=str(path), reason=str(error)) from error


def wrong(values: Mapping[str, object]) -> tuple[Notice, ...]:
    """What of these values, by name, is no setting or cannot be its value."""
    found: list[Notice] = []
    for name, value in values.items():
        if name not in NAMES:
            found.append(Notice("settings.unknown_here", (("name", name),)))
        elif not valid(name, value):
            about = (("name", name), ("value", str(value)), ("rule", rule(name)))
            found.append(Notice("settings.value", about))
    return tuple(found)
