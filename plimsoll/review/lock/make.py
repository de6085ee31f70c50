"""A lock is made of a spec: its plan, solved with prices that nobody else reads, and all that it stood on."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load_apart
from plimsoll.files.looking import named_from
from plimsoll.ground.canonical import document_text
from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record
from plimsoll.ground.version import SOLVER, __version__
from plimsoll.plan.of_spec import name_of
from plimsoll.plan.of_stack import NoPlanError
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.runs.plan import RunPlan, RunRefusal
from plimsoll.plan.write import written
from plimsoll.review.lock.facts import catalog_read, prices_read, speed_read
from plimsoll.review.lock.own_speed import calibration_read, speed_from
from plimsoll.review.lock.record import SCHEMA, Facts, FactsFile, Lock, LockedPrice, LockedSpec, Tool
from plimsoll.review.lock.text import digest_of
from plimsoll.savings.answer import planned_with_savings
from plimsoll.spec.read import LoadedSpec
from plimsoll.spec.runs.read import LoadedRun, load_any

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.spec.overrides import Overrides

APART = ("candidates", "savings", "savings_not")
"""Parts of a plan's document that a lock leaves out: what was not chosen. Its digest counts them."""


@record
class LockTerms:
    """What a lock is solved with beside its spec: the prices, their day, and what is paid and measured."""

    on: str | None = None
    prices: str | None = None
    discounts: str | None = None
    calibration: str | None = None


def make_lock(spec: Path, terms: LockTerms, overrides: "Overrides | None" = None) -> Lock:
    """Solve a spec and put down its plan with all that it stood on.

    Raises:
        SpecError: the spec, the folder of prices, the discounts file or the calibration is wrong.
        NoPlanError: it has no plan; a refusal is never locked.
    """
    folder = spec.parent
    catalog = load_apart(terms.on, None, terms.prices)
    if terms.prices is not None and catalog.prices is not None:
        name = named_from(folder, Path(terms.prices))
        catalog = replace(catalog, prices=replace(catalog.prices, folder=name))
    loaded = load_any(spec, catalog, overrides)
    own = discounts_from(folder, terms.discounts, catalog)
    speed = speed_from(folder, terms.calibration)
    answer = planned_with_savings(loaded, speed, own)
    if not isinstance(answer, Plan | RunPlan):
        raise NoPlanError([_refused(answer, name_of(loaded), spec)], answer.exit_code)
    return lock_of(
        answer,
        spec.name,
        Facts(
            prices=prices_read(
                catalog, terms.prices, None if catalog.prices is None else catalog.prices.folder
            ),
            speed=speed_read(),
            catalog=catalog_of(loaded, catalog, terms.prices),
            discounts=None if own is None else FactsFile(own.file, own.sha256, own.as_of),
            calibration=calibration_read(speed),
        ),
    )


def catalog_of(loaded: LoadedSpec | LoadedRun, catalog: Catalog, prices: str | None) -> FactsFile:
    """Digest what the plan of a spec read that is no price."""
    regions = prices_read(catalog, prices, None).regions
    return catalog_read(regions, prices, loaded.architecture)


def lock_of(plan: Plan | RunPlan, file: str, facts: Facts) -> Lock:
    """Put down a plan; `file` is the name of its spec."""
    document = written(plan)
    workload: Mapping[str, Any] = document["workload"]
    config = workload.get("config")
    return Lock(
        schema=SCHEMA,
        tool=Tool(__version__, SOLVER),
        spec=LockedSpec(file, digest_of(workload), None if config is None else digest_of(config)),
        facts=facts,
        work=plan.traits,
        rows=tuple(dict.fromkeys(_rows(plan))),
        plan={key: value for key, value in document.items() if key not in APART},
        document_sha256=document_sha256(document),
        lock_sha256="",
    )


def document_sha256(document: Mapping[str, Any]) -> str:
    """Digest what `plimsoll plan --format json` writes of a plan."""
    return sha256(document_text(document).encode()).hexdigest()


def discounts_from(folder: Path, file: str | None, catalog: Catalog) -> "Discounts | None":
    """Read a discounts file, and call it as it is named from a folder.

    Raises:
        SpecError: it cannot be read, or is wrong.
    """
    if file is None:
        return None
    from plimsoll.catalog.discounts.read import read_discounts

    return replace(read_discounts(file, catalog), file=named_from(folder, Path(file)))


def _rows(plan: Plan | RunPlan) -> Iterator[LockedPrice]:
    for line in plan.cost.lines:
        of = line.instance_type or ("volumes" if line.kind == "volumes" else line.item)
        key = f"{plan.chosen.region} {of} {line.unit}"
        yield LockedPrice(key, line.usd_per_unit, line.source, line.as_of)


def _refused(refusal: Refusal | RunRefusal, name: str, spec: Path) -> Problem:
    return Problem(
        what=f"{name} has no plan, and a refusal is never locked",
        why=refusal.message,
        fix=f"'plimsoll plan {spec}' shows every candidate and the ways out",
        file=str(spec),
    )
