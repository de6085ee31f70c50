"""Figures of a run are what the document says of its choice: numbers, rounded to what they are worth."""

from math import ceil

from plimsoll.candidates.runs.candidate import RunCandidate, RunSpace
from plimsoll.plan.runs.plan import DeadlineFigures, RunChosen, RunFigures, SaveFigures
from plimsoll.sizing.pool import Pool
from plimsoll.sizing.runs.checkpoint import RunCheckpoint
from plimsoll.sizing.runs.saves import FSX_AFTER_H
from plimsoll.sizing.runs.spot import mean_stay_h
from plimsoll.sizing.work.setup import Estimate

DIGITS = 4
"""Decimals of hours and shares: a third of a second."""

IN_FLIGHT_NODES = 1
"""Nodes that may be in flight above the limit of a run's pools."""


def chosen_run(space: RunSpace, best: RunCandidate) -> RunChosen:
    """Say what was chosen."""
    option, pace = best.option, best.must_be_sized().timed.pace
    dump = space.spec.model_dump(mode="json")
    layout = pace.layout
    return RunChosen(
        id=best.id,
        instance_type=option.instance.name,
        region=option.region,
        accelerator=option.instance.accelerator,
        accelerators_per_replica=pace.accelerators,
        tensor_parallel=pace.split,
        precision=option.way.precision,
        weights=pace.weights,
        quantization="nf4" if dump.get("method") == "qlora" else None,
        max_tokens=space.work.totals.sequence_tokens,
        capacity=option.capacity_type,
        replicas=None,
        pools=tuple(_pools(best)),
        memory_share=None,
        kv_cache_dtype=None,
        max_num_seqs=None,
        max_num_batched_tokens=None,
        adapters=None,
        nodes=pace.nodes,
        layout=layout,
    )


def _pools(best: RunCandidate) -> list[Pool]:
    """One pool for each way in which nodes are rented; of all together, as many nodes as the run has."""
    kind = best.option.capacity_type
    pools = [_pool(best, {"on-demand": "od", "spot": "spot"}.get(kind, "reserved"), kind)]
    # A pool of spot nodes that falls back at once admits on-demand itself; without hours nothing switches.
    if kind == "spot" and best.must_be_sized().timed.hours.switch_h is not None:
        pools.append(_pool(best, "od", "on-demand"))
    return pools


def _pool(best: RunCandidate, name: str, capacity_type: str) -> Pool:
    instance, rented = best.option.instance, best.must_be_sized().rented
    return Pool(
        name=name,
        capacity_type=capacity_type,
        instance_type=instance.name,
        min_nodes=0,
        max_nodes=rented.nodes,
        overshoot_nodes=IN_FLIGHT_NODES,
        min_replicas=0,
        max_replicas=rented.nodes,
        replicas_per_node=1,
        volume_gib=rented.volume_gib,
        accelerators_per_node=instance.accelerators,
        vcpus_per_node=instance.vcpus,
        arch="arm64" if instance.arch == "arm64" else "amd64",
    )


def run_figures(space: RunSpace, best: RunCandidate) -> RunFigures:
    """Say what the run does and how long it takes."""
    timed, totals = best.must_be_sized().timed, space.work.totals
    pace, hours = timed.pace, timed.hours
    billed = pace.nodes * best.option.instance.accelerators * (hours.spot_h + hours.on_demand_h)
    return RunFigures(
        tokens=totals.tokens,
        steps=totals.steps,
        requests=totals.requests,
        shards=pace.shards,
        compute_h=round(pace.compute_h, DIGITS),
        run_h=Estimate(*(round(each, DIGITS) for each in (hours.estimate_h, hours.low_h, hours.high_h))),
        enforced_h=round(hours.enforced_h, DIGITS),
        enforced_by=enforced_by(space),
        accelerator_hours=round(pace.accelerators * pace.compute_h, DIGITS),
        billed_accelerator_hours=round(billed, DIGITS),
        tokens_per_s=round(pace.tokens_per_s, 1) if pace.tokens_per_s is not None else None,
        mfu=round(pace.mfu, DIGITS) if pace.mfu is not None else None,
        interruptions_expected=round(hours.interruptions, DIGITS),
        useful_share=round(hours.useful_share, DIGITS),
    )


def enforced_by(space: RunSpace) -> str:
    """Name the key that ends a run; the estimate where none does."""
    limits = space.work.limits
    if limits.max_h is not None:
        return "scale.max_run_h" if space.spec.scale.max_run_h is not None else "window"
    if limits.p90_h is not None:
        return "sla.run_p90_h"
    return (
        "1.5 × sla.run_p50_h" if limits.p50_h is not None else "what nine runs in ten keep, and one interval"
    )


def save_figures(space: RunSpace, saves: RunCheckpoint | None) -> SaveFigures | None:
    """Say what is saved; None where nothing is."""
    asked = space.spec.model_dump(mode="json").get("checkpoint")
    if saves is None or asked is None:
        return None
    return SaveFigures(
        size_gb=round(saves.size_bytes / 1e9, DIGITS),
        write_s=round(saves.write_s, DIGITS),
        blocking_s=round(saves.blocking_s, DIGITS),
        interval_s=saves.interval_s,
        kept_gb=round(saves.kept_gb, DIGITS),
        to=asked["to"],
        method=asked["method"],
        delete_after_d=ceil(FSX_AFTER_H / 24) if asked["to"] == "fsx" else asked["delete_after_d"],
    )


def deadline_figures(space: RunSpace, best: RunCandidate) -> DeadlineFigures:
    """Say how the run keeps its hours."""
    timed, limits, capacity = best.must_be_sized().timed, space.work.limits, space.spec.capacity
    hours, deadline = timed.hours, limits.deadline_h
    spot, offering = best.option.capacity_type == "spot", best.option.offering
    stay = None
    if spot and offering is not None:
        stay = mean_stay_h(offering.interruption_per_month, capacity.mtti_h, timed.pace.nodes)
    stated = 0.5 if limits.of_half else 0.1
    return DeadlineFigures(
        slack=round(deadline / timed.pace.compute_h, DIGITS) if deadline is not None else None,
        switch_at_h=round(hours.switch_h, DIGITS) if hours.switch_h is not None else None,
        spot_share=round(hours.spot_share, DIGITS),
        fallback=capacity.on_demand_fallback if spot else None,
        mtti_h=stay,
        late_share=stated,
    )
