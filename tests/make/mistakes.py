"""Read the corpus: good objects, and single changes that break them."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import yaml

from tests.make.places import CASES

FOLDER = CASES / "mistakes"


@dataclass(frozen=True)
class Mistake:
    """One broken object: what is said about it, and whether a real API server refuses it too."""

    name: str
    manifest: dict[str, Any]
    says: str
    server_refuses: bool


def files() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        yield path.stem, yaml.safe_load(path.read_text())


def good() -> list[tuple[str, dict[str, Any]]]:
    return [(name, content["good"]) for name, content in files()]


def mistakes() -> list[Mistake]:
    return [
        Mistake(
            f"{name}: {'.'.join(map(str, each['at']))} = {each.get('to', 'left out')!r}",
            _changed(content["good"], each),
            each["says"],
            each.get("server") != "accepts",
        )
        for name, content in files()
        for each in content["mistakes"]
    ]


def _changed(manifest: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    manifest = deepcopy(manifest)
    *path, last = change["at"]
    inner: Any = manifest
    for step in path:
        inner = inner[step]
    if "to" in change:
        inner[last] = deepcopy(change["to"])
    else:
        del inner[last]
    return manifest
