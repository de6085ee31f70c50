"""An exemption lets a violation through that somebody answers for, up to an amount, until a date.

An exemption is a number and a date, not a switch. One whose date has passed is itself a violation, and one
that matched nothing is reported, so that the list stays short.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase

from plimsoll.gate.case import Case
from plimsoll.gate.scope import WHOLE, Scope
from plimsoll.gate.verdict import ExemptionUse, Violation

NEVER = ("crashed", "exemption_expired")
"""Codes that no exemption covers: a rule that did not run has found nothing to exempt."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """One record of the exemptions file.

    `urn_glob` matches the violation's URN (`*` everything, also the graph as a whole); `scope` narrows by
    who owns the resource. `allow_up_to_usd` is required for money: what exceeds it is a violation still.
    """

    policy: str
    owner: str
    approved_by: str
    reason: str
    expires: str
    urn_glob: str = "*"
    scope: Scope = WHOLE
    allow_up_to_usd: Decimal | None = None

    def expired(self, on_date: str) -> bool:
        """Tell whether the last day it holds has passed. ISO dates compare as text."""
        return self.expires < on_date

    def covers(self, violation: Violation, case: Case) -> bool:
        """Tell whether it lets this violation through, were it in force."""
        if violation.policy != self.policy or violation.code in NEVER:
            return False
        if not fnmatchcase(violation.urn or "", self.urn_glob):
            return False
        if not self._within(violation.usd_per_month):
            return False
        if self.scope.everything:
            return True
        resource = case.by_urn.get(violation.urn or "")
        if resource is None:
            return self.scope.matches_stack(case)
        return self.scope.matches(resource, case)

    def _within(self, usd: Decimal | None) -> bool:
        """Hold an amount against the limit; an amount nobody knows is within none."""
        if self.allow_up_to_usd is None:
            return usd is None
        return usd is not None and usd <= self.allow_up_to_usd

    def use(self, violation: Violation | None = None) -> ExemptionUse:
        """Report what it let through, if anything."""
        return ExemptionUse(
            self.policy,
            violation.urn if violation else None,
            violation.message if violation else "",
            self.allow_up_to_usd,
            self.owner,
            self.approved_by,
            self.reason,
            self.expires,
        )


@dataclass(frozen=True, slots=True)
class Applied:
    """Exemptions were applied: the violations that stay, and what became of each exemption."""

    kept: tuple[Violation, ...]
    used: tuple[ExemptionUse, ...]
    unused: tuple[ExemptionUse, ...]
    expired: tuple[ExemptionUse, ...]


def apply_exemptions(violations: Iterable[Violation], exemptions: Sequence[Exemption], case: Case) -> Applied:
    """Take out what an exemption in force covers; expired exemptions become violations."""
    kept: list[Violation] = []
    let_through: dict[int, list[ExemptionUse]] = {}
    for violation in violations:
        index = _covering(violation, exemptions, case)
        if index is None:
            kept.append(violation)
        else:
            let_through.setdefault(index, []).append(exemptions[index].use(violation))
    expired = [exemption for exemption in exemptions if exemption.expired(case.on_date)]
    unused = [
        exemption
        for index, exemption in enumerate(exemptions)
        if index not in let_through and not exemption.expired(case.on_date)
    ]
    return Applied(
        (*kept, *map(_expired, expired)),
        tuple(use for index in sorted(let_through) for use in let_through[index]),
        tuple(exemption.use() for exemption in unused),
        tuple(exemption.use() for exemption in expired),
    )


def _covering(violation: Violation, exemptions: Sequence[Exemption], case: Case) -> int | None:
    for index, exemption in enumerate(exemptions):
        if not exemption.expired(case.on_date) and exemption.covers(violation, case):
            return index
    return None


def _expired(exemption: Exemption) -> Violation:
    return Violation(
        exemption.policy,
        "mandatory",
        "exemption_expired",
        None,
        f"the exemption of {exemption.owner} ended on {exemption.expires}; approve it anew or remove it",
    )
