from __future__ import annotations

import pytest
from lxml import etree

from agents.base import UserError
from agents.translation import work
from agents.translation.formats import icu
from agents.translation.formats.xliff import XliffDocument
from agents.translation.inline import Rich
from agents.translation.korean import Korean
from agents.translation.pseudo import pseudo
from tests.translation.desk import last
from tests.translation.xliff_rules import broken_rules

KOREAN = Korean()
ONE = """<?xml version="1.0" encoding="{encoding}"?>
<!-- made elsewhere -->
<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" xmlns:q="urn:q" version="1.2">
  <file original="a.html" source-language="en" datatype="html">
    <header><note>Keep me</note></header>
    <body>
{body}
    </body>
  </file>
</xliff>
"""
TWO = """<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en">
<file id="f"><unit id="u">{body}</unit></file></xliff>"""


def one(body: str, encoding="UTF-8") -> bytes:
    return ONE.format(body=body, encoding=encoding).encode(encoding)


def run(data: bytes, change, target="ko") -> bytes:
    opened = XliffDocument(data, "x.xlf", target)
    pieces, _ = work.read(opened, KOREAN)
    return opened.write(
        {
            n: [(p, change(p.rich) if p.segment >= 0 else None) for p in parts]
            for n, parts in pieces.items()
        }
    )


def texts(data: bytes) -> list[str]:
    return [p.rich.text for p in XliffDocument(data, "x.xlf", "ko").paragraphs]


def targets(data: bytes) -> list[etree._Element]:
    return list(etree.fromstring(data).iter("{*}target"))


def test_targets_are_written_beside_their_sources():
    data = one('<trans-unit id="1" q:x="y"><source>The cat sleeps.</source></trans-unit>')
    made = run(data, lambda rich: Rich("고양이가 잔다."))
    (target,) = targets(made)
    assert target.text == "고양이가 잔다."
    assert target.get("state") == "needs-review-translation"
    assert target.getprevious().text == "The cat sleeps."
    assert etree.fromstring(made).find("{*}file").get("target-language") == "ko"
    assert b"<!-- made elsewhere -->" in made
    assert b'q:x="y"' in made


@pytest.mark.parametrize(
    "body",
    [
        '<trans-unit id="1" translate="no"><source>The cat.</source></trans-unit>',
        '<group translate="no"><trans-unit id="1"><source>The cat.</source></trans-unit></group>',
        '<trans-unit id="1" approved="yes"><source>The cat.</source></trans-unit>',
        '<trans-unit id="1"><source>The cat.</source><target>고양이.</target></trans-unit>',
        '<trans-unit id="1"><source>The cat.</source><target state="final">x</target></trans-unit>',
        '<trans-unit id="1"><source>T 1</source><note>The cat.</note></trans-unit>',
    ],
)
def test_what_is_done_or_closed_stays(body):
    data = one(body)
    assert "The cat." not in texts(data)
    assert run(data, pseudo) == data or b"The cat." in run(data, pseudo)


@pytest.mark.parametrize("state", ["new", "needs-translation"])
def test_targets_that_are_not_done_are_replaced(state):
    body = f'<trans-unit id="1"><source>The cat.</source><target state="{state}">x<x id="1"/>'
    made = run(one(body + "</target></trans-unit>"), lambda rich: Rich("고양이."))
    assert [(t.text, len(t)) for t in targets(made)] == [("고양이.", 0)]


def test_codes_are_in_the_target_once():
    body = (
        '<trans-unit id="1"><source>Click <g id="1">the <g id="2">red</g> button</g><x id="3"/>'
        ' and <bpt id="4">&lt;b&gt;</bpt>wait<ept id="4">&lt;/b&gt;</ept> for '
        '<mrk mtype="protected">Big Blue</mrk>.</source></trans-unit>'
    )
    assert texts(one(body)) == ["Click the red button and wait for Big Blue."]
    (target,) = targets(run(one(body), pseudo))
    assert [etree.QName(e).localname for e in target.iter()][1:] == [
        "g", "g", "x", "bpt", "ept", "mrk"
    ]  # fmt: skip
    assert target.find("{*}mrk").text == "Big Blue"
    assert target.find("{*}bpt").text == "<b>"


def test_version_2_writes_into_segments():
    body = (
        '<segment id="s1" subState="a:b"><source>Click <pc id="1">here</pc> now<ph id="2"/>.'
        '</source></segment><ignorable><source> </source></ignorable><segment state="final">'
        "<source>The dog.</source><target>개.</target></segment>"
    )
    data = TWO.format(body=body).encode()
    assert texts(data) == ["Click here now."]
    made = etree.fromstring(run(data, pseudo))
    assert made.get("trgLang") == "ko"
    segments = list(made.iter("{*}segment"))
    assert segments[0].get("state") == "translated"
    assert segments[0].get("subState") is None
    assert [etree.QName(e).localname for e in segments[0].find("{*}target")] == ["pc", "ph"]
    assert segments[1].find("{*}target").text == "개."


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "EUC-KR", "ISO-8859-1"])
def test_identity_is_the_same_bytes_and_the_encoding_stays(encoding):
    data = one("<trans-unit id='1'><source>The  cat.</source></trans-unit>", encoding)
    assert run(data, lambda rich: None) == data
    made = run(data, lambda rich: Rich("고양이."))
    assert targets(made)[0].text == "고양이."
    assert etree.ElementTree(etree.fromstring(made)).docinfo.encoding == encoding


def test_a_unit_is_translated_whole_or_not_at_all():
    data = one("<trans-unit id='1'><source>The cat sleeps. A dog runs.</source></trans-unit>")
    assert run(data, lambda r: Rich("고양이.") if "cat" in r.text else None) == data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<xliff", "xliff_broken"),
        (b"<html/>", "xliff_broken"),
        (b"\0\0\0", "xliff_broken"),
        (b"plain text", "xliff_broken"),
        (b'<xliff version="9"/>', "xliff_version"),
        (b"<xliff/>", "xliff_version"),
        (b'<xliff version="2.0" trgLang="de-AT"/>', "xliff_language"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xliff version="1.2">&a;</xliff>',
         "xliff_broken"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><xliff version="1.2"/>',
         "xliff_broken"),
        (b'<xliff version="1.2">' + b"<g>" * 100_000, "xliff_broken"),
    ],
)  # fmt: skip
def test_hostile_files_end_in_a_sentence(data, code):
    with pytest.raises(UserError) as caught:
        XliffDocument(data, "x.xlf", "ko")
    assert caught.value.code == f"translation.{code}"


def test_codes_nested_beyond_reason_stay():
    deep = "<g>" * 150 + "The cat." + "</g>" * 150
    data = one(f"<trans-unit id='1'><source>{deep}</source></trans-unit>")
    assert [p.readable for p in XliffDocument(data, "x.xlf", "ko").paragraphs] == [False]


def test_segments_of_another_tool_are_in_the_target():
    body = (
        '<trans-unit id="1"><source>The cat <g id="1">sleeps</g>. It works.</source><seg-source>'
        '<mrk mtype="seg" mid="0">The cat <g id="1">sleeps</g>.</mrk> '
        '<mrk mtype="seg" mid="1">It works.</mrk></seg-source><note>N</note></trans-unit>'
    )
    assert texts(one(body)) == ["The cat sleeps. It works."]
    assert not broken_rules(one(body))
    made = run(one(body), pseudo)
    assert not broken_rules(made)
    (target,) = targets(made)
    assert etree.QName(target.getprevious()).localname == "seg-source"
    assert [(mrk.get("mid"), len(mrk)) for mrk in target] == [("0", 1), ("1", 0)]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ('<bpt id="1" rid="r">&lt;b&gt;</bpt>', '<ept id="2" rid="r">&lt;/b&gt;</ept>'),
        ('<bx id="1"/>', '<ex id="1"/>'),
        ('<x id="START_LINK_1" ctype="x-a"/>', '<x id="CLOSE_LINK" ctype="x-a"/>'),
    ],
)
def test_codes_that_belong_together_know_each_other(opening, closing):
    body = f'<trans-unit id="1"><source>See {opening}the dog{closing} now.</source></trans-unit>'
    (paragraph,) = XliffDocument(one(body), "x.xlf", "ko").paragraphs
    assert [mark.partner for mark in paragraph.rich.marks] == [1, 0]
    made = run(one(body), pseudo)
    assert not broken_rules(made)
    assert "".join(targets(made)[0].itertext()).count("ţĥé ðöĝ") == 1


def test_starts_and_ends_of_version_2_know_each_other():
    source = 'A <sc id="1"/>b <sc id="2"/>c<ec startRef="1"/> d<ec startRef="2"/> e<ph id="3"/>.'
    data = TWO.format(body=f"<segment><source>{source}</source></segment>").encode()
    (paragraph,) = XliffDocument(data, "x.xlf", "ko").paragraphs
    assert [mark.partner for mark in paragraph.rich.marks] == [2, 3, 0, 1, -1]
    assert not broken_rules(run(data, pseudo))


def test_a_document_type_that_only_names_itself_is_let_through_and_kept():
    named = b'<!DOCTYPE xliff PUBLIC "-//XLIFF//DTD XLIFF//EN" "http://example.org/xliff.dtd">'
    body = (
        b'<xliff version="1.0"><file original="a" source-language="en" datatype="x"><body>'
        b"<trans-unit id='1'><source>The cat.</source></trans-unit></body></file></xliff>"
    )
    made = run(named + body, lambda rich: Rich("고양이."))
    assert made.count(named) == 1
    assert targets(made)[0].text == "고양이."


@pytest.mark.parametrize("version", ["1.2", "2.0"])
def test_what_was_valid_is_valid_afterwards(version):
    units = (
        '<trans-unit id="1"><source>The cat.</source></trans-unit><group id="g"><trans-unit id="2">'
        '<source>The <g id="1">dog</g>.</source><target state="new">x</target></trans-unit></group>'
    )
    segments = (
        "<segment><source>The cat.</source></segment><ignorable><source> </source></ignorable>"
        '<segment subState="a:b"><source>The <pc id="1">dog</pc>.</source><target>x</target>'
        "</segment>"
    )
    data = one(units) if version == "1.2" else TWO.format(body=segments).encode()
    assert not broken_rules(data)
    assert not broken_rules(run(data, pseudo))


ITEMS = "You have {count, plural, =0 {no item} one {# item} other {# items of {name}}} here."


def test_the_structure_of_a_message_is_fixed():
    (paragraph,) = XliffDocument(
        one(f'<trans-unit id="1"><source>{ITEMS}</source></trans-unit>'), "x.xlf", "ko"
    ).paragraphs
    rich = paragraph.rich
    assert [rich.text[m.start : m.end] for m in sorted(rich.marks, key=lambda m: m.start)] == [
        "{count, plural, =0 {",
        "} one {",
        "#",
        "} other {",
        "#",
        "{name}",
        "}}",
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{a, select, f {{n, plural, other {# x}}} other {y # z}}", ["#"]),
        ("{n, plural, one {item", []),
        ("{n, plural, }", []),
        ("{n, number, percent} of {these}", []),
        ("{n, plural, other {" * 200, []),
    ],
)
def test_only_whole_messages_count(text, wanted):
    found = [text[start:end] for start, end in icu.spans(text)]
    assert [said for said in found if said == "#"] == wanted
    assert bool(found) == bool(wanted)


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        (ITEMS.replace("no item", "없음").replace("# items of {name}", "{name}의 물건 #개"), True),
        (ITEMS.replace("# item}", "물건}").replace("no item", "# 없음"), False),
        (ITEMS.replace(" one {# item}", ""), False),
    ],
)
def test_a_message_whose_branches_changed_does_not_fit(answer, good):
    data = one(f'<trans-unit id="1"><source>{ITEMS}</source></trans-unit>')
    opened = XliffDocument(data, "x.xlf", "ko")
    (unit,) = work.read(opened, KOREAN)[1]
    placed = work.Judge(opened, "ko", KOREAN).place(unit, answer, lambda text: text)
    assert (placed is not None and opened.fits("u0", unit.piece, placed)) == good
    if good:
        assert placed.text == answer


def test_a_message_goes_through_the_whole_pipeline(setup):
    def say(request):
        asked = last(request)
        return (
            asked.replace("You have", "여기에")
            .replace("no item", "물건 없음")
            .replace("# items of {name}", "{name}의 물건 #개")
            .replace("# item}", "물건 #개}")
            .replace(" here.", "가 있다.")
        )

    made = setup(say)
    source = made.file("a.xlf", one(f'<trans-unit id="1"><source>{ITEMS}</source></trans-unit>'))
    done = made.document(source)
    (segment,) = made.store.segments(done.job)
    assert segment.problems == ()
    (target,) = targets(done.output.read_bytes())
    assert target.text == (
        "여기에 {count, plural, =0 {물건 없음} one {물건 #개} other {{name}의 물건 #개}}가 있다."
    )
