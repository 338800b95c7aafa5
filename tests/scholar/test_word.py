"""The Word document opens elsewhere, and its fields are what Zotero's plug-in writes."""

from __future__ import annotations

import html
import io
import json
import re
import shutil
import subprocess
import zipfile

import docx
import pytest
from lxml import etree

from agents.scholar import bib, export, formatted, styles, word
from agents.store.drafts import Draft, Paragraph, Sentence, report

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ENTRIES = bib.parse(r"""
@article{kim:a/1, title={Deep & "odd" <things>}, author={Kim, Ana}, journal={J}, year=2021}
@article{hong, title={한국어 논문}, author={홍길동}, journal={정보과학회논문지}, year=2020}
@misc{bare, title={Bare}}
""").entries
SENTENCES = (
    Sentence("One is shown <here> & “there”.", ("kim:a/1",), "supported", "Quoted."),
    Sentence("한국어 문장이다.", ("hong", "bare"), "flagged", "", "scholar.no_support"),
    Sentence("Control \x0b letters.", ("gone",), "supported", opens=True),
    Sentence("Nothing.", (), "flagged"),
)


def draft_of(sentences=SENTENCES, entries=ENTRIES):
    paragraphs = (Paragraph(0, "테마 & theme", tuple(sentences)),)
    known = {entry.work.key for entry in entries}
    works = tuple(entry.work for entry in entries)
    return Draft(1, "t", paragraphs, works, report(paragraphs, known), tuple(entries))


def made(style="apa", *, fields=True, draft=None):
    return word.write(formatted.document(draft or draft_of(), styles.load(style)), fields=fields)


def part(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def codes(data):
    root = etree.fromstring(part(data, "word/document.xml").encode())
    return [node.text.strip() for node in root.iter(f"{W}instrText")]


@pytest.mark.parametrize("style", styles.FILES)
@pytest.mark.parametrize("fields", [True, False])
def test_python_docx_opens_it_and_reads_every_sentence(style, fields):
    found = docx.Document(io.BytesIO(made(style, fields=fields)))
    texts = [paragraph.text for paragraph in found.paragraphs]
    assert [p.style.name for p in found.paragraphs[:2]] == ["Heading 1", "Heading 2"]
    assert texts[1] == "테마 & theme"
    assert texts[2].startswith("One is shown <here> & “there”")
    assert "한국어 문장이다" in texts[2]
    assert texts[3].startswith("Control � letters (gone?). Nothing.")
    assert [p.style.name for p in found.paragraphs].count("Bibliography") == 3
    assert any("한국어 논문" in text for text in texts[4:])


def test_citations_are_zoteros_fields_with_whole_items():
    found = codes(made())
    assert len(found) == 3  # an unknown work is text, not a field
    for code in found[:2]:
        assert code.startswith("ADDIN ZOTERO_ITEM CSL_CITATION {")
    citation = json.loads(found[0].removeprefix("ADDIN ZOTERO_ITEM CSL_CITATION "))
    assert set(citation) == {"citationID", "properties", "citationItems", "schema"}
    assert citation["properties"]["formattedCitation"] == "(Kim, 2021)"
    (item,) = citation["citationItems"]
    assert item["id"] == item["itemData"]["id"] == "kim:a/1"
    assert item["itemData"]["title"] == 'Deep & "odd" <things>'
    assert item["itemData"]["author"] == [{"family": "Kim", "given": "Ana"}]
    assert item["uris"]
    two = json.loads(found[1].removeprefix("ADDIN ZOTERO_ITEM CSL_CITATION "))
    assert [one["id"] for one in two["citationItems"]] == ["hong", "bare"]
    assert two["citationID"] != citation["citationID"]
    assert re.fullmatch(r"ADDIN ZOTERO_BIBL \{.*\} CSL_BIBLIOGRAPHY", found[2])


def test_each_field_begins_is_parted_and_ends():
    root = etree.fromstring(part(made(), "word/document.xml").encode())
    kinds = [node.get(f"{W}fldCharType") for node in root.iter(f"{W}fldChar")]
    assert kinds == ["begin", "separate", "end"] * 3


def test_preferences_name_the_style():
    text = part(made("ieee"), "docProps/custom.xml")
    values = re.findall(r'name="ZOTERO_PREF_\d+"><vt:lpwstr>(.*?)</vt:lpwstr>', text)
    assert all(len(html.unescape(value)) <= 255 for value in values)
    whole = etree.fromstring(html.unescape("".join(values)))
    assert whole.find("style").get("id") == "http://www.zotero.org/styles/ieee"
    assert whole.find("prefs/pref").attrib == {"name": "fieldType", "value": "Field"}
    plain = made("ieee", fields=False)
    assert "ZOTERO" not in part(plain, "docProps/custom.xml")
    assert codes(plain) == []


def test_the_same_draft_gives_the_same_bytes():
    assert made() == made()


def test_every_part_is_well_formed_and_named():
    data = made()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        for name in names:
            etree.fromstring(package.read(name))
        types = package.read("[Content_Types].xml").decode()
    named = set(re.findall(r'PartName="/([^"]+)"', types))
    assert named == {name for name in names if name.endswith(".xml") and "rels" not in name} - {
        "[Content_Types].xml"
    }


def test_raised_numbers_touch_the_word_before(tmp_path):
    found = docx.Document(io.BytesIO(made("nature")))
    runs = found.paragraphs[2].runs
    at = next(n for n, run in enumerate(runs) if run.text == "1")
    assert runs[at].font.superscript
    assert found.paragraphs[2].text.startswith("One is shown <here> & “there”1.")


def test_a_draft_that_cites_nothing_has_no_bibliography():
    draft = draft_of([Sentence("Nothing.", (), "flagged")], ())
    found = docx.Document(io.BytesIO(made(draft=draft)))
    assert [p.text for p in found.paragraphs][-1] == "Nothing."


def test_libreoffice_opens_it(tmp_path):
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not installed")
    path = tmp_path / "draft.docx"
    export.write(draft_of(), path, export.Form("apa"))
    subprocess.run(  # noqa: S603 - the program that was found
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "txt:Text (encoded):UTF8", "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    text = (tmp_path / "draft.txt").read_text("utf-8-sig")
    assert "One is shown <here> & “there” (Kim, 2021)." in text
    assert "한국어 문장이다 (Bare, n.d.; 홍길동, 2020)." in text
    assert "ADDIN" not in text
