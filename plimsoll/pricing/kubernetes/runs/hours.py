"""A pool stands for the hours of its runs where nothing but bounded jobs can make its nodes stay."""

import re
from dataclasses import dataclass, replace

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import AUTO_NODE_CLASS, EC2_NODE_CLASSES, NODE_POOLS, kind_of
from plimsoll.ground.tree import View, objects_within
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.kubernetes.labels import CAPACITY_TYPE, CAPACITY_TYPES, decides_price
from plimsoll.pricing.kubernetes.requirements import admitted_options, read_requirements
from plimsoll.pricing.kubernetes.runs.bound import Bound, read_bound
from plimsoll.pricing.kubernetes.runs.taints import Taint, hard_taints, tolerates, tolerating
from plimsoll.pricing.result import Unpriceable

DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt"

WARNING_S = 120
"""Seconds in which spot ends any pod; a grace of pods that is no longer is not counted beside the bound."""

_DURATION = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:s|m|h))+", re.ASCII)
_PART = re.compile(r"([0-9.]+)(s|m|h)", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_MONTH_S = HOURS_PER_MONTH * 3600


@dataclass(frozen=True, slots=True)
class Beside:
    """A pool that is like another but for its capacity types."""

    urn: str
    may_be_spot: bool


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs that a pool's nodes stand for, and the seconds that nodes stay after each.

    `beside` names the pools, alike but for the capacity type, that the same jobs may use in its place.
    """

    bounds: tuple[Bound, ...]
    after_s: int
    may_be_spot: bool = False
    beside: tuple[Beside, ...] = ()

    @property
    def seconds_a_month(self) -> int:
        """Seconds that some run may keep the pool's nodes in a month, if no two runs overlap."""
        return sum(each.runs * (each.seconds + self.after_s) for each in self.bounds)


def runs_of(pool: Resource, index: Index) -> Runs | None:
    """Read the runs that a pool stands for; None where it may stand the whole month.

    It does unless a taint keeps everything off but bounded jobs, empty nodes go after a finite time, and
    the runs of a month are shorter than the month. What cannot be read bounds nothing.
    """
    try:
        return _read(pool, index)
    except Unpriceable:
        return None


def waits_for_runs(pool: Resource, index: Index) -> bool:
    """Say whether a pool may come to stand for runs alone, once the program has registered their jobs.

    Nothing that is registered so far can make it launch a node: the first that can is priced with it.
    """
    if index.complete:
        return False
    spec = inputs_of(pool)["spec"]
    try:
        taints = hard_taints(spec)
        empty = spec["disruption"]["consolidationPolicy"].text("") == "WhenEmpty"
        return empty and bool(taints) and _idle_s(spec) is not None and not tolerating(taints, index)
    except Unpriceable:
        return False


def pools_it_may_use(resource: Resource, index: Index) -> list[Resource]:
    """List the tainted pools whose runs a newly come object may change: it tolerates their taints."""
    tainted = index.memo("tainted pools", lambda: _tainted(index), NODE_POOLS)
    return [pool for pool, taints in tainted if tolerates(resource, taints, index)]


def _tainted(index: Index) -> list[tuple[Resource, tuple[Taint, ...]]]:
    """Pair pools with their taints; those without any, or that cannot be read, stand for no runs."""
    found: list[tuple[Resource, tuple[Taint, ...]]] = []
    for pool in index.of_type(*NODE_POOLS):
        try:
            taints = () if pool.external else hard_taints(inputs_of(pool)["spec"])
        except Unpriceable:
            continue
        found += [(pool, taints)] if taints else []
    return found


def _read(pool: Resource, index: Index) -> Runs | None:
    found = _alone(pool, index)
    return None if found is None else replace(found, beside=_beside(pool, found, index))


def _alone(pool: Resource, index: Index) -> Runs | None:
    """Read the runs of a pool, whatever other pools their jobs may use."""
    spec = inputs_of(pool)["spec"]
    idle, taints = _idle_s(spec), hard_taints(spec)
    if idle is None or not taints or not spec["replicas"].absent or _is_held(spec, taints, index):
        return None
    bounds = [read_bound(each) for each in tolerating(taints, index)]
    known = tuple(each for each in bounds if each is not None)
    if not bounds or len(known) < len(bounds):
        return None
    grace = _seconds(spec["template"]["spec"]["terminationGracePeriod"].text("0s")) or 0
    longest = max(each.grace_s for each in known)
    after_s = idle + (grace if longest <= WARNING_S else max(grace, longest))
    runs = Runs(known, after_s, _may_be_spot(spec["template"]))
    return runs if runs.seconds_a_month < _MONTH_S else None


def _may_be_spot(template: View) -> bool:
    needs = read_requirements(
        template["spec"]["requirements"], template["metadata"]["labels"], auto_mode=False
    )
    return "spot" in admitted_options(needs, CAPACITY_TYPE, CAPACITY_TYPES)


def _is_held(spec: View, taints: tuple[Taint, ...], index: Index) -> bool:
    """Say whether nodes, or pods that every node gets, ask not to be disrupted: then empty nodes stay."""
    own = spec["template"]["metadata"]["annotations"].mapping()
    daemons = (each for each in index.all() if kind_of(each)[1] == "DaemonSet")
    return DO_NOT_DISRUPT in own or any(
        tolerates(each, taints, index)
        and any(DO_NOT_DISRUPT in mapping for _, mapping in objects_within(each.inputs))
        for each in daemons
    )


def _idle_s(spec: View) -> int | None:
    """Say how long an empty node stays, seconds; None where it may stay for ever."""
    disruption = spec["disruption"]
    if any(_never(budget) for budget in disruption["budgets"].items()):
        return None
    return _seconds(disruption["consolidateAfter"].text("0s"))


def _never(budget: View) -> bool:
    """Say whether a disruption budget may keep empty nodes; those of other reasons do not."""
    reasons = [each.text() for each in budget["reasons"].items()]
    if reasons and "Empty" not in reasons:
        return False
    return str(budget["nodes"].known()).rstrip("%").strip("0") == ""


def _seconds(text: str) -> int | None:
    """Read a duration in whole seconds, rounded up; None of `Never`, and of what cannot be read."""
    if _DURATION.fullmatch(text) is None:
        return None
    total = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
    return int(-(-total // 1))


def _beside(pool: Resource, runs: Runs, index: Index) -> tuple[Beside, ...]:
    """Name the other pools, alike but for the capacity type, that exactly the same jobs can use."""
    like = _likeness(pool, index)
    found: list[Beside] = []
    for other in index.of_type(*NODE_POOLS):
        if other.urn == pool.urn or other.external or _likeness(other, index) != like:
            continue
        theirs = _alone(other, index)
        if theirs is not None and theirs.bounds == runs.bounds:
            found.append(Beside(other.urn, theirs.may_be_spot))
    return tuple(found)


def _likeness(pool: Resource, index: Index) -> tuple[object, ...]:
    """Collect what makes two pools fill alike; at the on-demand price the capacity type changes nothing."""
    spec = inputs_of(pool)["spec"]
    template = spec["template"]["spec"]
    needs = [each.mapping() for each in template["requirements"].items()]
    others = [dict(need) for need in needs if need.get("key") != CAPACITY_TYPE]
    labels = dict(spec["template"]["metadata"]["labels"].mapping())
    decisive = {key: value for key, value in labels.items() if decides_price(key) and key != CAPACITY_TYPE}
    return (others, decisive, dict(spec["limits"].mapping()), _node_class(template["nodeClassRef"], index))


def _node_class(reference: View, index: Index) -> object:
    """Collect what a node class makes of nodes, tags left out; its reference where it is not in the graph."""
    name = reference["name"].text()
    found = index.named(name, *EC2_NODE_CLASSES, AUTO_NODE_CLASS)
    if len(found) != 1:
        return dict(reference.mapping())
    spec = inputs_of(found[0])["spec"].mapping()
    return (found[0].type, {key: value for key, value in spec.items() if key != "tags"})
