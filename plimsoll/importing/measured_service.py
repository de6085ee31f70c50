"""A server that no engine is known for becomes a measured service: its owner has to say what it carries."""

from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.quantity import parse_quantity
from plimsoll.ground.tree import step
from plimsoll.ground.units import GIB
from plimsoll.importing.fleet import Member
from plimsoll.importing.note import NOT_READ, SpecPart, not_read

_CPU, _MEMORY_GIB = 1, 4
"""What stands for requests that a container does not make. Assumption, marked in the spec."""


def measured_part(member: Member, catalog: Catalog) -> SpecPart:
    """Describe a service by its container; the rate that one replica carries is left to its owner."""
    running = member.running
    accelerator = next(
        (
            catalog.instance_types[name].accelerator
            for name in member.place.instance_types
            if name in catalog.instance_types
        ),
        None,
    )
    notes = {"measured.qps_per_replica": not_read("no engine is known for the image: measure one replica")}
    service: dict[str, Any] = {"accelerator": accelerator or "none", "qps_per_replica": 1}
    if accelerator is None and running.accelerators:
        service["accelerator"] = "L4"
        notes["measured.accelerator"] = not_read("no pool says which accelerator the pods run on")
    if running.accelerators > 1:
        service["accelerators"] = running.accelerators
    service["cpu"] = _request(member, "cpu", 1) or _CPU
    service["memory_gib"] = _request(member, "memory", GIB) or _MEMORY_GIB
    if running.server.image:
        service["image"] = running.server.image
    return SpecPart({"measured": service | {"source": f"{NOT_READ}: say where the rate was measured"}}, notes)


def _request(member: Member, what: str, unit: int) -> float | None:
    for part in ("requests", "limits"):
        value = step(member.running.container, "resources", part, what)
        found = parse_quantity(str(value)) if isinstance(value, str | int | float) else None
        if found:
            return round(float(found) / unit, 3)
    return None
