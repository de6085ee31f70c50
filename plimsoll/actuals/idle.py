"""Idle money is what ran for nobody; it is not one number, so a ladder says where it was lost."""

from collections.abc import Sequence
from fractions import Fraction

from plimsoll.actuals.charge import EngineUse, PaidBill
from plimsoll.actuals.document import IdleMoney
from plimsoll.actuals.planned import MoneyOwner
from plimsoll.actuals.variance import HeldItem, cents
from plimsoll.ground.units import usd_text


def idle_of(owner: MoneyOwner, bill: PaidBill, items: Sequence[HeldItem]) -> IdleMoney | None:
    """Say what of a row's money ran for nobody, as far as the bill can tell; None where it cannot at all.

    Split cost allocation tells what no pod had asked for; OpenCost what GPU engines did. Whether a ready pod
    had a request only its own metrics say.
    """
    unused = [Fraction(each.unused_usd) for each in bill.splits if each.workload == owner.name]
    engines = [each for each in bill.engines if each.workload == owner.name]
    if not (unused or engines):
        return None
    empty = sum(unused, Fraction(0)) if unused else None
    nodes = sum((item.paid.usd for item in items if item.paid and item.meter.instance_type), Fraction(0))
    return IdleMoney(
        empty_nodes_usd=_text(empty),
        waiting_usd=None,
        rest_usd=_text(nodes - empty) if empty is not None and nodes else None,
        engine_idle_usd=_text(engine_idle(engines)) if engines else None,
    )


def engine_idle(engines: Sequence[EngineUse]) -> Fraction:
    """Sum of each GPU's money × the share of time in which its engine was not active."""
    return sum((Fraction(each.usd) * (1 - Fraction(each.active)) for each in engines), Fraction(0))


def _text(amount: Fraction | None) -> str | None:
    return None if amount is None else usd_text(cents(amount))
