"""A run is solved again with one thing turned: its speed, what nodes cost, how often they fail, its work.

Speed and prices have no key of a spec: they are turned for all candidates alike.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from plimsoll.candidates.change import Change
from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch, RunSpace
from plimsoll.candidates.runs.refusal import run_clash
from plimsoll.candidates.runs.search import run_search, runs_holding
from plimsoll.candidates.runs.ways_out import apply_to_run
from plimsoll.ground.start_up import record
from plimsoll.plan.outlook.dearer import dearer
from plimsoll.plan.outlook.load import rounded
from plimsoll.plan.outlook.sensitivity import COARSE, Sensitivity, Turned
from plimsoll.plan.outlook.setting import SpecSetting
from plimsoll.plan.outlook.solved import Solved
from plimsoll.sizing.runs.at_speed import at_speed
from plimsoll.sizing.runs.spot import mean_stay_h
from plimsoll.spec.runs.asked import RunAsked

WIDE = (-50, 100)
"""Percent by which rates of failure are turned: half as often and twice as often are both seen (Meta's two
clusters, arXiv 2410.21680, differ by 2.8 times)."""

_AMOUNTS = ("tokens_b", "samples", "requests")
_HOURS = ("run_p90_h", "run_p50_h")


@record
class RunKnob:
    """One thing that is turned by percents: to another space, None where no valid spec says so."""

    title: str
    percents: Sequence[int]
    space: Callable[[float], RunSpace | None]
    settings: Callable[[float], tuple[SpecSetting, ...]] = lambda _: ()


def run_sensitivities(tried: RunSearch) -> Iterator[Sensitivity]:
    """Turn every knob of a run that has a plan; a turn that no valid spec can say is left out."""
    now = Turned(0, (), _solved_of(tried.holding[0]))
    for knob in run_knobs(tried):
        turned = [each for percent in knob.percents if (each := _turned(knob, percent)) is not None]
        if turned:
            yield Sensitivity(knob.title, tuple(sorted((now, *turned), key=lambda each: each.percent)))


def run_knobs(tried: RunSearch) -> Iterator[RunKnob]:
    """Yield what can be turned of a run."""
    space, best = tried.space, tried.holding[0]
    yield RunKnob("speed", COARSE, lambda share: replace(space, work=at_speed(space.work, share)))
    yield RunKnob("price of nodes", COARSE, lambda share: _at_prices(space, share))
    asked = space.spec.model_dump(mode="json")
    path = "capacity.hardware_failures_per_1000_node_days"
    failures = asked["capacity"]["hardware_failures_per_1000_node_days"]
    if failures:
        yield _of_key(space, "node failures", path, failures, WIDE)
    if best.option.capacity_type == "spot" and best.option.offering is not None:
        band = best.option.offering.interruption_per_month
        stays = mean_stay_h(band, asked["capacity"]["mtti_h"], 1)
        yield _of_key(space, "stay on spot", "capacity.mtti_h", stays, WIDE)
    amount = next(key for key in _AMOUNTS if asked["load"].get(key) is not None)
    yield _of_key(space, "work", f"load.{amount}", asked["load"][amount], COARSE)
    for key in [each for each in _HOURS if asked["sla"].get(each) is not None][:1]:
        yield _of_key(space, f"sla.{key}", f"sla.{key}", asked["sla"][key], COARSE)


def _of_key(space: RunSpace, title: str, path: str, now: Any, percents: Sequence[int]) -> RunKnob:  # noqa: ANN401 - a number of the spec
    def settings(share: float) -> tuple[SpecSetting, ...]:
        return (SpecSetting(path, rounded(now * share)),)

    def turned(share: float) -> RunSpace | None:
        changed = _set_to(space.spec, settings(share))
        return space.under(changed) if changed is not None else None

    return RunKnob(title, percents, turned, settings)


def _set_to(spec: RunAsked, settings: Sequence[SpecSetting]) -> RunAsked | None:
    found: RunAsked | None = spec
    for each in settings:
        found = apply_to_run(found, Change(each.path, None, each.value)) if found is not None else None
    return found


def _at_prices(space: RunSpace, share: float) -> RunSpace:
    return replace(space, discounts=dearer(space.discounts, Decimal(str(round(share, 4)))))


def _turned(knob: RunKnob, percent: int) -> Turned | None:
    share = 1 + percent / 100
    space = knob.space(share)
    return None if space is None else Turned(percent, knob.settings(share), _solve(space))


def _solve(space: RunSpace) -> Solved:
    holding = runs_holding(space)
    if holding:
        return _solved_of(holding[0])
    binding, _, _ = run_clash(run_search(space))
    return Solved(None, None, None, None, None, binding, "node")


def _solved_of(best: RunCandidate) -> Solved:
    sized = best.must_be_sized()
    bill, nodes = sized.bill, sized.rented.nodes
    name = best.option.instance.name
    return Solved(name, nodes, bill.floor, bill.expected, bill.ceiling, counted="node")
