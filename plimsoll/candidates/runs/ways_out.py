"""Ways out of a run's refusal: each a single change of the spec, applied, sized and priced, never guessed."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.candidates.change import Change, holder_of
from plimsoll.candidates.row import WayOut
from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch, RunSpace
from plimsoll.candidates.runs.changes import RESULT, run_changes
from plimsoll.candidates.runs.search import runs_holding
from plimsoll.candidates.ways_out import shown
from plimsoll.ground.units import figure, usd_display, usd_text
from plimsoll.spec.runs.asked import RunAsked


def run_ways_out(search: RunSearch) -> tuple[WayOut, ...]:
    """Size every change, and list those that hold: cheapest first, what changes the result last."""
    ways = (way for changes in run_changes(search) for way in _first(search, changes))
    once = {(way.change, str(way.to)): way for way in ways}
    return tuple(sorted(once.values(), key=_order))


def _order(way: WayOut) -> tuple[bool, Decimal, str]:
    return way.change in RESULT, Decimal(way.usd_per_run_ceiling or 0), way.change


def _first(search: RunSearch, changes: list[Change]) -> Iterator[WayOut]:
    """Yield the first value of a key that holds."""
    for change in changes:
        solved = _solved(search, change)
        if solved is None:
            continue
        if change.path in OF_NODES and solved[1].must_be_sized().rented.nodes > change.old:
            # as many as the choice without the bound has: the bound stays, and holds it
            counted = Change(change.path, change.old, solved[1].must_be_sized().rented.nodes)
            again = _solved(search, counted)
            change, solved = (counted, again) if again is not None else (change, solved)
        yield run_way_out(search, *solved, change)
        return


OF_NODES = ("pin.nodes", "scale.max_nodes")
"""Keys that bound nodes."""


def _solved(search: RunSearch, change: Change) -> tuple[RunSpace, RunCandidate] | None:
    """Solve the changed spec again; None where no such spec is valid, or nothing holds."""
    changed = apply_to_run(search.space.spec, change)
    if changed is None:
        return None
    space = search.space.under(changed)
    found = runs_holding(space)
    return (space, found[0]) if found else None


def apply_to_run(spec: RunAsked, change: Change) -> RunAsked | None:
    """Put a value at a dotted path of a run's spec, null takes the key away; None if none is valid then."""
    data = spec.model_dump(mode="json", exclude_unset=True)
    holder = holder_of(data, change.path)
    if holder is None:
        return None
    node, last = holder
    if change.new is None:
        node.pop(last, None)
    else:
        node[last] = change.new
    if change.path == "method" and change.new in ("full", "pretrain"):
        data.get("training", {}).pop("lora", None)
    try:
        return spec.changed(data)
    except ValueError:
        return None


def run_way_out(search: RunSearch, space: RunSpace, best: RunCandidate, change: Change) -> WayOut:
    """Write down a change, and what is then chosen."""
    sized = best.must_be_sized()
    monthly = sized.month.usd_per_month
    return WayOut(
        change=change.path,
        from_=change.old,
        to=change.new,
        usd_per_month_ceiling=monthly.ceiling if monthly is not None else None,
        message=_message(best, change) + _other_result(search, space, change),
        usd_per_run_ceiling=usd_text(sized.bill.ceiling),
    )


def _message(best: RunCandidate, change: Change) -> str:
    sized = best.must_be_sized()
    count, bill = sized.rented.nodes, sized.bill
    return (
        f"{change.path}: {shown(change.old)} → {shown(change.new)} fits on {count} × "
        f"{best.option.instance.name} in {figure(sized.timed.hours.estimate_h, 3)} h at a ceiling of "
        f"{usd_display(bill.ceiling)} a run, {usd_display(bill.expected)} expected"
    )


def _other_result(search: RunSearch, space: RunSpace, change: Change) -> str:
    """Say what else than its price a change changes: what comes out of the training."""
    if change.path == "method":
        part, whole = space.work.totals.trainable_params, search.space.work.totals.all_params
        said = f"{100 * part / whole:.1g} % of the parameters" if part and whole else "an adapter alone"
        return f"; another result: it trains {said}"
    if change.path == "load.epochs":
        return "; another result: the data is read fewer times"
    if change.path in RESULT:
        return "; another result: longer texts are cut"
    return ""
