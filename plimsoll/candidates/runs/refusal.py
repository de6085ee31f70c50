"""The refusal of a run says which limits clash, in one line, and with which exit code."""

from decimal import Decimal

from plimsoll.candidates.refusal import clash
from plimsoll.candidates.runs.candidate import RunSearch
from plimsoll.ground.problems import ExitCode
from plimsoll.ground.units import usd_display
from plimsoll.sizing.limits import BUDGET, UNKNOWN


def run_clash(search: RunSearch) -> tuple[tuple[str, ...], str, ExitCode]:
    """Find what clashes, say it in a line, and choose the exit code: 4, 5 or 3."""
    binding, code = clash(search.candidates), _exit_code(search)
    return binding, _message(search, binding, code), code


def _exit_code(search: RunSearch) -> ExitCode:
    if any(candidate.breaks_only(BUDGET) for candidate in search.candidates):
        return ExitCode.OVER_BUDGET
    if any(candidate.reasons and candidate.codes <= UNKNOWN for candidate in search.candidates):
        return ExitCode.MISSING_FACT
    return ExitCode.INFEASIBLE


def _message(search: RunSearch, binding: tuple[str, ...], code: ExitCode) -> str:
    tried, limits = len(search.candidates), ", ".join(binding) or "no candidate"
    if code is ExitCode.OVER_BUDGET:
        return f"over budget: {tried} candidates tried, none within {_budget(search)}; what clashes: {limits}"
    if code is ExitCode.MISSING_FACT:
        return f"a fact is missing: {tried} candidates tried, at least one fails for nothing else; {limits}"
    return f"infeasible: {tried} candidates tried, none holds every limit; what clashes: {limits}"


def _budget(search: RunSearch) -> str:
    budget = search.space.spec.budget
    if budget is None:
        return "the budget"
    amounts = ((budget.usd_per_run, "run"), (budget.usd_per_month, "month"))
    return " and ".join(
        f"{usd_display(Decimal(str(amount)))} a {of}" for amount, of in amounts if amount is not None
    )
