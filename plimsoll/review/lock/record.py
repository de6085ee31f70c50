"""A lock as data: what was read, what was asked, and the plan that was approved."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any

from plimsoll.ground import meaning
from plimsoll.ground.canonical import INSIDE
from plimsoll.ground.start_up import record
from plimsoll.sizing.work.base import Traits

SCHEMA = "plimsoll.dev/lock/v1"
SUFFIX = ".lock.json"
SEAL = "lock_sha256"
"""The last key of the file."""

# The docstrings of the records below are texts of the published schema.


@record
class Tool:
    """What solved it."""

    version: Annotated[str, "Release of Plimsoll."]
    solver: Annotated[int, "Raised by every release that answers the same question otherwise."]


@record
class LockedSpec:
    """The spec that it is the lock of."""

    file: Annotated[str, "Name of the spec, beside the lock."]
    sha256: Annotated[str, "SHA-256 of plan.workload: compact JSON, keys sorted, UTF-8."]
    config_sha256: Annotated[
        str | None, "SHA-256 of plan.workload.config in that form; null where no config.json was read."
    ]


@record
class Folder:
    """A folder of prices that was laid over the catalogue's."""

    manifest_sha256: Annotated[str, "SHA-256 of its manifest."]
    taken_on: Annotated[str, "Day on which it was written."]
    missing: Annotated[tuple[str, ...], "Regions that could not be read then."]


@record
class PricesRead:
    """The prices that were visible."""

    name: Annotated[str, "catalogue, or the folder of prices as it is named from the lock."]
    sha256: Annotated[str, "SHA-256 of all rows of the regions that had begun by then, and their sources."]
    as_of: Annotated[str, "Rows of instance types that begin later are not read."]
    services_as_of: Annotated[str, "Rows of services that begin later are not read."]
    regions: Annotated[tuple[str, ...], "Regions that were read."]
    folder: Annotated[Folder | None, "What the folder said of itself; null where there is none."]


@record
class FactsFile:
    """One file or one set of facts."""

    name: Annotated[str, "What it is called; a file as it is named from the lock."]
    sha256: Annotated[str, "SHA-256."]
    as_of: Annotated[str | None, "Its newest date; null where it has none."]


@record
class Facts:
    """Everything that was read beside the spec."""

    prices: Annotated[PricesRead, "Prices."]
    speed: Annotated[FactsFile, "Constants of the speed model."]
    catalog: Annotated[FactsFile, "Accelerators, instance types, offerings, engines, checkpoints, the model."]
    discounts: Annotated[FactsFile | None, "What the organisation pays; null at list prices."]
    calibration: Annotated[FactsFile | None, "Measured speed of its own; null without."]


@record
class LockedPrice:
    """One price that the bill uses."""

    key: Annotated[str, "Region, what is priced, and the unit: that of the lines with this price."]
    usd_per_unit: Annotated[str, "Unit price with all decimals of its source."]
    source: Annotated[str, "Where the price comes from."]
    as_of: Annotated[str, "Date of the price."]


@record
class Lock:
    """A plan as it was approved, with all that it takes to solve it again."""

    schema: Annotated[str, meaning.SCHEMA]
    tool: Annotated[Tool, "What solved it."]
    spec: Annotated[LockedSpec, "What was asked."]
    facts: Annotated[Facts, "What was read."]
    work: Annotated[Traits, "What the plan keeps of its kind of work."]
    rows: Annotated[
        tuple[LockedPrice, ...], "Every price of the bill, once: the money adds up from this file alone."
    ]
    plan: Annotated[Mapping[str, Any], "The plan, as plimsoll plan --format json writes it, less candidates."]
    document_sha256: Annotated[
        str, "SHA-256 of what plimsoll plan --format json writes, candidates included."
    ]
    lock_sha256: Annotated[str, "SHA-256 of the bytes of this file before the line of this key."]
    more: Annotated[Mapping[str, Any], INSIDE, meaning.NOT_PROMISED] = field(default_factory=dict[str, Any])
    """Keys of the file that this release does not know, by their path; they are kept."""
