"""On the organisation's own terms pairs are compared by what they really cost, commitments and all.

What a commitment covers is no sum over pools: a pair is billed to know it. Each has a lower bound, so that
pairs are billed in the order of their bounds, until the next one cannot be cheaper than the best that was.
"""

from collections.abc import Callable, Iterable, Sequence

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.mixed.pairs import NEAR_USD, TypePair
from plimsoll.candidates.mixed.server import TypeServer
from plimsoll.catalog.discounts.terms import Commitment, Discounts
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.money.bill import Bill
from plimsoll.money.cluster import cluster_bill
from plimsoll.money.cover import covers
from plimsoll.money.net import NetPrices
from plimsoll.money.own_bill import own_cluster_bill

_MONTH = float(HOURS_PER_MONTH)


@record
class OwnTerms:
    """What an organisation pays on a day (`YYYY-MM-DD`), and the net bill of the cluster in each region."""

    discounts: Discounts
    day: str
    clusters: dict[str, Bill]

    def cheapest(self, pairs: Iterable[TypePair], billed: Callable[[TypePair], Candidate]) -> list[Candidate]:
        """Bill pairs until no other can cost less; the cheapest is among those that were billed."""
        found: list[Candidate] = []
        best = float("inf")
        for bound, pair in sorted(((self._least(pair), pair) for pair in pairs), key=lambda each: each[0]):
            if bound > best + NEAR_USD * _MONTH:
                break
            found.append(billed(pair))
            best = min(best, float(found[-1].must_be_sized().bill.expected))
        return found

    def _least(self, pair: TypePair) -> float:
        """Bound from below what a pair is expected to cost with its cluster, USD a month.

        All that commitments could save is taken off, as if each had every hour to itself, but no more than
        the nodes cost; what must be paid of them is added.
        """
        region, types = pair.base_on.option.region, (pair.base_on, pair.burst_on)
        lines = [line for line in self.clusters[region].lines if line.of == "expected"]
        system = [line for line in lines if line.instance_type]
        saved, paid, covered = 0.0, 0.0, False
        for each in self.discounts.in_force(self.day):
            mine = [one for one in types if covers(each, one.name, region, self.discounts)]
            theirs = any(covers(each, line.instance_type, region, self.discounts) for line in system)
            if mine or theirs:
                paid += float(each.usd_per_hour) * (each.count or 1)
            saved += self._most(each, mine)
            covered = covered or theirs
        fixed = sum(float(line.usd) for line in lines if not (covered and line.instance_type))
        return (max(pair.usd_per_hour - saved, 0.0) + paid) * _MONTH + fixed

    def _most(self, commitment: Commitment, types: Sequence[TypeServer]) -> float:
        """The most that a commitment saves of types that it covers, USD an hour."""
        if not types:
            return 0.0
        if commitment.rate_of_on_demand is not None:
            return float(commitment.usd_per_hour / commitment.rate_of_on_demand)
        region = types[0].option.region
        nets = (
            NetPrices(self.discounts, each.name, region).on_demand(each.rates.on_demand) for each in types
        )
        return (commitment.count or 0) * max(float(each.usd) for each in nets)


def own_terms_of(
    discounts: Discounts | None, catalog: Catalog, servers: Sequence[TypeServer]
) -> OwnTerms | None:
    """Tell the terms on which servers are compared; None at list prices."""
    if discounts is None:
        return None
    clusters = {
        region: own_cluster_bill(cluster, region, discounts, catalog.priced_on)
        for region in {each.option.region for each in servers}
        if (cluster := cluster_bill(catalog, region)) is not None
    }
    return OwnTerms(discounts, catalog.priced_on, clusters)
