"""A pipeline cuts a model into stages of whole layers, one node each; the fullest decides whether it fits."""

from dataclasses import replace
from math import ceil

from plimsoll.models.architecture import Architecture, AttentionGroup, Experts


def layers_of_stages(layers: int, stages: int) -> tuple[int, ...]:
    """Deal layers out to stages, the remainder to those in the middle.

    Source: vLLM `distributed/utils.py` `get_pp_indices`: what is left goes to the stage before the last, and
    backwards from there, since the last has the output projection and the first the embedding.
    """
    each, more = divmod(layers, stages)
    dealt = [each] * stages
    for place in range(more):
        dealt[max(stages - 2 - place, -stages)] += 1
    return tuple(dealt)


def fullest_stage(arch: Architecture, stages: int) -> Architecture:
    """Take what the fullest stage holds at most: most layers, and the larger of embedding and projection."""
    if stages == 1:
        return arch
    part = max(layers_of_stages(arch.layers, stages)) / arch.layers
    table = max(arch.embedding_params, arch.head_params)
    body = arch.params - arch.embedding_params - arch.head_params
    return replace(
        arch,
        params=ceil(body * part) + table,
        layers=ceil(arch.layers * part),
        embedding_params=table,
        head_params=0,
        kept_params=ceil(arch.kept_params * part),
        packed_table_params=min(arch.packed_table_params, table),
        replicated_params=ceil(arch.replicated_params * part),
        attention=tuple(_of_stage(group, part) for group in arch.attention),
        experts=None if arch.experts is None else _experts(arch.experts, part),
    )


def _of_stage(group: AttentionGroup, part: float) -> AttentionGroup:
    return replace(group, layers=ceil(group.layers * part), borrowers=ceil(group.borrowers * part))


def _experts(experts: Experts, part: float) -> Experts:
    return replace(experts, layers=ceil(experts.layers * part))
