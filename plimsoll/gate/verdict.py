"""The verdict on a graph: what it costs, what breaks a policy, and what was let through and why."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from plimsoll.pricing import CannotPrice, FreeResource, PricedLine

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
    "crashed",
]

LEVELS: tuple[Level, ...] = ("advisory", "mandatory", "remediate", "disabled")


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule. `urn` is None where the graph as a whole breaks it.

    `message` is one or two lines, fit for the engine's block; `story` is the full account for the report,
    or "". `usd_per_month` is the amount that was judged, where the rule is about money.
    """

    policy: str
    level: Level
    code: Code
    urn: str | None
    message: str
    story: str = ""
    usd_per_month: Decimal | None = None

    @property
    def blocks(self) -> bool:
        """Whether this violation alone makes the verdict a violation."""
        return self.level != "advisory"


@dataclass(frozen=True, slots=True)
class ExemptionUse:
    """What became of one exemption: used, unused or expired, and the violation it let through."""

    policy: str
    state: Literal["used", "unused", "expired"]
    owner: str
    approved_by: str
    reason: str
    expires: str
    allow_up_to_usd: Decimal | None
    urn: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A policy that had nothing to judge, and why: a skipped check is visible."""

    policy: str
    reason: str


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A policy whose level the configuration changed. `lowered` is what a reader must notice."""

    policy: str
    default: Level
    level: Level

    @property
    def lowered(self) -> bool:
        """Whether the change makes the policy weaker."""
        strength = {"disabled": 0, "advisory": 1, "remediate": 2, "mandatory": 2}
        return strength[self.level] < strength[self.default]

    def __str__(self) -> str:
        verb = "lowered" if self.lowered else "set"
        return f"policy {self.policy}: level {verb} from {self.default} to {self.level} by configuration"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement. Money is USD per month, None where something cannot be priced or bounded."""

    violations: tuple[Violation, ...]
    floor: Decimal | None
    ceiling: Decimal | None
    lines: tuple[PricedLine, ...] = ()
    free: tuple[FreeResource, ...] = ()
    external: tuple[str, ...] = ()
    cannot_price: tuple[CannotPrice, ...] = ()
    exemptions: tuple[ExemptionUse, ...] = ()
    not_applicable: tuple[NotApplicable, ...] = ()
    level_changes: tuple[LevelChange, ...] = ()
    notes: tuple[str, ...] = ()
    priced_on: str = ""
    budget: Decimal | None = None
    basis: str = "ceiling"

    @property
    def verdict(self) -> Literal["pass", "violation"]:
        """`violation` if anything blocks; advisory findings are reported and pass."""
        return "violation" if any(violation.blocks for violation in self.violations) else "pass"

    @property
    def exemptions_used(self) -> tuple[ExemptionUse, ...]:
        """The exemptions that let a violation through."""
        return tuple(use for use in self.exemptions if use.state == "used")
