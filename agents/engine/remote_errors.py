"""What went wrong between us and a server elsewhere, as sentences for a person.

The one law: what a server says is a stranger's text: it is shortened to one line, and a key that
it repeats is taken out.
"""

from __future__ import annotations

import json
import os
import re
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from agents.base import UserError

if TYPE_CHECKING:
    from agents.engine.endpoint import Endpoint
    from agents.engine.port import GenerationRequest

_LONGEST = 200  # letters of what a server says
_BUSY = 429
_WAIT_LIMIT = 30.0  # seconds; a server that asks for more is not waited for
# How servers word it: llama-server, vLLM and llama-cpp-python, LM Studio, Ollama.
_CONTEXT = re.compile(
    r"exceed_context|context_length_exceeded|context (length|size|window)|maximum context"
    r"|too many tokens|prompt is too long",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model.*(not found|not exist|not loaded|unknown|no such)|(unknown|invalid|no such) model"
    r"|model_not_found",
    re.IGNORECASE,
)
_CONTEXT_SIZE = re.compile(r"(?:context (?:length|size|window)[^0-9]{0,20})(\d+)", re.IGNORECASE)
_PROMPT_SIZE = re.compile(
    r"(?:requested|request \(|resulted in|prompt has)\D{0,12}(\d+)", re.IGNORECASE
)


_NO_JSON = json.JSONDecodeError | UnicodeDecodeError


class NotAnApiError(Exception):
    """What came is no answer of an OpenAI-compatible server."""


class BrokenError(Exception):
    """The answer ended before its end."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked for what."""

    endpoint: Endpoint
    model: str
    request: GenerationRequest | None = None  # None = a question about the server itself


def retry_after(error: BaseException) -> float | None:
    """Seconds to wait at least before asking again; None where asking again is no use."""
    import openai  # noqa: PLC0415 - slow to import, and only loaded once a server was asked

    if isinstance(error, openai.APIStatusError):
        if error.status_code != _BUSY and error.status_code < 500:
            return None
        wanted = _seconds(error.response.headers.get("retry-after", ""))
        return wanted if wanted <= _WAIT_LIMIT else None
    if isinstance(error, openai.APIConnectionError):
        return None if _certificate(error) else 0.0
    return 0.0 if isinstance(error, BrokenError) else None


def context_in(error: BaseException) -> int:
    """The size of the context that an error names, in tokens; 0 if it names none."""
    body = _body(error)
    size = body.get("n_ctx")
    if isinstance(size, int):
        return size
    found = _CONTEXT_SIZE.search(_message(error)) if _CONTEXT.search(_message(error)) else None
    return int(found.group(1)) if found else 0


def explain(error: BaseException, asked: Asked) -> UserError | None:
    """The sentence for an error of the network or the server; None if it is neither."""
    import openai  # noqa: PLC0415 - as above

    problem: UserError | None = None
    if isinstance(error, UserError):
        problem = error
    elif _is_of_key(error, asked):
        problem = _problem("engine.remote_key", error, asked)
    elif isinstance(error, openai.APIStatusError):
        problem = _of_status(error, error.status_code, asked)
    elif isinstance(error, NotAnApiError | openai.APIResponseValidationError | _NO_JSON):
        problem = _problem("engine.remote_not_api", error, asked)
    elif isinstance(error, BrokenError):
        problem = _problem("engine.remote_broken", error, asked)
    elif isinstance(error, openai.APIConnectionError):
        bad = _certificate(error)
        code = "engine.remote_certificate" if bad else "engine.remote_unreachable"
        problem = _problem(code, error, asked)
    elif isinstance(error, openai.APIError):  # said in the middle of a stream
        if _CONTEXT.search(_message(error)):
            problem = _too_long(error, asked)
        else:
            problem = _refused_part(error, asked)
            problem = problem or _problem("engine.remote_broken", error, asked)
    return problem


def _of_status(error: BaseException, status: int, asked: Asked) -> UserError:
    if _CONTEXT.search(_message(error)):
        return _too_long(error, asked)
    part = _refused_part(error, asked) if status in (400, 422, 500, 501) else None
    if part is not None:
        return part
    if status in (401, 403):
        code = "engine.remote_key"
    elif status == _BUSY:
        code = "engine.remote_busy"
    elif status in (400, 404) and asked.model and _NO_MODEL.search(_message(error)):
        code = "engine.remote_no_model"
    elif status < 400 or status in (404, 405):  # a redirect, or not the place we were told
        code = "engine.remote_not_api"
    else:
        code = "engine.remote_down" if status >= 500 else "engine.remote_refused"
    return _problem(code, error, asked, status=status)


def _problem(code: str, error: BaseException, asked: Asked, **more: str | int) -> UserError:
    reason = " ".join(_message(error).split()) or type(error).__name__
    if asked.endpoint.key:
        reason = reason.replace(asked.endpoint.key, "…")
    reason = reason if len(reason) <= _LONGEST else f"{reason[:_LONGEST]}…"
    host = asked.endpoint.host
    return UserError(code, host=host, model=asked.model, reason=reason, **more)


def _too_long(error: BaseException, asked: Asked) -> UserError:
    needed, context = _body(error).get("n_prompt_tokens"), context_in(error)
    if not isinstance(needed, int):
        found = _PROMPT_SIZE.search(_message(error))
        needed = int(found.group(1)) if found else 0
    if needed > 0 and context > 0:
        return UserError("engine.context_full", needed=needed, context=context)
    return UserError("engine.remote_too_long", host=asked.endpoint.host)


def _refused_part(error: BaseException, asked: Asked) -> UserError | None:
    """The part of the request that the server says it cannot do."""
    request, said = asked.request, _message(error).lower()
    if request is None:
        return None
    wanted = {
        "grammar": (request.grammar, ("grammar",)),
        "json_schema": (request.json_schema, ("response_format", "schema", "grammar")),
        "tools": (request.tools, ("tool", "function", "--jinja")),
        "logprobs": (request.logprobs, ("logprobs", "logits_all")),
        "logit_bias": (request.logit_bias, ("logit_bias",)),
    }
    for part, (asked_for, words) in wanted.items():
        if asked_for and any(word in said for word in words):
            return _problem("engine.remote_unsupported", error, asked, part=part)
    return None


def _message(error: BaseException) -> str:
    """What the server said, or the innermost reason of the system."""
    body = _body(error)
    for name in ("message", "detail", "error"):
        if isinstance(body.get(name), str):
            kind = body.get("type")
            return f"{body[name]} ({kind})" if isinstance(kind, str) else str(body[name])
    said = getattr(error, "body", None)
    if isinstance(said, str) and said.strip() and "<" not in said:  # plain words, no page
        return said
    return _reason(_innermost(error)) or str(error)


def _reason(inner: BaseException) -> str:
    """The innermost reason: never the libraries' words, which name files and pages of theirs."""
    phrase = getattr(getattr(inner, "response", None), "reason_phrase", "")
    if phrase:
        return str(phrase)
    if isinstance(inner, ssl.SSLError) and inner.reason == "WRONG_VERSION_NUMBER":
        return "the server does not speak https"
    if isinstance(inner, ConnectionError) and inner.errno:
        return os.strerror(inner.errno)  # its own text is of the library that tried
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    return str(inner)


def _body(error: BaseException) -> dict[str, Any]:
    body = getattr(error, "body", None)
    known = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    inner = known.get("error")
    return cast("dict[str, Any]", inner) if isinstance(inner, dict) else known


def _innermost(error: BaseException) -> BaseException:
    while True:
        group = getattr(error, "exceptions", ())  # tried several addresses of one name
        inner = group[0] if group else error.__cause__ or error.__context__
        if inner is None:
            return error
        error = inner


def _certificate(error: BaseException) -> bool:
    return isinstance(_innermost(error), ssl.SSLCertVerificationError)


def _is_of_key(error: BaseException, asked: Asked) -> bool:
    """Whether it is the key that could not be sent: a header has room for ASCII only."""
    return isinstance(_innermost(error), UnicodeEncodeError) and not asked.endpoint.key.isascii()


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0
