"""The release: what it is made of, what its index says, and that nothing in it floats."""

from __future__ import annotations

import hashlib
import json
import os
import plistlib
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import icons
import product
import pytest
import release_files
import sbom
import windows_package

from agents.translation.formats import FORMATS
from app import updates
from app.paths import APP

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")


def test_what_installers_say_is_what_the_project_says():
    found = product.product()
    assert product.TITLE == APP
    assert found.identifier == "io.github.moadesk.moadesk"
    assert product.filled("@TITLE@ @VERSION@", product.values(found)) == f"{APP} {found.version}"


def test_a_placeholder_that_nobody_fills_stops_the_build():
    with pytest.raises(KeyError):
        product.filled("@NOBODY@", product.values(product.product()))


def test_every_document_that_is_offered_can_be_opened():
    endings = {f".{document.ending}" for document in product.DOCUMENTS}
    assert endings <= set(FORMATS)
    shipped = {".docx", ".pptx", ".xlsx", ".odt", ".hwpx", ".pdf", ".epub", ".md", ".srt", ".xlf"}
    assert shipped <= endings


# -- Icons --


def test_the_icon_is_drawn_in_every_size_from_its_one_source(tmp_path):
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(ROOT / "packaging" / "icons.py"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    from PIL import Image

    for size in icons.SIZES:
        with Image.open(tmp_path / f"{size}.png") as picture:
            assert picture.size == (size, size)
    with Image.open(tmp_path / "app.ico") as picture:
        assert picture.info["sizes"] == {(size, size) for size in icons.ICO_SIZES}
    with Image.open(tmp_path / "app.icns") as picture:
        assert {size[0] for size in picture.info["sizes"]} == set(icons.ICNS_KINDS)
    with Image.open(tmp_path / "16.png") as picture:  # sharp: the stem of the M is white, not grey
        assert picture.getpixel((3, 8)) == (255, 255, 255, 255)
        assert picture.getpixel((2, 8))[:3] == picture.getpixel((1, 8))[:3]


def test_a_bitmap_stands_on_its_head():
    two_rows = bytes(range(16))  # two by two pixels
    made = icons.bitmap(two_rows, 2)
    assert struct.unpack_from("<Iii", made) == (40, 2, 4)
    assert made[40:56] == two_rows[8:] + two_rows[:8]
    assert len(made) == 40 + 16 + 8  # a mask of one line of 4 bytes for each row


# -- The index and the sums --


def _packages(folder):
    names = (
        "linux/moadesk_0.1.0_amd64.deb",
        "linux/MoA-Desk-0.1.0-linux-x86_64.run",
        "windows/MoA-Desk-0.1.0-windows-x64.exe",
        "windows/MoA-Desk-0.1.0-windows-x64-portable.zip",
        "mac/MoA-Desk-0.1.0-macos-arm64.dmg",
    )
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode())
        (file.parent / "SHA256SUMS").write_text("of one system", "utf-8")
    return [name.split("/")[1] for name in names]


def test_a_release_has_every_file_its_sums_and_an_index_the_program_reads(tmp_path):
    names = _packages(tmp_path / "packages")
    release = tmp_path / "release"
    made = release_files.collect(tmp_path / "packages", release)
    assert {file.name for file in made} == {*names, "moadesk-update.json", "SHA256SUMS"}
    sums = dict(
        reversed(line.split("  "))
        for line in (release / "SHA256SUMS").read_text("utf-8").splitlines()
    )
    for name in names:
        assert sums[name] == hashlib.sha256((release / name).read_bytes()).hexdigest()
    import msgspec

    told = msgspec.json.decode((release / updates.INDEX).read_bytes(), type=updates.Index)
    assert told.version == product.product().version
    kinds = {(file.system, file.machine, file.kind) for file in told.files}
    assert kinds == {
        ("linux", "x86_64", "deb"),
        ("linux", "x86_64", "run"),
        ("windows", "x86_64", "exe"),
        ("macos", "arm64", "dmg"),
    }
    assert all(file.sha256 == sums[file.name] for file in told.files)


def test_two_files_of_one_name_stop_the_release(tmp_path):
    for part in ("a", "b"):
        (tmp_path / "packages" / part).mkdir(parents=True)
        (tmp_path / "packages" / part / "same.deb").write_bytes(part.encode())
    with pytest.raises(ValueError, match=r"same\.deb"):
        release_files.collect(tmp_path / "packages", tmp_path / "release")


def test_the_changelog_says_something_of_this_version():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert release_files.notes(text, product.product().version)
    with pytest.raises(ValueError, match="99"):
        release_files.notes(text, "99")


# -- The bill of materials --


def test_the_bill_names_what_is_shipped():
    rows = [
        {"name": "numpy", "version": "2.3", "licence": "BSD-3-Clause", "kind": "python"},
        {"name": "libxcb1", "version": "1.15-1", "licence": "several", "kind": "library"},
        {"name": "SmolLM2", "version": "", "licence": "Apache-2.0", "kind": "model"},
    ]
    made = json.loads(json.dumps(sbom.bill(rows, product.product(), 0)))
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    numpy, libxcb, model = made["components"]
    assert numpy["purl"] == "pkg:pypi/numpy@2.3"
    assert numpy["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert libxcb["licenses"] == [{"license": {"name": "several"}}]
    assert model["type"] == "machine-learning-model"
    references = [part["bom-ref"] for part in made["components"]]
    assert made["dependencies"][0]["dependsOn"] == references
    assert len(set(references)) == 3


# -- Windows --


@pytest.mark.skipif(not shutil.which("makensis"), reason="no NSIS")
def test_the_windows_installer_compiles_with_names_in_hangul(tmp_path):
    folder, out, drawn = tmp_path / "folder", tmp_path / "out", tmp_path / "icons"
    (folder / "_internal" / "한글 폴더").mkdir(parents=True)
    (folder / "moadesk.exe").write_bytes(b"MZ")
    (folder / "_internal" / "한글 폴더" / "가 나").write_bytes(b"x")
    out.mkdir()
    drawn.mkdir()
    pixel = icons.bitmap(bytes(16 * 16 * 4), 16)
    (drawn / "app.ico").write_bytes(icons.ico({16: pixel}))
    setup, portable = windows_package.build(folder, drawn, out, preset=0)
    assert setup.read_bytes()[:2] == b"MZ"
    import zipfile

    with zipfile.ZipFile(portable) as opened:
        assert any(name.endswith("한글 폴더/가 나") for name in opened.namelist())
    manifests = "".join(file.read_text("utf-8") for file in (out / "winget").iterdir())
    assert hashlib.sha256(setup.read_bytes()).hexdigest().upper() in manifests
    assert "@" not in manifests.replace("@aka", "")


def test_files_are_signed_in_place(tmp_path):
    file = tmp_path / "moa desk.exe"
    file.write_bytes(b"MZ")
    signer = tmp_path / "signer.py"
    signer.write_text("import sys; open(sys.argv[1], 'ab').write(b'signed')", "utf-8")
    windows_package.sign([file], f"{sys.executable} {signer} {{file}}")
    assert file.read_bytes() == b"MZsigned"


def test_what_is_not_signed_is_said(tmp_path, capsys):
    windows_package.sign([tmp_path / "moadesk.exe"], "")
    assert "Not signed: MOADESK_SIGN_COMMAND is not set (moadesk.exe)" in capsys.readouterr().out


def test_the_uninstaller_asks_about_data_and_a_silent_one_keeps_it():
    script = (ROOT / "packaging" / "windows" / "installer.nsi").read_text("utf-8")
    removal = script[script.index('Section "Uninstall"') :]
    question = removal.index("MB_YESNO")
    assert question < removal.index(r'RMDir /r "$LOCALAPPDATA\${TITLE}"')
    assert "MB_DEFBUTTON2" in removal
    assert "/SD IDNO" in removal
    assert "RequestExecutionLevel user" in script
    assert "HKLM" not in script
    for text in re.findall(r"^LangString (\w+) ", script, re.MULTILINE):
        assert script.count(f"LangString {text} ") == 2  # English and Korean


def test_the_installer_and_winget_ask_for_the_same_windows():
    windows = ROOT / "packaging" / "windows"
    script = (windows / "installer.nsi").read_text("utf-8")
    manifest = (windows / "winget" / "ID.installer.yaml").read_text("utf-8")
    (build,) = re.findall(r"\$\{AtLeastBuild\} (\d+)", script)
    assert f"MinimumOSVersion: 10.0.{build}.0" in manifest


# -- macOS --


def test_the_hardened_runtime_is_loosened_by_two_rights_only():
    file = ROOT / "packaging" / "macos" / "entitlements.plist"
    with file.open("rb") as opened:
        rights = plistlib.load(opened)
    assert rights == {
        "com.apple.security.cs.allow-unsigned-executable-memory": True,
        "com.apple.security.cs.disable-library-validation": True,
    }


def test_the_oldest_macos_is_the_one_the_readme_names_in_both_languages():
    spec = (ROOT / "packaging" / "moadesk.spec").read_text("utf-8")
    (oldest,) = re.findall(r'"LSMinimumSystemVersion": "(\d+)\.0"', spec)
    readme = (ROOT / "docs" / "README.users.md").read_text("utf-8")
    assert f"| macOS {oldest} or newer |" in readme
    assert f"| macOS {oldest} 이상 |" in readme
    assert f'MACOSX_DEPLOYMENT_TARGET: "{oldest}.0"' in WORKFLOW


@pytest.mark.skipif(not shutil.which("sh"), reason="no shell")
@pytest.mark.parametrize("script", ["macos/keychain.sh", "macos/notarise.sh", "linux/install.sh"])
def test_the_scripts_are_scripts(script):
    file = ROOT / "packaging" / script
    assert subprocess.run(["sh", "-n", file], check=False).returncode == 0  # noqa: S603, S607


@pytest.mark.skipif(not shutil.which("sh"), reason="no shell")
def test_without_a_certificate_it_is_said_that_nothing_is_signed(tmp_path):
    summary = tmp_path / "summary"
    done = subprocess.run(  # noqa: S603 - our own script
        ["sh", ROOT / "packaging" / "macos" / "keychain.sh"],  # noqa: S607
        env={"PATH": os.environ["PATH"], "GITHUB_STEP_SUMMARY": str(summary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert summary.read_text("utf-8") == "macOS: not signed, MACOS_CERTIFICATE is not set.\n"


@pytest.mark.skipif(not shutil.which("sh") or os.name == "nt", reason="no shell")
@pytest.mark.parametrize("keychain", ["", "/tmp/run 1/moadesk.keychain-db"])  # noqa: S108 - a name
def test_the_notary_s_key_is_looked_for_where_it_was_kept(tmp_path, keychain):
    for name in ("xcrun", "spctl"):
        program = tmp_path / name
        program.write_text(
            f'#!/bin/sh\nfor word; do printf "%s|" "$word"; done >>"{tmp_path}/said"\n', "utf-8"
        )
        program.chmod(0o755)
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "MOADESK_NOTARY_KEYCHAIN": keychain}
    script = ROOT / "packaging" / "macos" / "notarise.sh"
    subprocess.run(["sh", script, "MoA Desk.dmg", "moadesk"], env=env, check=True)  # noqa: S603, S607
    said = (tmp_path / "said").read_text("utf-8")
    named = f"--keychain|{keychain}|" if keychain else ""
    wanted = f"notarytool|submit|MoA Desk.dmg|--keychain-profile|moadesk|{named}--wait|"
    assert said.startswith(wanted)
    kept = (ROOT / "packaging" / "macos" / "keychain.sh").read_text("utf-8")
    assert 'echo "MOADESK_NOTARY_KEYCHAIN=$keychain" >>"$GITHUB_ENV"' in kept


# -- The workflow --


def test_every_action_is_pinned_by_its_commit():
    used = re.findall(r"uses:\s*(\S+)", WORKFLOW)
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", name)] == []


def test_the_workflow_may_only_do_what_it_needs():
    assert re.search(r"^permissions: \{\}$", WORKFLOW, re.MULTILINE)
    build, release = WORKFLOW.split("\n  release:\n")
    assert "write" not in build.partition("jobs:")[2]
    assert sorted(re.findall(r"^ {6}([\w-]+): write", release, re.MULTILINE)) == [
        "attestations",
        "contents",
        "id-token",
    ]
    assert WORKFLOW.count("persist-credentials: false") == WORKFLOW.count("actions/checkout@")


def test_what_a_tag_releases_takes_nothing_from_a_cache():
    steps = re.split(r"\n      - ", WORKFLOW)
    caches = [step for step in steps if "actions/cache@" in step]
    assert len(caches) == 1
    assert "if: github.ref_type != 'tag'" in caches[0]


def test_what_builds_other_people_s_code_sees_no_secret():
    steps = re.split(r"\n      - ", WORKFLOW.split("\n  trial:\n")[0])
    commands = [step for step in steps if "packaging/dev.py package" in step]
    frozen, *made = commands
    assert "package -- --only-freeze" in frozen
    assert all("package -- --no-freeze" in step for step in made)
    with_secrets = [number for number, step in enumerate(steps) if "secrets." in step]
    assert with_secrets
    assert min(with_secrets) > steps.index(frozen)
    assert "secrets." not in WORKFLOW.split("\n  trial:\n")[1]
    azure = next(step for step in steps if "AZURE_CLIENT_SECRET" in step)
    assert "if: runner.os == 'Windows'" in azure


def test_no_runner_is_one_that_github_has_taken_away():
    runners = re.findall(r"run(?:s-on|ner): ([\w.-]+\d[\w.-]*)", WORKFLOW)
    assert len(runners) == 7
    gone = {"macos-12", "macos-13", "macos-14", "ubuntu-20.04", "windows-2019"}
    assert not gone & set(runners)


def test_what_signs_is_of_one_version():
    installed = re.findall(r"dotnet tool install .*", WORKFLOW)
    assert installed
    assert all(re.search(r"--version \d+\.\d+\.\S+$", line) for line in installed)


def test_nothing_is_released_that_was_not_tried_as_a_stranger():
    trial, release = WORKFLOW.split("\n  trial:\n")[1].split("\n  release:\n")
    assert "try_deb.py packages/*_amd64.deb" in trial
    assert "try_cpus.py unpacked" in trial
    assert "needs: [build, trial]" in release
    # The emulator knows AVX from QEMU 7.2 on: Ubuntu 22.04 has 6.2.
    assert int(re.search(r"runs-on: ubuntu-(\d+)\.04", trial)[1]) >= 24


def test_no_text_from_outside_becomes_a_command():
    runs = re.findall(r"run: [|>]?-?\n?((?: {10,}.*\n|.+\n)+?)(?=\n|      - )", WORKFLOW)
    assert runs
    assert [text for text in runs if "${{" in text] == []
