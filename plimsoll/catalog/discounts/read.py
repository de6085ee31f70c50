"""Read a discounts file whole: everything wrong with it at once, with line and column."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TypeVar, cast

from plimsoll.catalog.discounts.entries import Entries
from plimsoll.catalog.discounts.terms import APPLIED, CAPACITY, SAVINGS_PLANS, Commitment, Discounts, Kind
from plimsoll.catalog.facts import Catalog
from plimsoll.files.bounded import read_bounded
from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import SpecError
from plimsoll.text.file_kind import FileKind
from plimsoll.text.places import in_order
from plimsoll.text.source import parse

T = TypeVar("T")

KEYS = ("as_of", "private_pct", "rates", "commitments", "capacity")
COMMITMENTS: tuple[Kind, ...] = ("ec2_instance_sp", "compute_sp", "reserved")

_COUNTED = ("instance_type", "region", "count", "usd_per_hour")
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "ec2_instance_sp": ("family", "region", "usd_per_hour", "rate_of_on_demand"),
    "compute_sp": ("usd_per_hour", "rate_of_on_demand"),
    **dict.fromkeys(("reserved", *CAPACITY), _COUNTED),
}
"""What each kind must say beside `kind`; `until` may follow. A Compute Savings Plan is of no family and of no
region (AWS Savings Plans user guide)."""

MAX_BYTES = 1 << 20

KIND = FileKind("a discounts file", "all discounts", "it says no discount", f"its keys are {', '.join(KEYS)}")


def read_discounts(file: str, catalog: Catalog) -> Discounts:
    """Read a discounts file; the names in it are held against the catalogue.

    Raises:
        SpecError: it cannot be read, or values of it are wrong: every one, with line and column.
    """
    raw = read_bounded(Path(file), MAX_BYTES)
    source = parse(raw, file, KIND)
    entries = Entries(source, catalog)
    found = _read(entries, source.value, sha256(raw).hexdigest())
    problems = [*source.problems, *entries.problems]
    if source.cut is not None:
        problems.append(source.cut)
    if problems:
        raise SpecError(in_order(problems))
    return found


def _read(entries: Entries, value: Mapping[str, object], digest: str) -> Discounts:
    whole = entries.mapping((), value, KEYS)
    on_demand, spot, families = _percentages(entries, whole.get("private_pct"))
    commitments = [
        found
        for key, kinds in (("commitments", COMMITMENTS), ("capacity", CAPACITY))
        for path, entry in entries.entries((key,), whole.get(key))
        if (found := _commitment(entries, path, entry, kinds)) is not None
    ]
    return Discounts(
        file=entries.source.file,
        sha256=digest,
        as_of=entries.day(("as_of",), whole.get("as_of")),
        on_demand_pct=on_demand,
        spot_pct=spot,
        families=families,
        rates=_rates(entries, whole.get("rates")),
        commitments=tuple(sorted(commitments, key=_order)),
    )


def _order(commitment: Commitment) -> tuple[int, Decimal]:
    """Of one kind, what saves most of the list price covers hours first; then as the file has them."""
    return APPLIED.index(commitment.kind), commitment.rate_of_on_demand or Decimal(0)


def _percentages(entries: Entries, value: object) -> tuple[Decimal, Decimal, Mapping[str, Decimal]]:
    path: KeyPath = ("private_pct",)
    if value is None:
        return Decimal(0), Decimal(0), {}
    found = entries.mapping(path, value, ("on_demand", "spot", "families"))
    on_demand, spot = (
        entries.percent((*path, key), found[key]) if key in found else None for key in ("on_demand", "spot")
    )
    families: dict[str, Decimal] = {}
    listed = found.get("families")
    if listed is not None and not isinstance(listed, dict):
        entries.refuse((*path, "families"), "families is no mapping", "", "write {p5: 20}")
        listed = None
    for name, percent in cast("dict[str, object]", listed or {}).items():
        at: KeyPath = (*path, "families", name)
        family, pct = entries.family(at, name), entries.percent(at, percent)
        if family is not None and pct is not None:
            families[family] = pct
    return on_demand or Decimal(0), spot or Decimal(0), families


def _rates(entries: Entries, value: object) -> Mapping[tuple[str, str], Decimal]:
    rates: dict[tuple[str, str], Decimal] = {}
    keys = ("instance_type", "region", "usd_per_hour")
    for path, item in entries.entries(("rates",), value):
        entry = entries.mapping(path, item, keys, keys)
        name = _given(entry, "instance_type", path, entries.instance_type)
        region = _given(entry, "region", path, entries.region)
        usd = _given(entry, "usd_per_hour", path, entries.decimal)
        if name is None or region is None or usd is None:
            continue
        if (name, region) in rates:
            why = "an hour has one price"
            entries.refuse(path, f"a second rate of {name} in {region}", why, "remove one")
        rates[name, region] = usd
    return rates


def _commitment(entries: Entries, path: KeyPath, item: object, kinds: tuple[Kind, ...]) -> Commitment | None:
    if not isinstance(item, dict):
        entries.mapping(path, item, ("kind", *_COUNTED, "until"))
        return None
    given = cast("dict[str, object]", item)
    if "kind" not in given:
        entries.refuse(path, "kind is missing", "", f"kinds: {', '.join(kinds)}")
        return None
    kind = cast("Kind | None", entries.one_of((*path, "kind"), given["kind"], kinds, "kind"))
    if kind is None:
        return None
    entry = entries.mapping(path, given, ("kind", *_NEEDED[kind], "until"), _NEEDED[kind])
    usd = _given(entry, "usd_per_hour", path, entries.decimal)
    found = Commitment(
        kind=kind,
        path=f"{path[0]}[{path[1]}]",
        usd_per_hour=usd or Decimal(0),
        region=_given(entry, "region", path, entries.region),
        family=_given(entry, "family", path, entries.family),
        instance_type=_given(entry, "instance_type", path, entries.instance_type),
        count=_given(entry, "count", path, entries.count),
        rate_of_on_demand=_given(entry, "rate_of_on_demand", path, entries.share),
        until=_given(entry, "until", path, entries.day),
    )
    if kind in SAVINGS_PLANS and usd == 0:
        at = (*path, "usd_per_hour")
        entries.refuse(at, "a Savings Plan of nothing", "it is an amount above 0 an hour", 'write "3.50"')
    return found


def _given(
    entry: Mapping[str, object], key: str, path: KeyPath, read: Callable[[KeyPath, object], T | None]
) -> T | None:
    """Read a key that is there."""
    return read((*path, key), entry[key]) if key in entry else None
