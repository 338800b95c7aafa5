"""A file that is mapped may be overwritten, cut short or removed by others at any moment."""

from __future__ import annotations

import mmap
import subprocess
import sys
import time

import pytest

from agents.engine import mapped
from agents.engine.lease import Lease

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="leases are Linux's")

SIZE = 1 << 20
# The first waits, the second is sent away and comes again.
CUT = "import sys; open(sys.argv[1], 'wb').write(b'new')"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "weights.gguf"
    path.write_bytes(bytes(range(256)) * (SIZE // 256))
    lease = Lease(path)
    if not lease.held:
        pytest.skip("a file system without leases")
    yield path, lease
    lease.close()


def test_who_overwrites_a_mapped_file_waits_and_the_mapping_keeps_its_content(file):
    path, lease = file
    with path.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
        assert data[:4] == b"\0\1\2\3"
        subprocess.run([sys.executable, "-c", CUT, str(path)], check=True, timeout=40)  # noqa: S603 - our own code
        assert path.read_bytes() == b"new"
        assert data[:] == bytes(range(256)) * (SIZE // 256)  # a SIGBUS without the lease
        assert lease.copied == SIZE
        assert not lease.held
        assert mapped.resident(path) == 0


def test_who_does_not_wait_is_refused_at_first(file):
    path, lease = file
    with path.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
        command = ["truncate", "--size=0", str(path)]
        deadline = time.monotonic() + 30
        while subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603 - fixed words
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert data[-1] == 255
        assert lease.copied == SIZE


def test_replacing_and_removing_disturb_nobody(file, tmp_path):
    path, lease = file
    with path.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
        (tmp_path / "other").write_bytes(b"new")
        (tmp_path / "other").replace(path)
        assert data[-1] == 255
        path.unlink()
        assert data[SIZE // 2] == 0
        assert (lease.copied, lease.held) == (0, True)


def test_a_lease_that_was_given_back_keeps_nobody(file):
    path, lease = file
    lease.close()
    lease.close()
    path.write_bytes(b"new")
    assert lease.copied == 0


def test_a_file_that_somebody_writes_to_is_used_without(tmp_path):
    path = tmp_path / "weights.gguf"
    with path.open("wb"):
        lease = Lease(path)
        assert not lease.held
    lease.close()
    Lease(tmp_path / "absent").close()
