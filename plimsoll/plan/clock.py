"""The clock of a plan reads the bill of its choice; that of a refusal the bills of all that was tried."""

from collections.abc import Iterable

from plimsoll.candidates.candidate import Candidate
from plimsoll.catalog.clock import INSTANCE_HOUR, Clock, clock_of
from plimsoll.catalog.facts import Catalog


def clock_of_bills(candidates: Iterable[Candidate], catalog: Catalog) -> Clock:
    """Say which days the prices of instance-hours in these candidates' bills were read on."""
    bills = [candidate.sized.bill for candidate in candidates if candidate.sized is not None]
    prices = (line.price for bill in bills for line in bill.lines if line.unit == INSTANCE_HOUR)
    return clock_of({price.as_of for price in prices if not price.inferred}, catalog.asked_on)
