"""The facts of a cluster come from a file: the `cluster:` mapping of a stack, or a stack file that holds one.

Of a whole stack file the keys that objects depend on are read too: `region`, `environment`, `nodes`, `tags`,
`keda`, `prometheus`, `prometheusUrl`, `gatewayQuery`, `metricQueries`, `images`, `queues`, `observability`,
`monitorLabels`.
"""

import re
from collections.abc import Mapping
from typing import Any

from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import list_at, mapping_at
from plimsoll.objects.cluster import PROMETHEUS_URL, ClusterFacts, FileSystemPlace, MetricSource
from plimsoll.objects.nodes.makers import NODE_OBJECTS
from plimsoll.objects.tags import LABEL, TAG_KEYS, CostTags, label_problem, tag_problem
from plimsoll.text.file_kind import FileKind
from plimsoll.text.places import Source
from plimsoll.text.source import parse

CLUSTER_KEYS = (
    *("create", "name", "version", "zones", "subnetIds", "admins", "publicAccessCidrs"),
    *("endpoint", "certificateAuthority", "nodeRole", "nodeRoleArn", "securityGroupId"),
)
"""The keys of a stack's `cluster` mapping; objects depend on its name, its nodes' role, and where file
systems of runs stand."""

DEFAULT_NAME = "plimsoll"
DEFAULT_ENVIRONMENT = "dev"
"""What a stack takes where it says nothing."""

NOBODY = "nobody"
"""Who pays for a workload whose owner neither the spec nor the stack names."""

_REGION = re.compile(r"(?:^|\.)([a-z]{2}(?:-[a-z]+)+-\d)(?:[a-z]$|\.eks\.)")
"""A region, where a zone's name or the address of EKS's API server says it."""


@record
class StackFacts:
    """A file says this of the cluster and of who pays; `region` is None where nothing says it."""

    values: Mapping[str, Any]
    cluster: Mapping[str, Any]

    @property
    def region(self) -> str | None:
        """The region that the file says, else that of the zones or of the API server's address."""
        said = self.values.get("region")
        places = [*self.cluster.get("zones", ()), self.cluster.get("endpoint", "")]
        found = (_REGION.search(str(place)) for place in places)
        return said or next((match[1] for match in found if match), None)

    @property
    def nodes(self) -> str:
        """Who makes the nodes."""
        return str(self.values.get("nodes") or "karpenter")

    @property
    def observed(self) -> bool:
        """Whether workloads have rules and a dashboard."""
        return self.values.get("observability") is True

    def watched(self, labels: Mapping[str, str], *, observed: bool) -> "StackFacts":
        """Say too that workloads are watched, and by which labels monitors and rules are selected."""
        selected = {"monitorLabels": {**mapping_at(self.values, "monitorLabels"), **labels}} if labels else {}
        asked = {"observability": True} if observed else {}
        return StackFacts({**self.values, **selected, **asked}, self.cluster)

    def of(self, workload: str, owner: Mapping[str, Any]) -> ClusterFacts:
        """Tell a workload, which its owner pays for, what it sees of the cluster."""
        name = str(self.cluster.get("name") or DEFAULT_NAME)
        values = self.values
        return ClusterFacts(
            name=name,
            tags=self._tags(workload, owner),
            node_role=str(self.cluster.get("nodeRole") or f"{name}-karpenter-node"),
            nodes=self.nodes,
            metrics=MetricSource(
                keda=values.get("keda") is not False,
                prometheus_url=str(values.get("prometheusUrl") or PROMETHEUS_URL),
                query=str(mapping_at(values, "metricQueries").get(workload, "")),
                gateway_query=str(values.get("gatewayQuery") or ""),
            ),
            monitoring=values.get("prometheus") is not False or self.observed,
            images={key: str(image) for key, image in mapping_at(values, "images").items()},
            queues={key: str(queue) for key, queue in mapping_at(values, "queues").items()},
            monitor_labels={key: str(label) for key, label in mapping_at(values, "monitorLabels").items()},
            zone=self._zone,
            file_systems=self._file_systems,
        )

    @property
    def _zone(self) -> str:
        """The first zone of the cluster, where gangs and groups stand; "" where nothing says it."""
        return str(next(iter(list_at(self.cluster, "zones")), ""))

    @property
    def _file_systems(self) -> FileSystemPlace | None:
        """Say where file systems of runs stand: in the first subnet, in the group of the nodes."""
        subnets, group = self.cluster.get("subnetIds") or (), self.cluster.get("securityGroupId")
        return FileSystemPlace(str(subnets[0]), str(group)) if subnets and group else None

    def _tags(self, workload: str, owner: Mapping[str, Any]) -> CostTags:
        tags = {key: str(value) for key, value in mapping_at(self.values, "tags").items()}
        extra = {key: value for key, value in tags.items() if key not in TAG_KEYS}
        return CostTags(
            owner.get("team") or tags.get("team") or NOBODY,
            owner.get("cost_center") or tags.get("cost-center") or NOBODY,
            owner.get("environment") or str(self.values.get("environment") or DEFAULT_ENVIRONMENT),
            workload,
            extra,
        )


UNSAID = StackFacts({}, {})
"""What holds where no file says anything of the cluster."""


KIND = FileKind(
    "a file of cluster facts",
    "the facts of one cluster",
    "it says nothing of a cluster",
    "write cluster: {name: NAME}",
)


def read_stack_facts(raw: bytes, file: str) -> StackFacts:
    """Read the facts of a cluster from the bytes of a file.

    Raises:
        SpecError: with every problem of the file, each in its place.
    """
    source = parse(raw, file, KIND)
    inside = "config" if isinstance(source.value.get("config"), dict) else ""
    written = mapping_at(source.value, inside) if inside else source.value
    values = {key.rpartition(":")[2]: value for key, value in written.items() if _ours(key)}
    alone = not inside and "cluster" not in values
    facts = StackFacts({}, values) if alone else StackFacts(values, mapping_at(values, "cluster"))
    path: KeyPath = () if alone else (*((inside,) if inside else ()), "cluster")
    problems = [*source.problems, *_cluster_problems(facts, source, path), *_stack_problems(facts, file)]
    if problems:
        raise SpecError(problems)
    return facts


def _ours(key: str) -> bool:
    """Say whether a key of a stack's configuration may be the project's own, not an engine's."""
    return key.partition(":")[0] not in ("pulumi", "aws", "kubernetes") or ":" not in key


def _cluster_problems(facts: StackFacts, source: Source, path: KeyPath) -> list[Problem]:
    found: list[Problem] = []
    for key, value in facts.cluster.items():
        said = _cluster_problem(key, value)
        if said is not None:
            place = source.place((*path, key), of_key=True)
            found.append(Problem(*said, f"cluster.{key}", source.file, place.line, place.column))
    return found


def _cluster_problem(key: str, value: object) -> tuple[str, str, str] | None:
    """Say what is wrong with a key of the mapping, why, and what to write."""
    if key not in CLUSTER_KEYS:
        known = list(CLUSTER_KEYS)
        return f"unknown key {key!r}", "", nearest(key, known) or f"keys: {', '.join(known)}"
    if key in ("name", "nodeRole") and not (isinstance(value, str) and LABEL.fullmatch(value)):
        return f"{value!r} is no name", "it holds letters, digits, '-', '_' and '.'", "quote it"
    return None


def _stack_problems(facts: StackFacts, file: str) -> list[Problem]:
    nodes = facts.values.get("nodes", "karpenter")
    found: list[Problem] = []
    if nodes not in NODE_OBJECTS:
        fix = f"one of {', '.join(NODE_OBJECTS)}"
        found.append(Problem(f"{nodes!r} is no way to make nodes", "", fix, "nodes", file))
    for key, value in mapping_at(facts.values, "monitorLabels").items():
        if (problem := label_problem(key, value)) is not None:
            found.append(Problem(*problem, path=f"monitorLabels.{key}", file=file))
    for key, value in mapping_at(facts.values, "tags").items():
        problem = tag_problem(key, str(value))
        if problem is None and key in TAG_KEYS and not LABEL.fullmatch(str(value)):
            problem = f"{value!r} is no label value", "it becomes a Kubernetes label too"
        if problem is not None:
            found.append(Problem(*problem, path=f"tags.{key}", file=file))
    return found
