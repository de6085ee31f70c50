"""What was known before a refresh: the package's prices, and those of the snapshot that holds."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from plimsoll.catalog.instance_types import NEWER
from plimsoll.catalog.offerings import OFFERINGS, PRICES, Lines, PriceRow, held, laid_over
from plimsoll.catalog.price_folder import MANIFEST, PriceFolder, read_manifest, read_price_folder
from plimsoll.catalog.rows import LinesByKey
from plimsoll.catalog.tables import load
from plimsoll.files.snapshots import bytes_in, held_in

_EVER = "9999-12-31"

Held = Mapping[str, Mapping[str, PriceRow]]
"""The newest price row of each kind, by instance type."""


def _held(lines: Lines) -> Held:
    return {name: held(of_type, _EVER) for name, of_type in lines.items()}


class Before:
    """The facts that new ones are held against and laid upon."""

    def __init__(self, out: Path) -> None:
        """Read the manifest of the snapshot that holds in a folder, if there is one.

        Raises:
            SpecError, MissingFactError: there is one, and it is damaged.
        """
        snapshot = held_in(out)
        self.folder: PriceFolder | None = None
        self.manifest: Mapping[str, object] = {}
        if snapshot is not None:
            self.folder = read_price_folder(str(out))
            self.manifest = read_manifest(bytes_in(snapshot, MANIFEST) or b"", str(snapshot / MANIFEST))

    def rows(self, *name: str) -> list[list[str]]:
        """Read a file of the snapshot; no rows where it has none."""
        return self.folder.rows(*name) if self.folder is not None else []

    @property
    def files(self) -> Sequence[str]:
        """Name the files of the snapshot."""
        return [path for path, _ in self.folder.digests] if self.folder is not None else []

    def own(self, region: str) -> Held:
        """The prices that earlier refreshes of the folder have read, Savings Plans too."""
        file = f"{region}.csv"
        plans, priced = self._lines("savings_plans", file), self._lines(PRICES, file)
        return _held({name: [*priced.get(name, ()), *plans.get(name, ())] for name in {**priced, **plans}})

    def known(self, region: str) -> Held:
        """The prices of the package with those of the folder laid over them."""
        ours = LinesByKey(PRICES, f"{region}.csv")
        return _held({**ours, **laid_over(ours, self._lines(PRICES, f"{region}.csv"))})

    def _lines(self, *name: str) -> Lines:
        return self.folder.lines(*name) if self.folder is not None else {}

    def offered(self, region: str) -> set[str]:
        """Name the types that a region is known to offer."""
        file = f"{region}.csv"
        return {*LinesByKey(OFFERINGS, file), *self._lines(OFFERINGS, file)}

    @cached_property
    def shapes(self) -> set[str]:
        """Name every instance type whose size is known."""
        return {*load().instance_types, *(row[0] for row in self.rows(NEWER))}

    @cached_property
    def bands(self) -> Mapping[str, tuple[Decimal, Decimal]]:
        """The least and the most that an hour of each accelerator costs on demand, of all types and regions.

        Of the package's prices that were read; an inferred one bounds nothing.
        """
        catalog, found = load(), dict[str, list[Decimal]]()
        for name in catalog.planned:
            if (accelerator := catalog.instance_types[name].accelerator) is None:
                continue
            for region in catalog.regions:
                offering = catalog.offering(name, region)
                price = offering.on_demand if offering is not None else None
                if price is not None and not price.inferred:
                    found.setdefault(accelerator, []).append(price.usd / self.accelerators(name))
        return {name: (min(prices), max(prices)) for name, prices in found.items()}

    @staticmethod
    def accelerator(instance_type: str) -> str | None:
        """Name the accelerator of a type; None where it has none, or the type is not known."""
        known = load().instance_types.get(instance_type)
        return known.accelerator if known is not None else None

    @staticmethod
    def accelerators(instance_type: str) -> Decimal:
        """Count the accelerators of a type that has some; a share of one is a share."""
        known = load().instance_types[instance_type]
        return Decimal(known.accelerators or 1) * Decimal(str(known.accelerator_fraction))
