"""The constants that are fitted: where each starts, how far data may pull it, and how they are written.

Every constant is positive and fitted as a logarithm. `WIDTHS` are the standard deviations of those
logarithms before any data: a constant that no row speaks about stays where it starts.
"""

import copy
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.engines.benchmarked import BATCHED
from plimsoll.speed.accuracy.points import Point
from plimsoll.speed.facts import accelerator_class

Path = tuple[str, ...]
Constants = dict[str, Any]

DEVICE = {
    "bandwidth": 0.82, "compute": 0.7, "host": 1.0, "crowd": 1.0, "link": 1.0, "batch": 0.5, "vision": 0.36,
    "dequant": 1.0,
}  # fmt: skip
"""Share of bandwidth as kernels reach it (0.73 to 0.88 on every part with published kernel tables)."""

_ENGINE = {
    "step_s": 4e-4, "layer_s": 3e-5, "sequence_s": 2e-5, "request_s": 5e-3, "token_s": 1e-6,
    "prefill_layer_s": 5e-5, "bandwidth": 1.0, "compute": 1.0, "kv": 0.75, "attention": 0.7, "mixed": 1.0,
    "moe": 0.9, "reduce": 1.0, "activation": 40.0, "burst": 0.5, "flood": 1.0, "route_s": 1e-5,
    "overlap": 0.5,
}  # fmt: skip
"""30 µs per layer: the figure that four model families share in published serving runs."""

_NO_SERVER = {"request_s": 1e-3, "token_s": 1e-7, "prefill_layer_s": 2e-5, "step_s": 2e-4}
"""Engines measured below the HTTP server."""

_EAGER = {"prefill_layer_s": 4e-4}
"""Engines in Python: some twenty kernels a layer at 20 µs, where no graph was captured."""

_IN_TURN = {"overlap": 0.1}
"""Engines whose host plans the next step when the accelerator is done with the last."""

_ENGINES = {
    "vllm": _EAGER,
    "vllm-early": _IN_TURN,
    "sglang": _EAGER,
    "tgi": _IN_TURN,
    "trtllm": _EAGER,
    "trtllm-static": {**_IN_TURN, **_NO_SERVER},
    "fastertransformer": {**_IN_TURN, **_NO_SERVER},
    "llamacpp": {**_IN_TURN, "request_s": 1e-3, "token_s": 1e-7, "prefill_layer_s": 1e-5, "compute": 0.4},
    "fastertransformer-encoders": {**_IN_TURN, **_NO_SERVER},
    "tensorrt": {**_NO_SERVER, "step_s": 5e-5, "layer_s": 8e-6, "sequence_s": 1e-6},
    "triton": {**_NO_SERVER, "step_s": 5e-4, "layer_s": 1e-5, "sequence_s": 2e-4},
    "pytorch": {**_NO_SERVER, "step_s": 2e-3, "layer_s": 2e-4, "sequence_s": 1e-5},
}

_PRECISION = {"bandwidth": 0.9, "compute": 0.8}
_PRECISIONS = (
    "fp8", "int8", "fp4", "mxfp4", "int4", "gptq4", "bnb4", "int4-q4_k_m",
    "fp8:weight-only", "fp4:weight-only", "mxfp4:weight-only",
)  # fmt: skip

KIN = {"mxfp4": "fp4", "fp4": "mxfp4"}
"""Formats of the same numbers (e2m1, a scale for each block) that one unit multiplies natively: one without
rows takes the level of the other, as a part takes that of its generation. Kernels that unpack them elsewhere
are each written for one format, and stay apart."""

_TASKS = {
    "wait_steps": 1.0, "server": 0.9, "server_requests": 0.9, "server_pictures": 0.9,
    "encoder_len": 0.47, "diffusion": 0.6, "int8": 1.0, "fp8": 0.85,
    "locates": 0.7, "fp8_ada": 0.85, "diffusion_fp8": 1.0, "server_text_sm90": 0.9,
}  # fmt: skip

WIDTHS = {
    "devices.bandwidth": 0.12, "devices.compute": 0.2, "devices.host": 0.25, "devices.crowd": 0.6,
    "devices.link": 0.4, "devices.batch": 0.3, "devices.vision": 0.8, "devices.dequant": 0.4,
    "precisions.bandwidth": 0.25, "precisions.compute": 0.4, "links": 0.7,
    "engines.bandwidth": 0.1, "engines.compute": 0.3, "engines.kv": 0.3, "engines.mixed": 0.3,
    "engines.attention": 0.5, "engines.moe": 0.4, "engines.reduce": 0.8, "engines.activation": 0.8,
    "engines.layer_s": 0.6, "engines.step_s": 0.8, "engines.prefill_layer_s": 1.5,
    "engines": 1.0, "blend": 0.3, "tasks": 0.7,
}  # fmt: skip

_WHOLE = frozenset({"tensorrt", "triton", "pytorch", *BATCHED.values()})
_SHARES = ("batch", "vision")
OF_TEXT = ("wait_steps", "server")
"""Entries beside tasks that language models use."""

MOVED = 0.01
"""A constant within 1 % of its start was not fitted; it is not counted."""

BESIDE = 1.05 * MOVED
"""How far beside its start a constant is put that data leave there."""


def start(points: Sequence[Point], catalog: Catalog) -> Constants:
    """The constants before any data, for the accelerators that the points name."""
    parts = sorted(
        {part.name for p in points if p.question and (part := catalog.accelerator(p.question.gpu))}
    )
    constants: Constants = {
        "devices": {name: dict(DEVICE) for name in parts},
        "precisions": {name: dict(_PRECISION) for name in _PRECISIONS},
        "links": {"nvlink": {"latency_s": 5e-6, "share": 0.5}, "pcie": {"latency_s": 8e-6, "share": 0.3}},
        "engines": {name: {**_ENGINE, **own} for name, own in _ENGINES.items()},
        "blend": 2.5,
        "tasks": dict(_TASKS),
    }
    constants["precisions"]["bnb4"] = {"bandwidth": 0.4, "compute": 0.2}
    return constants


def flat(constants: Constants, before: Path = ()) -> Iterator[tuple[Path, float]]:
    """Every constant with its path, in order."""
    for key, value in constants.items():
        if isinstance(value, dict):
            yield from flat(value, (*before, key))
        else:
            yield (*before, key), value


def put(constants: Constants, path: Path, value: float) -> None:
    """Set one constant in place."""
    for key in path[:-1]:
        constants = constants[key]
    constants[path[-1]] = value


def of_whole(path: Path) -> bool:
    """Say whether a constant is of no use to a language model."""
    kind, last = path[0], path[-1]
    if kind == "tasks":
        return last not in OF_TEXT
    return (kind == "engines" and path[1] in _WHOLE) or (kind == "devices" and last in _SHARES)


def width(path: Path) -> float:
    """Standard deviation of a constant's logarithm before data."""
    own = f"{path[0]}.{path[-1]}"
    return WIDTHS[own] if own in WIDTHS else WIDTHS[path[0]]


def moved(value: float, begun: float) -> bool:
    """Whether data pulled a constant away from where it started."""
    return abs(math.log(value / begun)) > MOVED


def fitted(constants: Constants, begun: Constants) -> int:
    """How many constants the data set."""
    starts = dict(flat(begun))
    return sum(moved(value, starts[path]) for path, value in flat(constants))


def filled(constants: Constants, catalog: Catalog) -> tuple[Constants, dict[str, dict[str, float]]]:
    """Give a part its class's level, and a format its kin's, for what rows do not say; also the classes."""
    levels = _levels(constants, catalog)
    full = copy.deepcopy(constants)
    for name, device in full["devices"].items():
        own_class = levels[accelerator_class(catalog.accelerators[name])]
        for key, begun in DEVICE.items():
            if not moved(device[key], begun):
                device[key] = own_class[key]
    for name, kin in KIN.items():
        for key, begun in _PRECISION.items():
            if not moved(constants["precisions"][name][key], begun):
                full["precisions"][name][key] = constants["precisions"][kin][key]
    return full, levels


def _levels(constants: Constants, catalog: Catalog) -> dict[str, dict[str, float]]:
    parts = constants["devices"]
    classes = {name: accelerator_class(catalog.accelerators[name]) for name in parts}
    everywhere = {key: _level(parts.values(), key) or begun for key, begun in DEVICE.items()}
    found = {
        class_: {
            key: _level([device for name, device in parts.items() if classes[name] == class_], key)
            or everywhere[key]
            for key in DEVICE
        }
        for class_ in sorted(set(classes.values()))
    }
    cautious = {"bandwidth": 0.85, "compute": 0.75, "batch": 0.8, "vision": 0.8}
    found["other"] = {key: value * cautious.get(key, 1.0) for key, value in everywhere.items()}
    return found


def _level(devices: Iterable[dict[str, float]], key: str) -> float | None:
    """Geometric mean of what data set, None if nothing did."""
    values = [math.log(device[key]) for device in devices if moved(device[key], DEVICE[key])]
    return math.exp(sum(values) / len(values)) if values else None
