"""One preview: the stack read, its program run, its graph priced and judged."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from plimsoll.catalog.clock import Clock
from plimsoll.catalog.facts import Catalog
from plimsoll.files.looking import absolute
from plimsoll.gate.inputs.project import own_discounts, own_prices
from plimsoll.gate.verdict import Verdict
from plimsoll.graph.resource import Graph
from plimsoll.ground.problems import PlimsollError, SpecError
from plimsoll.preview.program import Program, run_program
from plimsoll.preview.stack import find_project, read_stack
from plimsoll.pricing import Priced

if TYPE_CHECKING:
    from plimsoll.pricing.own.prices import OwnPrices
    from plimsoll.spec.overrides import Overrides


@dataclass(frozen=True, slots=True)
class Preview:
    """A stack's graph, its price, and what the policies say of it."""

    graph: Graph
    priced: Priced
    verdict: Verdict
    catalog: Catalog

    @property
    def clock(self) -> Clock:
        """The days on which the prices of the graph were read."""
        return self.priced.clock(self.catalog.asked_on)


def run_preview(
    here: Path,
    stack: str | None,
    specs: Sequence[Path],
    on: str | None = None,
    overrides: "Overrides | None" = None,
    **files: str | None,
) -> Preview:
    """Preview a stack of the project around a folder.

    `specs` replace its workloads, `on` its price date, and of `files` each that is named that of the stack:
    `prices` its folder of prices, `discounts` its file of what is paid, `calibration` of what was measured.
    Every spec is read as if it said the `overrides`; their first region is the stack's, unless its own is
    among them.

    Raises:
        PlimsollError: The stack, a spec or the program refuses; problems name file and line.
    """
    project = find_project(here)
    asked = {} if on is None else {"pricesOn": on}
    asked |= {key: str(absolute(Path(file))) for key, file in files.items() if file is not None}
    stack_files = read_stack(project, stack, asked)
    if overrides is not None:
        _refuse_unknown(overrides.regions)
    if specs or overrides is not None:
        stack_files = read_stack(project, stack, _instead(stack_files.program, specs, overrides) | asked)
    catalog = _catalog_of(stack_files.program, project)
    own = _own(stack_files.program, project, files.get("discounts"), catalog)
    try:
        graph = run_program(stack_files.program)
    except PlimsollError as error:
        raise stack_files.blame(error) from None
    from plimsoll.gate.judge import judge
    from plimsoll.gate.settings import Settings
    from plimsoll.pricing import price

    priced = price(graph, catalog, graph.region, own)
    limit = _own_budget_usd(stack_files.program)
    settings = Settings() if limit is None else Settings().with_value("budget", "usdPerMonth", limit)
    verdict = judge(graph, catalog, settings, priced=priced)
    return Preview(graph, priced, verdict, catalog)


def _own(program: Program, project: Path, said: str | None, catalog: Catalog) -> "OwnPrices | None":
    """Read the discounts file that was said, else the stack's, else that of the project's own file."""
    configured = program.config.get(f"{program.project}:discounts")
    file = said or (str(project.parent / configured) if configured else own_discounts(project.parent))
    if file is None:
        return None
    from plimsoll.catalog.discounts.read import read_discounts
    from plimsoll.pricing.own.prices import OwnPrices

    return OwnPrices(read_discounts(file, catalog), catalog.priced_on)


def _refuse_unknown(regions: Sequence[str]) -> None:
    """The stack builds in the first of them: what has no prices is said as what was typed."""
    from plimsoll.catalog.unknown_region import unknown_region

    known = _catalog(None).regions
    if unknown := [unknown_region(region, known, "--region") for region in regions if region not in known]:
        raise SpecError(unknown)


def _own_budget_usd(program: Program) -> float | None:
    """Read the stack's own budget; the program has refused it already where it is no amount of money."""
    written = program.config.get(f"{program.project}:budget", "")
    found: object = json.loads(written) if written.startswith("{") else None
    amount = cast("dict[str, object]", found).get("usdPerMonth") if isinstance(found, dict) else None
    return None if amount in (None, "") else float(str(amount))


def _instead(program: Program, specs: Sequence[Path], overrides: "Overrides | None") -> dict[str, str]:
    """Configuration that previews `specs` alone, in a region that all of them allow."""
    from plimsoll.spec.read import read_workload

    found = [read_workload(path, overrides) for path in specs]
    named = [item.region_names for item in found if item.region or item.regions]
    if overrides is not None and overrides.regions:
        named.append(overrides.regions)
    shared = [region for region in (named[0] if named else ()) if all(region in one for one in named)]
    # A portfolio is of the stack's own services: others are planned each by itself.
    listed = {"workloads": json.dumps([str(absolute(path)) for path in specs]), "portfolio": ""}
    config = listed if specs else {}
    if shared and program.config.get(f"{program.project}:region", "") not in shared:
        config["region"] = shared[0]
    if overrides is not None:
        config["allowUnlocked"] = "true"  # what is asked here is what else there could be
        config["set"] = json.dumps([*_items(program, "set"), *overrides.as_settings()])
    return config


def _items(program: Program, key: str) -> list[object]:
    """Read a list of the stack's configuration; the program refuses it where it is none."""
    try:
        found: object = json.loads(program.config.get(f"{program.project}:{key}", "[]"))
    except ValueError:
        return []
    return cast("list[object]", found) if isinstance(found, list) else []


def _catalog_of(program: Program, project: Path) -> Catalog:
    """Load the catalogue that the program has used: of its day, with its folder of prices."""
    folder = program.config.get(f"{program.project}:prices")
    on = program.config.get(f"{program.project}:pricesOn") or None
    return _catalog(on, str(project.parent / folder) if folder else own_prices(project.parent))


def _catalog(on: str | None, prices: str | None = None) -> Catalog:
    from plimsoll.catalog.tables import load

    return load(on, prices)
