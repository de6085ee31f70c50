"""What the ceilings of plans need of Service Quotas, held against what an account may have."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from plimsoll.ground import meaning
from plimsoll.ground.meaning import Example
from plimsoll.ground.start_up import record
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan

SCHEMA = "plimsoll.dev/quota/v1"


@record
class QuotaNeed:
    """One quota of a region, counted in vCPU; on-demand and spot have quotas of their own."""

    code: Annotated[str | None, "Service Quotas code; null if AWS has none.", Example("L-DB2E81BA")]
    name: Annotated[str, "Name of the quota."]
    region: Annotated[str, "AWS region that it holds in."]
    need_vcpus: Annotated[int, "vCPU of every pool at its limit, with the nodes in flight above it."]
    applied_vcpus: Annotated[int | None, "vCPU that the account may have; null if nobody said."]
    in_use_vcpus: Annotated[int | None, "vCPU that it has now; null if nobody said."]
    short_vcpus: Annotated[int | None, "vCPU to ask AWS for; null where the account's are not known."]


@record
class QuotaReport:
    """The quotas that some plans need."""

    schema: Annotated[str, meaning.SCHEMA]
    quotas: Annotated[tuple[QuotaNeed, ...], "Every quota, by region and name."]

    @property
    def is_short(self) -> bool:
        """Whether any of them is short."""
        return any(quota.short_vcpus for quota in self.quotas)


Limits = Mapping[tuple[str, str], tuple[int, int | None]]
"""What an account may have and has now, vCPU, by region and code."""


def needs_of(plans: Iterable[Plan | RunPlan]) -> dict[tuple[str, str, str | None], int]:
    """Add up what plans need of each quota, by region, name and code.

    A spot pool needs its on-demand quota too: what spot does not give is bought on demand.
    """
    found: dict[tuple[str, str, str | None], int] = {}
    for plan in plans:
        for quota in plan.quotas:
            key = plan.chosen.region, quota.name, quota.code
            found[key] = found.get(key, 0) + quota.vcpus
    return dict(sorted(found.items(), key=lambda item: (*item[0][:2], item[0][2] or "")))


def held_against(needs: Mapping[tuple[str, str, str | None], int], limits: Limits) -> QuotaReport:
    """Hold the needs against the limits: short is what is needed and in use beyond what is applied."""
    return QuotaReport(SCHEMA, tuple(_need(key, vcpus, limits) for key, vcpus in needs.items()))


def _need(key: tuple[str, str, str | None], vcpus: int, limits: Limits) -> QuotaNeed:
    region, name, code = key
    applied, used = limits.get((region, code or ""), (None, None))
    short = None if applied is None else max(vcpus + (used or 0) - applied, 0)
    return QuotaNeed(code, name, region, vcpus, applied, used, short)
