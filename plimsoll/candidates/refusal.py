"""A refusal says which limits clash, in one line, and with which exit code."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import Protocol

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground.problems import ExitCode
from plimsoll.ground.units import usd_display
from plimsoll.sizing.limits import BUDGET, CHOICES, FACTS, UNKNOWN


class Judged(Protocol):
    """Whatever was judged: the codes of the limits it breaks."""

    @property
    def codes(self) -> frozenset[str]:
        """The codes."""
        ...


def clash(candidates: Sequence[Judged]) -> tuple[str, ...]:
    """Find the smallest set of limit codes such that every candidate breaks at least one of them.

    Candidates that fail on facts alone could never be had, so they only count when there is nothing
    else. Smallest by size, then alphabetically.
    """
    failed = {candidate.codes for candidate in candidates}
    within_reach = {codes for codes in failed if not codes & FACTS}
    if all(codes & CHOICES for codes in within_reach):
        # The spec's own choice excludes all of them; what it chose instead fails on facts, and they clash.
        within_reach |= {codes for codes in failed if not codes & CHOICES}
    sets = {codes for codes in (within_reach or failed) if codes}
    codes = sorted({code for codes in sets for code in codes})
    for count in range(1, len(codes) + 1):
        for chosen in combinations(codes, count):
            if all(set(chosen) & codes_of_one for codes_of_one in sets):
                return chosen
    return ()


def only_over_budget(search: Search) -> list[Candidate]:
    """The candidates that break the budget and nothing else."""
    return [candidate for candidate in search.candidates if candidate.breaks_only(BUDGET)]


def exit_code(search: Search) -> ExitCode:
    """4 if a plan exists without the budget, 5 if only a fact is missing for one, else 3."""
    if only_over_budget(search):
        return ExitCode.OVER_BUDGET
    if any(candidate.reasons and candidate.codes <= UNKNOWN for candidate in search.candidates):
        return ExitCode.MISSING_FACT
    return ExitCode.INFEASIBLE


def message(search: Search, binding: Sequence[str], code: ExitCode) -> str:
    """Say in one line that nothing holds, how much was tried, and what clashes."""
    tried = len(search.candidates)
    limits = ", ".join(binding) or "no candidate"
    if code is ExitCode.OVER_BUDGET and search.workload.budget is not None:
        budget = usd_display(Decimal(str(search.workload.budget.usd_per_month)))
        return f"over budget: {tried} candidates tried, none within {budget} a month; what clashes: {limits}"
    if code is ExitCode.MISSING_FACT:
        return f"a fact is missing: {tried} candidates tried, at least one fails for nothing else; {limits}"
    return f"infeasible: {tried} candidates tried, none holds every limit; what clashes: {limits}"
