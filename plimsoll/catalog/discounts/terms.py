"""Discounts are what an organisation pays in place of list prices: percentages, rates, commitments, capacity.

One file says them for the whole organisation (`--discounts`). What is here is only what the file says:
`plimsoll.money` and `plimsoll.pricing` each apply it in code of their own, and a test holds them equal.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from plimsoll.ground.start_up import record

Kind = Literal["owned", "capacity_block", "odcr", "reserved", "ec2_instance_sp", "compute_sp"]

CAPACITY: tuple[Kind, ...] = ("owned", "capacity_block", "odcr")
"""Instances that stand there already; the other commitments are terms on what is bought."""

SAVINGS_PLANS: tuple[Kind, ...] = ("ec2_instance_sp", "compute_sp")
"""Commitments of an amount of money an hour, whatever it buys; the others are a number of instances."""

APPLIED: tuple[Kind, ...] = (*CAPACITY, "reserved", *SAVINGS_PLANS)
"""In this order they cover hours: capacity that stands there, then as AWS applies what it sells: reserved
instances, EC2 Instance Savings Plans, Compute Savings Plans. Source: AWS Savings Plans user guide, "how
Savings Plans apply to your usage"."""


@record
class Commitment:
    """A commitment is paid every hour, used or not, and covers on-demand hours that then cost nothing.

    `usd_per_hour` is the whole commitment of a Savings Plan, and that of one of `count` instances of any
    other kind. A Savings Plan is used up at `rate_of_on_demand` × list. `region`, `family` and
    `instance_type` say what it covers; None is any. `until` is the last day that it counts, None where no end
    is known. `path` is where the file says it.
    """

    kind: Kind
    path: str
    usd_per_hour: Decimal
    region: str | None = None
    family: str | None = None
    instance_type: str | None = None
    count: int | None = None
    rate_of_on_demand: Decimal | None = None
    until: str | None = None

    def concerns(self, instance_type: str, region: str) -> bool:
        """Say whether it can cover on-demand hours of a type in a region."""
        return (
            self.region in (None, region)
            and self.family in (None, instance_type.partition(".")[0])
            and self.instance_type in (None, instance_type)
        )

    def ended(self, day: str) -> bool:
        """Say whether its last day is before a day."""
        return self.until is not None and self.until < day

    @property
    def title(self) -> str:
        """Name it for people."""
        what = self.instance_type or self.family or "any family"
        count = f"{self.count} × " if self.count is not None else ""
        return f"{self.kind} {count}{what} {self.region or 'any region'}"


@record
class Discounts:
    """One file of discounts. Percentages are 0 to 100; rates are USD an hour by instance type and region.

    `families` replace `on_demand_pct`. `commitments` holds capacity too, in the order in which it is applied.
    """

    file: str
    sha256: str
    as_of: str | None
    on_demand_pct: Decimal
    spot_pct: Decimal
    families: Mapping[str, Decimal]
    rates: Mapping[tuple[str, str], Decimal]
    commitments: tuple[Commitment, ...]

    def in_force(self, day: str) -> tuple[Commitment, ...]:
        """List the commitments that count on a day (`YYYY-MM-DD`)."""
        return tuple(each for each in self.commitments if not each.ended(day))

    def ended(self, day: str) -> tuple[Commitment, ...]:
        """List the commitments whose last day is before a day: they are ignored, and that is said."""
        return tuple(each for each in self.commitments if each.ended(day))

    @property
    def said(self) -> str:
        """Say of which bytes and of which day it is."""
        day = f"of {self.as_of}" if self.as_of else "with no date (as_of)"
        return f"sha256 {self.sha256}, {day}"
