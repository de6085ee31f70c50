"""The answer of `plimsoll plan`, one plan or several, in each of its formats."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.total import total
from plimsoll.plan.write import written_together
from plimsoll.show.text import PIPED, Style

if TYPE_CHECKING:  # start-up: only several workloads under one budget have one, and no service is a run
    from plimsoll.candidates.nearest import Accelerators
    from plimsoll.plan.portfolio.document import Portfolio
    from plimsoll.plan.runs.plan import RunAnswer


@record
class Planned:
    """Plans and refusals, one for each spec; `accelerators` maps instance types to what they carry.

    `portfolio` is what they are together under one budget and one set of quotas, if that was asked for.
    """

    answers: "tuple[Plan | Refusal | RunAnswer, ...]"
    accelerators: "Accelerators"
    portfolio: "Portfolio | None" = None

    @property
    def total(self) -> dict[str, str | None]:
        """The sums over all workloads, USD a month; what a cluster shares counts once."""
        return total(self.answers)


def planned(
    answers: "Sequence[Plan | Refusal | RunAnswer]", catalog: Catalog, portfolio: "Portfolio | None" = None
) -> Planned:
    """Put plans together with what the catalogue says of their instance types."""
    known = catalog.accelerators
    carried = {name: known.get(catalog.instance_types[name].accelerator or "") for name in catalog.planned}
    return Planned(tuple(answers), carried, portfolio)


def as_json(answer: Planned, _: Style = PIPED) -> str:
    """Write the document of one spec, or of several with their total."""
    from plimsoll.show.json_text import dumps

    return dumps(written_together(answer.answers, answer.portfolio))


def table(answer: Planned, style: Style = PIPED) -> str:
    """Write every plan for a terminal, and their sum."""
    from plimsoll.show.plan.table import total_table

    parts = [_one(each, style, answer.accelerators) for each in answer.answers]
    if len(answer.answers) > 1:
        parts.append(total_table(answer.answers, answer.total, style))
    if answer.portfolio is not None:
        from plimsoll.show.plan.portfolio import portfolio_table

        parts.append(portfolio_table(answer.portfolio, style))
    return "\n".join(parts)


def _one(each: "Plan | Refusal | RunAnswer", style: Style, accelerators: "Accelerators") -> str:
    if isinstance(each, Plan | Refusal):
        from plimsoll.show.plan.table import plan_table

        return plan_table(each, style, accelerators)
    from plimsoll.show.runs.table import run_table  # start-up: a service has no run

    return run_table(each, style, accelerators)


def markdown(answer: Planned, _: Style = PIPED) -> str:
    """Write every plan for a pull request."""
    from plimsoll.show.plan.markdown import plan_markdown

    plans = plan_markdown(answer.answers, answer.total, answer.accelerators)
    if answer.portfolio is None:
        return plans
    from plimsoll.show.plan.portfolio import portfolio_markdown

    return f"{portfolio_markdown(answer.portfolio)}\n{plans}"
