"""Judge what one check is asked: the graph of its inputs, or else the plans among them."""

from dataclasses import dataclass

from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.catalog.facts import Catalog
from plimsoll.gate.case import Case
from plimsoll.gate.exemptions import Exemption
from plimsoll.gate.inputs.committed import joined, paid
from plimsoll.gate.inputs.read import Inputs
from plimsoll.gate.judge import judge_case, priced_or_crashed
from plimsoll.gate.rules.drift import PLAN_DRIFT
from plimsoll.gate.rules.facts import UNPRICED_COST
from plimsoll.gate.settings import Settings
from plimsoll.gate.usage import check_matches, usage_allowances
from plimsoll.gate.verdict import Verdict
from plimsoll.gate.watched import history_usd
from plimsoll.graph.resource import Graph
from plimsoll.pricing import Priced
from plimsoll.pricing.own.prices import OwnPrices
from plimsoll.pricing.result import merge


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A check run rests on these, read already.

    `region` is where what does not say so lies; `judged_on` the day (`YYYY-MM-DD`) by which exemptions and
    the age of prices are judged.
    """

    inputs: Inputs
    catalog: Catalog
    settings: Settings
    exemptions: tuple[Exemption, ...]
    region: str | None
    judged_on: str
    discounts: Discounts | None = None

    @property
    def own(self) -> OwnPrices | None:
        """What the organisation pays on the day of the judgement, if a file says it."""
        return None if self.discounts is None else OwnPrices(self.discounts, self.judged_on)


def check(run: CheckRun) -> Verdict:
    """Judge what was asked."""
    settings, region, catalog = _held_against_plans(run), region_of(run), run.catalog
    graph, beside = asked_graph(run)
    whole, crash = priced_or_crashed(graph, catalog, region, run.own, beside)
    if not crash:
        check_matches(whole, usage_allowances(settings.config(UNPRICED_COST)), settings.file)
    case = Case(graph, whole, catalog, run.judged_on, settings.blocking(), region)
    return judge_case(case, settings, run.exemptions, crash)


def asked_graph(run: CheckRun) -> tuple[Graph, Priced]:
    """Take the graph that is asked about, and the price of what no resource of it stands for."""
    inputs = run.inputs
    unseen = Priced(cannot_price=inputs.unseen)
    if inputs.graph.resources or not inputs.plans:
        return inputs.graph, unseen
    resources, lines = joined(inputs.plans)
    alone = tuple(plan.not_monthly for plan in inputs.plans if plan.not_monthly)
    return Graph(resources, not_monthly=alone), merge(
        [unseen, Priced(lines=tuple(paid(line, run.own) for line in lines))]
    )


def region_of(run: CheckRun) -> str | None:
    """Say where resources lie that do not say so: as configured, as asked, or as planned."""
    asked = run.region or run.inputs.planned_region
    return run.settings.values.get(UNPRICED_COST.name, {}).get("region", asked)


def _held_against_plans(run: CheckRun) -> Settings:
    """Hold a graph against the plans beside it, unless the configuration names another amount."""
    planned, settings = run.inputs.planned_ceiling, run.settings
    if planned is None or settings.values.get(PLAN_DRIFT.name, {}).get("usdPerMonth") is not None:
        return settings
    planned += history_usd(run.inputs.graph, run.catalog, region_of(run))
    key = "listUsdPerMonth" if run.inputs.planned_at_list else "usdPerMonth"
    return settings.with_value(PLAN_DRIFT.name, key, planned)
