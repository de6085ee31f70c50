"""Money of a diff becomes text: three numbers, their change, and its split by cause."""

from plimsoll.ground.units import usd_text
from plimsoll.money.runs.month import RunUsd
from plimsoll.money.totals import MonthlyUsd
from plimsoll.review.diff.causes import Shares
from plimsoll.review.diff.document import DiffCauses, DiffChoice, DiffMoney, DiffReplicas, DiffSide
from plimsoll.review.diff.settled import Settled
from plimsoll.review.solved.solution import why_refused
from plimsoll.review.solved.stored_plan import BASES, StoredPlan, Sums

NO_MONEY = DiffMoney(None, None, None)


def money_of(usd: Sums | None) -> DiffMoney:
    """Write the three numbers; nulls where there are none."""
    return NO_MONEY if usd is None else DiffMoney(**_texts(usd))


def causes_of(found: Shares) -> DiffCauses:
    """Write what each cause adds."""
    return DiffCauses(**{cause: None if usd is None else money_of(usd) for cause, usd in found.items()})


def side_of(side: Settled) -> DiffSide:
    """Write what one side has for a workload."""
    found, choice = side.solution, side.solution.choice
    return DiffSide(
        outcome=found.outcome,
        id=choice and choice.id,
        instance_type=choice and choice.instance_type,
        region=choice and choice.region,
        precision=choice and choice.precision,
        replicas=choice and _replicas(choice),
        usd_per_month=money_of(found.usd("month")),
        usd_per_run=money_of(found.usd("run")) if side.entry.ends else None,
        run=choice and choice.shape,
        within_budget=found.within and _choice(found.within),
        refusal=why_refused(found),
    )


def _choice(plan: StoredPlan) -> DiffChoice:
    month, run = plan.usd_per_month, plan.usd_per_run
    return DiffChoice(
        id=plan.id,
        instance_type=plan.instance_type,
        region=plan.region,
        precision=plan.precision,
        replicas=_replicas(plan),
        usd_per_month=None if month is None else MonthlyUsd(**_texts(month)),
        usd_per_run=None if run is None else RunUsd(**_texts(run)),
        run=plan.shape,
    )


def _replicas(plan: StoredPlan) -> DiffReplicas | None:
    return None if plan.replicas_max is None else DiffReplicas(plan.replicas_max)


def _texts(usd: Sums) -> dict[str, str]:
    return {of: usd_text(usd[of]) for of in BASES}
