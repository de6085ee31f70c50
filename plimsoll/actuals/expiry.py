"""A spec that expired should cost nothing any more; what it still does is money that nobody answers for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from plimsoll.actuals.allocated import own_part
from plimsoll.actuals.charge import Charges
from plimsoll.actuals.document import ExpiredSpec
from plimsoll.actuals.matched import amount_of
from plimsoll.actuals.planned import MoneyOwner, Prices
from plimsoll.actuals.variance import cents
from plimsoll.actuals.window import BillWindow
from plimsoll.ground.units import usd_text


def expired_of(
    owners: Sequence[MoneyOwner], charges: Mapping[str, Charges], window: BillWindow, prices: Prices
) -> Iterator[ExpiredSpec]:
    """Name the specs that expired before the last day of a window; `expires` counts that day.

    What a tenant costs after it is its part of the nodes that it shares, too.
    """
    last = window.end - timedelta(days=1)
    for owner in owners:
        if not owner.expires or date.fromisoformat(owner.expires) >= last:
            continue
        usd, days = Fraction(0), list[date]()
        for payer in (each for each in owners if each is owner or owner.name in each.tenants):
            after = [each for each in charges[payer.name] if str(each.day) > owner.expires]
            paid = sum((amount_of(each, prices) for each in after), Fraction(0))
            usd += paid if payer is owner else own_part(payer, paid, owner.name)
            days += [each.day for each in after]
        yield ExpiredSpec(
            name=owner.name,
            team=owner.team or None,
            expires=owner.expires,
            usd_after=usd_text(cents(usd)),
            last_day=str(max(days)) if days else None,
        )
