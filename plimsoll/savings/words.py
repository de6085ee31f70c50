"""Words of a trade-off: what a person feels of a change, in numbers, before and after."""

from collections.abc import Iterator
from decimal import Decimal

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
