"""These checks hold a candidate against what is sold, the choices of the spec, its host, the budget."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.candidates.candidate import Option
from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.units import usd_display
from plimsoll.money.bill import Bill
from plimsoll.sizing.fleet import Fleet
from plimsoll.sizing.limits import BUDGET, DENIED, NO_PRICE, NOT_OFFERED, PINNED, SPOT_FORBIDDEN, Reason
from plimsoll.spec.workload import Workload


def forbidden(option: Option, workload: Workload) -> Iterator[Reason]:
    """Yield what excludes an option before it is sized: AWS does not sell it, or the spec forbids it."""
    instance, region, capacity_type = option.instance, option.region, option.capacity_type
    if option.offering is None:
        yield NOT_OFFERED.broken(f"{instance.name} is not offered in {region}", region, instance.name)
    elif capacity_type not in instance.usage_classes:
        message = f"AWS sells no {capacity_type} {instance.name}"
        yield NOT_OFFERED.broken(message, capacity_type, instance.name)
    if capacity_type == "spot" and workload.capacity.spot == "never":
        yield SPOT_FORBIDDEN.broken("the spec says capacity.spot: never", "never", "spot")
    yield from _denied(workload, instance)
    yield from _pinned(workload, option)


def _denied(workload: Workload, instance: InstanceType) -> Iterator[Reason]:
    deny, allow = workload.capacity.deny, workload.capacity.allow
    if not deny and not allow:
        return
    names = {instance.name, instance.family}
    hit = sorted(names & set(deny))
    if hit:
        yield DENIED.broken(f"capacity.deny names {hit[0]}", hit[0], instance.name)
    if allow and not names & set(allow):
        listed = ", ".join(allow)
        yield DENIED.broken(f"capacity.allow leaves it out ({listed})", listed, instance.name)


def _pinned(workload: Workload, option: Option) -> Iterator[Reason]:
    pin = workload.pin
    if not pin.model_fields_set:
        return
    share = option.setup.pod.share
    checks = (
        ("mig_profile", pin.mig_profile, share.profile if share is not None else None),
        ("instance_type", pin.instance_type, option.instance.name),
        ("tensor_parallel", pin.tensor_parallel, option.setup.tensor_parallel),
        ("precision", pin.precision, option.setup.precision),
    )
    for name, wanted, actual in checks:
        if wanted is not None and wanted != actual:
            yield PINNED.broken(f"pin.{name} asks for {wanted}", wanted, actual)


def no_price(option: Option, *, volume: bool, fee: bool) -> Reason:
    """Say which price is missing; `volume` and `fee` say whether those of volumes and Auto Mode are known."""
    instance, region = option.instance, option.region
    if not volume:
        message = f"no price for gp3 volumes in {region}"
    elif option.offering is None or option.offering.on_demand is None:
        message = f"AWS lists no on-demand price for {instance.name} in {region}"
    elif not fee:
        message = f"no fee of EKS Auto Mode for {instance.name} is published"
    else:
        message = f"no spot price for {instance.name} in {region}"
    return NO_PRICE.broken(message + "; a missing price is a refusal, not zero", unit="USD/hour")


def over_budget(workload: Workload, bill: Bill, fleet: Fleet) -> Iterator[Reason]:
    """Yield the budget, if the bill exceeds it on the basis that the spec names."""
    budget = workload.budget
    if budget is None:
        return
    value = bill.ceiling if budget.basis == "ceiling" else bill.expected
    limit = Decimal(str(budget.usd_per_month))
    if value > limit:
        count = fleet.replicas.max
        yield BUDGET.broken(
            f"{budget.basis} {usd_display(value)} a month is over the budget of {usd_display(limit)} "
            f"by {usd_display(value - limit)}, with {count:,} replica{'' if count == 1 else 's'}",
            float(limit),
            float(value),
        )
