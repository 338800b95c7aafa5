"""Asking Crossref: shown first, sent only when told to, to a server of the test's own."""

from __future__ import annotations

import json

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.scholar import bib, crossref
from agents.store.sent import SentLog
from tests.scholar.crossref_server import address, answering

ENTRIES = r"""
@article{same, author={Kim, Ana and Lee, Bo}, title={A Study of {BERT}: part one}, year=2020,
  journal={Journal of Things}, pages={12--20}, doi={10.1000/same}}
@article{other, author={Kim, Ana}, title={Growing Tomatoes}, year=2018, journal={Gardens},
  doi={10.1000/other}}
@article{nobody, author={Kim, Ana}, title={Unknown to All}, year=2018, doi={10.1000/no(body)}}
@article{plain, author={Kim, Ana}, title={Without a DOI}, year=2018}
"""
server = pytest.fixture(answering)


def finished(asking):
    while True:
        try:
            next(asking)
        except StopIteration as end:
            return end.value


def test_what_differs_is_found_and_every_request_is_written_down(server, database):
    entries = bib.parse(ENTRIES).entries
    asked = crossref.questions(entries, address(server))
    assert [question.address.removeprefix(address(server)) for question in asked] == [
        "/works/10.1000/same",
        "/works/10.1000/other",
        "/works/10.1000/no%28body%29",
    ]
    log = SentLog(database)
    found = finished(crossref.ask(asked, log, CancelToken()))
    assert {
        (item.key, item.code.removeprefix("scholar.doctor_"), item.field) for item in found
    } == {
        ("other", "crossref", "title"),
        ("other", "crossref", "year"),
        ("other", "crossref", "journal"),
        ("other", "crossref", "author"),
        ("other", "crossref_retracted", "doi"),
        ("nobody", "crossref_unknown", "doi"),
    }
    sent = log.list()
    assert [(item.address, item.answer) for item in reversed(sent)] == [
        (question.address, status)
        for question, status in zip(asked, ["200", "200", "404"], strict=True)
    ]
    assert [path for path, _headers in server.asked] == [
        question.address.removeprefix(address(server)) for question in asked
    ]
    headers = server.asked[0][1]
    assert headers["User-Agent"] == dict(sent[0].headers)["User-Agent"] == "MoADesk/0.1"
    assert not {"Cookie", "Referer", "From", "Authorization"} & set(headers)


def test_cancelling_sends_nothing_more(server, database):
    asked = crossref.questions(bib.parse(ENTRIES).entries, address(server))
    cancel = CancelToken()
    asking = crossref.ask(asked, SentLog(database), cancel)
    next(asking)
    next(asking)
    cancel.cancel()
    with pytest.raises(CancelledError):
        next(asking)
    assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_said(server, database):
    server.shutdown()
    server.server_close()
    asked = crossref.questions(bib.parse(ENTRIES).entries, address(server))
    with pytest.raises(UserError, match=r"scholar\.crossref_unreachable"):
        finished(crossref.ask(asked, SentLog(database), CancelToken()))
    assert len(SentLog(database).list()) == 3


def test_on_the_command_line_nothing_is_sent_without_yes(moadesk, server, tmp_path):
    refs = tmp_path / "refs.bib"
    refs.write_text(ENTRIES, "utf-8")
    moadesk("library", "add", refs)
    asking = ("library", "check", "--ask-crossref", "--server", address(server), "--json")
    code, out, err = moadesk(*asking)
    assert server.asked == []
    assert f"GET {address(server)}/works/10.1000/other" in err
    assert "User-Agent: MoADesk/0.1" in err
    assert "3 requests. Nothing was sent" in err
    before = json.loads(out)["findings"]
    code, out, _err = moadesk(*asking, "--yes")
    assert (code, len(server.asked)) == (3, 3)
    found = json.loads(out)["findings"]
    assert len(found) == len(before) + 6
    assert "Crossref says title is “RETRACTED: Baking Bread”" in "".join(f["text"] for f in found)
    code, out, _err = moadesk("library", "sent")
    assert len(out.splitlines()) == 3
