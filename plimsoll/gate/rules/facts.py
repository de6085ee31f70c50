"""These rules ask whether the money is known at all, and how old the facts are that it rests on."""

from collections.abc import Iterable, Iterator
from datetime import date

from plimsoll.gate.case import Case
from plimsoll.gate.claims import claimed
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.graph.resource import Resource

MAX_AGE_DAYS = 365
"""Assumption: EC2 list prices rarely change more than once a year (the p4 and p5 cut of June 2025)."""


def _claim_is_readable(resource: Resource, case: Case, config: Config) -> Iterable[Finding]:
    """Refuse a claim that cannot be read: reading raises `Unpriceable`, which becomes the finding."""
    del case, config
    for of in ("ceiling", "expected"):
        claimed(resource, of)
    return ()


def _unpriced(case: Case, config: Config) -> Iterator[Finding]:
    del config
    for problem in case.priced.cannot_price:
        yield Finding(problem.code, problem.urn or None, problem.message)


def _stale(case: Case, config: Config) -> Iterator[Finding]:
    newest = _newest_price(case)
    if not newest:
        yield Finding("stale_prices", None, "the catalogue has no dated price")
        return
    limit = int(config["maxAgeDays"])
    age = _days_between(newest, case.on_date)
    if age > limit:
        message = f"the newest price is of {newest}, {age} days before {case.on_date}; the limit is {limit}"
        yield Finding("stale_prices", None, f"{message}; refresh the catalogue")
    if "maxLineAgeDays" in config:
        yield from _old_lines(case, int(config["maxLineAgeDays"]))


def _newest_price(case: Case) -> str:
    prices = (p for o in case.catalog.offerings.values() for p in (o.on_demand, o.spot) if p is not None)
    return max((price.as_of for price in prices), default="")


def _old_lines(case: Case, limit: int) -> Iterator[Finding]:
    for line in case.priced.lines:
        age = _days_between(line.as_of, case.on_date)
        if age > limit:
            yield Finding(
                "stale_prices", line.urn, f"the price of {line.item} is {age} days old, limit {limit}"
            )


def _days_between(earlier: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days


UNPRICED_COST = Rule(
    name="unpriced-cost",
    description="Everything that can cost money has a known price and an end.",
    level="mandatory",
    severity="critical",
    remediation=(
        "Give price-bearing inputs plain values that are known in preview, name instance types that the "
        "catalogue prices, and bound every pool by a limit (`limits.nodes`)."
    ),
    each=_claim_is_readable,
    whole=_unpriced,
    schema={
        "region": {
            "type": "string",
            "description": "Where resources lie that do not say so; default: each type's dearest region.",
        },
        "usageAllowance": {
            "type": "object",
            "description": (
                "What resources that bill by use alone may cost together, USD per month, by a glob of their "
                "type tokens or (with :: in it) of their URNs: one line a glob, in the ceiling only."
            ),
            "additionalProperties": {
                "type": "number",
                "exclusiveMinimum": 0,
                "description": "USD per month that everything the glob matches may cost together.",
            },
        },
    },
)

STALE_PRICES = Rule(
    name="stale-prices",
    description="The prices behind the verdict are recent.",
    level="mandatory",
    severity="medium",
    remediation="Refresh the catalogue's prices, or judge on a date that they cover.",
    whole=_stale,
    schema={
        "maxAgeDays": {
            "type": "integer",
            "minimum": 1,
            "default": MAX_AGE_DAYS,
            "description": "Days that the newest price may be older than the day of the judgement.",
        },
        "maxLineAgeDays": {
            "type": "integer",
            "minimum": 1,
            "description": "Days that any single price used may be older than that day; default: no limit.",
        },
    },
)
