"""ONNX Runtime keeps no record of the machine: what runs here stays here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASKED = """
from agents.entities.folder import runtime
onnx = runtime()
onnx.InferenceSession("tests/entities/tiny_gliner/model.onnx")
print("ONNX Runtime", onnx.__version__)
"""


def test_nothing_is_written_about_the_machine(tmp_path):
    """Loaded with its telemetry, it writes an identifier and a database there at once."""
    home = tmp_path / "집"
    home.mkdir()
    places = ("HOME", "XDG_CACHE_HOME", "TMPDIR", "LOCALAPPDATA", "APPDATA", "USERPROFILE", "TEMP")
    env = {**os.environ, **dict.fromkeys(places, str(home)), "PYTHONPATH": str(ROOT)}
    env.pop("ORT_DISABLE_TELEMETRY", None)
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", ASKED],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "ONNX Runtime" in done.stdout
    assert [path.relative_to(home) for path in home.rglob("*")] == []


def test_it_is_loaded_in_one_place_only():
    sources = [path for part in ("agents", "app") for path in (ROOT / part).rglob("*.py")]
    loading = re.compile(r"^\s*(import|from) onnxruntime", re.MULTILINE)
    found = [path for path in sources if loading.search(path.read_text("utf-8"))]
    assert [path.relative_to(ROOT).as_posix() for path in found] == ["agents/entities/folder.py"]
