"""The form of the data files: keys, order, dates, provenance, references.

Rules read plain rows, so that a test can break a copy of the data and see the rule notice.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from importlib.util import find_spec
from typing import get_args

from plimsoll.catalog.rows import rows
from plimsoll.engines.precision import PRECISIONS
from plimsoll.models.architecture import Task
from plimsoll.models.read import load_models

Rows = list[dict[str, str]]
Facts = dict[str, Rows]

FILES = (
    "accelerators",
    "architectures",
    "checkpoints",
    "engines",
    "instance_types",
    "mig_profiles",
    "other_instance_types",
    "quotas",
    "regions",
    "resource_types",
    "sources",
)
FOLDERS = ("offerings", "prices", "services")
"""A file for each region; their rows get the region as a column."""
SOURCED = (
    *("instance_types", "mig_profiles", "other_instance_types", "offerings", "prices", "resource_types"),
    "services",
)
"""Files whose rows name their source by its key in `sources.csv`."""
KINDS = {"on_demand", "spot", "reserved_1y"}


def read_facts() -> Facts:
    facts = {name: list(rows(f"{name}.csv")) for name in FILES}
    regions = [row["region"] for row in facts["regions"]]
    for folder in FOLDERS:
        found = [row | {"region": name} for name in regions for row in rows(folder, f"{name}.csv")]
        facts[folder] = found
    return facts


def types(facts: Facts) -> Rows:
    """Every instance type, whether or not plans choose from it."""
    return [*facts["instance_types"], *facts["other_instance_types"]]


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
        "checkpoints": lambda row: (row["model"], row["precision"]),
        "instance_types": lambda row: (row["name"],),
        "other_instance_types": lambda row: (row["name"],),
        "offerings": lambda row: (row["region"], row["instance_type"]),
        "prices": lambda row: (row["region"], row["instance_type"], row["kind"], row["start"]),
        "regions": lambda row: (row["region"],),
        "resource_types": lambda row: (row["token"],),
        "services": lambda row: (row["region"], row["item"], row["start"]),
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
        "checkpoints": ("model", "precision"),
        "instance_types": ("name",),
        "offerings": ("instance_type", "region"),
        "engines": ("engine", "fact", "version_from", "accelerator", "memory_gib_from"),
        "quotas": ("quota",),
        "resource_types": ("token",),
        "sources": ("key",),
    }
    bad = [
        f"{name}: a key twice"
        for name, columns in keys.items()
        if len({tuple(row[column] for column in columns) for row in facts[name]}) != len(facts[name])
    ]
    both = {row["name"] for row in facts["instance_types"]} & {
        row["name"] for row in facts["other_instance_types"]
    }
    return bad + [f"{name}: in both files of instance types" for name in sorted(both)]


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
    days["checkpoints"] = ("as_of",)
    bad = [
        f"{name}: {column} {row[column]!r}"
        for name, columns in days.items()
        for column in columns
        for row in facts[name]
        if not is_day(row[column])
    ]
    return bad + [
        f"{name}: as_of {row['as_of']!r}"
        for name in ("accelerators", "engines", "instance_types", "other_instance_types")
        for row in facts[name]
        if not is_day(f"{row['as_of']}-01-01"[:10])
    ]


def every_row_has_provenance(facts: Facts) -> list[str]:
    known = {row["key"]: row["text"] for row in facts["sources"]}
    bad: list[str] = []
    for name in SOURCED:
        for row in facts[name]:
            if not known.get(row["source"], "").strip() or not row["as_of"]:
                bad.append(f"{name}: {list(row.values())[:3]} has no source or date")
            if any(not known.get(rule, "").strip() for rule in rules_of(row)):
                bad.append(f"{name}: {list(row.values())[:3]} does not say how it was inferred")
    bad += [
        f"{name}: {list(row.values())[:3]} has no source or date"
        for name in ("accelerators", "checkpoints", "engines")
        for row in facts[name]
        if not row["source"].strip() or not row["as_of"]
    ]
    return bad


def rules_of(row: dict[str, str]) -> list[str]:
    """Name the rules by which a row was inferred, if it was."""
    inferred = row.get("inferred", "")
    return inferred.split("+") if inferred else []


def sources_are_used(facts: Facts) -> list[str]:
    used = {key for name in SOURCED for row in facts[name] for key in (row["source"], *rules_of(row))}
    return [f"source {row['key']} is used by no row" for row in facts["sources"] if row["key"] not in used]


def references_exist(facts: Facts) -> list[str]:
    known = {row["name"] for row in types(facts)}
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
        if row["instance_type"] not in known
    ]
    for row in types(facts):
        accelerator = accelerators.get(row["accelerator"])
        if row["accelerator"] and (accelerator is None or accelerator["aws"] != "yes"):
            bad.append(f"{row['name']}: accelerator {row['accelerator']!r} is not one that AWS rents")
        if row["quota"] not in quotas:
            bad.append(f"{row['name']}: no quota {row['quota']!r}")
    return bad


def regions_say_their_dates(facts: Facts) -> list[str]:
    """The first day of any price, and the newest on which one began that was read."""
    starts: dict[str, list[str]] = {}
    read: dict[str, list[str]] = {}
    for row in facts["prices"]:
        starts.setdefault(row["region"], []).append(row["start"])
        if not row["inferred"]:
            read.setdefault(row["region"], []).append(row["start"])
    return [
        f"{row['region']}: first {min(starts[row['region']])}, newest {max(read[row['region']])}"
        for row in facts["regions"]
        if (row["first_price"], row["newest_price"]) != (min(starts[row["region"]]), max(read[row["region"]]))
        or not row["title"]
        or not row["continent"]
    ]


def engine_facts_are_found(facts: Facts) -> list[str]:
    """An engine has a file, a product line an accelerator; a version, a memory and a number can be read."""
    lines = {"", "none", *(row["name"].partition("-")[0] for row in facts["accelerators"])}
    numbers = {
        "fraction",
        "batched_tok",
        "sequences",
        "graph_gib",
        "fp8_cache_capability",
        "arm64_capability",
    }
    words = {
        "prompts": {"whole", "cut"},
        "quantising": {"whole", "both", "layer"},
        "kv_cache_dtypes": {"auto", "bf16", "fp8"},
        "declared_cache": {"fp8"},
        "adapter_ranks": {str(rank) for rank in range(1, 1025)},
        "releases": {
            word for row in facts["engines"] for word in row["value"].split() if word.count(".") == 2
        },
    }
    bad: list[str] = []
    for row in facts["engines"]:
        name = f"{row['engine']} {row['fact']}"
        if find_spec(f"plimsoll.engines.{row['engine'].replace('-', '_')}") is None:
            bad.append(f"{name}: no such engine")
        if row["accelerator"] not in lines:
            bad.append(f"{name}: no accelerator {row['accelerator']!r}")
        if row["fact"] not in {*numbers, *words, "image_build", "serves"}:
            bad.append(f"{name}: nobody asks for it")
        if not {*row["value"].split()} <= words.get(row["fact"], {*row["value"].split()}):
            bad.append(f"{name}: {row['value']!r} is none of {', '.join(sorted(words[row['fact']]))}")
        if row["fact"] == "serves" and not {*row["value"].split()} <= {*get_args(Task)}:
            bad.append(f"{name}: {row['value']!r} is no list of tasks")
        if row["fact"] in numbers and usd(row["value"]) is None:
            bad.append(f"{name}: {row['value']!r} is not a number")
    return bad


def checkpoints_are_found(facts: Facts) -> list[str]:
    """A checkpoint is of a model that the catalogue names, in another precision than its own, by a method."""
    models = load_models()
    bad: list[str] = []
    for row in facts["checkpoints"]:
        name, model = f"{row['model']} {row['precision']}", models.get(row["model"])
        if model is None:
            bad.append(f"{name}: no such model")
        elif row["precision"] == model.native_precision or row["precision"] not in PRECISIONS:
            bad.append(f"{name}: no precision of a checkpoint")
        own = models.get(row["checkpoint"])
        if own is not None and (own.native_precision, own.quantised_by) != (row["precision"], row["method"]):
            bad.append(f"{name}: {row['checkpoint']} is {own.native_precision} by {own.quantised_by}")
        if not row["method"] or "/" not in row["checkpoint"] or row["gated"] not in ("", "yes"):
            bad.append(f"{name}: incomplete")
        if row["stored_bytes"] and not row["stored_bytes"].isdigit():
            bad.append(f"{name}: {row['stored_bytes']!r} is not a number of bytes")
    return bad


def accelerator_fields_come_together(facts: Facts) -> list[str]:
    bad: list[str] = []
    for row in types(facts):
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
