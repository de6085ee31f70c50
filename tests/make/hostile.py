"""Hostile texts, and a verdict in which every word that somebody else chose is one of them."""

from decimal import Decimal

import yaml

from plimsoll.gate.verdict import (
    BudgetUsed,
    ExemptionUse,
    KnownMoney,
    LevelChange,
    Money,
    NotApplicable,
    Verdict,
    Violation,
)
from tests.make.places import ROOT

GROUPS = yaml.safe_load((ROOT / "tests" / "cases" / "injection.yaml").read_text(encoding="utf-8"))
CORPUS: list[str] = [text for group in GROUPS.values() for text in group]


def money(ceiling: str) -> Money:
    return Money(floor=Decimal("0"), ceiling=Decimal(ceiling))


def verdict(texts: list[str], *, passes: bool) -> Verdict:
    """A verdict in which every word that somebody else chose is one of `texts`."""
    level = "advisory" if passes else "mandatory"
    violations = [
        Violation(t, level, "over_budget", f"urn:pulumi:dev::p::t::{t}", t, f"{t}\n{t}", Decimal("9.00"))
        for t in texts
    ]
    used = tuple(ExemptionUse(t, t, t, Decimal("5"), t, t, t, t) for t in texts)
    return Verdict(
        verdict="pass" if passes else "violation",
        usd_per_month=money("9.00"),
        list_usd_per_month=None,
        at_least=KnownMoney(floor=Decimal("0"), ceiling=Decimal("9")),
        budget=BudgetUsed(Decimal("5"), texts[0]),
        asked_on=None,
        priced_on="2026-07-20",
        oldest_on="2026-07-20",
        judged_on="2026-11-28",
        prices=None,
        region=texts[-1],
        lines=(),
        violations=tuple(violations),
        exemptions_used=used,
        exemptions_unused=used,
        exemptions_expired=used,
        cannot_price=(),
        free=(),
        by_use=(),
        covered_by_pools=(),
        external=(),
        not_applicable=tuple(NotApplicable(t, t) for t in texts),
        level_changes=tuple(LevelChange(t, "mandatory", "advisory", lowered=True) for t in texts[:40]),
        notes=tuple(texts),
        not_monthly=tuple(texts),
    )
