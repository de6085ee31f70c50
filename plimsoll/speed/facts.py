"""Speed facts are fitted constants; an accelerator without any finds those of its class.

Values come from `plimsoll/catalog/data/speed/constants.json`, which `speed_fit/fit.py` writes from measured
points; `speed_fit/README.md` documents the fit. This module only holds and looks up.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.benchmarked import REFERENCE, SERVING
from plimsoll.ground.start_up import record
from plimsoll.speed.evidence import Evidence, evidence_from

if TYPE_CHECKING:  # start-up: only a plan with a calibration file has one
    from plimsoll.calibration.calibration import Calibration

Basis = Literal["measured", "extrapolated"]


@record
class Device:
    """One accelerator: shares of data-sheet bandwidth and 16-bit compute that engines reach.

    `host` scales the overheads per step against the median server's, `crowd` those per running
    sequence (servers with few cores feel each client), `link` the rate of all-reduce (PCIe switches and
    peer access differ). `batch` and `vision` are the shares of dense peak that tuned engines reach with
    batches of transformer encoders and of convolutions; `dequant` what kernels that unpack 4-bit weights
    on the fly reach relative to `compute`. `points` counts the
    measurements behind it, `serving_points` those under a current serving engine; 0 points means derived
    from its class.
    """

    bandwidth: float
    compute: float
    host: float
    crowd: float
    link: float
    batch: float
    vision: float
    dequant: float
    points: int
    serving_points: int = 0


@record
class PrecisionEfficiency:
    """One weight format, relative to 16 bit: share of bandwidth, share of its own peak FLOP/s."""

    bandwidth: float
    compute: float


@record
class Link:
    """An all-reduce over one kind of link: seconds per call and rank pair, share of the link's rate."""

    latency_s: float
    share: float


@record
class EngineEfficiency:
    """One serving engine: overheads in seconds, and efficiencies relative to the reference engine.

    `step_s` per step, `layer_s` per layer, `sequence_s` per running sequence; `request_s` is added
    once to the first token (HTTP, scheduling), `token_s` per prompt token (tokeniser). `prefill_layer_s`
    is what the host takes to launch a layer of a step without graphs; launches run ahead of the
    accelerator. `mixed` scales the prefill work that shares steps with decoding. `kv` is the share of
    bandwidth at which the cache is read; `attention` the efficiency of attention, and `moe` of reading
    experts, relative to plain matrix products. `reduce` scales the latency of an all-reduce. `activation`
    counts how often one element of the hidden state crosses memory per layer while a prompt is read
    (everything between matrix products). `burst` lengthens the first token in a closed loop, whose clients
    start together, per doubling of clients.
    `flood` lengthens the reading of prompts where unread ones never run out and the engine itself limits
    the batch (`plimsoll.speed.load.flooded_s`). `route_s` is added per layer of a mixture of experts: gates,
    sorting of tokens and their way back are launches that dense layers do not have. `overlap` says how far
    the host plans the next step while the accelerator works: step = (work^p + host^p)^(1/p), p = 1 + overlap.
    """

    step_s: float
    layer_s: float
    sequence_s: float
    request_s: float
    token_s: float
    prefill_layer_s: float
    bandwidth: float
    compute: float
    kv: float
    attention: float
    mixed: float
    moe: float
    reduce: float
    activation: float
    burst: float
    flood: float
    route_s: float
    overlap: float


@record
class SpeedFacts:
    """All fitted constants, read once. `blend` is the exponent of the rounded roofline.

    `evidence` gives the interval of every estimate. `calibration` is what the organisation measured itself.
    """

    devices: Mapping[str, Device]
    classes: Mapping[str, Device]
    precisions: Mapping[str, PrecisionEfficiency]
    links: Mapping[str, Link]
    engines: Mapping[str, EngineEfficiency]
    blend: float
    evidence: Evidence
    tasks: Mapping[str, float]
    fitted: int
    calibration: "Calibration | None" = None

    def device(self, accelerator: Accelerator, engine: str = REFERENCE) -> tuple[Device, Basis]:
        """The accelerator's own constants, or those of its class (same generation of tensor cores).

        A serving engine on a part that was measured with other software only (T4, V100) is extrapolated.
        """
        found = self.devices.get(accelerator.name)
        if found is not None:
            own = found.serving_points > 0 or engine not in SERVING
            return found, "measured" if own else "extrapolated"
        return self.classes.get(accelerator_class(accelerator), self.classes["other"]), "extrapolated"

    def strange(self, accelerator: Accelerator) -> bool:
        """Say whether no part of an accelerator's generation was measured: the level of all stands for it."""
        return (
            accelerator.name not in self.devices and accelerator_class(accelerator) not in self._generations
        )

    @property
    def _generations(self) -> frozenset[str]:
        return frozenset(self.classes) - {"other"}

    def precision(self, weights: str, accelerator: Accelerator) -> PrecisionEfficiency:
        """Efficiency of a weight format; on parts without native support, that of weight-only kernels."""
        if weights in ("bf16", "fp16", "fp32", "tf32"):
            return PrecisionEfficiency(1.0, 1.0)
        native = compute_dtype(weights, accelerator) not in ("fp16", "bf16")
        key = weights if native else f"{weights}:weight-only"
        found = self.precisions.get(key) or self.precisions.get(weights)
        return found or self.precisions["int4"]

    def measured(self, engine: str) -> bool:
        """Say whether constants were fitted to an engine's own measurements."""
        return engine in self.engines

    def engine(self, name: str) -> EngineEfficiency:
        """Find an engine by its normalised name; unknown ones are taken for the reference's like."""
        return self.engines.get(name) or self.engines[REFERENCE]

    def link(self, kind: str) -> Link:
        """All-reduce constants of a link by its kind (`nvlink4`, `pcie4`)."""
        return self.links["nvlink" if is_switched(kind) else "pcie"]


def is_switched(link: str) -> bool:
    """Say whether every pair of accelerators talks directly at the link's full rate."""
    return not link.startswith(("pcie", "none")) and "bridge" not in link and bool(link)


def accelerator_class(accelerator: Accelerator) -> str:
    """The generation an accelerator belongs to, by compute capability (`ampere-hbm`, `ada`).

    Capabilities separate memory kinds too: 8.0, 9.0 and 10.x have HBM; 8.6, 8.9 and 12.0 GDDR.
    """
    capability = accelerator.compute_capability
    if not accelerator.cuda or capability is None:
        return "other"
    if capability < 7.5:
        return "volta"
    if capability < 8.0:
        return "turing"
    if capability == 8.0:
        return "ampere-hbm"
    if capability < 8.9:
        return "ampere-gddr"
    if capability < 9.0:
        return "ada"
    if capability < 10.0:
        return "hopper"
    return "blackwell-hbm" if capability < 12.0 else "blackwell-gddr"


def compute_dtype(weights: str, accelerator: Accelerator) -> str:
    """The dtype whose dense peak bounds the multiplications with such weights on this part.

    4-bit integer and bitsandbytes weights are always expanded to 16 bit; fp8 and fp4 too where the
    data sheet has no rate for them. MXFP4 activations stay at 8 bit at best.
    """
    flops = accelerator.flops
    sixteen = "bf16" if "bf16" in flops else "fp16"
    if weights in ("fp4", "mxfp4", "fp8", "int8") and weights in flops:
        return weights
    if weights == "mxfp4" and "fp4" in flops and "fp8" in flops:
        return "fp8"
    return sixteen if sixteen in flops else "fp32"


def facts_from(document: Mapping[str, Any]) -> SpeedFacts:
    """Read the constants from the parsed JSON of the data file."""
    return SpeedFacts(
        devices={name: Device(**value) for name, value in document["devices"].items()},
        classes={name: Device(**value) for name, value in document["classes"].items()},
        precisions={name: PrecisionEfficiency(**value) for name, value in document["precisions"].items()},
        links={name: Link(**value) for name, value in document["links"].items()},
        engines={name: EngineEfficiency(**value) for name, value in document["engines"].items()},
        blend=document["blend"],
        evidence=evidence_from(document["evidence"]),
        tasks=dict(document["tasks"]),
        fitted=document["fitted"],
    )
