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
    more = choice.expected - case.chosen.expected
    if not more:
        return "as the plan"
    return f"{usd_display(abs(more))} {'more' if more > 0 else 'less'} than the plan"


def share(value: float) -> str:
    """`12 %`: two digits of it."""
    return f"{figure(float(f'{100 * value:.2g}'))} %"


def money(amount: Decimal) -> str:
    """An amount of money."""
    return usd_display(amount)
