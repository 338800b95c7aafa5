"""ICU's data made smaller: what Qt asks it for is answered as before."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import icu
import pytest

HEAD = b"\x20\x00\xda\x27" + bytes(8) + b"CmnD" + bytes(16)
ASKED = """
import sys
from PySide6.QtCore import QCollator, QDate, QLocale, QStringDecoder
words = ["나무", "zebra", "가위", "éclair", "Apple", "apple", "漢字", "다람쥐", "Zoo", "ähnlich"]
for name in ("ko_KR", "en_US", "C"):
    order = QCollator(QLocale(name))
    print(name, sorted(words, key=order.sortKey), QLocale(name).toUpper("straße i éclair 가"))
    print(QLocale(name).toString(QDate(2026, 11, 29), QLocale.FormatType.LongFormat))
for name in ("EUC-KR", "windows-949", "Shift_JIS", "GB18030"):
    print(name, QStringDecoder(name).isValid())
"""


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("icudt73l/ko.res", True),
        ("icudt73l/coll/ko_KR.res", True),
        ("icudt73l/curr/en_GB.res", True),
        ("icudt73l/coll/root.res", True),
        ("icudt73l/unit/pool.res", True),
        ("icudt73l/zone/res_index.res", True),
        ("icudt73l/zoneinfo64.res", True),
        ("icudt73l/ibm-949_P110-1999.cnv", True),
        ("icudt73l/brkitr/line.brk", True),
        ("icudt73l/nfkc.nrm", True),
        ("icudt73l/unit/fr.res", False),
        ("icudt73l/lang/zh_Hant_TW.res", False),
        ("icudt73l/region/fil.res", False),
        ("icudt73l/brkitr/khmerdict.dict", False),
    ],
)
def test_what_is_no_language_s_stays_and_of_languages_ours(name, stays):
    assert icu.wanted(name) is stays


def test_a_package_is_read_and_written_again_with_every_item_in_its_place():
    items = [icu.Item("icudt73l/a.res", b"one"), icu.Item("icudt73l/b/c.icu", b"second" * 9)]
    package = icu.written(HEAD, items)
    assert icu.read(package)[0] == HEAD
    again = icu.read(package)[1]
    assert [item.name for item in again] == [item.name for item in items]
    for item, before in zip(again, items, strict=True):
        assert item.content.rstrip(b"\0") == before.content
        assert package.index(before.content) % 16 == 0


def test_what_is_no_package_is_refused():
    with pytest.raises(ValueError, match="no package"):
        icu.read(b"\x7fELF" + bytes(100))


def test_a_library_that_is_not_icu_s_stays_as_it_was(tmp_path):
    library = tmp_path / "libicudata.so.73"
    library.write_bytes(b"\x7fELF and nothing more")
    assert icu.slim(library) == 0
    assert library.read_bytes() == b"\x7fELF and nothing more"


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or not shutil.which("ld"), reason="Linux, with binutils"
)
def test_qt_sorts_capitalises_and_knows_encodings_as_before(tmp_path):
    own = Path(find_spec("PySide6").origin).parent / "Qt" / "lib"
    (original,) = own.glob("libicudata.so.*")
    library = Path(shutil.copy(original, tmp_path))
    saved = icu.slim(library)
    assert saved > original.stat().st_size / 2
    assert library.stat().st_mode == original.stat().st_mode
    assert [file.name for file in tmp_path.iterdir()] == [library.name]

    def said(folder, language):
        env = {**os.environ, "LD_LIBRARY_PATH": str(folder), "LC_ALL": language}
        loaded = "print(any(sys.argv[1] in line for line in open('/proc/self/maps')))"
        words = [sys.executable, "-c", ASKED + loaded, str(library)]
        return subprocess.run(words, env=env, capture_output=True, text=True, check=True)  # noqa: S603

    for language in ("C.UTF-8", "ko_KR.UTF-8", "fr_FR.UTF-8"):
        before, after = said(own, language).stdout, said(tmp_path, language).stdout
        assert after.endswith("True\n"), "it is the smaller one that was asked"
        assert after.removesuffix("True\n") == before.removesuffix("False\n")
        assert "EUC-KR True" in after
