"""Errors and notices of the database, the settings and the files."""

TEXTS: dict[str, str] = {
    "store.newer": "Your data in {path} was made by a newer version of MoA Desk. Install that version again to open it.",
    "store.damaged": "The database {path} is damaged ({reason}). Start the window to repair it, or use `moadesk data repair`.",
    "store.repair_room": "Repairing needs {needed} MB in {path}, {free} MB are free. Free some space, then try again.",
    "store.unwritable": "MoA Desk cannot write to {path} ({reason}). Check the permissions and the free space of that folder.",
    "screen.away": "No window can be opened: the screen {display} does not answer, or does not let you in. Log in to the desktop again and start MoA Desk from there, or check DISPLAY and WAYLAND_DISPLAY.",
    "screen.none": "There is no screen to open a window on. Start MoA Desk from a desktop, or use the command line: moadesk --help",
    "screen.library": "The window cannot open: this system lacks the library {library}. Install it with the system's package manager (Debian, Ubuntu: sudo apt install libegl1 libgl1 libxcb1 libxcb-cursor0 libxkbcommon-x11-0), then start again.",
    "update.not_an_index": "{host} does not say which versions there are. Try again later, or look at {page}",
    "update.nothing_fits": "Version {version} is there, but has no installer for this system. Look at {page}",
    "settings.invalid": "The settings file {path} is not valid ({reason}). It was set aside as {aside} and the standard settings are used.",
    "settings.mended": "The settings file {path} is not valid ({reason}). Every value that could be read still holds; the file as it was is {aside}.",
    "settings.mended_but": "The settings file {path} is not valid ({reason}). These have their standard values again: {names}. The file as it was is {aside}.",
    "settings.unreadable": "The settings file {path} cannot be used ({reason}). The standard settings are used; look whether you may read and write it.",
    "file.missing": "There is no file {path}.",
    "file.unreadable": "{path} cannot be read ({reason}).",
    "file.unwritable": "{path} cannot be written ({reason}). Choose another folder or free some space.",
    "store.no_backup": "Before MoA Desk changes its database it keeps a copy in {path}, and that failed ({reason}). Free some space there and start again.",
    "store.backup_gone": "The backup {path} is not there any more. Choose another one.",
    "store.backup_damaged": "The backup {path} cannot be read ({reason}). Nothing was changed. Choose another one.",
    "store.busy": "Another program is writing to the database, so nothing was restored. Close it and try again.",
}
