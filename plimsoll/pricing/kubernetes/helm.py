"""Helm releases, and components that render objects, make what cannot be seen in the graph.

A release is only priced where its chart is known, and its values do not ask for what nobody knows.
"""

from collections.abc import Mapping
from typing import cast

from plimsoll.catalog.helm_charts import chart_from
from plimsoll.graph.resource import Resource
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.tree import Spot, View, shown
from plimsoll.pricing.capped import capping_pools
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.kubernetes.charts import RENDER, handled, price_chart
from plimsoll.pricing.kubernetes.demand import asks_for_accelerator, values_in
from plimsoll.pricing.result import Unpriceable

_COSTLY_KEYS = frozenset(
    {
        "extraobjects",
        "extramanifests",
        "extradeploy",
        "additionalobjects",
        "rawresources",
        "nodepools",
        "nodepool",
        "ec2nodeclasses",
        "storageclassname",
        "storageclass",
        "volumeclaimtemplate",
        "persistentvolumeclaim",
    }
)


def price_release(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a release of a known chart by its defaults and values; refuse values that may create anything."""
    inputs = inputs_of(resource)
    name, home = chart_of(inputs)
    chart = chart_from(name, home)
    if chart is None:
        where = f" from {shown(home)}" if home else ""
        raise Unpriceable(
            "unpriced",
            f"the chart {shown(name)}{where} is not known and may create anything; {RENDER}",
        )
    if inputs["valueYamlFiles"].items():
        raise Unpriceable("unpriced", "valueYamlFiles are not in the graph; give the values as `values`")
    known = frozenset(handled(chart))
    for spot in values_in(inputs["values"].value):
        if spot.path not in known:
            _refuse(spot)
    price_chart(resource, chart, inputs["values"], index, charges)
    charges.covered(capping_pools(index) if chart.creates != "nothing" else "")
    charges.free("a chart that is known to create nothing that bills, with values that do not change that")


def chart_of(inputs: View) -> tuple[str, str]:
    """Split a release's chart into its name and where it is fetched, without the scheme."""
    chart = inputs["chart"].text()
    if chart.startswith("oci://"):
        home, _, name = chart.removeprefix("oci://").rpartition("/")
        return name, home
    repo = inputs["repositoryOpts"]["repo"].text("")
    return chart, repo.removeprefix("https://").rstrip("/")


def _refuse(spot: Spot) -> None:
    key, value = spot.key, spot.value
    if value is UNKNOWN and key in ("values", "service", "persistence", "type", "enabled"):
        raise Unpriceable("unknown_value", f"the chart's value {key} is not known before the update")
    if value == "LoadBalancer":
        raise Unpriceable("unpriced", "the chart's values ask for a load balancer")
    if asks_for_accelerator(spot):
        raise Unpriceable("unpriced", "the chart's values ask for accelerators")
    if key.lower() in _COSTLY_KEYS and value not in (None, "", (), [], {}):
        raise Unpriceable("unpriced", f"the chart's value {key} may create what bills")
    volume = key.lower() in ("persistence", "persistentvolume") and isinstance(value, Mapping)
    if volume and cast("Mapping[str, object]", value).get("enabled") not in (None, False):
        raise Unpriceable("unpriced", f"the chart's value {key}.enabled asks for a volume")


def price_renderer(resource: Resource, index: Index, charges: Charges) -> None:
    """Know a rendering component by its children: without any, what it renders is not known yet."""
    if not index.has_children(resource.urn):
        raise Unpriceable(
            "unknown_value",
            "what it renders is not known before the update: none of its objects is in the graph",
            pending=not index.complete,
        )
    charges.free("a component: what it renders is priced object by object")
