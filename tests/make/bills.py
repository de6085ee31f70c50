"""Bills for tests: rows of FOCUS 1.2 and CUR 2.0 as AWS's exports have them, and saved answers of APIs."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.make.places import ROOT

TAG = "plimsoll.dev/workload"
OCTOBER = "2026-10-01..2026-11-01"
EC2, EKS = "Amazon Elastic Compute Cloud", "Amazon Elastic Kubernetes Service"

Row = dict[str, str]


def focus_row(day: date | str, list_usd: object, **more: object) -> Row:
    """One row of FOCUS 1.2: an hour's worth or a day's, of the workload `chat-8b` unless told otherwise."""
    said = {name: str(value) for name, value in more.items()}
    row = {
        "BillingCurrency": "USD",
        "ChargeCategory": "Usage",
        "ChargeClass": "",
        "ChargePeriodStart": day if isinstance(day, str) else f"{day}T00:00:00Z",
        "ChargePeriodEnd": "",
        "ProviderName": "AWS",
        "ServiceName": EC2,
        "ResourceId": "",
        "SkuPriceId": "",
        "ConsumedUnit": "Hours",
        "ConsumedQuantity": "24",
        "CommitmentDiscountId": "",
        "CommitmentDiscountStatus": "",
        "SkuPriceDetails": json.dumps({"InstanceType": said.pop("type")}) if "type" in said else "",
        "x_UsageType": "",
        "Tags": json.dumps({TAG: said.pop("workload", "chat-8b")} if said.get("workload", "-") else {}),
        "BilledCost": said.get("EffectiveCost", str(list_usd)),
        "ListCost": str(list_usd),
        "EffectiveCost": str(list_usd),
    }
    said.pop("workload", None)
    return row | said


def cur_row(day: date, list_usd: object, **more: object) -> Row:
    """One line item of CUR 2.0: a day of usage of `chat-8b` unless told otherwise."""
    said = {name: str(value) for name, value in more.items()}
    tag = said.pop("tag", "user_plimsoll_dev_workload")
    row = {
        "identity_line_item_id": f"{day}-{list_usd}-{sorted(said.items())}",
        "line_item_currency_code": "USD",
        "line_item_line_item_type": "Usage",
        "line_item_product_code": "AmazonEC2",
        "line_item_usage_start_date": f"{day}T00:00:00Z",
        "line_item_usage_type": "",
        "line_item_usage_amount": "24",
        "line_item_unblended_cost": str(list_usd),
        "pricing_public_on_demand_cost": str(list_usd),
        "pricing_unit": "Hrs",
        "product_instance_type": "",
        "savings_plan_savings_plan_effective_cost": "",
        "savings_plan_total_commitment_to_date": "",
        "savings_plan_used_commitment": "",
        "resource_tags": json.dumps({tag: "chat-8b"} if tag else {}),
    }
    return row | said


def written(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Rows as CSV."""
    rows = list(rows)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def days(window: str = OCTOBER) -> list[date]:
    """The days of a window."""
    first, end = map(date.fromisoformat, window.split(".."))
    return [first + timedelta(days=place) for place in range((end - first).days)]


NODE_TYPE, NODE_USD = "g7e.2xlarge", 3.36312
"""The node of the plan of `chat-8b`, and its price an hour."""


def a_month_as_planned(window: str = OCTOBER) -> list[Row]:
    """A bill in which every line of the plan of `chat-8b` is what it was planned to be, day by day."""
    found: list[Row] = []
    for day in days(window):
        found.append(focus_row(day, f"{24 * NODE_USD:.5f}", type=NODE_TYPE, ResourceId="i-1"))
        shared: Sequence[tuple[str, str, str, str, str]] = (
            (EKS, "USE1-AmazonEKS-Hours:perCluster", "Hours", "24", "2.4"),
            (EC2, "BoxUsage:m7i.large", "Hours", "48", "4.8384"),
            (EC2, "NatGateway-Hours", "Hours", "24", "1.08"),
            ("Amazon Virtual Private Cloud", "PublicIPv4:InUseAddress", "Hours", "24", "0.12"),
        )
        found += [
            focus_row(
                day, usd, workload="shared", ServiceName=service, x_UsageType=usage, ConsumedUnit=unit,
                ConsumedQuantity=count,
            )
            for service, usage, unit, count, usd in shared
        ]  # fmt: skip
    for owner in ("chat-8b", "shared"):
        volume = {"x_UsageType": "EBS:VolumeUsage.gp3", "ConsumedUnit": "GB-Mo", "ConsumedQuantity": "100"}
        found.append(focus_row(days(window)[0], "8", workload=owner, **volume))
    return found


def cost_explorer(
    path: Path, groups: Sequence[Mapping[str, Any]], *, start: str, end: str, **more: Any
) -> Path:
    """An answer of GetCostAndUsage with one period; a group is {keys, UnblendedCost, AmortizedCost, …}."""
    listed = [
        {
            "Keys": group["keys"],
            "Metrics": {
                name: {"Amount": str(value), "Unit": more.get("currency", "USD")}
                for name, value in group.items()
                if name != "keys"
            },
        }
        for group in groups
    ]
    period = {"TimePeriod": {"Start": start, "End": end}, "Total": {}, "Groups": listed, "Estimated": False}
    tags = [{"Type": "TAG", "Key": TAG}, *more.get("by", ())]
    answer = {"ResultsByTime": [period], "GroupDefinitions": tags, "DimensionValueAttributes": []}
    path.write_text(json.dumps(answer | more.get("answer", {})))
    return path


def opencost(path: Path, *steps: Mapping[str, Mapping[str, Any]], day: str = "2026-10-01") -> Path:
    """An answer of OpenCost's allocation API: a step a day, an allocation a label value."""
    first = date.fromisoformat(day)
    data = [
        {
            name: {"name": name, "start": f"{first + timedelta(days=place)}T00:00:00Z", **values}
            for name, values in step.items()
        }
        for place, step in enumerate(steps)
    ]
    path.write_text(json.dumps({"code": 200, "status": "success", "data": data}))
    return path


EXAMPLE = ROOT / "examples" / "bills" / "october.csv"


def example() -> list[Row]:
    """The bill of the documentation: October as planned, but for what a month brings."""
    rows = a_month_as_planned()
    nodes = [row for row in rows if row["SkuPriceDetails"]]
    for row in nodes[0:3]:
        rows.remove(row)
    busy = {"ConsumedQuantity": "48", "ListCost": f"{48 * NODE_USD:.5f}"}
    for row in nodes[26:28]:
        row.update(busy, EffectiveCost=busy["ListCost"], BilledCost=busy["ListCost"])
    late = days()[27]
    rows.append(focus_row(late, "61.44", type="g6e.xlarge", ResourceId="i-2", ConsumedQuantity="33"))
    rows.append(focus_row(late, "118.02", workload="", ServiceName="Amazon Simple Storage Service"))
    rows.append(focus_row(days()[0], "-150", workload="", ChargeCategory="Credit", ServiceName="Credit"))
    rows.append(focus_row(days()[30], "41.50", workload="", ChargeCategory="Tax", ServiceName="Tax"))
    return rows


SHARED_NODE = EXAMPLE.with_name("shared.csv")


def shared_node() -> list[Row]:
    """The bill of `examples/sharing`: October of the node that two share, on one day for 22 hours."""
    more = {"workload": "shared-rerank", "type": "p5.4xlarge", "ResourceId": "i-1"}
    rows = [focus_row(day, "165.12", **more) for day in days()]
    rows[5] = focus_row(days()[5], "151.36", ConsumedQuantity="22", **more)
    volume = {"x_UsageType": "EBS:VolumeUsage.gp3", "ConsumedUnit": "GB-Mo", "ConsumedQuantity": "100"}
    return [*rows, focus_row(days()[0], "8", workload="shared-rerank", **volume)]


def main() -> None:
    EXAMPLE.parent.mkdir(exist_ok=True)
    written(EXAMPLE, example())
    written(SHARED_NODE, shared_node())


if __name__ == "__main__":
    main()
