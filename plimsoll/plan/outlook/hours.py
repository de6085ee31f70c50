"""The hours of a plan's load: how many replicas and nodes each has, and what its nodes cost."""

from decimal import Decimal
from fractions import Fraction

from plimsoll.candidates.candidate import Candidate, Sized
from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.sizing.fleet import replicas_by_hour

HOURS_OF_WEEK = 168


@record
class Hour:
    """One hour of the load: replicas, nodes of all pools, and USD for those nodes in that hour."""

    replicas: int
    nodes: int
    usd: Fraction


@record
class Hours:
    """The hours of the load's profile (1, 24 or 168), and what nodes are expected to cost in a month.

    Beside a schedule they are those of the weeks of a year. Their mean × 730 hours is the sum of the expected
    lines of kind `nodes`.
    """

    hours: tuple[Hour, ...]
    usd_per_month: Decimal
    assumed: bool

    @property
    def week(self) -> tuple[Hour, ...]:
        """The 168 hours of a week: a shorter profile repeated, of a year's weeks the first."""
        return (self.hours * max(HOURS_OF_WEEK // len(self.hours), 1))[:HOURS_OF_WEEK]


def _replicas(search: Search, sized: Sized) -> list[int]:
    """Count the replicas of each hour; those of a mix are a base and what its burst has."""
    if sized.second is not None:
        return [sized.fleet.pools[0].max_replicas + count for count in sized.second.hourly_replicas]
    return replicas_by_hour(search.workload, search.work.hourly, sized.fleet.in_hours)


def hours_of(search: Search, best: Candidate) -> Hours:
    """Spread the expected node lines over the hours in which their nodes run."""
    sized = best.must_be_sized()
    fleet = sized.fleet
    replicas = _replicas(search, sized)
    lines = [line for line in sized.bill.lines if line.of == "expected" and line.kind == "nodes"]
    usd = [Fraction(0)] * len(replicas)
    for pool, nodes in zip(fleet.pools, fleet.hourly_nodes, strict=True):
        running = sum(nodes) * Fraction(HOURS_PER_MONTH) / len(nodes)
        paid = sum(Fraction(line.usd) for line in lines if line.pool == pool.name)
        price = paid / running if running else Fraction(0)
        usd = [sum_ + count * price for sum_, count in zip(usd, nodes, strict=True)]
    counts = [sum(nodes) for nodes in zip(*fleet.hourly_nodes, strict=True)]
    hours = tuple(Hour(*each) for each in zip(replicas, counts, usd, strict=True))
    return Hours(hours, sum((line.usd for line in lines), Decimal(0)), search.traffic.profile_assumed)
