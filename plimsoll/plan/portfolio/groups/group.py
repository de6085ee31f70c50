"""A group has nodes of its own, rented once for all tenants, in pools whose accelerators are cut alike."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from plimsoll.candidates.candidate import Candidate
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_text
from plimsoll.money.bill import Bill, pool_lines
from plimsoll.money.line import Line
from plimsoll.money.terms import Rates
from plimsoll.plan.portfolio.document import SharedNode
from plimsoll.sizing.fleet import Fleet
from plimsoll.sizing.pool import Pool, Replicas

if TYPE_CHECKING:  # start-up: only a plan with a discounts file has one
    from plimsoll.money.purchase import Purchase

NAME_MAX = 57
"""63 characters of a node label, less the longest name of a pool and its dash."""

_CACHE = "cache"
"""The pool of a workload's own cache: no tenant gives it up."""

Cuts = tuple[Mapping[str, int], ...]
"""How many slices of which profile each accelerator of a node has; nothing of turns."""


@record
class JointPool:
    """Nodes whose accelerators are cut alike; `resources` is how many of each a node of it publishes."""

    pool: Pool
    cuts: Cuts
    resources: Mapping[str, int]


@record
class JointRent:
    """What a group rents on the terms of its tenants: pools, and the bill of them alone."""

    pools: tuple[JointPool, ...]
    bill: Bill
    purchase: "Purchase | None" = None

    def usd(self, of: str) -> Decimal:
        """Add up what the nodes cost on a basis, USD a month; no commitment that is paid anyhow."""
        return sum((line.usd for line in self.bill.lines if line.of == of and line.pool), Decimal(0))

    def claim(self) -> dict[str, str]:
        """Word the ceiling of the nodes as a component states it; where it is net, also at list prices."""
        stated = {"usdPerMonth": usd_text(self.usd("ceiling"))}
        if self.purchase is None:
            return stated
        listed = (line.usd_at_list for line in self.bill.lines if line.of == "ceiling" and line.pool)
        return stated | {"listUsdPerMonth": usd_text(sum(listed, Decimal(0)))}


Method = Literal["memory_slots", "busy_time"]
"""By what the money of shared nodes is allocated: slots of accelerators' memory, or their busy time."""


@record
class Allotment:
    """What each tenant has of the nodes, in their order, by `method`; `whole` is all there is of it.

    What no tenant has is idle, and is shared out by the same weights.
    """

    method: Method
    weights: tuple[int, ...]
    whole: int

    @property
    def idle(self) -> Fraction:
        """The part of the nodes that no tenant has."""
        return 1 - Fraction(sum(self.weights), self.whole)

    def split(self, usd: Decimal) -> list[Decimal]:
        """Split an amount in whole cents, the largest remainders first; the parts add up to it."""
        cents, total = int(usd * 100), sum(self.weights)
        whole = [cents * weight // total for weight in self.weights]
        order = sorted(range(len(whole)), key=lambda at: (-(cents * self.weights[at] % total), at))
        for at in order[: cents - sum(whole)]:
            whole[at] += 1
        return [Decimal(each) / 100 for each in whole]


@record
class Group:
    """A group as documents tell it, what it rents, and as what each tenant runs and what it has of them."""

    node: SharedNode
    rented: JointRent
    chosen: tuple[Candidate, ...]
    allotment: Allotment

    @property
    def saves(self) -> Decimal:
        """What it saves, USD a month, expected."""
        return Decimal(self.node.saves_usd_per_month)


def joint_budget(group: Group, budgets: Mapping[str, object]) -> str | None:
    """Add up what the specs of all tenants allow a month, USD; None where one of them sets no limit.

    `budgets` are those that specs have, by workload. AWS bills nodes that are shared to none of the tenants,
    so that only all of them together can be held against what is billed.
    """
    found = [budgets.get(name) for name in group.node.tenants]
    if any(usd is None for usd in found):
        return None
    return usd_text(sum((Decimal(str(usd)) for usd in found), Decimal(0)))


def joint_name(tenants: Iterable[str]) -> str:
    """Name a group for ever, whoever joins later by a later name: after the first of its tenants.

    It is the cost tag of its nodes, their namespace and the head of their pools' names.
    """
    first = min(tenants)
    name = f"shared-{first}"
    if len(name) <= NAME_MAX:
        return name
    from hashlib import sha256  # start-up: few names are so long

    digest = sha256(first.encode()).hexdigest()[:8]
    return f"{name[: NAME_MAX - len(digest) - 1].rstrip('-')}-{digest}"


def rented(
    name: str, region: str, pools: Sequence[JointPool], rates: Rates, terms: "Purchase | None"
) -> JointRent:
    """Bill pools at all hours, for tenants come and go on them: each as the gate will, line by line.

    `terms` is any tenant's purchase, None at list prices.
    """
    if terms is None:
        lines = [line for each in pools for line in pool_lines(each.pool, rates, (each.pool.max_nodes,))]
        return JointRent(tuple(pools), Bill.of(lines))
    from plimsoll.money.own_bill import own_bill  # start-up: only with a discounts file
    from plimsoll.money.use import Billed

    count = sum(each.pool.max_replicas for each in pools)
    fleet = Fleet(
        replicas=Replicas(count, count, count),
        pools=tuple(each.pool for each in pools),
        hourly_nodes=tuple((each.pool.max_nodes,) for each in pools),
        serving=count,
        zones=1,
        cold_start_s=0.0,
    )
    prices = {each.pool.name: rates for each in pools}
    bill, purchase = own_bill(Bill.of([]), fleet, prices, Billed(name, region, terms.discounts), terms.day)
    return JointRent(tuple(pools), bill, purchase)


def own_lines(candidate: Candidate) -> list[Line]:
    """List the lines of what its replicas rent: what it no longer pays where it is a tenant."""
    return [line for line in candidate.must_be_sized().bill.lines if line.pool and line.pool != _CACHE]


def own_usd_of(candidate: Candidate, of: str) -> Decimal:
    """Add up what the nodes of its replicas cost on a basis, USD a month."""
    return sum((line.usd for line in own_lines(candidate) if line.of == of), Decimal(0))


def counted(names: Iterable[str]) -> Mapping[str, int]:
    """Count slices by profile, in the order of the profiles' names."""
    return dict(sorted(Counter(names).items()))
