"""The field: the chosen candidate beside the best of those that it beats, in figures that compare."""

from collections.abc import Callable, Sequence

from plimsoll.candidates.row import CandidateRow
from plimsoll.ground.start_up import record
from plimsoll.plan.plan import Plan
from plimsoll.show.money import usd
from plimsoll.show.plan.words import latency_name, unit_of

MOST_BESIDE = 5
"""Candidates that are shown beside the chosen one."""

MOST_LATENCIES = 2
"""Latencies that have a column: those of the sla come first."""


@record
class Field:
    """Rows under a heading; what all of them have in common is said once, in `alike`."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...]
    alike: str


@record
class _Figure:
    """One column: its heading, what it says of a candidate, and whether it may be told for all at once.

    `before` stands before what is told for all, where it says nothing without its heading.
    """

    heading: str
    of: Callable[[CandidateRow], str]
    right: bool = False
    shareable: bool = False
    before: str = ""


def field_of(plan: Plan) -> Field:
    """Lay out the best candidates: way, replicas, latency, what tokens cost, what a month costs."""
    rows = _best(plan)
    figures = [each for each in _figures(plan, rows) if not _alike(each, rows)]
    common = [each.before + each.of(rows[0]) for each in _figures(plan, rows) if _alike(each, rows)]
    return Field(
        heading=("", *(each.heading for each in figures)),
        rows=tuple((_mark(row), *(each.of(row) for each in figures)) for row in rows),
        right=tuple(index for index, each in enumerate(figures, 1) if each.right),
        alike=f"all {', '.join(common)}" if common and len(rows) > 1 else "",
    )


def _best(plan: Plan) -> list[CandidateRow]:
    """The chosen candidate and the best of what it beats, one per type, variant, share, region, capacity."""
    seen: set[tuple[str | None, ...]] = set()
    rows: list[CandidateRow] = []
    for row in plan.candidates:
        key = (row.instance_type, row.variant, row.share, row.capacity, row.region)
        if row.verdict == "rejected" or key in seen:
            continue
        seen.add(key)
        rows.append(row)
    return rows[: MOST_BESIDE + 1]


def _mark(row: CandidateRow) -> str:
    return "✔" if row.verdict == "chosen" else ""


def _alike(shown: _Figure, rows: Sequence[CandidateRow]) -> bool:
    return shown.shareable and len({shown.of(row) for row in rows}) == 1


def _figures(plan: Plan, rows: Sequence[CandidateRow]) -> list[_Figure]:
    """Every column that says something of at least one of the rows."""
    found = [
        _Figure("instance type", lambda row: row.instance_type),
        _Figure("variant", lambda row: row.variant or "", shareable=True),
        _Figure("share", lambda row: row.share or "", shareable=True, before="share "),
        _Figure("precision", lambda row: row.precision or "", shareable=True),
        _Figure("tp", lambda row: str(row.tensor_parallel or ""), right=True, shareable=True, before="tp "),
        _Figure("region", lambda row: row.region, shareable=True),
        _Figure("capacity", lambda row: row.capacity, shareable=True),
        _Figure("replicas", lambda row: str(row.replicas.peak) if row.replicas else "–", right=True),
        *(_latency(key) for key in _latencies(plan)),
        _Figure("$/M tok", lambda row: row.usd_per_million_output_tokens or "", right=True),
        _Figure("expected", lambda row: usd(row.usd_per_month_expected), right=True),
        _Figure("ceiling", lambda row: usd(row.usd_per_month_ceiling), right=True),
    ]
    return [each for each in found if any(each.of(row) for row in rows)]


def _latencies(plan: Plan) -> list[str]:
    """The latencies to show, those of the sla first."""
    limited = [key for key in plan.latency if plan.workload["sla"].get(key) is not None]
    return list(dict.fromkeys([*limited, *plan.latency]))[:MOST_LATENCIES]


def _latency(key: str) -> _Figure:
    def shown(row: CandidateRow) -> str:
        found = (row.latency or {}).get(key)
        return f"{_three_digits(found.estimate)} {unit_of(key)}" if found is not None else "–"

    return _Figure(latency_name(key), shown, right=True)


def _three_digits(value: float) -> str:
    """Write a latency as short as it can be compared: the plan's own has its interval beside it."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
