"""Money beside the rows: without a tag, of no plan, and what commitments did."""

from collections.abc import Callable, Iterable
from fractions import Fraction

from plimsoll.actuals.charge import OUTSIDE, BillCharge, Charges
from plimsoll.actuals.document import Commitments, NamedMoney, Outside, Untagged
from plimsoll.actuals.matched import Sorted, amount_of
from plimsoll.actuals.meter import counts_hours
from plimsoll.actuals.planned import Prices
from plimsoll.actuals.variance import cents
from plimsoll.ground.units import usd_text


def untagged_of(usage: Sorted, prices: Prices) -> Untagged:
    """Add up what carries no tag of ours, by service."""
    services: dict[str, Fraction] = {}
    for charge in usage.untagged:
        services[charge.service] = services.get(charge.service, Fraction(0)) + amount_of(charge, prices)
    usd = sum(services.values(), Fraction(0))
    tagged = (part for parts in (usage.by_owner, usage.others) for part in parts.values())
    whole = usd + sum((amount_of(each, prices) for part in tagged for each in part), Fraction(0))
    largest = sorted(services.items(), key=lambda each: (-each[1], each[0]))
    return Untagged(
        usd=_text(usd),
        pct=float(cents(usd / whole * 100)) if whole else None,
        services=tuple(NamedMoney(name or "no service named", _text(part)) for name, part in largest),
    )


def outside_of(charges: Charges) -> Outside:
    """Add up credits, tax and support, as billed."""
    sums = {name: _sum(charges, lambda each, of=name: each.category == of, _billed) for name in OUTSIDE}
    return Outside(
        credits=_text(sums["credit"] + sums["adjustment"]),
        tax=_text(sums["tax"]),
        support=_text(sums["support"]),
        usd=_text(sum(sums.values(), Fraction(0))),
    )


def commitments_of(charges: Charges) -> Commitments:
    """Say what commitments covered, what they are worth, and what of them nobody used."""
    usage = [charge for charge in charges if charge.category == "usage"]
    covered = [charge for charge in usage if charge.committed]
    at_list, paid = (_sum(covered, _every, amount) for amount in (_list, _effective))
    hours = {
        committed: _sum(usage, lambda each, of=committed: each.committed is of and counts_hours(each), _hours)
        for committed in (True, False)
    }
    return Commitments(
        covered_hours=f"{cents(hours[True]):f}",
        uncovered_hours=f"{cents(hours[False]):f}",
        covered_list_usd=_text(at_list),
        covered_usd=_text(paid),
        saving_pct=float(cents((at_list - paid) / at_list * 100)) if at_list else None,
        usd=_text(_sum(usage, _every, _list) - _sum(usage, _every, _effective)),
        unused_usd=_text(_sum(charges, lambda each: each.category == "unused", _effective)),
        purchased_usd=_text(_sum(charges, lambda each: each.category == "purchase", _billed)),
    )


def _sum(
    charges: Iterable[BillCharge],
    kept: Callable[[BillCharge], bool],
    amount: Callable[[BillCharge], Fraction],
) -> Fraction:
    return sum((amount(charge) for charge in charges if kept(charge)), Fraction(0))


def _every(_: BillCharge) -> bool:
    return True


def _hours(charge: BillCharge) -> Fraction:
    return Fraction(charge.quantity or 0)


def _list(charge: BillCharge) -> Fraction:
    return Fraction(charge.list_usd)


def _effective(charge: BillCharge) -> Fraction:
    return Fraction(charge.effective_usd)


def _billed(charge: BillCharge) -> Fraction:
    return Fraction(charge.billed_usd)


def _text(amount: Fraction) -> str:
    return usd_text(cents(amount))
