"""Add-ons are installed beside the workloads, each behind its own switch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.cluster.access import ClusterAccess
from components.cluster.watching import (
    Watching,
    keda_values,
    open_cost_values,
    prometheus_values,
)
from components.pulumi_sdk import HelmRelease, KubernetesObject, children
from plimsoll.objects.tags import CostTags
from plimsoll.observability.opencost import price_objects

EVERYWHERE = [{"operator": "Exists"}]
SYSTEM = {"plimsoll.dev/pool": "system"}
GPU_NODES = {"nvidia.com/gpu.present": "true"}


@dataclass(frozen=True, slots=True)
class Switches:
    """Each switch installs one add-on."""

    device_plugin: bool = True
    dcgm: bool = True
    keda: bool = True
    prometheus: bool = True
    open_cost: bool = False
    leader_worker_set: bool = False
    kueue: bool = False
    job_set: bool = False


@dataclass(frozen=True, slots=True)
class _Chart:
    name: str
    repository: str
    version: str
    namespace: str


_CHARTS = {
    "prometheus": _Chart(
        "kube-prometheus-stack", "https://prometheus-community.github.io/helm-charts", "88.1.3", "monitoring"
    ),
    "device_plugin": _Chart(
        "nvidia-device-plugin", "https://nvidia.github.io/k8s-device-plugin", "0.20.0", "kube-system"
    ),
    "dcgm": _Chart(
        "dcgm-exporter", "https://nvidia.github.io/dcgm-exporter/helm-charts", "4.8.3", "monitoring"
    ),
    "keda": _Chart("keda", "https://kedacore.github.io/charts", "2.20.2", "keda"),
    "leader_worker_set": _Chart("lws", "oci://registry.k8s.io/lws/charts", "0.10.0", "lws-system"),
    "kueue": _Chart("kueue", "oci://registry.k8s.io/kueue/charts", "0.19.2", "kueue-system"),
    "job_set": _Chart("jobset", "oci://registry.k8s.io/jobset/charts", "0.12.0", "jobset-system"),
    "open_cost": _Chart("opencost", "https://opencost.github.io/opencost-helm-chart", "2.5.29", "opencost"),
}
"""Charts by the switch that installs them, in the order in which they are installed."""


def _values(switches: Switches, tags: CostTags, watching: Watching, *, system_nodes: bool) -> dict[str, Any]:
    """Set each chart's values, by the switch that installs it."""
    home: dict[str, Any] = {"nodeSelector": SYSTEM} if system_nodes else {}
    on_gpus = {"tolerations": EVERYWHERE, "nodeSelector": GPU_NODES}
    operator = switches.prometheus
    return {
        "prometheus": prometheus_values(tags, watching, home),
        # Slices of a profile are a resource of their own; GPUs that are not cut stay whole.
        "device_plugin": on_gpus | {"nfd": {"enabled": False}, "migStrategy": "mixed"},
        "dcgm": on_gpus | {"serviceMonitor": watching.monitor(operator=operator)},
        "keda": home | keda_values(watching, operator=operator),
        "leader_worker_set": home,
        "kueue": {},
        "job_set": {},
        "open_cost": open_cost_values(tags, watching, operator=operator),
    }


class Addons(pulumi.ComponentResource):
    """The add-ons that are switched on are installed. `ready` is what workloads wait for.

    Where Prometheus gets a volume its ceiling is stated here: the cluster's own states what it makes itself.
    """

    ready: Sequence[pulumi.Resource]

    def __init__(
        self,
        name: str,
        access: ClusterAccess,
        switches: Switches,
        tags: CostTags,
        watching: Watching,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Install on `access`, after `after`; `watching` is what charts export, and to whom."""
        declared = {field: getattr(switches, field) for field in Switches.__slots__}
        stated = {"ceiling": watching.ceiling} if watching.ceiling else {}
        super().__init__("plimsoll:index:Addons", name, declared | stated, opts)
        values = _values(switches, tags, watching, system_nodes=bool(access.ready))
        told = self._price_list(access, switches, tags, watching)
        ready: list[pulumi.Resource] = []
        for switch in (switch for switch in _CHARTS if declared[switch]):
            chart = _CHARTS[switch]
            # Prometheus first: the monitors of the others need its CRDs.
            first = ready[:1] if switches.prometheus else []
            first = [*first, *told] if switch == "open_cost" else first
            after_these = children(self, access.kubernetes, [*access.ready, *after, *first])
            ready.append(HelmRelease(chart.name, _release(chart, values[switch]), after_these))
        self.ready = ready
        self.register_outputs({})

    def _price_list(
        self, access: ClusterAccess, switches: Switches, tags: CostTags, watching: Watching
    ) -> Sequence[pulumi.Resource]:
        """Register the prices that OpenCost reads: its chart waits for its pod, and that for them."""
        if not switches.open_cost or not watching.price_list:
            return ()
        last: list[pulumi.Resource] = list(access.ready)
        for manifest in price_objects(watching.price_list, tags):
            opts = children(self, access.kubernetes, last)
            last = [KubernetesObject(manifest["metadata"]["name"], manifest, opts)]
        return last


def _release(chart: _Chart, values: dict[str, Any]) -> dict[str, Any]:
    inputs: dict[str, Any] = {
        "name": chart.name,
        "chart": chart.name,
        "version": chart.version,
        "namespace": chart.namespace,
        "createNamespace": True,
        "atomic": True,
        "values": values,
    }
    if chart.repository.startswith("oci://"):
        return inputs | {"chart": f"{chart.repository}/{chart.name}"}
    return inputs | {"repositoryOpts": {"repo": chart.repository}}
