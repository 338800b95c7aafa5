from __future__ import annotations

import polib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.base import UserError
from agents.translation import work
from agents.translation.formats import po_read
from agents.translation.formats.po import PoDocument
from agents.translation.inline import Rich
from agents.translation.korean import Korean
from agents.translation.pseudo import pseudo

KOREAN = Korean()

CATALOGUE = r"""# A comment.
#, fuzzy
msgid ""
msgstr ""
"PO-Revision-Date: YEAR-MO-DA HO:MI+ZONE\n"
"Language: \n"
"Content-Type: text/plain; charset=CHARSET\n"

#: a.py:3
msgid "The cat sleeps."
msgstr ""

#: a.py:4
#, python-format
msgctxt "menu"
msgid "Delete %(count)d files?\n"
msgstr ""

#, fuzzy
#| msgid "Old one"
msgid "New one"
msgstr "옛것"

msgid "Done already"
msgstr "이미 됨"

#, c-format
msgid "%d cat"
msgid_plural "%d cats sleep"
msgstr[0] ""
msgstr[1] ""

#~ msgid "Gone away"
#~ msgstr ""
"""


def run(data: bytes, change, target="ko") -> bytes:
    opened = PoDocument(data, "x.po", target)
    pieces, _ = work.read(opened, KOREAN)
    return opened.write(
        {
            n: [(p, change(p.rich) if p.segment >= 0 else None) for p in parts]
            for n, parts in pieces.items()
        }
    )


def test_only_what_has_no_translation_is_read():
    texts = [p.rich.text for p in PoDocument(CATALOGUE.encode(), "x.pot", "ko").paragraphs]
    assert texts == ["The cat sleeps.", "Delete %(count)d files?\n", "New one", "%d cats sleep"]
    texts = [p.rich.text for p in PoDocument(CATALOGUE.encode(), "x.pot", "en").paragraphs]
    assert texts[-2:] == ["%d cat", "%d cats sleep"]


def test_new_translations_are_fuzzy_and_the_rest_stays():
    data = CATALOGUE.encode()
    assert run(data, lambda rich: None) == data
    made = run(data, pseudo).decode()
    read = polib.pofile(made)
    assert read.metadata["Language"] == "ko"
    assert read.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert "charset=UTF-8" in made
    assert "YEAR-MO-DA" not in made
    new = [entry for entry in read if entry.msgid != "Done already" and not entry.obsolete]
    assert len(new) == 4
    assert all(entry.fuzzy for entry in new)
    assert set(new[1].flags) == {"fuzzy", "python-format"}
    assert new[1].msgstr.endswith("\n")
    assert "%(count)d" in new[1].msgstr
    assert new[2].previous_msgid == "Old one"
    assert list(new[3].msgstr_plural) == [0]
    for kept in (
        'msgstr "이미 됨"',
        '#~ msgid "Gone away"\n#~ msgstr ""\n',
        "#: a.py:3\n#, fuzzy\n",
    ):
        assert kept in made


def test_english_has_two_forms():
    read = polib.pofile(run(CATALOGUE.encode(), pseudo, "en").decode())
    assert sorted(read.find("%d cat").msgstr_plural) == [0, 1]


def test_a_message_is_translated_whole_or_stays_empty():
    data = b'msgid "The cat sleeps. The dog runs."\nmsgstr ""\n'
    assert run(data, lambda r: Rich("고양이.") if "cat" in r.text else None) == data
    assert "고양이. 고양이.".encode() in run(data, lambda r: Rich("고양이."))


@pytest.mark.parametrize(
    ("source", "target", "good"),
    [
        ("%s in %d", "%d 안의 %s", False),
        ("%s in %d", "%s 안의 %d", True),
        ("%1$s in %2$d", "%2$d 안의 %1$s", True),
        ("%(a)s in %(b)s", "%(b)s 안의 %(a)s", True),
        ("%s here", "여기", False),
        ("here", "여기 %s", False),
        ("100%% here", "여기 100%%", True),
        ("{a} in {b}", "{b} 안의 {a}", True),
        ("{a} in {b}", "{b} 안의 {b}", False),
    ],
)
def test_placeholders_can_be_filled(source, target, good):
    data = f'msgid "{source}"\nmsgstr ""\n'.encode()
    opened = PoDocument(data, "x.po", "ko")
    pieces, _ = work.read(opened, KOREAN)
    piece = next(p for p in pieces["m0"] if p.segment >= 0)
    assert opened.fits("m0", piece, Rich(target)) is good


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ('msgid "a"\nmsgstr "b\n', 2),
        ('msgid "a"\n', 2),
        ("hello\n", 1),
        ('"a"\n', 1),
        ('msgstr "a"\n', 1),
        ('msgid "a"\nmsgid "b"\nmsgstr ""\n', 2),
        ('msgid "a"\nmsgstr ""\nmsgstr ""\n', 3),
    ],
)
def test_what_is_no_catalogue_is_told(data, line):
    with pytest.raises(UserError) as caught:
        run(data.encode(), pseudo)
    assert caught.value.code == "translation.po_broken"
    assert dict(caught.value.values)["line"] == line


def test_the_catalogue_of_another_language_is_refused():
    data = CATALOGUE.replace("Language: ", "Language: de_AT").encode()
    with pytest.raises(UserError) as caught:
        run(data, pseudo)
    assert caught.value.code == "translation.po_language"


def test_the_empty_catalogue_of_the_source_language_is_a_template():
    data = CATALOGUE.replace("이미 됨", "").replace("옛것", "")
    data = data.replace("Language: ", "Plural-Forms: nplurals=2; plural=(n != 1);\\nLanguage: en")
    read = polib.pofile(run(data.encode(), pseudo).decode())
    assert read.metadata["Language"] == "ko"
    assert list(read.find("%d cat").msgstr_plural) == [0]


@pytest.mark.parametrize("charset", ["EUC-KR", "ISO-8859-1", "UTF-8"])
def test_the_charset_of_the_header_counts(charset):
    text = CATALOGUE.replace("CHARSET", charset)
    if charset == "ISO-8859-1":
        text = text.replace("옛것", "é").replace("이미 됨", "é")
    data = text.encode(charset)
    assert run(data, lambda rich: None) == data
    made = run(data, lambda rich: Rich(rich.text.replace("cat", "café 한")))
    assert "café 한" in made.decode()
    assert b"charset=UTF-8" in made


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.text(alphabet=st.sampled_from(list('ab "\\\n\t\r한%{}')), min_size=1), max_size=5)
)
def test_strings_are_read_as_polib_reads_and_come_back(texts):
    catalogue = polib.POFile(wrapwidth=30)
    for number, text in enumerate(texts):
        catalogue.append(polib.POEntry(msgctxt=str(number), msgid=text))
    data = str(catalogue).encode()
    found = [e.get("msgid") for e in po_read.entries(data.decode(), "x") if e.get("msgctxt")]
    assert [po_read.plain(one.text) for one in found] == [entry.msgid for entry in catalogue]
    assert run(data, lambda rich: None) == data
    again = polib.pofile(run(data, pseudo).decode())
    assert [entry.msgid for entry in again] == [entry.msgid for entry in catalogue]
