"""Configuration values are text by key; they are read into types, with every problem met on the way."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from plimsoll.ground.problems import Problem
from plimsoll.objects.cluster import PROMETHEUS_URL

STRINGS = {
    "region": "us-east-1",
    "environment": "dev",
    "nodes": "karpenter",
    "prometheusUrl": PROMETHEUS_URL,
    "gatewayQuery": "",
    "prices": "",
    "pricesOn": "",
    "discounts": "",
    "calibration": "",
    "portfolio": "",
    "huggingFaceToken": "",
}
BOOLEANS = {
    "devicePlugin": True,
    "dcgm": True,
    "keda": True,
    "prometheus": True,
    "openCost": False,
    "observability": False,
    "leaderWorkerSet": False,
    "kueue": False,
    "jobSet": False,
    "activateCostTags": False,
    "createSpotRole": False,
    "allowUnlocked": False,
    "requireLock": False,
}
"""Keys that hold text or a switch, with their defaults; Pulumi.yaml declares the same ones."""


@dataclass(slots=True)
class Reading:
    """A reading turns text into types, and keeps the problems that it meets."""

    raw: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list[Problem])

    def refuse(self, path: str, what: str, why: str = "", fix: str = "") -> None:
        """Note what is wrong with a key, or with a part of it (`cluster.name`)."""
        self.problems.append(Problem(what=what, why=why, fix=fix, path=path))

    def text(self, key: str) -> str:
        """Read text, or its default."""
        return self.raw.get(key) or STRINGS[key]

    def boolean(self, key: str) -> bool:
        """Read a switch, or its default."""
        value = self.raw.get(key)
        if value in (None, ""):
            return BOOLEANS[key]
        if value not in ("true", "false"):
            self.refuse(key, f"{value!r} is not a boolean", fix="write true or false")
        return value == "true"

    def _parsed(self, key: str, kind: type) -> Any:  # noqa: ANN401 - None if it is not of the kind
        value = self.raw.get(key)
        if not value:
            return None
        try:
            parsed: object = json.loads(value)
        except ValueError:
            parsed = value
        if isinstance(parsed, kind):
            return parsed
        shape = "a list" if kind is list else "a mapping"
        self.refuse(key, f"{value!r} is not {shape}", fix=f"write {shape}")
        return None

    def items(self, key: str) -> list[Any]:
        """Read a list, empty if it is not set or not one."""
        return cast("list[Any]", self._parsed(key, list) or [])

    def mapping(self, key: str) -> dict[str, Any]:
        """Read a mapping, empty if it is not set or not one."""
        return cast("dict[str, Any]", self._parsed(key, dict) or {})

    def texts(self, key: str) -> dict[str, str]:
        """Read a mapping of text to text, sorted."""
        written = self.mapping(key)
        for name, value in written.items():
            if not isinstance(value, str) or not value:
                self.refuse(f"{key}.{name}", f"{value!r} is not text", fix="quote it")
        return {name: str(value) for name, value in sorted(written.items())}
