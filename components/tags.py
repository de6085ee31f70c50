"""One taxonomy of cost tags: the same keys on AWS resources, on what Karpenter creates, on pods.

AWS's split cost allocation imports pod labels, OpenCost reads them, and Cost Explorer reads the tags:
one set of keys lets all three agree on who pays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

TAXONOMY = ("cost-center", "environment", "plimsoll.dev/workload", "service", "team")
"""Keys that every billable resource carries; the ones to activate as cost-allocation tags."""

SHARED = "shared"
"""The value of `service` and `plimsoll.dev/workload` on what all workloads of a cluster share."""


@dataclass(frozen=True, slots=True)
class CostTags:
    """Who pays for a resource. `extra` are tags of the stack's own, which never replace the taxonomy."""

    team: str
    cost_center: str
    environment: str
    workload: str = SHARED
    extra: Mapping[str, str] = field(default_factory=dict[str, str])

    def aws(self, name: str = "") -> dict[str, str]:
        """Tags of an AWS resource, sorted; `name` becomes the console's Name."""
        tags = dict(self.extra) | self.labels() | {"managed-by": "plimsoll"}
        if name:
            tags["Name"] = name
        return dict(sorted(tags.items()))

    def labels(self) -> dict[str, str]:
        """Labels of a Kubernetes object, sorted: the taxonomy alone."""
        return {
            "cost-center": self.cost_center,
            "environment": self.environment,
            "plimsoll.dev/workload": self.workload,
            "service": self.workload,
            "team": self.team,
        }
