"""The cost of a run as the document carries it, and what other terms would make of it."""

from decimal import Decimal

from plimsoll.candidates.runs.candidate import RunSized, RunSpace
from plimsoll.ground.units import to_cent, usd_text
from plimsoll.money.left_out import left_out
from plimsoll.plan.beside.hosted import Hosted, hosted, usd_of
from plimsoll.plan.runs.plan import RunCost
from plimsoll.spec.alternative import Alternative

MILLION = Decimal(1_000_000)

_NOT_OF_RUNS = ("a load balancer", "object storage and transfer")
"""How what is left out of a service begins, of what a run does not have or does count."""

_LEFT_OUT = ("transfer of data sets, model weights and images, and requests to object storage (usage)",)


def run_cost(space: RunSpace, sized: RunSized) -> RunCost:
    """Write down the money of the choice."""
    totals, month = space.work.totals, sized.month
    others = (text for text in left_out(own=month.purchase is not None) if not text.startswith(_NOT_OF_RUNS))
    return RunCost(
        usd_per_month=month.usd_per_month,
        list_usd_per_month=month.list_usd_per_month,
        lines=month.lines,
        usd_per_million_output_tokens=_per_million(sized, totals.output_tokens),
        alternatives={},
        reserved_1y_nodes=None,
        left_out=(*_LEFT_OUT, *others),
        usd_per_run=month.usd_per_run,
        usd_per_million_tokens=_per_million(sized, totals.tokens),
        list_usd_per_run=month.list_usd_per_run,
    )


def alternative_of(space: RunSpace) -> Hosted | None:
    """Price the answers as a hosted batch API would, where the spec says what it asks."""
    asked: Alternative | None = getattr(space.spec, "alternative", None)
    totals, runs = space.work.totals, space.spec.runs_per_month
    if asked is None or totals.output_tokens is None:
        return None
    run = usd_of(asked, totals.input_tokens or 0, totals.output_tokens)
    month = None if runs is None else usd_text(to_cent(run) * Decimal(str(runs)))
    return hosted(asked, month, None, usd_text(run))


def _per_million(sized: RunSized, tokens: int | None) -> str | None:
    return usd_text(sized.bill.expected * MILLION / tokens) if tokens else None
