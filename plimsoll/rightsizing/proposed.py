"""What was measured becomes a change of the spec, found by planning it again; or the reason for none."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import mapping_at, step
from plimsoll.ground.units import usd_text
from plimsoll.plan.again import spec_of
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.rightsizing.capacity import (
    SpeedOfOurs,
    SpeedSeen,
    calibrated,
    model_of,
    moves,
    predicted,
    speed_seen,
)
from plimsoll.rightsizing.document import (
    FleetSize,
    NotWorthIt,
    RightsizeProposal,
    RightsizeRefusal,
    SpeedOfSetup,
)
from plimsoll.rightsizing.evidence import evidence_of
from plimsoll.rightsizing.factor_text import calibration_text
from plimsoll.rightsizing.guards import (
    LEAST_SHARE,
    LEAST_USD,
    confidence,
    risks,
    too_little,
    unsafe_to_shrink,
)
from plimsoll.rightsizing.measured import MeasuredFleet
from plimsoll.rightsizing.patch import Arriving, MeasuredChange, arriving, changes_of, patched
from plimsoll.rightsizing.replay import (
    MOST_HALVINGS,
    Rehearsal,
    Replay,
    halfway,
    rehearsal_of,
    smallest,
    tightened,
    unlimited,
)
from plimsoll.rightsizing.signals import Signals
from plimsoll.rightsizing.vpa import changes_by_vpa
from plimsoll.rightsizing.weekly.reminders import proposed_quotas
from plimsoll.spec.read import LoadedSpec
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.telemetry.ranges import RangeAnswer

Found = RightsizeProposal | NotWorthIt | RightsizeRefusal


@record
class LockedWorkload:
    """The plan of a lock with the facts that it was solved with; `spec` is the file that it is of.

    `vpa` are recommendations for its pods; `answers` are metrics of it alone, None where they are shared.
    """

    plan: Mapping[str, Any]
    spec: str
    catalog: Catalog
    discounts: "Discounts | None" = None
    vpa: tuple[Mapping[str, Any], ...] = ()
    answers: tuple["RangeAnswer", ...] | None = None

    @property
    def name(self) -> str:
        """The workload's name."""
        return str(step(self.plan, "workload", "name"))

    @property
    def model(self) -> str | None:
        """The model that it serves; None of a measured service or a shape."""
        return model_of(mapping_at(self.plan, "workload"))

    @property
    def model_names(self) -> tuple[str, ...]:
        """Every name that a server may go by: the model's, its aliases', its weights'."""
        loads = step(self.plan, "chosen", "weights"), step(self.plan, "workload", "weights"), self.model
        known = self.catalog.model(self.model) if self.model is not None else None
        aliases = (known.name, *known.aliases) if known is not None else ()
        return (*(name for name in loads if isinstance(name, str)), *aliases)

    def spec_with(self, changes: Sequence[MeasuredChange]) -> LoadedSpec:
        """Read the spec of the lock as if it said some changes."""
        workload = patched(mapping_at(self.plan, "workload"), changes)
        return spec_of({**self.plan, "workload": workload}, self.catalog)

    def planned(self, changes: Sequence[MeasuredChange], speed: SpeedFacts) -> Plan | Refusal:
        """Plan that spec."""
        spec = self.spec_with(changes)
        return size(spec.workload, spec.architecture, spec.catalog, speed, spec.assumed, self.discounts)


def proposed(lock: LockedWorkload, signals: Signals, seen: MeasuredFleet, speed: SpeedFacts) -> Found:
    """Propose the change of a workload that its measured load and speed ask for, or say why not."""
    if reason := _not_for_it(lock) or too_little(seen):
        return RightsizeRefusal(lock.name, reason)
    asked = arriving(lock.spec_with(()), seen)
    workload = mapping_at(lock.plan, "workload")
    changes = [*changes_of(workload, asked), *changes_by_vpa(workload, lock.vpa)]
    ours = _ours(lock, changes, speed)
    found = speed_seen(ours, signals, seen) if ours is not None else None
    rehearsal = rehearsal_of(ours, found, seen) if ours is not None and found is not None else None
    solved = _solved(_Question(lock, asked, tuple(changes), speed), ours, found, rehearsal)
    if isinstance(solved, Refusal):
        return RightsizeRefusal(lock.name, f"with what was measured it has no plan: {solved.message}")
    return _judged(_Case(lock, seen, asked, solved.changes, solved.answer, ours, solved.speed))


@record
class _Question:
    """What is planned: a lock with the changes that a window asks for, by the model's own speed."""

    lock: LockedWorkload
    asked: Arriving
    changes: tuple[MeasuredChange, ...]
    model: SpeedFacts


@record
class SolvedFleet:
    """A plan with the changes and the speed that it was made with."""

    changes: tuple[MeasuredChange, ...]
    answer: Plan
    speed: SpeedSeen | None

    @property
    def count(self) -> int:
        """Replicas at the peak."""
        return self.answer.chosen.replicas.peak


def _solved(
    case: _Question, ours: SpeedOfOurs | None, found: SpeedSeen | None, rehearsal: Rehearsal | None
) -> SolvedFleet | Refusal:
    """Plan with the measured load and speed, and replay the measured lengths at the load of each replica.

    The closed form takes lengths for lognormal; a replay takes them as they were measured. The smallest fleet
    whose replay holds every limit is planned with the percentiles that it had there.
    """
    if rehearsal is not None:
        found = rehearsal.speed
    solved = _once(case, ours, found)
    if isinstance(solved, Refusal) or ours is None or found is None or not _is_ours(solved.answer, ours):
        return solved
    limits, peak = _limits(case.lock), case.asked.seen.rate.peak * case.asked.reaching
    if rehearsal is None:
        return solved

    @cache
    def replay_of(count: int) -> Replay:
        return rehearsal.at(peak / count)

    free = _once(case, ours, unlimited(found))
    least = free.count if isinstance(free, SolvedFleet) and _is_ours(free.answer, ours) else solved.count
    count = smallest(least, lambda count: replay_of(count).holds(limits))
    if count is None:
        return solved
    planned = _once(case, ours, replay_of(count).speed)
    if isinstance(planned, SolvedFleet) and planned.count >= count:
        return planned
    return _of_at_least(case, ours, count, (replay_of(count).speed, tightened(replay_of(count - 1))))


def _of_at_least(
    case: _Question, ours: SpeedOfOurs, count: int, between: tuple[SpeedSeen, SpeedSeen]
) -> SolvedFleet | Refusal:
    """Find the latencies, between two, by which a plan takes the fewest replicas from a number up."""
    low, high = between
    best = _once(case, ours, high)
    for _ in range(MOST_HALVINGS):
        if isinstance(best, SolvedFleet) and best.count <= count:
            break
        middle = halfway(low, high)
        found = _once(case, ours, middle)
        if isinstance(found, SolvedFleet) and found.count < count:
            low = middle
        else:
            high, best = middle, found
    return best


def _once(case: "_Question", ours: SpeedOfOurs | None, found: SpeedSeen | None) -> SolvedFleet | Refusal:
    own, lock = case.model, case.lock
    if ours is not None and found is not None and moves(found):
        own = calibrated(own, ours, found, case.asked.seen.window.end[:10], f"{lock.name}.calibration.yaml")
    changes = (*case.changes, *_bounds(lock, case.changes, own))
    answer = lock.planned(changes, own)
    return answer if isinstance(answer, Refusal) else SolvedFleet(changes, answer, found)


def _is_ours(answer: Plan, ours: SpeedOfOurs) -> bool:
    """Say whether a plan chose the setup whose speed was measured."""
    chosen, setup = answer.chosen, ours.setup
    own = setup.accelerator, setup.tensor_parallel, setup.precision
    return (chosen.accelerator, chosen.tensor_parallel, chosen.precision) == own


def _not_for_it(lock: LockedWorkload) -> str:
    if step(lock.plan, "workload", "kind") not in (None, "inference"):
        return "it is a run, which ends: its size follows from its work, not from requests"
    if step(lock.plan, "workload", "load", "queue") is not None:
        return "its load is a queue, and these metrics count requests: measure its backlog"
    return ""


def _ours(lock: LockedWorkload, changes: Sequence[MeasuredChange], speed: SpeedFacts) -> SpeedOfOurs | None:
    """Find the replica that runs, as the model has it at the measured lengths."""
    if step(lock.plan, "workload", "model") is None:
        return None
    return predicted(lock.spec_with(changes), mapping_at(lock.plan, "chosen"), lock.catalog, speed)


def _bounds(
    lock: LockedWorkload, changes: Sequence[MeasuredChange], speed: SpeedFacts
) -> list[MeasuredChange]:
    """Move pinned replicas, and a lower bound above what is needed, to what the measured load needs."""
    pinned = step(lock.plan, "workload", "pin", "replicas")
    least = step(lock.plan, "workload", "scale", "min_replicas")
    if not isinstance(pinned, int) and (not isinstance(least, int) or least <= 1):
        return []
    loose = [
        *changes,
        MeasuredChange("pin.replicas", pinned, None),
        MeasuredChange("scale.min_replicas", least, 1),
    ]
    answer = lock.planned([each for each in loose if each.from_ is not None], speed)
    if isinstance(answer, Refusal):
        return []
    needed, found = answer.chosen.replicas.peak, list[MeasuredChange]()
    if isinstance(pinned, int) and pinned != needed:
        found.append(MeasuredChange("pin.replicas", pinned, needed))
    if isinstance(least, int) and least > max(needed, 1):
        found.append(MeasuredChange("scale.min_replicas", least, needed))
    return found


@record
class _Case:
    """A change that was planned, before it is judged."""

    lock: LockedWorkload
    seen: MeasuredFleet
    asked: Arriving
    changes: tuple[MeasuredChange, ...]
    answer: Plan
    ours: SpeedOfOurs | None
    speed: SpeedSeen | None


def _judged(case: _Case) -> Found:
    was, now = _fleet_of_lock(case.lock.plan), _fleet(case.answer)
    saves = Decimal(was.usd_per_month_expected) - Decimal(now.usd_per_month_expected)
    name = case.lock.name
    if saves > 0 and (reason := unsafe_to_shrink(case.seen, _limits(case.lock))):
        return RightsizeRefusal(name, reason)
    expected = Decimal(was.usd_per_month_expected)
    grows = now.replicas_peak > was.replicas_peak or saves < 0
    if not case.changes and now == was:
        return _not_worth(case, now, saves, "the plan is the right size: nothing measured differs from it")
    if not grows and (saves < LEAST_USD or saves < LEAST_SHARE * expected):
        return _not_worth(case, now, saves, f"it saves less than {LEAST_SHARE:.0%} or ${LEAST_USD} a month")
    moved = case.speed if moves(case.speed) else None
    same = now.instance_type == was.instance_type
    level, because = confidence(case.seen, speed_known=case.speed is not None, same_type=same)
    return RightsizeProposal(
        name=name,
        spec=case.lock.spec,
        owner=mapping_at(case.lock.plan, "workload", "owner"),
        changes=case.changes,
        was=was,
        now=now,
        usd_per_month_expected=now.usd_per_month_expected,
        usd_per_month_ceiling=now.usd_per_month_ceiling,
        saves_usd_per_month=usd_text(saves),
        speed=_speed(case.ours, moved, case.seen) if case.ours is not None and moved is not None else None,
        evidence=tuple(evidence_of(case.lock.plan, name, case.asked.planned_qps, case.seen, case.speed)),
        confidence=level,
        because=because,
        risks=tuple(risks(case.asked.seen, case.asked.hit)),
        quotas=proposed_quotas(case.lock.plan, case.answer),
    )


def _not_worth(case: _Case, now: FleetSize, saves: Decimal, reason: str) -> NotWorthIt:
    return NotWorthIt(case.lock.name, case.changes, now.usd_per_month_expected, usd_text(saves), reason)


def _limits(lock: LockedWorkload) -> dict[str, float]:
    sla = mapping_at(lock.plan, "workload", "sla")
    return {
        key.removesuffix("_ms"): value / 1000
        for key, value in sla.items()
        if key.endswith("_ms") and isinstance(value, int | float)
    }


def _speed(ours: SpeedOfOurs, seen: SpeedSeen, fleet: MeasuredFleet) -> SpeedOfSetup:
    return SpeedOfSetup(
        setup=ours.setup.title,
        factor=round(seen.factor, 4),
        low=round(seen.low, 4),
        high=round(seen.high, 4),
        hours=seen.hours,
        calibration=calibration_text(ours.setup, seen, fleet.window.end[:10]),
    )


def _fleet(plan: Plan) -> FleetSize:
    money = plan.cost.usd_per_month
    return FleetSize(
        plan.chosen.instance_type,
        plan.chosen.replicas.peak,
        usd_text(Decimal(money.expected)),
        usd_text(Decimal(money.ceiling)),
    )


def _fleet_of_lock(plan: Mapping[str, Any]) -> FleetSize:
    money = mapping_at(plan, "cost", "usd_per_month")
    return FleetSize(
        str(step(plan, "chosen", "instance_type")),
        int(step(plan, "chosen", "replicas", "peak")),
        str(money["expected"]),
        str(money["ceiling"]),
    )
