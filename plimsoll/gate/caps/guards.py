"""Admission policies guard a namespace: no pod lands on its pools without being a replica of the plan.

Pods bound nodes only where such a policy is in force. What is read here is its shape: that it fails closed,
for all pods of the namespace, denies, and judges pods at all. Its expressions are taken at their word, and
whoever reads the answer is told whose.
"""

from collections.abc import Iterator

from plimsoll.gate.caps.reading import named
from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import ADMISSION_BINDING, ADMISSION_POLICY
from plimsoll.ground.tree import list_at, mapping_at, step

PREFIX = "plimsoll-"
"""How the names of Plimsoll's own admission policies begin; the workload's name, its namespace, follows."""

ELSEWHERE = "elsewhere.cluster"
"""What follows in the name of the policy for pods outside the namespaces of workloads."""

_NAMESPACE_LABEL = "kubernetes.io/metadata.name"
_NOT_A_DRY_RUN = "!request.?dryRun.orValue(false)"
_JUDGES_PODS = "variables.pods"


def guards_of(graph: Graph) -> tuple[str, ...]:
    """Name the policies that guard namespaces; none does unless pods from elsewhere are kept out too."""
    bound = set(_bound(graph))
    whole = [each for each in graph.resources if each.type == ADMISSION_POLICY and _is_whole(each)]
    names = [name for each in whole if (name := named(each)) in bound and name.startswith(PREFIX)]
    outside = PREFIX + ELSEWHERE
    inside = [name for name in names if name != outside and _selects(graph, name)]
    return (*inside, outside) if inside and outside in names else ()


def guarded_namespaces(graph: Graph) -> frozenset[str]:
    """List the namespaces whose pods are the plan's replicas and nothing else."""
    return frozenset(name.removeprefix(PREFIX) for name in guards_of(graph)) - {ELSEWHERE}


def _bound(graph: Graph) -> Iterator[str]:
    """Yield the policies that a binding puts in force everywhere."""
    for each in graph.resources:
        if each.type != ADMISSION_BINDING:
            continue
        narrow = any(step(each.inputs, "spec", key) for key in ("matchResources", "paramRef"))
        if not narrow and "Deny" in list_at(each.inputs, "spec", "validationActions"):
            yield str(step(each.inputs, "spec", "policyName"))


def _is_whole(policy: Resource) -> bool:
    """Whether a policy fails closed, sees every pod that is created, and judges pods."""
    spec = step(policy.inputs, "spec")
    constraints = mapping_at(spec, "matchConstraints")
    conditions = [step(each, "expression") for each in list_at(spec, "matchConditions")]
    expressions = [str(step(each, "expression")) for each in list_at(spec, "validations")]
    return (
        step(spec, "failurePolicy") in (None, "Fail")
        and set(conditions) <= {_NOT_A_DRY_RUN}
        and not any(constraints.get(key) for key in ("objectSelector", "excludeResourceRules"))
        and any(_covers_pods(rule) for rule in list_at(constraints, "resourceRules"))
        and any(_JUDGES_PODS in expression for expression in expressions)
    )


def _covers_pods(rule: object) -> bool:
    wanted = {"apiGroups": "", "apiVersions": "*", "operations": "CREATE", "resources": "pods"}
    return not step(rule, "resourceNames") and all(each in list_at(rule, key) for key, each in wanted.items())


def _selects(graph: Graph, name: str) -> bool:
    """Whether the policy of a workload holds in the namespace of its name."""
    policies = [each for each in graph.resources if each.type == ADMISSION_POLICY and named(each) == name]
    selector = {"matchLabels": {_NAMESPACE_LABEL: name.removeprefix(PREFIX)}}
    return all(
        step(each.inputs, "spec", "matchConstraints", "namespaceSelector") == selector for each in policies
    )
