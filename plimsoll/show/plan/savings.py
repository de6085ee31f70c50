"""Savings as people read them: each lever with its dollars, its key and what it takes; then the idle ones."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from plimsoll.candidates.ways_out import shown
from plimsoll.plan.beside.saving import MENDS, NoSaving, Saving
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.show.money import usd
from plimsoll.show.table import Column, Table
from plimsoll.show.text import Style, wrap

if TYPE_CHECKING:  # start-up: a service has no run
    from plimsoll.plan.runs.plan import RunAnswer

HEADING = "WHAT WOULD SAVE, each alone, solved again on this workload"
UNDER_REFUSAL = "WHAT WOULD SAVE on the plan without the budget, each alone"
IDLE = "WHAT SAVES NOTHING HERE"
IDLE_OR_WAY_OUT = "WHAT SAVES NOTHING HERE, or is a way out"
SAVING_HEADS = ("lever", "saves", "expected", "ceiling", "change")

_SAVINGS = (
    Column("lever"),
    Column("saves", right=True),
    Column("expected", right=True),
    Column("ceiling", right=True),
    Column("change", least=30),
)
_IDLE = (Column(), Column(least=40))


def lever_lines(answer: "Plan | Refusal | RunAnswer", style: Style) -> Iterator[str]:
    """Write both lists."""
    if answer.savings:
        yield style.paint(heading_of(answer), "bold")
        heading, *rows = Table(_SAVINGS, [saving_row(each) for each in answer.savings]).blocks(style.width)
        yield from heading
        for row, each in zip(rows, answer.savings, strict=True):
            yield from row
            yield from wrap(each.trade_off, style.width, "      ")
        yield ""
    if answer.savings_not:
        yield style.paint(idle_heading_of(answer), "bold")
        yield from Table(_IDLE, idle_rows(answer.savings_not)).lines(style.width)
        yield ""


def heading_of(answer: "Plan | Refusal | RunAnswer") -> str:
    """Say on which plan the levers were solved."""
    return HEADING if hasattr(answer, "cost") else UNDER_REFUSAL


def idle_heading_of(answer: "Plan | Refusal | RunAnswer") -> str:
    """Say what the other levers do: one that mends a refusal stands among them, and is no saving."""
    mends = any(MENDS in each.message for each in answer.savings_not or ())
    return IDLE_OR_WAY_OUT if mends else IDLE


def saving_row(saving: Saving) -> tuple[str, ...]:
    """Lever, saves, expected, ceiling, change; of a run by the run."""
    money = (
        (saving.saves_usd_per_run, saving.usd_per_run_expected, saving.usd_per_run_ceiling)
        if saving.saves_usd_per_run is not None
        else (saving.saves_usd_per_month, saving.usd_per_month_expected, saving.usd_per_month_ceiling)
    )
    return (saving.strategy, *(usd(each) if each is not None else "" for each in money), change_text(saving))


def change_text(saving: Saving) -> str:
    """`capacity.spot: never → allow`; of a commitment the entry of the discounts file."""
    if saving.change == "discounts.commitments":
        return f"{saving.change}: {shown(saving.to)}"
    return f"{saving.change}: {shown(saving.from_)} → {shown(saving.to)}"


def idle_rows(idle: Sequence[NoSaving]) -> list[tuple[str, str]]:
    """Lever and why."""
    return [(each.strategy, each.message) for each in idle]
