"""A process killed in mid-job: nothing half-written, nothing done twice."""

from __future__ import annotations

from tests.translation.killing import killed, start
from tests.translation.word_files import document, paragraph, part, run

COUNT = 40


def test_a_killed_job_goes_on_where_it_was(tmp_path):
    body = "".join(paragraph(run(f"The cat sleeps in house h{n}.")) for n in range(COUNT))
    (tmp_path / "a.docx").write_bytes(document(body))
    store = killed(tmp_path)
    job = store.jobs()[0]
    assert job.state == "interrupted"
    assert 5 <= job.stored < COUNT
    assert [p.name for p in (tmp_path / "out").iterdir()] == []  # nothing half-written
    stored = {segment.source for segment in store.segments(job.id)}

    asked_before = (tmp_path / "asked.txt").read_text("utf-8").count("\n")
    assert start(tmp_path, 0.0).wait(90) == 0
    asked = (tmp_path / "asked.txt").read_text("utf-8").splitlines()[asked_before:]
    assert len(asked) == COUNT - len(stored)
    assert not stored & set(asked)
    out = part((tmp_path / "out" / "a.ko.docx").read_bytes())
    assert all(f"고양이 h{n}. 잔다." in out for n in range(COUNT))
    assert store.jobs()[0].state == "done"
