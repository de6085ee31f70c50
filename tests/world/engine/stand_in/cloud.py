"""What the stand-ins share: the folder that plays the cloud, the journal of calls, planned faults."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote


class ProviderError(Exception):
    """What a provider answers when an operation fails; the engine shows the message."""


@dataclass(frozen=True)
class Cloud:
    """One folder: `resources/` holds a file per live resource, `journal.jsonl` a line per call.

    `settings.json` says how the world misbehaves and, for kubernetes, where a real API server is.
    Several provider processes share a folder; files are written whole and lines appended whole.
    """

    folder: Path

    @property
    def settings(self) -> dict[str, Any]:
        path = self.folder / "settings.json"
        return json.loads(path.read_text()) if path.is_file() else {}

    def set(self, **settings: Any) -> None:
        """Change how the world behaves from the next call on; a None takes a setting back."""
        merged = {key: value for key, value in (self.settings | settings).items() if value is not None}
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "settings.json").write_text(json.dumps(merged))

    # the journal

    def note(self, package: str, method: str, **what: Any) -> None:
        line = json.dumps({"package": package, "method": method, **what}, sort_keys=True) + "\n"
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.folder / "journal.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)

    def journal(self) -> list[dict[str, Any]]:
        path = self.folder / "journal.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []

    def forget_journal(self) -> None:
        (self.folder / "journal.jsonl").unlink(missing_ok=True)

    # what exists

    def _path(self, package: str, kind: str, ident: str) -> Path:
        return self.folder / "resources" / package / f"{quote(kind, safe='')}@{quote(ident, safe='')}.json"

    def put(self, package: str, kind: str, ident: str, properties: Mapping[str, Any]) -> None:
        path = self._path(package, kind, ident)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}.{time.monotonic_ns()}")
        fresh.write_text(json.dumps(properties, sort_keys=True))
        fresh.replace(path)

    def get(self, package: str, kind: str, ident: str) -> dict[str, Any] | None:
        path = self._path(package, kind, ident)
        return json.loads(path.read_text()) if path.is_file() else None

    def stored(self, path: Path) -> dict[str, Any]:
        """A resource file that may go while it is looked at."""
        try:
            return json.loads(path.read_text())
        except FileNotFoundError:
            return {"inputs": {}, "outputs": {}}

    def drop(self, package: str, kind: str, ident: str) -> bool:
        path = self._path(package, kind, ident)
        if not path.is_file():
            return False
        path.unlink()
        return True

    def existing(self) -> list[str]:
        """Everything that is there, as `package type@id`."""
        return sorted(
            f"{path.parent.name} {path.stem}" for path in (self.folder / "resources").glob("*/*.json")
        )

    # misbehaviour

    def misbehave(self, package: str, method: str, kind: str, name: str) -> None:
        """Fail or hang if a planned fault matches this call.

        A fault is `{package, method, type, name, after, message, hang_s}`: absent keys match all,
        `after` lets that many matching calls through first.
        """
        for index, fault in enumerate(self.settings.get("faults", ())):
            asked = {"package": package, "method": method, "type": kind, "name": name}
            if any(key in fault and fault[key] not in value for key, value in asked.items()):
                continue
            passed = self.folder / f"fault-{index}"
            with passed.open("a") as handle:
                handle.write(".")
            if passed.stat().st_size <= fault.get("after", 0):
                continue
            if "hang_s" in fault:
                self.note(package, "hanging", type=kind, name=name)
                time.sleep(fault["hang_s"])
            raise ProviderError(fault.get("message", "the cloud said no"))
