"""Updates: asked only on a click, and a file is offered only if it is the published one."""

from __future__ import annotations

import hashlib
import json

import pytest

from agents.base import CancelledError, CancelToken, UserError
from app import updates
from app.updates import Fetched, Updates
from tests.engine.http_hub import Answer, Hub, serve

BODY = b"installer" * 50_000
SYSTEM, MACHINE = updates.machine()


@pytest.fixture
def hub(monkeypatch):
    with serve(Hub()) as hub:
        monkeypatch.setenv(updates.ADDRESS, f"{hub.address}/releases")
        yield hub


def _file(**changes):
    digest = hashlib.sha256(BODY).hexdigest()
    kind = updates.kind() if SYSTEM == "linux" else "exe"
    row = {"name": "MoA-Desk-9.run", "system": SYSTEM, "machine": MACHINE, "kind": kind}
    return {**row, "size": len(BODY), "sha256": digest, **changes}


def _tell(hub, version="9.0.0", files=None, body=None):
    files = [_file()] if files is None else files
    text = json.dumps({"version": version, "notes": "https://x/notes", "files": files}).encode()
    hub.answers.append(Answer(200, body=text if body is None else body))


def test_a_newer_version_is_told_with_its_size_and_place(hub):
    _tell(hub)
    offer = Updates().look(CancelToken())
    assert (offer.version, offer.file.size) == ("9.0.0", len(BODY))
    assert offer.url == f"{hub.address}/releases/MoA-Desk-9.run"
    assert len(hub.log) == 1


@pytest.mark.parametrize("version", ["0", "0.0.9", updates.VERSION])
def test_an_older_version_or_this_one_is_no_offer(hub, version):
    _tell(hub, version)
    assert Updates().look(CancelToken()) is None


def test_versions_are_compared_as_numbers():
    assert updates.number("0.10.0") > updates.number("0.9.9")
    assert updates.number("1.0") < updates.number("1.0.1")


@pytest.mark.parametrize(
    "change",
    [
        {"system": "plan9"},
        {"machine": "m68k"},
        {"sha256": "short"},
        {"size": 0},
        {"name": "../../.profile"},
        {"name": "a/b"},
    ],
)
def test_what_does_not_fit_or_is_not_safe_is_not_offered(hub, change):
    _tell(hub, files=[_file(**change)])
    with pytest.raises(UserError) as caught:
        Updates().look(CancelToken())
    assert caught.value.code == "update.nothing_fits"


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"version": 3}', b" " * (2 << 20)])
def test_an_answer_that_is_no_index_is_a_sentence(hub, body):
    _tell(hub, body=body)
    with pytest.raises(UserError) as caught:
        Updates().look(CancelToken())
    assert caught.value.code == "update.not_an_index"


def test_the_file_gets_its_name_only_when_its_sum_is_right(hub, tmp_path):
    _tell(hub)
    offer = Updates().look(CancelToken())
    hub.answers.append(Answer(200, body=BODY))
    events = list(Updates().run((offer, tmp_path), CancelToken()))
    assert isinstance(events[-1], Fetched)
    assert events[-1].path.read_bytes() == BODY


def test_a_file_that_was_changed_on_the_way_is_not_kept(hub, tmp_path):
    _tell(hub)
    offer = Updates().look(CancelToken())
    hub.answers.append(Answer(200, body=b"X" + BODY[1:]))
    with pytest.raises(UserError) as caught:
        list(Updates().run((offer, tmp_path), CancelToken()))
    assert caught.value.code == "hub.wrong_bytes"
    assert not [file for file in tmp_path.iterdir() if file.stat().st_size]


def test_cancelling_ends_it(hub, tmp_path):
    _tell(hub)
    offer = Updates().look(CancelToken())
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(Updates().run((offer, tmp_path), cancel))


def test_nothing_is_asked_by_making_it(hub):
    Updates()
    assert hub.log == []
