"""The address of a server elsewhere: checked, written one way, and judged for privacy.

The one law: an address holds no secret. A key travels beside it and is never part of a text.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from agents.base import UserError

PREFIX = "remote:"  # of the ids of models elsewhere
_ENDINGS = ("/chat/completions", "/completions", "/models")  # pasted from an example call
_LOCAL_NAMES = (".localhost", ".local", ".lan", ".home.arpa", ".internal", ".intranet")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible server."""

    url: str  # as `normal` writes it, such as "http://localhost:8080/v1"
    key: str = field(default="", repr=False)  # empty = the server asks for none

    @property
    def host(self) -> str:
        """Name and port, as a person knows the server."""
        return host(self.url)

    @property
    def root(self) -> str:
        """The address without its "/v1": where servers put what OpenAI does not have."""
        return self.url.removesuffix("/v1")


def normal(address: str) -> str:
    """The address as it is used, from what a person typed or pasted.

    "localhost:8080" becomes "http://localhost:8080/v1": a name that does not leave the local
    network is asked without TLS, any other with it; a path that is there is kept.

    Raises:
        UserError: engine.remote_address.
    """
    text = address.strip()
    if "://" not in text:
        text = f"{'http' if _stays_local(f'//{text}') else 'https'}://{text}"
    parts = _split(text, address)
    scheme = parts.scheme.lower()
    if scheme not in {"http", "https"} or not parts.hostname:
        raise UserError("engine.remote_address", address=address)
    if parts.query or parts.fragment or "@" in parts.netloc or any(map(str.isspace, text)):
        raise UserError("engine.remote_address", address=parts.hostname)
    path = parts.path.rstrip("/")
    for ending in _ENDINGS:
        path = path.removesuffix(ending)
    return f"{scheme}://{parts.netloc.lower()}{path or '/v1'}"


def host(url: str) -> str:
    """Name and port of an address; empty if it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def is_local(url: str) -> bool:
    """Whether the address is on this machine or in a private network.

    By name or number only, nothing is looked up: a name without a dot is taken for a neighbour.
    """
    return _stays_local(url)


def is_loopback(url: str) -> bool:
    """Whether the address is this machine."""
    name = _name(url)
    number = _number(name)
    return number.is_loopback if number else name == "localhost" or name.endswith(".localhost")


def is_open(url: str) -> bool:
    """Whether others could read along: no TLS, and not within a private network."""
    return url.lower().startswith("http://") and not is_local(url)


def _split(text: str, address: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError as error:
        raise UserError("engine.remote_address", address=address) from error
    return parts


def _name(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _number(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _stays_local(url: str) -> bool:
    name = _name(url)
    number = _number(name)
    if number is not None:
        return number.is_loopback or number.is_private or number.is_link_local
    return bool(name) and ("." not in name or name.endswith(_LOCAL_NAMES))
