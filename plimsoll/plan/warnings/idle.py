"""Commitments that a plan cannot use are in none of its sums, and paid all the same: a plan names them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground.units import usd_display
from plimsoll.money.purchase import IdleCommitment
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.limits import BUDGET

MOST_NAMED = 4
"""Commitments that a sentence names."""


def idle_commitments(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn of commitments in force that nothing of the choice can use, and tell what would use them."""
    left = sorted(_left(best), key=lambda each: (-each.usd, each.commitment.path))
    if not left:
        return
    named = [
        f"{each.commitment.title} ({each.commitment.path}, {usd_display(each.usd)} a month)"
        for each in left[:MOST_NAMED]
    ]
    if len(left) > MOST_NAMED:
        named.append(f"{len(left) - MOST_NAMED} more, {usd_display(_usd(left))} a month in all")
    yield PlanWarning(
        "idle_commitment",
        f"this plan uses nothing of {', '.join(named)}: in no number here, and paid all the same, "
        f"idle unless another workload uses it; {_user(search, best, left)}",
    )


def _user(search: Search, best: Candidate, left: Sequence[IdleCommitment]) -> str:
    """Name the candidate with which least is paid in all, of those that can use something left idle."""
    may = (each for each in search.candidates if each.holds or each.breaks_only(BUDGET))
    others = [(each, _left(each)) for each in may if each.sized is not None]
    able = [
        (_expected(each) + _usd(still), each.id, each, still)
        for each, still in others
        if any(idle not in still for idle in left)
    ]
    if not able:
        return "nothing that was tried and holds can use it"
    in_all, _, other, still = min(able, key=lambda each: each[:2])
    more = in_all - _expected(best) - _usd(left)
    used = ", ".join(each.commitment.path for each in left if each not in still)
    budget = "" if other.holds else ", but not within the budget"
    return (
        f"{other.id} can use {used}: {usd_display(_expected(other))} expected with it, "
        f"{usd_display(abs(more))} a month {'more' if more >= 0 else 'less'} paid in all{budget}"
    )


def _left(candidate: Candidate) -> tuple[IdleCommitment, ...]:
    purchase = candidate.must_be_sized().purchase
    return purchase.left if purchase is not None else ()


def _expected(candidate: Candidate) -> Decimal:
    return candidate.must_be_sized().bill.expected


def _usd(left: Sequence[IdleCommitment]) -> Decimal:
    return sum((each.usd for each in left), Decimal(0))
