"""Get what the browser tests need: Debian's Chromium, and axe-core, which judges accessibility.

Chromium is that on the PATH, else the distribution's package is installed. axe-core is one file of its npm
package (MPL-2.0, for tests alone, not part of this repository), fetched by npm and kept in `.tools/axe-core`;
its digest stands here, so that nothing else is ever run.

Standard library only: it runs before anything is installed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

AXE = Path(__file__).resolve().parent.parent / ".tools" / "axe-core" / "axe.min.js"
AXE_PACKAGE = "axe-core@4.14.1"
AXE_MEMBER = "package/axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"


def main() -> int:
    """Get both; what is there already is kept."""
    try:
        chromium()
        axe()
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        sys.stderr.write(f"browser: {error}\n")
        return 1
    return 0


def chromium() -> None:
    """Install the distribution's Chromium, unless one is on the PATH."""
    if shutil.which("chromium"):
        return
    if not shutil.which("apt-get"):
        raise ValueError("no chromium on the PATH, and no apt-get to install one")
    root = [] if os.geteuid() == 0 else ["sudo"]
    for words in (
        ["update", "--quiet"],
        ["install", "--yes", "--quiet", "--no-install-recommends", "chromium"],
    ):
        subprocess.run([*root, "apt-get", *words], check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def axe() -> None:
    """Fetch axe-core, unless the file with the right digest is there."""
    if AXE.is_file() and _digest(AXE.read_bytes()) == AXE_SHA256:
        return
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", AXE_PACKAGE]
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603
        with tarfile.open(Path(folder) / done.stdout.split()[-1]) as package:
            member = package.extractfile(AXE_MEMBER)
            raw = member.read() if member is not None else b""
    if _digest(raw) != AXE_SHA256:
        raise ValueError(f"{AXE_PACKAGE} is not the file whose digest stands here; nothing was kept")
    AXE.parent.mkdir(parents=True, exist_ok=True)
    AXE.write_bytes(raw)


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
