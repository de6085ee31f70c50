"""The verdict says what a graph costs, what breaks a policy, and what was let through and why.

Its records are the document `plimsoll.dev/check/v1`, key by key: `plimsoll.ground.canonical` writes them, and
the words beside the fields are those of the published schema.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from plimsoll.catalog.clock import Clock
from plimsoll.catalog.facts import PricesUsed
from plimsoll.ground.canonical import Usd
from plimsoll.ground.meaning import ASKED_ON, OLDEST_ON, PRICED_ON, URN, USD_PER_MONTH
from plimsoll.ground.meaning import SCHEMA as _SCHEMA
from plimsoll.pricing import BilledByUse, CannotPrice, Charge, CoveredByPools, FreeResource

SCHEMA = "plimsoll.dev/check/v1"

Level = Literal["advisory", "mandatory", "remediate", "disabled"]
Severity = Literal["low", "medium", "high", "critical"]
Code = Literal[
    "over_budget",
    "unpriced",
    "unknown_value",
    "unlimited",
    "invalid_value",
    "stale_prices",
    "not_allowed",
    "missing_tag",
    "drift",
    "exemption_expired",
    "expired",
    "no_image",
    "gated_model",
    "spot_without_checkpoint",
    "do_not_disrupt_on_spot",
    "gang_across_zones",
    "tas_on_elastic_pool",
    "no_lifecycle",
    "wait_shorter_than_start",
    "crashed",
]

LEVELS: tuple[Level, ...] = ("advisory", "mandatory", "remediate", "disabled")


@dataclass(frozen=True, slots=True)
class Money:
    """USD per month; null where something cannot be priced or bounded."""

    floor: Annotated[Usd | None, "With no traffic; null if something cannot be priced. " + USD_PER_MONTH]
    ceiling: Annotated[
        Usd | None,
        "The most it can cost; null if something cannot be priced or has no bound. " + USD_PER_MONTH,
    ]


@dataclass(frozen=True, slots=True)
class KnownMoney:
    """USD per month of what is known, whatever cannot be priced beside it."""

    floor: Annotated[Usd, "With no traffic. " + USD_PER_MONTH]
    ceiling: Annotated[Usd, "The most that the known lines can cost. " + USD_PER_MONTH]


@dataclass(frozen=True, slots=True)
class BudgetUsed:
    """The budget of the whole, and the basis it is judged on."""

    usd_per_month: Annotated[Usd, USD_PER_MONTH]
    basis: Annotated[str, "Which number the budget limits."]


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation. `story` is the full account, or empty."""

    policy: Annotated[str, "Policy."]
    level: Annotated[Level, "advisory, mandatory or remediate."]
    code: Annotated[Code, "Stable code of the violation."]
    urn: Annotated[str | None, URN + " Null for the stack as a whole."]
    message: Annotated[str, "What is wrong, in words."]
    # One or two lines, fit for the engine's block; the story is for the report.
    story: Annotated[str, "How it comes about."] = ""
    usd_per_month: Annotated[
        Usd | None, "The amount in question; null if there is none. " + USD_PER_MONTH
    ] = None

    @property
    def blocks(self) -> bool:
        """Whether this violation alone makes the verdict a violation."""
        return self.level != "advisory"


@dataclass(frozen=True, slots=True)
class ExemptionUse:
    """One exemption, and the violation it let through if it was used."""

    policy: Annotated[str, "Policy."]
    urn: Annotated[str | None, URN]
    message: Annotated[str, "The violation."]
    allow_up_to_usd: Annotated[Usd | None, "Most it may cost a month; null without such a bound."]
    owner: Annotated[str, "Who asked for it."]
    approved_by: Annotated[str, "Who approved it."]
    reason: Annotated[str, "Why."]
    expires: Annotated[str, "Last day it holds."]


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """One policy that had nothing to judge, and why."""

    policy: Annotated[str, "Policy."]
    reason: Annotated[str, "Why it had nothing to judge."]


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One policy whose level the configuration changed."""

    policy: Annotated[str, "Policy."]
    default: Annotated[Level, "Level it has by default."]
    level: Annotated[Level, "Level it was given."]
    lowered: Annotated[bool, "Whether that is weaker."]

    def __str__(self) -> str:
        verb = "lowered" if self.lowered else "set"
        return f"policy {self.policy}: level {verb} from {self.default} to {self.level} by configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict on a graph, with everything that it rests on."""

    schema: Annotated[str, _SCHEMA] = SCHEMA
    verdict: Annotated[Literal["pass", "violation"], "pass or violation."]
    usd_per_month: Annotated[Money, "What the graph can cost, as the organisation pays it."]
    list_usd_per_month: Annotated[
        Money | None, "The same lines at list prices; null without a discounts file."
    ]
    at_least: Annotated[KnownMoney, "Sums of the lines that are known, always given."]
    budget: Annotated[BudgetUsed | None, "The budget it was held against; null without one."]
    asked_on: Annotated[str | None, ASKED_ON]
    priced_on: Annotated[str | None, PRICED_ON]
    oldest_on: Annotated[str | None, OLDEST_ON]
    judged_on: Annotated[str, "Date of the judgement."]
    prices: Annotated[PricesUsed | None, "Folder laid over the catalogue's prices; null without one."]
    region: Annotated[str | None, "Region taken where the input does not say; null if none was given."]
    lines: Annotated[tuple[Charge, ...], "The bill."]
    violations: Annotated[tuple[Violation, ...], "Every violation."]
    exemptions_used: Annotated[tuple[ExemptionUse, ...], "Exemptions that let something through."]
    exemptions_unused: Annotated[tuple[ExemptionUse, ...], "Exemptions that nothing needed."]
    exemptions_expired: Annotated[tuple[ExemptionUse, ...], "Exemptions past their date."]
    cannot_price: Annotated[tuple[CannotPrice, ...], "Resources whose cost is not known."]
    free: Annotated[tuple[FreeResource, ...], "Resources that cost nothing."]
    by_use: Annotated[tuple[BilledByUse, ...], "Resources that bill by use alone: named, in no total."]
    covered_by_pools: Annotated[
        tuple[CoveredByPools, ...], "Resources that only run pods, on nodes of pools that are capped here."
    ]
    external: Annotated[tuple[str, ...], "Resources that are only read: listed, not counted."]
    not_applicable: Annotated[tuple[NotApplicable, ...], "Policies that had nothing to judge."]
    level_changes: Annotated[tuple[LevelChange, ...], "Policies whose level the configuration changed."]
    notes: Annotated[tuple[str, ...], "What else a reader should know."]
    not_monthly: Annotated[
        tuple[str, ...], "Runs whose plan says no runs_per_month: one run of each is counted."
    ]

    @property
    def clock(self) -> Clock:
        """The days on which the prices of the bill were read."""
        return Clock(self.asked_on, self.priced_on, self.oldest_on)
