"""Read the catalogue from the package's data files, narrowed to one date.

The files are CSV: quick to read, quick to review, one fact a line. Prices are append-only: a row
holds from its start date until a later row of the same key starts; a later row without a price
withdraws it. `plimsoll/catalog/data/SOURCES.md` says where every column comes from.
"""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from io import StringIO

from plimsoll.catalog.facts import (
    VISIBLE_SHARE,
    Accelerator,
    Catalog,
    InstanceType,
    Price,
    ServicePrice,
)
from plimsoll.catalog.labels import NodeFacts, karpenter_labels
from plimsoll.catalog.offerings import OfferingRows, PriceRow
from plimsoll.files.package import data_text
from plimsoll.ground.problems import MissingFactError, Problem, SpecError
from plimsoll.ground.units import MIB
from plimsoll.models.read import load_models

OFFERINGS = "offerings.csv"
PRICES = "prices.csv"
SERVICES = "services.csv"
ENGINES = "engines.csv"

MAX_AGE_DAYS = 365
"""How far beyond the newest price a date may lie; the policy pack's `stale-prices` has the same default."""

_RATES = ("_tflops", "_tops")
"""How a column's name ends that holds the rate of a number format; the format is what stands before."""


def rows(name: str) -> Iterator[dict[str, str]]:
    """Read one data file of the package as dictionaries of text, in file order."""
    lines = csv.reader(StringIO(data_text(name)))
    heading = next(lines)
    # Not csv.DictReader, which takes four times as long: every row of ours is whole.
    yield from (dict(zip(heading, line, strict=True)) for line in lines)


def table(name: str) -> list[list[str]]:
    """Read one data file of the package as lists of text without the heading: the quick way."""
    return list(csv.reader(StringIO(data_text(name))))[1:]


@cache
def engine_rows() -> tuple[dict[str, str], ...]:
    """Read the facts of engines, which `plimsoll.engines.facts` looks up."""
    return tuple(rows(ENGINES))


def engines_serving(task: str) -> tuple[str, ...]:
    """Name the engines that serve a task, the first that the file names first."""
    return tuple(
        row["engine"] for row in engine_rows() if row["fact"] == "serves" and task in row["value"].split()
    )


@cache
def load(on: str | None = None) -> Catalog:
    """Load every fact that holds on a date (`YYYY-MM-DD`).

    The default is the start of the newest price that was read: an inferred one is no news.

    Raises:
        SpecError: the date is not a date.
        MissingFactError: no price is as old as that; the message says the earliest date.
    """
    sources = _sources()
    priced = table(PRICES)
    starts = [row[3] for row in priced]
    chosen = _check_date(on, min(starts), max(row[3] for row in priced if not row[7]))
    accelerators = _accelerators()
    models = load_models()
    engine_rows()  # read with the rest, so that sizing opens no file
    return Catalog(
        accelerators=accelerators,
        instance_types=_instance_types(accelerators, sources),
        offerings=OfferingRows(table(OFFERINGS), _prices(priced, chosen), sources),
        services=_services(chosen, sources),
        models=models,
        priced_on=chosen,
        _aliases=models.aliases(),
        _accelerator_aliases=_accelerator_aliases(),
        asked_on=None if on is None else chosen,
    )


def load_current(on: str | None = None) -> Catalog:
    """Load the facts for a plan of a date: those of `load`, unless the newest price is too old by then.

    Raises:
        MissingFactError: the newest price is more than `MAX_AGE_DAYS` older than the date.
    """
    catalog = load(on)
    newest = load().priced_on if on is not None else catalog.priced_on
    age = (date.fromisoformat(catalog.priced_on) - date.fromisoformat(newest)).days
    if age > MAX_AGE_DAYS:
        raise MissingFactError(
            Problem(
                what=f"the prices are too old for {catalog.priced_on}",
                why=f"the newest is of {newest}, {age} days before; at most {MAX_AGE_DAYS} are allowed",
                fix="leave --on out, or bring the catalogue up to date",
                path="--on",
            )
        )
    return catalog


def _sources() -> dict[str, str]:
    return {row["key"]: row["text"] for row in rows("sources.csv")}


def _check_date(on: str | None, earliest: str, newest: str) -> str:
    if on is None:
        return newest
    try:
        chosen = date.fromisoformat(on).isoformat()
    except ValueError:
        problem = Problem(what=f"{on!r} is not a date", fix="write it as YYYY-MM-DD", path="--on")
        raise SpecError(problem) from None
    if chosen < earliest:
        raise MissingFactError(
            Problem(
                what=f"no price is known on {chosen}",
                why=f"the first price of the catalogue starts on {earliest}",
                fix=f"give --on {earliest} or later",
                path="--on",
            )
        )
    return chosen


def _accelerators() -> dict[str, Accelerator]:
    found: dict[str, Accelerator] = {}
    for row in rows("accelerators.csv"):
        found[row["name"]] = Accelerator(
            name=row["name"],
            vendor=row["vendor"],
            cuda=row["cuda"] == "yes",
            memory_bytes=int(row["memory_mib"]) * MIB,
            bandwidth=float(row["bandwidth_gb_s"]) * 1e9,
            flops=_flops(row),
            link=row["link"],
            link_bytes_per_s=float(row["link_gb_s"]) * 1e9,
            compute_capability=float(row["compute_capability"]) if row["compute_capability"] else None,
            aws=row["aws"] == "yes",
            source=row["source"],
            as_of=row["as_of"],
            visible_share=float(row["visible_share"] or VISIBLE_SHARE),
        )
    return found


def _flops(row: dict[str, str]) -> dict[str, float]:
    """FLOP/s of each number format that the part accelerates."""
    return {
        column.rpartition("_")[0]: float(cell) * 1e12
        for column, cell in row.items()
        if cell and column.endswith(_RATES)
    }


def _accelerator_aliases() -> dict[str, str]:
    return {
        alias.lower(): row["name"]
        for row in rows("accelerators.csv")
        for alias in (row["name"], *row["aliases"].split(";"))
        if alias
    }


def _instance_types(accelerators: dict[str, Accelerator], sources: dict[str, str]) -> dict[str, InstanceType]:
    quotas = {row["quota"]: row for row in rows("quotas.csv")}
    names = {row["name"]: row["karpenter_name"] for row in rows("accelerators.csv")}
    types: dict[str, InstanceType] = {}
    for row in rows("instance_types.csv"):
        accelerator = row["accelerator"]
        labels = karpenter_labels(_node_facts(row), accelerators.get(accelerator), names.get(accelerator, ""))
        quota = quotas[row["quota"]]
        types[row["name"]] = InstanceType(
            name=row["name"],
            family=row["family"],
            accelerator=accelerator or None,
            accelerators=int(row["accelerators"] or 0),
            accelerator_fraction=float(row["accelerator_fraction"] or 1),
            vcpus=int(row["vcpus"] or 0),
            memory_gib=int(row["memory_mib"] or 0) / 1024,
            allocatable_cpu=int(row["allocatable_cpu_m"] or 0) / 1000,
            allocatable_memory_gib=int(row["allocatable_memory_mib"] or 0) / 1024,
            arch="arm64" if row["arch"] == "arm64" else "x86_64",
            interconnect=row["interconnect"],
            network_gbps=float(row["network_gbps"] or 0),
            local_nvme_gb=int(row["local_nvme_gb"] or 0),
            max_pods=int(row["max_pods"] or 0),
            efa_interfaces=int(row["efa_interfaces"] or 0),
            bare_metal=row["bare_metal"] == "true",
            usage_classes=tuple(row["usage_classes"].split(";")),
            quota_name=quota["on_demand_name"],
            quota_code_on_demand=quota["on_demand_code"] or None,
            quota_code_spot=quota["spot_code"] or None,
            quota_vcpus=int(row["vcpus"] or 0),
            labels=labels,
            source=sources[row["source"]],
            as_of=row["as_of"],
        )
    return types


def _node_facts(row: dict[str, str]) -> NodeFacts:
    encrypts = row["encryption_in_transit"]
    gbps = row["network_baseline_gbps"]
    return NodeFacts(
        name=row["name"],
        family=row["family"],
        arm64=row["arch"] == "arm64",
        vcpus=_count(row["vcpus"]),
        memory_mib=_count(row["memory_mib"]),
        cpu_manufacturer=row["cpu_manufacturer"],
        cpu_clock_mhz=_count(row["cpu_clock_mhz"]),
        ebs_mbps=_count(row["ebs_mbps"]),
        network_baseline_gbps=float(gbps) if gbps else None,
        local_nvme_gb=int(row["local_nvme_gb"] or 0),
        hypervisor=row["hypervisor"],
        encrypts_in_transit=encrypts == "true" if encrypts else None,
        accelerators=int(row["accelerators"] or 0),
        accelerator_fraction=float(row["accelerator_fraction"] or 1),
    )


def _count(cell: str) -> int | None:
    return int(cell) if cell else None


def _prices(priced: list[list[str]], on: str) -> dict[tuple[str, str], dict[str, PriceRow]]:
    """Keep, of each key, the row that holds on the date: the last whose start is not later."""
    found: dict[tuple[str, str], dict[str, PriceRow]] = {}
    for instance_type, region, kind, start, usd, source, as_of, inferred, flag in priced:
        if start > on:
            continue
        of_offering = found.setdefault((instance_type, region), {})
        if usd:
            of_offering[kind] = (start, usd, source, as_of, inferred, flag)
        else:
            of_offering.pop(kind, None)
    return found


def _services(on: str, sources: dict[str, str]) -> dict[tuple[str, str], ServicePrice]:
    found: dict[tuple[str, str], ServicePrice] = {}
    for row in rows(SERVICES):
        key = (row["item"], row["region"])
        if row["start"] > on:
            continue
        if not row["usd"]:
            found.pop(key, None)
            continue
        basis = sources[row["inferred"]] if row["inferred"] else ""
        price = Price(Decimal(row["usd"]), sources[row["source"]], row["as_of"], basis)
        found[key] = ServicePrice(key[0], key[1], row["unit"], price)
    return found
