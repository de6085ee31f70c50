"""The steps of a bill lead from floor to ceiling: each is a sum of its printed lines, to the cent."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from plimsoll.ground.start_up import record
from plimsoll.money.line import Basis, CostLine
from plimsoll.plan.plan import Plan


@record
class BillStep:
    """A total of one basis, or what leads from it to the next: lines that are added, lines that fall away."""

    title: str
    usd: Decimal
    total: bool
    added: tuple[CostLine, ...]
    gone: tuple[CostLine, ...] = ()


Belongs = Callable[[CostLine], bool]
"""Says whether a line of the next basis belongs to a step."""


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


def _to_ceiling(expected: Sequence[CostLine], ceiling: Sequence[CostLine]) -> Iterator[BillStep]:
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


def _of(lines: Sequence[CostLine], of: Basis) -> list[CostLine]:
    return [line for line in lines if line.of == of]


def _fallback(plan: Plan) -> list[CostLine]:
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


def _listed(line: CostLine) -> str:
    return line.list_usd_per_unit or line.usd_per_unit


def _total(title: str, lines: Sequence[CostLine]) -> BillStep:
    return BillStep(title, _sum(lines), total=True, added=tuple(lines))


def _step(title: str, added: Sequence[CostLine], gone: Sequence[CostLine]) -> BillStep:
    """Take the difference; lines that stand the same on both sides say nothing and are not told."""
    before, after = {_same(line) for line in gone}, {_same(line) for line in added}
    return BillStep(
        title=title,
        usd=_sum(added) - _sum(gone),
        total=False,
        added=tuple(line for line in added if _same(line) not in before),
        gone=tuple(line for line in gone if _same(line) not in after),
    )


def _same(line: CostLine) -> tuple[str, str | None, str, str]:
    return line.item, line.pool, str(Decimal(line.quantity).normalize()), line.usd_per_unit


def _sum(lines: Sequence[CostLine]) -> Decimal:
    return sum((Decimal(line.usd_per_month) for line in lines), Decimal(0))


def _that_count(steps: Sequence[BillStep] | Iterator[BillStep]) -> Iterator[BillStep]:
    return (step for step in steps if step.added or step.gone)
