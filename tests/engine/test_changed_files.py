"""Model files that are replaced, changed or removed while a model is loaded from them.

Nobody's answer is lost and the process goes on; who borrows next gets what is there then.
"""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from agents.base import CancelToken, UserError
from agents.engine import mapped
from agents.engine.cache import ModelCache
from agents.engine.lease import Lease
from agents.engine.port import GenerationRequest, Message
from tests.engine.tiny_models import FolderShelf, build

if TYPE_CHECKING:
    from pathlib import Path

ASK = GenerationRequest((Message("user", "Hello"),), max_tokens=40)
OVERWRITE = "import sys; open(sys.argv[1], 'r+b').truncate(4096)"


@pytest.fixture
def folder(tmp_path):
    build(tmp_path / "a.gguf", "lfm2", seed=1)
    return tmp_path


@pytest.fixture
def cache(folder):
    made = ModelCache(FolderShelf(folder), threads=1, budget=0)
    yield made
    made.close()


def answer(cache: ModelCache) -> str:
    with cache.borrow("a") as engine:
        return engine.submit(ASK, CancelToken()).result().text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses: model.in_use")
def test_a_file_that_is_replaced_is_loaded_anew_when_nobody_uses_the_old_one(folder, cache):
    old = answer(cache)
    other = build(folder / "other.gguf", "lfm2", seed=2)
    with cache.borrow("a") as engine:
        stream = engine.submit(ASK, CancelToken())
        begun = list(itertools.islice(stream, 3))
        other.replace(folder / "a.gguf")
        assert stream.result().text == old
        assert begun
        assert answer(cache) == old  # still lent: the same model for everybody
    new = answer(cache)
    assert new != old
    assert answer(cache) == new
    assert len(cache.resident()) == 1


def unlinked(folder: Path) -> None:
    (folder / "a.gguf").unlink()


def removed_from_the_shelf(folder: Path) -> None:
    """As `Shelf.remove` does: at once under another name, then piece by piece."""
    gone = folder.with_name(".gone")
    folder.rename(gone)
    shutil.rmtree(gone)
    folder.mkdir()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses: model.in_use")
@pytest.mark.parametrize("remove", [unlinked, removed_from_the_shelf])
def test_a_file_that_is_removed_serves_those_who_have_it(folder, cache, remove):
    old = answer(cache)
    with cache.borrow("a") as engine:
        streams = [engine.submit(ASK, CancelToken()) for _number in range(3)]
        remove(folder)
        assert [stream.result().text for stream in streams] == [old] * 3
        assert answer(cache) == old
    with pytest.raises(UserError) as caught:
        cache.borrow("a")
    assert caught.value.code == "model.missing"
    assert cache.resident() == ()
    build(folder / "a.gguf", "lfm2", seed=1)
    assert answer(cache) == old


def test_a_file_that_is_damaged_on_the_disk_is_a_sentence_next_time(folder, cache):
    answer(cache)
    damaged = (folder / "a.gguf").read_bytes()[:5000]
    (folder / "b.gguf").write_bytes(damaged)
    (folder / "b.gguf").replace(folder / "a.gguf")
    with pytest.raises(UserError) as caught:
        answer(cache)
    assert caught.value.code == "model.damaged"


@pytest.mark.skipif(sys.platform != "linux", reason="Windows refuses, macOS has no leases")
def test_a_mapped_file_that_is_cut_short_harms_nobody(folder, cache):
    path = folder / "a.gguf"
    lease = Lease(path)
    lease.close()
    if not lease.asked:
        pytest.skip("a file system without leases")
    old = answer(cache)
    with cache.borrow("a") as engine:
        assert mapped.resident(path)  # or there is nothing to test
        stream = engine.submit(ASK, CancelToken())
        next(iter(stream))
        subprocess.run([sys.executable, "-c", OVERWRITE, str(path)], check=True, timeout=40)  # noqa: S603 - our own code
        assert path.stat().st_size == 4096
        assert stream.result().text == old
        assert answer(cache) == old
        assert not mapped.resident(path)
    with pytest.raises(UserError) as caught:
        answer(cache)
    assert caught.value.code == "model.damaged"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_of_the_file_is_held_after_the_model_was_freed(folder, cache):
    path = folder / "a.gguf"
    answer(cache)
    assert list(mapped.ranges(path))
    cache.free()
    assert not list(mapped.ranges(path))
    subprocess.run([sys.executable, "-c", OVERWRITE, str(path)], check=True, timeout=60)  # noqa: S603 - our own code
