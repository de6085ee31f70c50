"""The values of the data files: what must be there, and what no price may be."""

from collections import defaultdict
from decimal import Decimal
from statistics import median

from .form_rules import Facts, newest, service_key, types

WANTED_TYPES = (
    "g4dn.xlarge",
    "g5.xlarge",
    "g5.48xlarge",
    "g6.xlarge",
    "g6.12xlarge",
    "g6e.xlarge",
    "g6e.12xlarge",
    "g6e.48xlarge",
    "g6f.large",
    "g7e.2xlarge",
    "gr6.4xlarge",
    "inf2.48xlarge",
    "p3.2xlarge",
    "p4d.24xlarge",
    "p4de.24xlarge",
    "p5.4xlarge",
    "p5.48xlarge",
    "p5e.48xlarge",
    "p5en.48xlarge",
    "p6-b200.48xlarge",
    "p6-b300.48xlarge",
    "trn1.32xlarge",
    "trn2.48xlarge",
    "m7i.large",
    "m7g.large",
    "c7i.8xlarge",
    "c7g.8xlarge",
    "r7i.8xlarge",
    "t3.medium",
    "t4g.medium",
)


def must_contain(facts: Facts) -> list[str]:
    """What everybody asks for; losing one of these is a broken import, not a change at AWS."""
    planned = {row["name"] for row in facts["instance_types"]}
    bad = [f"instance type {name} is missing" for name in WANTED_TYPES if name not in planned]
    held = newest(facts)
    bad += [
        f"no on-demand price of {name} in us-east-1"
        for name in (
            "g4dn.xlarge",
            "g5.xlarge",
            "g6.xlarge",
            "g6e.xlarge",
            "p4d.24xlarge",
            "p5.48xlarge",
            "m7i.large",
        )
        if (name, "us-east-1", "on_demand") not in held
    ]
    if len([row for row in facts["instance_types"] if row["accelerator"]]) < 89:
        bad.append("fewer than 89 accelerated types")
    rented = [row for row in facts["accelerators"] if row["aws"] == "yes"]
    if len(types(facts)) < 1_390:
        bad.append("fewer than 1,390 instance types")
    if len(rented) < 23:
        bad.append("fewer than 23 accelerators that AWS rents")
    return bad


EVERYWHERE = (
    "alb-hour",
    "alb-lcu",
    "ebs-gp2-storage",
    "ebs-gp3-iops",
    "ebs-gp3-storage",
    "ebs-gp3-throughput",
    "ebs-io2-iops",
    "ebs-io2-storage",
    "ebs-st1-storage",
    "eks-cluster-standard",
    "kms-key",
    "nat-gateway-data",
    "nat-gateway-hour",
    "nlb-hour",
    "nlb-nlcu",
    "public-ipv4",
    "vpc-endpoint-interface-hour",
)


UNCOVERED = {
    "ap-east-2": "accelerators",
    "ap-south-2": "accelerators",
    "ap-southeast-4": "accelerators",
    "ap-southeast-6": "accelerators",
    "ap-southeast-7": "accelerators",
    "ca-west-1": "accelerators m7i.large",
    "me-south-1": "m7i.large",
    "mx-central-1": "accelerators",
}
"""Regions of which no price of an accelerated type, or of the type of system nodes, was read or inferred."""


def regions_are_covered(facts: Facts) -> list[str]:
    held, regions = newest(facts), [row["region"] for row in facts["regions"]]
    accelerated = {row["name"] for row in facts["instance_types"] if row["accelerator"]}
    priced = {(key[1], key[0] in accelerated) for key in held if key[2] == "on_demand"}
    services = {service_key(row) for row in facts["services"] if row["usd"]}
    bad = [
        f"{region}: no accelerated type has a price"
        for region in regions
        if (region, True) not in priced and "accelerators" not in UNCOVERED.get(region, "")
    ]
    bad += [
        f"{region}: no m7i.large"
        for region in regions
        if ("m7i.large", region, "on_demand") not in held and "m7i.large" not in UNCOVERED.get(region, "")
    ]
    return bad + [
        f"{region}: no price of {item}"
        for region in regions
        for item in EVERYWHERE
        if (item, region) not in services
    ]


def spot_is_below_on_demand(facts: Facts) -> list[str]:
    """Spot may not be dearer than on-demand unless its row says what kind of price it is."""
    held = newest(facts)
    bad: list[str] = []
    for (name, region, kind), row in held.items():
        on_demand = held.get((name, region, "on_demand"))
        if kind != "spot" or on_demand is None:
            continue
        spot, list_price = Decimal(row["usd_per_hour"]), Decimal(on_demand["usd_per_hour"])
        if spot > list_price * Decimal("1.0001") or (spot >= list_price and not row["flag"]):
            bad.append(f"{name} in {region}: spot {spot} against {list_price}")
    return bad


def prices_are_of_one_size(facts: Facts) -> list[str]:
    """Price per accelerator-hour within ten-fold of the median of its accelerator."""
    carrying = {row["name"]: row for row in types(facts) if row["accelerator"]}
    per: dict[tuple[str, str], list[tuple[Decimal, tuple[str, ...]]]] = defaultdict(list)
    for key, row in newest(facts).items():
        if key[0] in carrying and key[2] == "on_demand":
            of_type = carrying[key[0]]
            share = Decimal(of_type["accelerators"]) * Decimal(of_type["accelerator_fraction"])
            per[of_type["accelerator"], key[2]].append((Decimal(row["usd_per_hour"]) / share, key))
    bad: list[str] = []
    for found in per.values():
        middle = median(value for value, _ in found)
        bad += [
            f"{key}: {value} per accelerator, median {middle}"
            for value, key in found
            if not middle / 10 <= value <= middle * 10
        ]
    return bad


def regions_differ_within_reason(facts: Facts) -> list[str]:
    """One type costs at most 2.6 times in one region what it costs in another, where both were read.

    The most that was read is 2.52: c6a in Mumbai, which is very cheap for it, and in Sao Paulo.
    """
    by_type: dict[str, list[Decimal]] = defaultdict(list)
    for key, row in newest(facts).items():
        if key[2] == "on_demand" and not row["inferred"]:
            by_type[key[0]].append(Decimal(row["usd_per_hour"]))
    return [
        f"{name}: {min(found)} to {max(found)}"
        for name, found in by_type.items()
        if max(found) > min(found) * Decimal("2.6")
    ]


def reserved_is_below_on_demand(facts: Facts) -> list[str]:
    held = newest(facts)
    return [
        f"{key}: reserved {row['usd_per_hour']}"
        for key, row in held.items()
        if key[2] == "reserved_1y"
        and (key[0], key[1], "on_demand") in held
        and Decimal(row["usd_per_hour"]) >= Decimal(held[key[0], key[1], "on_demand"]["usd_per_hour"])
    ]


def allocatable_is_below_the_whole(facts: Facts) -> list[str]:
    return [
        f"{row['name']}: allocatable exceeds the instance"
        for row in types(facts)
        if row["vcpus"]
        and row["allocatable_cpu_m"]
        and not (
            0 < int(row["allocatable_cpu_m"]) < int(row["vcpus"]) * 1000
            and 0 < int(row["allocatable_memory_mib"]) < int(row["memory_mib"])
        )
    ]
