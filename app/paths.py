"""Where things are: the user's folders, and the assets of a source tree or a frozen bundle."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP = "MoA Desk"


@dataclass(frozen=True, slots=True)
class Paths:
    """Every folder and file the application owns."""

    data: Path  # database, models, drafts
    config: Path  # settings.toml
    cache: Path  # may be deleted at any time
    assets: Path

    @property
    def database(self) -> Path:
        """The user's conversations, translations and library."""
        return self.data / "moadesk.sqlite3"

    @property
    def models(self) -> Path:
        """Downloaded and imported models, one folder each."""
        return self.data / "models"

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.config / "settings.toml"

    @property
    def states(self) -> Path:
        """What lets conversations go on at once after a restart; deleting it costs time only."""
        return self.cache / "conversations"

    @property
    def logs(self) -> Path:
        """Log files and native crash traces."""
        return self.data / "logs"


def user_paths() -> Paths:
    """The folders of this user; `MOADESK_HOME` puts all of them below one folder."""
    home = os.environ.get("MOADESK_HOME")
    if home:
        base = Path(home)
        return Paths(base / "data", base / "config", base / "cache", assets_dir())
    dirs = platformdirs.PlatformDirs(APP, appauthor=False, roaming=False)
    return Paths(dirs.user_data_path, dirs.user_config_path, dirs.user_cache_path, assets_dir())


def assets_dir() -> Path:
    """The read-only assets that come with the application."""
    bundle = getattr(sys, "_MEIPASS", None)  # set by the frozen build
    return Path(bundle) / "assets" if bundle else Path(__file__).resolve().parent.parent / "assets"
