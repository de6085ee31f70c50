"""A second opinion on a plan: small, slow, written apart from the sizer.

It takes the spec as written, the catalogue, and of the plan only what it claims to rent. From the
code under test it borrows the physics (how long a step takes), never the sizing: queueing, spares,
packing and money rules are worked out here by trial.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from plimsoll.candidates.search import search
from plimsoll.catalog.facts import Catalog, InstanceType
from plimsoll.plan.plan import Plan
from plimsoll.sizing.work.setup import Setup
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed

TARGET, KV_TARGET = 0.70, 0.60
"""Utilisation targets of the method: of a replica's capacity, and where KV-cache slots bind."""


@dataclass
class Claim:
    """What a plan claims to rent, and for what."""

    spec: dict[str, Any]
    document: Plan
    catalog: Catalog

    @property
    def instance(self) -> InstanceType:
        return self.catalog.instance_types[self.document.chosen.instance_type]

    def problems(self, replicas: int | None = None) -> list[str]:
        """Everything that is wrong with the plan, or would be with another number of replicas."""
        chosen = self.document.chosen
        count = chosen.replicas.peak if replicas is None else replicas
        return [
            text
            for text in (
                self._refused_capacity(),
                self._unpriced(),
                self._does_not_fit_nodes(),
                self._overloaded(count),
                self._below_bounds(count),
            )
            if text
        ]

    def _refused_capacity(self) -> str:
        capacity = self.spec.get("capacity", {})
        names = {self.instance.name, self.instance.family}
        if names & set(capacity.get("deny", [])):
            return "denied"
        if capacity.get("allow") and not names & set(capacity["allow"]):
            return "not allowed"
        spot = any(pool.capacity_type == "spot" for pool in self.document.chosen.pools)
        if spot and capacity.get("spot", "never") == "never":
            return "spot is forbidden"
        regions = self.spec.get("regions") or [self.spec.get("region", "us-east-1")]
        return "" if self.document.chosen.region in regions else "another region"

    def _unpriced(self) -> str:
        offer = self.catalog.offerings.get((self.instance.name, self.document.chosen.region))
        if offer is None or offer.on_demand is None:
            return "no on-demand price"
        pools = self.document.chosen.pools
        return "no spot price" if any(p.capacity_type == "spot" for p in pools) and not offer.spot else ""

    def _does_not_fit_nodes(self) -> str:
        """Every pool's nodes hold its replicas, by accelerators and by the pods' requests."""
        serving, instance = self.document.serving, self.instance
        for pool in self.document.chosen.pools:
            if pool.max_nodes * pool.replicas_per_node < pool.max_replicas:
                return f"{pool.max_nodes} nodes do not hold {pool.max_replicas} replicas"
            here = pool.replicas_per_node
            if here * serving.accelerators > instance.accelerators:
                return "more accelerators than the node has"
            if here * serving.cpu_request > instance.allocatable_cpu:
                return "more vCPU than the node leaves"
            if here * serving.memory_request_gib > instance.allocatable_memory_gib:
                return "more memory than the node leaves"
        return ""

    def _below_bounds(self, count: int) -> str:
        scale, pin = self.spec.get("scale", {}), self.spec.get("pin", {})
        if count < scale.get("min_replicas", 1):
            return "fewer replicas than min_replicas"
        return "another number than pinned" if pin.get("replicas", count) != count else ""

    def _overloaded(self, count: int) -> str:
        """Whether what is left after either loss the spec speaks of, a zone or spot, carries the peak."""
        for loss, left in (
            ("a zone", count - self._lost_to_a_zone(count)),
            ("spot", count - self._away(count)),
        ):
            if left < 1 or not carries(self.spec, self._setup, left):
                return f"{left} of {count} replicas do not carry the peak when {loss} is lost"
        return ""

    def _lost_to_a_zone(self, count: int) -> int:
        """From three nines, the zone that is fullest of every pool; from four, one replica more."""
        availability = self.spec.get("sla", {}).get("availability", 0.99)
        if availability < 0.999:
            return 0
        zones = min(self._offer().zones, 3)
        spare = 1 if availability >= 0.9999 else 0
        return spare + sum(math.ceil(replicas / zones) for replicas in self._pools(count - spare).values())

    def _pools(self, count: int) -> dict[str, int]:
        """Replicas by capacity type if `count` of them ran."""
        if self.document.chosen.capacity != "spot":
            return {"on-demand": count}
        wanted = self.spec["capacity"].get("on_demand_base", 0)
        base = math.ceil(wanted * count - 1e-9) if isinstance(wanted, float) else wanted
        base = min(base, count)
        return {"on-demand": base, "spot": count - base}

    def _away(self, count: int) -> int:
        """The least k such that more than k spot replicas are in recovery for less than 1 - availability."""
        spot = self._pools(count).get("spot", 0)
        if spot == 0:
            return 0
        availability = self.spec.get("sla", {}).get("availability", 0.99)
        band = self._offer().interruption_per_month
        monthly = 0.20 if band is None else min(band, 0.40)
        mean = spot * -math.log(1 - monthly) * self.document.serving.cold_start_s / (730 * 3600)
        k = 0
        while sum(math.exp(-mean) * mean**i / math.factorial(i) for i in range(k + 1)) < availability:
            k += 1
        return k

    def _offer(self) -> Any:
        return self.catalog.offerings[self.instance.name, self.document.chosen.region]

    @cached_property
    def _setup(self) -> Setup:
        """The physics of the chosen split and precision."""
        workload = Workload.model_validate(self.spec)
        model = self.catalog.model(self.spec["model"]) if "model" in self.spec else None
        found = search(workload, model, self.catalog, load_speed())
        return next(c.setup for c in found.candidates if c.id == self.document.chosen.id)


def carries(spec: dict[str, Any], setup: Setup, replicas: int) -> bool:
    """Whether so many replicas, all up, carry the peak within the utilisation target and the limits."""
    if "measured" in spec:
        measured, load = spec["measured"], spec["load"]
        rate = TARGET * measured["qps_per_replica"]
        if "qps" in load:
            return replicas * rate >= load["qps"] * (1 - 1e-9)
        return replicas * rate * measured["latency_p95_ms"] / 1000 >= load["concurrency"] * (1 - 1e-9)
    return _llm_carries(spec, setup, replicas)


def _llm_carries(spec: dict[str, Any], setup: Setup, replicas: int) -> bool:
    """Continuous batching by trial: find the batch that the rate keeps running, then look at each limit."""
    assert setup.loaded is not None
    replica: Any = setup.loaded.replica
    osl = replica.traffic.output_tok.mean
    load = spec["load"]
    if "qps" not in load:
        return replicas * setup.loaded.in_flight >= load["concurrency"] * (1 - 1e-6)

    def rate_at(batch: float, flood: float = 1.0) -> float:
        running, isl = max(batch, 1.0), replica.traffic.new_input_tok
        step, prefill = replica.step_s(running), replica.mixed_prefill_s(isl, running)
        plain, flooded = osl * step + batch * prefill, min(osl, isl / 20) * step + batch * flood * prefill
        return batch / max(plain, flooded)

    rate = load["qps"] / replicas
    of_cache = KV_TARGET * rate_at(max(replica.cache_slots, replica.slots)) / rate_at(replica.slots)
    target = min(TARGET, max(of_cache, KV_TARGET))
    if rate > target * rate_at(replica.slots, replica.flood) * (1 + 1e-6):
        return False
    low, high = 0.0, float(replica.slots)
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if rate_at(middle) < rate else (low, middle)
    limits = {key: value for key, value in spec.get("sla", {}).items() if key.endswith("_ms")}
    keys = [key.removesuffix("_ms") for key in limits]
    reached = replica.latencies_s(high, keys)
    return all(
        seconds * 1000 <= limit * (1 + 1e-5) for seconds, limit in zip(reached, limits.values(), strict=True)
    )


def ceiling_by_hand(document: Plan, catalog: Catalog) -> Decimal:
    """The workload's own ceiling, unrounded: nodes at the limit and a tenth in flight, with their disks."""
    chosen = document.chosen
    offer = catalog.offerings[chosen.instance_type, chosen.region]
    gib_month = catalog.services["ebs-gp3-storage", chosen.region].price.usd
    assert offer.on_demand is not None
    total = Decimal(0)
    for pool in chosen.pools:
        nodes = Decimal(pool.max_nodes) * Decimal("1.1")
        total += nodes * (730 * offer.on_demand.usd + pool.volume_gib * gib_month)
    return total
