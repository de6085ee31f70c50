"""What must hold of the catalogue's data files: each rule returns the sentences of its breaches.

Rules read plain rows, so that a test can break a copy of the data and see the rule notice.
"""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from statistics import median

from plimsoll.edge.catalog_files import rows

Rows = list[dict[str, str]]
Facts = dict[str, Rows]

FILES = ("accelerators", "instance_types", "offerings", "prices", "quotas", "services", "sources")
REGIONS = {
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "us-east-1",
    "us-east-2",
    "us-west-2",
}
KINDS = {"on_demand", "spot", "reserved_1y"}


def read_facts() -> Facts:
    return {name: list(rows(f"{name}.csv")) for name in FILES}


def usd(text: str) -> Decimal | None:
    """Read a price as it must be written: plain digits, no sign, no exponent."""
    if not text or not text.replace(".", "", 1).isdigit():
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def price_key(row: dict[str, str]) -> tuple[str, ...]:
    return (row["instance_type"], row["region"], row["kind"])


def service_key(row: dict[str, str]) -> tuple[str, ...]:
    return (row["item"], row["region"])


def newest(facts: Facts) -> dict[tuple[str, ...], dict[str, str]]:
    """The price rows that hold at the newest date."""
    last = {price_key(row): row for row in facts["prices"]}
    return {key: row for key, row in last.items() if row["usd_per_hour"]}


def prices_are_positive(facts: Facts) -> list[str]:
    bad = [
        f"{price_key(row)} {row['start']}: {row['usd_per_hour']!r}"
        for row in facts["prices"]
        if row["usd_per_hour"] and not (usd(row["usd_per_hour"]) or 0) > 0
    ]
    free = {"vpc-endpoint-gateway-s3"}
    return bad + [
        f"{service_key(row)}: {row['usd']!r}"
        for row in facts["services"]
        if (row["usd"] and usd(row["usd"]) != 0 and not (usd(row["usd"]) or 0) > 0)
        or (row["usd"] and usd(row["usd"]) == 0 and row["item"] not in free)
    ]


def one_price_per_key_and_date(facts: Facts) -> list[str]:
    seen: set[tuple[str, ...]] = set()
    bad: list[str] = []
    for row, key in [(row, price_key(row)) for row in facts["prices"]] + [
        (row, service_key(row)) for row in facts["services"]
    ]:
        dated = (*key, row["start"])
        if dated in seen:
            bad.append(f"two rows start together: {dated}")
        seen.add(dated)
    return bad


def rows_are_sorted(facts: Facts) -> list[str]:
    orders: dict[str, Callable[[dict[str, str]], tuple[str, ...]]] = {
        "accelerators": lambda row: (row["name"],),
        "instance_types": lambda row: (row["name"],),
        "offerings": lambda row: (row["instance_type"], row["region"]),
        "prices": lambda row: (*price_key(row), row["start"]),
        "services": lambda row: (*service_key(row), row["start"]),
        "sources": lambda row: (row["key"],),
    }
    return [
        f"{name}: not in order"
        for name, order in orders.items()
        if [order(row) for row in facts[name]] != sorted(order(row) for row in facts[name])
    ]


def keys_are_unique(facts: Facts) -> list[str]:
    keys = {
        "accelerators": ("name",),
        "instance_types": ("name",),
        "offerings": ("instance_type", "region"),
        "quotas": ("quota",),
        "sources": ("key",),
    }
    return [
        f"{name}: a key twice"
        for name, columns in keys.items()
        if len({tuple(row[column] for column in columns) for row in facts[name]}) != len(facts[name])
    ]


def aliases_mean_one_thing(facts: Facts) -> list[str]:
    """A name or alias leads to one accelerator, whatever its case."""
    owner: dict[str, str] = {}
    return [
        f"{alias}: {row['name']} or {owner[alias.lower()]}"
        for row in facts["accelerators"]
        for alias in filter(None, (row["name"], *row["aliases"].split(";")))
        if owner.setdefault(alias.lower(), row["name"]) != row["name"]
    ]


def dates_are_dates(facts: Facts) -> list[str]:
    """Prices have days; a data sheet may have a month or a year. All compare as text."""

    def is_day(text: str) -> bool:
        parts = text.split("-")
        return [len(part) for part in parts] == [4, 2, 2] and all(part.isdigit() for part in parts)

    days = {"offerings": ("as_of",), "prices": ("start", "as_of"), "services": ("start", "as_of")}
    bad = [
        f"{name}: {column} {row[column]!r}"
        for name, columns in days.items()
        for column in columns
        for row in facts[name]
        if not is_day(row[column])
    ]
    return bad + [
        f"{name}: as_of {row['as_of']!r}"
        for name in ("accelerators", "instance_types")
        for row in facts[name]
        if not is_day(f"{row['as_of']}-01-01"[:10])
    ]


def every_row_has_provenance(facts: Facts) -> list[str]:
    known = {row["key"]: row["text"] for row in facts["sources"]}
    bad: list[str] = []
    for name in ("instance_types", "offerings", "prices", "services"):
        for row in facts[name]:
            if not known.get(row["source"], "").strip() or not row["as_of"]:
                bad.append(f"{name}: {list(row.values())[:3]} has no source or date")
            if row.get("inferred") and not known.get(row["inferred"], "").strip():
                bad.append(f"{name}: {list(row.values())[:3]} does not say how it was inferred")
    bad += [
        f"accelerators: {row['name']} has no source or date"
        for row in facts["accelerators"]
        if not row["source"].strip() or not row["as_of"]
    ]
    return bad


def sources_are_used(facts: Facts) -> list[str]:
    used = {
        row[column]
        for name in ("instance_types", "offerings", "prices", "services")
        for row in facts[name]
        for column in ("source", "inferred")
        if column in row
    }
    return [f"source {row['key']} is used by no row" for row in facts["sources"] if row["key"] not in used]


def references_exist(facts: Facts) -> list[str]:
    types = {row["name"] for row in facts["instance_types"]}
    offered = {(row["instance_type"], row["region"]) for row in facts["offerings"]}
    accelerators = {row["name"]: row for row in facts["accelerators"]}
    quotas = {row["quota"] for row in facts["quotas"]}
    bad = [
        f"price of {price_key(row)}: no such offering"
        for row in facts["prices"]
        if price_key(row)[:2] not in offered
    ]
    bad += [f"price kind {row['kind']!r}" for row in facts["prices"] if row["kind"] not in KINDS]
    bad += [
        f"offering of unknown type {row['instance_type']}"
        for row in facts["offerings"]
        if row["instance_type"] not in types
    ]
    bad += [
        f"unknown region {row['region']}"
        for name in ("offerings", "services")
        for row in facts[name]
        if row["region"] not in REGIONS
    ]
    for row in facts["instance_types"]:
        accelerator = accelerators.get(row["accelerator"])
        if row["accelerator"] and (accelerator is None or accelerator["aws"] != "yes"):
            bad.append(f"{row['name']}: accelerator {row['accelerator']!r} is not one that AWS rents")
        if row["quota"] not in quotas:
            bad.append(f"{row['name']}: no quota {row['quota']!r}")
    return bad


def accelerator_fields_come_together(facts: Facts) -> list[str]:
    bad: list[str] = []
    for row in facts["instance_types"]:
        given = [
            bool(row["accelerator"]),
            row["accelerators"] not in ("", "0"),
            bool(row["accelerator_fraction"]),
        ]
        if len(set(given)) != 1:
            bad.append(f"{row['name']}: accelerator name, count and fraction come together or not at all")
    return bad


def accelerators_are_whole(facts: Facts) -> list[str]:
    needed = ("vendor", "memory_mib", "bandwidth_gb_s", "link", "link_gb_s", "confidence")
    bad = [
        f"{row['name']}: no {column}"
        for row in facts["accelerators"]
        for column in needed
        if not row[column] or row[column] == "0"
    ]
    return bad + [
        f"{row['name']}: no 16-bit rate"
        for row in facts["accelerators"]
        if not (row["fp16_tflops"] or row["bf16_tflops"])
    ]


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


RULES: tuple[Callable[[Facts], list[str]], ...] = (
    prices_are_positive,
    one_price_per_key_and_date,
    rows_are_sorted,
    keys_are_unique,
    aliases_mean_one_thing,
    dates_are_dates,
    every_row_has_provenance,
    sources_are_used,
    references_exist,
    accelerator_fields_come_together,
    accelerators_are_whole,
    must_contain,
    regions_are_covered,
    spot_is_below_on_demand,
    prices_are_of_one_size,
    regions_differ_within_reason,
    reserved_is_below_on_demand,
    allocatable_is_below_the_whole,
)
