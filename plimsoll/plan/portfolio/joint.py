"""The joint choice of a portfolio: what each workload gets, who degrades where not all fit, what binds.

Floors are kept. Who has the lowest priority gives up the replicas that only stand by for spot capacity first;
then all are held to a share of their replicas (`plan.portfolio.filling`); then the lowest priority is
refused, and the others are chosen for anew.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from plimsoll.candidates.candidate import Candidate
from plimsoll.ground.start_up import record
from plimsoll.plan.portfolio.choice import choose
from plimsoll.plan.portfolio.contender import Contender, JointOffer, lowest_first
from plimsoll.plan.portfolio.cut import cut, least_replicas, without_spares
from plimsoll.plan.portfolio.filling import Vessel, fill
from plimsoll.plan.portfolio.limits import Book, Taken, exceeded, needs_of
from plimsoll.plan.portfolio.ranks import Front, Lists, ways_of
from plimsoll.sizing.limits import BUDGET, QUOTA

Offers = dict[str, JointOffer]
"""What each workload is offered, by name."""

SHARE = 10**6
"""A share of a limit is counted in millionths."""


@record
class Joint:
    """What each workload is offered, by name, None where it is refused; the codes of what binds, if anything.

    `wanted` is what each would have had within no limit but its own. `proven` says that nothing is cheaper.
    """

    offers: Mapping[str, JointOffer | None]
    wanted: Mapping[str, Candidate]
    binding: tuple[str, ...]
    proven: bool


def joint_choice(contenders: Sequence[Contender], book: Book) -> Joint:
    """Choose for all; where not all fit, degrade by priority until they do."""
    whole = [(each, each.whole()) for each in contenders]
    found = chosen(whole, book)
    if found is not None:
        return Joint(found[0], {}, (), found[1])
    binding = _binding(whole, book)
    wanted = _leanest(whole, book, binding)
    offers, proven = _degraded(list(contenders), book, binding)
    told = {each.name: offers.get(each.name) for each in contenders}
    return Joint(told, {name: offer.whole for name, offer in wanted.items()}, binding, proven)


def chosen(
    lists: Lists, book: Book, *, free: Sequence[str] = (), front: Front | None = None
) -> tuple[Offers, bool] | None:
    """Choose one offer of each list within the limits, those of `free` codes aside; None if nothing fits."""
    if not lists:
        return {}, True
    ways, terms = ways_of(lists, book, book.without(*free), front)
    choice = choose(ways, terms)
    if choice is None:
        return None
    picked = zip(lists, choice.ways, strict=True)
    return {contender.name: offers[way.mark] for (contender, offers), way in picked}, choice.proven


def _binding(lists: Lists, book: Book) -> tuple[str, ...]:
    """The codes that keep everything out: one alone where the other makes no difference, else both."""
    codes = sorted({limit.code for limit in book.limits})
    if len(codes) == 1:
        return tuple(codes)
    alone = [
        code for code in codes if chosen(lists, book, free=[each for each in codes if each != code]) is None
    ]
    return tuple(alone or codes)


def _leanest(lists: Lists, book: Book, binding: Sequence[str]) -> Offers:
    """Choose what takes the least share of the limits that bind, whether or not it fits."""
    found = chosen(lists, book, free=(BUDGET.code, QUOTA.code), front=_shares(book, binding, _spared))
    assert found is not None, "without limits everything fits"
    return found[0]


def _shares(book: Book, binding: Sequence[str], how: Callable[[Contender, JointOffer], Candidate]) -> Front:
    """Put first what takes the least of the limits that bind, as a sum of shares of each."""

    def share(taken: Taken) -> int:
        parts = zip(taken, book.limits, strict=True)
        return sum(-(-take * SHARE // max(limit.most, 1)) for take, limit in parts if limit.code in binding)

    return Front(lambda one, offer: share(book.taken(how(one, offer))), lambda one: share(book.shared(one)))


def _spared(contender: Contender, offer: JointOffer) -> Candidate:
    return cut(offer.whole, without_spares(contender.tried, offer.whole))


def _as_given(_: Contender, offer: JointOffer) -> Candidate:
    return offer.given


def _degraded(contenders: list[Contender], book: Book, binding: Sequence[str]) -> tuple[Offers, bool]:
    """Degrade what does not fit whole until it does; whoever has no offer in the end is refused."""
    found = None
    while found is None:
        found = _without_spares(contenders, book) or _held(contenders, book, binding)
        if found is None:
            contenders.remove(_first_to_go(contenders, book, binding))
            found = chosen([(each, each.whole()) for each in contenders], book)
    return found


def _without_spares(contenders: Sequence[Contender], book: Book) -> tuple[Offers, bool] | None:
    """Let one after the other give up spares, the lowest priority first, until all fit."""
    gave: set[str] = set()
    for next_ in lowest_first(contenders):
        gave.add(next_.name)
        if not any(offer.lacks for offer in next_.spared()):
            continue
        lists = [(each, each.spared() if each.name in gave else each.whole()) for each in contenders]
        if (found := chosen(lists, book)) is not None:
            return found
    return None


def _held(contenders: Sequence[Contender], book: Book, binding: Sequence[str]) -> tuple[Offers, bool] | None:
    """Hold all to a share of their replicas, on the candidates whose floors fit and that take least."""
    found = chosen(_floors(contenders), book, front=_shares(book, binding, _spared))
    if found is None:
        return None
    wholes = [found[0][each.name].whole for each in contenders]
    vessels = [_vessel(each, whole, book) for each, whole in zip(contenders, wholes, strict=True)]
    floors = [found[0][each.name].given for each in contenders]
    counts = fill(vessels, _left(book, floors), lambda more: _fits(book, map(cut, wholes, more)))
    if counts is None:
        return None
    picked = zip(contenders, wholes, counts, strict=True)
    offers = {each.name: JointOffer(whole, cut(whole, count)) for each, whole, count in picked}
    return _given_back(contenders, offers, book), found[1]


def _left(book: Book, floors: Sequence[Candidate]) -> list[int]:
    """What of each limit is for the replicas: without what clusters share, and with what commitments save.

    They save no less where there are more replicas than the floors.
    """
    own, needs = [book.taken(each) for each in floors], needs_of(book, floors)
    return [
        limit.most - (needs[index] - sum(taken[index] for taken in own))
        for index, limit in enumerate(book.limits)
    ]


def _fits(book: Book, given: Iterable[Candidate]) -> bool:
    return not any(exceeded(book, needs_of(book, list(given))))


def _given_back(contenders: Sequence[Contender], offers: Offers, book: Book) -> Offers:
    """Give spares back where room is left, the highest priority first; who is held has none."""
    for each in reversed(lowest_first(contenders)):
        offer = offers[each.name]
        if offer.lacks and offer.replicas == without_spares(each.tried, offer.whole):
            restored = offers | {each.name: JointOffer(offer.whole, offer.whole)}
            if _fits(book, [one.given for one in restored.values()]):
                offers = restored
    return offers


def _floors(contenders: Sequence[Contender]) -> list[tuple[Contender, list[JointOffer]]]:
    return [(each, [_at_floor(each, whole) for whole in each.tried.holding]) for each in contenders]


def _at_floor(contender: Contender, whole: Candidate) -> JointOffer:
    return JointOffer(whole, cut(whole, least_replicas(contender.tried, whole)))


def _vessel(contender: Contender, whole: Candidate, book: Book) -> Vessel:
    """The replicas of a workload as they share: its spares are gone by now."""
    floor, demand = least_replicas(contender.tried, whole), without_spares(contender.tried, whole)
    takes = [book.taken(cut(whole, count)) for count in range(floor, demand + 1)]
    return Vessel(floor, demand, contender.priority * demand, takes)


def _first_to_go(contenders: Sequence[Contender], book: Book, binding: Sequence[str]) -> Contender:
    """The lowest priority of those who take of a limit that even the floors exceed."""
    floors = _floors(contenders)
    ways = chosen(floors, book, free=(BUDGET.code, QUOTA.code), front=_shares(book, binding, _as_given))
    assert ways is not None, "without limits everything fits"
    needs = needs_of(book, [offer.given for offer in ways[0].values()])
    over = {limit for limit, _ in exceeded(book, needs)}
    order = lowest_first(contenders)
    for each in order:
        taken = zip(book.limits, book.taken(ways[0][each.name].given), strict=True)
        if any(take for limit, take in taken if limit in over):
            return each
    return order[0]
