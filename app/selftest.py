"""`moadesk selftest`: does this installation work? Real parts, sample data, a folder of its own.

It loads the starter model, opens every page without a screen, translates the sample document
and touches each native library once. Nothing of the user's is read or written.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.chat.events import ChatDone, ChatRequest
from agents.translation.events import DocumentDone, DocumentRequest, TextDone, TextRequest
from app import i18n
from app.build import Desk
from app.i18n import N_, _
from app.settings import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from agents.base import CancelToken
    from app.cli.output import Commands


# What of the sample document the model is asked for; the rest comes from the sample's memory. The
# starter model knows no Korean: asked for everything, again and again, it takes minutes.
_FOR_THE_MODEL = ("The first month was slow.", "The team worked without interruption.")


class _SelfTestError(Exception):
    """A check that did not hold."""


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("selftest", help=_("check that this installation works"))
    command.add_argument(
        "--only", choices=_CHECKS, action="append", metavar="NAME", help=", ".join(_CHECKS)
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Run every check; 0 if all hold."""
    chosen: list[str] = args.only or list(_CHECKS)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="moadesk-") as folder:
        home = Path(folder)
        paths = dataclasses.replace(
            desk.paths, data=home / "data", config=home / "config", cache=home / "cache"
        )
        own = Desk(paths, Settings())
        try:
            for key in chosen:
                name, check = _CHECKS[key]
                failed += not _holds(_(name), check, own, cancel)
        finally:
            own.close()
    print(_("The self-test passed.") if not failed else _("The self-test failed."))
    return 1 if failed else 0


def _holds(
    name: str, check: Callable[[Desk, CancelToken], str], desk: Desk, cancel: CancelToken
) -> bool:
    started = time.monotonic()
    try:
        said = check(desk, cancel)
    except UserError as error:
        print(f"FAIL {name}: {i18n.explain(error)}")
        return False
    except Exception:  # noqa: BLE001 - a self-test reports every failure and goes on
        print(f"FAIL {name}:")
        traceback.print_exc(file=sys.stdout)
        return False
    print(f"ok   {name}: {said} ({time.monotonic() - started:.1f} s)", flush=True)
    return True


def _model(desk: Desk, cancel: CancelToken) -> str:
    from agents.engine.cache import system_info  # noqa: PLC0415 - loads llama.cpp

    request = ChatRequest(
        "What is the capital of France?", desk.shelf.best("chat"), max_tokens=24, route="answer"
    )
    done = [event for event in desk.chat.run(request, cancel) if isinstance(event, ChatDone)]
    if not done or not done[0].text.strip():
        raise _SelfTestError("the model said nothing")
    return f"{done[0].text.strip()!r}, {done[0].tokens_per_second:.0f} tokens/s, {system_info()}"


def _calculator(desk: Desk, cancel: CancelToken) -> str:
    request = ChatRequest("30평을 제곱미터로 환산해줘", desk.shelf.best("chat"))
    done = [event for event in desk.chat.run(request, cancel) if isinstance(event, ChatDone)]
    if not done or "99.17" not in done[0].text:
        raise _SelfTestError(f"30 pyeong were reckoned as {done}")
    return done[0].text


def _document(desk: Desk, cancel: CancelToken) -> str:
    samples, out = desk.paths.assets / "samples", desk.paths.data / "out"
    known = (samples / "memory.jsonl").read_text("utf-8").splitlines()
    out.mkdir(parents=True, exist_ok=True)
    memory = out / "memory.jsonl"
    rest = [line for line in known if json.loads(line)["en"] not in _FOR_THE_MODEL]
    memory.write_text("\n".join(rest) + "\n", "utf-8")
    request = DocumentRequest(
        samples / "sample.docx",
        "ko",
        out,
        model=desk.shelf.best("translation"),
        memory=memory,
    )
    done = [e for e in desk.translation.run(request, cancel) if isinstance(e, DocumentDone)]
    if not done or not done[0].output.is_file() or not done[0].receipt_path.is_file():
        raise _SelfTestError("no translated document was written")
    receipt = done[0].receipt
    asked = receipt.segments - receipt.from_memory
    if not len(_FOR_THE_MODEL) <= asked < receipt.from_memory:
        raise _SelfTestError(f"{asked} segments of {receipt.segments} were asked of the model")
    return f"{receipt.segments} segments, {len(receipt.problems)} problems"


def _korean(desk: Desk, cancel: CancelToken) -> str:
    text = "김철수 외(2021)는 이 방법을 제안했다. 결과는 유의했다(p < .05)."
    request = TextRequest(text, "en", engine="identity")
    done = [e for e in desk.translation.run(request, cancel) if isinstance(e, TextDone)]
    if not done or done[0].text != text or done[0].receipt.segments != 2:
        raise _SelfTestError(f"two sentences were read as {done}")
    return _("two sentences found")


def _meaning(desk: Desk, cancel: CancelToken) -> str:
    embedder = desk.embedder()
    if embedder is None:
        return _("not available on this system: search is by words")
    vectors = embedder.embed(["고양이가 잔다"], "passage", cancel)
    return f"{vectors.shape[1]} dimensions"


def _entities(desk: Desk, cancel: CancelToken) -> str:
    del cancel
    return desk.entities.runtime()


def _pages(desk: Desk, cancel: CancelToken) -> str:
    del cancel
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.ui import build  # noqa: PLC0415 - Qt is loaded only here

    return ", ".join(build.open_every_page(desk))


_CHECKS: dict[str, tuple[str, Callable[[Desk, CancelToken], str]]] = {
    "model": (N_("starter model"), _model),
    "document": (N_("sample document"), _document),
    "korean": (N_("Korean sentences"), _korean),
    "meaning": (N_("search by meaning"), _meaning),
    "calculator": (N_("calculator"), _calculator),
    "entities": (N_("entity runtime"), _entities),
    "pages": (N_("every page"), _pages),
}
