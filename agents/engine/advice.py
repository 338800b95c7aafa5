"""Which models suit a machine, for what a person wants to do.

The one law: everything that is recommended fits at once. What chats and what translates are in
memory together, so they are chosen together; what is only loaded on demand has to fit alone.

The rules, in words. A model of 1.2 billion weights reads some hundred tokens a second and writes
thirty on two cores with AVX-512 (measured), and several times less without AVX2; memory traffic
grows with the weights. So: a machine with no fast instruction set or little memory gets the
smallest model that knows Korean; one with four cores or more the translator in 5 bits, with eight
and 12 GB in 8 bits, which loses less. Larger chat models are offered, not chosen: they think
before they answer, which takes a minute on a small machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.engine.catalog import Catalog, CatalogEntry, ModelRole
    from agents.engine.machine import Machine

Goal = Literal["chat", "translate", "scholar", "calculate"]
Why = Literal["best", "small", "finer", "larger", "demand"]

GOALS: tuple[Goal, ...] = ("chat", "translate", "scholar", "calculate")

# A chat model serves drafting and every request that is only words.
_ROLES: dict[Goal, tuple[ModelRole, ...]] = {
    "chat": ("chat",),
    "translate": ("translation",),
    "scholar": ("chat", "entities", "embedding"),
    "calculate": ("chat", "maths", "code"),
}
_TOGETHER: tuple[ModelRole, ...] = ("chat", "translation")
_ROOMY, _VAST = 5_000_000_000, 12_000_000_000  # bytes of budget
_SEVERAL, _MANY = 4, 8  # cores


@dataclass(frozen=True, slots=True)
class Pick:
    """A model, whether it is recommended or only offered, and why."""

    entry: CatalogEntry
    chosen: bool
    why: Why


@dataclass(frozen=True, slots=True)
class Advice:
    """What suits a machine."""

    picks: tuple[Pick, ...]
    size: int  # bytes to download for what is chosen and whose size is known
    sized: bool  # whether all sizes are known
    room: bool  # whether the disk has room for it


def advise(
    catalog: Catalog, machine: Machine, goals: Sequence[Goal], here: Iterable[str] = ()
) -> Advice:
    """Recommend models.

    Args:
        catalog: what there is.
        machine: where they are to run.
        goals: what the user wants to do; in any order.
        here: ids of models that need not be downloaded.
    """
    roles: dict[ModelRole, None] = dict.fromkeys(
        role for goal in GOALS if goal in goals for role in _ROLES[goal]
    )
    budget = machine.budget
    picks: list[Pick] = []
    for role in roles:
        left = budget if role not in _TOGETHER else budget - _reserved(picks)
        rivals = [one for one in catalog.entries if one.role == role and one.repository]
        fitting = [one for one in rivals if one.memory <= left]
        best, why = _best(role, fitting, machine)
        if best is None:
            continue
        picks.append(Pick(best, chosen=True, why=why))
        if role == "chat" and machine.cores >= _SEVERAL and machine.instructions:
            larger = [one for one in fitting if one.memory > best.memory and "ko" in one.languages]
            if larger:
                most = max(larger, key=lambda one: one.memory)
                picks.append(Pick(most, chosen=False, why="larger"))
    known = set(here)
    new = [pick.entry for pick in picks if pick.chosen and pick.entry.id not in known]
    size = sum(one.size for one in new)
    return Advice(tuple(picks), size, all(one.size for one in new), size < machine.disk)


def _reserved(picks: Iterable[Pick]) -> int:
    """Memory of what is resident beside another."""
    return sum(one.entry.memory for one in picks if one.chosen and one.entry.role in _TOGETHER)


def _best(
    role: ModelRole, fitting: Sequence[CatalogEntry], machine: Machine
) -> tuple[CatalogEntry | None, Why]:
    if not fitting:
        return None, "best"
    marked = next((one for one in fitting if one.recommended), None)
    least = min(fitting, key=lambda one: one.memory)
    korean = [one for one in fitting if "ko" in one.languages]
    if role == "chat":
        slow = not machine.instructions
        if marked is not None and not slow and marked.memory * 3 <= machine.budget:
            return marked, "best"
        return min(korean, key=lambda one: one.memory) if korean else least, "small"
    if role == "translation" and machine.instructions and marked is not None:
        same = [one for one in fitting if one.repository == marked.repository]
        finer = sorted(same, key=lambda one: one.memory)
        if machine.cores >= _MANY and machine.budget >= _VAST:
            return finer[-1], "finer" if finer[-1] is not marked else "best"
        if machine.cores >= _SEVERAL and machine.budget >= _ROOMY:
            middle = finer[min(1, len(finer) - 1)]
            return middle, "finer" if middle is not marked else "best"
    why: Why = "best" if role in _TOGETHER else "demand"
    return (marked, why) if marked is not None else (least, "small")
