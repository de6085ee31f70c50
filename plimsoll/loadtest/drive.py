"""A drive is how a replica, or the whole fleet, is loaded as it was planned: the rate, and for how long."""

import math
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256

from plimsoll.candidates.search import Search, search
from plimsoll.ground.canonical import document_text
from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record
from plimsoll.plan.of_stack import NoPlanError
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import answer_of
from plimsoll.plan.write import written
from plimsoll.sizing.work.setup import Estimate
from plimsoll.spec.read import LoadedSpec
from plimsoll.speed.facts import SpeedFacts

SECONDS = 600
"""Seconds of load: within ten minutes a queue shows that grows slowly. A convention of this project."""

LEAST_REQUESTS = 200
LEAST_REQUESTS_P99 = 1000
"""Requests below which a percentile says nothing; the same as `plimsoll calibrate` asks for."""

START_S = 1800
"""Seconds that a client may take to begin: a node, an image of ten gigabytes, and a tokeniser."""

PATIENCE = 1.5
"""The load may last this many times as long as planned before its deadline ends it."""

MOST_SPREAD = 0.95
"""Largest spread of lengths: vLLM's random prompts are drawn evenly from mean × (1 ± spread), below 1."""


@record
class TokenLengths:
    """Mean tokens of prompt and answer, tokens that prompts share, and the spread of both lengths."""

    input_tok: float
    output_tok: float
    shared_tok: float
    spread: float


@record
class Drive:
    """One load test of a plan: requests per second, how many, whom, and what was predicted.

    `replicas` is how many of them share the load; `lengths` is None where nothing is counted in tokens.
    """

    plan: Plan
    fleet: bool
    qps: float
    replicas: int
    requests: int
    lengths: TokenLengths | None
    predicted: Mapping[str, Estimate]
    plan_sha256: str
    usd_per_hour: Decimal

    @property
    def name(self) -> str:
        """The workload, which is its namespace."""
        return str(self.plan.workload["name"])

    @property
    def seconds(self) -> int:
        """Seconds that the load lasts."""
        return math.ceil(self.requests / self.qps)

    @property
    def deadline_s(self) -> int:
        """Seconds after which the test is ended, whatever it waits for."""
        return START_S + math.ceil(PATIENCE * self.seconds)

    @property
    def usd(self) -> Decimal:
        """What the nodes under test cost for the seconds of load."""
        return self.usd_per_hour * self.seconds / 3600


def drive_of(spec: LoadedSpec, speed: SpeedFacts, *, fleet: bool) -> Drive:
    """Plan a spec, and drive what it plans at the rate of its peak.

    Raises:
        NoPlanError: the spec has no plan.
        SpecError: the plan mixes two types.
    """
    tried = search(spec.workload, spec.architecture, spec.catalog, speed)
    plan = answer_of(tried, spec.assumed)
    if isinstance(plan, Refusal):
        name = spec.workload.name
        fix = "'plimsoll plan' lists the ways out"
        problem = Problem(f"{name} has no plan to test", plan.message, fix)
        raise NoPlanError([problem], plan.exit_code)
    plan.must_be_one_type("a load test", "capacity.mix")
    best = tried.holding[0]
    planned = plan.chosen.replicas.peak
    peak = tried.work.at_peak(best.setup, planned, planned)
    replicas = planned if fleet else 1
    qps = _rounded(peak.qps if fleet else peak.qps / planned)
    sized = best.must_be_sized()
    per_node = max(pool.replicas_per_node for pool in plan.chosen.pools)
    nodes = math.ceil(replicas / per_node) * max(pool.nodes_per_replica for pool in plan.chosen.pools)
    price = sized.offering.on_demand
    return Drive(
        plan=plan,
        fleet=fleet,
        qps=qps,
        replicas=replicas,
        requests=max(math.ceil(SECONDS * qps), _least(plan)),
        lengths=_lengths(tried),
        predicted=tried.work.estimated(best.setup, peak, [key.removesuffix("_ms") for key in plan.latency]),
        plan_sha256=sha256(document_text(written(plan)).encode()).hexdigest(),
        usd_per_hour=(price.usd if price is not None else Decimal(0)) * nodes,
    )


def _rounded(qps: float) -> float:
    return float(f"{qps:.4g}")


def _least(plan: Plan) -> int:
    rare = any(key.endswith("p99_ms") for key in plan.latency)
    return LEAST_REQUESTS_P99 if rare else LEAST_REQUESTS


def _lengths(tried: Search) -> TokenLengths | None:
    """Spread lengths so that the 95th percentile is the spec's, as far as an even spread reaches it."""
    architecture, traffic = tried.architecture, tried.traffic
    if architecture is None or not architecture.generates:
        return None
    prompt, answer = traffic.input_tok, traffic.output_tok
    wide = min((_ratio95(each.sigma) - 1) / 0.9 for each in (prompt, answer))
    spread = math.floor(min(max(wide, 0.0), MOST_SPREAD) * 100) / 100
    return TokenLengths(prompt.mean, answer.mean, traffic.shared_prefix_tok, spread)


def _ratio95(sigma: float) -> float:
    """The 95th percentile ÷ the mean of a lognormal length."""
    return math.exp(1.6448536269514715 * sigma - sigma**2 / 2)
