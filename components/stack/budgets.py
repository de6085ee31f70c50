"""AWS Budgets raise the alarm after the gate; activated cost-allocation tags let them tell who pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.pulumi_sdk import AwsResource, children
from plimsoll.objects.tags import TAXONOMY


@dataclass(frozen=True, slots=True)
class BudgetAlerts:
    """These people are told. `thresholds_percent` are shares of the limit, of actual spending."""

    emails: Sequence[str]
    thresholds_percent: Sequence[int] = (80, 100)


class Budgets(pulumi.ComponentResource):
    """AWS holds one budget for each limit, filtered by the cost tag that everything of it carries.

    AWS reports spending hours late: a budget tells, it does not stop. Activating the tags works in
    the payer account only, and counts from the day of activation.
    """

    def __init__(
        self,
        name: str,
        limits_usd: Mapping[str, str],
        alerts: BudgetAlerts,
        provider: pulumi.ProviderResource,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
        *,
        activate_tags: bool = False,
    ) -> None:
        """Make the budgets. `limits_usd` maps a tag filter (`key$value`) to USD a month.

        Of several filters, separated by commas, the bills are added up; the first names the budget.
        """
        super().__init__("plimsoll:index:Budgets", name, {"limits": dict(limits_usd)}, opts)
        own = children(self, provider)
        for tag_filter, limit in sorted(limits_usd.items()):
            filters = tag_filter.split(",")
            value = filters[0].partition("$")[2]
            inputs = {
                "name": f"{name}-{value}",
                "budgetType": "COST",
                "limitAmount": limit,
                "limitUnit": "USD",
                "timeUnit": "MONTHLY",
                "costFilters": [{"name": "TagKeyValue", "values": [f"user:{each}" for each in filters]}],
                "notifications": [_actual(alerts, percent) for percent in alerts.thresholds_percent]
                + [_forecast(alerts)],
                "tags": dict(tags),
            }
            AwsResource("budgets/budget:Budget", f"{name}-{value}", inputs, own)
        for key in TAXONOMY if activate_tags else ():
            AwsResource(
                "costexplorer/costAllocationTag:CostAllocationTag",
                f"{name}-{key}",
                {"tagKey": key, "status": "Active"},
                own,
            )
        self.register_outputs({})


def _actual(alerts: BudgetAlerts, percent: int) -> dict[str, object]:
    return _notification(alerts, "ACTUAL", percent)


def _forecast(alerts: BudgetAlerts) -> dict[str, object]:
    return _notification(alerts, "FORECASTED", 100)


def _notification(alerts: BudgetAlerts, kind: str, percent: int) -> dict[str, object]:
    return {
        "comparisonOperator": "GREATER_THAN",
        "threshold": percent,
        "thresholdType": "PERCENTAGE",
        "notificationType": kind,
        "subscriberEmailAddresses": list(alerts.emails),
    }
