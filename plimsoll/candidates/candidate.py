"""A candidate is one rentable way to serve a workload, with every limit it breaks and what it would cost."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from plimsoll.catalog.facts import InstanceType, Offering
from plimsoll.ground.start_up import record
from plimsoll.money.bill import Bill
from plimsoll.money.terms import Rates
from plimsoll.sizing.fleet import Fleet
from plimsoll.sizing.limits import Limit, Reason
from plimsoll.sizing.work.setup import Setup

if TYPE_CHECKING:  # start-up: only a plan with a discounts file, a cache or a second type has one
    from plimsoll.candidates.mixed.second import SecondType
    from plimsoll.money.cache import CacheNodes
    from plimsoll.money.purchase import Purchase
    from plimsoll.sizing.pool import Pool


@record
class Option:
    """One setup on one instance type in one region at one capacity type, before anything is judged.

    `offering` is None where AWS does not sell the type in the region.
    """

    instance: InstanceType
    region: str
    setup: Setup
    capacity_type: str
    offering: Offering | None


@record
class Sized:
    """The fleet of a candidate and its money: there is none without a price and a replica that runs.

    `purchase` says how the bill is paid on the organisation's own terms; None at list prices.
    """

    offering: Offering
    fleet: Fleet
    rates: Rates
    bill: Bill
    purchase: "Purchase | None" = None
    cache: "CacheNodes | None" = None
    """The nodes of a cache of answers; None without one."""
    second: "SecondType | None" = None
    """What the burst runs on where it is another type than the base; None where there is one type."""

    def rates_of(self, pool: "Pool") -> Rates:
        """Look up the prices of the type that a pool rents."""
        return self.second.rates if self.second is not None and self.second.runs(pool) else self.rates


@record
class Candidate:
    """One option, judged: every limit it breaks, and its fleet and money where they can be worked out."""

    option: Option
    reasons: tuple[Reason, ...]
    sized: Sized | None

    @property
    def id(self) -> str:
        """Region, type, tensor parallelism, precision, variant, share, capacity; none without meaning.

        Of a mix the type of the base, then that of the burst behind a plus sign.
        """
        second = self.sized.second if self.sized is not None else None
        types = [_way(self.option), *([_way(second.option)] if second is not None else [])]
        return "/".join([self.option.region, "+".join(types), self.option.capacity_type])

    @property
    def instance(self) -> InstanceType:
        """The instance type it rents."""
        return self.option.instance

    @property
    def types(self) -> str:
        """Name its instance type; of a mix both, the base's first."""
        second = self.sized.second if self.sized is not None else None
        names = [self.instance.name, *([second.option.instance.name] if second is not None else [])]
        return " + ".join(names)

    def instance_of(self, pool: "Pool") -> InstanceType:
        """Look up the instance type that one of its pools rents."""
        second = self.sized.second if self.sized is not None else None
        cache = self.sized.cache if self.sized is not None else None
        if cache is not None and cache.own is not None and cache.own.pool.name == pool.name:
            return cache.own.instance
        return second.option.instance if second is not None and second.runs(pool) else self.instance

    @property
    def setup(self) -> Setup:
        """The setup it runs."""
        return self.option.setup

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the limits it breaks."""
        return frozenset(reason.code for reason in self.reasons)

    def breaks_only(self, *limits: Limit) -> bool:
        """Say whether it breaks something, and nothing but these."""
        return bool(self.reasons) and self.codes <= {limit.code for limit in limits}

    @property
    def holds(self) -> bool:
        """Whether it keeps every limit."""
        return not self.reasons

    def must_be_sized(self) -> Sized:
        """Return what a candidate that holds always has; one without would be a fault of ours."""
        if self.sized is None:
            msg = f"{self.id} holds every limit but was never sized"
            raise ValueError(msg)
        return self.sized

    def order(
        self, *, prefer_spot: bool, precisions: Sequence[str] = ()
    ) -> tuple[int, Decimal, Decimal, int, int, str]:
        """The total order of INTERFACE: expected, ceiling, accelerators, earlier precision or variant, id.

        Spot comes first of all if preferred. `precisions` are the acceptable ones in the spec's order; whole
        accelerators come before shares that cost as much.
        """
        sized, setup = self.must_be_sized(), self.setup
        first = 0 if prefer_spot and self.option.capacity_type == "spot" else 1
        accelerators = sized.fleet.replicas.max * setup.accelerators
        place = precisions.index(setup.precision) if setup.precision in precisions else setup.place
        place += setup.pod.share is not None
        return (first, sized.bill.expected, sized.bill.ceiling, accelerators, place, self.id)


def _way(option: Option) -> str:
    """Name an instance type and the way to run on it, whatever the region and the capacity."""
    setup = option.setup
    parts = [option.instance.name]
    parts += [f"tp{setup.tensor_parallel}"] if setup.tensor_parallel else []
    parts += [f"pp{setup.stages}"] if setup.stages > 1 else []
    parts += [setup.precision] if setup.precision else []
    parts += [setup.variant] if setup.variant else []
    parts += [share.label] if (share := setup.pod.share) is not None and share.label else []
    return "/".join(parts)
