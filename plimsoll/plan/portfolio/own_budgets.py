"""A spec's own budget in a portfolio: where it decides the joint choice, and what all would cost without it.

It is held against the spec's own plan, which bears every commitment whole, as the gate holds it. What is
cheapest together may break it though others use most of that commitment: nobody would see that in the sums.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.ground.units import usd_display, usd_text
from plimsoll.plan.portfolio.contender import Contender, JointOffer
from plimsoll.plan.portfolio.document import BudgetCost
from plimsoll.plan.portfolio.joint import Joint, chosen
from plimsoll.plan.portfolio.limits import total_usd
from plimsoll.plan.portfolio.pot import BASES, pot_of
from plimsoll.plan.portfolio.ways_out import BookOf

Given = Mapping[str, Candidate]
"""What each workload gets, by name."""


def budget_costs(everyone: Sequence[Contender], joint: Joint, book_of: BookOf) -> Mapping[str, BudgetCost]:
    """Price the own budget of each workload that it decides for; others' budgets and the file's are kept.

    Nothing is said where not all get what they ask for: a budget that is in the way there is a way out.
    """
    if joint.binding:
        return {}
    now = {name: offer.given for name, offer in joint.offers.items() if offer is not None}
    found: dict[str, BudgetCost] = {}
    for one in everyone:
        then = _without(one, everyone, book_of)
        if then is not None and (one.name not in now or then[one.name].id != now[one.name].id):
            found[one.name] = _cost(one, now, then)
    return found


def _without(one: Contender, everyone: Sequence[Contender], book_of: BookOf) -> Given | None:
    """Choose for all with the own budget of one away; None where nothing depends on it, or nothing fits."""
    freed = one.freed()
    if not freed:
        return None
    lists: list[tuple[Contender, list[JointOffer]]] = [
        (each, freed if each is one else each.whole())
        for each in everyone
        if each is one or each.tried.holding
    ]
    found = chosen(lists, book_of([offer.given for _, offers in lists for offer in offers]))
    return {name: offer.given for name, offer in found[0].items()} if found is not None else None


def _cost(one: Contender, now: Given, then: Given) -> BudgetCost:
    was, less = _sums(now), _sums(then)
    refused = one.name not in now
    added = [None if refused else usd_text(before - after) for before, after in zip(was, less, strict=True)]
    return BudgetCost(*added, instead=then[one.name].id, message=_said(one, now, then))


def _sums(given: Given) -> list[Decimal]:
    """Add up what all cost together, on each basis."""
    return [total_usd(list(given.values()), of) for of in BASES]


def _said(one: Contender, now: Given, then: Given) -> str:
    """Say what the budget keeps it from, and what all cost with and without it."""
    budget, instead = one.tried.workload.budget, then[one.name]
    assert budget is not None, "what has no budget is kept from nothing by it"
    limit = usd_display(Decimal(str(budget.usd_per_month)))
    need = usd_display(getattr(instead.must_be_sized().bill, budget.basis))
    whole = " with every commitment paid whole" if pot_of([instead]) is not None else ""
    expected, ceiling = _sums(then)
    sums = (
        f"all are expected to cost {usd_display(expected)} a month together, ceiling {usd_display(ceiling)}"
    )
    if one.name in now:
        more = _sums(now)[0] - expected
        word = "less" if more >= 0 else "more"
        verdict, sums = f"keeps it on {now[one.name].id}", f"{sums}: {usd_display(abs(more))} {word}"
    else:
        verdict = "alone refuses it"
    return (
        f"its own budget of {limit} a month ({budget.basis}) {verdict}; without it, it runs on "
        f"{instead.id}, whose own plan takes {need}{whole}, and {sums}"
    )
