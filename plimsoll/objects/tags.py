"""One taxonomy of cost tags holds everywhere: on AWS resources, on what Karpenter creates, on pods.

AWS's split cost allocation imports pod labels, OpenCost reads them, and Cost Explorer reads the tags:
one set of keys lets all three agree on who pays.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

WORKLOAD_LABEL = "plimsoll.dev/workload"
"""Whose a node or a pod is; the caps and the pools' taints go by it."""

TAXONOMY = ("cost-center", "environment", WORKLOAD_LABEL, "service", "team")
"""Keys that every billable resource carries; the ones to activate as cost-allocation tags."""

TAG_KEYS = ("team", "cost-center")
"""Keys by which a stack's tags say who pays where a spec names no owner."""

SHARED = "shared"
"""The value of `service` and `plimsoll.dev/workload` on what all workloads of a cluster share."""


TAG_KEY_MAX, TAG_VALUE_MAX, TAGS_MAX = 128, 256, 40
"""AWS's limits of a key and a value; of its 50 tags per resource some are ours, EKS's and Karpenter's."""
FORBIDDEN_TAGS = (
    "aws:",
    "eks:eks-cluster-name",
    "karpenter.k8s.aws/",
    "karpenter.sh/",
    "kubernetes.io/cluster",
)
"""Karpenter refuses these in an EC2NodeClass (rules of its CRD); AWS reserves `aws:`."""
TAG_TEXT = re.compile(r"[\w .:/=+\-@]*")
LABEL = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
"""What a Kubernetes label value may be."""


def tag_problem(key: str, value: str) -> tuple[str, str] | None:
    """Say what is wrong with a tag and why, which no CRD would say; None if it is fine."""
    if len(key) > TAG_KEY_MAX or len(value) > TAG_VALUE_MAX:
        return "the tag is too long", f"AWS allows {TAG_KEY_MAX} and {TAG_VALUE_MAX} characters"
    if key.startswith(FORBIDDEN_TAGS):
        return f"{key!r} is not yours to set", "AWS, EKS or Karpenter owns it"
    if not TAG_TEXT.fullmatch(key + value):
        return (
            "the tag holds a forbidden character",
            "letters, digits, spaces and _ . : / = + - @ are allowed",
        )
    return None


LABEL_KEY = re.compile(
    r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
)
"""What the key of a Kubernetes label may be: a DNS name before a slash, and a name."""


def label_problem(key: str, value: object) -> tuple[str, str, str] | None:
    """Say what is wrong with a label, why, and what to write; None if it is fine."""
    if not LABEL_KEY.fullmatch(key):
        why = "a name of at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if it has one"
        return f"{key!r} is no label key", why, "write release: kube-prometheus-stack"
    if key in TAXONOMY:
        return f"{key!r} is a cost tag", "it says who pays", "name the label that your Prometheus selects by"
    if not (isinstance(value, str) and LABEL.fullmatch(value)):
        why = "at most 63 letters, digits, '-', '_' and '.'"
        return f"{value!r} is no label value", why, "write release: kube-prometheus-stack"
    return None


@dataclass(frozen=True, slots=True)
class CostTags:
    """These tags say who pays. `extra` are the stack's own, which never replace the taxonomy."""

    team: str
    cost_center: str
    environment: str
    workload: str = SHARED
    extra: Mapping[str, str] = field(default_factory=dict[str, str])

    def aws(self, name: str = "") -> dict[str, str]:
        """Tag an AWS resource, sorted by key; `name` becomes the console's Name."""
        tags = dict(self.extra) | self.labels() | {"managed-by": "plimsoll"}
        if name:
            tags["Name"] = name
        return dict(sorted(tags.items()))

    def labels(self) -> dict[str, str]:
        """Label a Kubernetes object, sorted by key: with the taxonomy alone."""
        return {
            "cost-center": self.cost_center,
            "environment": self.environment,
            WORKLOAD_LABEL: self.workload,
            "service": self.workload,
            "team": self.team,
        }
