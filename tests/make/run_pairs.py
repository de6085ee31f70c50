"""Pairs of runs drawn from a seed: what stood there, and what a change makes of it; both have valid keys."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.problems import SpecError
from plimsoll.ground.units import to_cent
from plimsoll.review.solved.entry import Entry, asked_of
from plimsoll.review.solved.facts import FactNames, Here
from plimsoll.review.solved.solution import Solver
from plimsoll.review.solved.stored_plan import BillLine, StoredPlan, added
from plimsoll.spec.runs.read import from_any_data
from tests.make.drawn import SEED
from tests.make.pairs import BEFORE, TODAY
from tests.make.runs import MEASURED
from tests.make.worlds import Spec, changed

TRAINED: Spec = {"kind": "training", "model": "meta-llama/Llama-3.1-8B"}
BATCH: Spec = {"kind": "batch", "model": "meta-llama/Llama-3.1-8B-Instruct"}
FAMILIES = ("g6e", "p5", "p4d", "g5", "g6")
MORE = Decimal("1.1")


def run_pairs(count: int, catalog: Catalog) -> Iterator[tuple[Spec, Spec]]:
    """Draw runs and a change of one to three keys."""
    drawn, found = random.Random(SEED), 0
    while found < count:
        spec = {"name": f"drawn-{found}", **_run(drawn)}
        later = spec
        for path, value in drawn.sample(_moves(drawn, spec), drawn.choice([1, 1, 2, 3])):
            later = changed(later, path, value)
        if all(_valid(each, catalog) for each in (spec, later)):
            found += 1
            yield spec, later


def _valid(spec: Spec, catalog: Catalog) -> bool:
    try:
        from_any_data(spec, catalog, file="spec")
    except SpecError:
        return False
    return True


def _run(drawn: random.Random) -> Spec:
    """A training that was measured or is worked out, or a batch; on spot or not, with a month or without."""
    kind = drawn.choice(("measured", "training", "training", "batch"))
    spec: Spec = dict({"measured": MEASURED, "training": TRAINED, "batch": BATCH}[kind])
    if kind == "measured":
        spec["load"] = {"samples": drawn.randrange(100_000, 2_000_000), "epochs": drawn.randrange(1, 90)}
    elif kind == "training":
        spec["method"] = drawn.choice(("full", "lora", "qlora"))
        spec["load"] = {"tokens_b": drawn.choice((0.02, 0.1, 0.7))}
    else:
        spec["load"] = {"requests": drawn.choice((20_000, 400_000)), "output_tokens": 120}
    spot = drawn.choice(("never", "allow", "prefer"))
    fallback = drawn.choice(("immediate", "last_moment", "never"))
    spec["capacity"] = {"spot": spot} | ({"on_demand_fallback": fallback} if spot != "never" else {})
    spec["sla"] = drawn.choice(({}, {"run_p90_h": 24}, {"run_p50_h": 9}, {"run_p90_h": 60}))
    if drawn.random() < 0.5:
        spec["runs_per_month"] = drawn.choice((1, 2, 4))
    if drawn.random() < 0.3:
        spec["budget"] = {"usd_per_run": drawn.choice((20, 200, 2000))}
    return spec


def _moves(drawn: random.Random, spec: Spec) -> Sequence[tuple[str, Any]]:
    moves: list[tuple[str, Any]] = [
        ("sla", {"run_p90_h": drawn.choice((6, 30, 80))}),
        ("capacity", {"spot": drawn.choice(("never", "allow", "prefer"))}),
        ("capacity.deny", drawn.sample(FAMILIES, 2)),
        ("runs_per_month", drawn.choice((1, 3, 8))),
        ("budget", {"usd_per_run": drawn.choice((15, 150, 1500))}),
        ("owner", {"team": "search"}),
        ("region", drawn.choice(("us-east-2", "eu-west-1"))),
        ("scale", {"max_run_h": drawn.choice((90, 120))}),
    ]
    load = spec["load"]
    key = next(each for each in ("samples", "tokens_b", "requests") if each in load)
    moves += [(f"load.{key}", type(load[key])(load[key] * drawn.choice([0.5, 2, 3])))] * 2
    if "method" in spec:
        moves += [("method", drawn.choice(("full", "lora", "qlora"))), ("checkpoint", {"interval_s": 900})]
    return moves


def run_entry(
    spec: Spec, catalog: Catalog, facts: FactNames = TODAY, stored: StoredPlan | None = None
) -> Entry:
    """Read the spec of a run as an entry of a side."""
    loaded = from_any_data(spec, catalog, file="spec")
    return Entry("spec", asked_of(loaded), loaded.architecture, facts, stored)


def stored_before(spec: Spec, catalog: Catalog, world: Here) -> StoredPlan | None:
    """What an older tool chose: the same, but it counted a tenth more of everything."""
    asked = run_entry(spec, catalog, replace(BEFORE, tool=TODAY.tool))
    found = Solver(world).at(asked.facts, asked)
    if found is None or found.choice is None:
        return None
    lines = tuple(map(_more, found.choice.lines))
    month = found.choice.usd_per_month
    return replace(
        found.choice,
        lines=lines,
        usd_per_month=None if month is None else added(lines, "month"),
        usd_per_run=added(lines, "run"),
    )


def _more(line: BillLine) -> BillLine:
    """A line of which a tenth more is counted; parts of a cluster stay as they are."""
    if line.scope == "cluster":
        return line
    amounts = {key: getattr(line, key) for key in ("usd_per_month", "usd_per_run")}
    told = {key: f"{to_cent(Decimal(usd) * MORE)}" for key, usd in amounts.items() if usd is not None}
    return replace(line, quantity=f"{Decimal(line.quantity) * MORE}", **told)
