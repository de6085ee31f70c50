"""The owner of what runs is read from the labels that cost tools know."""

import re
from collections.abc import Mapping
from typing import Any

from plimsoll.ground.tree import mapping_at
from plimsoll.importing.note import SpecPart, not_read
from plimsoll.importing.running import Running

_KEYS = {
    "team": ("team", "owner", "department"),
    "cost_center": ("cost-center", "cost_center", "costcenter"),
    "environment": ("environment", "env"),
}
"""Labels by which OpenCost and Kubecost group money by default (opencost core/pkg/opencost/config.go)."""

_LABEL = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")


def owner_part(running: Running) -> SpecPart:
    """Say who pays, where labels say it."""
    labels: dict[str, Any] = {
        **mapping_at(running.resource.inputs, "metadata", "labels"),
        **mapping_at(running.pod, "metadata", "labels"),
    }
    found = {key: value for key, names in _KEYS.items() if (value := _first(labels, names))}
    if found:
        return SpecPart({"owner": found})
    return SpecPart({}, {"owner": not_read("no label team, cost-center or environment is there")})


def _first(labels: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    values = (labels.get(name) for name in names)
    return next((each for each in values if isinstance(each, str) and _LABEL.fullmatch(each)), None)
