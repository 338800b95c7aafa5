"""The installer of macOS: a disk image with the application and a link to drop it on.

The law: what can be signed is signed before it goes into the image, and what is not signed is
said. `MOADESK_SIGN_IDENTITY` names the identity in the keychain, `MOADESK_NOTARY_PROFILE` what
`xcrun notarytool store-credentials` kept. Only macOS has the programs this calls.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

import product

MACOS = product.ROOT / "packaging" / "macos"
_WITHOUT_IDENTITY = (
    "Not signed: MOADESK_SIGN_IDENTITY is not set. macOS will warn; a person opens the application"
    " by its context menu."
)
_WITHOUT_PROFILE = "Not notarised: MOADESK_NOTARY_PROFILE is not set."


def image_name(found: product.Product, machine: str) -> str:
    """What the disk image is called; Apple says arm64, and x86_64."""
    return f"{product.TITLE.replace(' ', '-')}-{found.version}-macos-{machine}.dmg"


def signing(app: Path, identity: str) -> list[str]:
    """The command that signs the whole application for the hardened runtime."""
    entitlements = str(MACOS / "entitlements.plist")
    words = ["codesign", "--force", "--deep", "--timestamp", "--options", "runtime"]
    return [*words, "--entitlements", entitlements, "--sign", identity, str(app)]


def imaging(folder: Path, image: Path) -> list[str]:
    """The command that makes a compressed image of a folder."""
    words = ["hdiutil", "create", "-volname", product.TITLE, "-srcfolder", str(folder)]
    return [*words, "-fs", "HFS+", "-format", "UDZO", "-ov", str(image)]


def build(folder: Path, icons: Path, out: Path, *, preset: int) -> list[Path]:
    """Sign, make the image, have it notarised; says what was left out."""
    del icons, preset  # the icon is in the application; hdiutil has its own compression
    app = folder.parent / f"{product.TITLE}.app"
    identity = os.environ.get("MOADESK_SIGN_IDENTITY", "")
    profile = os.environ.get("MOADESK_NOTARY_PROFILE", "")
    if identity:
        subprocess.run(signing(app, identity), check=True)
        subprocess.run(["codesign", "--verify", "--deep", "--strict", str(app)], check=True)
    else:
        print(_WITHOUT_IDENTITY)
    image = out / image_name(product.product(), platform.machine())
    with tempfile.TemporaryDirectory() as work:
        inside = Path(work) / product.TITLE
        inside.mkdir()
        shutil.copytree(app, inside / app.name, symlinks=True)
        (inside / "Applications").symlink_to("/Applications")
        subprocess.run(imaging(inside, image), check=True)
    if identity:
        subprocess.run(["codesign", "--sign", identity, "--timestamp", str(image)], check=True)
    if identity and profile:
        subprocess.run(["sh", str(MACOS / "notarise.sh"), str(image), profile], check=True)
    else:
        print(_WITHOUT_PROFILE)
    return [image]
