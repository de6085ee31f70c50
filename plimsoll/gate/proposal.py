"""The exemptions that would let a verdict through are proposed, ready to paste for who answers for them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from plimsoll.gate.exemptions import NEVER
from plimsoll.gate.rules.budget import BUDGET
from plimsoll.gate.rules.drift import PLAN_DRIFT
from plimsoll.gate.rules.facts import UNPRICED_COST
from plimsoll.gate.verdict import Verdict, Violation

MONEY = (BUDGET.name, PLAN_DRIFT.name, UNPRICED_COST.name)
"""Policies about money: their exemptions are a number, not a switch."""

HOLDS_DAYS = 90
"""Days for which an exemption is proposed: a quarter, after which somebody looks again."""

_ACTIVE = re.compile(r"[^A-Za-z0-9:/._$#-]")

MOST = 5
"""Records that are proposed: whoever needs more has another problem."""


def proposed(verdict: Verdict) -> list[str]:
    """Write an exemptions file that covers what blocks, line by line; empty where none would help.

    Owner, approver and reason are for a person to fill in, and so is an amount that nobody knows: until it
    stands there the file is refused.
    """
    found = _exemptible(verdict)
    open_ = any(each.policy == UNPRICED_COST.name and each.usd_per_month is None for each in found)
    records = [list(_record(each, verdict.judged_on, open_=open_)) for each in found]
    if not records:
        return []
    more = [f"  # and {len(records) - MOST} more of this kind"] if len(records) > MOST else []
    return ["exemptions:", *(line for record in records[:MOST] for line in record), *more]


def _exemptible(verdict: Verdict) -> list[Violation]:
    """List what blocks and may be exempted, once for each policy and resource, at the largest amount."""
    found: dict[tuple[str, str | None], Violation] = {}
    for each in verdict.violations:
        key = (each.policy, each.urn)
        if not each.blocks or each.code in NEVER:
            continue
        if key not in found or (found[key].usd_per_month or 0) < (each.usd_per_month or 0):
            found[key] = each
    return list(found.values())


def _record(violation: Violation, judged_on: str, *, open_: bool) -> Iterator[str]:
    yield f"  - policy: {violation.policy}"
    yield f'    match: {{urn_glob: "{_glob(violation.urn)}"}}'
    if violation.policy in MONEY:
        more = "  # and what is allowed for what has no price" if open_ and violation.usd_per_month else ""
        yield f"    allow_up_to_usd: {_amount(violation.usd_per_month)}{more}"
    yield "    owner: TEAM"
    yield "    approved_by: PERSON"
    yield "    reason: WHY, WITH A TICKET"
    yield f'    expires: "{date.fromisoformat(judged_on) + timedelta(days=HOLDS_DAYS)}"'


def _glob(urn: str | None) -> str:
    """Match one URN: `?`, any one sign, stands for what a glob, YAML or Markdown would act on."""
    return "*" if urn is None else _ACTIVE.sub("?", urn)


def _amount(usd: Decimal | None) -> str:
    if usd is None:
        return " # USD per month that you answer for: nobody knows it"
    return str(usd.quantize(Decimal("0.01"), ROUND_CEILING))
