"""The verdict opens a report: one sentence, the numbers beside the budget, what to know before it runs."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.ground.start_up import record
from plimsoll.ground.units import figure
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.show.clock import prices_text
from plimsoll.show.money import usd
from plimsoll.show.plan.asides import asides
from plimsoll.show.plan.table import chosen_text, scale_text
from plimsoll.show.plan.words import asked, latency_name, served_text, speech_texts
from plimsoll.show.report.money_bar import Marks, money_bar
from plimsoll.show.report.svg import Figure


@record
class HeadAmount:
    """One of the numbers at the top: its name, the amount, what it is; `kind` tells its colour."""

    kind: str
    name: str
    amount: str
    meaning: str


@record
class HeadVerdict:
    """What a reader must know who reads nothing else."""

    good: bool
    word: str
    sentence: str
    asked: str
    prices: str
    amounts: tuple[HeadAmount, ...] = ()
    bar: Figure | None = None
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


def verdict_of(place: str, answer: Plan | Refusal) -> HeadVerdict:
    """Put a plan or a refusal in a sentence, and its money beside it."""
    return _plan(place, answer) if isinstance(answer, Plan) else _refusal(answer)


def _plan(place: str, plan: Plan) -> HeadVerdict:
    money = plan.cost.usd_per_month
    marks = Marks(float(money.floor), float(money.expected), float(money.ceiling), _budget(plan))
    amounts = tuple(_amounts(plan))
    told = ", ".join(f"{each.name} {each.amount}" for each in amounts)
    return HeadVerdict(
        good=True,
        word="holds every limit",
        sentence=_sentence(plan),
        asked=asked(plan),
        prices=prices_text(plan.clock),
        amounts=amounts,
        bar=money_bar(f"{place}-bar", marks, f"USD a month: {told}"),
        facts=tuple(_facts(plan)),
        notes=tuple(asides(plan)),
        warnings=tuple((each.code, each.message) for each in plan.warnings),
    )


def _refusal(refusal: Refusal) -> HeadVerdict:
    best = refusal.ways_out[0] if refusal.ways_out else None
    way = f" The cheapest way out: {best.message}." if best is not None else ""
    none = "" if best is not None else " No single change of the spec makes it fit."
    return HeadVerdict(
        good=False,
        word="refused",
        sentence=f"{refusal.message[:1].upper()}{refusal.message[1:]}.{way}{none}",
        asked=asked(refusal),
        prices=prices_text(refusal.clock),
    )


def _budget(plan: Plan) -> float | None:
    budget = plan.workload["budget"]
    return float(budget["usd_per_month"]) if budget else None


def _sentence(plan: Plan) -> str:
    chosen, money = plan.chosen, plan.cost.usd_per_month
    nodes = sum(pool.max_nodes for pool in chosen.pools)
    rent = f"Rent up to {nodes} × {chosen.instance_type} in {chosen.region}"
    spent = f"{usd(money.expected)} a month is expected, {usd(money.ceiling)} is the most that it can cost"
    return f"{rent}: {spent}. {_against_budget(plan)}"


def _against_budget(plan: Plan) -> str:
    budget, money = plan.workload["budget"], plan.cost.usd_per_month
    if not budget:
        return "The spec gives no budget."
    limit = Decimal(str(budget["usd_per_month"]))
    if budget["basis"] == "ceiling":
        return f"The ceiling stays {usd(limit - Decimal(money.ceiling))} within the budget of {usd(limit)}."
    over = Decimal(money.ceiling) - limit
    rest = f"; the ceiling is {usd(over)} above it" if over > 0 else ""
    spare = usd(limit - Decimal(money.expected))
    return f"What is expected stays {spare} within the budget of {usd(limit)}{rest}."


def _amounts(plan: Plan) -> Iterator[HeadAmount]:
    money, budget = plan.cost.usd_per_month, plan.workload["budget"]
    yield HeadAmount("floor", "floor", usd(money.floor), "a month without traffic")
    yield HeadAmount("expected", "expected", usd(money.expected), "the load as described")
    yield HeadAmount("ceiling", "ceiling", usd(money.ceiling), "every pool at its limit, on demand")
    if budget:
        limit = usd(Decimal(str(budget["usd_per_month"])))
        yield HeadAmount("budget", "budget", limit, f"held against the {budget['basis']}")


def _facts(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "machine", chosen_text(plan.chosen).replace("   ", ", ")
    yield "scale", scale_text(plan.chosen)
    yield from (_latency(plan, key) for key in plan.latency)
    if speech := speech_texts(plan.speech):
        yield "speech", ", ".join(speech)
    if memory := plan.memory_gib:
        cache = f", {memory.kv_cache:.2f} KV cache" if memory.kv_cache is not None else ""
        parts = f"{memory.weights:.2f} weights, {memory.activations:.2f} activations{cache}"
        yield "memory of each accelerator", f"{parts}, of {memory.usable:.2f} GiB usable"
    if served := served_text(plan.chosen):
        yield "engine", served
    for quota in plan.quotas:
        yield "quota", f"{quota.name}: {quota.vcpus} vCPU" + (f" ({quota.code})" if quota.code else "")


def _latency(plan: Plan, key: str) -> tuple[str, str]:
    """Say a latency, its interval, and the limit that it is held against."""
    found, limit = plan.latency[key], plan.workload["sla"].get(key)
    low, high = figure(round(found.low, 1)), figure(round(found.high, 1))
    held = f"; limit {figure(limit)} ms" if limit is not None else "; no limit is set"
    return latency_name(key), f"{figure(round(found.estimate, 1))} ms (80 %: {low} to {high}){held}"
