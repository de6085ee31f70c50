"""Service Quotas must allow the ceiling of a plan."""

from collections.abc import Callable, Sequence
from typing import Annotated

from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.start_up import record
from plimsoll.sizing.pool import Pool


@record
class Quota:
    """A Service Quota that must allow the ceiling: vCPUs of a family."""

    code: Annotated[str | None, "Service Quotas code; null if AWS has none."]
    name: Annotated[str, "Name of the quota."]
    vcpus: Annotated[int, "vCPU that the ceiling needs of it."]


def quotas_of(instance_of: Callable[[Pool], InstanceType], pools: Sequence[Pool]) -> tuple[Quota, ...]:
    """Service Quotas the ceiling needs, vCPU: on-demand for every pool, spot for the burst pool too.

    `instance_of` says what a pool rents; pools whose types share a quota are added up.
    """
    needed: dict[tuple[str | None, str], int] = {}
    for pool in pools:
        instance = instance_of(pool)
        key = (instance.quota_code_on_demand, instance.quota_name)
        needed[key] = needed.get(key, 0) + _vcpus(instance, pool)
    for pool in pools:
        if pool.capacity_type == "spot":
            instance = instance_of(pool)
            name = f"Spot: {instance.quota_name.removeprefix('Running On-Demand ')}"
            key = (instance.quota_code_spot, name)
            needed[key] = needed.get(key, 0) + _vcpus(instance, pool)
    return tuple(Quota(code, name, vcpus) for (code, name), vcpus in needed.items())


def _vcpus(instance: InstanceType, pool: Pool) -> int:
    """The vCPU of every node at the limit and in flight above it."""
    return (pool.max_nodes + pool.overshoot_nodes) * instance.quota_vcpus
