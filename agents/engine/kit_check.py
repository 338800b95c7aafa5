"""Reads an offline kit and names what is damaged.

The one law: a file counts as whole only when its last byte was read and its digest found right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import UserError
from agents.engine import kit_file, transfer
from agents.engine.kit_events import KitDone, KitFault

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

    from agents.base import CancelToken, Progress
    from agents.engine.kit_events import Fault, KitVerify
    from agents.engine.kit_file import Lot, Piece


def verify(
    request: KitVerify, cancel: CancelToken
) -> Generator[Progress | KitFault | KitDone, None, None]:
    """Read every file of a kit; see `Kit.run`."""
    lots = kit_file.read(request.folder).lots
    meter = transfer.Meter(0, sum(lot.size for lot in lots))
    yield meter.now()
    good, faults = yield from whole(request.folder, lots, meter, cancel)
    yield KitDone(
        request.folder,
        tuple(lot.name for lot in good if lot.extra is None),
        faults=faults,
        size=sum(lot.size for lot in good if lot.extra is None),
        extras=tuple(lot.extra.path for lot in good if lot.extra is not None),
    )


def whole(
    folder: Path, lots: Iterable[Lot], meter: transfer.Meter, cancel: CancelToken
) -> Generator[Progress | KitFault, None, tuple[tuple[Lot, ...], tuple[KitFault, ...]]]:
    """Yield progress and faults; return what is whole, and the faults."""
    good: list[Lot] = []
    faults: list[KitFault] = []
    for lot in lots:
        before = len(faults)
        for piece in lot.pieces:
            fault = yield from _fault(folder / lot.folder / piece.name, piece, meter, cancel)
            if fault:
                faults.append(KitFault(lot.name, piece.name, fault))
                yield faults[-1]
        if len(faults) == before:
            good.append(lot)
    return tuple(good), tuple(faults)


def _fault(
    path: Path, piece: Piece, meter: transfer.Meter, cancel: CancelToken
) -> Generator[Progress, None, Fault | None]:
    if not path.is_file():
        return "missing"
    if path.stat().st_size != piece.size:
        return "changed"
    try:
        sha = yield from transfer.digest(path, meter, cancel)
    except UserError:  # a sector that cannot be read
        return "changed"
    return None if sha == piece.sha256 else "changed"
