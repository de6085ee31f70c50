"""Tenants of several workloads may take turns on one accelerator: what each then waits, and what forbids it.

A tenant that keeps the accelerator busy ρ of the time alone takes (1 - ρ) ÷ (1 - Σρ) times as long beside the
others (processor sharing, reference rule; not validated), at worst as many times as there are tenants.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from plimsoll.ground.start_up import record
from plimsoll.ground.units import figure
from plimsoll.sizing.limits import AVAILABILITY, LATENCY, MEMORY, THROUGHPUT, Reason
from plimsoll.sizing.replica import UTILISATION_TARGET
from plimsoll.sizing.spares import tolerates_zone


@record
class Tenant:
    """One replica of a service: its peak and what it was measured to carry alone, requests/s; memory in GiB.

    `measured_ms` and `limits_ms` are latencies by key of the sla (`latency_p95_ms`).
    """

    name: str
    peak_per_s: float
    most_per_s: float
    memory_gib: float
    measured_ms: Mapping[str, float]
    limits_ms: Mapping[str, float]
    availability: float

    @property
    def busy(self) -> float:
        """The part of the time for which it keeps the accelerator busy."""
        return self.peak_per_s / self.most_per_s


@record
class Stretched:
    """A latency beside other tenants, ms: the estimate, and the worst."""

    estimate: Annotated[float, "Expected value, ms."]
    high: Annotated[float, "The worst: each waits for all the others, ms."]


def latencies_ms(tenants: Sequence[Tenant]) -> dict[str, dict[str, Stretched]]:
    """Stretch what each tenant was measured at by the turns of the others; by name, then key of the sla."""
    together = sum(each.busy for each in tenants)
    return {
        each.name: {
            key: Stretched(value * (1 - each.busy) / (1 - together), value * len(tenants))
            for key, value in each.measured_ms.items()
        }
        for each in tenants
        if together < 1
    }


def forbidden(tenants: Sequence[Tenant], usable_gib: float) -> Iterator[Reason]:
    """Yield why these tenants cannot share one accelerator of so much usable memory."""
    names = " and ".join(each.name for each in tenants)
    memory = sum(each.memory_gib for each in tenants)
    if memory > usable_gib:
        message = f"{names} use {memory:g} GiB of accelerator memory together; {usable_gib:.4g} are usable"
        yield MEMORY.broken(message, round(usable_gib, 2), memory)
    busy = sum(each.busy for each in tenants)
    if busy > UTILISATION_TARGET + 1e-9:
        message = (
            f"{names} keep it busy for {busy:.3f} of the time; {UTILISATION_TARGET:g} leaves room for waits"
        )
        yield THROUGHPUT.broken(message, UTILISATION_TARGET, round(busy, 3))
    for each in tenants:
        if tolerates_zone(each.availability):
            message = f"{each.name} wants availability {each.availability:g}, and tenants fail together"
            yield AVAILABILITY.broken(message, each.availability)
    for name, found in latencies_ms(tenants).items():
        limits = next(each.limits_ms for each in tenants if each.name == name)
        for key, limit in limits.items():
            if key in found and found[key].estimate > limit:
                value = found[key].estimate
                message = f"{key} of {name} is {figure(value)} beside the others; the limit is {limit:g} ms"
                yield LATENCY.broken(message, limit, value)
