"""What a unit of work costs, at the planned load and at full use: two numbers that are easily confused.

OpenCost tells them apart by the label `cost_basis` of `llm_cost_per_million_tokens`: by *allocation* all
that is paid is spread over the tokens that were served, idle hours included (what to charge); by *usage* only
what was in use is (how efficient it is). Their ratio is the utilisation. Read in llm-d's page on tracking
inference cost (llm-d.ai/docs, 2026); a comparison with a bought token is one by allocation.
"""

from decimal import Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.figures import Figures
from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record
from plimsoll.money.per_token import SECONDS_PER_MONTH
from plimsoll.sizing.fleet import replicas_by_hour
from plimsoll.sizing.traffic import traffic_of

MILLION = 1_000_000
THOUSAND = 1_000


@record
class UnitCost:
    """USD of so many units, by allocation (the planned load) and by usage (every replica full)."""

    unit: str
    allocation: Decimal
    usage: Decimal


@record
class UnitCosts:
    """Unit costs of a plan, and its utilisation: the mean load ÷ what the replicas that run may carry."""

    utilisation: float
    costs: tuple[UnitCost, ...]


def unit_costs(search: Search, best: Candidate) -> UnitCosts | None:
    """Spread what is expected over requests and tokens; None where nothing is known of what is carried."""
    loaded, fleet = best.setup.loaded, best.must_be_sized().fleet
    if loaded is None or not loaded.qps:
        return None
    peak = Figures(search).at_peak(best)
    replicas = replicas_by_hour(search.workload, search.work.hourly, fleet.in_hours)
    mean_qps = peak.qps * search.traffic.mean_fraction
    carried = loaded.qps * sum(replicas) / len(replicas)
    if not mean_qps or not carried:
        return None
    used = min(mean_qps / carried, 1.0)
    spent = best.must_be_sized().bill.expected
    answered = search.work.output_tok_per_s(peak)
    units = [("1,000 requests", mean_qps / THOUSAND)]
    if answered:
        units.append(("million output tokens", answered / MILLION))
    if read := _read_tok_per_s(search, mean_qps):
        units.append(("million tokens, prompts and answers", (answered + read) / MILLION))
    return UnitCosts(used, tuple(_cost(name, spent, rate, used) for name, rate in units))


def _read_tok_per_s(search: Search, mean_qps: float) -> float:
    """Tokens of prompts a second; zero of what reads none."""
    architecture = search.architecture
    if architecture is None or architecture.task not in ("llm", "encoder"):
        return 0.0
    return mean_qps * traffic_of(search.workload.load, architecture).input_tok.mean


def _cost(unit: str, spent: Decimal, units_per_s: float, used: float) -> UnitCost:
    """Divide a month's money by a month's units; by usage only the share of it that is in use."""
    each = spent / (Decimal(repr(units_per_s)) * SECONDS_PER_MONTH)
    return UnitCost(unit, each, each * Decimal(repr(used)))
