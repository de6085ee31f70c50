"""The clock of a plan reads the bill of its choice; that of a refusal the bills of all that was tried."""

from collections.abc import Iterator, Sequence

from plimsoll.candidates.candidate import Candidate
from plimsoll.catalog.clock import INSTANCE_HOUR, Clock, clock_of
from plimsoll.catalog.facts import Catalog, Price


def clock_of_bills(candidates: Sequence[Candidate], catalog: Catalog) -> Clock:
    """Say which days the prices of instance-hours in these candidates' bills were read on.

    Where none was sized, there is no bill: the prices at which AWS offers them stand in.
    """
    prices = list(_billed(candidates)) or list(_offered(candidates))
    return clock_of({price.as_of for price in prices if not price.inferred}, catalog.asked_on)


def _billed(candidates: Sequence[Candidate]) -> Iterator[Price]:
    for candidate in candidates:
        if candidate.sized is not None:
            lines = candidate.sized.bill.lines
            yield from (line.price for line in lines if line.unit == INSTANCE_HOUR)


def _offered(candidates: Sequence[Candidate]) -> Iterator[Price]:
    for candidate in candidates:
        if (offering := candidate.option.offering) is not None:
            yield from (price for price in (offering.on_demand, offering.spot) if price is not None)
