"""A price folder holds prices that somebody read for himself; they are laid over the package's own.

`plimsoll prices refresh` writes it, in the form of the package's files, with a manifest that has the digest
of every one of them. A region's file is read, and held against its digest, when the region is asked for.
"""

import csv
import json
from collections.abc import Mapping
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any, cast

from plimsoll.catalog.facts import PricesUsed
from plimsoll.files.snapshots import bytes_in, held_in
from plimsoll.ground.problems import MissingFactError, Problem, SpecError
from plimsoll.ground.start_up import record

MANIFEST = "manifest.json"
MANIFEST_SCHEMA = "plimsoll.dev/prices/v1"


@record
class PriceFolder:
    """One snapshot of prices; `newest_price` is the newest day on which one of them was read."""

    used: PricesUsed
    snapshot: str
    newest_price: str
    digests: tuple[tuple[str, str], ...]

    def lines(self, *name: str) -> dict[str, list[str]]:
        """Read one of its files as its lines by their first cell; none where it has no such file.

        Raises:
            MissingFactError: as `rows`.
        """
        found: dict[str, list[str]] = {}
        for line in self._text("/".join(name)).splitlines()[1:]:
            found.setdefault(line[: line.index(",")], []).append(line)
        return found

    def rows(self, *name: str) -> list[list[str]]:
        """Read one of its files, the heading left out; no rows where it has no such file.

        Raises:
            MissingFactError: the file is not the one that the manifest speaks of.
        """
        return list(csv.reader(StringIO(self._text("/".join(name)))))[1:]

    def _text(self, path: str) -> str:
        wanted = dict(self.digests).get(path)
        if wanted is None:
            return ""
        raw = bytes_in(Path(self.snapshot), path)
        if raw is None or sha256(raw).hexdigest() != wanted:
            raise MissingFactError(_changed(self.snapshot, path, gone=raw is None))
        return raw.decode("utf-8")


def _changed(snapshot: str, path: str, *, gone: bool) -> Problem:
    return Problem(
        what="the file is gone" if gone else "the file is not the one that was written",
        why=f"its digest is not that of {MANIFEST}",
        fix="run 'plimsoll prices refresh' again",
        file=f"{snapshot}/{path}",
    )


def read_price_folder(folder: str) -> PriceFolder:
    """Read the manifest of a folder: of the snapshot that holds in it, or of the folder itself.

    Raises:
        SpecError: it is no folder of prices.
        MissingFactError: its manifest is damaged.
    """
    snapshot = held_in(Path(folder)) or Path(folder)
    raw = bytes_in(snapshot, MANIFEST)
    if raw is None:
        fix = "write one with 'plimsoll prices refresh --out DIR'"
        raise SpecError(Problem("no price folder", f"it has no {MANIFEST}", fix, "--prices", folder))
    return _folder(folder, str(snapshot), read_manifest(raw, f"{snapshot}/{MANIFEST}"), raw)


def read_manifest(raw: bytes, file: str) -> Mapping[str, Any]:
    """Read the text of a manifest.

    Raises:
        MissingFactError: it is none, or one of another version.
    """
    try:
        found: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        why = str(error)[:100]
        raise MissingFactError(Problem("not JSON", why, "refresh the prices again", file=file)) from None
    manifest = cast("dict[str, Any]", found if isinstance(found, dict) else {})
    wrong = [key for key, kind in _KEYS.items() if not isinstance(manifest.get(key), kind)]
    if manifest.get("schema") != MANIFEST_SCHEMA or wrong:
        why = f"wrong: {', '.join(wrong)}" if wrong else f"its schema is not {MANIFEST_SCHEMA}"
        raise MissingFactError(Problem("no manifest of prices", why, "refresh the prices again", file=file))
    return manifest


_KEYS: Mapping[str, type] = {
    "schema": str, "taken_on": str, "newest_price": str, "files": dict, "calls": list, "missing": list,
    "regions": dict, "accepted": list, "source": str,
}  # fmt: skip
"""The keys of a manifest and what each is."""


def _folder(named: str, snapshot: str, manifest: Mapping[str, Any], raw: bytes) -> PriceFolder:
    missing = tuple(str(each["region"]) for each in manifest["missing"])
    used = PricesUsed(named, sha256(raw).hexdigest(), manifest["taken_on"], missing)
    digests = tuple((str(path), str(file["sha256"])) for path, file in manifest["files"].items())
    return PriceFolder(used, snapshot, manifest["newest_price"], digests)
