"""A workload may say when it ends; after that day nothing of it passes."""

from collections.abc import Iterable
from datetime import date

from plimsoll.gate.case import Case
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import WORKLOAD_COMPONENT
from plimsoll.pricing.inputs import inputs_of


def _ended(resource: Resource, case: Case, config: Config) -> Iterable[Finding]:
    """Find a component of a workload whose last day has passed; one that cannot be read is refused."""
    del config
    if resource.custom or resource.type != WORKLOAD_COMPONENT:
        return
    view = inputs_of(resource)["expires"]
    if view.absent:
        return
    last = view.text()
    try:
        ended = date.fromisoformat(last).isoformat() < case.on_date
    except ValueError:
        yield Finding(
            "invalid_value", resource.urn, f"expires is {last[:40]!a}, not a date such as 2027-06-30"
        )
        return
    if ended:
        yield Finding("expired", resource.urn, f"{resource.name} expired on {last}, and it is {case.on_date}")


EXPIRED = Rule(
    name="expired",
    description="No workload runs past the day on which its spec says that it ends.",
    level="mandatory",
    severity="high",
    remediation="Take the workload down, or have a later `expires` approved in its spec.",
    each=_ended,
)
