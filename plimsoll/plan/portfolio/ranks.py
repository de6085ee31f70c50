"""A rank is one whole number that orders sums as INTERFACE orders candidates.

Its columns are digits (`plan.portfolio.digits`): the last of them tell any two choices apart.
"""

from collections.abc import Callable, Sequence

from plimsoll.candidates.candidate import Candidate
from plimsoll.ground.start_up import record
from plimsoll.plan.portfolio.choice import Terms, Way
from plimsoll.plan.portfolio.contender import Contender, JointOffer
from plimsoll.plan.portfolio.digits import digits_of
from plimsoll.plan.portfolio.drawing import Drawing
from plimsoll.plan.portfolio.limits import CENTS, Book, Taken, own_cents, shared_cents
from plimsoll.plan.portfolio.pot import pot_of

Lists = Sequence[tuple[Contender, Sequence[JointOffer]]]
"""What each contender may be offered."""


@record
class Front:
    """A column that comes before money: of an offer, and of what the cluster of a candidate shares.

    `basis` says that it is the money on this basis.
    """

    of: Callable[[Contender, JointOffer], int]
    shared: Callable[[Candidate], int]
    basis: str | None = None


def ways_of(
    lists: Lists, book: Book, most: Taken, front: Front | None = None
) -> tuple[list[list[Way]], Terms]:
    """Turn offers into ways: rank, what is taken of each limit, and the region whose cluster is shared.

    `most` is what each limit allows; `front` comes before money in the order.
    """
    columns = [_columns(contender, offers) for contender, offers in lists]
    if front is not None:
        columns = [
            [(front.of(contender, offer), *row) for offer, row in zip(offers, rows, strict=True)]
            for (contender, offers), rows in zip(lists, columns, strict=True)
        ]
    columns = _told_apart(columns)
    clusters = {offer.given.option.region: offer.given for _, offers in lists for offer in offers}
    shared = {region: _shared(one, front) for region, one in clusters.items()}
    pot = pot_of(offer.given for _, offers in lists for offer in offers)
    digits = digits_of(
        [*columns, list(shared.values())],
        front is not None,
        front.basis if front is not None else None,
        0 if pot is None else int(pot.paid * CENTS),
    )
    ways = [
        [
            Way(digits.number(row), book.taken(offer.given), offer.given.option.region, mark)
            for mark, (row, offer) in enumerate(zip(rows, offers, strict=True))
        ]
        for rows, (_, offers) in zip(columns, lists, strict=True)
    ]
    openings = {region: (digits.number(shared[region]), book.shared(one)) for region, one in clusters.items()}
    if pot is None:
        return ways, Terms(most, openings)
    drawing = Drawing(pot, book, digits, [[offer.given for offer in offers] for _, offers in lists])
    return drawing.drawn(ways, Terms(most, openings))


def _columns(contender: Contender, offers: Sequence[JointOffer]) -> list[tuple[int, ...]]:
    """Spot if preferred, expected, ceiling, accelerators, place of the precision, place of the id."""
    spec = contender.tried.workload
    prefer_spot, precisions = spec.capacity.spot == "prefer", spec.precision or ()
    ids = {name: place for place, name in enumerate(sorted({offer.given.id for offer in offers}))}
    rows: list[tuple[int, ...]] = []
    for offer in offers:
        first, _, _, accelerators, place, name = offer.given.order(
            prefer_spot=prefer_spot, precisions=precisions
        )
        money = own_cents(offer.given, "expected"), own_cents(offer.given, "ceiling")
        rows.append((first if prefer_spot else 0, *money, accelerators, place, ids[name]))
    return rows


def _told_apart(columns: Sequence[Sequence[tuple[int, ...]]]) -> list[list[tuple[int, ...]]]:
    """Let the id of an earlier workload count before those of all later ones."""
    weight, found = 1, list[list[tuple[int, ...]]]()
    for rows in reversed(columns):
        found.append([(*row[:-1], row[-1] * weight) for row in rows])
        weight *= max((row[-1] for row in rows), default=0) + 1
    return found[::-1]


def _shared(candidate: Candidate, front: Front | None) -> tuple[int, ...]:
    money = shared_cents(candidate, "expected"), shared_cents(candidate, "ceiling")
    row = (0, *money, 0, 0, 0)
    return row if front is None else (front.shared(candidate), *row)
