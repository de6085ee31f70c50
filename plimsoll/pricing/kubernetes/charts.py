"""A known chart is priced by its default replicas, volumes and load balancers, and its values."""

from collections.abc import Iterator
from math import prod

from plimsoll.catalog.helm_charts import HelmChart, chart_in
from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import View
from plimsoll.pricing.capped import capping_pools
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import view_of
from plimsoll.pricing.kubernetes.network import add_service_balancer
from plimsoll.pricing.kubernetes.storage import add_claim
from plimsoll.pricing.result import Unpriceable

RENDER = "render it and judge its objects: helm template NAME CHART -f VALUES | plimsoll check -"

_NOTHING = frozenset({"crds", "common"})
"""Subcharts of every repository that create definitions or nothing."""


def price_chart(resource: Resource, chart: HelmChart, values: View, index: Index, charges: Charges) -> None:
    """Price a chart with its values.

    Raises `Unpriceable` where what it creates is known in words only.
    """
    if chart.creates == "more":
        raise Unpriceable(
            "unpriced",
            f"the chart {chart.chart} creates more than pods ({chart.note}); {RENDER}",
        )
    if chart.creates == "accelerators" and not capping_pools(index):
        raise Unpriceable(
            "unpriced",
            f"the chart {chart.chart} runs pods on accelerators, and no capped pools bound them",
            pending=not index.complete,
        )
    for path, size in chart.volumes.items():
        _add_volume(resource, chart, path, size, values, index, charges)
    for path in chart.claims:
        _add_claims(resource, path, values, index, charges)
    for path in chart.load_balancers:
        kind = _at(values, f"{path}.type").text("LoadBalancer")
        if kind == "LoadBalancer":
            add_service_balancer(resource, index, charges)
    for name in chart.subcharts:
        _price_subchart(resource, chart, name, values, index, charges)


def handled(chart: HelmChart) -> Iterator[str]:
    """Name the paths of values whose meaning for this chart is known: no general rule need refuse them."""
    for path in chart.volumes:
        yield from (f"{path}.enabled", f"{path}.size", f"{path}.storageClass", path)
    yield from (f"{path}.type" for path in chart.load_balancers)
    for name in chart.subcharts:
        brought = chart_in(name, chart.repository)
        if brought is not None:
            yield from (f"{name}.{path}" for path in handled(brought))


def templates(chart: HelmChart) -> Iterator[str]:
    """Name the paths below which a chart's values are claim templates, which are priced as such."""
    yield from chart.claims
    for name in chart.subcharts:
        brought = chart_in(name, chart.repository)
        if brought is not None:
            yield from (f"{name}.{path}" for path in templates(brought))


def _price_subchart(
    resource: Resource, chart: HelmChart, name: str, values: View, index: Index, charges: Charges
) -> None:
    own = values[name]
    if not own.absent and not own["enabled"].flag(default=True):
        return
    if name in _NOTHING or any(path.startswith(f"{name}.") for path in chart.volumes):
        return  # its volumes are among those of the chart above
    found = chart_in(name, chart.repository)
    if found is None:
        raise Unpriceable("unpriced", f"the chart {chart.chart} brings {name}, which is not known; {RENDER}")
    price_chart(resource, found, view_of({}) if own.absent else own, index, charges)


def _add_volume(
    resource: Resource, chart: HelmChart, path: str, size: str, values: View, index: Index, charges: Charges
) -> None:
    own = _at(values, path)
    if isinstance(own.value, str):
        own = view_of({"size": own.value}, own.path)
    if not own["enabled"].flag(default=True) or not own["existingClaim"].absent:
        return
    claim = {"resources": {"requests": {"storage": own["size"].text(size)}}}
    storage_class = own["storageClass"].text("") or own["storageClassName"].text("")
    spec = claim | ({"storageClassName": storage_class} if storage_class not in ("", "-") else {})
    add_claim(view_of(spec, path), _count(chart, path, values), resource, index, charges)


def _add_claims(resource: Resource, path: str, values: View, index: Index, charges: Charges) -> None:
    """Price a claim template (`….storageSpec.volumeClaimTemplate`) as often as pods claim it.

    What holds it is the spec of an operator's resource, whose shards have as many replicas each.
    """
    template, of = _at(values, path), path.rsplit(".", 2)[0]
    if template.absent or not _at(values, f"{path.partition('.')[0]}.enabled").flag(default=True):
        return
    counts = (_at(values, f"{of}.{key}").count(1) for key in ("replicas", "shards"))
    add_claim(template["spec"], max(1, prod(counts)), resource, index, charges)


def _count(chart: HelmChart, path: str, values: View) -> int:
    """Count the pods that each claim a volume: their component's replicas, or all of the chart's together."""
    component = path.rpartition(".")[0]
    counts = {name: _at(values, name).count(default) for name, default in chart.replicas.items()}
    own = [f"{component}.{key}" for key in ("replicaCount", "replicas")] if component else list(counts)
    known = [counts.get(name, _at(values, name).count(0)) for name in own]
    return max(1, sum(known))


def _at(values: View, path: str) -> View:
    for key in path.split("."):
        if values.absent or isinstance(values.value, str):
            return view_of(None, path)
        values = values[key]
    return values
