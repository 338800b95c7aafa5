"""The software bill of materials, CycloneDX 1.6: `python packaging/sbom.py FILE [LIST]`.

The law: it lists what `components.json` of the frozen folder lists, so it can neither name what is
not shipped nor leave out what is. Standard library only.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import quote

import product

SPEC = "1.6"
DEFAULT = product.ROOT / "dist" / "moadesk" / "_internal" / "licences" / "components.json"
_KINDS = {
    "python": "library",
    "library": "library",
    "model": "machine-learning-model",
    "data": "data",
}
# SPDX's own identifiers; whatever else stands for a licence is given as a name.
_SPDX = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Bitstream-Vera",
    "CC-BY-SA-3.0",
    "CC0-1.0",
    "CNRI-Python",
    "HPND",
    "ISC",
    "LGPL-3.0-only",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "OFL-1.1",
    "PSF-2.0",
    "Python-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
}


def bill(rows: list[dict[str, str]], found: product.Product, when: float) -> dict[str, object]:
    """The bill of the components."""
    digest = uuid.uuid5(uuid.NAMESPACE_URL, found.homepage + json.dumps(rows, sort_keys=True))
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": f"urn:uuid:{digest}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when)),
            "component": {
                "type": "application",
                "bom-ref": found.name,
                "name": found.name,
                "version": found.version,
                "licenses": [{"license": {"id": found.licence}}],
            },
        },
        "components": [component(row) for row in rows],
        "dependencies": [{"ref": found.name, "dependsOn": [_reference(row) for row in rows]}],
    }


def component(row: dict[str, str]) -> dict[str, object]:
    """One component as the bill has it."""
    licence = row["licence"]
    stated = {"license": {"id": licence}} if licence in _SPDX else {"license": {"name": licence}}
    made: dict[str, object] = {
        "type": _KINDS[row["kind"]],
        "bom-ref": _reference(row),
        "name": row["name"],
        "licenses": [stated],
    }
    if row["version"]:
        made["version"] = row["version"]
    if row["kind"] == "python":
        made["purl"] = f"pkg:pypi/{row['name'].lower()}@{quote(row['version'])}"
    return made


def _reference(row: dict[str, str]) -> str:
    return f"{row['kind']}:{row['name']}@{row['version']}"


def write(source: Path, file: Path) -> None:
    """Write the bill of the components in `source`."""
    rows = json.loads(source.read_text("utf-8"))
    whole = bill(rows, product.product(), time.time())
    file.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")


def main() -> int:
    """Write the bill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("list", type=Path, nargs="?", default=DEFAULT)
    args = parser.parse_args()
    write(args.list, args.file)
    print(args.file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
