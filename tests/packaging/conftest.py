"""The scripts of `packaging/` as modules; the folder is no package, so they are loaded by path."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "packaging"))  # the scripts there import each other


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        f"moadesk_{name}", ROOT / "packaging" / f"{name}.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # NamedTuple looks its module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def dev() -> ModuleType:
    return _script("dev")


@pytest.fixture(scope="session")
def lock() -> ModuleType:
    return _script("lock")


@pytest.fixture(scope="session")
def licences() -> ModuleType:
    return _script("licences")


@pytest.fixture(scope="session")
def freeze() -> ModuleType:
    return _script("freeze")
