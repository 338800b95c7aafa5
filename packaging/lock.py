"""Regenerate the lock files: `python3 packaging/dev.py lock [--upgrade]` (needs uv).

The law: one resolution for everything that is installed side by side, so no two lock files can
disagree; every file of every package carries its hash; no index address is written down.

The extra `gliner` needs an older huggingface-hub than the rest, so its environment has a lock of
its own: complete, except for PyTorch and the GPU libraries it asks for, which differ by platform.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "lock"
PYTHON = "3.11"  # the oldest we run on; `--universal` covers the newer ones and every platform
GROUPS = ("dev", "freeze", "setup", "native")
LLAMA = "llama-cpp-python"
NOT_LOCKED = re.compile(r"(torch|triton|nvidia-.*|cuda-.*)$")
HEAD = "# Made by `python3 packaging/dev.py lock`; do not edit.\n"


def blocks(text: str) -> dict[str, str]:
    """The requirements of a lock file: header line (`name==1.0 ; marker`) to the whole block."""
    found: dict[str, str] = {}
    header = ""
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            header = line.removesuffix(" \\").strip()
            found[header] = line + "\n"
        else:
            found[header] += line + "\n"
    return found


def name_of(header: str) -> str:
    """The package of a header line."""
    return header.split("==", 1)[0]


def without(text: str, *others: str) -> str:
    """`text` without the blocks that stand in `others` as well."""
    known = {header for other in others for header in blocks(other)}
    return "".join(block for header, block in blocks(text).items() if header not in known)


def split(text: str, unwanted: re.Pattern[str]) -> tuple[str, str]:
    """The blocks whose package does not match `unwanted`, and those that do."""
    kept, dropped = [], []
    for header, block in blocks(text).items():
        (dropped if unwanted.fullmatch(name_of(header)) else kept).append(block)
    return "".join(kept), "".join(dropped)


def main() -> int:
    """Resolve everything anew and write `packaging/lock/*.txt`."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--torch", required=True, help="the PyTorch version to resolve against")
    arguments.add_argument("--upgrade", action="store_true", help="take the newest versions")
    args = arguments.parse_args()
    LOCK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        known = [] if args.upgrade else [f.read_text("utf-8") for f in sorted(LOCK.glob("*.txt"))]
        before = "".join(known)
        groups = [word for group in GROUPS for word in ("--group", group)]
        everything = _compile(work, before, ["--extra", "starter", *groups])
        pins = work / "pins.txt"
        pins.write_text("".join(f"{header}\n" for header in blocks(everything)), "utf-8")

        def part(*wanted: str) -> str:
            return _compile(work, everything, [*wanted, "--constraint", str(pins)])

        def group(name: str) -> str:
            return part("--only-group", name)

        base, llama = split(part(), re.compile(re.escape(LLAMA)))
        starter = without(part("--extra", "starter"), base, llama)
        setup = group("setup")
        files = {
            "setup": setup,
            "native": group("native"),
            "llama": llama,
            "base": base,
            "starter": starter,
            "dev": without(group("dev"), base, setup),
            "freeze": without(group("freeze"), base, setup),
        }
        torch = work / "torch.txt"
        torch.write_text(f"torch=={args.torch}\n", "utf-8")
        parity = ["--extra", "gliner", "--group", "parity", "--constraint", str(torch)]
        whole, _ = split(_compile(work, everything, parity), NOT_LOCKED)
        files["gliner"] = without(whole, llama)
    for name, text in files.items():
        (LOCK / f"{name}.txt").write_text(HEAD + text, "utf-8", newline="\n")
        print(f"packaging/lock/{name}.txt: {len(blocks(text))} packages")
    return 0


def _compile(work: Path, prefer: str, wanted: list[str]) -> str:
    """One run of uv; versions named in `prefer` are kept where they fit."""
    out = work / "out.txt"
    out.write_text(prefer, "utf-8")
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *wanted]
    if "--only-group" in wanted:
        command = [sys.executable, "-m", "uv", "pip", "compile"]
        command += ["--group", f"pyproject.toml:{wanted[1]}", *wanted[2:]]
    command += ["--universal", "--python-version", PYTHON, "--generate-hashes", "--no-annotate"]
    command += [
        "--default-index",
        "https://pypi.org/simple",
        "--no-header",
        "--quiet",
        "--output-file",
        str(out),
    ]
    # Only the public index: what a machine is configured to use stays out of the lock files.
    env = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    return out.read_text("utf-8")


if __name__ == "__main__":
    sys.exit(main())
