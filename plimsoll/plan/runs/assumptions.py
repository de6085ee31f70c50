"""Assumptions of a run are the numbers that nobody supplied: its plan prints each."""

from collections.abc import Iterator

from plimsoll.candidates.runs.candidate import RunCandidate, RunSpace
from plimsoll.catalog.discounts.terms import CAPACITY
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.units import HOURS_PER_MONTH, usd_text
from plimsoll.plan.assumptions import inferred_prices, told_terms
from plimsoll.sizing.runs.failures import SOFTWARE_FAILURE_H
from plimsoll.sizing.runs.hours import START_H
from plimsoll.sizing.runs.saves import FSX_MADE_H
from plimsoll.sizing.runs.scenarios import GRANT_MOST_H, REFUSED_FROM_H, REFUSED_TO_H
from plimsoll.spec import defaults
from plimsoll.spec.runs.ending import RunBudget, RunCapacity

DEFAULT = "default of the spec"


def run_assumptions(space: RunSpace, best: RunCandidate | None) -> tuple[Assumption, ...]:
    """All assumptions of a run, each name once; of a refusal those that no choice is needed for."""
    way = best.option.way if best is not None else None
    pace = best.timed.pace if best is not None and best.timed is not None else None
    terms = (*told_terms(space.discounts, space.catalog.priced_on), *_committed(space, best))
    told = (*space.work.assumed(way, pace), *_defaults(space), *terms, *_of_choice(space, best))
    return tuple({each.name: each for each in told}.values())


def _committed(space: RunSpace, best: RunCandidate | None) -> Iterator[Assumption]:
    """Tell the commitments that can apply to what is chosen: none of them covers an hour of a run."""
    if space.discounts is None or best is None:
        return
    instance, region = best.option.instance.name, best.option.region
    for each in space.discounts.in_force(space.catalog.priced_on):
        rated = (instance, region) in space.discounts.rates and each.kind not in CAPACITY
        if each.concerns(instance, region) and not rated:
            usd = each.usd_per_hour * (each.count or 1) * HOURS_PER_MONTH
            month = (
                "is paid whole beside it" if space.spec.runs_per_month is None else "is a line of its month"
            )
            source = f"{each.title} covers no hour of a run, whose start nobody knows, and {month}"
            yield Assumption(f"{each.path} beside the run", usd_text(usd), "USD/month", source)


def _defaults(space: RunSpace) -> Iterator[Assumption]:
    spec, said = space.spec, space.spec.model_dump(exclude_unset=True)
    if "region" not in said and "regions" not in said:
        yield Assumption("region", defaults.REGION, None, DEFAULT)
    if spec.budget is None:
        yield Assumption("budget", "no limit", None, DEFAULT)
    elif "basis" not in _set(spec.budget):
        yield Assumption("budget.basis", spec.budget.basis, None, DEFAULT)
    if space.work.limits.deadline_h is None:
        yield Assumption("sla", "no limit on the hours of a run", None, DEFAULT)
    given = _set(spec.capacity)
    if "spot" not in given:
        yield Assumption("capacity.spot", spec.capacity.spot, None, DEFAULT)
    if "hardware_failures_per_1000_node_days" not in given:
        yield Assumption(
            "hardware failures",
            spec.capacity.hardware_failures_per_1000_node_days,
            "per 1,000 node-days of 8 accelerators",
            "Meta RSC-1, arXiv 2410.21680 (2024-10)",
        )
    if spec.capacity.reserved == "never" and "reserved" not in given:
        yield Assumption("capacity.reserved", "never", None, DEFAULT)


def _set(section: RunBudget | RunCapacity) -> set[str]:
    return section.model_fields_set


def _of_choice(space: RunSpace, best: RunCandidate | None) -> Iterator[Assumption]:
    yield Assumption(
        "node start",
        START_H * 60,
        "min",
        "asked for to first step, and from a failure to the next: 6 to 12 are seen",
    )
    yield Assumption(
        "software failures", SOFTWARE_FAILURE_H, "h between two", "small jobs fail more by software"
    )
    if best is None or best.timed is None or best.sized is None:
        return
    if best.option.capacity_type == "spot":
        yield from _spot(space, best)
    saves = best.timed.checkpoint
    if saves is not None and saves.size_bytes:
        yield Assumption(
            "resume",
            "from the newest complete checkpoint",
            None,
            "the run's own code: it reads CHECKPOINT_DIR",
        )
        yield from _saving(space)
    yield from inferred_prices(best.sized.bill.lines)
    yield Assumption("hours per month", int(HOURS_PER_MONTH), "h", "365 × 24 ÷ 12")


def _saving(space: RunSpace) -> Iterator[Assumption]:
    said = space.spec.model_dump(exclude_unset=True).get("checkpoint", {})
    asked = space.spec.model_dump().get("checkpoint", {})
    units = {"write_gb_per_s": "GB/s of a node", "keep": "checkpoints", "delete_after_d": "days"}
    keys = ("to", "method", "interval_s", "keep", "write_gb_per_s", "delete_after_d")
    if asked["to"] == "fsx":
        yield Assumption("file system made", FSX_MADE_H * 60, "min", "once its first pod asks for it")
        keys = ("method", "interval_s", "keep", "fsx_gb", "fsx_mb_per_s_per_tib")
        units |= {"fsx_gb": "GB", "fsx_mb_per_s_per_tib": "MB/s per TiB"}
    for key in keys:
        if key not in said:
            why = f"{DEFAULT}: Daly's optimum, a whole minute" if key == "interval_s" else DEFAULT
            yield Assumption(f"checkpoint.{key}", asked[key], units.get(key), why)


def _spot(space: RunSpace, best: RunCandidate) -> Iterator[Assumption]:
    capacity, offering = space.spec.capacity, best.option.offering
    without_hours = capacity.on_demand_fallback == "last_moment" and space.work.limits.deadline_h is None
    if "on_demand_fallback" not in _set(capacity) or without_hours:
        why = "without hours to keep there is no last moment: it waits for spot; sla.run_p90_h sets one"
        source = why if without_hours else DEFAULT
        yield Assumption("capacity.on_demand_fallback", capacity.on_demand_fallback, None, source)
    if capacity.mtti_h is None and offering is not None:
        from plimsoll.sizing.runs.spot import mean_stay_h

        band = offering.interruption_per_month
        said = (
            f"at most {band:.0%} of instances a month"
            if band is not None and band < 1
            else "above 20 %, or unknown"
        )
        value = mean_stay_h(band, None, 1)
        yield Assumption(
            "capacity.mtti_h", value, "h", f"AWS Spot Advisor: {said}; no hazard rate, a stand-in"
        )
    shape = f"{REFUSED_FROM_H:g} to {REFUSED_TO_H:g} h"
    source = "SkyPilot's spot traces of 2022-23, where gangs go together"
    yield Assumption("spot refused after an interruption", shape, None, source)
    yield Assumption(
        "on-demand granted within", GRANT_MOST_H * 60, "min", "no capacity is promised: a reservation is"
    )
