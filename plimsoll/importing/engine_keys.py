"""Flags of a server become the keys of a spec that say the same: engine, adapters, the longest request."""

import re
from collections.abc import Iterator
from typing import Any

from plimsoll.importing.note import SpecPart, not_read
from plimsoll.importing.server import VLLM, Server
from plimsoll.spec import defaults

_LENGTH = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)([kKmM]?)")
_UNITS = {"": 1, "k": 1000, "K": 1024, "m": 1000**2, "M": 1024**2}
"""How vLLM reads a length that a person wrote. Source: human_readable_int of vllm/utils at v0.22."""

PIPELINE = "pipeline-parallel-size"

_UNHEARD = ("config", "speculative-config", "data-parallel-size", PIPELINE, "cpu-offload-gb")
"""Flags that move speed or memory, and that a spec has no key for."""


def engine_part(server: Server, stages: int = 1) -> SpecPart:
    """Say which engine serves, and what it is told; `stages` of its pipeline are said elsewhere."""
    if server.engine != VLLM:
        return SpecPart()
    engine: dict[str, Any] = {"name": VLLM, "version": server.version or defaults.ENGINE_VERSION}
    engine |= dict(_settings(server))
    notes = dict(_notes(server, stages))
    keys: dict[str, Any] = {"engine": engine}
    flags = server.flags
    if flags.on("enable-lora"):
        count, rank = flags.first("max-loras") or "1", flags.first("max-lora-rank") or "16"
        if count.isdigit() and rank.isdigit():
            keys["adapters"] = {"count": int(count), "rank": int(rank)}
    return SpecPart(keys, notes)


def longest_request(server: Server) -> int | None:
    """Read the longest prompt and answer together that is served; None where the engine finds it itself."""
    match = _LENGTH.fullmatch(server.flags.first("max-model-len") or "")
    return int(float(match[1]) * _UNITS[match[2]]) or None if match else None


def tensor_parallel(server: Server) -> int | None:
    """Read over how many accelerators a replica is split; None where nothing says it."""
    said = server.flags.first("tensor-parallel-size", "tp", "tp-size") or ""
    return int(said) if said.isdigit() and int(said) else None


def _settings(server: Server) -> Iterator[tuple[str, Any]]:
    flags = server.flags
    share = _float(flags.first("gpu-memory-utilization"))
    if share is not None and 0.05 <= share <= 0.99:
        yield "memory_share", share
    for key in ("max_num_seqs", "max_num_batched_tokens"):
        said = flags.first(key.replace("_", "-")) or ""
        if said.isdigit() and int(said):
            yield key, int(said)
    cache = (flags.first("kv-cache-dtype") or "auto").lower()
    if cache.startswith("fp8"):
        yield "kv_cache_dtype", "fp8"
    elif cache == "bfloat16":
        yield "kv_cache_dtype", "bf16"


def _float(said: str | None) -> float | None:
    try:
        return float(said) if said is not None else None
    except ValueError:
        return None


def _notes(server: Server, stages: int) -> Iterator[tuple[str, str]]:
    if server.version is None:
        yield "engine.version", not_read(f"image {server.image or 'unset'} does not say it; default")
    for flag in _UNHEARD:
        said = server.flags.first(flag)
        heard = {"1", str(stages)} if flag == PIPELINE else {"1"}
        if said is not None and said not in heard:
            yield f"engine ({flag})", not_read(f"--{flag} {said[:60]} has no key in a spec")
