"""Every key that money hangs on, each with every value that is no number, no type and no class.

A table of honest graphs with the paths in them that bear money, and a table of values that cannot be read
there. Crossed they are attacks of which none may pass, whatever reads the key.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.markers import UNKNOWN, Secret
from tests.make.adversaries.case import REGION, STACK, Case
from tests.make.adversaries.money_graphs import GRAPHS

NO_VALUE: Mapping[str, Any] = {
    "a shell variable": "$X",
    "a variable in braces": "${X}",
    "a template": "{{ .Values.x }}",
    "a word": "many",
    "empty": "",
    "a list": [1],
    "an empty object": {},
    "an object": {"value": 1},
    "true": True,
    "not known": UNKNOWN,
    "secret": Secret(1),
}
"""None of these is a number, a type, a class or a size."""

NO_NUMBER: Mapping[str, Any] = {
    **NO_VALUE,
    "negative": -1,
    "negative text": "-1",
    "hexadecimal": "0x10",
    "Arabic digits": "\u0663",
    "full-width digits": "\uff12",
    "spaces around": " 2 ",
    "an underscore": "1_000",
    "a comma": "1,000",
    "not a number": float("nan"),
    "infinite": float("inf"),
    "400 digits": 10**400,
}

NO_COUNT = {**NO_NUMBER, "a fraction": 1.5, "a fraction as text": "1.5", "with a unit": "3Gi"}
NO_QUANTITY = {
    **NO_NUMBER,
    "an unknown suffix": "5Zi",
    "gigabytes": "64GB",
    "a space": "5 Gi",
    "an exponent": "1e999",
}
NO_DEVICES = {
    # One that is not known, or secret, asks for some: the pool beside it takes that.
    **{k: v for k, v in NO_QUANTITY.items() if k not in ("not known", "secret")},
    "a fraction": 0.5,
    "a fraction as text": "500m",
    "null": None,
}
NO_CHOICE = {
    **NO_VALUE,
    "a number": 7,
    "null text": "null",
    "capitals": "GP3",
    "a space behind": "gp3 ",
    "another": "gp9",
}
NO_TYPE = {
    **NO_VALUE,
    "a number": 7,
    "capitals": "G6.XLARGE",
    "a space behind": "g6.xlarge ",
    "a look-alike": "g6.x1arge",
    "Cyrillic": "g6.xlarg\u0435",
}
NO_FLAG = {**{k: v for k, v in NO_VALUE.items() if k != "true"}, "a number": 1, "yes": "yes", "True": "True"}


@dataclass(frozen=True)
class Place:
    """One key that bears money: in which of the honest graphs, at which path, and what is no value there."""

    graph: str
    path: str
    wrong: Mapping[str, Any]
    required: bool = False


_NAMES_OF_CLASSES = ("a word", "another", "null text")
"""Any name may be a class of Ingress: one that nobody knows is priced as a load balancer, not refused."""

PLACES = (
    *(
        Place("pool", f"spec/limits/{key}", NO_QUANTITY)
        for key in ("nodes", "cpu", "memory", "nvidia.com~gpu")
    ),
    Place("pool", "spec/template/spec/requirements/0/values/0", NO_TYPE, required=True),
    Place("pool", "spec/template/spec/requirements/1/values/0", NO_COUNT, required=True),
    Place("class", "spec/blockDeviceMappings/0/ebs/volumeSize", NO_QUANTITY, required=True),
    Place("class", "spec/blockDeviceMappings/0/ebs/volumeType", NO_CHOICE),
    Place("class", "spec/blockDeviceMappings/0/ebs/iops", NO_COUNT),
    Place("class", "spec/blockDeviceMappings/0/ebs/throughput", NO_COUNT),
    Place("class", "spec/detailedMonitoring", NO_FLAG),
    Place("class", "spec/associatePublicIPAddress", NO_FLAG),
    *(Place("group", f"scalingConfig/{key}", NO_COUNT, required=True) for key in ("minSize", "maxSize")),
    Place("group", "diskSize", NO_COUNT),
    Place("group", "instanceTypes/0", NO_TYPE, required=True),
    Place("group", "capacityType", NO_CHOICE),
    *(Place("asg", key, NO_COUNT, required=True) for key in ("minSize", "maxSize")),
    Place("template", "instanceType", NO_TYPE, required=True),
    Place("template", "blockDeviceMappings/0/ebs/volumeSize", NO_COUNT, required=True),
    Place("template", "blockDeviceMappings/0/ebs/volumeType", NO_CHOICE),
    Place("template", "blockDeviceMappings/0/ebs/iops", NO_COUNT),
    Place("template", "blockDeviceMappings/0/ebs/throughput", NO_COUNT),
    Place("template", "monitoring/enabled", NO_FLAG),
    Place("instance", "instanceType", NO_TYPE, required=True),
    Place("instance", "rootBlockDevice/volumeSize", NO_COUNT),
    Place("instance", "rootBlockDevice/volumeType", NO_CHOICE),
    Place("instance", "rootBlockDevice/iops", NO_COUNT),
    Place("instance", "rootBlockDevice/throughput", NO_COUNT),
    Place("instance", "monitoring", NO_FLAG),
    Place("instance", "associatePublicIpAddress", NO_FLAG),
    Place("volume", "size", NO_COUNT, required=True),
    Place("volume", "type", NO_CHOICE),
    Place("volume", "iops", NO_COUNT),
    Place("volume", "throughput", NO_COUNT),
    Place("reservation", "instanceType", NO_TYPE, required=True),
    Place("reservation", "instanceCount", NO_COUNT, required=True),
    Place("claim", "spec/resources/requests/storage", NO_QUANTITY, required=True),
    Place("claim", "spec/storageClassName", NO_CHOICE),
    Place("set", "spec/replicas", NO_COUNT),
    Place("set", "spec/volumeClaimTemplates/0/spec/resources/requests/storage", NO_QUANTITY, required=True),
    Place("set", "spec/volumeClaimTemplates/0/spec/storageClassName", NO_CHOICE),
    Place("deployment", "spec/template/spec/containers/0/resources/limits/nvidia.com~gpu", NO_DEVICES),
    Place("job", "spec/template/spec/containers/0/resources/limits/nvidia.com~gpu", NO_DEVICES),
    Place(
        "training",
        "spec/pytorchReplicaSpecs/Worker/template/spec/containers/0/resources/limits/nvidia.com~gpu",
        NO_DEVICES,
    ),
    Place("service", "spec/type", NO_CHOICE),
    Place("service", "spec/loadBalancerClass", NO_CHOICE),
    Place(
        "ingress", "spec/ingressClassName", {k: v for k, v in NO_CHOICE.items() if k not in _NAMES_OF_CLASSES}
    ),
    Place("cluster", "upgradePolicy/supportType", NO_CHOICE),
    Place("key", "enableKeyRotation", NO_FLAG),
)


def nonsense() -> Iterator[Case]:
    """Cross the places with the values: one attack each."""
    for place in PLACES:
        yield from attacks_on(place)


def attacks_on(place: Place) -> Iterator[Case]:
    """Put every value that is none into one place, and spell its key wrong."""
    for name, value in {**place.wrong, **({"null": None} if place.required else {})}.items():
        yield _case(place, name, value)
    if not place.path.endswith("/0") and "/limits/" not in place.path:
        yield _case(place, "in capitals", None, spelling=True)


def untouched() -> Iterator[Case]:
    """The honest graphs themselves: what is refused above is refused for its value alone."""
    for name in GRAPHS:
        yield Case("nonsense", name, "as it should be", _graph(name), _BUDGET)


_BUDGET = {"budget": {"usdPerMonth": 1_000_000}}


def _case(place: Place, name: str, value: Any, *, spelling: bool = False) -> Case:
    graph = _graph(place.graph)
    *above, last = [part.replace("~", "/") for part in place.path.split("/")]
    here: Any = graph.resources[-1].inputs
    for key in above:
        here = here[int(key)] if isinstance(here, list) else here[key]
    if spelling:
        here[last.capitalize() if last.islower() else last.lower()] = here.pop(last)
    else:
        here[int(last) if isinstance(here, list) else last] = value
    return Case("nonsense", f"{place.graph}/{last}: {name}", "no amount", graph, _BUDGET)


def _graph(name: str) -> Graph:
    parts = (
        Resource(f"{STACK}{token}::{each}", token, each, deepcopy(dict(inputs)))
        for token, each, inputs in GRAPHS[name]
    )
    return Graph(tuple(parts), "dev", "program", REGION)
