"""A small graph for ONNX Runtime that somebody else's file holds.

The one law: ONNX Runtime is named in this package alone; who computes with it is handed a function.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.entities.folder import runtime, session_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from agents.entities.folder import Session


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph with one output. Any thread."""

    _session: Session
    _output: str

    def __call__(self, inputs: Mapping[str, npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
        """What comes out where these go in.

        Raises:
            ValueError: they do not fit.
        """
        try:
            return self._session.run([self._output], dict(inputs), None)[0]
        except Exception as error:  # onnxruntime's own exceptions have no other base
            raise ValueError(str(error)) from error


def opened(content: bytes) -> Graph:
    """A graph from the bytes of an ONNX file; on one core, for those that take milliseconds.

    Raises:
        ValueError: it is none.
    """
    try:
        session: Any = runtime().InferenceSession(
            content, session_options(threads=1), providers=["CPUExecutionProvider"]
        )
        (output,) = session.get_outputs()
    except Exception as error:  # likewise
        raise ValueError(str(error)) from error
    return Graph(session, str(output.name))
