"""Reminders are what a week may make due: prices that are old, quotas that a plan or a proposal needs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from plimsoll.ground.start_up import record
from plimsoll.ground.tree import step
from plimsoll.plan.plan import Plan
from plimsoll.review.lock.opened import LockFile, newer_prices

OLD_DAYS = 90
"""Days after which prices are worth a word; AWS moved accelerator prices in most quarters since 2024."""


@record
class ProposedQuota:
    """What a proposal needs of a Service Quota, beside what the lock does."""

    code: Annotated[str | None, "Service Quotas code; null if AWS has none."]
    name: Annotated[str, "Name of the quota."]
    region: Annotated[str, "AWS region that it holds in."]
    need_vcpus: Annotated[int, "vCPU of every pool of the proposal at its limit, nodes in flight included."]
    lock_vcpus: Annotated[int, "vCPU that the lock needs of it; 0 where it needs none."]


@record
class WeeklyReminder:
    """One thing to look after."""

    name: Annotated[str, "Workload."]
    about: Annotated[Literal["quota", "prices", "expires"], "What it is about."]
    text: Annotated[str, "What is so."]
    do: Annotated[str, "The command that looks after it."]


def proposed_quotas(lock: Mapping[str, Any], answer: Plan) -> tuple[ProposedQuota, ...]:
    """Say what a proposal needs of each quota, and what its lock does."""
    was = _needs(lock)
    region = answer.chosen.region
    return tuple(
        ProposedQuota(each.code, each.name, region, each.vcpus, was.get((region, each.name), 0))
        for each in answer.quotas
    )


def _needs(plan: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    region = str(step(plan, "chosen", "region"))
    return {(region, each["name"]): each["vcpus"] for each in plan.get("quotas") or ()}


def reminders_of(
    held: LockFile, quotas: Sequence[ProposedQuota], seen_until: str | None
) -> Iterator[WeeklyReminder]:
    """List what is due of a lock; `seen_until` is the last day that was measured, by which prices are old."""
    name, lock = str(held.lock.plan["workload"]["name"]), held.path.name
    yield from _prices(held, name, seen_until)
    yield from _expiry(held, name, seen_until)
    for (region, quota), vcpus in _needs(held.lock.plan).items():
        text = f"the plan at its limit needs {vcpus:,} vCPU of {quota} in {region}"
        yield WeeklyReminder(name, "quota", text, f"plimsoll quota {lock} --profile default")
    for each in quotas:
        if each.need_vcpus > each.lock_vcpus:
            code = f" ({each.code})" if each.code else ""
            needs = f"{each.need_vcpus:,} vCPU of {each.name}{code} in {each.region}"
            text = f"the proposal needs {needs}, where the lock needs {each.lock_vcpus:,}"
            yield WeeklyReminder(name, "quota", text, "have AWS raise it before the proposal is merged")


def _prices(held: LockFile, name: str, seen_until: str | None) -> Iterator[WeeklyReminder]:
    as_of, again = held.lock.facts.prices.as_of, f"plimsoll lock {held.lock.spec.file}"
    if newer := newer_prices(held):
        yield WeeklyReminder(
            name, "prices", f"locked at prices of {as_of}, and those of {newer} are here", again
        )
    if seen_until is not None:
        newest = newer or as_of
        days = (date.fromisoformat(seen_until) - date.fromisoformat(newest)).days
        if days > OLD_DAYS:
            text = f"the newest prices here are of {newest}, {days} days before {seen_until}"
            yield WeeklyReminder(name, "prices", text, "plimsoll prices refresh")


def _expiry(held: LockFile, name: str, seen_until: str | None) -> Iterator[WeeklyReminder]:
    expires = step(held.lock.plan, "workload", "expires")
    if isinstance(expires, str) and seen_until is not None and seen_until > expires:
        text = f"its spec expired on {expires}, and it still served on {seen_until}"
        yield WeeklyReminder(
            name, "expires", text, f"take it down, or renew expires in {held.lock.spec.file}"
        )
