"""The limits of a portfolio are its budget and each quota in each region; candidates take of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_display
from plimsoll.plan.portfolio.file import PortfolioFile
from plimsoll.plan.portfolio.pot import BASES, Usd, own_part, pot_of, shared_part, undrawn
from plimsoll.plan.quotas.quota import quotas_of
from plimsoll.sizing.limits import BUDGET, QUOTA

CENTS = 100

Taken = tuple[int, ...]
"""What is taken of each limit of a book, in its order: cents of the budget, vCPU of a quota."""


@record
class JointLimit:
    """One limit: its reason code, the quota and its region (empty for the budget), and how much it allows.

    A Service Quota holds in each region by itself (Service Quotas user guide). `most` is in cents or vCPU.
    """

    code: str
    quota: str
    region: str
    most: int

    def written(self, amount: int) -> str:
        """An amount of what it limits, for a person."""
        return usd_display(Decimal(amount) / CENTS) if self.code == BUDGET.code else f"{amount:,} vCPU"

    @property
    def name(self) -> str:
        """What is limited, for a person."""
        return "the budget" if self.code == BUDGET.code else f"quota {self.quota} in {self.region}"


@record
class Book:
    """Every limit that some candidate takes of, in one order, and the basis of the budget."""

    limits: tuple[JointLimit, ...]
    basis: str

    def taken(self, candidate: Candidate) -> Taken:
        """What a candidate takes of each limit, without what its cluster shares, and with no hour covered."""
        vcpus = vcpus_of(candidate)
        own = own_cents(candidate, self.basis)
        return tuple(
            own if limit.code == BUDGET.code else vcpus.get((limit.region, limit.quota), 0)
            for limit in self.limits
        )

    def shared(self, candidate: Candidate) -> Taken:
        """What the shared parts of a candidate's cluster take."""
        cents = shared_cents(candidate, self.basis)
        return tuple(cents if limit.code == BUDGET.code else 0 for limit in self.limits)

    def without(self, *codes: str) -> Taken:
        """What each allows where those of these codes allow everything."""
        return tuple(BOUNDLESS if limit.code in codes else limit.most for limit in self.limits)


BOUNDLESS = 10**18
"""More cents and vCPU than there are."""


def book_of(file: PortfolioFile, candidates: Iterable[Candidate]) -> Book:
    """Open the book of a portfolio's file for the candidates of its workloads."""
    used = sorted({(where, code) for each in candidates for where, code in vcpus_of(each) if code})
    quotas = [
        JointLimit(QUOTA.code, code, region, file.quotas[code])
        for region, code in used
        if code in file.quotas
    ]
    budget = file.budget
    money = [JointLimit(BUDGET.code, "", "", int(budget.usd_per_month * CENTS))] if budget else []
    return Book((*money, *quotas), budget.basis if budget else "ceiling")


def vcpus_of(candidate: Candidate) -> Mapping[tuple[str, str], int]:
    """The vCPU that a candidate needs at its limit, nodes in flight included, by region and quota code."""
    sized = candidate.must_be_sized()
    own = sized.cache.own if sized.cache is not None else None
    pools = sized.fleet.pools if own is None else (*sized.fleet.pools, own.pool)
    region = candidate.option.region
    return {(region, quota.code or ""): quota.vcpus for quota in quotas_of(candidate.instance_of, pools)}


def own_cents(candidate: Candidate, basis: str) -> int:
    """The candidate's money on a basis, without what its cluster shares, and with no hour covered."""
    sized = candidate.must_be_sized()
    if sized.purchase is not None:
        return cents_of(undrawn(own_part(candidate)), basis)
    bill = sized.bill
    usd = bill.ceiling if basis == "ceiling" else bill.expected
    return int(usd * CENTS) - shared_cents(candidate, basis)


def shared_cents(candidate: Candidate, basis: str) -> int:
    """The money of its cluster's shared parts on a basis, with no hour covered."""
    sized = candidate.must_be_sized()
    if sized.purchase is not None:
        return cents_of(undrawn(shared_part(candidate)), basis)
    return sum(
        int(line.usd * CENTS) for line in sized.bill.lines if line.kind == "fixed" and line.of == basis
    )


def cents_of(usd: Usd, basis: str) -> int:
    """An amount on one of its bases, in cents."""
    return int(usd[BASES.index(basis)] * CENTS)


def needs_of(book: Book, candidates: Sequence[Candidate]) -> Taken:
    """What several candidates take together; what a region shares counts once, and so do commitments."""
    regions = {candidate.option.region: candidate for candidate in candidates}
    parts = [*map(book.taken, candidates), *map(book.shared, regions.values())]
    return tuple(
        total_cents(candidates, book.basis)
        if limit.code == BUDGET.code and pot_of(candidates) is not None
        else sum(part[index] for part in parts)
        for index, limit in enumerate(book.limits)
    )


def total_cents(candidates: Sequence[Candidate], basis: str) -> int:
    """The money of several candidates on a basis; what a region shares counts once, and so do commitments."""
    regions = {candidate.option.region: candidate for candidate in candidates}
    pot = pot_of(candidates)
    if pot is not None:
        parts = [*map(shared_part, regions.values()), *map(own_part, candidates)]
        return cents_of(pot.exact(parts), basis)
    own = sum(own_cents(candidate, basis) for candidate in candidates)
    return own + sum(shared_cents(candidate, basis) for candidate in regions.values())


def total_usd(candidates: Sequence[Candidate], basis: str) -> Decimal:
    """The same in USD a month."""
    return Decimal(total_cents(candidates, basis)) / CENTS


def exceeded(book: Book, needs: Taken) -> Iterator[tuple[JointLimit, int]]:
    """Each limit that is not kept, and what would be needed of it."""
    for limit, need in zip(book.limits, needs, strict=True):
        if need > limit.most:
            yield limit, need
