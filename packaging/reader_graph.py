"""The graph of the router's second look, for ONNX Runtime: used by `train_reader.py`.

The one law: the same numbers give the same answer on every processor. Matrices are seven-bit whole
numbers, so that processors without instructions for eight-bit products overflow nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import helper, numpy_helper

from agents.chat.routing.reader import INPUT

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADS = 12
SMALL = 1e-12  # added to variances
_MOST = 63
_OPSETS = (("", 20), ("com.microsoft", 1))
_VERSION = 9  # of the file's own form


def built(numbers: Mapping[str, np.ndarray], layers: int) -> bytes:
    """An ONNX file.

    Args:
        numbers: by name, see `train_reader.Network.numbers`; matrices are input x output.
        layers: how many there are.
    """
    return _Graph(numbers).built(layers)


class _Graph:
    """A graph as it grows."""

    def __init__(self, numbers: Mapping[str, np.ndarray]) -> None:
        self._numbers = numbers
        self._nodes: list[onnx.NodeProto] = []
        self._kept: list[onnx.TensorProto] = []

    def built(self, layers: int) -> bytes:
        width, labels = len(self._numbers["norm"]) // 2, len(self._numbers["head_bias"])
        each = width // HEADS
        self._keep("parts", np.array([0, 0, 3, HEADS, each], np.int64))
        self._keep("whole", np.array([0, 0, width], np.int64))
        self._keep("scale", np.array(each**-0.5, np.float32))
        self._keep("first", np.array(0, np.int64))
        self._keep("axis", np.array([0], np.int64))
        self._keep("along", np.array([1], np.int64))
        state = self._normed(INPUT, "norm")
        for number in range(layers):
            state = self._layer(state, number)
        mean = self._node("ReduceMean", [state, "along"], "mean", keepdims=0)
        begin = self._node("Gather", [state, "first"], "begin", axis=1)
        read = self._node("Concat", [mean, begin], "read", axis=1)
        head = self._keep("head", self._numbers["head"])
        bias = self._keep("head_bias", self._numbers["head_bias"])
        odds = self._node("Gemm", [read, head, bias], "odds")
        number = onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            self._nodes,
            "reader",
            [helper.make_tensor_value_info(INPUT, number, [1, "pieces", width])],
            [helper.make_tensor_value_info(odds, number, [1, labels])],
            self._kept,
        )
        opsets = [helper.make_opsetid(*one) for one in _OPSETS]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_VERSION)
        return model.SerializeToString()

    def _layer(self, state: str, number: int) -> str:
        at = f"{number}."
        parts = self._node("Reshape", [self._times(state, f"{at}qkv"), "parts"], f"{at}parts")
        parts = self._node("Transpose", [parts], f"{at}apart", perm=[2, 0, 3, 1, 4])
        names = [f"{at}{name}" for name in ("queries", "keys", "values")]
        self._nodes.append(helper.make_node("Split", [parts], names, axis=0, num_outputs=3))
        query, key, value = (self._node("Squeeze", [name, "axis"], f"{name}.one") for name in names)
        key = self._node("Transpose", [key], f"{at}turned", perm=[0, 1, 3, 2])
        near = self._node(
            "Mul", [self._node("MatMul", [query, key], f"{at}near"), "scale"], f"{at}scaled"
        )
        near = self._node("Softmax", [near], f"{at}shares", axis=-1)
        seen = self._node("MatMul", [near, value], f"{at}seen")
        seen = self._node("Transpose", [seen], f"{at}back", perm=[0, 2, 1, 3])
        seen = self._node("Reshape", [seen, "whole"], f"{at}whole")
        state = self._added(state, self._times(seen, f"{at}out"), f"{at}norm")
        wide = self._node(
            "Gelu", [self._times(state, f"{at}wide")], f"{at}bent", approximate="tanh"
        )
        return self._added(state, self._times(wide, f"{at}narrow"), f"{at}last_norm")

    def _times(self, state: str, name: str) -> str:
        weights = self._numbers[name]
        scale = np.abs(weights).max(axis=0) / _MOST + SMALL
        inputs = [
            state,
            self._keep(f"{name}.weights", np.round(weights / scale).astype(np.int8)),
            self._keep(f"{name}.scale", scale.astype(np.float32)),
            "",
            self._keep(f"{name}_bias", self._numbers[f"{name}_bias"]),
        ]
        return self._node("DynamicQuantizeMatMul", inputs, f"{name}.made", domain="com.microsoft")

    def _added(self, state: str, made: str, name: str) -> str:
        return self._normed(self._node("Add", [state, made], f"{name}.sum"), name)

    def _normed(self, state: str, name: str) -> str:
        weights, biases = np.split(self._numbers[name], 2)
        inputs = [
            state,
            self._keep(f"{name}.weights", weights),
            self._keep(f"{name}.biases", biases),
        ]
        return self._node("LayerNormalization", inputs, f"{name}.made", axis=-1, epsilon=SMALL)

    def _keep(self, name: str, array: np.ndarray) -> str:
        self._kept.append(numpy_helper.from_array(np.asarray(array, order="C"), name))
        return name

    def _node(self, kind: str, inputs: list[str], output: str, **said: object) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [output], **said))
        return output
