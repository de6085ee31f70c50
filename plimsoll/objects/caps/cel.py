"""The cap policies are written in these pieces of CEL, which make up validations.

CEL as the API server runs it in a ValidatingAdmissionPolicy (Kubernetes ≥ 1.30): with optional fields
(`a.?b.orValue(c)`), quantities and `authorizer`. Every piece holds for objects of any kind, so that no
request fails on a field that is not there: an error would refuse it (`failurePolicy: Fail`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from plimsoll.objects.tags import WORKLOAD_LABEL

EXEMPT = "plimsoll.dev/exempt"
"""Label that lets an object past the caps; its value is the ticket that says why. It counts only if whoever
writes it holds the RBAC verb `EXEMPT_VERB` on that resource."""

EXEMPT_VERB = "exempt"

KARPENTER = "system:serviceaccount:kube-system:karpenter"

NODES = ("nodeclaims", "nodepools", "nodepools/scale")

Rules = Iterator[dict[str, str]]
"""Validations of a policy."""

_ACCELERATOR = r"r'^(nvidia\.com|amd\.com|habana\.ai|gpu\.intel\.com)/|^aws\.amazon\.com/neuron'"
"""Extended resources that only an accelerated node has."""

VARIABLES: Mapping[str, str] = {
    # `dyn`: one policy speaks of many kinds, and a type checker would judge each rule against all of them.
    "it": "dyn(object)",
    "what": "request.resource.resource + (request.?subResource.orValue('') == 'scale' ? '/scale' : '')",
    "name": "variables.it.metadata.?name.orValue('')",
    "labels": "variables.it.metadata.?labels.orValue({})",
    "spec": "variables.it.?spec.orValue({})",
    # What stood before the policy may still be labelled, annotated and finalized: only changes are judged.
    "changed": "request.operation == 'CREATE' || variables.spec != dyn(oldObject).?spec.orValue({})",
    "pods": (
        "variables.what == 'pods' ? [variables.spec] : "
        "variables.what in ['deployments', 'statefulsets'] ? [variables.spec.template.spec] : "
        "variables.what == 'leaderworkersets' ? "
        "[variables.spec.leaderWorkerTemplate.workerTemplate.spec] + "
        "(has(variables.spec.leaderWorkerTemplate.leaderTemplate) ? "
        "[variables.spec.leaderWorkerTemplate.leaderTemplate.spec] : []) : []"
    ),
    "user": "request.userInfo.?username.orValue('')",
    "mayExempt": f"authorizer.requestResource.check('{EXEMPT_VERB}').allowed()",
    "exempt": f"variables.labels[?'{EXEMPT}'].orValue('') != '' && variables.mayExempt",
}
"""What the rules have in common. A variable is worked out only where a rule asks for it."""


def text(value: str) -> str:
    """Write a CEL string; names, types and quantities hold nothing that would have to be escaped."""
    if "'" in value or "\\" in value:
        raise ValueError(f"{value!r} cannot stand in a policy")
    return f"'{value}'"


def texts(values: Iterable[str]) -> str:
    """Write a CEL list of strings."""
    return f"[{', '.join(text(value) for value in values)}]"


def counts(values: Mapping[str, int]) -> str:
    """Write a CEL map from name to number."""
    return "{" + ", ".join(f"{text(name)}: {count}" for name, count in values.items()) + "}"


def at_most(holder: str, key: str, most: str) -> str:
    """Hold where a map has a quantity, and no more than `most` of it."""
    found = f"string({holder}[{text(key)}])"
    bounded = f"isQuantity({found}) && quantity({found}).compareTo(quantity({text(most)})) <= 0"
    return f"{text(key)} in {holder} && {bounded}"


def asks(container: str) -> str:
    """Hold where a container asks for any accelerator."""
    parts = [
        f"{container}.?resources.?{part}.orValue({{}}).exists(k, k.matches({_ACCELERATOR}) "
        f"&& string({container}.resources.{part}[k]) != '0')"
        for part in ("limits", "requests")
    ]
    return f"({' || '.join(parts)})"


def pod_asks(pod: str) -> str:
    """Hold where any container of a pod asks for any accelerator."""
    return f"({pod}.containers + {pod}.?initContainers.orValue([])).exists(c, {asks('c')})"


def tolerates(pod: str, workload: str = "") -> str:
    """Hold where a pod may run on a planned pool: it tolerates the taint of one, or every taint.

    Without `workload`, the pool of any workload.
    """
    value = f" || t.?value.orValue('') == {text(workload)}" if workload else " || true"
    every = "t.?key.orValue('') == '' && t.?operator.orValue('Equal') == 'Exists'"
    own = f"t.?key.orValue('') == {text(WORKLOAD_LABEL)} && (t.?operator.orValue('Equal') == 'Exists'{value})"
    effect = "t.?effect.orValue('') in ['', 'NoSchedule']"
    return f"{pod}.?tolerations.orValue([]).exists(t, {effect} && ({every} || {own}))"


def waits_for_node(pod: str) -> str:
    """Hold where a pod makes Karpenter buy a node: it is bound to none, and no DaemonSet made it."""
    daemon = "variables.user == 'system:serviceaccount:kube-system:daemon-set-controller'"
    return f"{pod}.?nodeName.orValue('') == '' && !({daemon})"


def replica_of_gpus(pod: str, resource: str, count: int) -> str:
    """Hold where exactly one container of a pod asks for accelerators, and for exactly the planned number."""
    others = f"k.matches({_ACCELERATOR}) && k != {text(resource)}"
    exact = f"string(c.resources.limits[?{text(resource)}].orValue('0')) == '{count}'"
    return (
        f"{pod}.containers.filter(c, {asks('c')}).size() == 1 && "
        f"{pod}.containers.all(c, !{asks('c')} || (has(c.resources.limits) && {exact} && "
        f"!c.resources.limits.exists(k, {others}))) && "
        f"!{pod}.?initContainers.orValue([]).exists(c, {asks('c')})"
    )


def replica_of_cpu(pod: str, cpu: str) -> str:
    """Hold where a pod asks for no accelerator, and one of its containers for at least the planned CPU."""
    found = "string(c.resources.requests['cpu'])"
    enough = f"quantity({found}).compareTo(quantity({text(cpu)})) >= 0"
    return (
        f"!({pod_asks(pod)}) && {pod}.containers.exists(c, "
        f"'cpu' in c.?resources.?requests.orValue({{}}) && {enough})"
    )


def rule(when: str, then: str, message: str) -> dict[str, str]:
    """Write one validation: where `when` holds, `then` must."""
    return {"expression": f"!({when}) || ({then})", "message": message, "reason": "Forbidden"}


def policy(
    name: str,
    labels: Mapping[str, str],
    constraints: Mapping[str, Any],
    rules: list[dict[str, str]],
) -> dict[str, Any]:
    """Write a ValidatingAdmissionPolicy that refuses what it cannot judge."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name, "labels": dict(labels)},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {"matchPolicy": "Equivalent", **constraints},
            # A dry run writes nothing. A preview of a raised plan asks for one while the old caps stand.
            "matchConditions": [{"name": "writes", "expression": "!request.?dryRun.orValue(false)"}],
            "variables": [{"name": key, "expression": value} for key, value in VARIABLES.items()],
            "validations": rules,
        },
    }


def binding(name: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """Put the policy of the same name in force: refuse, and say so in the audit log."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name, "labels": dict(labels)},
        "spec": {"policyName": name, "validationActions": ["Deny", "Audit"]},
    }


def resources(group: str, *names: str) -> dict[str, Any]:
    """Match creations and changes of some resources of an API group, in every version that it serves."""
    return {
        "apiGroups": [group],
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE"],
        "resources": list(names),
    }
