"""An RDS instance bills its class by the hour and its storage by the month, both twice over two zones.

Backups beyond the size of the database bill by use. Source: aws.amazon.com/rds/pricing.
"""

from decimal import Decimal

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import View, shown
from plimsoll.pricing.charges import CEILING, FLOOR, Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.market import Market
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.subnets import add_public_addresses

ENGINES = ("mysql", "postgres")
"""Engines whose classes the catalogue has a price for."""

FREE_INSIGHT_DAYS = 7
"""Days of performance data that cost nothing. Source: aws.amazon.com/rds/performance-insights/pricing."""

ENDED = {"mysql": (8, 0), "postgres": (13, 99)}
"""The newest versions whose standard support has ended: MySQL 8.0 (July 2026), PostgreSQL 13 (February 2026).

From then on AWS adds a fee per vCPU, unless extended support is switched off. Source: the release calendars
of the RDS user guide.
"""

GP3_INCLUDED = {True: (12_000, 500), False: (3_000, 125)}
"""IOPS and MB/s that gp3 storage includes, of 400 GiB and above, and below. Source: RDS user guide."""

STRIPED_GIB = 400


def price_db_instance(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a database instance: class, storage up to its autoscaling maximum, provisioned IOPS."""
    inputs, market = inputs_of(resource), index.market(resource)
    engine = _engine(inputs)
    twice = inputs["multiAz"].flag(default=False)
    zones = "multi-az" if twice else "single-az"
    item = f"rds-{engine}-{inputs['instanceClass'].text()}-{zones}"
    charges.attempt(lambda: _refuse_fees(inputs, engine))
    charges.attempt(lambda: charges.add_hours(f"RDS {engine} {zones}", 1, market.service_rate(item)))
    charges.attempt(lambda: _add_storage(inputs, market, charges, 2 if twice else 1))
    if inputs["publiclyAccessible"].flag(default=False):
        add_public_addresses(charges, market, 2 if twice else 1)
    if inputs["manageMasterUserPassword"].flag(default=False):
        charges.add("secret of its password", 1, market.service_rate("secrets-manager-secret"))


def _engine(inputs: View) -> str:
    if inputs["engine"].absent:
        raise Unpriceable("unpriced", "engine is absent: it is that of a source that is not read; name it")
    engine = inputs["engine"].text()
    if engine not in ENGINES:
        raise Unpriceable("unpriced", f"RDS has no price for engine {shown(engine)} in the catalogue")
    return engine


def _refuse_fees(inputs: View, engine: str) -> None:
    """Refuse what bills beside class and storage, and has no price."""
    days = inputs["performanceInsightsRetentionPeriod"].count(FREE_INSIGHT_DAYS)
    if inputs["performanceInsightsEnabled"].flag(default=False) and days > FREE_INSIGHT_DAYS:
        raise Unpriceable(
            "unpriced", f"performance insights above {FREE_INSIGHT_DAYS} days have no price here"
        )
    if inputs["databaseInsightsMode"].text("standard") != "standard":
        raise Unpriceable(
            "unpriced", "advanced database insights bill per vCPU, at a price not in the catalogue"
        )
    if inputs["dedicatedLogVolume"].flag(default=False):
        raise Unpriceable("unpriced", "a dedicated log volume has no price in the catalogue")
    kept = inputs["engineLifecycleSupport"].text("open-source-rds-extended-support")
    version = inputs["engineVersion"]
    if kept.endswith("-disabled") or version.absent:
        return
    if _version(version) <= ENDED[engine]:
        raise Unpriceable(
            "unpriced",
            f"engineVersion {shown(version.value)} is past its standard support, and extended support adds a "
            "fee per vCPU that is not in the catalogue; take a newer version, or switch it off",
        )


def _version(view: View) -> tuple[int, int]:
    major, _, rest = view.text().partition(".")
    minor = rest.partition(".")[0]
    if not (major.isascii() and major.isdigit() and (not minor or (minor.isascii() and minor.isdigit()))):
        raise view.fail("is not a version number")
    return int(major), int(minor or 0)


def _add_storage(inputs: View, market: Market, charges: Charges, copies: int) -> None:
    """Add storage: what is allocated in the floor, what it may grow to by itself in the ceiling."""
    iops = inputs["iops"].count(0)
    kind = inputs["storageType"].text("io1" if iops else "gp2")
    if kind not in ("gp2", "gp3", "io1"):
        raise Unpriceable("unpriced", f"RDS storage of type {shown(kind)} has no price in the catalogue")
    if inputs["allocatedStorage"].absent:
        raise Unpriceable("unpriced", "allocatedStorage is absent: its size is that of a source; give it")
    least = inputs["allocatedStorage"].count(least=1)
    most = max(least, inputs["maxAllocatedStorage"].count(0))
    rate = market.service_rate(f"rds-storage-{kind}")
    charges.add(f"RDS storage {kind}", least * copies, rate, FLOOR)
    charges.add(f"RDS storage {kind}", most * copies, rate, CEILING)
    if kind == "io1":
        charges.add("RDS IOPS", Decimal(iops * copies), market.service_rate("rds-iops-io1"))
    elif kind == "gp3":
        _refuse_more_than_included(inputs, least, iops)


def _refuse_more_than_included(inputs: View, gib: int, iops: int) -> None:
    included, mbps = GP3_INCLUDED[gib >= STRIPED_GIB]
    if iops > included or inputs["storageThroughput"].count(0) > mbps:
        raise Unpriceable(
            "unpriced",
            f"gp3 above {included} IOPS or {mbps} MB/s bills more, at a price not in the catalogue",
        )
