"""What every test can ask for: the command line on a desk of its own."""

from __future__ import annotations

import pytest

from app import i18n
from app.__main__ import main
from app.paths import assets_dir


def pytest_configure(config):
    # What the offscreen platform cannot do, and says so each time; real ones can.
    for what in (r"propagateSizeHints\(\)", r"raise\(\)", "grabbing the keyboard"):
        config.addinivalue_line("qt_log_ignore", f"This plugin does not support {what}")


@pytest.fixture
def moadesk(tmp_path, monkeypatch, capsys):
    """Run the command line in this process; returns (exit code, stdout, stderr)."""
    monkeypatch.setenv("MOADESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as leaving:  # argparse leaves by itself
            code = int(leaving.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    yield run
    i18n.use("en", assets_dir())
