"""Admission policies guard a namespace: no pod lands on its pools without being a replica of the plan.

A policy of the right name proves nothing. It counts where it is whole: it refuses what it cannot judge, is
asked about every pod of its namespace, and has the rule about pods that a plan's policy has. What a replica
asks for in that rule is not worked out here: it is taken at its word, and whoever reads the answer is told
whose.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from plimsoll.gate.caps.reading import named
from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import ADMISSION_BINDING, ADMISSION_POLICY
from plimsoll.ground.tree import Json, list_at, step

PREFIX = "plimsoll-"
"""How the names of Plimsoll's own admission policies begin; the workload's name, its namespace, follows."""

ELSEWHERE = PREFIX + "elsewhere.cluster"
"""The policy for pods outside the namespaces of workloads."""

_NAMESPACE_LABEL = "kubernetes.io/metadata.name"

_NOT_A_DRY_RUN = "!request.?dryRun.orValue(false)"
"""The one condition that may stand: a dry run creates nothing."""

_VARIABLES: Mapping[str, str] = {
    "it": "dyn(object)",
    "what": "request.resource.resource + (request.?subResource.orValue('') == 'scale' ? '/scale' : '')",
    "spec": "variables.it.?spec.orValue({})",
    "changed": "request.operation == 'CREATE' || variables.spec != dyn(oldObject).?spec.orValue({})",
}
"""What the rules about pods are made of, word for word."""

_PODS = "variables.what == 'pods' ? [variables.spec] : "
"""How the variable begins that holds the pods of a request."""

_LANDS = (
    "p.?tolerations.orValue([]).exists(t, t.?effect.orValue('') in ['', 'NoSchedule'] && "
    "(t.?key.orValue('') == '' && t.?operator.orValue('Equal') == 'Exists' || "
    "t.?key.orValue('') == 'plimsoll.dev/workload' && (t.?operator.orValue('Equal') == 'Exists' || WHOSE)))"
    " && p.?nodeName.orValue('') == '' && "
    "!(variables.user == 'system:serviceaccount:kube-system:daemon-set-controller')"
)
"""What holds of a pod that a planned pool may grow for: `WHOSE` tells a workload's pool from others'."""

_LABELS = "namespaceObject.metadata.?labels.orValue({})"
_OTHER_RULE = (
    "!(variables.what == 'pods' && variables.changed && variables.pods.exists(p, "
    f"{_LANDS.replace('WHOSE', 'true')})) || (namespaceObject.metadata.name == 'kube-system' || "
    f"{_LABELS}[?'plimsoll.dev/exempt'].orValue('') != '' || "
    f"{_LABELS}[?'plimsoll.dev/workload'].orValue('') != '')"
)
"""The rule that keeps pods of other namespaces off planned pools, unless someone trusted opened theirs."""

_REPLICA_OF_GPUS = re.compile(
    r"p\.containers\.filter\(c, .+\)\.size\(\) == 1 && p\.containers\.all\(c, .+ == '[1-9][0-9]{0,3}' && .+"
)
_REPLICA_OF_CPU = re.compile(
    r"!\(.+\) && p\.containers\.exists\(c, .+\.compareTo\(quantity\('[0-9.]+m?'\)\) >= 0\).*"
)
"""What a replica asks for: exactly some accelerators, or at least some CPU."""

_CONSTANT = re.compile(r"\b(true|false)\b")
"""A rule with one of these in it may be true or false of every pod."""


def guards_of(graph: Graph) -> tuple[str, ...]:
    """Name the policies that guard namespaces; none does unless pods from elsewhere are kept out too."""
    ours = _policies(graph)
    outside = ours.pop(ELSEWHERE, None)
    left_out = None if outside is None else _left_out(outside)
    whole = [name for name, policy in ours.items() if _holds(policy, name.removeprefix(PREFIX))]
    if not whole or left_out is None:
        return ()
    return (*whole, ELSEWHERE) if left_out <= {name.removeprefix(PREFIX) for name in whole} else ()


def _policies(graph: Graph) -> dict[str, Resource]:
    """Find our policies that are in force, by name; of one name there may be one.

    Two of one name are one object, and nobody knows which of them stands.
    """
    bound = frozenset(_bound(graph))
    policies = [(named(each), each) for each in graph.resources if each.type == ADMISSION_POLICY]
    count = Counter(name for name, _ in policies)
    return {
        name: policy
        for name, policy in policies
        if name.startswith(PREFIX) and name in bound and count[name] == 1
    }


def guarded_namespaces(graph: Graph) -> frozenset[str]:
    """List the namespaces whose pods are the plan's replicas and nothing else."""
    return frozenset(name.removeprefix(PREFIX) for name in guards_of(graph) if name != ELSEWHERE)


def _bound(graph: Graph) -> Iterator[str]:
    """Yield the policies that a binding puts in force everywhere."""
    bindings = [each for each in graph.resources if each.type == ADMISSION_BINDING]
    count = Counter(named(each) for each in bindings)
    for each in bindings:
        spec = step(each.inputs, "spec")
        denies = "Deny" in list_at(spec, "validationActions")
        if denies and _nothing(spec, "matchResources", "paramRef") and count[named(each)] == 1:
            yield str(step(spec, "policyName"))


def _nothing(value: Json, *keys: str) -> bool:
    return all(step(value, key) in (None, {}, [], ()) for key in keys)


def _holds(policy: Resource, namespace: str) -> bool:
    """Tell whether a policy judges every pod of its namespace as a plan's policy does."""
    selector = step(policy.inputs, "spec", "matchConstraints", "namespaceSelector")
    if not _is_whole(policy) or selector != {"matchLabels": {_NAMESPACE_LABEL: namespace}}:
        return False
    return any(_own_rule(text, namespace) for text in _expressions(policy, "validations"))


def _left_out(policy: Resource) -> set[str] | None:
    """Read which namespaces the policy for all others leaves out; None if it is not whole."""
    selector = step(policy.inputs, "spec", "matchConstraints", "namespaceSelector")
    values = list_at(selector, "matchExpressions", 0, "values")
    one = {"key": _NAMESPACE_LABEL, "operator": "NotIn", "values": list(values)}
    if not _is_whole(policy) or selector != {"matchExpressions": [one]}:
        return None
    return set(map(str, values)) if _OTHER_RULE in _expressions(policy, "validations") else None


def _is_whole(policy: Resource) -> bool:
    """Tell whether a policy is asked about every pod, refuses what fails, and means its variables so."""
    spec = step(policy.inputs, "spec")
    constraints = step(spec, "matchConstraints")
    variables = {str(step(each, "name")): step(each, "expression") for each in list_at(spec, "variables")}
    return (
        step(spec, "failurePolicy") in (None, "Fail")
        and _nothing(spec, "paramKind")
        and _nothing(constraints, "objectSelector", "excludeResourceRules")
        and all(text == _NOT_A_DRY_RUN for text in _expressions(policy, "matchConditions"))
        and any(_covers_pods(rule) for rule in list_at(constraints, "resourceRules"))
        and all(variables.get(name) == text for name, text in _VARIABLES.items())
        and str(variables.get("pods")).startswith(_PODS)
    )


def _covers_pods(rule: Json) -> bool:
    wanted = {
        "apiGroups": ("", "*"),
        "apiVersions": ("v1", "*"),
        "operations": ("CREATE", "*"),
        "resources": ("pods", "*", "*/*"),
    }
    narrow = not _nothing(rule, "resourceNames") or step(rule, "scope") not in (None, "*", "Namespaced")
    return not narrow and all(
        any(value in any_of for value in list_at(rule, key)) for key, any_of in wanted.items()
    )


def _expressions(policy: Resource, key: str) -> list[str]:
    """List expressions; what is no list at all is one that says nothing we know."""
    listed = step(policy.inputs, "spec", key)
    if listed is None or isinstance(listed, list | tuple):
        return [str(step(each, "expression")) for each in list_at(policy.inputs, "spec", key)]
    return [""]


def _own_rule(text: str, namespace: str) -> bool:
    """Tell whether a rule lets no pod have a node bought for it, unless it asks as a planned replica does."""
    lands = _LANDS.replace("WHOSE", f"t.?value.orValue('') == '{namespace}'")
    head = f"!(variables.changed) || (variables.pods.all(p, !({lands}) || ("
    replica = text.removeprefix(head)
    if replica == text or _CONSTANT.search(replica):
        return False
    return bool(_REPLICA_OF_GPUS.fullmatch(replica) or _REPLICA_OF_CPU.fullmatch(replica))
