"""`check --caps` holds what caps permit against what a plan, a preview or a budget says.

Its records are the document `plimsoll.dev/caps/v1`, key by key.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from plimsoll.gate.budget import stack_budgets
from plimsoll.gate.caps.bill import layer, layers, permitted
from plimsoll.gate.caps.reading import Cap, caps_of
from plimsoll.gate.check import CheckRun, asked_graph, region_of
from plimsoll.gate.inputs.committed import planned_ceiling
from plimsoll.gate.rules.budget import BUDGET
from plimsoll.ground.canonical import Usd
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.pricing import CannotPrice
from plimsoll.pricing.result import merge

SCHEMA = "plimsoll.dev/caps/v1"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim is the most that a plan, a preview or a budget says may be spent in a month."""

    by: Literal["plan", "preview", "budget"]
    usd_per_month: Annotated[Usd, "US dollars per month."]


@dataclass(frozen=True, slots=True)
class CapInForce:
    """One number of one object bounds the bill, together with the others of its layer."""

    object: str
    path: str
    value: Decimal
    layer: str


@dataclass(frozen=True, slots=True)
class LayerPermit:
    """A layer of caps permits an amount by itself, the other layers lifted; null is no bound."""

    layer: str
    usd_per_month: Annotated[Usd | None, "US dollars per month."]


@dataclass(frozen=True, slots=True)
class Permit:
    """The caps of a graph permit an amount in a month; null where something has no bound or no price."""

    schema: str
    verdict: Literal["pass", "violation"]
    usd_per_month: Annotated[Usd | None, "US dollars per month."]
    claims: tuple[Claim, ...]
    priced_on: str
    region: str | None
    layers: tuple[LayerPermit, ...]
    caps: tuple[CapInForce, ...]
    unbounded: tuple[CannotPrice, ...]


def permit(run: CheckRun) -> Permit:
    """Read the caps of the inputs backwards, to the most that they permit.

    Raises:
        SpecError: the inputs hold no cap at all.
    """
    graph, beside = asked_graph(run)
    caps = caps_of(graph)
    if not caps:
        raise SpecError(_nothing_to_read(run))
    region, catalog = region_of(run), run.catalog
    priced = merge([permitted(graph, catalog, region), beside])
    claims = tuple(_claims(run))
    shared = beside.known("ceiling")
    alone = {
        name: None if usd is None else usd + shared for name, usd in layers(graph, catalog, region).items()
    }
    return Permit(
        SCHEMA,
        _verdict(priced.ceiling, claims),
        priced.ceiling,
        claims,
        catalog.priced_on,
        region,
        tuple(LayerPermit(name, usd) for name, usd in alone.items()),
        tuple(_in_force(caps)),
        priced.cannot_price,
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


def _nothing_to_read(run: CheckRun) -> Problem:
    count = len(run.inputs.graph.resources)
    what = f"no caps to read in {count} resource{'s' * (count != 1)}"
    why = "a cap is a limit of a node pool, a quota, the maximum of an autoscaler, or a disk's size"
    fix = "give a plan, the stack's `plimsoll preview --format json`, or its manifests"
    return Problem(what, why, fix, path="--caps")
