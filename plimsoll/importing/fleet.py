"""The fleet that runs becomes what a spec says of capacity, scale and pins: what somebody decided already."""

from collections.abc import Mapping, Sequence
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.importing.engine_keys import PIPELINE, tensor_parallel
from plimsoll.importing.kept_hours import kept_part
from plimsoll.importing.note import SpecPart, not_read
from plimsoll.importing.pool import PodPlace
from plimsoll.importing.running import Running
from plimsoll.spec import defaults


@record
class Member:
    """One of the objects that serve a workload, with its place."""

    running: Running
    place: PodPlace

    @property
    def spot(self) -> bool:
        """Whether its pods may run on spot capacity."""
        return "spot" in self.place.bought


def fleet_part(members: Sequence[Member], catalog: Catalog, region: str | None) -> SpecPart:
    """Say what is rented now, as pins and bounds."""
    first = members[0]
    types, families = first.place.instance_types, first.place.families
    known = [name for name in types if name in catalog.planned]
    keys: dict[str, Any] = {"pin": _pins(members, known)}
    notes: dict[str, str] = {}
    allowed = known if len(known) > 1 else [] if known else list(families)
    if not known and not families:
        why = (
            f"{', '.join(types)} is none that plans choose from" if types else "no pool says an instance type"
        )
        notes["pin.instance_type"] = not_read(why)
    capacity = _capacity(members) | ({"allow": allowed} if allowed else {})
    if not any(each.place.bought for each in members):
        notes["capacity.spot"] = not_read("nothing says how nodes are bought; default: on demand")
    return _joined(keys, notes, capacity, _scale(members), _region(members, catalog, region, known))


def _joined(
    keys: dict[str, Any], notes: dict[str, str], capacity: Mapping[str, Any], *parts: SpecPart
) -> SpecPart:
    if capacity:
        keys["capacity"] = capacity
    for part in parts:
        keys |= part.keys
        notes |= part.notes
    return SpecPart(keys, notes)


def stages_over_nodes(running: Running) -> int:
    """Count the nodes of a replica that are stages of its pipeline, one each; 1 of any other split."""
    said = running.server.flags.first(PIPELINE)
    inside = tensor_parallel(running.server) in (None, running.accelerators)
    return running.nodes if running.nodes > 1 and inside and said == str(running.nodes) else 1


def _pins(members: Sequence[Member], types: Sequence[str]) -> dict[str, Any]:
    pins: dict[str, Any] = {"instance_type": types[0]} if len(types) == 1 else {}
    running = members[0].running
    split = tensor_parallel(running.server) or running.accelerators * running.nodes
    if (running.server.engine or running.server.other) and split:
        pins["tensor_parallel"] = split
    return pins | {"replicas": sum(each.running.bounds.most for each in members)}


def _capacity(members: Sequence[Member]) -> dict[str, Any]:
    nodes = max(stages_over_nodes(each.running) for each in members)
    spans = {"nodes_per_replica": nodes} if nodes > 1 else {}
    if not any(each.spot for each in members):
        return spans
    base = sum(each.running.bounds.most for each in members if not each.spot)
    return spans | {"spot": "prefer"} | ({"on_demand_base": base} if base else {})


def _scale(members: Sequence[Member]) -> SpecPart:
    least = sum(each.running.bounds.least for each in members)
    notes: dict[str, str] = {}
    if not all(each.running.bounds.said for each in members):
        notes["scale"] = not_read("no autoscaler is there and replicas is unset, which is one")
    kept = kept_part([each.running.bounds.scaler for each in members], least)
    notes |= kept.notes
    if kept.keys:
        return SpecPart({"scale": dict(kept.keys)}, notes)
    if not least:
        return SpecPart({"scale": {"min_replicas": 0, "to_zero": True}}, notes)
    return SpecPart({"scale": {"min_replicas": least}} if least != defaults.MIN_REPLICAS else {}, notes)


def _region(members: Sequence[Member], catalog: Catalog, said: str | None, types: Sequence[str]) -> SpecPart:
    """Take the region that a person names, or the pools; else one that offers the type, and say so."""
    found = (said,) if said else members[0].place.regions
    if found:
        return SpecPart({"region": found[0]} if len(found) == 1 else {"regions": list(found)})
    offered = [region for region in catalog.regions if not types or (types[0], region) in catalog.offerings]
    region = defaults.REGION if defaults.REGION in offered or not offered else offered[0]
    why = f"no zone is named; {region} offers the type" if types else "no zone is named; default"
    return SpecPart({"region": region}, {"region": not_read(why)})
