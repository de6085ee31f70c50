"""The values of the data files: what must be there, and what no price may be."""

from collections import defaultdict
from decimal import Decimal
from statistics import median

from .form_rules import REGIONS, Facts, newest, service_key

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
    types = {row["name"] for row in facts["instance_types"]}
    bad = [f"instance type {name} is missing" for name in WANTED_TYPES if name not in types]
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
    if len(rented) < 23:
        bad.append("fewer than 23 accelerators that AWS rents")
    return bad


EVERYWHERE = (
    "alb-hour",
    "alb-lcu",
    "data-cross-az",
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


def regions_are_covered(facts: Facts) -> list[str]:
    held = newest(facts)
    accelerated = {row["name"] for row in facts["instance_types"] if row["accelerator"]}
    priced = {(key[1], key[0] in accelerated) for key in held if key[2] == "on_demand"}
    services = {service_key(row) for row in facts["services"] if row["usd"]}
    bad = [
        f"{region}: no accelerated type has a price"
        for region in sorted(REGIONS)
        if (region, True) not in priced
    ]
    bad += [
        f"{region}: no m7i.large"
        for region in sorted(REGIONS)
        if ("m7i.large", region, "on_demand") not in held
    ]
    return bad + [
        f"{region}: no price of {item}"
        for region in sorted(REGIONS)
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
    types = {row["name"]: row for row in facts["instance_types"] if row["accelerator"]}
    per: dict[tuple[str, str], list[tuple[Decimal, tuple[str, ...]]]] = defaultdict(list)
    for key, row in newest(facts).items():
        if key[0] in types and key[2] == "on_demand":
            of_type = types[key[0]]
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
    """One type costs at most 2.5 times in one region what it costs in another."""
    by_type: dict[str, list[Decimal]] = defaultdict(list)
    for key, row in newest(facts).items():
        if key[2] == "on_demand":
            by_type[key[0]].append(Decimal(row["usd_per_hour"]))
    return [
        f"{name}: {min(found)} to {max(found)}"
        for name, found in by_type.items()
        if max(found) > min(found) * Decimal("2.5")
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
        for row in facts["instance_types"]
        if row["vcpus"]
        and not (
            0 < int(row["allocatable_cpu_m"]) < int(row["vcpus"]) * 1000
            and 0 < int(row["allocatable_memory_mib"]) < int(row["memory_mib"])
        )
    ]
