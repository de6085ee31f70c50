"""These rules say where resources may lie, what they may be made of, and how they are bought."""

from collections.abc import Iterable, Iterator
from typing import Any

from plimsoll.gate.case import Case
from plimsoll.gate.landing import requirements_of
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.gate.tags import owner_value
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import (
    AUTOSCALING_GROUP,
    AWS_PROVIDER,
    INSTANCE,
    LAUNCH_TEMPLATE,
    NODE_GROUP,
    SPOT_FLEET,
    SPOT_REQUEST,
    is_kind,
)
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.tree import View, objects_within, shown, step
from plimsoll.pricing.index import region_of_zone
from plimsoll.pricing.inputs import inputs_of, view_of
from plimsoll.pricing.kubernetes.admission import admitted_types
from plimsoll.pricing.kubernetes.labels import CAPACITY_TYPE, KARPENTER
from plimsoll.pricing.kubernetes.pool import CAPACITY_TYPES
from plimsoll.pricing.kubernetes.requirements import admitted_options
from plimsoll.pricing.market import Market
from plimsoll.pricing.result import Unpriceable

_ZONE_KEYS = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
_MENTIONED = 3
_SPOT_REQUESTS = (
    SPOT_REQUEST,
    SPOT_FLEET,
)


def _values_of(resource: Resource, *keys: str) -> Iterator[View]:
    """Yield what stands under any of some keys, anywhere in the inputs."""
    for path, mapping in objects_within(resource.inputs):
        for key in keys:
            if key in mapping:
                yield view_of(mapping[key], f"{path}.{key}" if path else key)


def instance_types_of(resource: Resource, case: Case) -> list[str]:
    """List the instance types that a resource may launch, as its inputs name or admit them."""
    if is_kind(resource, "NodePool"):
        return list(admitted_types(requirements_of(resource), Market(case.book, (), named=False)))
    found: list[str] = []
    for view in _values_of(resource, "instanceType", "instanceTypes", "allowedInstanceTypes"):
        several = isinstance(view.value, list | tuple)
        found += [item.text() for item in view.items()] if several else [] if view.absent else [view.text()]
    for view in _values_of(resource, "instanceRequirements"):
        if not view.absent and view["allowedInstanceTypes"].absent:
            raise view.fail("admits types by their properties, so they cannot be held against a list")
    return found


def _families(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    allowed = frozenset(config["families"])
    outside: list[str] = []
    for name in dict.fromkeys(instance_types_of(resource, case)):
        plain = name.removeprefix("ml.")
        if plain not in allowed and plain.partition(".")[0] not in allowed:
            outside.append(name)
    if outside:
        more = f" and {len(outside) - _MENTIONED} more" if len(outside) > _MENTIONED else ""
        names = ", ".join(ascii(name[:40])[1:-1] for name in outside[:_MENTIONED])
        message = f"it may launch {names}{more}; allowed are {', '.join(sorted(allowed))}"
        yield Finding("not_allowed", resource.urn, message)


def _regions_of(resource: Resource, case: Case) -> Iterator[str]:
    inputs = inputs_of(resource)
    provider = case.by_urn.get((resource.provider or "").rpartition("::")[0])
    own = inputs["region"]
    if not own.absent:
        yield own.text()
    elif provider is not None and provider.inputs.get("region") is UNKNOWN:
        inputs_of(provider)["region"].known()
    else:
        from_provider = provider.inputs.get("region") if provider is not None else None
        region = resource.region or from_provider or case.graph.region
        if isinstance(region, str):
            yield region
    if not inputs["availabilityZone"].absent:
        yield region_of_zone(inputs["availabilityZone"])


def _pool_regions(resource: Resource) -> Iterator[str]:
    for requirement in requirements_of(resource):
        if requirement.key in _ZONE_KEYS and requirement.operator == "In":
            yield from (region_of_zone(view_of(value, requirement.path)) for value in requirement.values)


def _regions(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    allowed = config["regions"]
    pool = is_kind(resource, "NodePool")
    aws = resource.custom and resource.type.startswith("aws:")
    if not (pool or aws or resource.type == AWS_PROVIDER):
        return
    regions = sorted(set(_pool_regions(resource) if pool else _regions_of(resource, case)))
    if aws and not regions and resource.urn in case.costly:
        yield Finding(
            "unknown_value", resource.urn, "neither it nor its provider says in which region it lies"
        )
    for region in regions:
        if region not in allowed:
            message = f"it lies in {shown(region)}; allowed are {', '.join(sorted(allowed))}"
            yield Finding("not_allowed", resource.urn, message)


def capacity_types_of(resource: Resource) -> tuple[str, ...]:
    """List how the instances of a resource may be bought; empty for one that launches none."""
    if is_kind(resource, "NodePool"):
        return admitted_options(requirements_of(resource), CAPACITY_TYPE, CAPACITY_TYPES)
    if resource.type in _SPOT_REQUESTS:
        return ("spot",)
    if resource.type == NODE_GROUP:
        bought = inputs_of(resource)["capacityType"].text("ON_DEMAND")
        return {"SPOT": ("spot",), "CAPACITY_BLOCK": ("reserved",)}.get(bought, ("on-demand",))
    if resource.type == AUTOSCALING_GROUP:
        return _group_capacity(inputs_of(resource))
    if resource.type in (INSTANCE, LAUNCH_TEMPLATE):
        market = inputs_of(resource)["instanceMarketOptions"]["marketType"]
        return ("spot",) if market.text("on-demand") == "spot" else ("on-demand",)
    return ()


def _group_capacity(inputs: View) -> tuple[str, ...]:
    mixed = inputs["mixedInstancesPolicy"]
    if mixed.absent:
        return ("on-demand",)
    bought = mixed["instancesDistribution"]
    share, base = bought["onDemandPercentageAboveBaseCapacity"], bought["onDemandBaseCapacity"]
    if share.count(100) >= 100:
        return ("on-demand",)
    return ("on-demand", "spot") if share.count(100) or base.count(0) else ("spot",)


def _capacity(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del case
    allowed = config["capacityTypes"]
    outside = [kind for kind in capacity_types_of(resource) if kind not in allowed]
    if outside:
        message = f"it may launch {', '.join(outside)} capacity; allowed is {', '.join(allowed)}"
        yield Finding("not_allowed", resource.urn, message)


def _spot(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    bought = capacity_types_of(resource)
    if "spot" not in bought:
        return
    environment: Any = owner_value(resource, "environment", case) or case.graph.stack
    if environment is UNKNOWN:
        yield Finding(
            "unknown_value", resource.urn, "it may launch spot capacity, and its environment is not known"
        )
    elif environment in config["environments"] and bought == ("spot",):
        message = f"it lives on spot capacity alone in {shown(environment)}; admit on-demand as the fallback"
        yield Finding("not_allowed", resource.urn, message)


def _pinned(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del config
    if not is_kind(resource, "NodePool"):
        return
    if step(resource.inputs, "spec", "limits") is None and step(resource.inputs, "spec", "replicas") is None:
        yield Finding(
            "unlimited", resource.urn, "it has no limits, so it may grow without end; set limits.nodes"
        )
    try:
        names = instance_types_of(resource, case)
    except Unpriceable:
        return  # `unpriced-cost` refuses it
    counts = sorted(_gpu_counts(names, case))
    if len(counts) > 1:
        message = (
            f"it admits nodes of {', '.join(map(str, counts))} accelerators, so a larger one than the pods "
            f"need may be bought; pin {KARPENTER}instance-gpu-count"
        )
        yield Finding("not_allowed", resource.urn, message)


def _gpu_counts(names: Iterable[str], case: Case) -> set[int]:
    types = (case.catalog.instance_types.get(name) for name in names)
    return {found.accelerators for found in types if found is not None and found.accelerator is not None}


def _list_of(what: str, **extra: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON Schema
    return {"type": "array", "items": {"type": "string", **extra}, "description": what}


ALLOWED_REGIONS = Rule(
    name="allowed-regions",
    description="Resources lie in the allowed regions.",
    level="mandatory",
    severity="high",
    remediation="Point the provider, or the resource's region, to an allowed region.",
    each=_regions,
    schema={"regions": _list_of("Regions that resources may lie in.")},
    needs=("regions",),
)

ALLOWED_FAMILIES = Rule(
    name="allowed-families",
    description="Instances are of the allowed families or types.",
    level="mandatory",
    severity="high",
    remediation="Choose an allowed type, or narrow the pool's requirements to the allowed ones.",
    each=_families,
    schema={
        "families": _list_of("Families (the text before the dot, exactly: p5 is not p5en) or instance types.")
    },
    needs=("families",),
)

ALLOWED_CAPACITY_TYPES = Rule(
    name="allowed-capacity-types",
    description="Instances are bought in the allowed ways.",
    level="mandatory",
    severity="medium",
    remediation="Require an allowed karpenter.sh/capacity-type, or set capacityType of the node group.",
    each=_capacity,
    schema={"capacityTypes": _list_of("Ways that instances may be bought.", enum=list(CAPACITY_TYPES))},
    needs=("capacityTypes",),
)

SPOT_IN_PRODUCTION = Rule(
    name="spot-in-production",
    description="In production spot capacity has on-demand as its fallback.",
    level="advisory",
    severity="medium",
    remediation="Admit on-demand beside spot, or keep a base of on-demand replicas.",
    each=_spot,
    schema={
        "environments": {
            **_list_of("Environments (tag, label or stack name) that count as production."),
            "default": ["prod", "production"],
        }
    },
)

LIMITS_AND_GPU_COUNT = Rule(
    name="limits-and-gpu-count",
    description="A pool has limits, and admits one number of accelerators per node.",
    level="advisory",
    severity="medium",
    remediation="Set limits, and pin karpenter.k8s.aws/instance-gpu-count to what the pods need.",
    each=_pinned,
)
