"""Words of a trade-off: what a person feels of a change, in numbers, before and after."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from plimsoll.catalog.facts import Offering
from plimsoll.ground.units import figure, usd_display
from plimsoll.savings.case import LeverCase, LeverChoice

_WORDS = ("latency", "wait", "drain", "run")
"""Metrics whose names are words; others are abbreviations."""


def moved(was: LeverChoice, now: LeverChoice) -> str:
    """`TTFT p95 220.4 → 180.1 ms`, of each figure that both have; then what is rented, if it differs."""
    return "; ".join(_moved(was, now))


def _moved(was: LeverChoice, now: LeverChoice) -> Iterator[str]:
    before, after = was.figures(), now.figures()
    for key in before:
        if key in after:
            value, unit = before[key]
            old, new = _number(value), _number(after[key][0])
            yield (
                f"{_name(key)} {old} {unit} as before" if old == new else f"{_name(key)} {old} → {new} {unit}"
            )
    if was.scale != now.scale:
        yield f"{was.scale} → {now.scale}"
    elif not before:
        yield f"the same {now.scale}"


def hour_prices(offering: Offering, capacity: str) -> Mapping[str, Decimal]:
    """List prices of a node-hour: of what runs on spot that first, then what it falls back to."""
    prices = {"spot": offering.spot if capacity == "spot" else None, "on demand": offering.on_demand}
    return {terms: price.usd for terms, price in prices.items() if price is not None}


def hours(was: LeverChoice, now: LeverChoice) -> str:
    """`spot $0.2345 → $0.1862, on demand $0.8048 → $0.8936 a node-hour`; empty where nothing compares."""
    before, after = was.usd_per_hour, now.usd_per_hour
    if was.instance_type != now.instance_type or before.keys() != after.keys():
        return ""
    alone = len(before) == 1
    told = [f"{'' if alone else f'{key} '}${before[key]:f} → ${after[key]:f}" for key in before]
    return f"{', '.join(told)} a node-hour; " if told else ""


def _number(value: float) -> str:
    return figure(round(value, 1)) if value >= 10 else figure(round(value, 2))


def _name(key: str) -> str:
    metric, *statistic, _ = key.split("_")
    return " ".join([metric if metric in _WORDS else metric.upper(), *statistic])


def priced(case: LeverCase, choice: LeverChoice) -> str:
    """`$1,631.23 a month on 1 × g6e.xlarge`."""
    return f"{usd_display(choice.expected)} {case.every} expected on {choice.scale}"


def against(case: LeverCase, choice: LeverChoice) -> str:
    """`$12.00 more than the plan`, `as the plan`."""
    more = choice.paid - case.chosen.paid
    idle = f", {left_idle(choice)}" if choice.left else ""
    if not more:
        return f"as the plan{idle}"
    return f"{usd_display(abs(more))} {'more' if more > 0 else 'less'} than the plan{idle}"


def left_idle(choice: LeverChoice) -> str:
    """Say which commitments of the plan it leaves idle, and what is paid for them all the same."""
    return " and ".join(
        f"{each.commitment.title} then idle, {usd_display(each.usd)} a month paid all the same"
        for each in choice.left
    )


def share(value: float) -> str:
    """`12 %`: two digits of it."""
    return f"{figure(float(f'{100 * value:.2g}'))} %"


def money(amount: Decimal) -> str:
    """An amount of money."""
    return usd_display(amount)
