"""`check --caps` holds what caps permit against what a plan, a preview or a budget says.

Its records are the document `plimsoll.dev/caps/v1`, key by key.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from plimsoll.gate.budget import stack_budgets
from plimsoll.gate.caps.bill import layer, layers, permitted
from plimsoll.gate.caps.guards import guards_of
from plimsoll.gate.caps.reading import Cap, caps_of
from plimsoll.gate.check import CheckRun, asked_graph, region_of
from plimsoll.gate.inputs.committed import planned_ceiling
from plimsoll.gate.rules.budget import BUDGET
from plimsoll.ground.canonical import Usd
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.pricing.result import merge

SCHEMA = "plimsoll.dev/caps/v1"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim is the most that a plan, a preview or a budget says may be spent in a month."""

    by: Annotated[Literal["plan", "preview", "budget"], "Who says so."]
    usd_per_month: Annotated[Usd, "US dollars per month."]


@dataclass(frozen=True, slots=True)
class CapInForce:
    """One number of one object bounds the bill, together with the others of its layer."""

    object: Annotated[str, "Kind and name of the object."]
    path: Annotated[str, "Where the number stands in it."]
    value: Annotated[Decimal, "The number: pieces, cores, bytes, or GiB of a disk."]
    layer: Annotated[str, "The layer it belongs to; empty for one that nothing stands beside."]


@dataclass(frozen=True, slots=True)
class LayerPermit:
    """A layer of caps permits an amount by itself, the other layers lifted; null is no bound."""

    layer: Annotated[str, "Name of the layer."]
    usd_per_month: Annotated[Usd | None, "US dollars per month; null is no bound."]


@dataclass(frozen=True, slots=True)
class Unbounded:
    """Something has no bound, or no price."""

    urn: Annotated[str, "Resource; empty for an input as such."]
    code: Annotated[str, "Violation code."]
    message: Annotated[str, "Why."]


@dataclass(frozen=True, slots=True)
class Permit:
    """The caps of a graph permit an amount in a month; null where something has no bound or no price."""

    schema: str
    verdict: Annotated[Literal["pass", "violation"], "Whether the amount is known and within every claim."]
    usd_per_month: Annotated[Usd | None, "The most that the caps permit; null is no bound."]
    claims: Annotated[tuple[Claim, ...], "What the amount is held against."]
    priced_on: Annotated[str, "Date of the prices."]
    region: Annotated[str | None, "AWS region; null prices each type in the dearest region."]
    layers: Annotated[tuple[LayerPermit, ...], "What each layer of caps permits without the others."]
    caps: Annotated[tuple[CapInForce, ...], "Every cap in force."]
    trusts: Annotated[tuple[str, ...], "Admission policies whose expressions are taken at their word."]
    unbounded: Annotated[tuple[Unbounded, ...], "What has no bound or no price."]


def permit(run: CheckRun) -> Permit:
    """Read the caps of the inputs backwards, to the most that they permit.

    Raises:
        SpecError: the inputs hold no cap, nothing that a cap could bound, or one plan twice.
    """
    _each_plan_once(run)
    graph, beside = asked_graph(run)
    caps = caps_of(graph)
    if not caps:
        raise SpecError(_nothing_to_read(run))
    region, catalog = region_of(run), run.catalog
    priced = merge([permitted(graph, catalog, region), beside])
    if not priced.lines and not priced.cannot_price:
        raise SpecError(_nothing_to_bound())
    claims = tuple(_claims(run))
    shared = beside.known("ceiling")
    alone = {
        name: None if usd is None else usd + shared for name, usd in layers(graph, catalog, region).items()
    }
    # Each layer bounds the bill by itself; sums of rounded lines may differ by cents.
    most = None if priced.ceiling is None else min([priced.ceiling, *filter(None, alone.values())])
    return Permit(
        SCHEMA,
        _verdict(most, claims),
        most,
        claims,
        catalog.priced_on,
        region or graph.region,
        tuple(LayerPermit(name, usd) for name, usd in alone.items()),
        tuple(_in_force(caps)),
        guards_of(graph),
        tuple(Unbounded(each.urn, each.code, each.message) for each in priced.cannot_price),
    )


def _claims(run: CheckRun) -> Iterator[Claim]:
    inputs = run.inputs
    planned = inputs.planned_ceiling
    if planned is None and inputs.plans:
        planned = planned_ceiling(inputs.plans, cluster=True)
    if planned is not None:
        yield Claim("plan", planned)
    if inputs.previewed_ceiling is not None:
        yield Claim("preview", inputs.previewed_ceiling)
    for budget in stack_budgets(run.settings.config(BUDGET)):
        if budget.basis == "ceiling":
            yield Claim("budget", budget.usd_per_month)


def _verdict(usd: Decimal | None, claims: Iterable[Claim]) -> Literal["pass", "violation"]:
    within = usd is not None and all(usd <= claim.usd_per_month for claim in claims)
    return "pass" if within else "violation"


def _in_force(caps: Iterable[Cap]) -> Iterator[CapInForce]:
    for cap in caps:
        yield CapInForce(cap.name, ".".join(map(str, cap.path)), cap.value, layer(cap))


def _each_plan_once(run: CheckRun) -> None:
    """Refuse two plans of one workload: what it says would count twice."""
    names = [plan.resources[0].name for plan in run.inputs.plans]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        what = f"two plans of the workload {', '.join(twice)}"
        raise SpecError(Problem(what, "what they say would count twice", "give one of them", path="--caps"))


def _nothing_to_bound() -> Problem:
    what = "caps, and nothing that they could bound"
    why = "a quota or an autoscaler caps the nodes of pools"
    return Problem(what, why, "give the node pools and the pods beside them", path="--caps")


def _nothing_to_read(run: CheckRun) -> Problem:
    count = len(run.inputs.graph.resources)
    what = f"no caps to read in {count} resource{'s' * (count != 1)}"
    why = "a cap is a limit of a node pool, a quota, the maximum of an autoscaler, or a disk's size"
    fix = "give a plan, the stack's `plimsoll preview --format json`, or its manifests"
    return Problem(what, why, fix, path="--caps")
