"""A portfolio is planned for one cluster: every spec in its region, all of them together."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.ground.problems import ExitCode, Problem, SpecError
from plimsoll.plan.of_stack import (
    NoPlanError,
    PlanTerms,
    made_by,
    no_plan,
    overrides_of,
    own_terms,
    placed_specs,
)
from plimsoll.plan.plan import Refusal
from plimsoll.plan.portfolio.file import read_portfolio
from plimsoll.plan.portfolio.groups.deployed import Deployed
from plimsoll.plan.portfolio.together import PlannedTogether, plan_together
from plimsoll.spec.read import LoadedSpec

if TYPE_CHECKING:
    from plimsoll.catalog.facts import Catalog


def portfolio_on(specs: Sequence[Path], portfolio: Path, terms: PlanTerms) -> Deployed:
    """Plan specs together on terms; those who could share nodes do.

    Raises:
        SpecError: The file, a spec or the discounts are wrong, a spec is none of a service, two have one
            name, or one has the name of a group.
        NoPlanError: Not all get what they ask for.
    """
    from plimsoll.catalog.tables import load  # start-up: read where something is planned
    from plimsoll.files.looking import bytes_of
    from plimsoll.speed.read import speed_with

    catalog = made_by(terms.nodes, load(terms.on, terms.prices))
    loaded = _loaded(specs, terms, catalog)
    file = read_portfolio(bytes_of(portfolio), str(portfolio), [each.workload.name for each in loaded])
    speed = speed_with(terms.calibration)
    found = plan_together(loaded, file, speed, own_terms(terms.discounts, catalog))
    if found.deployed is None:
        raise not_all(found, specs, portfolio)
    _must_be_nameable(found.deployed, portfolio)
    return found.deployed


def _loaded(specs: Sequence[Path], terms: PlanTerms, catalog: "Catalog") -> list[LoadedSpec]:
    from plimsoll.spec.runs.read import load_any

    overrides, problems = overrides_of(terms.said), list[Problem]()
    found: list[LoadedSpec] = []
    read = ((str(spec), partial(load_any, spec, catalog, overrides)) for spec in specs)
    for spec, name, loaded in placed_specs(read, terms.region, problems):
        if isinstance(loaded, LoadedSpec):
            found.append(loaded)
        else:
            problems.append(_of_a_run(name, loaded.kind, spec))
    if problems:
        raise SpecError(problems)
    return found


def _of_a_run(name: str, kind: str, spec: str) -> Problem:
    return Problem(
        what=f"{name} is of kind: {kind}",
        why="a portfolio plans services together; a run has a budget of its own, per run",
        fix="write its manifests without --portfolio, or list it in another stack of the cluster",
        path="kind",
        file=spec,
    )


def not_all(found: PlannedTogether, specs: Sequence[Path], portfolio: Path) -> NoPlanError:
    """Say who does not get what it asks for: what is deployed must hold what was asked."""
    problems = [
        no_plan(answer.message, str(answer.workload["name"]), str(spec))
        for answer, spec in zip(found.answers, specs, strict=True)
        if isinstance(answer, Refusal)
    ]
    told = found.portfolio
    why = told.refusal.message if told.refusal is not None else "a workload has no plan"
    problems.append(
        Problem(
            what=f"not all workloads get what they ask for ({told.verdict})",
            why=why,
            fix="'plimsoll plan' of the same specs with --portfolio shows what binds and every way out",
            file=str(portfolio),
        )
    )
    return NoPlanError(problems, ExitCode(told.exit_code))


def _must_be_nameable(planned: Deployed, portfolio: Path) -> None:
    for group in planned.groups:
        if group.node.name in planned.plans:
            raise SpecError(
                Problem(
                    what=f"a workload is named {group.node.name!r}",
                    why=f"the nodes that {' and '.join(group.node.tenants)} share have that name",
                    fix="rename the workload",
                    path="name",
                    file=str(portfolio),
                )
            )
