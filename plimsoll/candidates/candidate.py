"""Candidates: every rentable way to serve a workload, each with every limit it fails.

Nothing is short-circuited: a candidate that cannot hold the weights is still checked against the
deny list, the spot rule and the latency limits, so that "why not" has the whole answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from decimal import Decimal

from plimsoll.candidates.row import CandidateRow, Verdict
from plimsoll.catalog.facts import Catalog, InstanceType, Offering, Price
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_display, usd_text
from plimsoll.money.bill import Bill, pool_lines
from plimsoll.money.cluster import cluster_bill
from plimsoll.money.line import Line
from plimsoll.money.terms import Rates, rates_of
from plimsoll.sizing.fleet import Fleet, Fleets
from plimsoll.sizing.limits import BUDGET, DENIED, HOST, NO_PRICE, NOT_OFFERED, PINNED, SPOT_FORBIDDEN, Reason
from plimsoll.sizing.nodes import replicas_per_node
from plimsoll.sizing.spares import monthly_interruption
from plimsoll.sizing.traffic import Traffic
from plimsoll.sizing.work.setup import Way, Ways
from plimsoll.spec.workload import Workload

CAPACITIES = ("on-demand", "spot")


@record
class Candidate:
    """One way on one instance type in one region at one capacity, with its money if computable."""

    id: str
    instance: InstanceType
    region: str
    capacity: str
    way: Way
    reasons: tuple[Reason, ...]
    fleet: Fleet | None = None
    rates: Rates | None = None
    bill: Bill | None = None
    offering: Offering | None = field(default=None, compare=False)

    @property
    def holds(self) -> bool:
        """Whether it keeps every limit."""
        return not self.reasons

    def order(
        self, *, prefer_spot: bool, precisions: Sequence[str] = ()
    ) -> tuple[int, Decimal, Decimal, int, int, str]:
        """The total order of INTERFACE: expected, ceiling, accelerators, earlier precision, id.

        Spot comes first of all if preferred. `precisions` are the acceptable ones in the spec's order.
        """
        if self.bill is None or self.fleet is None:
            msg = f"{self.id} holds every limit but has no bill"
            raise ValueError(msg)
        first = 0 if prefer_spot and self.capacity == "spot" else 1
        accelerators = self.fleet.replicas.max * self.way.accelerators
        place = precisions.index(self.way.precision) if self.way.precision in precisions else 0
        return (first, self.bill.expected, self.bill.ceiling, accelerators, place, self.id)

    def row(self, verdict: Verdict, dominated_by: str | None) -> CandidateRow:
        """The candidate as the document carries it."""
        return CandidateRow(
            id=self.id,
            instance_type=self.instance.name,
            region=self.region,
            tensor_parallel=self.way.tensor_parallel,
            precision=self.way.precision,
            capacity=self.capacity,
            verdict=verdict,
            usd_per_month_expected=usd_text(self.bill.expected) if self.bill else None,
            usd_per_month_ceiling=usd_text(self.bill.ceiling) if self.bill else None,
            dominated_by=dominated_by,
            reasons=self.reasons,
        )


class Enumeration:
    """Everything that the candidates of one workload share, and the loop over all of them."""

    def __init__(self, workload: Workload, ways: Ways, traffic: Traffic, catalog: Catalog) -> None:
        self.workload = workload
        self.ways = ways
        self.traffic = traffic
        self.catalog = catalog
        self._fixed: dict[str, Bill | None] = {}
        self.fleets = Fleets(workload, traffic)

    def holding(self) -> Iterator[Candidate]:
        """Only the candidates that hold every limit: no reasons are collected, no losing bill is added up."""
        for instance, region, way, capacity in self._all():
            offering = self.catalog.offering(instance.name, region)
            if way.reasons or any(self._forbidden(instance, region, offering, way, capacity)):
                continue
            candidate = self._candidate(instance, region, way, capacity)
            if candidate.holds:
                yield candidate

    def __iter__(self) -> Iterator[Candidate]:
        for instance, region, way, capacity in self._all():
            yield self._candidate(instance, region, way, capacity)

    def _all(self) -> Iterator[tuple[InstanceType, str, Way, str]]:
        for region in sorted(set(self.workload.region_names)):
            for name in sorted(self.catalog.instance_types):
                instance = self.catalog.instance_types[name]
                if not self.ways.concerns(instance):
                    continue
                for way in self.ways.on(instance):
                    for capacity in CAPACITIES:
                        yield instance, region, way, capacity

    def _candidate(self, instance: InstanceType, region: str, way: Way, capacity: str) -> Candidate:
        offering = self.catalog.offering(instance.name, region)
        parts = [region, instance.name]
        parts += [f"tp{way.tensor_parallel}"] if way.tensor_parallel else []
        parts += [way.precision] if way.precision else []
        candidate_id = "/".join([*parts, capacity])
        reasons = [*self._forbidden(instance, region, offering, way, capacity), *way.reasons]
        fleet, more = self._fleet(instance, offering, way, capacity)
        reasons += more
        rates = self._rates(instance, region, offering, capacity, reasons)
        bill = self._bill(region, fleet, rates, reasons)
        if bill is not None:
            reasons += self._over_budget(bill, fleet)
        return Candidate(
            candidate_id, instance, region, capacity, way, _once(reasons), fleet, rates, bill, offering
        )

    def _forbidden(
        self, instance: InstanceType, region: str, offering: Offering | None, way: Way, capacity: str
    ) -> Iterator[Reason]:
        workload = self.workload
        if offering is None:
            message = f"{instance.name} is not offered in {region}"
            yield NOT_OFFERED.broken(message, region, instance.name)
        elif capacity not in instance.usage_classes:
            message = f"AWS sells no {capacity} {instance.name}"
            yield NOT_OFFERED.broken(message, capacity, instance.name)
        if capacity == "spot" and workload.capacity.spot == "never":
            yield SPOT_FORBIDDEN.broken("the spec says capacity.spot: never", "never", "spot")
        yield from _denied(workload, instance)
        yield from _pinned(workload, instance, way)

    def _fleet(
        self, instance: InstanceType, offering: Offering | None, way: Way, capacity: str
    ) -> tuple[Fleet | None, tuple[Reason, ...]]:
        per_node = replicas_per_node(way.pod, instance)
        if per_node == 0:
            return None, (_host_reason(way, instance),)
        if way.replica is None or way.batch is None:
            return None, ()
        return self.fleets.fleet(instance, offering, way, capacity, per_node)

    def _rates(
        self,
        instance: InstanceType,
        region: str,
        offering: Offering | None,
        capacity: str,
        reasons: list[Reason],
    ) -> Rates | None:
        volume = self.catalog.service("ebs-gp3-storage", region)
        if offering is None:
            return None
        spot = capacity == "spot"
        interruption = monthly_interruption(offering.interruption_per_month)
        rates = (
            rates_of(offering, volume.price, spot=spot, fallback_share=interruption)
            if volume is not None
            else None
        )
        if rates is None:
            reasons.append(_no_price(instance, region, offering.on_demand, no_volume=volume is None))
        return rates

    def _bill(
        self, region: str, fleet: Fleet | None, rates: Rates | None, reasons: list[Reason]
    ) -> Bill | None:
        if region not in self._fixed:
            self._fixed[region] = cluster_bill(self.catalog, region)
        fixed = self._fixed[region]
        if fixed is None and not any(reason.code in {NO_PRICE.code, NOT_OFFERED.code} for reason in reasons):
            reasons.append(NO_PRICE.broken(f"a price of the cluster itself is missing in {region}"))
        if fleet is None or rates is None or fixed is None:
            return None
        lines: list[Line] = []
        for pool, nodes in zip(fleet.pools, fleet.hourly_nodes, strict=True):
            lines += pool_lines(pool, rates, nodes)
        return fixed.with_lines(lines)

    def _over_budget(self, bill: Bill, fleet: Fleet | None) -> Iterator[Reason]:
        budget = self.workload.budget
        if budget is None:
            return
        value = bill.ceiling if budget.basis == "ceiling" else bill.expected
        limit = Decimal(str(budget.usd_per_month))
        if value > limit:
            yield BUDGET.broken(
                f"{budget.basis} {usd_display(value)} a month is over the budget of {usd_display(limit)} "
                f"by {usd_display(value - limit)}, with {_count(fleet)}",
                float(limit),
                float(value),
            )


def _count(fleet: Fleet | None) -> str:
    replicas = fleet.replicas.max if fleet is not None else 0
    return "1 replica" if replicas == 1 else f"{replicas:,} replicas"


def _once(reasons: list[Reason]) -> tuple[Reason, ...]:
    seen: Mapping[tuple[object, ...], Reason] = {
        (reason.code, reason.limit, reason.value, reason.message): reason for reason in reasons
    }
    return tuple(seen.values())


def _denied(workload: Workload, instance: InstanceType) -> Iterator[Reason]:
    names = {instance.name, instance.family}
    hit = sorted(names & set(workload.capacity.deny))
    if hit:
        yield DENIED.broken(f"capacity.deny names {hit[0]}", hit[0], instance.name)
    allow = workload.capacity.allow
    if allow and not names & set(allow):
        listed = ", ".join(allow)
        yield DENIED.broken(f"capacity.allow leaves it out ({listed})", listed, instance.name)


def _pinned(workload: Workload, instance: InstanceType, way: Way) -> Iterator[Reason]:
    pin = workload.pin
    checks = (
        ("instance_type", pin.instance_type, instance.name),
        ("tensor_parallel", pin.tensor_parallel, way.tensor_parallel),
        ("precision", pin.precision, way.precision),
    )
    for name, wanted, actual in checks:
        if wanted is not None and wanted != actual:
            yield PINNED.broken(f"pin.{name} asks for {wanted}", wanted, actual)


def _host_reason(way: Way, instance: InstanceType) -> Reason:
    pod = way.pod
    if pod.accelerators > instance.accelerators:
        message = f"one replica needs {pod.accelerators} accelerators, the node has {instance.accelerators}"
        return HOST.broken(message, instance.accelerators, pod.accelerators, "accelerators")
    if pod.cpu > instance.allocatable_cpu:
        message = (
            f"one replica requests {pod.cpu:g} vCPU, EKS leaves {instance.allocatable_cpu:g} on the node"
        )
        return HOST.broken(message, instance.allocatable_cpu, pod.cpu, "vCPU")
    return HOST.broken(
        f"one replica requests {pod.cpu:g} vCPU and {pod.memory_gib:g} GiB, EKS and its daemons leave less "
        f"than {instance.allocatable_cpu:g} vCPU and {instance.allocatable_memory_gib:.1f} GiB on the node",
        round(instance.allocatable_memory_gib, 2),
        pod.memory_gib,
        "GiB",
    )


def _no_price(instance: InstanceType, region: str, on_demand: Price | None, *, no_volume: bool) -> Reason:
    if no_volume:
        message = f"no price for gp3 volumes in {region}"
    elif on_demand is None:
        message = f"AWS lists no on-demand price for {instance.name} in {region}"
    else:
        message = f"no spot price for {instance.name} in {region}"
    return NO_PRICE.broken(message + "; a missing price is a refusal, not zero", unit="USD/hour")
