"""The PromQL of a workload: what its nodes cost, what its replicas and accelerators do."""

from plimsoll.objects.tags import WORKLOAD_LABEL
from plimsoll.observability import metrics

_LABEL = "label_" + "".join(letter if letter.isalnum() else "_" for letter in WORKLOAD_LABEL)
"""The node label as kube-state-metrics exports it, where its allow-list names it."""


def nodes(workload: str) -> str:
    """Select the workload's nodes, each 1: by its label, or by a pod of its namespace."""
    labelled = f'{metrics.NODE_LABELS}{{{_LABEL}="{workload}"}}'
    return f'group by (node) ({labelled} or {metrics.POD_INFO}{{namespace="{workload}",node!=""}})'


def _on_nodes(workload: str, value: str) -> str:
    return f"{value} * on (node) group_left () {nodes(workload)}"


def node_count(workload: str) -> str:
    """Count the nodes that have a price: those that exist and are billed."""
    return f"count({_on_nodes(workload, f'max by (node) ({metrics.NODE_COST} > 0)')})"


def usd_per_hour(workload: str) -> str:
    """Add up what the nodes cost now, US dollars per hour; a node without a price counts nothing."""
    return f"sum({_on_nodes(workload, f'max by (node) ({metrics.NODE_COST} > 0)')})"


def other_types(workload: str, types: tuple[str, ...]) -> str:
    """Count the workload's nodes whose instance type is none of the plan's."""
    planned = "|".join(name.replace(".", r"\\.") for name in types)
    price = (
        f'max by (node, instance_type) ({metrics.NODE_COST}{{instance_type!="",instance_type!~"{planned}"}})'
    )
    return f"count({_on_nodes(workload, price)})"


def on_spot(workload: str) -> str:
    """Count the workload's nodes that are on spot."""
    return f"count({_on_nodes(workload, f'max by (node) ({metrics.NODE_SPOT} == 1)')})"


def gpu_active(workload: str) -> str:
    """Average the share of time in which accelerators work; blanks of DCGM are far above 1 and drop out.

    The pod's namespace is `exported_namespace` where Prometheus keeps its own labels.
    """
    name = metrics.GPU_ACTIVE
    return f'avg(({name}{{namespace="{workload}"}} or {name}{{exported_namespace="{workload}"}}) <= 1)'


def ready(workload: str, nodes_per_replica: int) -> str:
    """Count replicas that are ready; one that spans nodes has as many pods."""
    pods = f'sum({metrics.POD_READY}{{namespace="{workload}",condition="true"}})'
    return pods if nodes_per_replica == 1 else f"{pods} / {nodes_per_replica}"


def total(metric: str, workload: str) -> str:
    """Add up a gauge over all replicas."""
    return f'sum({metric}{{namespace="{workload}"}})'


def rate(metric: str, workload: str) -> str:
    """Add up the rate of a counter over all replicas, per second."""
    return f'sum(rate({metric}{{namespace="{workload}"}}[5m]))'


def run_seconds(workload: str) -> str:
    """Say how long the oldest active job of a run has run, seconds."""
    job = f'{{namespace="{workload}"}}'
    started = f"{metrics.JOB_START}{job} and on (namespace, job_name) {metrics.JOB_ACTIVE}{job} > 0"
    return f"max(time() - ({started}))"
