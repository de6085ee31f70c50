"""`check --caps` holds what caps permit against what a plan, a preview or a budget says.

Its records are the document `plimsoll.dev/caps/v1`, key by key.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from plimsoll.catalog.clock import Clock
from plimsoll.catalog.facts import Catalog
from plimsoll.gate.budget import stack_budgets
from plimsoll.gate.caps.bill import layer, layers, permitted
from plimsoll.gate.caps.guards import guards_of
from plimsoll.gate.caps.reading import Cap, caps_of
from plimsoll.gate.case import Case
from plimsoll.gate.check import CheckRun, asked_graph, region_of
from plimsoll.gate.inputs.committed import planned_ceiling
from plimsoll.gate.rules.budget import BUDGET
from plimsoll.gate.rules.facts import STALE_PRICES
from plimsoll.gate.settings import Settings
from plimsoll.gate.watched import history_usd
from plimsoll.graph.resource import Graph
from plimsoll.ground import meaning
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
    value: Annotated[Decimal, "The number, exact."]
    unit: Annotated[str, 'Unit of the number: "GiB", or empty for pieces, cores and bytes.']
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
    verdict: Annotated[Literal["pass", "violation"], "Whether it is known, recent and within all claims."]
    usd_per_month: Annotated[Usd | None, "The most that the caps permit; null is no bound."]
    claims: Annotated[tuple[Claim, ...], "What the amount is held against."]
    asked_on: Annotated[str | None, meaning.ASKED_ON]
    priced_on: Annotated[str | None, meaning.PRICED_ON]
    oldest_on: Annotated[str | None, meaning.OLDEST_ON]
    region: Annotated[str | None, "AWS region; null if resources say several, or none."]
    layers: Annotated[tuple[LayerPermit, ...], "What each layer of caps permits without the others."]
    caps: Annotated[tuple[CapInForce, ...], "Every cap in force."]
    trusts: Annotated[tuple[str, ...], "Admission policies whose expressions are taken at their word."]
    unbounded: Annotated[tuple[Unbounded, ...], "What has no bound or no price."]
    stale_prices: Annotated[tuple[str, ...], "Why the prices are too old; empty where they are not."]
    notes: Annotated[tuple[str, ...], "What a reader must know to believe the amount."]

    @property
    def clock(self) -> Clock:
        """The days on which the prices of the amount were read."""
        return Clock(self.asked_on, self.priced_on, self.oldest_on)


def permit(run: CheckRun) -> Permit:
    """Read the caps of the inputs backwards, to the most that they permit.

    Raises:
        SpecError: the inputs hold no cap, nothing that a cap could bound, or a claim that cannot be read.
    """
    if run.inputs.damaged_claims:
        raise SpecError(run.inputs.damaged_claims)
    graph, beside = asked_graph(run)
    caps = caps_of(graph)
    if not caps:
        raise SpecError(_nothing_to_read(run))
    region, catalog = region_of(run), run.catalog
    priced = merge([permitted(graph, catalog, region), beside])
    if not priced.lines and not priced.cannot_price:
        raise SpecError(_nothing_to_bound())
    claims = tuple(_claims(run))
    stale = tuple(_stale(Case(graph, priced, catalog, run.judged_on, region=region), run.settings))
    shared, clock = beside.known("ceiling"), priced.clock(catalog.asked_on)
    alone = {
        name: None if usd is None else usd + shared for name, usd in layers(graph, catalog, region).items()
    }
    # Each layer bounds the bill by itself; sums of rounded lines may differ by cents.
    most = None if priced.ceiling is None else min([priced.ceiling, *filter(None, alone.values())])
    return Permit(
        SCHEMA,
        "violation" if stale else _verdict(most, claims),
        most,
        claims,
        clock.asked_on,
        clock.priced_on,
        clock.oldest_on,
        _where(graph, region),
        tuple(LayerPermit(name, usd) for name, usd in alone.items()),
        tuple(_in_force(caps)),
        guards_of(graph),
        tuple(Unbounded(each.urn, each.code, each.message) for each in priced.cannot_price),
        stale,
        tuple(
            dict.fromkeys(
                [*_prices(catalog), *graph.notes, *priced.notes, *(n.note for n in priced.lines if n.note)]
            )
        ),
    )


def _prices(catalog: Catalog) -> Iterator[str]:
    """Say whose prices were laid over the catalogue's."""
    if catalog.prices is not None:
        yield f"prices of {catalog.prices}"


def _where(graph: Graph, asked: str | None) -> str | None:
    """Say where the resources lie: what they say themselves goes before what was asked."""
    own = {region for region in (graph.region, *(r.region for r in graph.resources)) if region}
    if not own:
        return asked
    return own.pop() if len(own) == 1 else None


def _stale(case: Case, settings: Settings) -> Iterator[str]:
    """Judge the age of the prices as every check does, where that rule blocks."""
    if STALE_PRICES.name in settings.blocking() and STALE_PRICES.whole is not None:
        for finding in STALE_PRICES.whole(case, settings.config(STALE_PRICES)):
            yield finding.message


def _claims(run: CheckRun) -> Iterator[Claim]:
    inputs = run.inputs
    planned = inputs.planned_ceiling
    if planned is None and inputs.plans:
        planned = planned_ceiling(inputs.plans, cluster=True)
    if planned is not None:
        yield Claim("plan", planned + history_usd(inputs.graph, run.catalog, region_of(run)))
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
        yield CapInForce(cap.name, ".".join(map(str, cap.path)), cap.value, cap.unit, layer(cap))


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
