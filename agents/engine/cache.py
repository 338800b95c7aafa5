"""Loaded models, lent to whoever needs them, within a memory budget.

The one law: a model is in memory once, however many borrow it, and nobody who gives up waiting
takes it away from the others.

Loading runs on a thread of its own, one model at a time: neither the borrower (who may cancel at
any moment) nor the decode thread (which goes on answering with the other models) waits inside
llama.cpp. The finished context is handed to the decode thread, which alone touches it from then
on and also frees it.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
from typing import TYPE_CHECKING, Protocol

from agents.base import CancelToken, Turns, UserError
from agents.engine import embed_gguf, footprint, mapped, native, weights
from agents.engine.decode import DecodeThread
from agents.engine.embed_gguf import EmbeddingModel, GgufEmbedder
from agents.engine.lease import Lease
from agents.engine.llama_engine import LlamaEngine
from agents.engine.loaded import LoadedModel
from agents.engine.native import system_info
from agents.engine.port import ModelInfo, Resident, Sampling
from agents.engine.slot import Loan, Slot, file_state
from agents.engine.states import States
from agents.engine.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from agents.engine.catalog import Catalog, CatalogEntry
    from agents.engine.threads import Quiet

_WAIT_SECONDS = 0.1
_COMFORT = 1.5  # so many times the need must be free before weights are copied into memory
_GIB = 1 << 30


class Models(Protocol):
    """What this module asks of `agents.engine.shelf.Shelf`."""

    catalog: Catalog

    def path(self, model_id: str) -> Path | None:
        """The model's file, or None if it is not on this machine."""
        ...

    def entry(self, model_id: str) -> CatalogEntry | None:
        """What is known of the model."""
        ...


class ModelCache:
    """Implements `port.Models` with llama.cpp."""

    def __init__(
        self,
        shelf: Models,
        *,
        threads: int,
        budget: int,
        running: int = 0,
        cells: int = 0,
        quiet: Quiet = "auto",
        turns: Turns | None = None,
        states: Path | None = None,
        states_budget: int = 0,
    ) -> None:
        """Nothing is loaded yet.

        Args:
            shelf: where the models are.
            threads: native threads; 0 = physical cores.
            budget: bytes all models may take; 0 = a share of this machine's memory.
            running: sequences of a model that are decoded together; 0 = chosen for the model.
            cells: tokens of a model's context; 0 = chosen for the model and the memory.
            quiet: when to use only half of the threads; "auto" = on battery.
            turns: shared with others who compute on all cores.
            states: folder in which conversations outlive the process; None = they do not.
            states_budget: bytes in it at most.
        """
        self._shelf = shelf
        self._running, self._cells = running, cells
        self._threads = Threads(threads, quiet)
        self._budget = budget
        self._changed = threading.Condition()
        self._loading = threading.Lock()  # one at a time, so that memory is counted right
        self._slots: dict[tuple[str, bool], Slot] = {}
        kept = States(states, states_budget) if states is not None else None
        self._decode = DecodeThread(self._threads, turns or Turns(), kept)
        self._closed = False
        atexit.register(self.close)

    def borrow(self, model_id: str, cancel: CancelToken | None = None) -> Loan:
        """See `port.Models`.

        Raises:
            CancelledError: `cancel` was set while the model was loading.
            UserError: model.missing, model.damaged, model.too_big, model.unsupported,
                model.only_finds.
        """
        slot = self._borrow(Slot(model_id), cancel or CancelToken())
        assert isinstance(slot.engine, LlamaEngine)  # noqa: S101 - it has been waited for
        return Loan(slot.engine, lambda: self._give_back(slot))

    def embedder(self, model_id: str) -> GgufEmbedder:
        """Makes vectors with an embedding model, which is borrowed for each call of `embed`.

        Nothing is loaded or read yet. Its `embed` raises what `borrow` raises, and the UserError
        model.only_writes for a model that generates.
        """

        def prefix(info: weights.WeightsInfo) -> str:
            entry = self._shelf.entry(model_id)
            names = (entry.name, entry.id) if entry else ()
            return embed_gguf.family(
                entry.template if entry else "", info.name, info.path.stem, *names
            )

        return GgufEmbedder(
            lambda: self._path(model_id),
            prefix,
            lend=lambda cancel: self._lent(model_id, cancel),
            later=self._decode.later,
            busy=self._generating,
        )

    def resident(self) -> tuple[Resident, ...]:
        """See `port.Models`."""
        with self._changed:
            slots = [slot for slot in self._slots.values() if slot.engine]
        return tuple(_resident(slot, self._decode) for slot in slots)

    def free(self, model_id: str = "") -> int:
        """See `port.Models`."""
        freed = 0
        for slot in self._idle():
            if model_id in ("", slot.id):
                freed += self._unload(slot)
        return freed

    def hurry(self, *, hurried: bool) -> None:
        """Use all cores, also on battery and where one is kept free; or as usual. Any thread."""
        self._threads.hurried = hurried

    def forget(self, conversation: str) -> None:
        """See `port.Models`."""
        self._decode.forget(conversation)

    def close(self) -> None:
        """End every request, free every model. Any number of times."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        with self._loading:  # a load that is running sees that it is not wanted and ends
            self._decode.close()
            with self._changed:  # who borrows now is refused, and takes its slot away by itself
                slots = list(self._slots.values())
                self._slots.clear()
            for slot in slots:
                if isinstance(slot.model, EmbeddingModel):
                    slot.model.close()
                slot.let_file_go()
        atexit.unregister(self.close)

    # ── borrowing ──
    def _borrow(self, wanted: Slot, cancel: CancelToken) -> Slot:
        """The slot of that key, loaded and counted as borrowed."""
        self._drop_outdated(wanted)
        forget = cancel.on_cancel(self._wake)
        try:
            with self._changed:
                return self._wait_for(wanted, cancel)
        finally:
            forget()

    def _drop_outdated(self, wanted: Slot) -> None:
        """A file that was changed or removed is loaded anew, as soon as nobody uses the old one."""
        state = file_state(self._shelf.path(wanted.id))
        for slot in self._idle():
            if slot.key == wanted.key and slot.file != state:
                self._unload(slot)

    def _wait_for(self, wanted: Slot, cancel: CancelToken) -> Slot:
        cancel.check()
        if self._closed:
            raise RuntimeError("the engine is closed")
        slot = self._slots.get(wanted.key)
        if slot is None:
            slot = self._slots[wanted.key] = wanted
            threading.Thread(target=self._load, args=(slot,), name="load", daemon=True).start()
        slot.waiting += 1
        try:
            while slot.engine is None and slot.error is None and not cancel.cancelled:
                self._changed.wait(_WAIT_SECONDS)
            cancel.check()
            if slot.engine is None:
                raise slot.error or RuntimeError("the engine is closed")
            slot.borrowed += 1
        finally:
            slot.waiting -= 1
        return slot

    @contextlib.contextmanager
    def _lent(self, model_id: str, cancel: CancelToken) -> Generator[EmbeddingModel, None, None]:
        slot = self._borrow(Slot(model_id, embeds=True), cancel)
        try:
            assert isinstance(slot.engine, EmbeddingModel)  # noqa: S101 - it has been waited for
            yield slot.engine
        finally:
            self._give_back(slot)

    def _generating(self) -> bool:
        with self._changed:
            models = [slot.model for slot in self._slots.values()]
        return any(self._decode.state(m)[0] for m in models if isinstance(m, LoadedModel))

    def _give_back(self, slot: Slot) -> None:
        with self._changed:
            slot.borrowed -= 1
            slot.used = time.monotonic()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    # ── loading, on its own thread ──
    def _load(self, slot: Slot) -> None:
        try:
            with self._loading:
                model = self._open(slot)
                if isinstance(model, EmbeddingModel):
                    engine = model
                else:
                    self._decode.add(model)
                    engine = LlamaEngine(self._info(slot.id, model), model, self._decode)
                with self._changed:
                    slot.model, slot.engine, slot.since = model, engine, time.time()
                    self._changed.notify_all()
        except BaseException as error:  # noqa: BLE001 - raised again in every borrower
            with self._changed:
                slot.error = error
                slot.let_file_go()
                if self._slots.get(slot.key) is slot:
                    del self._slots[slot.key]
                self._changed.notify_all()

    def _path(self, model_id: str) -> Path:
        path = self._shelf.path(model_id)
        if path is None or not path.is_file():
            raise UserError("model.missing", model=model_id)
        return path

    def _open(self, slot: Slot) -> LoadedModel | EmbeddingModel:
        path = self._path(slot.id)
        slot.lease, slot.file = Lease(path), file_state(path)  # before anything is read of it
        info = weights.read(path, "embedding" if slot.embeds else "text")
        plan = self._room_for(slot, info)
        slot.bytes = plan.bytes
        kind = EmbeddingModel if slot.embeds else LoadedModel
        native.allocated()  # what came before is no part of this model
        model = kind(
            info,
            plan,
            threads=self._threads.most,
            repack=plan.repack,
            go_on=lambda: slot.waiting > 0 and not self._closed,
        )
        # llama.cpp says what it reserves; of the room for results it may not touch all.
        slot.held = plan.bytes - (0 if plan.repack else info.stored.all)
        if reserved := native.allocated():
            slot.held = min(slot.held, reserved + footprint.tables(info.words))
        if plan.repack and not mapped.CAN_GIVE_BACK:  # all of it is a copy
            slot.let_file_go()
        return model

    def _room_for(self, slot: Slot, info: weights.WeightsInfo) -> weights.Plan:
        """Choose how to open it; idle models make way, the longest unused first.

        Raises:
            UserError: model.too_big.
        """
        while True:
            idle = self._idle()
            with self._changed:
                resident = sum(one.bytes for one in self._slots.values() if one.engine)
            spare = sum(one.bytes for one in idle)
            most = weights.fit(0, budget=self._budget, resident=resident, idle=spare).available
            if slot.embeds:
                plan = embed_gguf.plan(info)
            else:
                plan = weights.plan(info, most, running=self._running, cells=self._cells)
            now = weights.fit(plan.bytes, budget=self._budget, resident=resident)
            if now.fits:
                copied = weights.repacked(info, plan)
                comfortable = now.available >= _COMFORT * copied.bytes and native.can_repack()
                return copied if comfortable else plan
            if plan.bytes > most or not idle:
                raise self._too_big(slot.id, plan.bytes, most)
            self._unload(idle[0])

    def _too_big(self, model_id: str, needed: int, available: int) -> UserError:
        entry = self._shelf.entry(model_id)
        smaller = [
            other
            for other in self._shelf.catalog.entries
            if entry and other.role == entry.role and other.memory <= available
        ]
        best = max(smaller, key=lambda other: other.memory, default=None)
        values = {
            "model": entry.name if entry else model_id,
            "needed": round(needed / _GIB, 1),
            "available": round(available / _GIB, 1),
        }
        if best is None:
            return UserError("model.too_big", **values)
        return UserError("model.too_big_smaller", **values, suggestion=best.name)

    def _info(self, model_id: str, model: LoadedModel) -> ModelInfo:
        entry = self._shelf.entry(model_id)
        info = model.info
        if entry is None:
            sampling = info.sampling or Sampling()
            name = info.name or model_id
            return ModelInfo(
                model_id, name, info.languages, model.plan.cells, sampling, info.architecture
            )
        return ModelInfo(
            id=model_id,
            name=entry.name,
            languages=entry.languages,
            context=model.plan.cells,
            sampling=entry.sampling,
            template=entry.template,
            thinks=entry.thinks,
        )

    # ── unloading ──
    def _idle(self) -> list[Slot]:
        """Loaded models that nobody uses, the longest unused first."""
        with self._changed:
            slots = [
                slot
                for slot in self._slots.values()
                if slot.engine and not slot.borrowed and not slot.waiting
            ]
        idle = [s for s in slots if not _state(s, self._decode)[0]]
        return sorted(idle, key=lambda slot: slot.used)

    def _unload(self, slot: Slot) -> int:
        with self._changed:
            if slot.borrowed or slot.waiting or self._slots.get(slot.key) is not slot:
                return 0  # somebody was quicker
            del self._slots[slot.key]
        freed = slot.resident()
        if isinstance(slot.model, EmbeddingModel):
            self._decode.call(slot.model.close)
        elif slot.model is not None:
            self._decode.remove(slot.model)
        slot.let_file_go()
        native.trim()
        return freed


def _state(slot: Slot, thread: DecodeThread) -> tuple[int, float]:
    """Requests of the model and its tokens a second; an embedding model has none of its own."""
    return thread.state(slot.model) if isinstance(slot.model, LoadedModel) else (0, 0.0)


def _resident(slot: Slot, thread: DecodeThread) -> Resident:
    running, speed = _state(slot, thread)
    if isinstance(slot.engine, LlamaEngine):
        name = slot.engine.info.name
    else:
        name = (slot.engine.info.name if slot.engine else "") or slot.id
    return Resident(slot.id, name, slot.resident(), slot.since, slot.borrowed, running, speed)


__all__ = ["Loan", "ModelCache", "Models", "system_info"]
