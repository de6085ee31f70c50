"""What is installed beside the workloads, each behind its own switch."""

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
    """Which add-ons to install."""

    device_plugin: bool = True
    dcgm: bool = True
    keda: bool = True
    prometheus: bool = True
    open_cost: bool = False
    leader_worker_set: bool = False


@dataclass(frozen=True, slots=True)
class _Chart:
    name: str
    repository: str
    version: str
    namespace: str
    values: dict[str, Any]


def _charts(switches: Switches, tags: CostTags, prometheus_url: str, *, system_nodes: bool) -> list[_Chart]:
    home: dict[str, Any] = {"nodeSelector": SYSTEM} if system_nodes else {}
    labels = tags.labels()
    nvidia = "https://nvidia.github.io"
    wanted = {
        "prometheus": _Chart(
            "kube-prometheus-stack",
            "https://prometheus-community.github.io/helm-charts",
            "88.1.3",
            "monitoring",
            {
                "commonLabels": labels,
                "grafana": {"enabled": False},
                "alertmanager": {"enabled": False},
                # Select every monitor and rule of every namespace, not only those of this release.
                "prometheus": {
                    "prometheusSpec": {
                        "podMonitorSelectorNilUsesHelmValues": False,
                        "ruleSelectorNilUsesHelmValues": False,
                        "serviceMonitorSelectorNilUsesHelmValues": False,
                    }
                },
            },
        ),
        "device_plugin": _Chart(
            "nvidia-device-plugin",
            f"{nvidia}/k8s-device-plugin",
            "0.20.0",
            "kube-system",
            {"tolerations": EVERYWHERE, "nodeSelector": GPU_NODES, "nfd": {"enabled": False}},
        ),
        "dcgm": _Chart(
            "dcgm-exporter",
            f"{nvidia}/dcgm-exporter/helm-charts",
            "4.8.3",
            "monitoring",
            {
                "tolerations": EVERYWHERE,
                "nodeSelector": GPU_NODES,
                # Its ServiceMonitor needs a CRD that Prometheus' operator brings.
                "serviceMonitor": {"enabled": switches.prometheus},
            },
        ),
        "keda": _Chart("keda", "https://kedacore.github.io/charts", "2.20.2", "keda", home),
        "leader_worker_set": _Chart(
            "lws", "oci://registry.k8s.io/lws/charts", "0.10.0", "lws-system", dict(home)
        ),
        "open_cost": _Chart(
            "opencost",
            "https://opencost.github.io/opencost-helm-chart",
            "2.5.29",
            "opencost",
            {
                "podLabels": labels,
                "opencost": {"prometheus": {"external": {"enabled": True, "url": prometheus_url}}},
            },
        ),
    }
    return [chart for switch, chart in wanted.items() if getattr(switches, switch)]


class Addons(pulumi.ComponentResource):
    """The add-ons that are switched on. `ready` is what workloads wait for."""

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
        charts = _charts(switches, tags, prometheus_url, system_nodes=bool(access.ready))
        ready: list[pulumi.Resource] = []
        for chart in charts:
            # Prometheus first: the monitors of the others need its CRDs.
            first = ready[:1] if switches.prometheus else []
            opts_of = children(self, access.kubernetes, [*access.ready, *after, *first])
            ready.append(HelmRelease(chart.name, _release(chart), opts_of))
        self.ready = ready
        self.register_outputs({})


def _release(chart: _Chart) -> dict[str, Any]:
    inputs: dict[str, Any] = {
        "name": chart.name,
        "chart": chart.name,
        "version": chart.version,
        "namespace": chart.namespace,
        "createNamespace": True,
        "atomic": True,
        "values": chart.values,
    }
    if chart.repository.startswith("oci://"):
        return inputs | {"chart": f"{chart.repository}/{chart.name}"}
    return inputs | {"repositoryOpts": {"repo": chart.repository}}
