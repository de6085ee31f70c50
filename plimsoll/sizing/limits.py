"""Limits: the one table of what a candidate must hold, and what it means to break each.

A limit's code is a name that users rely on. Everything else that the program says or decides by a code
(how hard it is to mend, what it teaches, which candidates it puts out of reach) is a column here, so a
new limit is a new row.
"""

from typing import Annotated, Literal

from plimsoll.ground.start_up import record

Family = Literal["fact", "choice", "promise"]
"""What sets a limit: a fact of the world, a choice by name in the spec, or a promise to users or owners."""

MONEY, CHOICE, SPEED, NEVER = 1, 2, 3, 4
"""How hard it is to mend what breaks a limit: money, a line of the spec, speed, what cannot be had."""


@record
class Reason:
    """One limit that a candidate fails: the limit, the value it reached, their unit."""

    code: Annotated[str, "Stable code of the limit."]
    limit: Annotated[float | str | None, "The limit; null if it is no number."]
    value: Annotated[float | str | None, "The value reached."]
    unit: Annotated[str | None, "Unit of both."]
    message: Annotated[str, "The same in words."]


@record
class Limit:
    """One kind of limit: its code, the unit of its numbers, and what breaking it means.

    `unknown` marks a fact that is missing rather than bad. `measurable` marks a limit whose two numbers
    say by how much it was missed. `alike` names, in a sentence, what all accelerators have in common that
    break it. `teaches` explains the limit to someone who meets it for the first time.
    """

    code: str
    unit: str | None
    family: Family
    hardness: int
    teaches: str = ""
    alike: str = ""
    unknown: bool = False
    measurable: bool = False

    def broken(
        self,
        message: str,
        limit: float | str | None = None,
        value: float | str | None = None,
        unit: str | None = None,
    ) -> Reason:
        """Say that a candidate breaks this limit; `unit` is for a code whose numbers have several units."""
        return Reason(self.code, limit, value, unit or self.unit, message)


MEMORY = Limit(
    "memory",
    "GiB",
    "fact",
    NEVER,
    measurable=True,
    teaches="Weights must fit before anything else; what they leave holds the KV cache of every request in "
    "flight.",
)
HOST = Limit(
    "host",
    None,
    "fact",
    NEVER,
    teaches="The pod needs room on the host too: CPU, memory and whole accelerators.",
    alike="cannot run the serving image",
)
PRECISION = Limit(
    "precision",
    None,
    "promise",
    NEVER,
    teaches="An accelerator computes only in formats that its hardware or the engine's kernels have, "
    "and an engine loads only what somebody published, or what it makes of plain weights itself.",
    alike="cannot serve the precision",
)
NOT_OFFERED = Limit(
    "not_offered",
    None,
    "fact",
    NEVER,
    teaches="A region can only rent what AWS sells there.",
    alike="not offered in these regions",
)
NO_PRICE = Limit(
    "no_price",
    None,
    "fact",
    NEVER,
    unknown=True,
    teaches="A price that nobody publishes cannot be budgeted, so it counts as a refusal, never as zero.",
)
NO_SPEED = Limit("no_speed", None, "fact", NEVER, unknown=True)
TTFT = Limit(
    "ttft",
    "ms",
    "promise",
    SPEED,
    measurable=True,
    teaches="TTFT is the prompt's prefill, which compute bounds, plus the wait behind other prompts.",
)
TPOT = Limit(
    "tpot",
    "ms",
    "promise",
    SPEED,
    measurable=True,
    teaches="Each token reads all active weights once, so memory bandwidth sets the floor of TPOT: a smaller "
    "precision or more tensor parallelism lowers it, more replicas do not.",
)
E2E = Limit(
    "e2e",
    "ms",
    "promise",
    SPEED,
    measurable=True,
    teaches="A whole answer takes TTFT plus TPOT for each further token.",
)
LATENCY = Limit(
    "latency",
    "ms",
    "promise",
    SPEED,
    measurable=True,
    teaches="More replicas take load off each other but do not make one request faster.",
)
THROUGHPUT = Limit("throughput", "replicas", "promise", SPEED)
BUDGET = Limit(
    "budget",
    "USD/month",
    "promise",
    MONEY,
    measurable=True,
    teaches="The budget is checked against the basis that the spec names; the ceiling counts every pool at "
    "its limit, on demand.",
)
QUOTA = Limit(
    "quota",
    "vCPU",
    "promise",
    MONEY,
    measurable=True,
    teaches="AWS lets an account run so many vCPU of a family in a region, spot and on-demand apart; all "
    "workloads of the account share them.",
)
DEADLINE = Limit(
    "deadline",
    "h",
    "promise",
    SPEED,
    measurable=True,
    teaches="A run takes node start, compute, saves, and what interruptions take back; more nodes shorten "
    "compute alone.",
)
SCALING = Limit(
    "scaling",
    "accelerators",
    "promise",
    SPEED,
    teaches="A fixed global batch gives each accelerator less the more there are, until all of them wait "
    "for each other.",
)
GANG = Limit(
    "gang",
    "nodes",
    "fact",
    NEVER,
    teaches="The nodes of one run start together in one zone, or it does not start.",
)
CHECKPOINT = Limit(
    "checkpoint",
    None,
    "promise",
    CHOICE,
    teaches="What was not saved is lost with the node; a save must be written before the next one is due.",
)
NETWORK = Limit(
    "network",
    "GB/s",
    "promise",
    SPEED,
    teaches="Ranks that share a model exchange its gradients in every step: over EFA or NVLink that hides "
    "behind compute, over less it does not.",
)
INTERRUPTION = Limit(
    "interruption",
    "s",
    "promise",
    CHOICE,
    teaches="Spot takes a node back two minutes after it says so: a task that takes longer is lost.",
)
AVAILABILITY = Limit("availability", "zones", "promise", CHOICE)
MAX_REPLICAS = Limit("max_replicas", "replicas", "promise", CHOICE)
SPOT_FORBIDDEN = Limit("spot_forbidden", None, "promise", CHOICE)
DENIED = Limit("denied", None, "choice", CHOICE, alike="left out or denied by name")
PINNED = Limit("pinned", None, "choice", CHOICE, alike="not what the spec pins or was measured on")

LATENCIES = {limit.code: limit for limit in (TTFT, TPOT, E2E, LATENCY)}
"""The limits that a key of the sla sets, by the metric that the key begins with."""

LIMITS = {
    limit.code: limit
    for limit in (
        *(PINNED, DENIED, NOT_OFFERED, HOST, PRECISION, MEMORY, NO_PRICE, NO_SPEED),
        *(GANG, CHECKPOINT, NETWORK, SCALING, INTERRUPTION, DEADLINE),
        *(TTFT, TPOT, E2E, LATENCY, THROUGHPUT, BUDGET, QUOTA, AVAILABILITY, MAX_REPLICAS, SPOT_FORBIDDEN),
    )
}
"""Every limit by its code; those with `alike` first, in the order in which reports tell of them."""

FACTS = frozenset(code for code, limit in LIMITS.items() if limit.family == "fact")
"""Codes that no line of the spec sets: a candidate that breaks one cannot be bought back."""

CHOICES = frozenset(code for code, limit in LIMITS.items() if limit.family == "choice")
"""Codes of a choice by name: they exclude candidates, whatever those could do."""

UNKNOWN = frozenset(code for code, limit in LIMITS.items() if limit.unknown)
"""Codes of a fact that is missing."""
