"""Exemptions: a violation that somebody answers for, up to an amount, until a date.

An exemption is a number and a date, not a switch. One whose date has passed is itself a violation, and one
that matched nothing is reported, so that the list stays short.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase

from plimsoll.gate.rule import Scene
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
        """Whether the last day it holds has passed. ISO dates compare as text."""
        return self.expires < on_date

    def covers(self, violation: Violation, scene: Scene) -> bool:
        """Whether it lets this violation through, were it in force."""
        if violation.policy != self.policy or violation.code in NEVER:
            return False
        if not fnmatchcase(violation.urn or "", self.urn_glob):
            return False
        if not self._within(violation.usd_per_month):
            return False
        if self.scope.everything:
            return True
        resource = scene.by_urn.get(violation.urn or "")
        if resource is None:
            return self.scope.matches_stack(scene)
        return self.scope.matches(resource, scene)

    def _within(self, usd: Decimal | None) -> bool:
        """An amount nobody knows is within no limit."""
        if self.allow_up_to_usd is None:
            return usd is None
        return usd is not None and usd <= self.allow_up_to_usd

    def use(self, state: str, violation: Violation | None = None) -> ExemptionUse:
        """Report what became of it."""
        assert state in ("used", "unused", "expired")
        return ExemptionUse(
            self.policy,
            state,
            self.owner,
            self.approved_by,
            self.reason,
            self.expires,
            self.allow_up_to_usd,
            violation.urn if violation else None,
            violation.message if violation else "",
        )


def apply_exemptions(
    violations: Iterable[Violation], exemptions: Sequence[Exemption], scene: Scene
) -> tuple[list[Violation], list[ExemptionUse]]:
    """Take out what an exemption in force covers; expired exemptions become violations."""
    kept: list[Violation] = []
    uses: dict[int, list[ExemptionUse]] = {}
    for violation in violations:
        index = _covering(violation, exemptions, scene)
        if index is None:
            kept.append(violation)
        else:
            uses.setdefault(index, []).append(exemptions[index].use("used", violation))
    report: list[ExemptionUse] = []
    for index, exemption in enumerate(exemptions):
        if exemption.expired(scene.on_date):
            kept.append(_expired(exemption))
            report.append(exemption.use("expired"))
        else:
            report += uses.get(index) or [exemption.use("unused")]
    return kept, report


def _covering(violation: Violation, exemptions: Sequence[Exemption], scene: Scene) -> int | None:
    for index, exemption in enumerate(exemptions):
        if not exemption.expired(scene.on_date) and exemption.covers(violation, scene):
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
