"""Instance types become records with the labels that Karpenter gives their nodes."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.catalog.labels import LabelsWhenAsked, NodeFacts, karpenter_labels
from plimsoll.catalog.rows import accelerator_rows, rows

if TYPE_CHECKING:  # start-up: read where somebody has prices of his own
    from plimsoll.catalog.price_folder import PriceFolder

PLANNED, OTHERS = "instance_types.csv", "other_instance_types.csv"
"""Types that plans choose from; the others that AWS rents, of which a graph may speak."""
NEWER = "instance_types.csv"
"""File of a price folder: types that the package does not have."""


class InstanceTypes(Mapping[str, InstanceType]):
    """A read-only mapping of name to instance type, made from text on first use.

    Those that plans do not choose from are read when one of them is asked for, or all.
    """

    def __init__(
        self,
        accelerators: Mapping[str, Accelerator],
        sources: Mapping[str, str],
        folder: "PriceFolder | None" = None,
    ) -> None:
        """Read the rows of the types that plans choose from, and what they refer to.

        A price folder may have types that are newer than the package.
        """
        self._accelerators, self._sources, self._folder = accelerators, sources, folder
        self._quotas = {row["quota"]: row for row in rows("quotas.csv")}
        self._karpenter = {row["name"]: row["karpenter_name"] for row in accelerator_rows()}
        self._rows = {row["name"]: row for row in rows(PLANNED)}
        self.planned = tuple(self._rows)
        self._whole = False
        self._made: dict[str, InstanceType] = {}

    def __getitem__(self, name: str) -> InstanceType:
        found = self._made.get(name)
        if found is None:
            row = self._rows.get(name) or self._all()[name]
            found = self._made[name] = self._type(row)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._rows or name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> Mapping[str, Mapping[str, str]]:
        if not self._whole:
            others = {row["name"]: row for row in rows(OTHERS)}
            if self._folder is not None:
                others = {row["name"]: row for row in _newer(self._folder)} | others
            self._rows |= {name: row for name, row in others.items() if name not in self._rows}
            self._whole = True
        return self._rows

    def _type(self, row: Mapping[str, str]) -> InstanceType:
        accelerator, quota = row["accelerator"], self._quotas[row["quota"]]
        return InstanceType(
            name=row["name"],
            family=row["family"],
            accelerator=accelerator or None,
            accelerators=int(row["accelerators"] or 0),
            accelerator_fraction=float(row["accelerator_fraction"] or 1),
            vcpus=int(row["vcpus"] or 0),
            memory_gib=int(row["memory_mib"] or 0) / 1024,
            allocatable_cpu=int(row["allocatable_cpu_m"] or 0) / 1000,
            allocatable_memory_gib=int(row["allocatable_memory_mib"] or 0) / 1024,
            arch="arm64" if row["arch"] == "arm64" else "x86_64",
            interconnect=row["interconnect"],
            network_gbps=float(row["network_gbps"] or 0),
            local_nvme_gb=int(row["local_nvme_gb"] or 0),
            max_pods=int(row["max_pods"] or 0),
            efa_interfaces=int(row["efa_interfaces"] or 0),
            bare_metal=row["bare_metal"] == "true",
            usage_classes=tuple(row["usage_classes"].split(";")),
            quota_name=quota["on_demand_name"],
            quota_code_on_demand=quota["on_demand_code"] or None,
            quota_code_spot=quota["spot_code"] or None,
            quota_vcpus=int(row["vcpus"] or 0),
            labels=LabelsWhenAsked(partial(self._labels, row)),
            source=self._sources[row["source"]],
            as_of=row["as_of"],
        )

    def _labels(self, row: Mapping[str, str]) -> dict[str, str]:
        name = row["accelerator"]
        return karpenter_labels(_node_facts(row), self._accelerators.get(name), self._karpenter.get(name, ""))


def _newer(folder: "PriceFolder") -> Iterator[dict[str, str]]:
    """Read the types of a price folder, whose columns are those of `OTHERS`."""
    columns = next(rows(OTHERS)).keys()
    yield from (dict(zip(columns, row, strict=True)) for row in folder.rows(NEWER))


def _node_facts(row: Mapping[str, str]) -> NodeFacts:
    encrypts = row["encryption_in_transit"]
    gbps = row["network_baseline_gbps"]
    return NodeFacts(
        name=row["name"],
        family=row["family"],
        arm64=row["arch"] == "arm64",
        vcpus=_count(row["vcpus"]),
        memory_mib=_count(row["memory_mib"]),
        cpu_manufacturer=row["cpu_manufacturer"],
        cpu_clock_mhz=_count(row["cpu_clock_mhz"]),
        ebs_mbps=_count(row["ebs_mbps"]),
        network_baseline_gbps=float(gbps) if gbps else None,
        local_nvme_gb=int(row["local_nvme_gb"] or 0),
        hypervisor=row["hypervisor"],
        encrypts_in_transit=encrypts == "true" if encrypts else None,
        accelerators=int(row["accelerators"] or 0),
        accelerator_fraction=float(row["accelerator_fraction"] or 1),
    )


def _count(cell: str) -> int | None:
    return int(cell) if cell else None
