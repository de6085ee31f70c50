"""A way out is a single change of the spec that makes the workload fit, at the price it then has.

It is never a guess: the change is applied to the spec, the changed spec is sized, and the price offered
is the price of that plan. Of each key (`plimsoll.candidates.levers`) the gentlest change is offered, and
beside it those that are cheapest, by what is expected and by the ceiling.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import cast

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.change import Change, Trials
from plimsoll.candidates.levers import Lever, levers
from plimsoll.candidates.row import WayOut
from plimsoll.candidates.search import Search
from plimsoll.ground.units import usd_display, usd_text
from plimsoll.money.bill import Bill


def ways_out(search: Search) -> tuple[WayOut, ...]:
    """Size every change of every key, and list those that fit, cheapest first."""
    trials = Trials(search)
    ways = [way for lever in levers(trials) for way in _offered(trials, lever)]
    return tuple(
        sorted(ways, key=lambda way: (Decimal(way.usd_per_month_ceiling or 0), way.change, str(way.to)))
    )


def _offered(trials: Trials, lever: Lever) -> Iterator[WayOut]:
    """Yield the gentlest change of a key, and the cheapest; of two plans that cost the same, the earlier."""
    tried = [(change, trials.best(change)) for change in lever.changes()]
    fitting = [(change, best, _bill(best)) for change, best in tried if best is not None]
    if not fitting:
        return
    picked = [
        *(fitting[:1] if lever.ordered else ()),
        min(fitting, key=lambda each: (each[2].expected, each[2].ceiling)),
        min(fitting, key=lambda each: (each[2].ceiling, each[2].expected)),
    ]
    told: set[tuple[Decimal, Decimal]] = set()
    for change, best, bill in picked:
        if (bill.expected, bill.ceiling) not in told:
            told.add((bill.expected, bill.ceiling))
            yield way_out(change, best)


def _bill(candidate: Candidate) -> Bill:
    return candidate.must_be_sized().bill


def way_out(change: Change, best: Candidate) -> WayOut:
    """Write down a change and what is then chosen."""
    bill = _bill(best)
    return WayOut(
        change=change.path,
        from_=change.old,
        to=change.new,
        usd_per_month_ceiling=usd_text(bill.ceiling),
        message=(
            f"{change.path}: {shown(change.old)} → {shown(change.new)} fits on {best.instance.name} "
            f"at a ceiling of {usd_display(bill.ceiling)} a month, {usd_display(bill.expected)} expected"
        ),
    )


def shown(value: object) -> str:
    """Write a value of a spec as a sentence holds it."""
    if value is None:
        return "unset"
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return ", ".join(f"{key} {item}" for key, item in items) or "none"
    if isinstance(value, list | tuple):
        items = cast("list[object]", value)
        return "[" + ", ".join(str(item) for item in items) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)
