"""What an engine is told follows from the spec and from what fits."""

from plimsoll.engines.base import AdapterSlots
from plimsoll.engines.vllm import ENGINE
from plimsoll.ground.units import GIB
from plimsoll.sizing.memory.admission import admitted
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.told import adapters_of, keys_of, settings, told_by
from plimsoll.spec.workload import Workload
from tests.make.facts import accelerator
from tests.make.models import model

T4 = accelerator("T4", memory_bytes=16 * GIB, compute_capability=7.5)
SPEC = {"model": "any", "load": {"qps": 5}}


def told(version: str, longest: int, step: int | None = None) -> tuple[int, bool]:
    """Tokens of a step, and whether prompts must be cut by flag, of a small model on a T4."""
    engine = Workload.model_validate({**SPEC, "engine": {"max_num_batched_tokens": step}}).engine
    profile = ENGINE.profile(version, T4).telling(keys_of(engine))
    placement = Placement(T4, 1, "fp16")
    memory = admitted(model("Qwen2.5-1.5B"), placement, profile, longest, longest / 2)
    made = settings(memory, placement, longest)
    return made.max_num_batched_tokens, made.cut_prompts


def test_an_old_engine_on_an_old_card_reads_prompts_whole() -> None:
    assert told("0.8", 16_384) == (16_384, False)
    assert told("0.11", 16_384) == (2_048, False)
    assert told("0.22", 16_384) == (2_048, False)


def test_prompts_are_cut_where_they_are_too_long_or_the_spec_says_so() -> None:
    assert told("0.8", 40_960) == (2_048, True)
    assert told("0.8", 16_384, 4_096) == (4_096, True)
    assert told("0.8", 1_024) == (2_048, False)


def test_adapters_and_engine_are_what_a_placement_depends_on() -> None:
    plain = Workload.model_validate(SPEC)
    tuned = Workload.model_validate({**SPEC, "adapters": {"count": 8, "rank": 16}})
    assert adapters_of(plain) is None
    assert adapters_of(tuned) == AdapterSlots(8, 16)
    assert told_by(plain) != told_by(tuned)
    assert told_by(plain) == told_by(Workload.model_validate({**SPEC, "scale": {"min_replicas": 2}}))
