"""Offer files as AWS publishes them: five lines of metadata, a heading, and a line for every price."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

COLUMNS = (
    "SKU", "OfferTermCode", "RateCode", "TermType", "PriceDescription", "EffectiveDate", "StartingRange",
    "EndingRange", "Unit", "PricePerUnit", "Currency", "LeaseContractLength", "PurchaseOption",
    "OfferingClass", "Product Family", "serviceCode", "Location", "Instance Type", "vCPU", "Memory",
    "Tenancy", "Operating System", "License Model", "usageType", "operation", "CapacityStatus",
    "Pre Installed S/W", "Region Code", "MarketOption",
)  # fmt: skip
ORDINARY = {
    "OfferTermCode": "JRTCKXETXF",
    "TermType": "OnDemand",
    "EffectiveDate": "2026-11-01",
    "StartingRange": "0",
    "EndingRange": "Inf",
    "Unit": "Hrs",
    "Currency": "USD",
    "Product Family": "Compute Instance",
    "serviceCode": "AmazonEC2",
    "Tenancy": "Shared",
    "Operating System": "Linux",
    "License Model": "No License required",
    "operation": "RunInstances",
    "CapacityStatus": "Used",
    "Pre Installed S/W": "NA",
    "MarketOption": "OnDemand",
}
NOISE = (
    {"Operating System": "Windows"},
    {"Tenancy": "Dedicated"},
    {"CapacityStatus": "AllocatedCapacityReservation", "PricePerUnit": "0.0000000000"},
    {"Pre Installed S/W": "SQL Web"},
    {"MarketOption": "CapacityBlock", "PricePerUnit": "0.0000000000"},
)
"""What stands beside each price of a type in a real file, and must never be taken for it."""


def row(instance_type: str, usd: str, region: str, **other: str) -> dict[str, str]:
    """One line of a file: Linux on shared tenancy unless said otherwise."""
    own = {"SKU": f"SKU{instance_type}", "Instance Type": instance_type, "PricePerUnit": usd}
    return ORDINARY | own | {"Region Code": region, "Location": region} | other


def lines(prices: Mapping[str, str], region: str) -> list[dict[str, str]]:
    """Every price with the SKUs that stand beside it."""
    found: list[dict[str, str]] = []
    for instance_type, usd in prices.items():
        found.append(row(instance_type, usd, region))
        found += [
            row(instance_type, usd, region, SKU=f"N{n}{instance_type}") | noise
            for n, noise in enumerate(NOISE)
        ]
    return found


def write(
    folder: Path, region: str, rows: Iterable[Mapping[str, str]], published: str = "2026-11-20"
) -> Path:
    """Write the offer file of a region; gives its path."""
    path = folder / region / "index.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["FormatVersion", "v1.0"])
        writer.writerow(["Disclaimer", "This pricing list is for informational purposes only."])
        writer.writerow(["Publication Date", f"{published}T17:08:12Z"])
        writer.writerow(["Version", "20261120170812"])
        writer.writerow(["OfferCode", "AmazonEC2"])
        writer.writerow(COLUMNS)
        writer.writerows([each.get(column, "") for column in COLUMNS] for each in rows)
    return path
