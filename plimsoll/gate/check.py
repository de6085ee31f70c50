"""Judge what one check is asked: the graph of its inputs, or else the plans among them."""

from dataclasses import dataclass

from plimsoll.catalog.facts import Catalog
from plimsoll.gate.case import Case
from plimsoll.gate.exemptions import Exemption
from plimsoll.gate.inputs.committed import joined
from plimsoll.gate.inputs.read import Inputs
from plimsoll.gate.judge import judge_case, priced_or_crashed
from plimsoll.gate.settings import Settings
from plimsoll.gate.verdict import Verdict
from plimsoll.graph.resource import Graph
from plimsoll.pricing import Priced
from plimsoll.pricing.result import merge


@dataclass(frozen=True, slots=True)
class Question:
    """All that a check rests on, read already. `region` is where what does not say so lies."""

    inputs: Inputs
    catalog: Catalog
    settings: Settings
    exemptions: tuple[Exemption, ...]
    region: str | None


def check(question: Question) -> Verdict:
    """Judge what was asked."""
    inputs, catalog = question.inputs, question.catalog
    settings = _held_against_plans(question)
    graph, beside = inputs.graph, Priced(cannot_price=inputs.unseen)
    if not graph.resources and inputs.plans:
        resources, lines = joined(inputs.plans)
        graph, beside = Graph(resources), merge([beside, Priced(lines=lines)])
    region = settings.values.get("unpriced-cost", {}).get("region", question.region or inputs.planned_region)
    priced, crash = priced_or_crashed(graph, catalog, region)
    whole = merge([priced, beside])
    case = Case(graph, whole, catalog, catalog.priced_on, settings.blocking(), region)
    return judge_case(case, settings, question.exemptions, crash)


def _held_against_plans(question: Question) -> Settings:
    """Hold a graph against the plans beside it, unless the configuration names another amount."""
    planned, settings = question.inputs.planned_ceiling, question.settings
    if planned is None or settings.values.get("plan-drift", {}).get("usdPerMonth") is not None:
        return settings
    return settings.with_value("plan-drift", "usdPerMonth", planned)
