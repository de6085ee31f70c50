"""Helm releases, and components that render objects, make what cannot be seen in the graph.

A release is only priced where its chart is known, and its values do not ask for what nobody knows.
"""

import re
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
from plimsoll.pricing.kubernetes.charts import RENDER, handled, price_chart, templates
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

_VOLUME = re.compile(r"pvc|persist|volume|disk|storage", re.IGNORECASE)
"""Names under which charts ask for a volume, whatever else is in the name (`pvcStorage`, `dataDiskSize`)."""

_OF_THE_NODE = frozenset({"ephemeral-storage", "emptydir", "ephemeralstorage"})
_BYTES = re.compile(r"\s*\d+(\.\d+)?\s*([KMGTPE]i?B?|k)\s*")
_SERVICE_TYPES = frozenset({"ClusterIP", "NodePort", "ExternalName", "LoadBalancer", ""})
_INGRESS_CLASSES = frozenset({"ingressclassname", "ingressclass", "classname", "class"})


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
    known, claimed = frozenset(handled(chart)), tuple(templates(chart))
    for spot in values_in(inputs["values"].value):
        below = spot.path.startswith(tuple(f"{each}." for each in claimed))
        if spot.path not in known and spot.path not in claimed and not below:
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
    return chart, repo.removeprefix("https://").removeprefix("oci://").rstrip("/")


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
    if _is_service_type(spot) and value not in _SERVICE_TYPES:
        types = ", ".join(sorted(_SERVICE_TYPES - {""}))
        raise Unpriceable(
            "invalid_value", f"the chart's value {key} is {shown(value)}; the types are {types}"
        )
    if isinstance(value, Mapping):
        inside = cast("Mapping[str, object]", value)
        if key.lower() in ("persistence", "persistentvolume") and inside.get("enabled") not in (None, False):
            raise Unpriceable("unpriced", f"the chart's value {key}.enabled asks for a volume")
        _refuse_volume(key, inside)
        if "ingress" in key.lower():
            _refuse_balancer_of_ingress(key, inside)


def _refuse_volume(holder: str, values: Mapping[str, object]) -> None:
    """Refuse bytes under a name of volumes, and such a name switched on, unless all is switched off."""
    if holder.lower() in _OF_THE_NODE or values.get("enabled") is False or values.get("existingClaim"):
        return
    for name, value in values.items():
        if name.lower() in _OF_THE_NODE:
            continue
        sized = isinstance(value, str) and _BYTES.fullmatch(value) is not None
        named = any(_VOLUME.search(each) is not None for each in (name, holder))
        if (sized and named) or (value is True and name.lower() in ("persistence", "persistent", "pvc")):
            raise Unpriceable(
                "unpriced", f"the chart's value {name}: {shown(value)} may ask for a volume; {RENDER}"
            )


def _is_service_type(spot: Spot) -> bool:
    """Say whether a text is the type of a Service: `service.type`, `serviceType`."""
    if not isinstance(spot.value, str):
        return False
    of_service = spot.key == "type" and spot.path.lower().endswith("service.type")
    return of_service or spot.key.lower() == "servicetype"


def _refuse_balancer_of_ingress(key: str, ingress: Mapping[str, object]) -> None:
    """Refuse an Ingress whose class has AWS build a load balancer for it, unless it is switched off."""
    notes = ingress.get("annotations")
    named = [value for name, value in ingress.items() if name.lower() in _INGRESS_CLASSES]
    if isinstance(notes, Mapping):
        named.append(cast("Mapping[str, object]", notes).get("kubernetes.io/ingress.class"))
    if "alb" in named and ingress.get("enabled") is not False:
        raise Unpriceable(
            "unpriced", f"the chart's value {key} asks for a load balancer (class alb); {RENDER}"
        )


def price_renderer(resource: Resource, index: Index, charges: Charges) -> None:
    """Know a rendering component by its children: without any, what it renders is not known yet."""
    if not index.has_children(resource.urn):
        raise Unpriceable(
            "unknown_value",
            "what it renders is not known before the update: none of its objects is in the graph",
            pending=not index.complete,
        )
    charges.free("a component: what it renders is priced object by object")
