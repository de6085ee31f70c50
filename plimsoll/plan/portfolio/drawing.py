"""Ways that draw on a pot have bounds in place of a rank, and are told what they cost together."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.plan.portfolio.choice import Most, Pooled, Sum, Terms, Way
from plimsoll.plan.portfolio.digits import Digits
from plimsoll.plan.portfolio.limits import Book, Taken, cents_of
from plimsoll.plan.portfolio.pot import BASES, Part, Pot, Usd, own_part, shared_part, undrawn
from plimsoll.sizing.limits import BUDGET

NOTHING: Usd = (Decimal(0), Decimal(0))


class Drawing:
    """The offers of one choice, the pot that they draw on, and what they cost with nothing drawn."""

    def __init__(self, pot: Pot, book: Book, digits: Digits, offers: Sequence[Sequence[Candidate]]) -> None:
        self._pot, self._book, self._digits = pot, book, digits
        self._own = [[own_part(each) for each in row] for row in offers]
        self._shared = {each.option.region: shared_part(each) for row in offers for each in row}
        self._parts = [*(part for row in self._own for part in row), *self._shared.values()]
        self._ratio = pot.highest_ratio(self._parts)
        self._openings: Mapping[str, Sum] = {}

    def drawn(self, ways: Sequence[Sequence[Way]], terms: Terms) -> tuple[list[list[Way]], Terms]:
        """Bound each way and each opening, which are given with nothing drawn."""
        self._openings = terms.openings
        found = [
            [self._way(way, part) for way, part in zip(row, parts, strict=True)]
            for row, parts in zip(ways, self._own, strict=True)
        ]
        openings = {region: self._opening(region) for region in terms.openings}
        saved = self._pot.saves(self._parts, self._ratio).quantize(Decimal("0.01"), ROUND_CEILING)
        saves = self._moved((0, (0,) * len(terms.limits)), NOTHING, (saved, saved))
        return found, Terms(terms.limits, openings, Pooled(self._together, saves, self._digits.beyond))

    def _way(self, way: Way, part: Part) -> Way:
        whole, usd = (way.rank, way.takes), undrawn(part)
        rank, takes = self._moved(whole, usd, self._pot.least_of(part))
        most = self._moved(whole, usd, self._pot.most_of(part, self._ratio))
        opens = self._pot.opened_by(part) | self._pot.opened_by(self._shared[part.region])
        return Way(rank, takes, way.group, way.mark, Most(*most, opens, (part, whole)))

    def _opening(self, region: str) -> Sum:
        part = self._shared[region]
        return self._moved(self._openings[region], undrawn(part), self._pot.least_of(part))

    def _together(self, ways: Sequence[Way], exact: bool) -> Sum:
        """Add up chosen ways and the clusters that they open, with the money that they cost together."""
        drawn = [way.most.part for way in ways if way.most is not None]
        regions = sorted({way.group for way in ways})
        parts = [*(self._shared[region] for region in regions), *(part for part, _ in drawn)]
        sums = [*(self._openings[region] for region in regions), *(whole for _, whole in drawn)]
        rank, takes = (
            sum(rank for rank, _ in sums),
            tuple(map(sum, zip(*(took for _, took in sums), strict=True))),
        )
        expected, ceiling = (sum(usd, Decimal(0)) for usd in zip(*map(undrawn, parts), strict=True))
        now = self._pot.exact(parts) if exact else self._pot.least(parts)
        return self._moved((rank, takes), (expected, ceiling), now)

    def _moved(self, whole: Sum, was: Usd, now: Usd) -> Sum:
        """Put other money into a rank and into what is taken of the budget."""
        more = {of: cents_of(now, of) - cents_of(was, of) for of in BASES}
        rank = whole[0] + self._digits.money(more["expected"], more["ceiling"])
        return rank, self._budgeted(whole[1], more[self._book.basis])

    def _budgeted(self, takes: Taken, more: int) -> Taken:
        limits = zip(takes, self._book.limits, strict=True)
        return tuple(take + (more if limit.code == BUDGET.code else 0) for take, limit in limits)
