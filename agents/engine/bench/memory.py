"""Resident memory of chat, document and draft on two models, against three `Llama` objects.

The one law: each side is a process that does the same work with the same prompts, and is weighed
when that is done and everything is still loaded.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from agents.base import CancelToken
from agents.engine import native
from agents.engine.bench import texts
from agents.engine.bench.baseline import Plain, Words
from agents.engine.bench.figures import Run
from agents.engine.bench.load import IN_FLIGHT
from agents.engine.bench.ours import CHAT, DOCUMENT, Asked, opened, watching
from agents.engine.loaded import LoadedModel
from agents.engine.weights import Plan

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from agents.engine.bench.figures import Part
    from agents.engine.port import Engine, GenerationRequest

_MB = 1e6
_DRAFT = 3  # a draft's prompt is so many times a chat's


@dataclass(frozen=True, slots=True)
class _Work:
    chat: GenerationRequest
    draft: GenerationRequest
    document: list[GenerationRequest]


def resident() -> float:
    """Bytes of this process that are in memory."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Rss:"):
                return float(line.split()[1]) * 1024
    return float(psutil.Process().memory_info().rss)


def memory(part: Part) -> Iterator[Run]:
    """Step "ours" weighs the engine and what it predicted, step "other" the three objects."""
    if part.step == "ours":
        yield from _ours(part)
    else:
        yield from _other(part)


def _ours(part: Part) -> Iterator[Run]:
    native.llama()
    words = Words(part.model)
    work = _work(part, words)
    words.close()
    before = resident()
    with (
        opened(part) as cache,
        watching() as asked,
        _plans() as plans,
        cache.borrow(CHAT) as chat,
        cache.borrow(DOCUMENT) as document,
    ):
        asked.save(part.folder)
        _together(chat, document, work)
        gc.collect()
        now = resident()
    predicted = sum(plan.bytes for plan in plans)
    yield Run(part.name, part.number, part.runs, now / _MB, None, "MB")
    yield Run(
        "memory_predicted", part.number, part.runs, predicted / _MB, (now - before) / _MB, "MB"
    )


def _together(chat: Engine, document: Engine, work: _Work) -> None:
    """All three at once, each on a thread."""
    problems: list[BaseException] = []

    def write(request: GenerationRequest) -> None:
        try:
            chat.submit(request, CancelToken()).result()
        except BaseException as error:  # noqa: BLE001 - raised again below
            problems.append(error)

    threads = [
        threading.Thread(target=write, args=(request,)) for request in (work.chat, work.draft)
    ]
    for thread in threads:
        thread.start()
    for _id, completion in document.map(work.document, IN_FLIGHT, CancelToken()):
        if completion.problem is not None:
            problems.append(completion.problem)
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def _other(part: Part) -> Iterator[Run]:
    asked = Asked.load(part.folder)
    words = Words(part.model)
    work = _work(part, words)
    prompts = {
        request: words.prompt(request) for request in (work.chat, work.draft, *work.document)
    }
    words.close()
    chat, draft = Plain(part.model, asked), Plain(part.model, asked)
    document = Plain(part.second, asked)
    for request, prompt in prompts.items():
        one = chat if request is work.chat else draft if request is work.draft else document
        one.write(prompt, request.max_tokens)
    gc.collect()
    yield Run(part.name, part.number, part.runs, None, resident() / _MB, "MB")


def _work(part: Part, words: Words) -> _Work:
    sizes, count = part.sizes, words.count
    system = texts.glossary(sizes.glossary, 1, count)
    return _Work(
        chat=texts.question(sizes.chat, sizes.answer, 1, count),
        draft=texts.question(_DRAFT * sizes.chat, sizes.answer, 2, count),
        document=texts.segments(
            sizes.segments, 1, system=system, tokens=sizes.segment, answer=sizes.answer, count=count
        ),
    )


@contextlib.contextmanager
def _plans() -> Generator[list[Plan], None, None]:
    """The plans of the models that are loaded meanwhile."""
    plans: list[Plan] = []
    usual = LoadedModel.__init__

    def noted(self: LoadedModel, *args: Any, **more: Any) -> None:  # noqa: ANN401 - as they are
        plans.extend(one for one in (*args, *more.values()) if isinstance(one, Plan))
        usual(self, *args, **more)

    LoadedModel.__init__ = noted
    try:
        yield plans
    finally:
        LoadedModel.__init__ = usual
