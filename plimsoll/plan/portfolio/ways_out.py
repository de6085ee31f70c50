"""Ways out of a portfolio that does not hold: more of one limit, or one change of one workload's spec.

Each is tried: the changed portfolio is chosen for anew, and what is offered is the price that it then has.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.change import Change, Trials
from plimsoll.candidates.levers import elsewhere, plain
from plimsoll.candidates.ways_out import shown
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_display, usd_text
from plimsoll.plan.portfolio.contender import Contender, JointOffer
from plimsoll.plan.portfolio.document import JointWayOut
from plimsoll.plan.portfolio.joint import chosen
from plimsoll.plan.portfolio.limits import BOUNDLESS, CENTS, Book, needs_of, total_cents, total_usd
from plimsoll.plan.portfolio.ranks import Front, Lists
from plimsoll.sizing.limits import BUDGET


@record
class Exit:
    """One change with which all fit: of a spec, or of the file (`workload` None), and its choice."""

    workload: str | None
    change: Change
    offers: Mapping[str, JointOffer]

    def written(self) -> JointWayOut:
        """The way out as the portfolio tells it."""
        given = [offer.given for offer in self.offers.values()]
        ceiling, expected = (total_usd(given, of) for of in ("ceiling", "expected"))
        whose = f"{self.workload}: " if self.workload else ""
        where = f" on {self._where()}" if self.workload else ""
        change = f"{self.change.path}: {shown(self.change.old)} → {shown(self.change.new)}"
        message = (
            f"{whose}{change}{where}: all fit, at a ceiling of "
            f"{usd_display(ceiling)} a month, {usd_display(expected)} expected"
        )
        old, new = self.change.old, self.change.new
        return JointWayOut(self.workload, self.change.path, old, new, usd_text(ceiling), message)

    def _where(self) -> str:
        option = self.offers[self.workload or ""].given.option
        return f"{option.instance.name} {option.capacity_type} in {option.region}"


BookOf = Callable[[Sequence[Candidate]], Book]
"""Opens a book for candidates: a change may bring regions and quotas that were not in it."""


def exits(contenders: Sequence[Contender], changing: Sequence[Contender], book_of: BookOf) -> list[Exit]:
    """Find every way out: of each limit, and of the specs of those who get less; cheapest first."""
    whole: Lists = [(each, each.whole()) for each in contenders]
    book = book_of(_candidates(whole))
    found = [one for index in range(len(book.limits)) for one in _of_limit(whole, book, index)]
    for each in contenders:
        found += _of_budget(each, whole, book_of)
    for each in changing:
        found += _of_spec(each, whole, book_of)
    return sorted(found, key=lambda one: (_usd(one.offers), one.workload or "", one.change.path))


def _usd(offers: Mapping[str, JointOffer]) -> int:
    return total_cents([offer.given for offer in offers.values()], "ceiling")


def _candidates(lists: Lists) -> list[Candidate]:
    return [offer.given for _, offers in lists for offer in offers]


def _of_limit(lists: Lists, book: Book, index: int) -> Iterator[Exit]:
    """Raise one limit to the least with which all fit within the others, and choose there."""
    limit = book.limits[index]
    front = Front(
        lambda _, offer: book.taken(offer.given)[index],
        lambda one: book.shared(one)[index],
        book.basis if limit.code == BUDGET.code else None,
    )
    least = chosen(lists, _with(book, index, BOUNDLESS), front=front)
    if least is None:
        return
    need = needs_of(book, [offer.given for offer in least[0].values()])[index]
    if limit.code == BUDGET.code:
        to, change = -(-need // CENTS), "budget.usd_per_month"
        need, old = to * CENTS, limit.most / CENTS
        old = int(old) if old == math.floor(old) else old
    else:
        to, change, old = need, f"quotas.{limit.quota}", limit.most
    found = chosen(lists, _with(book, index, need))
    if found is not None and need > limit.most:
        yield Exit(None, Change(f"portfolio.{change}", old, to), found[0])


def _with(book: Book, index: int, most: int) -> Book:
    """The book with another limit: a quota that is raised is raised in each of its regions by itself."""
    limits = [
        replace(limit, most=most) if place == index else limit for place, limit in enumerate(book.limits)
    ]
    return replace(book, limits=tuple(limits))


def _of_budget(contender: Contender, lists: Lists, book_of: BookOf) -> Iterator[Exit]:
    """Raise the own budget of one spec to what it takes where it has none, if all fit then."""
    freed, budget = contender.freed(), contender.tried.workload.budget
    changed = [(each, freed if each is contender else offers) for each, offers in lists]
    found = chosen(changed, book_of(_candidates(changed))) if freed else None
    if found is None or budget is None:
        return
    bill = found[0][contender.name].given.must_be_sized().bill
    to, old = math.ceil(getattr(bill, budget.basis)), plain(budget.usd_per_month)
    yield Exit(contender.name, Change("budget.usd_per_month", old, to), found[0])


def _of_spec(contender: Contender, lists: Lists, book_of: BookOf) -> Iterator[Exit]:
    """Try each key that may open other types or regions to one workload, beside the others as they are."""
    trials = Trials(contender.tried)
    for lever in elsewhere(trials):
        tried = [
            (change, _beside(contender, trials.holding(change), lists, book_of)) for change in lever.changes()
        ]
        fitting = [Exit(contender.name, change, offers) for change, offers in tried if offers is not None]
        if fitting:
            yield min(fitting, key=lambda one: _usd(one.offers))


def _beside(
    contender: Contender, holding: Sequence[Candidate], lists: Lists, book_of: BookOf
) -> Mapping[str, JointOffer] | None:
    if not holding:
        return None
    changed = [(each, each.whole(holding) if each is contender else offers) for each, offers in lists]
    found = chosen(changed, book_of(_candidates(changed)))
    return found[0] if found is not None else None
