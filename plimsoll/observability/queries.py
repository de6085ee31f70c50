"""The PromQL of a workload: what its nodes cost, what its replicas and accelerators do."""

from plimsoll.objects.tags import WORKLOAD_LABEL
from plimsoll.observability import metrics

NODE_LABELS = (WORKLOAD_LABEL, "karpenter.sh/capacity-type", "eks.amazonaws.com/capacityType")
"""Labels of nodes that are asked for, where the allow-list of kube-state-metrics names them."""


def exported(label: str) -> str:
    """Name a node's label as kube-state-metrics exports it: in snake case."""
    parts = ("_" + letter.lower() if letter.isupper() else letter for letter in label)
    return "label_" + "".join(part if part.isalnum() or len(part) > 1 else "_" for part in parts)


def nodes(workload: str) -> str:
    """Select the workload's nodes, each 1: by its label, or by a pod of its namespace."""
    labelled = f'{metrics.NODE_LABELS}{{{exported(WORKLOAD_LABEL)}="{workload}"}}'
    return f'group by (node) ({labelled} or {metrics.POD_INFO}{{namespace="{workload}",node!=""}})'


def _on_nodes(workload: str, value: str) -> str:
    return f"{value} * on (node) group_left () {nodes(workload)}"


def node_count(workload: str) -> str:
    """Count the nodes that have a price: those that exist and are billed."""
    return f"count({_on_nodes(workload, f'max by (node) ({metrics.NODE_COST} > 0)')})"


def usd_per_hour(workload: str) -> str:
    """Add up what the nodes cost now, US dollars per hour; a node without a price counts nothing.

    Where other nodes have a price and pods are listed, a workload without a node costs 0: it sleeps, and is
    not unseen.
    """
    priced = f"sum({_on_nodes(workload, f'max by (node) ({metrics.NODE_COST} > 0)')})"
    seen = f"group({metrics.NODE_COST} > 0) and on () group({metrics.POD_INFO})"
    return f"{priced} or (0 * ({seen}) unless on () group({nodes(workload)}))"


def other_types(workload: str, types: tuple[str, ...]) -> str:
    """Count the workload's nodes whose instance type is none of the plan's."""
    planned = "|".join(name.replace(".", r"\\.") for name in types)
    price = (
        f'max by (node, instance_type) ({metrics.NODE_COST}{{instance_type!="",instance_type!~"{planned}"}})'
    )
    return f"count({_on_nodes(workload, price)})"


def on_spot(workload: str) -> str:
    """Count the workload's nodes that are on spot, as their labels say, or OpenCost where it knows."""
    labels = metrics.NODE_LABELS
    _, karpenter, managed = map(exported, NODE_LABELS)
    spot = f'{labels}{{{karpenter}="spot"}} or {labels}{{{managed}="SPOT"}} or {metrics.NODE_SPOT} == 1'
    return f"count({_on_nodes(workload, f'max by (node) ({spot})')})"


def gpu_active(workload: str) -> str:
    """Average the share of time in which accelerators work; blanks of DCGM are far above 1 and drop out.

    The pod's namespace is `exported_namespace` where Prometheus keeps its own labels.
    """
    name = metrics.GPU_ACTIVE
    return f'avg(({name}{{namespace="{workload}"}} or {name}{{exported_namespace="{workload}"}}) <= 1)'


def ready(workload: str, nodes_per_replica: int, beside: tuple[str, ...]) -> str:
    """Count replicas that are ready; one that spans nodes has as many pods, and those `beside` are none."""
    others = f',pod!~"({"|".join(beside)})-.*"' if beside else ""
    pods = f'sum({metrics.POD_READY}{{namespace="{workload}",condition="true"{others}}})'
    return pods if nodes_per_replica == 1 else f"{pods} / {nodes_per_replica}"


def total(metric: str, workload: str) -> str:
    """Add up a gauge over all replicas."""
    return f'sum({metric}{{namespace="{workload}"}})'


def rate(metric: str, workload: str) -> str:
    """Add up the rate of a counter over all replicas, per second."""
    return f'sum(rate({metric}{{namespace="{workload}"}}[5m]))'


def tasks(workload: str) -> str:
    """Count the tasks that the autoscaler sees in the queue; KEDA keeps its own namespace in `namespace`."""
    name = metrics.QUEUE
    return f'max({name}{{exported_namespace="{workload}"}} or {name}{{namespace="{workload}"}})'


def run_began(workload: str) -> str:
    """Say when the oldest active job of a run began, seconds since 1970."""
    job = f'{{namespace="{workload}"}}'
    return f"min({metrics.JOB_START}{job} and on (namespace, job_name) {metrics.JOB_ACTIVE}{job} > 0)"


def run_seconds(workload: str) -> str:
    """Say how long the oldest active job of a run has run, seconds."""
    return f"time() - {run_began(workload)}"


def named(value: str, label: str, name: str) -> str:
    """Give a value the label of what it belongs to, whose number is the label's value."""
    return f'{value} * on () group_left ({label}) count_values("{label}", {name})'


def summed(series: str, label: str, name: str, window: str, step_s: int) -> str:
    """Add up US dollars per hour over what `named` labelled with the present number, US dollars.

    PromQL has no range that begins with a month or a run: samples that carry another number drop out. Steps
    are of the query's own, so that nothing depends on how often a series was recorded.
    """
    now = f'on ({label}) group_left () count_values("{label}", {name})'
    return f"sum(sum_over_time({series}[{window}:{step_s}s]) * {now}) * {step_s} / 3600"
