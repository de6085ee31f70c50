"""AWS Cost Anomaly Detection watches what each workload's cost tag is billed, and tells who to ask."""

import json
from collections.abc import Mapping, Sequence

import pulumi

from components.pulumi_sdk import AwsResource, children
from plimsoll.objects.tags import WORKLOAD_LABEL

LEAST_USD = "100"
"""An anomaly is told from this total impact on, US dollars: what AWS proposes for a first monitor."""


class CostAnomalies(pulumi.ComponentResource):
    """AWS learns what each workload costs a day, and mails once a day what does not fit.

    Monitors of tags are for the payer account, and see nothing before the tag is activated.
    """

    def __init__(
        self,
        name: str,
        workloads: Sequence[str],
        emails: Sequence[str],
        provider: pulumi.ProviderResource,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make a monitor for each workload, and one subscription to all of them."""
        super().__init__("plimsoll:index:CostAnomalies", name, {"workloads": list(workloads)}, opts)
        own = children(self, provider)
        monitors = [_monitor(name, workload, tags, own) for workload in sorted(workloads)]
        inputs = {
            "name": name,
            "frequency": "DAILY",
            "monitorArnLists": [monitor.output("arn") for monitor in monitors],
            "subscribers": [{"type": "EMAIL", "address": email} for email in emails],
            "thresholdExpression": {
                "dimension": {
                    "key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                    "matchOptions": ["GREATER_THAN_OR_EQUAL"],
                    "values": [LEAST_USD],
                }
            },
            "tags": dict(tags),
        }
        AwsResource("costexplorer/anomalySubscription:AnomalySubscription", name, inputs, own)
        self.register_outputs({})


def _monitor(name: str, workload: str, tags: Mapping[str, str], opts: pulumi.ResourceOptions) -> AwsResource:
    watched = {"Tags": {"Key": WORKLOAD_LABEL, "Values": [workload], "MatchOptions": ["EQUALS"]}}
    inputs = {
        "name": f"{name}-{workload}",
        "monitorType": "CUSTOM",
        "monitorSpecification": json.dumps(watched, sort_keys=True),
        "tags": dict(tags),
    }
    return AwsResource(
        "costexplorer/anomalyMonitor:AnomalyMonitor", f"{name}-{workload}", inputs, opts, ["arn"]
    )
