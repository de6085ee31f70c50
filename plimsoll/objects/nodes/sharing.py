"""Nodes whose accelerators are shared need what Karpenter and the device plugin do not know by themselves.

A NodeOverlay tells Karpenter what such a node will publish (karpenter.sh/v1alpha1, gate NodeOverlay=true); it
changes no price. Turns are given out by a device plugin of the workload's own, so that a cluster's stays as
it is; slices are cut by the MIG manager of NVIDIA's GPU operator, as the label of the node says.
"""

from collections.abc import Mapping

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes.marks import CONFIG_LABEL, GPU, MIG_STATE, POOL_LABEL, pool_taints
from plimsoll.objects.tags import WORKLOAD_LABEL
from plimsoll.plan.plan import Pool
from plimsoll.sizing.sharing.share import Tenancy
from plimsoll.text.documents import yaml_text

PLUGIN_IMAGE = "nvcr.io/nvidia/k8s-device-plugin:v0.20.0"
KUBECTL_IMAGE = "registry.k8s.io/kubectl:v1.36.2"
PAUSE_IMAGE = "registry.k8s.io/pause:3.10"

UNCUT = {"key": "plimsoll.dev/uncut", "value": "true", "effect": "NoSchedule"}
"""Startup taint of nodes whose slices are not cut yet: Karpenter waits for its end, and so do pods."""

GRID = {"plimsoll.dev/driver": "grid"}
"""Tag by which an account's own AMI is found: a part of a GPU is a vGPU, and none of the images that EKS
publishes has NVIDIA's GRID driver for it."""

MAKER = "karpenter"
"""The one node maker to which such nodes can be described."""

NODE_POOL = "karpenter.sh/nodepool"

_FILE = "config.yaml"


def refuse_other_makers(pool: Pool, cluster: ClusterFacts) -> None:
    """Refuse shared accelerators where nothing can be told of them.

    Raises:
        SpecError: Nodes are made by another than Karpenter.
    """
    if pool.share is not None and cluster.nodes != MAKER:
        raise SpecError(
            Problem(
                what=f"{pool.instance_type} is shared ({pool.share.kind}), and nodes are {cluster.nodes}",
                why="only Karpenter can be told what such a node publishes (NodeOverlay)",
                fix="set nodes: karpenter, or leave capacity.share out",
                path=f"{cluster.workload}.capacity.share",
            )
        )


def node_overlay(
    pool: Pool, share: Tenancy, cluster: ClusterFacts, published: Mapping[str, int] | None = None
) -> Object:
    """Tell Karpenter what a node of the pool's type publishes beside what EC2 says of it.

    `published` is how many of each resource a node has; without it as many of the share's as it holds.

    Of this pool alone: of two overlays that say something of one type Karpenter ignores one, and another
    workload may cut the same type otherwise.
    """
    only = {"node.kubernetes.io/instance-type": pool.instance_type, NODE_POOL: cluster.name_of(pool)}
    wanted = [{"key": key, "operator": "In", "values": [value]} for key, value in only.items()]
    return {
        "apiVersion": "karpenter.sh/v1alpha1",
        "kind": "NodeOverlay",
        "metadata": {"name": cluster.name_of(pool), "labels": cluster.tags.labels()},
        "spec": {
            "requirements": wanted,
            "capacity": {
                name: str(count)
                for name, count in (published or {share.resource: pool.shares_per_node}).items()
            },
        },
    }


def sharing_objects(pool: Pool, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Build what runs on the nodes of a shared pool; nothing where the type itself has a part."""
    share = pool.share
    if share is None or share.kind == "fraction":
        return ()
    return _turns(pool, share, cluster) if share.kind == "time_slicing" else _until_cut(pool, cluster)


def _turns(pool: Pool, share: Tenancy, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Give out turns, each once to a pod: two turns of one pod would be no more than one."""
    turns = {
        "renameByDefault": True,
        "failRequestsGreaterThanOne": True,
        "resources": [{"name": GPU, "replicas": share.per_accelerator}],
    }
    settings: Object = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": _metadata(pool, cluster),
        "data": {_FILE: yaml_text({"version": "v1", "sharing": {"timeSlicing": turns}})},
    }
    plugins = "/var/lib/kubelet/device-plugins"
    server: Object = {
        "name": "plugin",
        "image": PLUGIN_IMAGE,
        "args": [f"--config-file=/config/{_FILE}"],
        "env": [
            {"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"},
            {"name": "NVIDIA_DRIVER_CAPABILITIES", "value": "utility"},
        ],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [
            {"name": "plugins", "mountPath": plugins},
            {"name": "settings", "mountPath": "/config"},
        ],
    }
    volumes = [
        {"name": "plugins", "hostPath": {"path": plugins, "type": "Directory"}},
        {"name": "settings", "configMap": {"name": _name(pool, cluster)}},
    ]
    pods: Object = {"containers": [server], "volumes": volumes, "automountServiceAccountToken": False}
    return settings, _on_each_node(pool, cluster, pods, {CONFIG_LABEL: share.label})


def _until_cut(pool: Pool, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Lift the startup taint of a node as soon as the MIG manager says that its slices are cut."""
    name, labels = _name(pool, cluster), cluster.tags.labels()
    # Cluster-scoped names are one for all namespaces: the pool's own tells them apart.
    account = {"kind": "ServiceAccount", "name": name, "namespace": cluster.workload}
    group = "rbac.authorization.k8s.io"
    rules = [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "patch"]}]
    role: Object = {"name": name, "labels": labels}
    put, lift = (f"{UNCUT['key']}={UNCUT['value']}:{UNCUT['effect']}", f"{UNCUT['key']}-")
    pods: Object = {
        "serviceAccountName": name,
        "initContainers": [
            # Put before it is lifted: lifting what is not there would fail for ever.
            _kubectl("put", "taint", "node", "$(NODE_NAME)", put, "--overwrite"),
            _kubectl("lift", "taint", "node", "$(NODE_NAME)", lift),
        ],
        "containers": [{"name": "done", "image": PAUSE_IMAGE}],
    }
    bound = {"apiGroup": group, "kind": "ClusterRole", "name": name}
    return (
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": _metadata(pool, cluster)},
        {"apiVersion": f"{group}/v1", "kind": "ClusterRole", "metadata": role, "rules": rules},
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": dict(role),
            "roleRef": bound,
            "subjects": [account],
        },
        _on_each_node(pool, cluster, pods, {MIG_STATE: "success"}),
    )


def _kubectl(name: str, *args: str) -> Object:
    node = {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}
    return {"name": name, "image": KUBECTL_IMAGE, "args": list(args), "env": [node]}


def _on_each_node(pool: Pool, cluster: ClusterFacts, pods: Object, marked: dict[str, str]) -> Object:
    """Run pods on every node of the pool that is `marked`."""
    own = {"app.kubernetes.io/component": _name(pool, cluster)}
    taints = [*pool_taints(pool, cluster.workload), UNCUT]
    spec = {
        "nodeSelector": {WORKLOAD_LABEL: cluster.workload, POOL_LABEL: pool.name} | marked,
        "tolerations": [taint | {"operator": "Equal"} for taint in taints],
    }
    template = {"metadata": {"labels": cluster.tags.labels() | own}, "spec": pods | spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": _metadata(pool, cluster),
        "spec": {"selector": {"matchLabels": own}, "template": template},
    }


def _name(pool: Pool, cluster: ClusterFacts) -> str:
    return f"{cluster.name_of(pool)}-sharing"


def _metadata(pool: Pool, cluster: ClusterFacts) -> Object:
    return {
        "name": _name(pool, cluster),
        "namespace": cluster.workload,
        "labels": cluster.tags.labels(),
    }
