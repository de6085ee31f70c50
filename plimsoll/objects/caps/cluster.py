"""An owned cluster admits no pool and no accelerator beyond the plans of its workloads.

In a cluster that the stack only uses this policy is not made: other people's pools are theirs to judge.

A NodePool of another stack, or of nobody, is admitted if it has `limits.nodes` and someone who holds the verb
`exempt` on NodePools writes it with the label `plimsoll.dev/exempt` (the ticket that says why) or
`plimsoll.dev/workload` (another stack's plan, whose own policy caps it). The same two labels open a namespace
to accelerators: its pods are made by controllers, who hold no such verb.
"""

from collections.abc import Mapping, Sequence

from plimsoll.objects.caps import cel
from plimsoll.objects.caps.cel import Rules, rule, text, texts
from plimsoll.objects.caps.workload import policy_name, way_out
from plimsoll.objects.cluster import Object
from plimsoll.objects.tags import WORKLOAD_LABEL, CostTags
from plimsoll.plan.plan import Pool

ELSEWHERE = policy_name("elsewhere.cluster")
"""The name of the policy; its dot keeps it apart from every workload's."""


def of_cluster(
    workloads: Mapping[str, Sequence[Pool]], tags: CostTags, own: Sequence[str] = ()
) -> tuple[Object, Object]:
    """Write the policy for everything in an owned cluster that no workload owns, and its binding.

    `own` names pools of the cluster itself, which the stack that owns it writes.
    """
    outside = {
        "key": "kubernetes.io/metadata.name",
        "operator": "NotIn",
        "values": list(workloads),
    }
    constraints = {
        "namespaceSelector": {"matchExpressions": [outside]},
        "resourceRules": [
            cel.resources("", "namespaces", "pods", "pods/resize"),
            cel.resources("karpenter.sh", *cel.NODES),
        ],
    }
    names = [f"{workload}-{pool.name}" for workload, pools in workloads.items() for pool in pools]
    rules = [*_stranger_rules([*names, *own]), *_outside_pod_rules(), *_label_rules()]
    labels = tags.labels()
    return cel.policy(ELSEWHERE, labels, constraints, rules), cel.binding(ELSEWHERE, labels)


def _stranger_rules(names: Sequence[str]) -> Rules:
    stranger = f"!(variables.name in {texts(names)}) && variables.changed"
    eks = "variables.user.startsWith('eks:')"
    # A pool of another stack carries that stack's own caps; that it is one, someone trusted must say.
    planned = f"variables.labels[?{text(WORKLOAD_LABEL)}].orValue('') != '' && variables.mayExempt"
    this = f"variables.what == 'nodepools' && {stranger}"
    bounded = "'nodes' in variables.spec.?limits.orValue({})"
    message = "a NodePool outside the plan must have limits.nodes, exempt or not"
    yield rule(this, f"{bounded} || {eks}", message)
    message = f"this NodePool is in no plan of the cluster; {way_out()}"
    yield rule(this, f"variables.exempt || {planned} || {eks}", message)
    this = f"variables.what == 'nodepools/scale' && {stranger}"
    yield rule(this, f"variables.mayExempt || {eks}", "scaling a NodePool that is in no plan")
    this = "variables.what == 'nodeclaims' && variables.changed"
    message = "only Karpenter makes nodes, within the limits of its pools"
    yield rule(this, f"variables.user == {text(cel.KARPENTER)} || {eks}", message)


def _outside_pod_rules() -> Rules:
    this = "variables.what == 'pods' && variables.changed"
    labels = "namespaceObject.metadata.?labels.orValue({})"
    trusted = " || ".join(f"{labels}[?{text(key)}].orValue('') != ''" for key in (cel.EXEMPT, WORKLOAD_LABEL))
    way_out = (
        f"to allow it, someone with the verb {cel.EXEMPT_VERB} labels its namespace {cel.EXEMPT}: <ticket>"
    )
    message = f"a pod outside the planned namespaces asks for an accelerator; {way_out}"
    yield rule(f"{this} && variables.pods.exists(p, {cel.pod_asks('p')})", trusted, message)
    lands = f"variables.pods.exists(p, {cel.tolerates('p')} && {cel.waits_for_node('p')})"
    system = f"namespaceObject.metadata.name == 'kube-system' || {trusted}"
    message = f"a pod outside the planned namespaces tolerates the taint of a planned pool; {way_out}"
    yield rule(f"{this} && {lands}", system, message)


def _label_rules() -> Rules:
    """Labels that open a namespace to accelerators are set by those who may exempt namespaces."""
    for key in (cel.EXEMPT, WORKLOAD_LABEL):
        new = f"variables.labels[?{text(key)}].orValue('')"
        old = f"(oldObject == null ? '' : dyn(oldObject).metadata.?labels[?{text(key)}].orValue(''))"
        this = f"variables.what == 'namespaces' && {new} != '' && {new} != {old}"
        message = f"the label {key} opens a namespace to accelerators: it takes the verb {cel.EXEMPT_VERB}"
        yield rule(this, "variables.mayExempt", message)
