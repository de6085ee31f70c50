"""Defaults of the serving engine (vLLM) that change how much fits, by version and by accelerator."""

import re
from functools import lru_cache

from plimsoll.catalog.facts import Accelerator
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB

BLOCK_TOK = 16
"""Tokens per cache block (vLLM `config/cache.py`, DEFAULT_BLOCK_SIZE)."""

LARGE_MEMORY_BYTES = 70 * GIB
"""From here on vLLM takes its large defaults (`engine/arg_utils.py`, get_batch_defaults)."""

GRAPH_BYTES = GIB // 2
"""CUDA graphs, assumed: seven engine logs show 0.17 to 1.58 GiB, half of them below 0.6 GiB; llm-d Planner
measured -0.88 to +1.03 GiB and reserves none."""

_LARGE, _SMALL = (8192, 1024), (2048, 256)
_LOWER_FRACTION_BEFORE = (0, 22)
_GRAPHS_COUNTED_FROM = (0, 21)
_VERSION = re.compile(r"v?(\d{1,4})\.(\d{1,4})(?:[.\w+-]*)")


@record
class EngineDefaults:
    """What one engine version does on one accelerator when nobody sets a flag.

    `fraction`: share of device memory that the engine may use (`gpu_memory_utilization`).
    `batched_tok`: most tokens in one step. `sequences`: most requests in one step.
    `graph_bytes`: CUDA graphs that the engine counts inside its fraction.
    """

    fraction: float
    batched_tok: int
    sequences: int
    graph_bytes: int


@lru_cache(maxsize=64)
def release(version: str) -> tuple[int, int]:
    """Major and minor number of an engine version such as `0.22` or `v0.11.2`.

    Raises:
        SpecError: it is not a version number.
    """
    found = _VERSION.fullmatch(version.strip())
    if found is None:
        raise SpecError(
            Problem(
                what=f"{version[:64]!r} is not a version",
                fix='write it as "0.22", quoted',
                path="engine.version",
            )
        )
    return int(found[1]), int(found[2])


def fraction(version: str) -> float:
    """Share of device memory the engine may use: 0.90 up to 0.21, 0.92 from 0.22 on.

    Read in vLLM's `config/cache.py`: 0.90 at v0.19, 0.92 at v0.22. For 0.20 and 0.21 no reading is at
    hand; the smaller share is taken, because a plan that leaves memory over still runs.
    """
    return 0.90 if release(version) < _LOWER_FRACTION_BEFORE else 0.92


def defaults(version: str, accelerator: Accelerator) -> EngineDefaults:
    """Defaults of vLLM `serve` on an accelerator.

    Step limits: 8,192 tokens and 1,024 requests on devices of 70 GiB or more other than A100, else
    2,048 and 256 (`engine/arg_utils.py`; the A100 exception is vllm-project/vllm pull request 17885).
    CUDA graphs are part of the memory profile from v0.21 (pull request 30515).
    """
    return _defaults(release(version), fraction(version), accelerator.memory_bytes, accelerator.name)


@lru_cache(maxsize=256)
def _defaults(version: tuple[int, int], share: float, memory_bytes: int, name: str) -> EngineDefaults:
    large = memory_bytes >= LARGE_MEMORY_BYTES and not name.startswith("A100")
    tokens, sequences = _LARGE if large else _SMALL
    graphs = GRAPH_BYTES if version >= _GRAPHS_COUNTED_FROM else 0
    return EngineDefaults(share, tokens, sequences, graphs)
