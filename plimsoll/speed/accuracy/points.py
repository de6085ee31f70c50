"""Points are measurements: the columns of a points file, checked and typed.

Only what a prediction may use is in `Question`; what was measured, and how far it is to be trusted,
is in `Point` beside it, so that no prediction can see it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plimsoll.engines.benchmarked import STATIC, engine_class
from plimsoll.engines.precision import KNOWN
from plimsoll.ground.problems import Problem, SpecError

NEEDED = ("id", "task", "model", "gpu", "metric")
"""Columns without which no row means anything."""

COLUMNS = (
    *NEEDED,
    *("params_b", "active_params_b", "weight_precision", "kv_precision", "gpus", "tp", "pp", "isl", "osl"),
    *("concurrency_or_batch", "scenario", "value", "engine", "engine_version"),
    *("source_family", "model_group", "tier", "flags"),
    *("method", "stack"),
)
"""Columns that are read; others are ignored. All but `NEEDED` and `PREDICTING` may be absent."""

PREDICTING = ("weight_precision", "gpus", "tp", "isl", "osl", "concurrency_or_batch", "scenario", "engine")

LARGEST = 1e15

_FORMATS = (
    (("mxfp4",), "mxfp4"),
    (("fp4",), "fp4"),
    (("bnb", "nf4"), "bnb4"),
    (("q4_k", "q4_0", "q5_", "q3_", "q2_"), "int4-q4_k_m"),
    (("gptq",), "gptq4"),
    (("awq",), "awq4"),
    (("int4", "w4a16", "4bit", "4-bit"), "int4"),
    (("fp8", "e4m3"), "fp8"),
    (("int8", "w8a8", "q8_", "q6_", "8bit", "8-bit"), "int8"),
    (("bf16", "bfloat16"), "bf16"),
    (("fp16", "float16", "f16", "half"), "fp16"),
    (("fp32", "float32", "f32"), "fp32"),
    (("tf32",), "tf32"),
)
"""What is part of a number format as files write it, and the one that the speed model knows."""


class RowError(ValueError):
    """One row cannot be predicted; the message is its reason."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question holds everything that a prediction may use, and not the answer.

    `isl`, `osl` in tokens and `load` (requests in flight or batch) are None where not published.
    `method` and `stack` are those of a training run, blank where the row does not say.
    """

    task: str
    model: str
    params_b: float | None
    active_params_b: float | None
    weights: str
    kv: str
    gpu: str
    gpus: int
    tp: int
    pp: int
    isl: float | None
    osl: float | None
    load: float | None
    scenario: str
    metric: str
    engine: str
    version: str
    method: str = ""
    stack: str = ""

    @property
    def replicas(self) -> int:
        """Data-parallel replicas: what tensor and pipeline parallelism leave of the accelerators."""
        return max(self.gpus // max(self.tp * self.pp, 1), 1)

    @property
    def streams(self) -> int:
        """Batches that run side by side: each replica has one in every pipeline stage.

        A pipeline of p stages serves p micro-batches at once, each at the speed of its tensor-parallel
        ranks alone; only memory is pooled.
        """
        return self.replicas * self.pp

    @property
    def engine_static(self) -> bool:
        """Whether the engine runs a batch from first to last token before it takes the next."""
        return engine_class(self.engine, self.version) in STATIC


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a points file. `question` is None where the line cannot be read; `reason` says why."""

    id: str
    question: Question | None
    reason: str
    measured: float | None
    family: str
    group: str
    tier: str
    flags: tuple[str, ...]


def read_points(header: Sequence[str], rows: Sequence[Mapping[str, str]], file: str) -> tuple[Point, ...]:
    """Read the lines of a points file.

    Raises:
        SpecError: Columns are missing; all of them are listed.
    """
    missing = [name for name in (*NEEDED, *PREDICTING) if name not in header]
    if missing:
        raise SpecError(
            [
                Problem(
                    f"column {name!r} is missing", fix="give the file all columns of a points file", file=file
                )
                for name in missing
            ]
        )
    return tuple(_point(row) for row in rows)


def _point(row: Mapping[str, str]) -> Point:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    question, reason = None, ""
    try:
        question = _question(cells)
    except RowError as error:
        reason = str(error)
    try:
        measured = _number(cells, "value")
    except RowError:
        measured = None
    flags = tuple(flag for flag in cells["flags"].split(";") if flag)
    return Point(
        id=row.get("id") or "",
        question=question,
        reason=reason,
        measured=measured,
        family=cells["source_family"],
        group=cells["model_group"] or cells["model"],
        tier=cells["tier"],
        flags=flags,
    )


def _question(cells: Mapping[str, str]) -> Question:
    for name in ("task", "model", "gpu", "metric"):
        if not cells[name]:
            raise RowError(f"{name} is empty")
    gpus = _count(cells, "gpus", 1)
    tp = _count(cells, "tp", 1)
    pp = _count(cells, "pp", 1)
    if tp * pp > gpus:
        raise RowError(f"tp × pp is {tp * pp}, more than the {gpus} accelerators")
    return Question(
        task=cells["task"].lower(),
        model=cells["model"],
        params_b=_number(cells, "params_b"),
        active_params_b=_number(cells, "active_params_b"),
        weights=precision(cells["weight_precision"] or "bf16"),
        kv=_cache(cells["kv_precision"]),
        gpu=cells["gpu"],
        gpus=gpus,
        tp=tp,
        pp=pp,
        isl=_number(cells, "isl", zero=True),
        osl=_number(cells, "osl", zero=True),
        load=_number(cells, "concurrency_or_batch"),
        scenario=cells["scenario"].lower(),
        metric=cells["metric"].lower(),
        engine=cells["engine"],
        version=cells["engine_version"],
        method=cells["method"].lower(),
        stack=cells["stack"].lower(),
    )


def precision(text: str) -> str:
    """Find the known format that a name means (`FP8 block` is fp8, `Q4_K_M` llama.cpp's 4-bit mixture)."""
    lowered = text.lower()
    if lowered in KNOWN:
        return lowered
    for parts, name in _FORMATS:
        if any(part in lowered for part in parts):
            return name
    raise RowError(f"precision {text[:40]!r} is none that is modelled")


def _cache(text: str) -> str:
    """The cache's format; blank where the file leaves it to the engine (`auto`)."""
    return "" if text.lower() in ("", "auto", "default", "none", "n/a") else precision(text)


def _number(cells: Mapping[str, str], name: str, *, zero: bool = False) -> float | None:
    text = cells[name]
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise RowError(f"{name} is {text[:40]!r}, not a number") from None
    if not math.isfinite(value) or value > LARGEST:
        raise RowError(f"{name} is {text[:40]!r}, not a finite number")
    if value < 0 or (value == 0 and not zero):
        raise RowError(f"{name} is {text[:40]}; it must be positive")
    return value


def _count(cells: Mapping[str, str], name: str, default: int) -> int:
    value = _number(cells, name)
    if value is None:
        return default
    if value != int(value) or value > 1e6:
        raise RowError(f"{name} is {cells[name][:40]}, not a count")
    return int(value)
