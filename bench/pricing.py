"""How much CPU it takes to price graphs of 1,000 resources, beside parsing the same graph as JSON.

Run: python bench/pricing.py
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from plimsoll.catalog.tables import load
from plimsoll.graph.resource import Graph, Resource
from plimsoll.pricing import Pricer, price
from plimsoll.pricing.market import PriceBook

SIZE = 1_000
REGION = "us-east-1"
KARPENTER = "karpenter.k8s.aws/instance-"


def _resource(token: str, name: str, inputs: dict[str, Any]) -> Resource:
    return Resource(f"urn:pulumi:bench::bench::{token}::{name}", token, name, inputs, region=REGION)


def _class(index: int) -> Resource:
    ebs = {"volumeSize": f"{100 + index}Gi", "volumeType": "gp3", "iops": 6000, "throughput": 500}
    mapping = {"deviceName": "/dev/xvda", "rootVolume": True, "ebs": ebs}
    spec = {"amiSelectorTerms": [{"alias": "al2023@v20260724"}], "blockDeviceMappings": [mapping]}
    name = f"class-{index}"
    return _resource(
        "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", name, {"metadata": {"name": name}, "spec": spec}
    )


def _pool(index: int, classes: int) -> Resource:
    """A pool that admits some sixty types under three limits: the widest that people write."""
    requirements = [
        {"key": f"{KARPENTER}category", "operator": "In", "values": ["g", "p"]},
        {"key": f"{KARPENTER}gpu-count", "operator": "Gt", "values": ["0"]},
        {"key": "node.kubernetes.io/instance-type", "operator": "NotIn", "values": ["p5e.48xlarge"]},
        {"key": f"{KARPENTER}gpu-manufacturer", "operator": "In", "values": ["nvidia"]},
    ]
    ref = {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": f"class-{index % classes}"}
    spec = {
        "limits": {
            "cpu": str(500 + 7 * index),
            "nvidia.com/gpu": str(16 + index % 50),
            "memory": f"{2000 + index}Gi",
        },
        "template": {
            "metadata": {"labels": {"pool": f"pool-{index}"}},
            "spec": {"nodeClassRef": ref, "requirements": requirements},
        },
    }
    return _resource("kubernetes:karpenter.sh/v1:NodePool", f"pool-{index}", {"spec": spec})


def _workload(index: int) -> Resource:
    container = {"name": "c", "resources": {"requests": {"cpu": "3", "nvidia.com/gpu": "1"}}}
    pod = {"nodeSelector": {"pool": f"pool-{index}"}, "containers": [container]}
    spec = {"replicas": 2, "template": {"spec": pod}}
    return _resource(
        "kubernetes:apps/v1:Deployment", f"web-{index}", {"metadata": {"name": f"web-{index}"}, "spec": spec}
    )


def _group(index: int) -> Resource:
    scaling = {"minSize": 1, "desiredSize": 1, "maxSize": 3 + index % 9}
    inputs = {"scalingConfig": scaling, "instanceTypes": ["g6.xlarge", "g5.xlarge"], "diskSize": 100}
    return _resource("aws:eks/nodeGroup:NodeGroup", f"group-{index}", inputs)


def mixed() -> Graph:
    """A large but ordinary stack."""
    share = SIZE // 10
    resources = [_class(i) for i in range(share)]
    resources += [_pool(i, share) for i in range(share)]
    resources += [_workload(i) for i in range(share)]
    resources += [_group(i) for i in range(share)]
    free = ("aws:iam/role:Role", "aws:ec2/subnet:Subnet", "kubernetes:core/v1:ConfigMap")
    resources += [
        _resource(free[i % 3], f"free-{i}", {"tags": {"team": "search"}})
        for i in range(SIZE - len(resources))
    ]
    return Graph(tuple(resources), region=REGION)


def pools() -> Graph:
    """The hardest: every second resource a wide pool, no two alike."""
    half = SIZE // 2
    return Graph((*(_class(i) for i in range(half)), *(_pool(i, half) for i in range(half))), region=REGION)


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _incremental(graph: Graph) -> None:
    pricer = Pricer(PriceBook(load()), REGION)
    for resource in graph.resources:
        pricer.add(resource)


def main() -> None:
    """Print one line for each graph."""
    catalog = load()
    for name, make in (("mixed", mixed), ("pools", pools)):
        graph = make()
        text = json.dumps([{"urn": r.urn, "type": r.type, "inputs": r.inputs} for r in graph.resources])
        parsing = min(_cpu(lambda text=text: json.loads(text)) for _ in range(3))
        pricing = _cpu(lambda graph=graph: price(graph, catalog))
        running = _cpu(lambda graph=graph: _incremental(graph))
        refused = len(price(graph, catalog).cannot_price)
        sys.stdout.write(
            f"{name}: {SIZE} resources priced in {pricing:.3f} s CPU, "
            f"{pricing / parsing:.0f} × parsing them as JSON "
            f"({refused} refused); one by one with a running total {running:.3f} s\n"
        )


if __name__ == "__main__":
    main()
