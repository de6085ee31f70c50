"""Small worlds for properties: a catalogue of a few offerings, and specs that fit it.

A spec is the plain mapping a person would write; a world is what the catalogue says. Prices are
whole cents and spot is never above on-demand, as AWS promises.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from plimsoll.catalog.facts import Catalog, Offering
from plimsoll.catalog.tables import load
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.make.facts import EAST, WEST, instance_type, offering, price, tiny_catalog

TYPES = ("c1.large", "c1.4xlarge", "g1.xlarge", "g1.4xlarge", "p1.8xlarge")
DEAREST = {"c1.large": 90, "c1.4xlarge": 700, "g1.xlarge": 400, "g1.4xlarge": 1600, "p1.8xlarge": 9000}
"""The dearest on-demand price drawn, cents an hour."""

Spec = dict[str, Any]


@cache
def real() -> Catalog:
    """The catalogue that ships."""
    return load()


@cache
def _tiny() -> Catalog:
    cpu_types = (
        instance_type("c1.large", None, vcpus=4, memory_gib=16.0),
        instance_type("c1.4xlarge", None, vcpus=32, memory_gib=128.0),
    )
    base = tiny_catalog()
    types = {kind.name: kind for kind in (*base.instance_types.values(), *cpu_types)}
    return replace(base, instance_types=dict(sorted(types.items())))


def world(offerings: Sequence[Offering]) -> Catalog:
    """The small catalogue with these offerings, and the system nodes' type in both regions."""
    system = [offering("m7i.large", region, "0.10", None) for region in (EAST, WEST)]
    return replace(_tiny(), offerings={(o.instance_type, o.region): o for o in (*offerings, *system)})


@st.composite
def offerings(draw: st.DrawFn, *, spot: bool = True, zones: int = 1) -> list[Offering]:
    """At least four offerings; at most all types in both regions."""
    keys = [(name, region) for name in TYPES for region in (EAST, WEST)]
    chosen = draw(st.lists(st.sampled_from(keys), min_size=4, max_size=len(keys), unique=True))
    return [draw(_offering(name, region, spot=spot, zones=zones)) for name, region in sorted(chosen)]


@st.composite
def _offering(draw: st.DrawFn, name: str, region: str, *, spot: bool, zones: int) -> Offering:
    on_demand = draw(st.integers(20, DEAREST[name]))
    on_spot = draw(st.none() | st.integers(10, on_demand)) if spot else None
    return replace(
        offering(name, region, _usd(on_demand), _usd(on_spot) if on_spot else None),
        zones=draw(st.integers(zones, 4)),
        interruption_per_month=draw(st.sampled_from([None, 0.05, 0.1, 0.2, 1.0])),
    )


def _usd(cents: int) -> str:
    return str(Decimal(cents) / 100)


LIMITS = {
    "ttft_p95_ms": [150, 400, 1000, 4000],
    "tpot_p95_ms": [15, 25, 40, 80, 150],
    "e2e_p95_ms": [4000, 12000, 40000],
}


@st.composite
def loads(draw: st.DrawFn, *, concurrency: bool = True) -> Spec:
    """A rate or requests in flight, flat or with a day's profile."""
    if concurrency and draw(st.integers(0, 4)) == 0:
        load: Spec = {"concurrency": draw(st.sampled_from([1, 8, 40, 200]))}
    else:
        load = {"qps": draw(st.sampled_from([0.1, 1.0, 3.7, 12.0, 45.0, 150.0]))}
    if draw(st.booleans()):
        shares = draw(st.lists(st.sampled_from([0.1, 0.3, 0.6, 0.9]), min_size=23, max_size=23))
        load["profile"] = [1.0, *shares]
    return load


@st.composite
def llm_specs(draw: st.DrawFn, **options: bool) -> Spec:
    """A text model under load, with or without latency limits."""
    spec: Spec = {
        "model": draw(st.sampled_from(["tiny/llm-8b", "tiny/llm-8b", "tiny/llm-70b"])),
        "load": draw(loads(**options)),
        "sla": {},
    }
    spec["load"]["input_tokens"] = draw(st.sampled_from([100, 700, 3000, {"mean": 1500, "p95": 6000}]))
    spec["load"]["output_tokens"] = draw(st.sampled_from([20, 200, {"mean": 400, "p95": 900}]))
    for key, values in LIMITS.items():
        if draw(st.integers(0, 2)) == 0:
            spec["sla"][key] = draw(st.sampled_from(values))
    precisions = draw(st.sampled_from([None, ["fp8"], ["fp8", "bf16"], ["bf16", "fp8"]]))
    if precisions:
        spec["precision"] = precisions
    return spec


@st.composite
def measured_specs(draw: st.DrawFn, **options: bool) -> Spec:
    """A service that its owner measured, on CPUs or on small accelerators."""
    gpu = draw(st.booleans())
    measured: Spec = {
        "accelerator": "Small-24GB" if gpu else "none",
        "qps_per_replica": draw(st.sampled_from([5.0, 20.0, 75.0])),
        "latency_p95_ms": 40,
        "cpu": draw(st.sampled_from([1.5, 3.0])),
        "memory_gib": draw(st.sampled_from([4, 10])),
        "source": "load test",
    }
    return {"measured": measured, "load": draw(loads(**options)), "sla": {}}


SPOT = ("never", "allow")


@st.composite
def specs(draw: st.DrawFn, *, spot: Sequence[str] = SPOT, base: bool = False, **options: bool) -> Spec:
    """Any inference spec. `spot` lists the uses to draw from; `base` draws an on-demand base too."""
    spec = draw(st.one_of(llm_specs(**options), measured_specs(**options)))
    spec["regions"] = draw(st.sampled_from([[EAST, WEST], [EAST, WEST], [EAST]]))
    spec["capacity"] = {"spot": draw(st.sampled_from(list(spot)))}
    if base:
        spec["capacity"]["on_demand_base"] = draw(st.sampled_from([0, 1, 3, 0.25, 0.5, 1.0]))
    spec["sla"]["availability"] = draw(st.sampled_from([0.99, 0.99, 0.999, 0.9999]))
    if draw(st.integers(0, 3)) == 0:
        spec["scale"] = {"min_replicas": draw(st.integers(1, 4))}
    return spec


def answer(spec: Mapping[str, Any], catalog: Catalog) -> Plan | Refusal:
    """Size a spec as written."""
    workload = Workload.model_validate(deepcopy(dict(spec)))
    architecture = catalog.model(spec["model"]) if "model" in spec else None
    return size(workload, architecture, catalog, load_speed())


def cost(document: Plan | Refusal, basis: str = "expected") -> Decimal:
    """What sizing minimises; a refusal costs more than everything."""
    if isinstance(document, Refusal):
        return Decimal("Infinity")
    return Decimal(getattr(document.cost.usd_per_month, basis))


def changed(spec: Mapping[str, Any], path: str, value: Any) -> Spec:
    """A copy of the spec with a value at a dotted path, as a program would put it there."""
    copy = deepcopy(dict(spec))
    node = copy
    *parents, last = path.split(".")
    for key in parents:
        node = node.setdefault(key, {})
    node[last] = value
    return copy


def with_price(catalog: Catalog, key: tuple[str, str], **usd: str | None) -> Catalog:
    """The catalogue with other prices for one offering."""
    prices = {name: price(value) if value else None for name, value in usd.items()}
    return replace(catalog, offerings={**catalog.offerings, key: replace(catalog.offerings[key], **prices)})
