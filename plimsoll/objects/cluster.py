"""Cluster facts say what a plan cannot know of the cluster it is placed on."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from plimsoll.ground.start_up import record
from plimsoll.objects.tags import CostTags
from plimsoll.plan.plan import Pool

Object = dict[str, Any]
"""A Kubernetes object: apiVersion, kind, metadata and what its kind has besides."""

PROMETHEUS_URL = "http://kube-prometheus-stack-prometheus.monitoring.svc:9090"
"""The Service of the chart that a stack installs."""


@record
class MetricSource:
    """An autoscaler reads its metric from here.

    KEDA asks Prometheus at `prometheus_url`; without `keda` an HPA asks a metrics adapter. `query` replaces
    the engine's own; `gateway_query` counts what no pod can see.
    """

    keda: bool = True
    prometheus_url: str = PROMETHEUS_URL
    query: str = ""
    gateway_query: str = ""


@record
class FileSystemPlace:
    """File systems of runs stand in one subnet, in the security group that nodes are in.

    Both may be values that only a program will know: they are passed on untouched.
    """

    subnet: object
    group: object


@record
class ClusterFacts:
    """A workload sees this of its cluster: its name, who makes its nodes, who pays, what is installed.

    `nodes` is the node maker: karpenter, managed or auto-mode. `monitoring` says that Prometheus' operator
    runs. `images` replace the plan's, and `queues` say where tasks wait, by workload. `node_role` and `token`
    (which opens gated weights) may be values that only a program will know: they are passed on untouched.
    `checkpoint_bucket` is where runs save ("": named after cluster and workload), `zone` where gangs stand
    ("": the region's first), `file_systems` where a run's own file system does (None: nobody says).
    By `monitor_labels` Prometheus' operator selects what it reads. `home` is the group on whose shared nodes
    its replicas run ("": they have nodes of their own).
    """

    name: str
    tags: CostTags
    node_role: object
    nodes: str = "karpenter"
    metrics: MetricSource = MetricSource()
    monitoring: bool = True
    images: Mapping[str, str] = field(default_factory=dict[str, str])
    queues: Mapping[str, str] = field(default_factory=dict[str, str])
    token: object = None
    checkpoint_bucket: str = ""
    zone: str = ""
    monitor_labels: Mapping[str, str] = field(default_factory=dict[str, str])
    file_systems: FileSystemPlace | None = None
    home: str = ""

    def whose_nodes(self, pool: Pool) -> str:
        """Name whose nodes the pods of a pool run on: its workload's own, or those of its group."""
        return self.home if self.home and pool.share is not None else self.workload

    @property
    def workload(self) -> str:
        """The workload's name, which is its namespace too."""
        return self.tags.workload

    def name_of(self, pool: Pool) -> str:
        """Name everything of a pool alike: NodePool, node class, Deployment and autoscaler."""
        return f"{self.workload}-{pool.name}"
