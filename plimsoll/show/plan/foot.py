"""The foot of a plan: the quotas that it needs, what it assumes, what it leaves out; one thing a line."""

from collections.abc import Iterator, Sequence

from plimsoll.ground.assumption import Assumption
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.quotas.quota import Quota
from plimsoll.show.plan.words import assumption_text
from plimsoll.show.table import Column, Table
from plimsoll.show.text import Style, wrap

FIRST = (
    "weights",
    "precision",
    "audio extra",
    "region",
    "price of",
    "load.",
    "model.",
    "budget",
    "sla.",
    "sla",
    "speed",
    "utilisation target",
    "replicas spread over",
    "off-peak availability",
    "capacity.",
    "spot interruption",
    "scale.",
    "engine",
)
LAST = ("cold start", "scale to zero", "rolling update", "on-demand price as of", "hours per month")
"""How names of assumptions begin: what moves the money or the verdict most stands first, what moves neither
last; what is named in neither stands between."""

_ASSUMED = (Column(least=26), Column(least=30))


def foot(answer: Plan | Refusal, style: Style) -> Iterator[str]:
    """Write the notes of a plan or a refusal."""
    plan = answer if isinstance(answer, Plan) else None
    yield from quota_lines(plan.quotas if plan is not None else (), style)
    yield from assumed_lines(answer.assumptions, style)
    yield from left_out_lines(plan.cost.left_out if plan is not None else (), style)


def quota_lines(quotas: Sequence[Quota], style: Style) -> Iterator[str]:
    """List the quotas that a ceiling needs."""
    if quotas:
        yield style.paint("QUOTAS that the ceiling needs", "bold")
        for quota in quotas:
            code = f" ({quota.code})" if quota.code else ""
            yield from wrap(f"{quota.name}: {quota.vcpus} vCPU{code}", style.width, "  ", "    ")
        yield ""


def assumed_lines(assumptions: Sequence[Assumption], style: Style) -> Iterator[str]:
    """List every number that nobody supplied."""
    yield style.paint("ASSUMED, what matters most first", "bold")
    rows = [(assumption_text(item), item.source) for item in by_weight(assumptions)]
    yield from Table(_ASSUMED, rows).lines(style.width)


def left_out_lines(texts: Sequence[str], style: Style) -> Iterator[str]:
    """List what is in none of the numbers."""
    if texts:
        yield ""
        yield style.paint("LEFT OUT of every number above", "bold")
        for text in texts:
            yield from wrap(text, style.width, "  ", "    ")


def by_weight(assumptions: Sequence[Assumption]) -> list[Assumption]:
    """Put what moves the money or the verdict most first; what weighs the same keeps its order."""
    return sorted(assumptions, key=_weight)


def _weight(item: Assumption) -> int:
    for place, start in enumerate(FIRST):
        if item.name.startswith(start):
            return place
    for place, start in enumerate(LAST):
        if item.name.startswith(start):
            return len(FIRST) + 1 + place
    return len(FIRST)
