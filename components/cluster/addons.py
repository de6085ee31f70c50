"""Add-ons are installed beside the workloads, each behind its own switch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.cluster.access import ClusterAccess
from components.pulumi_sdk import HelmRelease, children
from plimsoll.objects.tags import CostTags

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


def _values(switches: Switches, tags: CostTags, prometheus_url: str, *, system_nodes: bool) -> dict[str, Any]:
    """Set each chart's values, by the switch that installs it."""
    home: dict[str, Any] = {"nodeSelector": SYSTEM} if system_nodes else {}
    on_gpus = {"tolerations": EVERYWHERE, "nodeSelector": GPU_NODES}
    usage = {"prometheus": {"external": {"enabled": True, "url": prometheus_url}}}
    return {
        "prometheus": _prometheus(tags),
        # Slices of a profile are a resource of their own; GPUs that are not cut stay whole.
        "device_plugin": on_gpus | {"nfd": {"enabled": False}, "migStrategy": "mixed"},
        # Its ServiceMonitor needs a CRD that Prometheus' operator brings.
        "dcgm": on_gpus | {"serviceMonitor": {"enabled": switches.prometheus}},
        "keda": home,
        "leader_worker_set": home,
        "kueue": {},
        "job_set": {},
        "open_cost": {"podLabels": tags.labels(), "opencost": usage},
    }


def _prometheus(tags: CostTags) -> dict[str, Any]:
    """Select every monitor and rule of every namespace, not only those of this release."""
    selected = ("podMonitorSelector", "ruleSelector", "serviceMonitorSelector")
    everything = {f"{selector}NilUsesHelmValues": False for selector in selected}
    return {
        "commonLabels": tags.labels(),
        "grafana": {"enabled": False},
        "alertmanager": {"enabled": False},
        "prometheus": {"prometheusSpec": everything},
    }


class Addons(pulumi.ComponentResource):
    """The add-ons that are switched on are installed. `ready` is what workloads wait for."""

    ready: Sequence[pulumi.Resource]

    def __init__(
        self,
        name: str,
        access: ClusterAccess,
        switches: Switches,
        tags: CostTags,
        prometheus_url: str,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Install on `access`, after `after`; `prometheus_url` is where OpenCost reads usage."""
        declared = {field: getattr(switches, field) for field in Switches.__slots__}
        super().__init__("plimsoll:index:Addons", name, declared, opts)
        values = _values(switches, tags, prometheus_url, system_nodes=bool(access.ready))
        ready: list[pulumi.Resource] = []
        for switch in (switch for switch in _CHARTS if declared[switch]):
            chart = _CHARTS[switch]
            # Prometheus first: the monitors of the others need its CRDs.
            first = ready[:1] if switches.prometheus else []
            after_these = children(self, access.kubernetes, [*access.ready, *after, *first])
            ready.append(HelmRelease(chart.name, _release(chart, values[switch]), after_these))
        self.ready = ready
        self.register_outputs({})


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
