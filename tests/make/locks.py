"""Locks for tests: of the examples, and changed in ways that a hand or a merge would."""

import json
import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Any

from plimsoll.review.lock.make import LockTerms, make_lock
from plimsoll.review.lock.read import lock_path
from plimsoll.review.lock.text import lock_text
from tests.make.places import ROOT

CHAT = "chat-8b"


@cache
def example_lock(name: str = CHAT) -> str:
    """The text of the lock of an example."""
    return lock_text(make_lock(ROOT / "workloads" / f"{name}.yaml", LockTerms()))


def locked(folder: Path, name: str = CHAT) -> tuple[Path, Path]:
    """An example in a folder with its lock beside it."""
    spec = folder / f"{name}.yaml"
    copyfile(ROOT / "workloads" / spec.name, spec)
    path = lock_path(spec)
    path.write_text(example_lock(name), encoding="utf-8")
    return spec, path


def resealed(text: str) -> str:
    """The same text with a seal that fits it: what somebody would write who knows how."""
    (above,) = re.findall(r'\A(.*\n) "lock_sha256"', text, re.DOTALL)
    return f'{above} "lock_sha256": "{sha256(above.encode()).hexdigest()}"\n}}\n'


def changed(text: str, change: Callable[[dict[str, Any]], None]) -> str:
    """The lock after a change of its data, with a seal that fits."""
    data = json.loads(text)
    change(data)
    data.pop("lock_sha256", None)
    members = [f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in data.items()]
    return resealed("{\n" + "".join(members) + ' "lock_sha256": ""\n}\n')
