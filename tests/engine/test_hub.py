"""Downloads from a hub that cuts, lies, stalls and redirects. Nothing is fake but its manners."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import signal
import ssl
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from agents.base import CancelledError, CancelToken, Notice, Progress, UserError
from agents.engine.catalog import Catalog, CatalogEntry, Licence, ModelFile
from agents.engine.hub import ADDRESS, Hub, PullDone, PullRequest
from agents.engine.shelf import Shelf
from tests.engine import http_hub
from tests.engine.http_hub import Answer, own_certificate, serve

ROOT = Path(__file__).resolve().parents[2]
CONTENT = random.Random(7).randbytes(300_000)
TOKEN = "hf_" + "a" * 34
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def entry(*files: ModelFile, **changes) -> CatalogEntry:
    values = {
        "id": "tiny",
        "name": "Tiny",
        "role": "chat",
        "repository": "owner/model",
        "files": files or (ModelFile(name="tiny.gguf", size=len(CONTENT), sha256=DIGEST),),
        "licence": Licence(id="Apache-2.0", url="https://example.org/licence"),
        "languages": ("en",),
        "architecture": "llama",
        "context": 512,
        "memory": 1000,
    }
    return CatalogEntry(**{**values, **changes})


@pytest.fixture(autouse=True)
def direct(monkeypatch):
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def hub():
    with serve(http_hub.Hub(files={"tiny.gguf": CONTENT})) as running:
        yield running


@pytest.fixture
def shelf(tmp_path):
    return Shelf(Catalog((entry(),)), tmp_path / "models")


def pull(shelf, hub, *, token="", cancel=None, read_seconds=5.0, request=None):
    asked = Hub(
        shelf, token=lambda: token, base_url=hub.address, pause=0.001, read_seconds=read_seconds
    )
    return list(asked.run(request or PullRequest("tiny"), cancel or CancelToken()))


def with_entry(shelf, made) -> Shelf:
    return Shelf(Catalog((made,)), shelf.folder)


def leftovers(shelf) -> list[str]:
    return sorted(file.name for file in (shelf.folder / "tiny").glob("*"))


def check_refused(shelf, hub, code, **more) -> UserError:
    with pytest.raises(UserError) as caught:
        pull(shelf, hub, **more)
    assert caught.value.code == code
    assert shelf.path("tiny") is None
    return caught.value


# --- the plain way ---


def test_a_model_comes_whole_and_is_listed(shelf, hub):
    events = pull(shelf, hub)
    path = shelf.folder / "tiny" / "tiny.gguf"
    assert events[-1] == PullDone("tiny", "Tiny", path, len(CONTENT), "ok")
    assert path.read_bytes() == CONTENT
    assert shelf.path("tiny") == path
    assert shelf.get("tiny").verified == "ok"
    assert leftovers(shelf) == ["manifest.json", "tiny.gguf"]


def test_a_known_digest_needs_no_list(shelf, hub):
    pull(shelf, hub)
    assert [request.path for request in hub.log] == ["/owner/model/resolve/main/tiny.gguf"]


def test_progress_begins_at_nothing_and_ends_at_all(shelf, hub):
    steps = [event for event in pull(shelf, hub) if isinstance(event, Progress)]
    assert steps[0].done == 0
    assert steps[-1].done == steps[-1].total == len(CONTENT)
    assert {step.unit for step in steps} == {"byte"}
    assert [step.done for step in steps] == sorted(step.done for step in steps)


def test_what_is_here_and_right_is_not_fetched_again(shelf, hub):
    pull(shelf, hub)
    asked = len(hub.log)
    assert isinstance(pull(shelf, hub)[-1], PullDone)
    assert len(hub.log) == asked


def test_a_right_file_without_manifest_is_checked_and_kept(shelf, hub):
    folder = shelf.folder / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.gguf").write_bytes(CONTENT)
    assert pull(shelf, hub)[-1].verified == "ok"
    assert hub.log == []


def test_a_changed_file_is_replaced(shelf, hub):
    pull(shelf, hub)
    path = shelf.path("tiny")
    path.write_bytes(b"x" + CONTENT[1:])
    assert pull(shelf, hub)[-1].verified == "ok"
    assert path.read_bytes() == CONTENT


def test_the_hubs_list_gives_size_digest_and_commit(shelf, hub):
    shelf = with_entry(shelf, entry(ModelFile(name="tiny.gguf")))
    done = pull(shelf, hub)[-1]
    assert done.verified == "ok"
    assert hub.downloads[0].path == f"/owner/model/resolve/{'c' * 40}/tiny.gguf"


def test_the_hubs_list_decides_where_a_file_is(shelf, hub):
    hub.files = {"README.md": b"hi", "gguf/Tiny Model-Q8_0.gguf": CONTENT, "x-Q4_0.gguf": b"no"}
    shelf = with_entry(shelf, entry(ModelFile(name="tiny.gguf", at=("none.gguf", "*Q8_0.gguf"))))
    assert pull(shelf, hub)[-1].path.read_bytes() == CONTENT
    assert hub.downloads[0].path.endswith("/gguf/Tiny%20Model-Q8_0.gguf")


def test_a_known_digest_is_found_under_any_name(shelf, hub):
    hub.files = {"a.gguf": b"other", "renamed.gguf": CONTENT}
    file = ModelFile(name="tiny.gguf", sha256=DIGEST, size=len(CONTENT), at=("a.gguf",))
    assert pull(with_entry(shelf, entry(file)), hub)[-1].path.read_bytes() == CONTENT


def test_small_files_are_checked_by_their_git_blob(shelf, hub):
    hub.lfs = False
    shelf = with_entry(shelf, entry(ModelFile(name="tiny.gguf")))
    hub.wrong = {"tiny.gguf": bytes(len(CONTENT))}
    check_refused(shelf, hub, "hub.wrong_bytes")
    hub.wrong = {}
    assert pull(shelf, hub)[-1].verified == "ok"


def test_several_files_are_one_model(shelf, hub):
    hub.files = {"onnx/model.onnx": CONTENT, "tokenizer.json": b"{}", "gliner_config.json": b"{ }"}
    made = entry(
        ModelFile(name="model.onnx", at=("onnx/model.onnx",)),
        ModelFile(name="tokenizer.json"),
        ModelFile(name="gliner_config.json"),
        role="entities",
    )
    shelf = with_entry(shelf, made)
    events = pull(shelf, hub)
    folder = shelf.folder / "tiny"
    assert events[-1].path == shelf.path("tiny") == folder
    assert (folder / "model.onnx").read_bytes() == CONTENT
    total = len(CONTENT) + 2 + 3
    assert [e for e in events if isinstance(e, Progress)][-1].done == total == events[-1].size


def test_half_of_several_files_is_no_model_and_is_continued(shelf, hub):
    hub.files = {"model.onnx": CONTENT, "tokenizer.json": b"{}"}
    made = entry(ModelFile(name="tokenizer.json"), ModelFile(name="model.onnx"), role="entities")
    shelf = with_entry(shelf, made)
    hub.cuts = [2, *[1000] * 6]
    check_refused(shelf, hub, "hub.unreachable")
    hub.cuts.clear()
    asked = len(hub.downloads)
    assert pull(shelf, hub)[-1].verified == "ok"
    again = hub.downloads[asked:]
    assert [request.path.rsplit("/", 1)[1] for request in again] == ["model.onnx"]
    assert again[0].headers["range"] == "bytes=6000-"


# --- resume ---


def test_a_cut_connection_is_resumed(shelf, hub):
    hub.cuts = [100_000, 50_000]
    events = pull(shelf, hub)
    assert events[-1].verified == "ok"
    assert [request.headers.get("range") for request in hub.downloads] == [
        None,
        "bytes=100000-",
        "bytes=150000-",
    ]
    assert hub.downloads[1].headers["if-range"] == '"one"'
    notices = [event for event in events if isinstance(event, Notice)]
    assert [notice.code for notice in notices] == ["hub.again", "hub.again"]


def test_without_ranges_it_begins_again(shelf, hub):
    hub.cuts, hub.ranges = [100_000], False
    events = pull(shelf, hub)
    assert events[-1].path.read_bytes() == CONTENT
    assert [e for e in events if isinstance(e, Progress)][-1].done == len(CONTENT)


def test_a_changed_etag_begins_again(shelf, hub):
    hub.cuts = [100_000, *[0] * 6]
    check_refused(shelf, hub, "hub.unreachable")
    assert shelf.partial("tiny") == 100_000
    hub.cuts, hub.etag = [], '"two"'
    assert pull(shelf, hub)[-1].path.read_bytes() == CONTENT
    assert hub.downloads[-1].headers["if-range"] == '"one"'


def test_another_run_goes_on_where_the_last_one_stopped(shelf, hub):
    hub.cuts = [200_000, *[0] * 6]
    check_refused(shelf, hub, "hub.unreachable")
    hub.cuts = []
    first = next(event for event in pull(shelf, hub) if isinstance(event, Progress))
    assert first.done == 200_000
    assert hub.downloads[-1].headers["range"] == "bytes=200000-"


def test_a_part_of_another_file_is_not_continued(shelf, hub):
    hub.cuts = [200_000, *[0] * 6]
    check_refused(shelf, hub, "hub.unreachable")
    other = random.Random(8).randbytes(250_000)
    file = ModelFile(name="tiny.gguf", size=len(other), sha256=hashlib.sha256(other).hexdigest())
    hub.files, hub.cuts = {"tiny.gguf": other}, []
    shelf = with_entry(shelf, entry(file))
    assert pull(shelf, hub)[-1].path.read_bytes() == other
    assert "range" not in hub.downloads[-1].headers


def test_a_spoiled_part_is_noticed_and_fetched_anew(shelf, hub):
    hub.cuts = [200_000, *[0] * 6]
    check_refused(shelf, hub, "hub.unreachable")
    part = shelf.folder / "tiny" / "tiny.gguf.part"
    part.write_bytes(b"y" * 200_000)
    hub.cuts = []
    assert pull(shelf, hub)[-1].path.read_bytes() == CONTENT
    assert [request.headers.get("range") for request in hub.downloads[-2:]] == [
        "bytes=200000-",
        None,
    ]


def test_a_part_that_is_whole_needs_no_bytes(shelf, hub):
    hub.cuts = [200_000, *[0] * 6]
    check_refused(shelf, hub, "hub.unreachable")
    (shelf.folder / "tiny" / "tiny.gguf.part").write_bytes(CONTENT)
    asked = len(hub.log)
    assert pull(shelf, hub)[-1].verified == "ok"
    assert len(hub.log) == asked


def test_a_wrong_range_is_not_believed(shelf, hub):
    hub.cuts, hub.wrong_range = [100_000], True
    assert pull(shelf, hub)[-1].path.read_bytes() == CONTENT


def test_a_refused_range_begins_again(shelf, hub):
    shelf = with_entry(shelf, entry(ModelFile(name="tiny.gguf", sha256=DIGEST)))
    first = Answer(416, {"Content-Range": "bytes */5"})
    hub.cuts = [200_000, *[0] * 6]
    check_refused(shelf, hub, "hub.unreachable")
    hub.cuts, hub.answers = [], [first]
    assert pull(shelf, hub)[-1].path.read_bytes() == CONTENT


def test_a_killed_download_is_resumed(shelf, hub, tmp_path):
    hub.trickle = threading.Event()
    script = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from agents.base import CancelToken
from agents.engine.hub import Hub, PullRequest
from agents.engine.shelf import Shelf
from agents.engine.catalog import Catalog
from tests.engine.test_hub import entry
shelf = Shelf(Catalog((entry(),)), Path({str(shelf.folder)!r}))
hub = Hub(shelf, token=lambda: "", base_url={hub.address!r})
for event in hub.run(PullRequest("tiny"), CancelToken()):
    pass
"""
    command = [sys.executable, "-c", script]
    child = subprocess.Popen(command)  # noqa: S603 - our own script
    with child:
        for _attempt in range(2000):
            if shelf.partial("tiny") == len(CONTENT) // 2:
                break
            threading.Event().wait(0.01)
        child.send_signal(signal.SIGKILL)
    assert shelf.partial("tiny") == len(CONTENT) // 2
    assert shelf.path("tiny") is None
    hub.trickle.set()
    hub.trickle = None
    assert pull(shelf, hub)[-1].path.read_bytes() == CONTENT
    assert hub.downloads[-1].headers["range"] == f"bytes={len(CONTENT) // 2}-"


# --- lies ---


def test_wrong_bytes_are_removed(shelf, hub):
    hub.wrong = {"tiny.gguf": CONTENT[:-1] + b"!"}
    check_refused(shelf, hub, "hub.wrong_bytes")
    assert leftovers(shelf) == []


@pytest.mark.parametrize("claimed", [1, 299_999, 300_001, 10**15])
def test_a_claimed_length_that_is_not_the_published_one(shelf, hub, claimed):
    hub.lengths = [claimed]
    error = check_refused(shelf, hub, "hub.wrong_size")
    assert error.values["size"] == claimed
    assert leftovers(shelf) == []


def test_more_bytes_than_published(shelf, hub):
    hub.no_length, hub.wrong = True, {"tiny.gguf": CONTENT + b"more"}
    check_refused(shelf, hub, "hub.wrong_size")
    assert leftovers(shelf) == []


def test_fewer_bytes_than_published_without_a_length(shelf, hub):
    hub.no_length, hub.ranges, hub.wrong = True, False, {"tiny.gguf": CONTENT[:1000]}
    check_refused(shelf, hub, "hub.unreachable")


def test_a_body_without_length_is_fine(shelf, hub):
    hub.no_length = True
    assert pull(shelf, hub)[-1].path.read_bytes() == CONTENT


def test_a_length_that_lies_where_nothing_was_published(shelf, hub):
    hub.lfs = False
    hub.lengths = [400_000] * 20
    listing = b'{"sha": null, "siblings": [{"rfilename": "tiny.gguf"}]}'
    hub.api_answers = [Answer(200, {}, listing)]
    check_refused(with_entry(shelf, entry(ModelFile(name="tiny.gguf"))), hub, "hub.unreachable")


def test_a_file_nobody_vouches_for_is_said_to_be_unknown(shelf, hub):
    hub.api_answers = [Answer(200, {}, b'{"siblings": [{"rfilename": "tiny.gguf"}]}')]
    shelf = with_entry(shelf, entry(ModelFile(name="tiny.gguf")))
    assert pull(shelf, hub)[-1].verified == "unknown"
    assert hub.downloads[0].path == "/owner/model/resolve/main/tiny.gguf"


def test_a_replaced_file_is_noticed_before_it_is_fetched(shelf, hub):
    away = {"Location": "/cdn/tiny.gguf", "X-Linked-Etag": f'"{"0" * 64}"'}
    hub.answers = [Answer(302, away)]
    check_refused(shelf, hub, "hub.replaced")
    file = ModelFile(name="tiny.gguf", sha256="1" * 64, at=("tiny.gguf",))
    check_refused(with_entry(shelf, entry(file)), hub, "hub.replaced")
    assert len(hub.downloads) <= 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>sign in</html>",
        b"[]",
        b'{"siblings": 5}',
        b'{"siblings": [{"size": -1}]}',
        b"\xff",
    ],
)
def test_a_listing_that_is_none(shelf, hub, body):
    hub.api_answers = [Answer(200, {}, body)]
    check_refused(with_entry(shelf, entry(ModelFile(name="tiny.gguf"))), hub, "hub.not_a_hub")


def test_a_hostile_listing_cannot_choose_the_place(shelf, hub, tmp_path):
    listing = (
        b'{"sha": "../../x", "siblings": [{"rfilename": "../../../evil.gguf", "size": 300000,'
        b' "lfs": {"sha256": "%s", "size": 300000}}]}' % DIGEST.encode()
    )
    hub.api_answers = [Answer(200, {}, listing)]
    shelf = with_entry(shelf, entry(ModelFile(name="tiny.gguf", at=("*.gguf",))))
    check_refused(shelf, hub, "hub.no_file")
    assert not list(tmp_path.rglob("*evil*"))
    assert hub.downloads == []


def test_the_file_is_gone_from_the_list(shelf, hub):
    hub.files = {"other.gguf": CONTENT}
    error = check_refused(with_entry(shelf, entry(ModelFile(name="tiny.gguf"))), hub, "hub.no_file")
    assert error.values == {"file": "tiny.gguf", "repository": "owner/model"}


# --- answers ---


@pytest.mark.parametrize(
    ("status", "headers", "token", "code"),
    [
        (401, {}, "", "hub.needs_token"),
        (401, {}, TOKEN, "hub.token_refused"),
        (401, {"X-Error-Code": "GatedRepo"}, "", "hub.gated"),
        (403, {"X-Error-Code": "GatedRepo"}, TOKEN, "hub.gated"),
        (403, {}, "", "hub.forbidden"),
        (404, {}, "", "hub.gone"),
        (418, {}, "", "hub.refused"),
        (204, {}, "", "hub.refused"),
    ],
)
def test_refusals_are_not_repeated(shelf, hub, status, headers, token, code):
    hub.answers = [Answer(status, headers)] * 9
    check_refused(shelf, hub, code, token=token)
    assert len(hub.downloads) == 1
    assert not (shelf.folder / "tiny").exists()  # nothing came, nothing is left


@pytest.mark.parametrize(
    ("status", "code"), [(429, "hub.too_many"), (500, "hub.down"), (503, "hub.down")]
)
def test_a_busy_server_is_asked_again_but_not_for_ever(shelf, hub, status, code):
    hub.answers = [Answer(status)] * 50
    check_refused(shelf, hub, code)
    assert len(hub.downloads) == 6
    hub.answers = [Answer(status)] * 2
    assert pull(shelf, hub)[-1].verified == "ok"


def test_the_server_says_when_to_come_back(shelf, hub):
    hub.answers = [Answer(429, {"Retry-After": "7"})]
    asked = Hub(shelf, token=lambda: "", base_url=hub.address, pause=0.001)
    cancel = CancelToken()
    for event in (run := asked.run(PullRequest("tiny"), cancel)):
        if isinstance(event, Notice):
            assert dict(event.values)["seconds"] == 7
            cancel.cancel()
            break
    with pytest.raises(CancelledError):
        next(run)


def test_nobody_is_there(shelf, hub):
    with serve(http_hub.Hub()) as gone:
        pass
    hub.address = gone.address
    error = check_refused(shelf, hub, "hub.unreachable")
    assert error.values["host"] == "127.0.0.1"


def test_a_server_that_speaks_no_http(shelf):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk():
            for _attempt in range(3):
                connection, _address = server.accept()
                with connection:
                    connection.recv(1000)
                    connection.sendall(b"220 mail.example.org ESMTP\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        asked = Hub(
            shelf,
            token=lambda: "",
            base_url=f"http://127.0.0.1:{server.getsockname()[1]}",
            pause=0.001,
        )
        with pytest.raises(UserError, match=r"hub\.unreachable"):
            list(asked.run(PullRequest("tiny"), CancelToken()))
        thread.join()


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "nonsense://x"])
def test_a_proxy_that_cannot_be_used_is_said(shelf, hub, monkeypatch, proxy):
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", "")
    error = check_refused(shelf, hub, "hub.other_proxy")
    assert error.values["proxy"] == proxy
    assert hub.log == []


@pytest.mark.parametrize(
    "address", ["ftp://example.org", "huggingface.co", "http://", "http://[::1", "http://a:b"]
)
def test_an_address_that_is_none(shelf, address):
    asked = Hub(shelf, token=lambda: "", base_url=address)
    with pytest.raises(UserError, match=r"hub\.bad_address"):
        list(asked.run(PullRequest("tiny"), CancelToken()))


def test_the_mirror_is_taken_from_the_environment(shelf, hub, monkeypatch):
    monkeypatch.delenv("MOADESK_HUB", raising=False)
    assert Hub(shelf, token=lambda: "").base_url == ADDRESS
    monkeypatch.setenv("MOADESK_HUB", hub.address + "/")
    mirrored = Hub(shelf, token=lambda: "", pause=0.001)
    assert list(mirrored.run(PullRequest("tiny"), CancelToken()))[-1].verified == "ok"


# --- redirects and the token ---


def test_large_files_come_from_elsewhere_without_the_token(shelf, hub):
    with serve(http_hub.Hub(files={"tiny.gguf": CONTENT})) as store:
        hub.answers = [
            Answer(
                302, {"Location": f"{store.address}/cdn/tiny.gguf", "X-Linked-Etag": f'"{DIGEST}"'}
            )
        ]
        assert pull(shelf, hub, token=TOKEN)[-1].verified == "ok"
        assert hub.downloads[0].headers["authorization"] == f"Bearer {TOKEN}"
        assert "authorization" not in store.log[0].headers


def test_a_redirect_within_the_hub_keeps_the_token(shelf, hub):
    hub.answers = [Answer(307, {"Location": "/cdn/tiny.gguf"})]
    pull(shelf, hub, token=TOKEN)
    assert hub.log[-1].path == "/cdn/tiny.gguf"
    assert hub.log[-1].headers["authorization"] == f"Bearer {TOKEN}"


def test_the_range_is_asked_of_whoever_has_the_file(shelf, hub):
    hub.cuts = [100_000, *[0] * 6]
    check_refused(shelf, hub, "hub.unreachable")
    hub.cuts, hub.answers = [], [Answer(302, {"Location": "/cdn/tiny.gguf"})]
    assert pull(shelf, hub)[-1].verified == "ok"
    assert hub.log[-1].headers["range"] == "bytes=100000-"


@pytest.mark.parametrize(
    "location",
    [
        "ftp://127.0.0.1/tiny.gguf",
        "file:///etc/passwd",
        "http://example.org/tiny.gguf",
        "http://10.0.0.1/tiny.gguf",
        "javascript:alert(1)",
        "https://",
        "http://[::1",
        "",
    ],
)
def test_unsafe_redirects_are_not_followed(shelf, hub, location):
    hub.answers = [Answer(302, {"Location": location})]
    check_refused(shelf, hub, "hub.bad_redirect")


def test_a_circle_of_redirects_ends(shelf, hub):
    hub.answers = [Answer(302, {"Location": "/owner/model/resolve/main/tiny.gguf"})] * 50
    check_refused(shelf, hub, "hub.bad_redirect")


@pytest.mark.parametrize("token", ["hf_\nX-Evil: 1", "토큰"])
def test_a_token_that_is_none_is_not_sent(shelf, hub, token):
    check_refused(shelf, hub, "hub.token_refused", token=token)
    assert hub.log == []


# --- cancel ---


def test_cancel_releases_at_once_and_keeps_the_part(shelf, hub):
    hub.trickle = threading.Event()
    cancel = CancelToken()
    asked = Hub(shelf, token=lambda: "", base_url=hub.address, pause=0.001)
    outcome = []

    def work():
        try:
            list(asked.run(PullRequest("tiny"), cancel))
        except CancelledError:
            outcome.append("cancelled")

    thread = threading.Thread(target=work)
    thread.start()
    while shelf.partial("tiny") < len(CONTENT) // 2:
        threading.Event().wait(0.005)
    cancel.cancel()
    thread.join(60)  # the server is still silent: nobody waits for it
    assert outcome == ["cancelled"]
    assert shelf.partial("tiny") == len(CONTENT) // 2
    hub.trickle.set()
    hub.trickle = None
    assert pull(shelf, hub)[-1].verified == "ok"
    assert hub.downloads[-1].headers["range"] == f"bytes={len(CONTENT) // 2}-"


def test_a_silent_server_is_given_up(shelf, hub):
    hub.trickle = threading.Event()
    check_refused(shelf, hub, "hub.silent", read_seconds=0.05)


def test_cancelled_before_it_began(shelf, hub):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        pull(shelf, hub, cancel=cancel)


def test_leaving_the_events_alone_lets_go_of_everything(shelf, hub):
    hub.trickle = threading.Event()
    asked = Hub(shelf, token=lambda: "", base_url=hub.address, pause=0.001)
    run = asked.run(PullRequest("tiny"), CancelToken())
    next(run)
    next(run)
    run.close()
    hub.trickle.set()
    hub.trickle = None
    assert pull(shelf, hub)[-1].verified == "ok"


# --- disk, licence, two at once ---


def test_a_full_disk_is_noticed_before_anything_is_fetched(shelf, hub, monkeypatch):
    import shutil

    usage = shutil.disk_usage(shelf.folder.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1_000_000))
    error = check_refused(shelf, hub, "model.disk_full")
    assert error.values["free"] == 1
    assert hub.log == []


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file size there")
def test_a_disk_that_fills_up_keeps_the_part(shelf, hub):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, hard))
        check_refused(shelf, hub, "model.disk_filled")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert shelf.partial("tiny") == 120_000
    assert pull(shelf, hub)[-1].path.read_bytes() == CONTENT
    assert hub.downloads[-1].headers["range"] == "bytes=120000-"


def test_a_folder_that_cannot_be_made(tmp_path, hub):
    (tmp_path / "models").write_bytes(b"a file in the way")
    shelf = Shelf(Catalog((entry(),)), tmp_path / "models")
    error = check_refused(shelf, hub, "file.unwritable")
    assert error.values["reason"] == os.strerror(errno.EEXIST)


def test_a_licence_with_conditions_is_accepted_once(shelf, hub):
    licence = Licence(
        id="LFM-Open-1.0", url="https://example.org/lfm", commercial_limit="revenue_10m_usd"
    )
    shelf = with_entry(shelf, entry(licence=licence))
    error = check_refused(shelf, hub, "hub.licence")
    assert error.values["url"] == "https://example.org/lfm"
    assert hub.log == []
    pull(shelf, hub, request=PullRequest("tiny", licence_accepted=True))
    shelf.remove("tiny")
    assert pull(shelf, hub)[-1].verified == "ok"


def test_only_one_downloads_a_model_at_a_time(shelf, hub):
    hub.trickle = threading.Event()
    asked = Hub(shelf, token=lambda: "", base_url=hub.address, pause=0.001)
    run = asked.run(PullRequest("tiny"), CancelToken())
    next(run)
    with pytest.raises(UserError, match=r"model\.busy"):
        list(asked.run(PullRequest("tiny"), CancelToken()))
    with pytest.raises(UserError, match=r"model\.busy"):
        shelf.remove("tiny")
    run.close()


@pytest.mark.parametrize("model", ["none", "../tiny", "", "tiny/../tiny"])
def test_a_model_nobody_knows(shelf, hub, model):
    with pytest.raises(UserError, match=r"model\.unknown"):
        pull(shelf, hub, request=PullRequest(model))
    assert hub.log == []


def test_a_missing_starter_is_not_downloaded(shelf, hub):
    made = replace(entry(), repository="", package="no_such_package_here")
    with pytest.raises(UserError, match=r"model\.starter_missing"):
        pull(with_entry(shelf, made), hub)


# --- what a person can do about it ---


def proxied(hub, monkeypatch, proxy):
    """The hub asked through a proxy; whatever this system asks otherwise does not count."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return Hub(hub._shelf, token=str, base_url=hub.base_url, proxy=lambda: proxy, pause=0.001)


def refused(asked, code):
    with pytest.raises(UserError) as caught:
        list(asked.run(PullRequest("tiny"), CancelToken()))
    assert caught.value.code == code
    return caught.value


@pytest.mark.parametrize("how", ["setting", "system"])
def test_a_proxy_that_is_not_there_is_named_without_its_password(shelf, hub, monkeypatch, how):
    address = "http://me:secret@127.0.0.1:9"
    plain = Hub(shelf, token=str, base_url=hub.address, pause=0.001)
    asked = proxied(plain, monkeypatch, address if how == "setting" else "")
    if how == "system":
        monkeypatch.setenv("HTTP_PROXY", address)
    error = refused(asked, "hub.no_proxy")
    assert error.values == {"proxy": "127.0.0.1:9", "reason": "Connection refused"}
    assert hub.log == []


def test_a_proxy_that_lets_nothing_through_is_named(shelf, monkeypatch):
    plain = Hub(shelf, token=str, base_url="https://hub.invalid", pause=0.001)
    with serve(http_hub.Hub()) as proxy:  # it knows no CONNECT
        error = refused(proxied(plain, monkeypatch, proxy.address), "hub.proxy_refused")
    assert error.values["proxy"] == proxy.address.removeprefix("http://")
    assert "501" in str(error.values["reason"])


def test_a_name_nobody_knows_is_no_number(shelf, monkeypatch):
    plain = Hub(shelf, token=str, base_url="https://hub.invalid", pause=0.001)
    assert refused(proxied(plain, monkeypatch, ""), "hub.no_name").values == {"host": "hub.invalid"}


def test_a_certificate_nobody_vouches_for_ends_it_at_once(shelf, monkeypatch, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate(tmp_path))
    with serve(http_hub.Hub(), context) as there:
        address = there.address.replace("http", "https", 1)
        plain = Hub(shelf, token=str, base_url=address, pause=0.001)
        error = refused(proxied(plain, monkeypatch, ""), "hub.certificate")
        assert there.log == []
    assert "self-signed" in str(error.values["reason"])


def test_a_page_to_sign_in_at_is_no_file_and_costs_nothing_that_is_here(shelf, hub):
    page = Answer(200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>Sign in</html>")
    part = shelf.folder / "tiny" / "tiny.gguf.part"
    hub.cuts = [len(CONTENT) // 2] * 9
    hub.ranges = False
    check_refused(shelf, hub, "hub.unreachable")
    kept = part.stat().st_size
    assert kept
    hub.cuts, hub.ranges, hub.answers = [], True, [page]
    check_refused(shelf, hub, "hub.not_a_hub")
    assert part.stat().st_size == kept
    pull(shelf, hub)
    assert shelf.path("tiny").read_bytes() == CONTENT
