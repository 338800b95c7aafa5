"""The Linux installers: what is in them, what they ask for, and that they leave nothing behind."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import shutil
import subprocess
import sys
import tarfile

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux installers")

import linux_package  # noqa: E402 - beside dev.py, on the path by conftest
import product  # noqa: E402 - likewise

PROGRAM = "#!/bin/sh\necho 0.1.0\n"


@pytest.fixture
def frozen(tmp_path):
    folder = tmp_path / "moadesk"
    (folder / "_internal" / "한글 폴더").mkdir(parents=True)
    (folder / "moadesk").write_text(PROGRAM, "utf-8")
    (folder / "moadesk").chmod(0o755)
    (folder / "_internal" / "한글 폴더" / "a b").write_text("x", "utf-8")
    (folder / "_internal" / "lib.so.1").write_text("library", "utf-8")
    (folder / "_internal" / "lib.so").symlink_to("lib.so.1")
    return folder


@pytest.fixture
def icons(tmp_path):
    folder = tmp_path / "icons"
    folder.mkdir()
    for size in (16, 512):
        (folder / f"{size}.png").write_bytes(b"png")
    return folder


@pytest.fixture(autouse=True)
def fixed(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")


def _members(deb):
    body, place, found = deb.read_bytes(), 8, {}
    while place < len(body):
        name = body[place : place + 16].decode().strip()
        size = int(body[place + 48 : place + 58])
        found[name] = body[place + 60 : place + 60 + size]
        place += 60 + size + size % 2
    return found


def _names(archive):
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(archive))) as opened:
        return {info.name: info for info in opened}


def test_a_deb_has_the_program_the_desktop_s_files_and_no_script(frozen, icons, tmp_path):
    deb = linux_package.deb(frozen, icons, tmp_path, preset=1, needs="libc6 (>= 2.31)")
    members = _members(deb)
    assert list(members) == ["debian-binary", "control.tar.xz", "data.tar.xz"]
    assert set(_names(members["control.tar.xz"])) == {"./control", "./md5sums"}
    data = _names(members["data.tar.xz"])
    for path in (
        "./usr/bin/moadesk",
        "./usr/lib/moadesk/_internal/한글 폴더/a b",
        "./usr/share/applications/moadesk.desktop",
        "./usr/share/icons/hicolor/16x16/apps/moadesk.png",
        "./usr/share/icons/hicolor/scalable/apps/moadesk.svg",
        "./usr/share/man/man1/moadesk.1.gz",
        "./usr/share/mime/packages/moadesk.xml",
        "./usr/share/doc/moadesk/copyright",
    ):
        assert path in data
    assert data["./usr/lib/moadesk/moadesk"].mode == 0o755
    assert data["./usr/lib/moadesk/_internal/lib.so"].linkname == "lib.so.1"
    assert {(info.uid, info.uname) for info in data.values()} == {(0, "root")}


def test_a_library_is_no_program_and_the_changelog_is_debian_s(frozen, icons, tmp_path):
    (frozen / "_internal" / "lib.so.1").chmod(0o755)
    deb = linux_package.deb(frozen, icons, tmp_path, preset=1, needs="libc6 (>= 2.31)")
    data = lzma.decompress(_members(deb)["data.tar.xz"])
    with tarfile.open(fileobj=io.BytesIO(data)) as opened:
        assert opened.getmember("./usr/lib/moadesk/_internal/lib.so.1").mode == 0o644
        packed = opened.extractfile("./usr/share/doc/moadesk/changelog.gz").read()
        overrides = opened.extractfile("./usr/share/lintian/overrides/moadesk").read().decode()
    told = gzip.decompress(packed).decode().splitlines()
    assert told[0] == f"moadesk ({product.product().version}) unstable; urgency=medium"
    assert told[2].startswith("  * ")
    assert told[-1].endswith(">  Sun, 15 Jun 2025 15:06:40 +0000")
    assert "moadesk: embedded-library" in overrides


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="no dpkg")
@pytest.mark.parametrize("preset", [0, 1])
def test_dpkg_reads_the_deb(frozen, icons, tmp_path, preset):
    deb = linux_package.deb(frozen, icons, tmp_path, preset=preset, needs="libc6 (>= 2.31)")
    fields = subprocess.run(  # noqa: S603 - our own package
        ["dpkg-deb", "--field", deb],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"Version: {product.product().version}\n" in fields
    assert "Depends: libc6 (>= 2.31)\n" in fields
    assert product.product().homepage in fields
    subprocess.run(["dpkg-deb", "--extract", deb, tmp_path / "out"], check=True)  # noqa: S603, S607
    assert (tmp_path / "out/usr/bin/moadesk").resolve().read_text("utf-8") == PROGRAM


def test_the_same_input_gives_the_same_bytes(frozen, icons, tmp_path):
    first = linux_package.deb(frozen, icons, tmp_path, preset=0, needs="a").read_bytes()
    os.utime(frozen / "moadesk", (1, 1))
    assert linux_package.deb(frozen, icons, tmp_path, preset=0, needs="a").read_bytes() == first


def test_what_is_asked_of_the_system_becomes_packages():
    asked = linux_package.elf.Asked(frozenset({"libEGL.so.1", "libc.so.6", "libX11.so.6"}), (2, 35))
    known = {"libEGL.so.1": "libegl1", "libX11.so.6": "libx11-6"}
    needs = linux_package.depends(asked, known)
    assert needs == f"libc6 (>= 2.35), libegl1, libx11-6, {linux_package.ALWAYS}"


def test_a_library_that_nobody_knows_stops_the_build():
    asked = linux_package.elf.Asked(frozenset({"libstrange.so.1"}), (2, 31))
    with pytest.raises(ValueError, match=r"libstrange\.so\.1"):
        linux_package.depends(asked, {})


def test_what_a_program_asks_for_is_read_from_it(tmp_path):
    shutil.copy(shutil.which("sort"), tmp_path / "program")
    asked = linux_package.elf.asked(tmp_path)
    assert "libc.so.6" in asked.libraries
    assert asked.glibc >= (2, 2)


def test_a_library_that_comes_along_is_not_asked_for(tmp_path):
    shutil.copy(shutil.which("sort"), tmp_path / "program")
    (tmp_path / "libc.so.6").write_bytes(b"ours")
    assert "libc.so.6" not in linux_package.elf.asked(tmp_path).libraries


@pytest.mark.parametrize(
    ("program", "name", "words"),
    [
        ("desktop-file-validate", "moadesk.desktop", []),
        ("appstreamcli", "x.metainfo.xml", ["validate", "--no-net"]),
        ("xmllint", "x.mime.xml", ["--noout"]),
    ],
)
def test_the_desktop_s_own_checkers_accept_our_files(tmp_path, program, name, words):
    if not shutil.which(program):
        pytest.skip(f"no {program}")
    template = name.replace("x.", "moadesk.")
    about = product.product()
    text = linux_package.template(template, about, EXEC="/usr/bin/moadesk", TRYEXEC="moadesk")
    file = tmp_path / name.replace("x.", f"{about.identifier}.")
    file.write_bytes(text)
    done = subprocess.run(  # noqa: S603 - a checker of the system
        [program, *words, file], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr if done.returncode else "") == (0, "")


# -- The file that installs itself --


@pytest.fixture
def installer(frozen, icons, tmp_path):
    return linux_package.self_extracting(frozen, icons, tmp_path, preset=0)


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "집 home & co"
    folder.mkdir()
    return folder


def _run(installer, home, *words, language="C.UTF-8"):
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": language}
    command = ["sh", str(installer), *map(str, words)]
    return subprocess.run(  # noqa: S603 - our own script
        command, env=env, capture_output=True, text=True, check=False
    )


def test_it_installs_for_one_user_and_removes_itself_but_not_the_data(installer, home):
    done = _run(installer, home)
    assert (done.returncode, done.stderr) == (0, "")
    launcher = home / ".local/bin/moadesk"
    assert launcher.resolve().read_text("utf-8") == PROGRAM
    desktop = (home / ".local/share/applications/moadesk.desktop").read_text("utf-8")
    assert f'Exec="{launcher}" %F' in desktop
    assert f"TryExec={launcher}\n" in desktop
    assert (home / ".local/share/icons/hicolor/16x16/apps/moadesk.png").is_file()
    data = home / ".local/share/MoA Desk/moadesk.sqlite3"
    data.parent.mkdir()
    data.write_bytes(b"mine")
    assert _run(installer, home).returncode == 0  # over itself
    done = _run(installer, home, "--uninstall")
    assert done.returncode == 0
    assert "MoA Desk" in done.stdout
    left = {path for path in home.rglob("*") if path.is_file() or path.is_symlink()}
    assert {path for path in left if "mime" not in path.parts and path.suffix != ".cache"} == {data}


def test_a_portable_copy_is_unpacked_where_it_is_wanted(installer, home):
    goal = home / "프로그램 폴더"
    assert _run(installer, home, "--extract", goal).returncode == 0
    assert (goal / "program/moadesk").read_text("utf-8") == PROGRAM
    assert sorted(path.name for path in home.iterdir()) == [goal.name]


def test_a_folder_of_somebody_else_is_not_touched(installer, home):
    goal = home / "papers"
    goal.mkdir()
    (goal / "thesis.tex").write_text("x", "utf-8")
    done = _run(installer, home, "--extract", goal)
    assert done.returncode == 1
    assert "is there already and is not MoA Desk" in done.stderr
    assert [path.name for path in home.rglob("*")] == ["papers", "thesis.tex"]


@pytest.mark.parametrize(("language", "said"), [("C.UTF-8", "damaged"), ("ko_KR.UTF-8", "손상")])
def test_a_damaged_download_is_refused_in_the_user_s_language(installer, home, language, said):
    with installer.open("r+b") as file:
        file.truncate(installer.stat().st_size - 10)
    done = _run(installer, home, language=language)
    assert done.returncode == 1
    assert said in done.stderr
    assert not list(home.iterdir())


def test_a_program_that_does_not_start_there_is_not_installed(frozen, icons, home, tmp_path):
    (frozen / "moadesk").write_text("#!/bin/sh\nexit 127\n", "utf-8")
    broken = linux_package.self_extracting(frozen, icons, tmp_path, preset=0)
    done = _run(broken, home)
    assert done.returncode == 1
    assert "does not start" in done.stderr
    assert not [path for path in home.rglob("*") if path.is_file()]


def test_too_little_room_is_said_before_anything_is_written(installer, home, tmp_path, monkeypatch):
    df = tmp_path / "df"
    df.write_text("#!/bin/sh\necho head\necho disk 100 90 10 9% /\n", "utf-8")
    df.chmod(0o755)
    monkeypatch.setattr(product, "folder_size", lambda _folder: 300 << 20)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    text = installer.read_bytes().replace(b"-gt 1 ]", b"-gt 400000 ]")
    installer.write_bytes(text)
    done = _run(installer, home)
    assert done.returncode == 1
    assert "not enough room" in done.stderr
    assert not list(home.iterdir())


@pytest.mark.parametrize("word", ["--check", "--help"])
def test_it_can_be_asked_without_installing(installer, home, word):
    assert _run(installer, home, word).returncode == 0
    assert not list(home.iterdir())
