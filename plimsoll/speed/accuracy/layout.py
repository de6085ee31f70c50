"""A layout says how a model lies over its accelerators: split, as replicas, or experts over all of them.

Engines run large mixtures with attention in parallel: each group of ranks keeps all of attention and its own
requests, and the experts lie over all groups. A row says so where it has more accelerators than ranks split
its model; tables of TensorRT-LLM at maximum load are all of that kind from 1.0 on.
"""

from dataclasses import replace

from plimsoll.engines.benchmarked import spreads_experts
from plimsoll.models.architecture import Architecture
from plimsoll.speed.accuracy.points import Question


def laid_out(question: Question, arch: Architecture) -> Question:
    """Say of a row at maximum load what its engine's pages say of all of them: attention is not split."""
    one = question.load is None and question.replicas == 1
    if one and arch.experts is not None and spreads_experts(question.engine, question.version):
        return replace(question, tp=1)
    return question


def groups_of(question: Question, arch: Architecture) -> int:
    """Count the groups of ranks that share one set of experts; what is no mixture has replicas instead."""
    return question.replicas if arch.experts is not None else 1
