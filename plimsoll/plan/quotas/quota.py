"""Service Quotas must allow the ceiling of a plan."""

from collections.abc import Sequence
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


def quotas_of(instance: InstanceType, pools: Sequence[Pool]) -> tuple[Quota, ...]:
    """Service Quotas the ceiling needs, vCPU: on-demand for every pool, spot for the burst pool too."""
    quotas = [Quota(instance.quota_code_on_demand, instance.quota_name, _vcpus(instance, pools))]
    burst = [pool for pool in pools if pool.capacity_type == "spot"]
    if burst:
        name = f"Spot: {instance.quota_name.removeprefix('Running On-Demand ')}"
        quotas.append(Quota(instance.quota_code_spot, name, _vcpus(instance, burst)))
    return tuple(quotas)


def _vcpus(instance: InstanceType, pools: Sequence[Pool]) -> int:
    """The vCPU of every node at the limit and in flight above it."""
    return sum(pool.max_nodes + pool.overshoot_nodes for pool in pools) * instance.quota_vcpus
