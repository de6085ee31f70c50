"""The report of `plimsoll check --format json` is read back, for what a comment says of it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.text.strict_json import NotJsonError, read_json

CHECK_SCHEMA = "plimsoll.dev/check/v1"
BLOCKING = ("mandatory", "remediate")
"""Levels of a violation that stop a deployment."""

Cents = Annotated[Decimal, Field(allow_inf_nan=False)]


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ReportMoney(_Read):
    """What the graph can cost, USD a month; None where something cannot be priced."""

    ceiling: Cents | None


class ReportBudget(_Read):
    """The budget that the graph was held against."""

    usd_per_month: Cents
    basis: str


class ReportViolation(_Read):
    """One violation."""

    policy: str
    level: str
    code: str
    urn: str | None
    message: str

    @property
    def blocks(self) -> bool:
        """Whether it stops a deployment."""
        return self.level in BLOCKING


class ReportExemption(_Read):
    """One exemption that let something through."""

    policy: str
    allow_up_to_usd: Cents | None
    owner: str
    approved_by: str
    reason: str
    expires: str


class ReportUnpriced(_Read):
    """One resource that has no price."""

    urn: str
    message: str


class CheckReport(_Read):
    """What a comment needs of a check's report."""

    verdict: Literal["pass", "violation"]
    usd_per_month: ReportMoney
    budget: ReportBudget | None
    violations: tuple[ReportViolation, ...]
    exemptions_used: tuple[ReportExemption, ...]
    cannot_price: tuple[ReportUnpriced, ...]

    @property
    def blocking(self) -> tuple[ReportViolation, ...]:
        """The violations that stop a deployment."""
        return tuple(each for each in self.violations if each.blocks)

    @property
    def over_usd(self) -> Decimal | None:
        """By how much the whole is over its budget; None if that is not what is wrong, or not known."""
        stack = any(each.code == "over_budget" and each.urn is None for each in self.blocking)
        if not stack or self.budget is None or self.usd_per_month.ceiling is None:
            return None
        over = self.usd_per_month.ceiling - self.budget.usd_per_month
        return over if over > 0 else None


def read_report(text: str, file: str) -> CheckReport:
    """Read a report.

    Raises:
        SpecError: it is none that this release can read.
    """
    try:
        document: Mapping[str, Any] = read_json(text, file)
    except NotJsonError as error:
        raise SpecError(error.problem) from None
    fix = "write it with 'plimsoll check … --format json'"
    if not isinstance(document, dict) or document.get("schema") != CHECK_SCHEMA:  # pyright: ignore[reportUnnecessaryIsInstance] - foreign JSON
        raise SpecError(
            Problem("no report of a check", f"its schema is not {CHECK_SCHEMA}", fix, "--check", file)
        )
    try:
        return CheckReport.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        raise SpecError(Problem("no report that can be read", str(first["msg"]), fix, path, file)) from None
