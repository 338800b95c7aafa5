"""Random weights in llama.cpp's formats, without quantizing anything.

The one law: whole blocks of random bytes, then what scales them is set, so that the matrix has the
wanted deviation and about no mean. Layouts are ggml-common.h's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

_UNLIKELY = 8  # so many times smaller are the rows that are not `likely`


def _blocks(random: np.random.Generator, stored: tuple[int, ...], size: int) -> Any:  # noqa: ANN401 - an array that is viewed as several types
    rows, width = stored
    data = np.frombuffer(random.bytes(rows * width), np.uint8).copy()
    return data.reshape(rows, width // size, size)


def _scales(likely: npt.NDArray[np.bool_], value: float) -> npt.NDArray[np.uint8]:
    """A 16-bit float for the blocks of each row, as bytes, shape (rows, 1, 2)."""
    each = np.where(likely, value, value / _UNLIKELY).astype("<f2")
    return each.view(np.uint8).reshape(-1, 1, 2)


def _q4_0(
    random: np.random.Generator,
    stored: tuple[int, ...],
    deviation: float,
    likely: npt.NDArray[np.bool_],
) -> npt.NDArray[np.uint8]:
    """d, then 32 times 4 bits q; d * (q - 8), where q deviates by 4.6."""
    blocks = _blocks(random, stored, 18)
    blocks[..., 0:2] = _scales(likely, deviation / 4.6)
    return blocks.reshape(stored)


def _q4_k(
    random: np.random.Generator,
    stored: tuple[int, ...],
    deviation: float,
    likely: npt.NDArray[np.bool_],
) -> npt.NDArray[np.uint8]:
    """d, dmin, 12 bytes of 6-bit scales s and minima m, 256 times 4 bits q; d s q - dmin m.

    With s = 32, m = 30 and dmin = 8 d the mean is 0: 7.5 * 32 = 8 * 30.
    """
    blocks = _blocks(random, stored, 144)
    blocks[..., 0:2] = _scales(likely, deviation / (32 * 4.6))
    blocks[..., 2:4] = _scales(likely, 8 * deviation / (32 * 4.6))
    blocks[..., 4:8] = 0xA0  # s of the first four: 32, and the upper bits of the last four's s
    blocks[..., 8:12] = 0x5E  # m of the first four: 30, and the upper bits of the last four's m
    blocks[..., 12:16] = 0xE0  # the lower bits of the last four: m 14, s 0
    return blocks.reshape(stored)


def _q6_k(
    random: np.random.Generator,
    stored: tuple[int, ...],
    deviation: float,
    likely: npt.NDArray[np.bool_],
) -> npt.NDArray[np.uint8]:
    """192 bytes of 6 bits q, 16 signed scales s, d; d s (q - 32), where q deviates by 18.5."""
    blocks = _blocks(random, stored, 210)
    blocks[..., 192:208] = np.where(likely, 16, 16 // _UNLIKELY).astype(np.uint8).reshape(-1, 1, 1)
    blocks[..., 208:210] = _scales(np.ones_like(likely), deviation / (16 * 18.5))
    return blocks.reshape(stored)


# Random generator, shape in bytes, deviation, likely rows (the others are smaller).
FILLERS: dict[str, Callable[..., npt.NDArray[np.uint8]]] = {
    "Q4_0": _q4_0,
    "Q4_K": _q4_k,
    "Q6_K": _q6_k,
}
