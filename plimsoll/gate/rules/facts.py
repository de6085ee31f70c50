"""These rules ask whether the money is known at all, and how old the facts are that it rests on."""

from collections.abc import Iterable, Iterator
from datetime import date

from plimsoll.catalog.clock import INSTANCE_HOUR
from plimsoll.gate.case import Case
from plimsoll.gate.claims import claimed
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.graph.resource import Resource
from plimsoll.ground.days import is_day
from plimsoll.pricing import Charge
from plimsoll.pricing.inputs import inputs_of

ACCELERATED, OTHER = "accelerated", "other"
MAX_AGE_DAYS = {ACCELERATED: 365, OTHER: 730}
"""Days that the oldest price used may be old, by kind of instance type. Assumption: list prices of
accelerated types move about once a year (the p4 and p5 cut of June 2025); of 8,746 others that two editions
of one source have, years apart, 37 moved, all of them down."""


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
    """Find the oldest price of each kind of type that is past its limit: those that were read alone count.

    Where nobody named a region the dearest counts, however old: there the type's newest price is judged.
    """
    hours = [line for line in case.priced.lines if line.unit == INSTANCE_HOUR and not line.inferred]
    for kind, limit in _limits_days(config).items():
        ages = [
            (_days_between(read, case.on_date), line.instance_type or line.item, read, line.urn)
            for line in hours
            if _kind(case, line) == kind
            for read in (_read_on(case, line),)
        ]
        age, name, read, urn = max(ages, default=(0, "", "", ""))
        if age > limit:
            message = f"the price of {name} was read on {read}, {age} days before {case.on_date}"
            yield Finding(
                "stale_prices", urn or None, f"{message}; the limit for {kind} types is {limit} days"
            )
    if "maxLineAgeDays" in config:
        yield from _old_lines(case, int(config["maxLineAgeDays"]))


def _old_measurement(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    """Find a workload whose speed stands on a load test that is as old as a price of its nodes may be."""
    view = inputs_of(resource)["measuredOn"]
    if view.absent:
        return
    day, limit = view.text(), _limits_days(config)[ACCELERATED]
    if not is_day(day):
        why = f"nobody says when the load test ran that its speed stands on ({day[:40]!a})"
        yield Finding("stale_prices", resource.urn, f"{why}; write the calibration anew with --ran-on")
        return
    age = _days_between(day, case.on_date)
    if age > limit:
        message = f"the load test that its speed stands on ran on {day}, {age} days before {case.on_date}"
        yield Finding("stale_prices", resource.urn, f"{message}; the limit is {limit} days")


def _read_on(case: Case, line: Charge) -> str:
    if not line.anywhere:
        return line.as_of
    offers = (case.catalog.offering(line.instance_type, region) for region in case.catalog.regions)
    prices = (offer.on_demand for offer in offers if offer is not None and offer.on_demand is not None)
    return max((price.as_of for price in prices if not price.inferred), default=line.as_of)


def _limits_days(config: Config) -> dict[str, int]:
    both = config.get("maxAgeDays")
    return {kind: default if both is None else int(both) for kind, default in MAX_AGE_DAYS.items()}


def _kind(case: Case, line: Charge) -> str:
    """Say which limit holds for a line: the stricter of a node that is not known, the other of a service."""
    known = case.catalog.instance_types.get(line.instance_type or line.item.rpartition(" ")[2])
    if known is None:
        return OTHER if line.kind == "fixed" and not line.instance_type else ACCELERATED
    return ACCELERATED if known.accelerator is not None else OTHER


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
    remediation="Refresh the prices, raise maxAgeDays, or judge on a date that they cover (--on, facts.on).",
    each=_old_measurement,
    whole=_stale,
    schema={
        "maxAgeDays": {
            "type": "integer",
            "minimum": 1,
            "description": "Days that the oldest price of an instance-hour may be older than the day of the "
            "judgement; default: 365 for accelerated types, 730 for others.",
        },
        "maxLineAgeDays": {
            "type": "integer",
            "minimum": 1,
            "description": "Days that any single price used may be older than that day; default: no limit.",
        },
    },
)

FACTS = Rule(
    name="facts",
    description="What the verdict stands on: the day, the prices, what the organisation pays.",
    level="advisory",
    severity="low",
    remediation="Nothing to put right: this policy never finds anything.",
    schema={
        "on": {
            "type": "string",
            "format": "date",
            "description": "Judge as on this day (YYYY-MM-DD), with the prices of then; default: today.",
        },
        "discounts": {
            "type": "string",
            "description": "The file of what the organisation pays in place of list prices; default: none.",
        },
        "prices": {
            "type": "string",
            "description": "Folder of `plimsoll prices refresh`; its prices are laid over the catalogue's.",
        },
    },
)
"""It carries configuration that every policy stands on, and never violates."""
