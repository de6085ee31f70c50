"""Write a search down as the document people and programs read: a plan, or a refusal."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.row import CandidateRow
from plimsoll.candidates.search import Search
from plimsoll.candidates.ways_out import Refused
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.units import HOURS_PER_MONTH, to_cent, usd_text
from plimsoll.money.bill import Bill
from plimsoll.money.left_out import LEFT_OUT
from plimsoll.money.terms import besides_nodes, on_demand_expected, reserved_expected
from plimsoll.money.totals import Cost, MonthlyUsd
from plimsoll.plan.assumptions import assumptions_of
from plimsoll.plan.autoscaling import Autoscaling
from plimsoll.plan.container import serving_of
from plimsoll.plan.plan import Chosen, Plan, Refusal
from plimsoll.plan.quotas import Quota
from plimsoll.sizing.estimates import Estimate
from plimsoll.sizing.fleet import Fleet
from plimsoll.sizing.replica import batch_at
from plimsoll.sizing.work.setup import estimates

ALWAYS_REPORTED = {"llm": ("ttft_p95", "tpot_p95")}
"""Latencies reported whether or not the spec limits them (INTERFACE)."""

SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600


def plan_of(found: Search, catalog: Catalog) -> Plan:
    """The plan of the first candidate that holds."""
    best = found.holding[0]
    if best.fleet is None or best.bill is None or best.rates is None or best.offering is None:
        msg = f"{best.id} holds every limit but was never sized"
        raise ValueError(msg)
    way, fleet = best.way, best.fleet
    return Plan(
        workload=written_workload(found),
        chosen=_chosen(best, fleet),
        latency=_latency(found, best, fleet),
        memory_gib=way.memory,
        kv_bytes_per_token=way.kv_bytes_per_token,
        cost=_cost(found, best, fleet, best.bill),
        serving=serving_of(found.workload, found.architecture, way, best.instance, fleet.cold_start_s),
        autoscaling=_autoscaling(found, best, fleet),
        candidates=_rows(found),
        quotas=quotas_of(best, fleet),
        assumptions=assumptions_of(found, best),
        priced_on=catalog.priced_on,
    )


def refusal_of(found: Search, catalog: Catalog, refused: Refused) -> Refusal:
    """The refusal: no plan, every candidate with its reasons, and the ways out."""
    return Refusal(
        workload=written_workload(found),
        kv_bytes_per_token=_kv_bytes(found),
        candidates=_rows(found),
        assumptions=assumptions_of(found, None),
        priced_on=catalog.priced_on,
        binding=refused.binding,
        ways_out=refused.ways_out,
        message=refused.message,
        exit_code=refused.exit_code,
    )


def written_workload(found: Search) -> Mapping[str, Any]:
    """The spec as it was read, defaults filled in."""
    return found.workload.model_dump(mode="json")


def _kv_bytes(found: Search) -> int | None:
    known = (c.way.kv_bytes_per_token for c in found.candidates if c.way.kv_bytes_per_token is not None)
    return next(known, None)


def _chosen(best: Candidate, fleet: Fleet) -> Chosen:
    return Chosen(
        id=best.id,
        instance_type=best.instance.name,
        region=best.region,
        accelerator=best.instance.accelerator,
        accelerators_per_replica=best.way.accelerators,
        tensor_parallel=best.way.tensor_parallel,
        precision=best.way.precision,
        capacity=best.capacity,
        replicas=fleet.replicas,
        pools=fleet.pools,
    )


def _latency(found: Search, best: Candidate, fleet: Fleet) -> dict[str, Estimate]:
    """One entry per sla key, and the two that LLMs always have."""
    keys = [key.removesuffix("_ms") for key in found.workload.sla.latency_limits()]
    task = found.architecture.task if found.architecture is not None else "measured"
    if found.workload.measured is not None:
        given = ("p50", "p90", "p95", "p99")
        keys += [f"latency_{p}" for p in given if getattr(found.workload.measured, f"latency_{p}_ms")]
    else:
        keys += ALWAYS_REPORTED.get(task, ("latency_p95",))
    return estimates(best.way, batch_in_use(found, best, fleet), list(dict.fromkeys(keys)))


def batch_in_use(found: Search, best: Candidate, fleet: Fleet) -> float:
    """The batch on each replica that carries the peak."""
    way = best.way
    if way.replica is None or way.batch is None:
        return 0.0
    if found.traffic.peak_qps is not None:
        return batch_at(way.replica, found.traffic.peak_qps / fleet.serving, way.batch)
    wanted = (found.traffic.peak_concurrency or 0.0) / fleet.serving
    return min(way.batch, way.batch * wanted / way.in_flight)


def _cost(found: Search, best: Candidate, fleet: Fleet, bill: Bill) -> Cost:
    hours, besides = fleet.hourly_nodes, besides_nodes(bill.lines)
    reserved = best.offering.reserved_1y if best.offering is not None else None
    alternatives: dict[str, str | None] = {"expected_reserved_1y": None, "expected_on_demand": None}
    if best.rates is not None:
        at_1y = reserved_expected(hours, best.rates, reserved, besides)
        alternatives["expected_reserved_1y"] = usd_text(at_1y) if at_1y is not None else None
        alternatives["expected_on_demand"] = usd_text(on_demand_expected(hours, best.rates, besides))
    return Cost(
        usd_per_month=MonthlyUsd(usd_text(bill.floor), usd_text(bill.expected), usd_text(bill.ceiling)),
        lines=tuple(line.written() for line in bill.lines),
        usd_per_million_output_tokens=_per_million(found, best, bill),
        alternatives=alternatives,
        left_out=LEFT_OUT,
    )


def _per_million(found: Search, best: Candidate, bill: Bill) -> str | None:
    """Expected USD per million output tokens at the mean load; None where nothing is generated."""
    if found.architecture is None or found.architecture.task != "llm":
        return None
    tokens = peak_qps(found, best) * found.traffic.mean_fraction * found.traffic.output_tok.mean
    millions = Decimal(repr(tokens)) * SECONDS_PER_MONTH / 1_000_000
    return f"{to_cent(bill.expected / millions):f}" if millions > 0 else None


def peak_qps(found: Search, best: Candidate) -> float:
    """Requests per second at the peak; for a spec in concurrency, what the sized replicas then serve."""
    if found.traffic.peak_qps is not None:
        return found.traffic.peak_qps
    return best.way.qps * (found.traffic.peak_concurrency or 0.0) / best.way.in_flight


def _autoscaling(found: Search, best: Candidate, fleet: Fleet) -> Autoscaling:
    """Scale on what one replica carries at the peak, spares included, so that the peak wants them all."""
    replica = best.way.replica
    peak = fleet.replicas.peak
    if best.way.measured or replica is None or best.way.tensor_parallel is None:
        metric, unit = "requests_per_second", "requests/s per replica"
        target = peak_qps(found, best) / peak
    else:
        metric, unit = "requests_in_flight", "requests per replica"
        target = max(replica.in_flight(batch_in_use(found, best, fleet)) * fleet.serving / peak, 1.0)
    return Autoscaling(
        metric=metric,
        target=float(f"{target:.3g}"),
        unit=unit,
        min_replicas=fleet.replicas.min,
        max_replicas=fleet.replicas.max,
        scale_to_zero=found.workload.scale.to_zero,
    )


def _rows(found: Search) -> tuple[CandidateRow, ...]:
    """Chosen first, then the dominated in order of preference, then the rejected by id."""
    rows: list[CandidateRow] = []
    for rank, candidate in enumerate(found.holding):
        chosen = rank == 0
        rows.append(
            candidate.row("chosen" if chosen else "dominated", None if chosen else found.holding[0].id)
        )
    rejected = sorted((c for c in found.candidates if not c.holds), key=lambda c: c.id)
    rows += [candidate.row("rejected", None) for candidate in rejected]
    return tuple(rows)


def quotas_of(best: Candidate, fleet: Fleet) -> tuple[Quota, ...]:
    """Service Quotas the ceiling needs, vCPU: on-demand for every pool, spot for the burst pool too."""
    instance = best.instance
    every = sum(pool.max_nodes + pool.overshoot_nodes for pool in fleet.pools)
    quotas = [Quota(instance.quota_code_on_demand, instance.quota_name, every * instance.quota_vcpus)]
    burst = [pool for pool in fleet.pools if pool.capacity_type == "spot"]
    if burst:
        nodes = sum(pool.max_nodes + pool.overshoot_nodes for pool in burst)
        name = f"Spot: {_family_of(instance.quota_name)}"
        quotas.append(Quota(instance.quota_code_spot, name, nodes * instance.quota_vcpus))
    return tuple(quotas)


def _family_of(quota_name: str) -> str:
    return quota_name.removeprefix("Running On-Demand ")
