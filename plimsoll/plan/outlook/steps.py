"""The steps of a bill lead from floor to ceiling: each is a sum of its printed lines, to the cent."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plimsoll.ground.start_up import record
from plimsoll.money.line import Basis, CostLine
from plimsoll.money.runs.month import RunLine
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan

Billed = CostLine | RunLine


@record
class BillStep:
    """A total of one basis, or what leads from it to the next: lines that are added, lines that fall away."""

    title: str
    usd: Decimal
    total: bool
    added: tuple[Billed, ...]
    gone: tuple[Billed, ...] = ()


def amount_of(line: Billed) -> Decimal:
    """What a line comes to: in a run where it is a run's own, else in a month."""
    return Decimal(line.usd_per_run or line.usd_per_month or 0)


def steps_of_run(plan: RunPlan) -> tuple[BillStep, ...]:
    """Lead from the floor of one run over what is expected to its ceiling."""
    lines = [line for line in plan.cost.lines if line.scope == "workload"]
    floor, expected, ceiling = (_of(lines, of) for of in ("floor", "expected", "ceiling"))
    dearest = {_listed(line) for line in ceiling if line.kind == "nodes"}
    spot = plan.chosen.capacity == "spot"
    fallback = [line for line in expected if spot and line.kind == "nodes" and _listed(line) in dearest]
    rest = [line for line in expected if line not in fallback]
    more = [line for line in ceiling if line.kind == "overshoot"]
    longer = [line for line in ceiling if line not in more]
    to_expected = (
        _step("interruptions, restarts and saves", rest, floor),
        _step("hours that fall back to on-demand", fallback, ()),
    )
    to_ceiling = (
        _step("until the cluster ends it, on demand", longer, expected),
        _step("a node in flight above the limit", more, ()),
    )
    return (
        _total("floor", floor),
        *_that_count(to_expected),
        _total("expected", expected),
        *_that_count(to_ceiling),
        _total("ceiling", ceiling),
    )


def steps_of(plan: Plan) -> tuple[BillStep, ...]:
    """Lead from floor over expected to ceiling; a step that changes nothing is left out."""
    lines = plan.cost.lines
    floor, expected, ceiling = (_of(lines, of) for of in ("floor", "expected", "ceiling"))
    fallback = _fallback(plan)
    traffic = [line for line in expected if line not in fallback]
    to_expected = (
        _step("traffic", traffic, floor),
        _step("spot hours that fall back to on-demand", fallback, ()),
    )
    return (
        _total("floor", floor),
        *_that_count(to_expected),
        _total("expected", expected),
        *_that_count(_to_ceiling(expected, ceiling)),
        _total("ceiling", ceiling),
    )


def _to_ceiling(expected: Sequence[Billed], ceiling: Sequence[Billed]) -> Iterator[BillStep]:
    """Sort lines by what they pay for; what no step names is told last."""
    left = [expected, ceiling]
    for title, kinds in (
        ("every pool at its limit, on demand", ("nodes", "volumes", "fee")),
        ("nodes in flight above the limits", ("overshoot",)),
        ("the cluster's own nodes at their limit", ("fixed",)),
    ):
        gone, added = ([line for line in lines if line.kind in kinds] for lines in left)
        left = [[line for line in lines if line.kind not in kinds] for lines in left]
        yield _step(title, added, gone)
    yield _step("other parts", left[1], left[0])


def _of(lines: Sequence[Billed], of: Basis) -> list[Billed]:
    return [line for line in lines if line.of == of]


def _fallback(plan: Plan) -> list[Billed]:
    """Pick the hours of spot pools that are expected on demand: at the unit price that their ceiling has."""
    spot = {pool.name for pool in plan.chosen.pools if pool.capacity_type == "spot"}
    nodes = [line for line in plan.cost.lines if line.kind == "nodes" and line.pool in spot]
    dearest = {(line.pool, _listed(line)) for line in nodes if line.of == "ceiling"}
    cheaper = {
        line.pool for line in nodes if line.of == "expected" and (line.pool, _listed(line)) not in dearest
    }
    return [
        line
        for line in _of(nodes, "expected")
        if line.pool in cheaper and (line.pool, _listed(line)) in dearest
    ]


def _listed(line: Billed) -> str:
    return line.list_usd_per_unit or line.usd_per_unit


def _total(title: str, lines: Sequence[Billed]) -> BillStep:
    return BillStep(title, _sum(lines), total=True, added=tuple(lines))


def _step(title: str, added: Sequence[Billed], gone: Sequence[Billed]) -> BillStep:
    """Take the difference; lines that stand the same on both sides say nothing and are not told."""
    before, after = {_same(line) for line in gone}, {_same(line) for line in added}
    return BillStep(
        title=title,
        usd=_sum(added) - _sum(gone),
        total=False,
        added=tuple(line for line in added if _same(line) not in before),
        gone=tuple(line for line in gone if _same(line) not in after),
    )


def _same(line: Billed) -> tuple[str, str | None, str, str]:
    return line.item, line.pool, str(Decimal(line.quantity).normalize()), line.usd_per_unit


def _sum(lines: Sequence[Billed]) -> Decimal:
    return sum(map(amount_of, lines), Decimal(0))


def _that_count(steps: Sequence[BillStep] | Iterator[BillStep]) -> Iterator[BillStep]:
    return (step for step in steps if step.added or step.gone)
