"""The catalogue holds dated facts about accelerators, instance types, offerings and models.

The catalogue is data in memory. `plimsoll.catalog.tables` reads it from the package's data
files; tests build small ones by hand. Every fact carries its source and its date.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from typing import Annotated, Literal

from plimsoll.catalog.checkpoints import Checkpoint
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture

SHOWN_DIGITS = 12
"""Digits of a digest that people are shown: enough to tell two folders of prices apart."""

VISIBLE_SHARE = 0.99
"""What CUDA reports of the nominal memory: 79.2 of 80 GiB on H100, 139.8 of 141 on H200, 79.25 of 80 on
A100 (vLLM start-up logs). It stands for parts of which no other share was read."""


@record
class Accelerator:
    """One accelerator product, from its data sheet.

    Memory in bytes as the driver reports it, bandwidth in bytes per second, compute in dense
    FLOP/s (or OP/s) per dtype (fp32 tf32 fp16 bf16 fp8 int8 fp4); a dtype that the part does not
    accelerate is absent. `link` is how accelerators of one instance talk to each other (`nvlink4`,
    `pcie4`, …), `link_bytes_per_s` its rate per accelerator, both directions together as data
    sheets print it. `aws` is false for a variant that AWS does not rent: it can be answered from
    its sheet (benchmarks), never offered. `visible_share` is what CUDA reports of its memory.
    """

    name: str
    vendor: str
    cuda: bool
    memory_bytes: int
    bandwidth: float
    flops: Mapping[str, float]
    link: str
    link_bytes_per_s: float
    compute_capability: float | None
    aws: bool
    source: str
    as_of: str
    visible_share: float = VISIBLE_SHARE


@record
class InstanceType:
    """One EC2 instance type. `accelerator` is None for a CPU-only type.

    `allocatable_cpu` (vCPU) and `allocatable_memory_gib` are what EKS leaves for pods.
    `accelerator_fraction` is the share of one accelerator (g6f: 1/8 to 1/2), else 1.
    `gpu_name` and the other Karpenter labels live in `labels`.
    """

    name: str
    family: str
    accelerator: str | None
    accelerators: int
    accelerator_fraction: float
    vcpus: int
    memory_gib: float
    allocatable_cpu: float
    allocatable_memory_gib: float
    arch: Literal["x86_64", "arm64"]
    interconnect: str
    network_gbps: float
    local_nvme_gb: int
    max_pods: int
    efa_interfaces: int
    bare_metal: bool
    usage_classes: tuple[str, ...]
    quota_name: str
    quota_code_on_demand: str | None
    quota_code_spot: str | None
    quota_vcpus: int
    labels: Mapping[str, str]
    source: str
    as_of: str


@record
class Price:
    """One unit price.

    `inferred` says how it was derived when no list price was read, else "". `flag` marks a spot
    price that is no ordinary market price: `no-discount` (equals on-demand), `thin-discount`,
    `floor-90pct-off` (new or idle capacity: expect it to rise), `undisclosed-cap`; else "".
    """

    usd: Decimal
    source: str
    as_of: str
    inferred: str = ""
    flag: str = ""


@record
class Offering:
    """One instance type costs this in one region at one date; a price that is not sold is None.

    Prices are USD per instance-hour, Linux, shared tenancy. `interruption_per_month` is the upper
    edge of AWS's monthly interruption band (0 to 1), None if unknown. `zones` counts the zones that
    offer the type (1 if unknown, 0 where a price is known and no zone offers it); `source` and `as_of`
    say who says that it is offered at all, which does not mean that capacity is free. `start` is when the
    newest of the prices began. `node_fee` is what EKS bills for an hour of such a node, None where it bills
    nothing, or where nobody published it.
    """

    instance_type: str
    region: str
    on_demand: Price | None
    spot: Price | None
    reserved_1y: Price | None
    interruption_per_month: float | None
    zones: int
    start: str
    source: str = ""
    as_of: str = ""
    node_fee: Price | None = None


@record
class ServicePrice:
    """The price of something that is not an instance (`eks-cluster-standard`, `ebs-gp3-storage`)."""

    item: str
    region: str
    unit: str
    price: Price


@record
class PricesUsed:
    """A folder of prices was laid over the catalogue's."""

    folder: Annotated[str, "Folder, as it was named."]
    digest: Annotated[str, "SHA-256 of its manifest."]
    taken_on: Annotated[str, "Day on which it was written."]
    missing: Annotated[tuple[str, ...], "Regions that could not be read then: their older prices hold."]

    def __str__(self) -> str:
        text = f"{self.folder} of {self.taken_on}, manifest {self.digest[:SHOWN_DIGITS]}"
        return f"{text}; not read then: {', '.join(self.missing)}" if self.missing else text


@record
class Catalog:
    """All facts that one plan may use, already narrowed to the date `priced_on`.

    `asked_on` is that date where somebody asked for it, else None: then it is the newest that a price has.
    `prices` is the folder whose prices are laid over the package's, None where there is none. `auto_mode`
    says that EKS Auto Mode makes the nodes, for a fee on every one.
    """

    accelerators: Mapping[str, Accelerator]
    instance_types: Mapping[str, InstanceType]
    offerings: Mapping[tuple[str, str], Offering]
    services: Mapping[tuple[str, str], ServicePrice]
    models: Mapping[str, Architecture]
    priced_on: str
    checkpoints: tuple[Checkpoint, ...] = ()
    _aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    _accelerator_aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    asked_on: str | None = None
    _regions: tuple[str, ...] = ()
    prices: PricesUsed | None = None
    auto_mode: bool = False

    def accelerator(self, name: str) -> Accelerator | None:
        """Find an accelerator by catalogue name or alias (`H100-SXM-80GB`); None if unknown."""
        found = self.accelerators.get(name)
        if found is not None:
            return found
        canonical = self._accelerator_aliases.get(name.lower())
        return self.accelerators[canonical] if canonical is not None else None

    def model(self, name: str) -> Architecture | None:
        """Find a model by catalogue name or alias, ignoring case; None if unknown."""
        found = self.models.get(name)
        if found is not None:
            return found
        canonical = self._aliases.get(name.lower())
        return self.models[canonical] if canonical is not None else None

    def checkpoint(self, model: str, precision: str) -> Checkpoint | None:
        """Find the published checkpoint of a model (by its full name) in a precision; None if unknown."""
        wanted = (model, precision)
        return next((each for each in self.checkpoints if (each.model, each.precision) == wanted), None)

    def checkpoint_named(self, name: str) -> Checkpoint | None:
        """Find a published checkpoint by its own name, ignoring case; None if unknown."""
        lowered = name.lower()
        return next((each for each in self.checkpoints if each.name.lower() == lowered), None)

    def offering(self, instance_type: str, region: str) -> Offering | None:
        """Find the offering of an instance type in a region; None if not offered there."""
        found = self.offerings.get((instance_type, region))
        if found is None or not self.auto_mode:
            return found
        # start-up: only nodes of Auto Mode have a fee
        from plimsoll.catalog.auto_mode_fees import with_fee

        return with_fee(found)

    def lists_offerings(self, region: str) -> bool:
        """Say whether all that a region offers is known, and not only what has a price."""
        of = getattr(self.offerings, "of", None)
        # The package's own offerings say it; of a catalogue made by hand, nothing is left out.
        return of is None or getattr(of(region), "complete", True)

    def plan_rates(self, instance_type: str, region: str) -> Mapping[str, Price]:
        """Find the rates of Savings Plans by kind (`compute_sp_1y`), USD an hour; none if none was read."""
        of = getattr(self.offerings, "of", None)
        # The package's own offerings know them; a catalogue made by hand has none.
        rates = getattr(of(region), "plan_rates", None) if of is not None else None
        return rates(instance_type) if rates is not None else {}

    def service(self, item: str, region: str) -> ServicePrice | None:
        """Find the price of a non-instance item in a region; None if there is no such price."""
        return self.services.get((item, region))

    def service_names(self, region: str) -> Collection[str]:
        """Name the items that a region has prices of, apart from instances."""
        of = getattr(self.services, "of", None)
        if of is None:
            return [name for name, where in self.services if where == region]
        rows = of(region)
        return getattr(rows, "names", rows)

    @property
    def planned(self) -> Sequence[str]:
        """Name the instance types that plans choose from; the others are there for graphs that have them."""
        # The package's own types say it; of a catalogue made by hand, plans choose from all.
        return getattr(self.instance_types, "planned", None) or tuple(self.instance_types)

    @property
    def regions(self) -> Sequence[str]:
        """List every region that has at least one offering, sorted."""
        return self._regions or sorted({region for _, region in self.offerings})
