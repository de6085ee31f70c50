"""A pipeline over nodes serves what no single node holds: each request takes longer, more run at once.

Measured once (Qwen2.5-72B in fp16, vLLM 0.17, 2 × 8 H100 over 400 Gb/s, J. Zhang, 2026-01-08): with two
stages a request runs at 67.5 tokens/s in place of 99.5, with tensor parallelism over both nodes at 34.3.
"""

from collections.abc import Callable, Iterator

from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.assumption import Assumption
from plimsoll.sizing.limits import HOST, NETWORK, Reason
from plimsoll.sizing.memory.stages import fullest_stage, layers_of_stages

__all__ = ["UNSURE", "crosses", "fullest_stage", "layers_of_stages", "longer", "said", "staged", "unfit"]

SLOWER = 0.5
"""Time that each further stage adds to that of a request on one node: 1.5 times for two (measured: 1.47)."""

UNSURE = (1.2 / 1.5, 2.0 / 1.5)
"""80 % interval of that time over its estimate: 1.2 to 2.0 times that of one node. Assumption until it is
measured on EFA."""

ACROSS = 0.345
"""Part of one node's speed that tensor parallelism over two nodes reached: 34.3 of 99.5 tokens/s."""

Times = tuple[Callable[[float], float], Callable[[float, float], float], Callable[[float], float]]
"""Seconds of a step by its sequences, of a prompt beside them, and of the first token of one alone."""


def longer(stages: int) -> float:
    """How many times as long a request takes over so many stages as on one node that would hold it."""
    return 1 + SLOWER * (stages - 1)


def staged(times: Times, stages: int) -> Times:
    """Time what a replica over stages does: a step of so many sequences, a prompt beside them, one alone.

    Sequences pass the stages in as many groups, one behind the other; each stage reads a prompt for its own
    layers.
    """
    step_s, beside_s, first_token_s = times
    slower = longer(stages)
    return (
        lambda batch: slower * step_s(max(batch / stages, 1.0)),
        lambda tokens, batch: slower / stages * beside_s(tokens, max(batch / stages, 1.0)),
        lambda tokens: slower * first_token_s(tokens),
    )


def unfit(instance: InstanceType, *, held_by_one: bool) -> Iterator[Reason]:
    """Yield why a type's nodes are no stages of a pipeline."""
    if held_by_one:
        message = (
            f"one {instance.name} holds the model: over two, a request was measured to take 1.5 times as long"
        )
        yield HOST.broken(message, 1, 2, "nodes")
    if not instance.efa_interfaces:
        message = f"{instance.name} has no EFA, and stages hand every token to the next"
        yield NETWORK.broken(message, 50, instance.network_gbps / 8)


def crosses(split: int, per_node: int) -> str:
    """Say, as a clause, that a split crosses a node; empty if it does not."""
    if split <= per_node:
        return ""
    return f"tensor parallel {split} crosses a node: {ACROSS * 100:.1f} % of one node's speed was measured"


def said(layers: tuple[int, ...]) -> Iterator[Assumption]:
    """Tell how a model is cut, and what that costs."""
    parts = " + ".join(str(count) for count in layers)
    yield Assumption("layers of each stage", parts, None, "one node each, the remainder to the middle")
    source = "measured over InfiniBand with two stages and one request; 80 %: 1.2 to 2.0 for two"
    yield Assumption("time of a request over one node's", longer(len(layers)), "times", source)
